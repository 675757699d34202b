"""The page on which a person watches or hears what a frame plays."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

_IDENTIFIER = re.compile(r"[\w-]+\Z", re.ASCII)
_AFTER_EMBED = re.compile(r"/(?:embed|v|video|player|e)/(?:video/)?([\w-]+)", re.ASCII)


def watch_page(source: str) -> str:
    """The address of the page that shows what a player's frame shows; the frame's own if the player is unknown."""
    address = f"https:{source}" if source.startswith("//") else source
    try:
        parts = urlsplit(address)
    except ValueError:  # `http://[`
        return address
    host = (parts.netloc or "").lower().removeprefix("www.")
    if carried := _carried(host + parts.path, parts.query):
        return watch_page(carried)
    page = _PAGES.get(host)
    found = page(parts.path, _query(parts.query)) if page is not None else None
    return found or address


def _carried(place: str, query: str) -> str:
    """The address of the page that a wrapper has in its own address (Embedly, as on Medium, Facebook, Hatena)."""
    for wrapper, parameter in _WRAPPERS:
        if place.startswith(wrapper):
            address = parse_qs(query).get(parameter, [""])[0]
            return address if address.startswith(("https://", "http://")) else ""
    return ""


def _query(query: str) -> dict[str, str]:
    """The first value of each parameter that is a plain identifier."""
    return {name: values[0] for name, values in parse_qs(query).items() if _IDENTIFIER.match(values[0])}


def _youtube(path: str, query: dict[str, str]) -> str | None:
    found = _AFTER_EMBED.match(path)
    if found is None:
        return None
    if found[1] == "videoseries":
        return f"https://www.youtube.com/playlist?list={query['list']}" if "list" in query else None
    start = f"&t={query['start']}s" if query.get("start", "").isdigit() else ""
    return f"https://www.youtube.com/watch?v={found[1]}{start}"


def _bilibili(_path: str, query: dict[str, str]) -> str | None:
    number = query.get("bvid") or (f"av{query['aid']}" if query.get("aid") else None)
    page = query.get("page") or query.get("p") or "1"
    return f"https://www.bilibili.com/video/{number}" + (f"?p={page}" if page != "1" else "") if number else None


def _tencent(_path: str, query: dict[str, str]) -> str | None:
    return f"https://v.qq.com/x/page/{query['vid']}.html" if "vid" in query else None


def _netease(_path: str, query: dict[str, str]) -> str | None:
    kind = {"0": "playlist", "1": "album", "2": "song", "3": "program", "4": "djradio"}.get(query.get("type", ""))
    return f"https://music.163.com/#/{kind}?id={query['id']}" if kind and "id" in query else None


def _by_path(template: str) -> Callable[[str, dict[str, str]], str | None]:
    """A page whose address holds the identifier that follows `/embed/` or the like."""

    def page(path: str, _query: dict[str, str]) -> str | None:
        found = _AFTER_EMBED.match(path)
        return template.format(found[1]) if found else None

    return page


def _vimeo(path: str, query: dict[str, str]) -> str | None:
    found = _AFTER_EMBED.match(path)
    secret = f"/{query['h']}" if "h" in query else ""
    return f"https://vimeo.com/{found[1]}{secret}" if found else None


def _youku(path: str, _query: dict[str, str]) -> str | None:
    found = re.match(r"/(?:embed/|player\.php/(?:\w+/)*?sid/)([\w=-]+)", path, re.ASCII)
    return f"https://v.youku.com/v_show/id_{found[1]}.html" if found else None


def _twitch(_path: str, query: dict[str, str]) -> str | None:
    if "video" in query:
        return f"https://www.twitch.tv/videos/{query['video'].removeprefix('v')}"
    return f"https://www.twitch.tv/{query['channel']}" if "channel" in query else None


def _without(ending: str) -> Callable[[str, dict[str, str]], str | None]:
    """A page whose player's address is its own with something behind it: a pattern, whose host comes first."""
    host, _, pattern = ending.partition("/")

    def page(path: str, _query: dict[str, str]) -> str | None:
        found = re.match(pattern, path)
        return f"https://{host}{found[1]}" if found else None

    return page


def _from_query(template: str, name: str) -> Callable[[str, dict[str, str]], str | None]:
    """A page whose address holds one parameter of the player's."""
    return lambda _path, query: template.format(query[name]) if name in query else None


def _spotify(path: str, _query: dict[str, str]) -> str | None:
    found = re.match(r"/embed(?:-podcast)?(/\w+/\w+)", path)
    return f"https://open.spotify.com{found[1]}" if found else None


def _codepen(path: str, _query: dict[str, str]) -> str | None:
    return f"https://codepen.io{path.replace('/embed/', '/pen/', 1)}" if "/embed/" in path else None


_PAGES: dict[str, Callable[[str, dict[str, str]], str | None]] = {
    "youtube.com": _youtube,
    "youtube-nocookie.com": _youtube,
    "m.youtube.com": _youtube,
    "player.vimeo.com": _vimeo,
    "player.bilibili.com": _bilibili,
    "bilibili.com": lambda path, query: _bilibili(path, query) if path.startswith("/blackboard/") else None,
    "v.qq.com": _tencent,
    "imgcache.qq.com": _tencent,
    "static.video.qq.com": _tencent,
    "player.youku.com": _youku,
    "static.hdslb.com": _bilibili,
    "ixigua.com": lambda path, _query: f"https://www.ixigua.com{path.removeprefix('/iframe')}",
    "acfun.cn": lambda path, _query: f"https://www.acfun.cn{path.replace('/player/', '/v/', 1)}",
    "open.douyin.com": _from_query("https://www.douyin.com/video/{}", "vid"),
    "player.twitch.tv": _twitch,
    "clips.twitch.tv": _from_query("https://clips.twitch.tv/{}", "clip"),
    "platform.twitter.com": _from_query("https://twitter.com/i/status/{}", "id"),
    "instagram.com": _without(r"www.instagram.com/(/(?:p|reel|tv)/[\w-]+/)embed"),
    "jsfiddle.net": _without(r"jsfiddle.net/(/.+?/)embedded\b"),
    "asciinema.org": _without(r"asciinema.org/(/a/\w+)/(?:iframe|embed)"),
    "scratch.mit.edu": _without(r"scratch.mit.edu/(/projects/\d+)/embed"),
    "codesandbox.io": _by_path("https://codesandbox.io/s/{}"),
    "loom.com": _by_path("https://www.loom.com/share/{}"),
    "streamable.com": _by_path("https://streamable.com/{}"),
    "archive.org": _by_path("https://archive.org/details/{}"),
    "embed.nicovideo.jp": _without(r"www.nicovideo.jp/(/watch/\w+)"),
    "embed.podcasts.apple.com": _without(r"podcasts.apple.com/(/.+)"),
    "embed.music.apple.com": _without(r"music.apple.com/(/.+)"),
    "dailymotion.com": _by_path("https://www.dailymotion.com/video/{}"),
    "geo.dailymotion.com": lambda _path, query: (
        f"https://www.dailymotion.com/video/{query['video']}" if "video" in query else None
    ),
    "music.163.com": _netease,
    "open.spotify.com": _spotify,
    "codepen.io": _codepen,
    "ted.com": _by_path("https://www.ted.com/talks/{}"),
    "embed.ted.com": lambda path, _query: f"https://www.ted.com{path}" if path.startswith("/talks/") else None,
}
"""Players by the host of their frame, `www.` left off."""
_WRAPPERS = (
    ("cdn.embedly.com/widgets/", "url"),
    ("cdn.iframe.ly/", "url"),
    ("hatenablog-parts.com/embed", "url"),
    ("facebook.com/plugins/", "href"),
    ("figma.com/embed", "url"),
    ("w.soundcloud.com/player", "url"),
)
"""Frames around other pages, by the beginning of their address, and the parameter that holds the page's."""
