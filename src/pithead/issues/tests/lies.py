"""Uploads that are not what they say: made here, byte by byte."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PIL import Image, ImageDraw, PngImagePlugin

POSITION = "36.123456N 103.654321E"
CAMERA = "BaiShan-Phone-77"
MARKERS = (
    *(POSITION.encode(), CAMERA.encode(), b"Exif", b"ICC_PROFILE"),
    *(b"<script", b"<svg", b"<?php", b"PK\x03\x04", b"MZ\x90\x00", b"#!/bin", b"ustar"),
)
PAYLOADS: dict[str, bytes] = {
    "html": b"<html><script>alert(document.cookie)</script></html>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>1</script></svg>',
    "php": b"<?php system($_GET['c']); ?>",
    "shell": b"#!/bin/sh\nid\n",
    "exe": b"MZ\x90\x00" + b"\x00" * 60 + b"This program cannot be run in DOS mode",
    "tar": b"x" * 257 + b"ustar\x0000" + b"\x00" * 200,
}
FORMATS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True)
class Lie:
    """`wanted`: how it must end, where only one end is right."""

    label: str
    name: str
    content: bytes
    declared: str = "image/jpeg"
    wanted: str = ""  # "refused", "cleaned" or either


# ── true pictures to lie with ──
def picture(size: tuple[int, int] = (64, 48), mode: str = "RGB") -> Image.Image:
    """Red above, blue below: it tells which way is up."""
    drawn = Image.new("RGB", size, "red")
    ImageDraw.Draw(drawn).rectangle((0, size[1] // 2, size[0], size[1]), fill="blue")
    return drawn if mode == "RGB" else drawn.convert(mode)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def exif(orientation: int = 1) -> bytes:
    """With a position, a camera and a remark."""
    data = Image.Exif()
    data[0x0112], data[0x010F], data[0x010E] = orientation, CAMERA, POSITION
    data.get_ifd(0x8825).update({1: "N", 2: (36.0, 7.0, 24.44), 3: "E", 4: (103.0, 39.0, 15.55), 29: POSITION})
    data.get_ifd(0x8769).update({0x9286: POSITION.encode(), 0xA434: CAMERA})
    return data.tobytes()


def zipped() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("evil.html", PAYLOADS["html"].decode())
    return target.getvalue()


def _end(kind: str) -> str:
    return {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}[kind]


# ── the lies ──
def wrong_types() -> Iterator[Lie]:
    """Something else altogether under the name of a picture."""
    others = {
        **PAYLOADS,
        "zip": zipped(),
        "pdf": b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF",
        "text": "今天没有照片".encode(),
        "gif": encoded(picture(), "GIF"),
        "bmp": encoded(picture(), "BMP"),
        "tiff": encoded(picture(), "TIFF"),
        "ico": encoded(picture(), "ICO"),
        "ppm": encoded(picture(), "PPM"),
        "tga": encoded(picture(), "TGA"),
        "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) (w) file\n",
        "heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 64,
        "avif": b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1avif" + b"\x00" * 64,
        "mp4": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + b"\x00" * 64,
    }
    for what, content in others.items():
        for end in (".jpg", ".png", ".webp"):
            yield Lie(f"{what} called {end}", f"照片{end}", content, "image/png", "refused")


def misnamed() -> Iterator[Lie]:
    """A true picture under another name and another declared type."""
    names = ("a.exe", "a.php", "a.html", "a.svg", "a.jpg.php", "a.php.jpg", "a", ".htaccess")
    for number, name in enumerate(names):
        for kind in FORMATS:
            declared = ("text/html", "image/svg+xml", "application/x-php", "")[number % 4]
            yield Lie(f"{kind} called {name}", name, encoded(picture(), kind), declared, "cleaned")


def polyglots() -> Iterator[Lie]:
    """Pictures that are something else as well: after their end, in a comment, in a chunk, or before their beginning."""
    for what, payload in {**PAYLOADS, "zip": zipped()}.items():
        for kind in FORMATS:
            yield Lie(
                f"{kind} and {what} behind it", f"a{_end(kind)}", encoded(picture(), kind) + payload, wanted="cleaned"
            )
            yield Lie(
                f"{what} and {kind} behind it", f"a{_end(kind)}", payload + encoded(picture(), kind), wanted="refused"
            )
        yield Lie(f"JPEG comment of {what}", "a.jpg", encoded(picture(), "JPEG", comment=payload), wanted="cleaned")
        yield Lie(f"JPEG profile of {what}", "a.jpg", encoded(picture(), "JPEG", icc_profile=payload), wanted="cleaned")
        yield Lie(
            f"JPEG segment of {what}", "a.jpg", encoded(picture(), "JPEG", exif=b"Exif\0\0" + payload), wanted="cleaned"
        )
        yield Lie(f"PNG text of {what}", "a.png", encoded(picture(), "PNG", pnginfo=_text(payload)), wanted="cleaned")
        yield Lie(f"PNG chunk of {what}", "a.png", _with_chunk(b"teSt", payload), wanted="cleaned")
        yield Lie(
            f"WebP profile of {what}", "a.webp", encoded(picture(), "WEBP", icc_profile=payload), wanted="cleaned"
        )


def _text(payload: bytes) -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", payload.decode("latin-1"))
    return info


def _with_chunk(name: bytes, content: bytes) -> bytes:
    plain = encoded(picture(), "PNG")
    return plain[:33] + _chunk(name, content) + plain[33:]  # after the header


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def told_too_much() -> Iterator[Lie]:
    """Where it was taken, with what, by whom."""
    xmp = f"<x:xmpmeta><rdf:li>{POSITION}</rdf:li><rdf:li>{CAMERA}</rdf:li></x:xmpmeta>".encode()
    for kind in FORMATS:
        for size in ((64, 48), (48, 64), (2400, 1800)):
            content = encoded(picture(size), kind, exif=exif())
            yield Lie(f"{kind} {size} with its position", f"a{_end(kind)}", content, wanted="cleaned")
    for kind in ("JPEG", "WEBP"):
        yield Lie(f"{kind} with a description", f"a{_end(kind)}", encoded(picture(), kind, xmp=xmp), wanted="cleaned")
    yield Lie(
        "PNG with a remark", "a.png", encoded(picture(), "PNG", pnginfo=_text(POSITION.encode())), wanted="cleaned"
    )
    for broken in (
        b"Exif\0\0",
        b"Exif\0\0II*\0",
        b"Exif\0\0MM\0*\xff\xff\xff\xff",
        b"Exif\0\0" + POSITION.encode() * 50,
    ):
        content = encoded(picture(), "JPEG", exif=broken)
        yield Lie(f"JPEG with nonsense about itself, {len(broken)} bytes", "a.jpg", content)
    depth = encoded(picture(), "MPO", save_all=True, append_images=[picture((32, 24))], exif=exif())
    yield Lie("two pictures in one file, as phones make them", "a.jpg", depth, wanted="cleaned")


def turned() -> Iterator[Lie]:
    for orientation in (0, *range(2, 10), 77, 65535):
        for kind in FORMATS:
            content = encoded(picture(), kind, exif=exif(orientation))
            yield Lie(f"{kind} held as {orientation}", f"a{_end(kind)}", content, wanted="cleaned")


def bombs() -> Iterator[Lie]:
    for side in (5_001, 20_000, 60_000, 2**31 - 1):
        yield Lie(f"PNG of {side} squared", "a.png", _png_saying(side, side), wanted="refused")
    yield Lie("PNG of one row without end", "a.png", _png_saying(2**31 - 1, 1), wanted="refused")
    for side in (8_100, 20_000, 65_500):
        yield Lie(f"JPEG that says {side} squared", "a.jpg", _jpeg_saying(side, side), wanted="refused")
    yield Lie(
        "WebP of 4,100 squared", "a.webp", encoded(Image.new("L", (4_100, 4_100)), "WEBP", quality=1), wanted="refused"
    )
    yield Lie("PNG of a real 5,100 squared", "a.png", encoded(Image.new("1", (5_100, 5_100)), "PNG"), wanted="refused")
    yield Lie(
        "PNG whose text unpacks to 200 MB", "a.png", _with_chunk(b"zTXt", b"c\0\0" + _packed(200)), wanted="refused"
    )
    yield Lie(
        "PNG whose profile unpacks to 200 MB", "a.png", _with_chunk(b"iCCP", b"c\0\0" + _packed(200)), wanted="refused"
    )
    yield Lie("JPEG of a thousand scans", "a.jpg", _many_scans(1_000), wanted="refused")
    heavy = encoded(picture(), "JPEG") + b"\0" * (15 * 1024 * 1024)
    for name in ("a.jpg", "b.png"):
        yield Lie(f"too many bytes as {name}", name, heavy, wanted="refused")


def _png_saying(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = _chunk(b"IDAT", zlib.compress(b"\0" * 100_000))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + rows + _chunk(b"IEND", b"")


def _jpeg_saying(width: int, height: int) -> bytes:
    plain = encoded(picture(), "JPEG")
    at = plain.index(b"\xff\xc0") + 5
    return plain[:at] + struct.pack(">HH", height, width) + plain[at + 4 :]


def _packed(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(megabytes)) + packer.flush()


def _many_scans(count: int) -> bytes:
    """The last scan of a progressive picture over and over."""
    plain = encoded(picture((640, 480)), "JPEG", progressive=True)
    last = plain.rindex(b"\xff\xda")
    return plain[:last] + plain[last:-2] * count + b"\xff\xd9"


def broken() -> Iterator[Lie]:
    yield Lie("nothing at all", "a.jpg", b"", wanted="refused")
    for kind in FORMATS:
        whole = encoded(_noise(), kind)
        for part in (1, 4, 12, 30, len(whole) // 4, len(whole) // 2, len(whole) * 3 // 4):
            yield Lie(f"{kind} cut after {part} bytes", f"a{_end(kind)}", whole[:part], wanted="refused")
        yield Lie(
            f"{kind} of its first bytes and zeros", f"a{_end(kind)}", whole[:16] + b"\0" * 5_000, wanted="refused"
        )
        for at in range(3):
            hurt = bytearray(whole)
            middle = len(hurt) * (at + 1) // 4
            hurt[middle : middle + 40] = b"\xa5" * 40
            yield Lie(f"{kind} hurt at {at + 1}/4", f"a{_end(kind)}", bytes(hurt))


def _noise() -> Image.Image:
    return Image.effect_noise((200, 150), 80).convert("RGB")


def moving() -> Iterator[Lie]:
    frames = [picture((32, 24), "RGB"), Image.new("RGB", (32, 24), "green")]
    for kind, name in (("PNG", "a.png"), ("WEBP", "a.webp"), ("PNG", "a.jpg"), ("WEBP", "a.jpg")):
        content = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
        yield Lie(f"moving {kind} called {name}", name, content, wanted="refused")
    moving = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)
    yield Lie("moving GIF", "a.gif", moving, "image/gif", "refused")


def odd_modes() -> Iterator[Lie]:
    """Every way of keeping colours; transparent ones, too, and pictures of one line."""
    for mode in ("1", "L", "P", "LA", "RGBA", "I;16"):
        shown = Image.new("I;16", (64, 48), 40_000) if mode == "I;16" else picture(mode=mode)
        yield Lie(f"PNG in {mode}", "a.png", encoded(shown, "PNG"), wanted="cleaned")
    for mode in ("L", "CMYK"):
        yield Lie(f"JPEG in {mode}", "a.jpg", encoded(picture(mode=mode), "JPEG"), wanted="cleaned")
    for size in ((1, 1), (1, 9_000), (9_000, 1)):
        yield Lie(f"PNG of {size}", "a.png", encoded(Image.new("RGB", size), "PNG"), wanted="cleaned")


NAMES: tuple[str, ...] = (
    "../../../etc/passwd",
    "..\\..\\windows\\system32\\a.jpg",
    "/etc/cron.d/a.jpg",
    "C:\\Windows\\a.jpg",
    "\\\\server\\share\\a.jpg",
    "..",
    ".",
    "/",
    "",
    "a/../../b.jpg",
    "....//....//a.jpg",
    "%2e%2e%2fa.jpg",
    "a\x00.jpg",
    "现场\u202egpj.exe",
    "\u202e\u2066gpj.html",
    "a\r\nSet-Cookie: x=1.jpg",
    'a"; filename="b.html',
    "<script>alert(1)</script>.jpg",
    "照" * 5_000 + ".jpg",
    "a" * 300,
    "CON",
    "nul.jpg",
    "COM1.png",
    "~root/a.jpg",
    "$(id).jpg",
    "`id`.jpg",
    "|id.jpg",
    "-rf.jpg",
    "a.jpg::$DATA",
    "\ud7ff\ufeff\u200b.jpg",
    "   .jpg",
)


def paths() -> Iterator[Lie]:
    content = encoded(picture(), "JPEG")
    for name in NAMES:
        yield Lie(f"called {name[:40]!r}", name, content, wanted="cleaned")


MAKERS: tuple[Callable[[], Iterator[Lie]], ...] = (
    wrong_types,
    misnamed,
    polyglots,
    told_too_much,
    turned,
    bombs,
    broken,
    moving,
    odd_modes,
    paths,
)
