"""Records of archives that nobody ran: ordinary, hostile, empty."""

from __future__ import annotations

from collections.abc import Iterator

from convertkit.archive.records import Facts, Failure, Output, Reason, Record

NASTY = (
    "<script>alert(1)</script>",
    "</title></style></script><img src=x onerror=alert(1)>",
    "\" onmouseover='alert(1)' x=\"",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "//example.org/x",
    "\u202egnp.exe\u202c \u200b\x00\x1b[31m\n",
    "C# and F# at 100% \\ ? & ;",
    "\udcff\udc80 no UTF-8",
    "《" + "长标题" * 300 + "》",
    "-",
)
"""Titles, names, categories and messages that would break a page made carelessly."""

SUBJECTS = ("trees", "tea", "rivers", "tools", "letters")
LANGUAGES = ("en", "zh-CN", "en", "de", "ja", "en")


def ordinary(number: int) -> Record:
    """The post of that number, of an archive that grows by some posts a month."""
    name = f"{2015 + number // 300}/{number:06}"
    month = number // 25
    return Record(
        f"{name}.md",
        f"{number:032x}",
        1500 + number * 7919 % 60_000,
        (Output(f"{name}.md", 1200, "0" * 32), Output(f"{name}.epub", 5400, "1" * 32)),
        facts=Facts(
            title=f"Letter {number}: 关于{SUBJECTS[number % 5]}" if number % 6 == 1 else f"Letter {number}",
            authors=("Ada Lin",),
            date=f"{2015 + month // 12}-{month % 12 + 1:02}-11T08:00:00+08:00" if number % 17 else "",
            language=LANGUAGES[number % 6],
            categories=(SUBJECTS[number % 5], "notes") if number % 3 else (),
            characters=900 + number % 2000,
            images=number % 4,
        ),
        losses={"ImageNotEmbedded": number % 4, "NotExpressible": 1} if number % 4 else {},
        removals={"drop-boilerplate": 40 + number % 300} if number % 2 else {},
        time_class=1 if number % 50 else 3,
    )


def failed(name: str, reason: Reason, message: str) -> Record:
    """A post that was not converted."""
    return Record(name, "2" * 32, 700, failure=Failure(reason, message))


def archive_of(count: int, failures: int = 0) -> Iterator[Record]:
    """So many posts, then so many failures, in order of names."""
    yield from (ordinary(number) for number in range(count))
    reasons = list(Reason)
    for number in range(failures):
        name = f"x/{number:06}.md"
        reason = reasons[number * number % len(reasons)]
        yield failed(name, reason, f"{name}: was not converted; look into the file")


def hostile() -> Iterator[Record]:
    """Every nasty text wherever a post can put one."""
    for number, text in enumerate(NASTY):
        name = f"{number:02}/{text.replace('/', '-')}.md"
        facts = Facts(text, (text,), text, text, (text, "ordinary"), (text,), 10)
        outputs = (Output(f"{text}", 5, ""), Output(f"{name}.epub", 5, ""))
        yield Record(name, "", 10, outputs, None, facts, {text: 1}, {text: 3}, number)
        yield failed(f"{name}!", Reason.CRASH, text)
