"""The long-lived pandoc: it answers, it is closed in, it comes back."""

from __future__ import annotations

import io
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from convertkit.errors import FilterError, PandocError
from convertkit.pandoc import names
from convertkit.pandoc.worker import Message, Worker, shared
from convertkit.resources import Resource, image_resource
from tests.posts import PNG

CANARY = "CANARY-7f3a"
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker() as made:
        yield made


def read(worker: Worker, text: str, format: str = "markdown") -> bytes:  # noqa: A002 pandoc's word
    return worker.read(text.encode(), format).ast


def members(container: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(container)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# ---------------------------------------------------------------- requests


def test_reads_and_writes(worker: Worker) -> None:
    ast = read(worker, "# 标题\n\nhello *world*\n")
    assert worker.write(ast, "html").decode() == '<h1 id="标题">标题</h1>\n<p>hello <em>world</em></p>'


def test_options_and_standalone(worker: Worker) -> None:
    ast = read(worker, "---\ntitle: T\nlang: en\n---\n\n" + "word " * 40)
    text = worker.write(ast, "rst", options={"standalone": True, "wrap_text": "wrap-none"}).decode()
    assert text.splitlines()[:3] == ["=", "T", "="]
    assert len(text.splitlines()) == 6


def test_resources_are_embedded_and_come_back(worker: Worker) -> None:
    resource = image_resource(PNG)
    assert resource
    docx = worker.write(read(worker, f"![a]({resource.name})"), "docx", resources={resource.name: resource})
    assert PNG in members(docx).values()
    reading = worker.read(docx, "docx")
    assert list(reading.media.values()) == [PNG]
    assert all(path.encode() in reading.ast for path in reading.media)
    assert not worker.read(b"x", "markdown").media


def test_a_reference_document_gives_its_styles(worker: Worker) -> None:
    parts = members(worker.write(read(worker, "# x"), "docx"))
    parts["word/styles.xml"] = parts["word/styles.xml"].replace(b"</w:styles>", b"<!--mine--></w:styles>")
    mine = re.sub(rb'(w:val=")Heading 1"', rb'\1heading 1" w:mine="1"', parts["word/styles.xml"])
    parts["word/styles.xml"] = mine.replace(b'w:styleId="Heading1"', b'w:styleId="Heading1" w:customStyle="0"')
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    styled = members(worker.write(read(worker, "# x"), "docx", reference_doc=buffer.getvalue()))
    assert b'w:customStyle="0"' in styled["word/styles.xml"]
    assert read(worker, "x"), "the wall stands again and the worker still answers"


def test_what_pandoc_says_is_heard(worker: Worker) -> None:
    heard: list[Message] = []
    worker.write(read(worker, "\\newpage\n"), "html", heard=heard.append)
    assert [message.type for message in heard] == ["BlockNotRendered"]
    worker.read(b"x", "markdown", heard=heard.append)
    assert len(heard) == 1


@pytest.mark.parametrize(
    ("text", "format", "words"),
    [("x", "nosuch", "Unknown input format nosuch"), ("{", "json", "JSON"), ("\x00\x01", "docx", "docx")],
)
def test_what_pandoc_refuses_is_an_error_in_its_words(worker: Worker, text: str, format: str, words: str) -> None:  # noqa: A002 pandoc's word
    with pytest.raises(PandocError, match=words):
        read(worker, text, format)
    assert read(worker, "still there")


def test_the_lists_of_formats_are_the_installed_pandocs(worker: Worker) -> None:
    listing = "function Pandoc(d) d.meta.{0} = {{}} for k, v in pairs(pandoc.{0}) do d.meta.{0}[k] = v end return d end"
    for table, known, binary in (
        ("readers", names.READS, names.READS_BYTES),
        ("writers", names.WRITES, names.WRITES_BYTES),
    ):
        ast = worker.lua_filter(read(worker, ""), listing.format(table), "list")
        found = dict(re.findall(r'"(\w+)":\{"t":"MetaString","c":"(text|bytestring)"\}', ast.decode()))
        assert set(found) == known
        assert {name for name, kind in found.items() if kind == "bytestring"} == binary


# ---------------------------------------------------------------- Lua filters


def test_filters_may_define_functions_or_return_them(worker: Worker) -> None:
    ast = read(worker, "one two")
    upper = "function Str(s) return pandoc.Str(s.text:upper()) end"
    assert b'"ONE"' in worker.lua_filter(ast, upper, "upper.lua")
    assert b'"ONE"' in worker.lua_filter(ast, f"{upper} return {{ {{ Str = Str }} }}", "upper.lua")
    assert b'"ONE"' in worker.lua_filter(ast, f"{upper} return {{ Str = Str }}", "upper.lua")
    assert b'"one"' in worker.lua_filter(ast, "counter = 1", "nothing.lua")


def test_a_filters_globals_do_not_outlive_it(worker: Worker) -> None:
    ast = read(worker, "x")
    worker.lua_filter(ast, "leaked = 'yes'; function Str() return pandoc.Str('gone') end", "a.lua")
    asking = "function Str() return pandoc.Str(tostring(leaked) .. FORMAT .. PANDOC_SCRIPT_FILE) end"
    assert b'"nilb.lua"' in worker.lua_filter(ast, asking, "b.lua")


def test_what_a_filter_prints_is_heard_and_harms_nothing(worker: Worker) -> None:
    heard: list[Message] = []
    source = "print('a', 1) io.write('b') io.stdout:write('c') function Str() print('d') end"
    worker.lua_filter(read(worker, "x"), source, "p.lua", heard=heard.append)
    assert heard == [Message("Printed", "a\t1"), Message("Printed", "d")]


def test_a_child_process_that_writes_to_our_pipe_is_noticed(worker: Worker) -> None:
    with pytest.raises(FilterError):
        worker.lua_filter(read(worker, "x"), "os.execute('echo noise')", "noisy.lua")
    assert read(worker, "and all is well again")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("function Str() error('it broke') end", r"bad\.lua: line 1: it broke"),
        ("function Str(", r"bad\.lua: line 1: .*expected"),
        ("return 5", "returns a table"),
        ("os.exit(3)", r"died \(exit code 3\)"),
    ],
)
def test_a_bad_filter_is_an_error_with_its_name_and_line(worker: Worker, source: str, words: str) -> None:
    with pytest.raises(FilterError, match=words) as caught:
        worker.lua_filter(read(worker, "x"), source, "bad.lua")
    assert caught.value.source == "bad.lua"
    assert "traceback" not in str(caught.value)


# ---------------------------------------------------------------- limits


def test_a_request_that_takes_too_long_ends_the_process_and_the_next_gets_another(worker: Worker) -> None:
    ast = read(worker, "x")
    begin = time.monotonic()
    with pytest.raises(FilterError, match=r"longer than 0\.5 seconds"):
        worker.lua_filter(ast, "while true do end", "endless.lua", timeout=0.5)
    assert time.monotonic() - begin < 30  # not for ever
    assert read(worker, "back")


def test_memory_is_limited() -> None:
    with Worker(memory=160) as small:
        with pytest.raises(PandocError, match="ran out of memory"):
            read(small, "<p>a b c d e f</p>\n" * 400_000, "html")
        assert read(small, "back")


def test_a_process_that_was_killed_is_replaced(worker: Worker) -> None:
    read(worker, "x")
    assert worker._process
    worker._process.kill()
    worker._process.wait()
    assert read(worker, "back")


def test_a_fresh_process_takes_over_after_many_requests() -> None:
    with Worker(max_requests=3) as short_lived:
        processes = set()
        for _ in range(7):
            read(short_lived, "x")
            assert short_lived._process
            processes.add(short_lived._process.pid)
        assert len(processes) == 3


def test_large_documents_and_noise_do_not_block_the_pipes(worker: Worker) -> None:
    ast = read(worker, "some words in a paragraph\n\n" * 8_000)
    assert len(worker.write(ast, "html")) > 250_000
    noise = "for i = 1, 50000 do io.stderr:write('noise noise noise') print('more') end"
    assert worker.lua_filter(ast, noise, "loud.lua")


def test_threads_share_a_worker(worker: Worker) -> None:
    results: list[bool] = []

    def work(number: int) -> None:
        results.extend(f'"{number}"'.encode() in read(worker, str(number)) for _ in range(10))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 80


def _child(queue: multiprocessing.Queue[tuple[int, bool]]) -> None:
    ast = shared().read(b"child", "markdown").ast
    process = shared()._process
    queue.put((process.pid if process else 0, b"child" in ast))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_has_its_own_process() -> None:
    shared().read(b"parent", "markdown")
    ours = shared()._process
    context = multiprocessing.get_context("fork")
    queue: multiprocessing.Queue[tuple[int, bool]] = context.Queue()
    child = context.Process(target=_child, args=(queue,))
    child.start()
    pid, fine = queue.get(timeout=30)
    child.join()
    assert fine
    assert ours
    assert pid != ours.pid
    assert b"parent" in shared().read(b"parent", "markdown").ast
    assert shared()._process is ours
    shared().close()


def test_the_interpreter_ends_without_a_warning_or_a_process_left(tmp_path: Path) -> None:
    script = (
        "from convertkit.pandoc.worker import Worker, shared\n"
        "shared().read(b'x', 'markdown'); w = Worker(); w.read(b'x', 'markdown')\n"
        "print(shared()._process.pid, w._process.pid)\n"
    )
    command = [sys.executable, "-W", "error", "-X", "dev", "-c", script]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert done.stderr == ""
    for pid in done.stdout.split():
        assert not Path("/proc", pid).exists()
    assert not list(tmp_path.iterdir())


# ---------------------------------------------------------------- the same bytes


def test_the_same_document_gives_the_same_bytes() -> None:
    markdown = "---\ntitle: T\nlang: zh-CN\ndate: 2020-01-02\nidentifier: urn:x\n---\n\n# 一\n\n中文 `c` ^[n] $x^2$\n"
    outputs = []
    for _ in range(2):
        with Worker() as fresh:
            ast = read(fresh, markdown)
            outputs.append(
                [fresh.write(ast, name, options={"standalone": True}) for name in sorted(names.WRITES - ODD)]
            )
        time.sleep(1.1)
    assert outputs[0] == outputs[1]


ODD = {"bibtex", "biblatex", "csljson", "ipynb"}
"""These write references, which the document has none of, or random cell numbers, which our writer turns off."""


# ---------------------------------------------------------------- walls


def evil_documents(secret: Path) -> dict[str, str]:
    """Documents that ask for a file in every way that their formats know."""
    return {
        "rst": f".. image:: {secret}\n\n.. figure:: {secret}\n\n   caption\n",
        "org": f'#+include: "{secret}"\n\n#+setupfile: {secret}\n\n[[file:{secret}]]\n',
        "latex": f"\\input{{{secret}}}\\include{{{secret}}}\\usepackage{{{secret}}}\\includegraphics{{{secret}}}"
        f"\\lstinputlisting{{{secret}}}\\verbatiminput{{{secret}}}\\bibliography{{{secret}}}",
        "markdown": f"---\nbibliography: {secret}\ncss: {secret}\nstylesheet: {secret}\ncover-image: {secret}\n"
        f"background-image: {secret}\n---\n\n# x {{background-image={secret}}}\n\n![a]({secret})\n\n"
        f'![b](http://127.0.0.1:9/x.png)\n\n<img src="{secret}"><video src="{secret}" poster="{secret}"></video>\n\n'
        f'`<img src="{secret}">`{{=html}} ^[![n]({secret})]\n\n| ![c]({secret}) |\n|-|\n| ![d]({secret}) |\n',
        "html": f'<head><base href="file://{secret.parent}/"><link rel="stylesheet" href="{secret}"></head><img src='
        f'"{secret.name}"><iframe src="{secret}"></iframe><iframe src="http://127.0.0.1:9/"></iframe>',
        "mediawiki": f"[[File:{secret}]]",
        "man": f".so {secret}\n.TH a\ntext\n",
        "textile": f"!{secret}!\n",
        "docbook": f'<article xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{secret}"/><mediaobject>'
        f'<imageobject><imagedata fileref="{secret}"/></imageobject></mediaobject></article>',
    }


REFUSED = {
    "rst": ".. include:: {}\n",
    "rst+smart": ".. csv-table:: t\n   :file: {}\n",
    "rst-smart": ".. raw:: html\n   :file: {}\n",
    "asciidoc": "include::{}[]\n",
    "typst": '#include "{}"\n',
    "mdoc": ".so {}\n",
    "t2t": "%!include: {}\n",
    "docbook": '<!DOCTYPE a [<!ENTITY x SYSTEM "file://{}">]><article><para>&x;</para></article>',
}
"""Includes without which pandoc reads nothing of the document."""


def secret_png(folder: Path) -> Path:
    secret = folder / "secret.png"
    secret.write_bytes(PNG + CANARY.encode())
    return secret


def everything_written(worker: Worker, ast: bytes) -> Iterator[bytes]:
    for name in sorted(names.WRITES - ODD):
        content = worker.write(ast, name, options={"standalone": True})
        yield from members(content).values() if content[:2] == b"PK" else (content,)


@pytest.mark.parametrize(
    "format", ["rst", "org", "latex", "markdown", "html", "mediawiki", "man", "textile", "docbook"]
)
def test_no_document_gets_at_a_file(tmp_path: Path, format: str) -> None:  # noqa: A002 pandoc's word
    secret = secret_png(tmp_path)
    with Worker() as fresh:
        ast = read(fresh, evil_documents(secret)[format], format)
        assert CANARY.encode() not in ast
        assert not any(CANARY.encode() in content for content in everything_written(fresh, ast))


@pytest.mark.parametrize("format", sorted(REFUSED))
def test_includes_are_refused(worker: Worker, tmp_path: Path, format: str) -> None:  # noqa: A002 pandoc's word
    secret = tmp_path / "secret.txt"
    secret.write_text(CANARY)
    said = ""
    try:
        said = read(worker, REFUSED[format].format(secret), format).decode()
    except PandocError as error:
        said = str(error)
    assert said
    assert CANARY not in said


@linux_only
def test_the_process_has_no_descriptor_to_spare(worker: Worker, tmp_path: Path) -> None:
    """The second wall: what slips through a writer still cannot open a file or a socket."""
    secret = secret_png(tmp_path)
    ast = read(worker, f"![a]({secret})")
    assert worker._process
    limits = Path("/proc", str(worker._process.pid), "limits").read_text()
    assert re.search(r"Max open files +3 ", limits)
    environment = Path("/proc", str(worker._process.pid), "environ").read_bytes()
    assert b"HOME=/nonexistent" in environment
    assert worker.write(ast, "docx")


@linux_only
@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_no_document_makes_pandoc_open_anything(tmp_path: Path) -> None:
    """Not even an attempt: the first walls hold by themselves."""
    secret = secret_png(tmp_path)
    script = tmp_path / "all.py"
    script.write_text(
        "import sys; from pathlib import Path\n"
        "from tests.test_pandoc_worker import *\n"
        "with Worker() as worker:\n"
        "    for name, text in evil_documents(Path(sys.argv[1])).items():\n"
        "        list(everything_written(worker, read(worker, text, name)))\n"
    )
    trace = tmp_path / "trace"
    calls = "trace=open,openat,openat2,creat,socket,connect,execve"
    command = ["strace", "-f", "-o", str(trace), "-e", calls, sys.executable, str(script), str(secret)]
    root = str(Path(__file__).parents[1])
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": root})
    if "ptrace" in done.stderr and done.returncode:
        pytest.skip("strace may not trace here")
    assert done.returncode == 0, done.stderr
    lines = trace.read_text().splitlines()
    (pid,) = {line.split()[0] for line in lines if "execve(" in line and '"lua"' in line}
    opened = [
        line for line in lines if line.startswith(f"{pid} ") and re.search(r" (?:open|creat|socket|connect)", line)
    ]
    assert len(opened) == 2, opened  # the script and the console's empty history file
    assert any("worker.lua" in line for line in opened)
    assert any("pandoc-hist" in line for line in opened)


def test_an_image_of_a_resource_that_is_none_is_left_out_in_words(worker: Worker) -> None:
    own = Resource("a.png", "image/png", PNG)
    docx = worker.write(
        read(worker, "![the *lost* one](/etc/lost.png) ![](b.png) ![](a.png)"), "docx", resources={"a.png": own}
    )
    text = re.sub(rb"<[^>]+>", b"", members(docx)["word/document.xml"]).decode()
    assert "the lost one" in text
    assert "b.png" in text
    assert "/etc/lost.png" not in text
