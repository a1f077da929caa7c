"""A photo is drawn anew, upright and small; what is none is refused in a sentence."""

import io

import pytest
from PIL import Image, ImageDraw

from pithead.kernel import images
from pithead.kernel.images import cleaned, shown_name
from pithead.kernel.refusal import Refused


def photo(size: tuple[int, int] = (40, 30), kind: str = "JPEG", **options: object) -> bytes:
    """Red above, blue below."""
    drawn = Image.new("RGB", size, "red")
    ImageDraw.Draw(drawn).rectangle((0, size[1] // 2, size[0], size[1]), fill="blue")
    target = io.BytesIO()
    drawn.save(target, kind, **options)
    return target.getvalue()


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def colour(image: Image.Image, x: float, y: float) -> str:
    red, _, blue = image.getpixel((int(image.width * x), int(image.height * y)))  # type: ignore[misc]
    return "red" if red > blue else "blue"


def held(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return photo(exif=exif.tobytes())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_photo_becomes_a_jpeg_without_anything_beside_its_pixels(kind: str) -> None:
    clean = cleaned(photo(kind=kind))
    image = opened(clean.content)
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (clean.width, clean.height))
    assert clean.content_type == "image/jpeg"
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert not image.getexif()


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [
        (1, (40, 30), (0.5, 0.1)),
        (2, (40, 30), (0.5, 0.1)),
        (3, (40, 30), (0.5, 0.9)),
        (4, (40, 30), (0.5, 0.9)),
        (5, (30, 40), (0.1, 0.5)),
        (6, (30, 40), (0.9, 0.5)),
        (7, (30, 40), (0.9, 0.5)),
        (8, (30, 40), (0.1, 0.5)),
        (9, (40, 30), (0.5, 0.1)),
    ],
)
def test_it_stands_as_the_phone_was_held(orientation: int, size: tuple[int, int], red_at: tuple[float, float]) -> None:
    image = opened(cleaned(held(orientation)).content)
    assert image.size == size
    assert colour(image, *red_at) == "red"
    assert colour(image, 1 - red_at[0], 1 - red_at[1]) == "blue"


@pytest.mark.parametrize(
    ("size", "kept"),
    [((4000, 3000), (1600, 1200)), ((900, 3200), (450, 1600)), ((1600, 20), (1600, 20)), ((9_000, 1), (1600, 1))],
)
def test_the_longest_side_is_what_a_page_can_bear(size: tuple[int, int], kept: tuple[int, int]) -> None:
    clean = cleaned(photo(size))
    assert (clean.width, clean.height) == kept


def test_a_photo_full_of_detail_is_still_light_enough_for_a_weak_network() -> None:
    busy = io.BytesIO()
    Image.effect_noise((3000, 2250), 60).convert("RGB").save(busy, "JPEG", quality=95)
    clean = cleaned(busy.getvalue())
    assert len(clean.content) < len(busy.getvalue()) / 5
    assert clean.width == 1600
    assert len(cleaned(photo((3000, 2250))).content) <= images.ENOUGH_BYTES


def test_the_same_photo_comes_out_the_same() -> None:
    assert cleaned(photo()) == cleaned(photo())


def test_what_was_transparent_is_white() -> None:
    target = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(target, "PNG")
    assert opened(cleaned(target.getvalue()).content).getpixel((10, 10)) == (255, 255, 255)


def test_sixteen_bits_a_dot_become_eight() -> None:
    target = io.BytesIO()
    Image.new("I;16", (20, 20), 0x8000).save(target, "PNG")
    assert opened(cleaned(target.getvalue()).content).getpixel((10, 10)) == (128, 128, 128)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "照片是空的"),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40, "请在手机“设置—相机—格式”里选“兼容性最佳”"),
        (b"%PDF-1.7", "只收 JPG、PNG、WebP"),
        (photo()[:-200], "请重新拍一张"),
        (photo() + b"\x00" * images.MAX_BYTES, "最大 15 MB：请把照片调小再传"),
    ],
)
def test_a_refusal_says_what_to_do(content: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        cleaned(content)


def test_the_name_shown_says_what_was_said_and_nothing_else() -> None:
    assert shown_name("1312 工作面（整改后）-2.HEIC") == "1312 工作面（整改后）-2.jpg"
    assert shown_name("C:\\照片\\..\\现场.jpeg") == "现场.jpg"
    assert shown_name("现场\u202egpj.exe") == "现场gpj.jpg"
    assert {shown_name(name) for name in ("", "..", "/", ".htaccess", "CON", "lpt1.png", "\x00", "“”")} == {"照片.jpg"}
    assert len(shown_name("照" * 5_000)) == images.LONGEST_NAME + len(".jpg")
