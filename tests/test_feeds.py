"""Feeds and exports: every entry that can be saved is saved, whatever the file is like."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import convertkit
from convertkit import cli
from convertkit.collection import collection_format
from convertkit.losses import EntryDamaged, FeedRepaired, Loss, SummaryOnly
from convertkit.walk import plain_text
from tests.spending import assert_linear

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>River notes</title><link>https://river.example/</link><language>en-GB</language>
{}
</channel></rss>
"""
SALT = """<item><title>Salt and tides</title><link>https://river.example/2024/03/salt/</link>
<guid isPermaLink="false">r-1</guid><dc:creator><![CDATA[Ada Brook]]></dc:creator>
<pubDate>Tue, 05 Mar 2024 10:00:00 +0100</pubDate><category>Water</category>
<content:encoded><![CDATA[<p>The water is <em>grey</em>.</p>]]></content:encoded></item>"""
FISH = """<item><title>Fish & chips</title><link>https://river.example/fish</link>
<description><p>One<br>two &nbsp; three</p></description></item>"""
CUT = """<item><title>Cut</title><description>Half a sen"""


def words(entry: convertkit.Entry, losses: list[Loss] | None = None) -> str:
    return plain_text(convertkit.read(entry, report=(losses if losses is not None else []).append).blocks)


def test_each_entry_is_a_document() -> None:
    first, second = convertkit.entries(RSS.format(SALT + SALT.replace("Salt", "Sand").replace("r-1", "r-2")))
    assert convertkit.read(first).metadata.title == "Salt and tides"
    assert convertkit.read(second).metadata.title == "Sand and tides"
    assert words(first) == "The water is grey."


def test_a_broken_entry_costs_only_itself() -> None:
    found = list(convertkit.entries(RSS.format(SALT + FISH + SALT + CUT).rsplit("\n</channel>", 1)[0]))
    losses: list[list[Loss]] = [[] for _ in found]
    texts = [words(entry, lost) for entry, lost in zip(found, losses, strict=True)]
    assert texts == ["The water is grey.", "One\ntwo \xa0 three", "The water is grey.", "Half a sen"]
    assert [[type(loss) for loss in lost] for lost in losses] == [[], [FeedRepaired], [], [EntryDamaged, SummaryOnly]]
    assert found[1].metadata.title == "Fish & chips"


def test_a_section_that_nobody_closed_ends_with_its_entry() -> None:
    found = list(convertkit.entries(RSS.format(SALT.replace("]]></content", "</content") + SALT + SALT)))
    assert [words(entry) for entry in found] == ["The water is grey."] * 3


def test_entities_are_not_expanded_and_nothing_is_opened() -> None:
    bomb = '<!DOCTYPE rss [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]><rss'
    text = RSS.format(SALT.replace("grey", "]]>&b;&c;<![CDATA[")).replace("<rss", bomb, 1)
    (entry,) = convertkit.entries(text)
    assert words(entry) == "The water is &b;&c;."


@pytest.mark.parametrize("encoding", ["gbk", "utf-16", "windows-1252"])
def test_an_entry_has_the_encoding_that_its_feed_declares(encoding: str) -> None:
    word = "河流" if encoding != "windows-1252" else "Flüsse"
    data = RSS.format(SALT.replace("grey", word)).replace("UTF-8", encoding).encode(encoding)
    (entry,) = convertkit.entries(data)
    assert words(entry) == f"The water is {word}."


def test_a_wrong_declaration_is_not_believed() -> None:
    data = RSS.format(SALT.replace("grey", "河流")).replace("UTF-8", "iso-8859-1").encode()
    assert words(next(convertkit.entries(data))) == "The water is 河流."


def test_a_name_that_no_parser_takes_costs_no_words() -> None:
    broken = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><content><x:y:z>Words</x:y:z></content></entry></feed>"
    assert words(next(convertkit.entries(broken))) == "Words"


def test_a_feed_of_several_is_no_document() -> None:
    with pytest.raises(convertkit.UsageError, match=r"convertkit\.entries"):
        convertkit.convert(RSS.format(SALT + SALT), "text")
    assert "The water is grey." in convertkit.convert(RSS.format(SALT), "text").text


def test_a_feed_without_an_entry_is_unreadable() -> None:
    with pytest.raises(convertkit.UnreadableDocument, match="no entry"):
        next(convertkit.entries(RSS.format("")))


def test_the_command_writes_an_output_an_entry(tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(RSS.format(SALT + FISH + SALT), encoding="utf-8")
    result = CliRunner().invoke(cli.commands, ["convert", str(feed), "-t", "text", "-o", str(tmp_path / "out")])
    assert "Error" not in result.output
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["2024-03-05-salt-2.txt", "2024-03-05-salt.txt", "fish.txt"]


def test_one_file_does_not_hold_several_entries(tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(RSS.format(SALT + SALT), encoding="utf-8")
    arguments = ["convert", str(feed), "-o", str(tmp_path / "one.txt")]
    assert "several documents" in CliRunner().invoke(cli.commands, arguments).output


@given(st.data())
def test_no_damage_raises_anything_but_our_own(data: st.DataObject) -> None:
    text = RSS.format(SALT + FISH + SALT)
    at = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 60))
    piece = data.draw(
        st.sampled_from(["", "<", "&", "<![CDATA[", "]]>", "<!--", "</item>", "<item>", "\x00", "&#0;", "\ufffe"])
    )
    try:
        for entry in convertkit.entries(text[:at] + piece + text[at + length :], from_="rss"):
            convertkit.read(entry)
    except convertkit.ConvertkitError:
        pass


@pytest.mark.parametrize("mark", ["<![CDATA[", "<!--", "&", "<", "<title>", "<item><![CDATA["])
def test_what_nobody_closed_takes_linear_time(mark: str) -> None:
    def read_all(count: int) -> None:
        for entry in convertkit.entries(RSS.format("<item><description>" + mark * count + "</description></item>")):
            assert entry.source

    assert_linear(read_all, 500, 5_000)


SAMPLES = Path(__file__).parent / "feeds"


def documents(name: str, left_out: list[Loss] | None = None, *, comments: bool = False) -> list[convertkit.Document]:
    """The documents of a sample."""
    report = (left_out if left_out is not None else []).append
    return [convertkit.read(entry) for entry in convertkit.entries(SAMPLES / name, report=report, comments=comments)]


def test_an_export_of_wordpress_gives_its_published_posts() -> None:
    left_out: list[Loss] = []
    post, page = documents("wordpress.xml", left_out)
    said = post.metadata
    assert (said.title, said.authors) == ("Winter pruning", ("Mira Holt",))
    assert (said.categories, said.tags) == (("Trees",), ("winter",))
    assert said.date is not None
    assert said.date.isoformat() == "2024-02-04T10:30:00+11:00"
    assert said.cover == "https://orchard.example/wp-content/uploads/saw.jpg"
    assert said.extra == {"slug": "winter-pruning", "sticky": True}
    assert page.metadata.extra["type"] == "page"
    assert [str(loss) for loss in left_out] == [
        "Half a thought: removed by entries that are not public (draft): [Half a thought]",
        "removed by what is no post and no page: [1 attachment]",
        "removed by comments, which --comments would keep: [2 comments]",
    ]


def test_comments_stand_behind_the_post_when_they_are_asked_for() -> None:
    text = convertkit.convert(next(convertkit.entries(SAMPLES / "wordpress.xml", comments=True)), "text").text
    assert "> Which saw?\n>\n> > Mira Holt, 2024-02-06 10:00\n> >\n> > The old one" in text
    assert "Buy now" not in text


@pytest.mark.parametrize(("name", "title"), [("blogger.xml", "High & dry"), ("takeout.atom", "Neap")])
def test_an_export_of_blogger_gives_its_published_posts(name: str, title: str) -> None:
    (post,) = documents(name)
    assert (post.metadata.title, post.metadata.authors) == (title, ("Ines",))
    assert post.metadata.tags == ("neap tide" if title == "Neap" else "spring tide",)
    (post,) = documents(name, comments=True)
    assert "Ruth" in plain_text(post.blocks)


def test_a_json_feed_gives_its_items() -> None:
    first, second, third, fourth = documents("feed.json")
    assert plain_text(first.blocks) == 'Sieve the ash twice: "fine".'
    assert (first.metadata.authors, first.metadata.cover) == (("Teo Lindqvist",), "https://kiln.example/img/bowl.jpg")
    assert (second.metadata.authors, second.metadata.identifier) == (("The kiln",), "17")
    assert plain_text(third.blocks) == "No."
    assert fourth.metadata.language == "sv"


def test_an_export_of_ghost_gives_its_published_posts() -> None:
    left_out: list[Loss] = []
    first, second, third = documents("ghost.json", left_out)
    assert first.metadata.authors == ("Vera Moss", "Jun Ito")
    assert (first.metadata.tags, first.metadata.language) == (("Legumes",), "en")
    assert plain_text(second.blocks).splitlines()[0] == "Plant deep"
    assert plain_text(third.blocks).startswith("Sow thin, and")
    assert third.metadata.extra["type"] == "page"
    assert len(left_out) == 1


@pytest.mark.parametrize("sample", sorted(path.name for path in SAMPLES.iterdir()))
@given(data=st.data())
def test_a_damaged_sample_raises_nothing_but_our_own(sample: str, data: st.DataObject) -> None:
    text = (SAMPLES / sample).read_text(encoding="utf-8")
    format_name = collection_format(SAMPLES / sample)
    at = data.draw(st.integers(0, len(text)))
    piece = data.draw(st.sampled_from(["", "<", "&", "]]>", "<!--", '"', "\\", "{", "]", "\\ud800", "\x00"]))
    damaged = text[:at] + piece + data.draw(st.sampled_from([text[at:], text[at + 9 :], ""]))
    try:
        for entry in convertkit.entries(damaged, from_=format_name, comments=True):
            if not entry.problem:
                convertkit.convert(entry, "html")
    except convertkit.UnreadableDocument:
        pass
