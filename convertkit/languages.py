"""Languages: the tag that someone wrote, made canonical; the language of a text that names none.

Tags are BCP 47 (RFC 5646) and langcodes knows its registry. Languages are told apart by turbohtml's trigram model,
Chinese, Japanese and Korean by their scripts, since a Chinese post about software may hold more Latin letters than
Chinese characters. Simplified and traditional Chinese are told apart by the repertoires of GB 2312 and Big5.
"""

from __future__ import annotations

import re
from functools import lru_cache

from turbohtml import detect

_PAIRS = """
afr=af aka=ak amh=am ara=ar aze=az bel=be ben=bn bul=bg cat=ca ces=cs cym=cy dan=da deu=de ell=el eng=en epo=eo est=et
fin=fi fra=fr guj=gu heb=he hin=hi hrv=hr hun=hu hye=hy ind=id ita=it jav=jv jpn=ja kan=kn kat=ka khm=km kor=ko lat=la
lav=lv lit=lt mal=ml mar=mr mkd=mk mya=my nep=ne nld=nl nob=nb ori=or pan=pa pes=fa pol=pl por=pt ron=ro rus=ru sin=si
slk=sk slv=sl sna=sn spa=es srp=sr swe=sv tam=ta tel=te tgl=tl tha=th tuk=tk tur=tr ukr=uk urd=ur uzb=uz vie=vi yid=yi
zul=zu
"""
_ISO_639_1 = dict(pair.split("=") for pair in _PAIRS.split())
"""ISO 639-3 to 639-1 for the languages of turbohtml's model, as the ISO 639-3 registry pairs them (Part1)."""

_CANONICAL = frozenset({*_ISO_639_1.values(), "en-GB", "en-US", "zh-CN", "zh-HK", "zh-Hans", "zh-Hant", "zh-TW"})
"""Tags that need no registry: importing langcodes costs more than converting a post."""

_SAMPLES, _SAMPLE_LENGTH = 3, 80
"""How many pieces of a long text are looked at, and how long each is: enough for the model, cheap for a book."""

_LEAST_EAST_ASIAN = 3
"""Words (by the weights below) under which a Chinese, Japanese or Korean text is too short to tell."""

_LEAST = 48
"""Letters under which any other text is too short to tell: the model takes an English title for French."""

_CERTAIN = 120
"""Letters from which the model's first choice is taken as it is.

Of fewer, a half must be taken for the same language, and none of the words be English: the model is sure of itself
even where it takes forty letters of English for French, or of Russian for Bulgarian.
"""

_NOT_ITS_OWN = {
    "bul": re.compile("[ыэёі]", re.IGNORECASE),
    "mkd": re.compile("[ыэёщъьюяй]", re.IGNORECASE),
    "srp": re.compile("[ыэёщъьюяй]", re.IGNORECASE),
    "ukr": re.compile("[ыэёъ]", re.IGNORECASE),
}
"""Letters that Russian has and the alphabets of its neighbours have not."""
_NOTHING = re.compile(r"(?!)")

_EAST_ASIAN = re.compile(r"[\u1100-\u11ff\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
_KANA = re.compile(r"[\u3041-\u30fa\u30fd-\u30ff]+")
_HANGUL = re.compile(r"[\u1100-\u11ff\uac00-\ud7a3]+")
_OTHER_LETTERS = re.compile(r"[A-Za-z\u00c0-\u10ff]+")

_ENGLISH = re.compile(
    r"\b(?:(the|and|that|with|this|from|are|have|which|your|their|you|will)|of|to|in|is|for|on|we|it|as|be|by|at|or|not)\b"
)
"""Words of which English prose is made by a third; those of the group are no other language's."""

_ENGLISH_WORDS, _ENGLISH_ALONE = 4, 2
"""So many of all of them, and of the group, make a sample English: the model need not be asked, which costs more."""

_HAN_A_WORD = 1.6
_HANGUL_A_WORD = 2
_LETTERS_A_WORD = 5
"""About what words have, so that a mixed text goes to the language of most of its words."""

_QUOTED_SHARE = 0.25
"""East Asian words for each other one, below which they are quotations: the rest of an East Asian post may be names,
commands and listings, of which it can have more than words."""

_KANA_SHARE = 0.15
"""Japanese prose is kana by half, its headlines by a quarter; Chinese prose that quotes Japanese stays below."""


@lru_cache(maxsize=256)
def canonical_tag(written: str) -> str | None:
    """The canonical BCP 47 tag: `en-us` is `en-US`, `zh_CN.UTF-8` is `zh-CN`, `eng` is `en`; None for no language.

    `und` says that nobody knows, and is None too. Names of countries (`cn`) or languages (`English`) are no tags.
    """
    tag = written.strip().partition(".")[0].partition("@")[0].replace("_", "-")
    if tag in _CANONICAL:
        return tag
    if not tag.isascii() or len(tag) > 35:  # RFC 5646, 4.4.1: no registered tag comes near
        return None
    import langcodes

    if not langcodes.tag_is_valid(tag):
        return None
    canonical = langcodes.standardize_tag(tag)
    return None if canonical.startswith(("und", "x-", "mul", "zxx")) else canonical


def detect_language(text: str) -> str:
    """The language of a text's prose as a BCP 47 tag, or `""` where there is too little to tell.

    Looks at 240 characters at most, spread over the text. Code should be left out by the caller.
    """
    sample = _sample(text)
    if sample.isascii() or not _EAST_ASIAN.search(sample):
        return "en" if _is_english(sample) else _by_model(sample)
    return _by_script(sample)


def detect_east_asian(text: str) -> str:
    """`detect_language` for a title, whose script may tell Chinese, Japanese or Korean; `""` for any other."""
    sample = _sample(text)
    found = _by_script(sample) if _EAST_ASIAN.search(sample) else ""
    return found if found.startswith(("zh", "ja", "ko")) else ""


def _by_script(sample: str) -> str:
    han, kana, hangul = _length(_HAN, sample), _length(_KANA, sample), _length(_HANGUL, sample)
    words = (han + kana) / _HAN_A_WORD + hangul / _HANGUL_A_WORD
    if words < _QUOTED_SHARE * _length(_OTHER_LETTERS, sample) / _LETTERS_A_WORD:
        return _by_model(" ".join(_OTHER_LETTERS.findall(sample)))  # the model goes by the script of most letters
    return _east_asian(sample, han, kana, hangul) if words >= _LEAST_EAST_ASIAN else ""


def _sample(text: str) -> str:
    if len(text) <= _SAMPLES * _SAMPLE_LENGTH:
        return text
    step = (len(text) - _SAMPLE_LENGTH) // (_SAMPLES - 1)
    return " ".join(text[start : start + _SAMPLE_LENGTH] for start in range(0, step * _SAMPLES, step))


def _is_english(sample: str) -> bool:
    found = _ENGLISH.findall(sample)
    return len(found) >= _ENGLISH_WORDS and len(found) - found.count("") >= _ENGLISH_ALONE


def _length(pattern: re.Pattern[str], text: str) -> int:
    return sum(map(len, pattern.findall(text)))


def _east_asian(sample: str, han: int, kana: int, hangul: int) -> str:
    if hangul > han + kana:
        return "ko"
    if kana > _KANA_SHARE * (han + kana):
        return "ja"
    return _chinese("".join(_HAN.findall(sample))[:200])


def _chinese(han: str) -> str:
    """Simplified forms are missing from Big5, traditional ones from GB 2312; what both have says nothing."""
    simplified, traditional = len(han.encode("gb2312", "ignore")), len(han.encode("big5", "ignore"))
    return "zh-TW" if traditional > simplified else "zh-CN"


def _by_model(sample: str) -> str:
    match = detect.detect_language(sample)
    if match.language is None:
        return ""
    letters = sum(map(str.isalpha, sample))
    if letters < _LEAST or (letters < _CERTAIN and not _is_agreed(sample, match.language)):
        return ""
    return _ISO_639_1.get(match.language, match.language)


def _is_agreed(sample: str, language: str) -> bool:
    """Whether the words of a short sample bear out that it is English or not, and a half of it what else it is."""
    found = _ENGLISH.findall(sample)
    if language == "eng":
        return len(found) >= _ENGLISH_ALONE
    if any(found) or _NOT_ITS_OWN.get(language, _NOTHING).search(sample):
        return False
    words = sample.split()
    halves = words[: len(words) // 2], words[len(words) // 2 :]
    return any(detect.detect_language(" ".join(half)).language == language for half in halves)
