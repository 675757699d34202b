"""Pictures: told by their bytes, stripped, turned, converted, or refused. Each is drawn here."""

from __future__ import annotations

import base64
import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from convertkit.pictures import MAX_PIXELS, Kind, PictureError, kind_of, pixel_size, prepare
from convertkit.pictures.rasterising import rasterise
from tests.posts import PNG

ORIENTATION = 0x0112
SECRET = "Ada's camera"


def drawn(mode: str = "RGB", size: tuple[int, int] = (8, 4)) -> Image.Image:
    """A picture whose left half is red (or dark) and whose right half is not."""
    picture = Image.new("RGB", size, "white")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    return picture.convert(mode)


def saved(picture: Image.Image, name: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, name, **options)
    return file.getvalue()


def with_exif(name: str, turn: int, size: tuple[int, int] = (64, 32)) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = turn
    exif[0x010F] = SECRET
    options = {"quality": 95} if name == "JPEG" else {"lossless": True} if name == "WEBP" else {}
    return saved(drawn(size=size), name, exif=exif.tobytes(), **options)


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


EVERY_KIND = {
    Kind.PNG: saved(drawn(), "PNG"),
    Kind.JPEG: saved(drawn(), "JPEG"),
    Kind.GIF: saved(drawn("P"), "GIF"),
    Kind.WEBP: saved(drawn(), "WEBP"),
    Kind.AVIF: saved(drawn(), "AVIF"),
    Kind.TIFF: saved(drawn(), "TIFF"),
    Kind.BMP: saved(drawn(), "BMP"),
}


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.name)
def test_a_picture_is_told_by_its_bytes_and_measured_by_its_head(kind: Kind) -> None:
    content = EVERY_KIND[kind]
    assert kind_of(content) is kind
    assert pixel_size(content) == (8, 4)


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.name)
def test_every_kind_becomes_one_that_documents_hold_the_same_each_time(kind: Kind) -> None:
    resource = prepare(EVERY_KIND[kind], 1600)
    assert resource.media_type in {"image/png", "image/jpeg", "image/gif", "image/webp"}
    assert resource == prepare(EVERY_KIND[kind], 1600)
    red, green, _ = opened(resource.content).convert("RGB").getpixel((1, 1))  # type: ignore[misc]  # RGB: a tuple
    assert red > 200
    assert green < 60
    if kind in (Kind.PNG, Kind.JPEG, Kind.GIF):
        assert resource.content == EVERY_KIND[kind]


@pytest.mark.parametrize(
    "content", [b"", b"not an image\n", b"<html><script>alert(1)</script></html>", b"\xff\xd8", b"BM"]
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(PictureError):
        prepare(content)


def test_heic_is_refused_by_name() -> None:
    with pytest.raises(PictureError, match="HEIC"):
        prepare(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")


# ---------------------------------------------------------------- what tells of the maker


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
def test_metadata_goes_and_no_pixel_changes(name: str) -> None:
    content = with_exif(name, 1)
    assert SECRET.encode() in content
    resource = prepare(content, 1600)
    assert SECRET.encode() not in resource.content
    assert resource.media_type == f"image/{name.lower()}"
    assert opened(resource.content).tobytes() == opened(content).tobytes()
    assert not opened(resource.content).getexif()


def test_words_in_a_png_and_comments_in_jpeg_and_gif_go() -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", SECRET)
    for content in (
        saved(drawn(), "PNG", pnginfo=info),
        saved(drawn(), "JPEG", comment=SECRET),
        saved(drawn("P"), "GIF", comment=SECRET),
    ):
        assert SECRET.encode() in content
        assert SECRET.encode() not in prepare(content).content


def test_what_follows_a_picture_goes() -> None:
    for kind in (Kind.PNG, Kind.JPEG, Kind.GIF, Kind.WEBP):
        assert prepare(EVERY_KIND[kind] + b"<script>alert(1)</script>") == prepare(EVERY_KIND[kind])


def test_a_colour_profile_stays() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for name in ("JPEG", "PNG", "WEBP"):
        content = saved(drawn(size=(400, 40)), name, icc_profile=profile)
        assert opened(prepare(content).content).info["icc_profile"] == profile
    assert opened(prepare(saved(drawn(size=(400, 40)), "JPEG", icc_profile=profile), 100).content).info["icc_profile"]


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("turn", "red"), [(2, (60, 10)), (3, (60, 10)), (6, (10, 5)), (8, (10, 60)), (5, (10, 5)), (7, (10, 60))]
)
def test_a_picture_is_turned_upright(name: str, turn: int, red: tuple[int, int]) -> None:
    picture = opened(prepare(with_exif(name, turn), 1600).content).convert("RGB")
    assert picture.size == ((64, 32) if turn < 5 else (32, 64))
    colour = picture.getpixel(red)
    assert isinstance(colour, tuple)
    assert colour[1] < 80


# ---------------------------------------------------------------- size


def test_the_longest_edge_is_kept_to() -> None:
    for name in ("JPEG", "PNG", "WEBP", "BMP"):
        assert opened(prepare(saved(drawn(size=(300, 150)), name), 100).content).size == (100, 50)
        assert opened(prepare(saved(drawn(size=(300, 150)), name), 0).content).size == (300, 150)


def animation(name: str, size: tuple[int, int] = (30, 20)) -> bytes:
    frames = [Image.new("RGB", size, colour) for colour in ("red", "green", "blue")]
    return saved(frames[0], name, save_all=True, append_images=frames[1:], duration=100, loop=0)


@pytest.mark.parametrize("name", ["GIF", "PNG", "WEBP"])
def test_what_moves_stays_as_it_is(name: str) -> None:
    content = animation(name)
    resource = prepare(content, 10)
    picture = Image.open(io.BytesIO(resource.content))
    assert getattr(picture, "n_frames", 1) == 3
    assert picture.size == (30, 20)


def test_a_gif_that_repeats_goes_on_repeating() -> None:
    assert b"NETSCAPE2.0" in prepare(animation("GIF")).content


def png_of(width: int, height: int) -> bytes:
    """The head of a PNG of one colour; nothing of it is needed beyond that."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "content",
    [
        png_of(30_000, 30_000),
        png_of(2**31 - 1, 2**31 - 1),
        b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\xff\xff\xff\xff\0\x02\x02D\x01\0;",
        saved(drawn("1", (9000, 6000)), "TIFF", compression="group4"),
        EVERY_KIND[Kind.BMP][:18] + struct.pack("<ii", 100_000, -100_000) + EVERY_KIND[Kind.BMP][26:],
    ],
    ids=["png", "largest png", "gif", "tiff", "bmp"],
)
def test_a_bomb_is_refused_from_its_head(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(Image, "open", never)
    with pytest.raises(PictureError, match=f"more than the {MAX_PIXELS // 1_000_000} million"):
        prepare(content)


# ---------------------------------------------------------------- damage


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.name)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_picture_cut_short_is_refused(kind: Kind, share: float) -> None:
    content = saved(drawn("P" if kind is Kind.GIF else "RGB", (90, 60)), kind.name)
    with pytest.raises(PictureError):
        prepare(content[: int(len(content) * share)])


def test_a_png_whose_sums_are_wrong_is_refused() -> None:
    with pytest.raises(PictureError, match="damaged"):
        prepare(PNG[:-20] + b"\0\0\0\0" + PNG[-16:])


@given(st.sampled_from(sorted(EVERY_KIND)), st.data())
def test_damage_is_a_named_failure_or_a_picture(kind: Kind, data: st.DataObject) -> None:
    content = bytearray(EVERY_KIND[kind])
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        resource = prepare(bytes(content), 4)
    except PictureError:
        return
    assert kind_of(resource.content) == resource.media_type


# ---------------------------------------------------------------- colours


def test_inks_become_light() -> None:
    content = saved(drawn("CMYK", (40, 20)), "JPEG", quality=95)
    resource = prepare(content)
    picture = opened(resource.content)
    assert (resource.media_type, picture.mode) == ("image/jpeg", "RGB")
    colour = picture.getpixel((5, 5))
    assert isinstance(colour, tuple)
    assert colour[0] > 200
    assert colour[1] < 80


def test_what_shines_through_goes_on_to() -> None:
    picture = Image.new("RGBA", (20, 20), (255, 0, 0, 0))
    for name in ("AVIF", "TIFF"):
        resource = prepare(saved(picture, name))
        assert resource.media_type == "image/png"
        assert opened(resource.content).mode == "RGBA"


def test_photographs_become_jpeg_and_drawings_png() -> None:
    assert prepare(EVERY_KIND[Kind.AVIF]).media_type == "image/jpeg"
    assert prepare(EVERY_KIND[Kind.BMP]).media_type == "image/png"
    assert prepare(EVERY_KIND[Kind.WEBP], webp=False).media_type == "image/jpeg"


def test_sixteen_bits_of_grey_keep_their_middle() -> None:
    picture = Image.new("I;16", (10, 10), 32768)
    found = opened(prepare(saved(picture, "TIFF")).content).getpixel((1, 1))
    assert found in (127, 128)


# ---------------------------------------------------------------- drawings

HEAD = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="20" height="10"'


def cleaned(inside: str) -> str:
    text = prepare(f"<svg {HEAD}>{inside}</svg>".encode()).content.decode()
    assert text.startswith(f"<svg {HEAD.replace('xmlns:xlink', 'xmlns:xlink')}"[:4])
    return text[text.index(">") + 1 : -len("</svg>")]


@pytest.mark.parametrize(
    ("inside", "left"),
    [
        ("<script>alert(1)</script>", ""),
        ('<rect onclick="alert(1)" width="2"/>', '<rect width="2"></rect>'),
        ('<a xlink:href="javascript:alert(1)"><text>x</text></a>', "<text>x</text>"),
        ("<foreignObject><p>x</p></foreignObject>", ""),
        ('<image xlink:href="http://e.example/x.png"/>', ""),
        ('<image xlink:href="file:///etc/passwd"/>', ""),
        ('<image xlink:href="data:image/svg+xml;base64,PHN2Zz4="/>', ""),
        ('<use xlink:href="http://e.example/x.svg#a"/>', "<use></use>"),
        ('<use href="#a"/><g id="a"/>', '<use xlink:href="#a"></use><g id="a"></g>'),
        ('<use href="#a"/><linearGradient id="a"/>', '<use></use><linearGradient id="a"></linearGradient>'),
        ('<use href="#nowhere"/><rect mask="url(#nowhere)"/>', "<use></use><rect></rect>"),
        ('<set attributeName="href" to="javascript:alert(1)"/>', ""),
        ('<animate attributeName="x"/>', ""),
        ("<style>@import url(http://e.example/x.css);</style>", "<style></style>"),
        ("<style>.a{fill:url(#g)} /* c */</style>", "<style>.a{fill:url(#g)} </style>"),
        ('<g style="fill:red;background:url(http://e.example)"/>', '<g style="fill:red"></g>'),
        ('<g style="fill:\\75rl(http://e.example)" fill="url(\'http://e.example\')"/>', "<g></g>"),
        (
            '<pattern id="a"/><g fill="url(#a) red" data-x="1" xml:space="preserve"/>',
            '<pattern id="a"></pattern><g fill="url(#a) red" xml:space="preserve"></g>',
        ),
        ("<text>a &lt;b&gt; &amp;#60;</text>", "<text>a &lt;b&gt; &amp;#60;</text>"),
        ("<title>t</title><desc>d</desc><metadata>m</metadata>", "<title>t</title><desc>d</desc>"),
    ],
)
def test_a_drawing_keeps_only_what_draws(inside: str, left: str) -> None:
    assert cleaned(inside) == left


def test_a_harmless_picture_in_a_drawing_stays() -> None:
    inside = f'<image width="2" xlink:href="data:image/png;base64,{base64.b64encode(PNG).decode()}"></image>'
    assert cleaned(inside) == inside
    bomb = base64.b64encode(png_of(30_000, 30_000)).decode()
    assert cleaned(f'<image xlink:href="data:image/png;base64,{bomb}"/>') == ""


@pytest.mark.parametrize(
    "text",
    [
        f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg {HEAD}><text>&x;</text></svg>',
        f'<!DOCTYPE svg [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]><svg {HEAD}><text>&b;</text></svg>',
        f"<svg {HEAD}><g></svg>",
        f"<svg {HEAD}><text>&nbsp;</text></svg>",
        f'<svg {HEAD}><g id="a"><use href="#a"/></g></svg>',
        f"<svg {HEAD}>"
        + "".join(f'<g id="g{n}">' + f'<use href="#g{n - 1}"/>' * 10 + "</g>" for n in range(9))
        + "</svg>",
        f"<svg {HEAD}>"
        + "".join(f'<pattern id="g{n}">' + f'<rect fill="url(#g{n - 1})"/>' * 10 + "</pattern>" for n in range(9))
        + "</svg>",
        "<svg><rect/></svg>",
    ],
)
def test_a_drawing_that_is_none_or_too_much_is_refused(text: str) -> None:
    with pytest.raises(PictureError):
        prepare(text.encode())


def test_deep_nesting_is_cut_off() -> None:
    assert prepare(f"<svg {HEAD}>{'<g>' * 20000}{'</g>' * 20000}</svg>".encode()).content.count(b"<g>") <= 200


def test_a_drawing_with_a_plain_document_type_is_a_drawing() -> None:
    head = '<?xml version="1.0"?>\n<!-- made by hand -->\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">\n'
    assert prepare(f"{head}<svg {HEAD}><g/></svg>".encode()).media_type == "image/svg+xml"


def test_a_drawing_becomes_pixels_for_formats_without_drawings() -> None:
    drawing = prepare(f'<svg {HEAD}><rect width="20" height="10" fill="red"/></svg>'.encode())
    resource, width = rasterise(drawing)
    assert (resource.media_type, width) == ("image/png", 20)
    assert opened(resource.content).size == (40, 20)
    for size in ('width="100%"', 'width="1e30"', ""):
        with pytest.raises(PictureError):
            rasterise(prepare(f'<svg xmlns="http://www.w3.org/2000/svg" {size}><g/></svg>'.encode()))
    huge = prepare(
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100000 50000"><rect width="9" height="9"/></svg>'
    )
    assert opened(rasterise(huge)[0].content).size == (1600, 800)
