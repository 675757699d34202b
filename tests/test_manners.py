"""A guest's manners: what convertkit leaves of the process that it runs in, and of the machine, is as it found it."""

from __future__ import annotations

import gc
import multiprocessing
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

import convertkit
from tests.corpus import ROOT
from tests.posts import CHINESE

FORMATS = ("markdown", "text", "html", "epub", "docx")

STATE = """
import builtins, codecs, decimal, gc, json, locale, os, signal, sys, threading, warnings
def state():
    return {
        "signals": {str(number): str(signal.getsignal(number)) for number in signal.valid_signals()},
        "recursion": sys.getrecursionlimit(), "switch": sys.getswitchinterval(),
        "locale": locale.setlocale(locale.LC_ALL),
        "folder": os.getcwd(), "environment": dict(os.environ), "umask": [os.umask(0o22), os.umask(0o22)],
        "hooks": [str(sys.excepthook), str(sys.displayhook), str(sys.stdout), str(sys.stderr), str(sys.gettrace())],
        "warnings": [str(entry) for entry in warnings.filters], "collector": [gc.isenabled(), gc.get_threshold()],
        "builtins": sorted(vars(builtins)), "decimal": str(decimal.getcontext()),
        "digits": sys.get_int_max_str_digits(),
        "threads": [thread.name for thread in threading.enumerate()],
        "path": sys.path,
    }
"""


def run(code: str, *flags: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *flags, "-c", code], cwd=cwd, capture_output=True, text=True, check=False)


def test_nothing_of_the_process_is_changed_and_nothing_is_printed(tmp_path: Path) -> None:
    code = f"""{STATE}
before = state()
import convertkit
for to in {FORMATS!r}:
    for source in ({CHINESE!r}, "<p>x" * 50, "---\\ntitle: [a\\n---\\n<script>x</script>", b"\\x00\\x01" * 99):
        try:
            convertkit.convert(source, to, from_="post")
        except convertkit.ConvertkitError:
            pass
for thread in set(threading.enumerate()) - {{threading.current_thread()}}:
    thread.join(5)  # a clock that was stopped ends in its own time
changed = {{name: (value, state()[name]) for name, value in before.items() if state()[name] != value}}
sys.exit(repr(changed) if changed else 0)
"""
    done = run(code, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("flags", [("-O", "-W", "error"), ("-OO", "-W", "error"), ("-X", "dev", "-W", "error")])
def test_it_works_without_assertions_and_with_warnings_as_errors(flags: tuple[str, ...]) -> None:
    code = f"import convertkit\nfor to in {FORMATS!r}: convertkit.convert({CHINESE!r}, to, from_='post')"
    done = run(code, *flags)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_no_process_and_no_file_is_left_when_the_interpreter_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = f"""
import convertkit
from convertkit.pandoc import worker
convertkit.convert({CHINESE!r}, "docx", from_="post")
print(worker.shared()._process.pid)
"""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    done = run(code)
    assert done.returncode == 0, done.stderr
    assert not Path(f"/proc/{int(done.stdout)}").exists()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="there is no /proc")
def test_pandoc_goes_with_an_interpreter_that_is_killed() -> None:
    code = f"""
import convertkit, time
from convertkit.pandoc import worker
convertkit.convert({CHINESE!r}, "docx", from_="post")
print(worker.shared()._process.pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        pandoc = Path("/proc", child.stdout.readline().strip(), "stat")
        child.kill()
    for _ in range(200):
        if not pandoc.exists() or ") Z " in pandoc.read_text():
            return
        multiprocessing.Event().wait(0.05)
    pytest.fail("pandoc outlived the interpreter")


def converted(to: str) -> bytes:
    return convertkit.convert(CHINESE, to, from_="post").content


@pytest.mark.parametrize("method", ["spawn", "fork", "forkserver"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # 3.12 on warns of a fork beside threads, which is the case
def test_it_works_in_every_kind_of_process(method: str) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"this system has no {method}")
    expected = [converted(to) for to in FORMATS]  # pandoc runs here, and must not be shared with a fork
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)) as pool:
        assert list(pool.map(converted, FORMATS * 2)) == expected * 2
    assert converted("docx") == expected[-1]


def test_threads_at_once_give_what_one_gives() -> None:
    expected = [converted(to) for to in FORMATS]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(converted, FORMATS * 8)) == expected * 8


TREE_OF_ALL = """<h2 id="a">One</h2><p>Some <b>bold <i>words</i></b>, <a href="#a">a link</a>.<br/>More.</p>
<ul><li>one<ul><li>two</li></ul></li><li><p>three</p></li></ul><blockquote><p>said</p></blockquote>
<table><tr><th>a</th></tr><tr><td>1</td></tr></table><pre><code class="language-python">print(1)</code></pre>
<p>A note<sup><a href="#fn1" id="r1">1</a></sup>.</p>
<div class="footnotes"><ol><li id="fn1">The note. <a href="#r1">↩</a></li></ol></div>
<figure><img src="a.png" alt="a"><figcaption>c</figcaption></figure>"""


@pytest.mark.parametrize("to", ["markdown", "text", "json"])
def test_a_conversion_leaves_no_cycles_for_the_garbage_collector(to: str) -> None:
    convertkit.convert(TREE_OF_ALL, to)
    gc.collect()
    gc.disable()
    try:
        convertkit.convert(TREE_OF_ALL, to)
        assert gc.collect() == 0
    finally:
        gc.enable()
