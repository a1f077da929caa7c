"""Photos from people's phones, made fit to keep: only their pixels survive, upright and small enough for a page."""

import io
import re
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from pithead.kernel.refusal import Refused

MAX_BYTES = 15 * 1024 * 1024
# JPEG is decoded at a fraction of its size where it is large; the others need all their pixels at once.
MAX_PIXELS = {"JPEG": 65_000_000, "MPO": 65_000_000, "PNG": 25_000_000, "WEBP": 16_000_000}
LONGEST_SIDE = 1600
ENOUGH_BYTES = 300 * 1024  # what a phone can still send from a weak network
QUALITIES = (82, 70, 55)
CONTENT_TYPE = "image/jpeg"
MAX_SCANS = 60  # a photo has one to a dozen, its previews too; each costs the decoder a walk over the whole picture
SCAN = re.compile(rb"\xff\xda\x00(?:\x08\x01|\x0a\x02|\x0c\x03|\x0e\x04)")
APPLE_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif")
ORIENTATION = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
Image.MAX_IMAGE_PIXELS = None  # counted here by kind of picture, before one is decoded

LONGEST_NAME = 60
UNNAMED = "照片"
MISLEADING = re.compile(r"[^\w ()（）-]")  # whatever turns text round, ends a line or means something to a machine
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)  # devices on the computers of offices


@dataclass(frozen=True)
class CleanImage:
    content: bytes
    width: int
    height: int
    content_type: str = CONTENT_TYPE


def cleaned(content: bytes) -> CleanImage:
    """Drawn anew: position, camera, profile, comments, previews and whatever else was hidden in the file are gone."""
    _refuse_unread(content)
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as source:
            _refuse_unfit(source)
            turn = _turn_of(source)
            picture = _pixels(source)
    except Refused:
        raise
    except UnidentifiedImageError:
        raise Refused("这不是照片：只收 JPG、PNG、WebP 格式的照片，请重新选择") from None
    except Exception:  # decoders fail in a dozen ways on what is broken, and none of them is ours
        raise Refused("照片不完整或已损坏，打不开：请重新拍一张，或换一张再传") from None
    if turn is not None:
        picture = picture.transpose(turn)
    return CleanImage(_encoded(picture), picture.width, picture.height)


def shown_name(name: str) -> str:
    """How the photo is called on pages and when it is saved: the last step of what was sent, without what misleads."""
    last = re.split(r"[/\\]", name)[-1]
    stem = MISLEADING.sub("", last.partition(".")[0])[:LONGEST_NAME].strip(" -")
    return f"{UNNAMED if not stem or RESERVED.fullmatch(stem) else stem}.jpg"


# ── what is refused ──
def _refuse_unread(content: bytes) -> None:
    """Before any decoder sees it."""
    if not content:
        raise Refused("照片是空的，没有内容：请重新拍一张再传")
    refuse_size(len(content))
    if content[4:8] == b"ftyp" and content[8:12] in APPLE_BRANDS:
        raise Refused("不收 HEIC 格式：请在手机“设置—相机—格式”里选“兼容性最佳”后重拍，或另存为 JPG 再传")
    if len(SCAN.findall(content)) > MAX_SCANS:
        raise Refused("照片的编码不正常：请用手机相机重新拍一张，或截屏后再传")


def refuse_size(size: int) -> None:
    if size > MAX_BYTES:
        raise Refused(f"照片有 {size / 1024 / 1024:.0f} MB，最大 {MAX_BYTES // 1024 // 1024} MB：请把照片调小再传")


def _refuse_unfit(source: Image.Image) -> None:
    """By what the header says."""
    limit = MAX_PIXELS[source.format or ""]
    if source.width * source.height > limit:
        raise Refused(
            f"照片有 {source.width}×{source.height} 个像素，最多 {limit // 10_000} 万：请在相机设置里调低分辨率再拍"
        )
    if source.format != "MPO" and getattr(
        source, "is_animated", False
    ):  # MPO: a photo with its depth or its brightness
        raise Refused("不收动图：请传一张静止的照片")


# ── what is kept ──
def _turn_of(source: Image.Image) -> Image.Transpose | None:
    """How the phone was held. Who wrote nonsense there held it upright."""
    try:
        return UPRIGHT.get(source.getexif().get(ORIENTATION, 1))
    except Exception:
        return None


def _pixels(source: Image.Image) -> Image.Image:
    """At most `LONGEST_SIDE`, in red, green and blue; what was transparent is white."""
    source.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    source.load()
    picture: Image.Image = source
    if picture.mode.startswith("I"):  # sixteen bits a dot
        picture = picture.point(lambda value: value / 256).convert("L")
    clear = picture.has_transparency_data
    picture = picture.convert("RGBA" if clear else "RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    if clear:
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture.getchannel("A"))
        picture = paper
    picture.info.clear()  # comments would be written again
    return picture


def _encoded(picture: Image.Image) -> bytes:
    """The best that is small enough; the smallest where none is."""
    content = b""
    for quality in QUALITIES:
        target = io.BytesIO()
        picture.save(target, "JPEG", quality=quality, optimize=True)
        content = target.getvalue()
        if len(content) <= ENOUGH_BYTES:
            break
    return content
