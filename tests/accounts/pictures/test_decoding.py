"""What is taken and what is not, and what is left of it: pixels, upright, and nothing else."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from io import BytesIO

import pytest
from PIL import Image

from accounts.pictures import decoding, sizes
from accounts.pictures import errors as picture_errors
from tests.accounts.pictures import made
from tests.each import each

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><script>alert(document.cookie)</script>"


def encode(content: bytes) -> decoding.Encoded:
    return decoding.encode(BytesIO(content))


def corners(content: bytes) -> list[tuple[int, ...]]:
    """Top left, top right, bottom left, bottom right, a quarter in."""
    image = made.opened(content).convert("RGB")
    x, y = image.width // 4, image.height // 4
    places = [(x, y), (3 * x, y), (x, 3 * y), (3 * x, 3 * y)]
    return [image.getpixel(place) for place in places]


def shows_the_picture(content: bytes) -> bool:
    wanted = (made.YELLOW, made.RED, made.RED, made.BLUE)
    return all(made.is_near(a, b) for a, b in zip(corners(content), wanted, strict=True))


ACCEPTED = {
    "JPEG": made.jpeg(),
    "progressive JPEG": made.jpeg(progressive=True),
    "CMYK JPEG": made.jpeg(mode="CMYK"),
    "JPEG with a profile": made.jpeg(icc_profile=made.srgb_profile()),
    "JPEG with a broken profile": made.jpeg(icc_profile=b"not a profile" * 20),
    "PNG": made.png(),
    "PNG with a palette": made.png(mode="P"),
    "PNG with alpha": made.png(mode="RGBA"),
    "WebP": made.written(made.picture(), "WEBP", quality=90),
    "animated WebP": made.animated("WEBP"),
    "animated PNG": made.animated("PNG"),
    "AVIF": made.written(made.picture(), "AVIF", quality=90),
    "HEIC": made.HEIC,
    "HTML behind a JPEG": made.jpeg() + HTML,
    "a comment with HTML": made.jpeg(comment=HTML),
}


@each("content", ACCEPTED)
def test_a_picture_is_drawn_anew_in_two_sizes(content):
    encoded = encode(content)
    assert shows_the_picture(encoded.large)
    small = made.opened(encoded.small)
    assert small.size == (480, 480)
    assert small.format == "WEBP"
    assert made.opened(encoded.large).size == (encoded.width, encoded.height)


REFUSED = {
    "SVG": (SVG, picture_errors.PictureKindNotAllowed),
    "HTML": (HTML, picture_errors.PictureKindNotAllowed),
    "GIF": (made.written(made.picture(mode="P"), "GIF"), picture_errors.PictureKindNotAllowed),
    "TIFF": (made.written(made.picture(), "TIFF"), picture_errors.PictureKindNotAllowed),
    "PDF": (made.written(made.picture(), "PDF"), picture_errors.PictureKindNotAllowed),
    "EPS": (
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 99 99\n",
        picture_errors.PictureKindNotAllowed,
    ),
    "nothing": (b"", picture_errors.PictureUnreadable),
    "zeros": (b"\x00" * 1000, picture_errors.PictureKindNotAllowed),
    "half a JPEG": (made.jpeg()[: len(made.jpeg()) // 2], picture_errors.PictureUnreadable),
    "the head of a JPEG": (made.jpeg()[:10], picture_errors.PictureUnreadable),
    "half a PNG": (made.png()[: len(made.png()) // 2], picture_errors.PictureUnreadable),
    "half a HEIC": (made.HEIC[: len(made.HEIC) // 2], picture_errors.PictureUnreadable),
    "HTML that claims to be a JPEG": (b"\xff\xd8\xff\xe0" + HTML, picture_errors.PictureUnreadable),
    "a bomb": (made.bomb(), picture_errors.PictureTooManyPixels),
    "a bit too many pixels": (made.bomb(8193, 6400), picture_errors.PictureTooManyPixels),
    "a WebP that takes too much memory": (made.large_webp(), picture_errors.PictureTooManyPixels),
    "a WebP bomb": (made.resized_in_words("WEBP"), picture_errors.PictureTooManyPixels),
    "a HEIC bomb": (made.resized_in_words("HEIF"), picture_errors.PictureTooManyPixels),
    "an AVIF bomb": (made.resized_in_words("AVIF"), picture_errors.PictureUnreadable),
    "endless passes": (made.many_scans(), picture_errors.PictureUnreadable),
    "a tracking pixel": (made.png((2, 2)), picture_errors.PictureTooSmall),
}


@each("content, error", REFUSED)
def test_files_that_are_not_acceptable_pictures_are_refused(content, error):
    with pytest.raises(error):
        encode(content)


def test_fifty_megapixels_are_taken():
    encoded = encode(made.jpeg((8192, 6144), quality=60))
    assert (encoded.width, encoded.height) == (1600, 1200)
    assert shows_the_picture(encoded.large)


def test_the_message_says_how_many_megapixels_are_too_many():
    for content, most in ((made.bomb(), 50), (made.large_webp(), 30)):
        with pytest.raises(picture_errors.PictureTooManyPixels, match=f"more than {most} mega"):
            encode(content)


def test_a_picture_with_others_behind_it_is_one_picture():
    """As phones write them, with a depth map or a second exposure."""
    others = {"save_all": True, "append_images": [made.picture()]}
    encoded = encode(made.written(made.picture((3000, 2250)), "MPO", **others))
    assert (encoded.width, encoded.height) == (1600, 1200)


def test_a_small_picture_is_not_enlarged():
    encoded = encode(made.jpeg((100, 64)))
    assert (encoded.width, encoded.height) == (100, 64)


@each("orientation", range(1, 9))
def test_pictures_are_rotated_upright(orientation):
    """The corners of what is shown are those that the camera saw."""
    turn = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    seen = made.picture()
    kept = seen.transpose(turn[orientation]) if orientation in turn else seen
    content = made.written(kept, "JPEG", quality=95, exif=made.exif(orientation))
    encoded = encode(content)
    assert (encoded.width, encoded.height) == (320, 240)
    assert shows_the_picture(encoded.large)


@pytest.mark.parametrize("broken", [b"Exif\x00\x00MM\x00*", b"Exif\x00\x00" + b"\xff" * 64])
def test_unreadable_exif_data_is_ignored(broken):
    assert shows_the_picture(encode(made.jpeg(exif=broken)).large)


@each(
    "content",
    {
        "JPEG": made.jpeg(exif=made.exif(), icc_profile=made.srgb_profile(), comment=b"my home"),
        "PNG": made.png(exif=made.exif(), icc_profile=made.srgb_profile()),
        "WebP": made.written(made.picture(), "WEBP", exif=made.exif(), xmp=b"<x:xmpmeta>my home"),
        "AVIF": made.written(made.picture(), "AVIF", exif=made.exif(), xmp=b"<x:xmpmeta>my home"),
        "HEIC": made.HEIC,
        "polyglot": made.jpeg() + HTML,
    },
)
def test_metadata_is_removed(content):
    encoded = encode(content)
    for kept in (encoded.large, encoded.small):
        image = made.opened(kept)
        assert dict(image.getexif()) == {}
        assert not image.info.keys() & {"exif", "icc_profile", "xmp", "comment"}
        for chunk in (b"EXIF", b"ICCP", b"XMP ", b"Acme", b"my home", b"<script"):
            assert chunk not in kept


def test_transparent_pixels_become_white():
    clear = made.picture(mode="RGBA")
    clear.putalpha(0)
    for kept in (clear, clear.quantize()):
        corner = corners(encode(made.written(kept, "PNG")).large)[0]
        assert made.is_near(corner, (255, 255, 255))


def test_sixteen_bits_are_scaled_down_and_not_cut_off():
    image = made.opened(encode(made.sixteen_bits()).large).convert("L")
    dark, grey, light = (image.getpixel((x, 100)) for x in (8, 160, 312))
    assert dark < 20
    assert 115 < grey < 140
    assert light > 235


def test_other_colour_spaces_are_converted_to_srgb():
    """A profile in which red and green have changed places shows that it was followed."""
    profile = made.srgb_profile()
    swapped = profile.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")
    red = Image.new("RGB", (320, 240), "red")
    followed = corners(encode(made.written(red, "PNG", icc_profile=swapped)).large)[0]
    assert followed[1] > 200
    assert followed[0] < 90


def test_the_first_frame_of_an_animation_is_used():
    for kind in ("WEBP", "PNG"):
        assert getattr(made.opened(encode(made.animated(kind)).large), "n_frames", 1) == 1


def test_large_pictures_are_decoded_alone():
    """One of 24 megapixels as PNG may be decoded beside another, one of 50 may not."""
    assert sizes.decoders_for("PNG", 24_000_000) == 1
    assert sizes.decoders_for("PNG", 50_000_000) == sizes.DECODERS
    with decoding.decoders.turn(), ThreadPoolExecutor(1) as other:
        assert other.submit(encode, made.png()).result().width == 320
        large = other.submit(encode, made.png((5600, 5600)))
        with pytest.raises(TimeoutError):
            large.result(timeout=2)
        decoding.decoders._turns.release()
        assert large.result(timeout=30).width == 1600
        decoding.decoders._turns.acquire()


def test_a_decoder_without_a_free_slot_answers_busy():
    with ExitStack() as waiting:
        while decoding.decoders._places.acquire(blocking=False):
            waiting.callback(decoding.decoders._places.release)
        with pytest.raises(picture_errors.PicturesBusy):
            encode(made.jpeg())
    assert encode(made.jpeg()).width == 320
