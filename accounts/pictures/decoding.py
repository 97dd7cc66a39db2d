"""Checks that an uploaded file is a picture, and encodes the pixels again in two sizes.

Nothing else of the file is kept: no metadata, no location, no data hidden behind the pixels.
"""

import logging
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, TypeVar

import pi_heif
from django.conf import settings
from PIL import Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

from accounts.pictures import sizes, truncation
from accounts.pictures.errors import (
    PictureKindNotAllowed,
    PictureRefused,
    PicturesBusy,
    PictureTooManyPixels,
    PictureTooSmall,
    PictureUnreadable,
)
from loopin.serving.concurrency import ConcurrencyLimit

logger = logging.getLogger(__name__)

LARGE_SIDE = 1600
"""Pixels of the longer side: sharp on a phone held upright (3 × 412 CSS pixels) and on a desk."""

SMALL_SIDE = 480
"""A square, for lists and editors: 240 CSS pixels at twice the density."""

QUALITY = 80
EFFORT = 4
"""WebP's own defaults, more or less; a higher effort takes twice as long for some per cent."""

MAX_SCANS = 64
"""Passes over a progressive JPEG, which has about 10. Each costs as much as a whole picture, and a
file of some MB has room for 100 000: https://libjpeg-turbo.org/pmwiki/uploads/About/TwoIssueswiththeJPEGStandard.pdf
"""

WAIT_SECONDS = 10

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF")
SIGNATURES = ((0, b"\xff\xd8\xff"), (0, b"\x89PNG"), (8, b"WEBP"), (4, b"ftyp"))
"""How files of these formats begin: the offset, and the bytes there."""

Image.MAX_IMAGE_PIXELS = sizes.MAX_PIXELS
ImageFile.LOAD_TRUNCATED_IMAGES = False
# Above the limit Pillow warns, and raises only above twice the limit.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
pi_heif.register_heif_opener(thumbnails=False)

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))

Result = TypeVar("Result")

decoders = ConcurrencyLimit(
    at_once=sizes.DECODERS,
    waiting=max(0, min(8, settings.WORKER_THREADS // 2) - sizes.DECODERS),
    wait_seconds=WAIT_SECONDS,
    busy=PicturesBusy,
)


@dataclass(frozen=True)
class Encoded:
    """The two WebP files, and the size of the large one in pixels."""

    large: bytes
    small: bytes
    width: int
    height: int


def encode(file: BinaryIO) -> Encoded:
    """Decode a file and encode it again in two sizes: first frame, upright, sRGB, on white.

    Takes up to four seconds of CPU. Raises PicturesBusy if too many wait, or what says what is
    wrong with the file: PictureKindNotAllowed, PictureUnreadable, PictureTooManyPixels,
    PictureTooSmall.
    """
    with decoders.turn():
        turns = _read_safely(file, _decoders_for)
        if turns == 1:
            return _read_safely(file, _encode)
    with decoders.turn(turns):
        return _read_safely(file, _encode)


def _read_safely(file: BinaryIO, read: Callable[[bytes], Result]) -> Result:
    """Call with the content, and raise one of our errors for whatever a decoder raises."""
    file.seek(0)
    try:
        return read(file.read(sizes.MAX_BYTES))
    except PictureRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureTooManyPixels from None
    except MemoryError:
        raise PicturesBusy from None
    except Exception as error:  # decoders raise all kinds of errors for malicious files
        logger.info("A picture could not be read: %s", type(error).__name__)
        raise PictureUnreadable from None


def _decoders_for(content: bytes) -> int:
    picture = _open(content)
    return sizes.decoders_for(_kind(picture), picture.width * picture.height)


def _encode(content: bytes) -> Encoded:
    large = _resize(_decode(content))
    small = ImageOps.fit(large, (SMALL_SIDE, SMALL_SIDE), Image.Resampling.LANCZOS)
    return Encoded(_encode_webp(large), _encode_webp(small), *large.size)


def _open(content: bytes) -> ImageFile.ImageFile:
    """Read the header, and refuse pictures that are too large, too small or too dear."""
    if content.startswith(b"\xff\xd8") and content.count(b"\xff\xda") > MAX_SCANS:
        raise PictureUnreadable
    try:
        picture = Image.open(BytesIO(content), formats=FORMATS)
    except UnidentifiedImageError:
        raise (
            PictureUnreadable if _has_known_signature(content) else PictureKindNotAllowed
        ) from None
    most = sizes.max_pixels(_kind(picture))
    if picture.width * picture.height > most:
        raise PictureTooManyPixels(most)
    if min(picture.size) < sizes.MIN_SIDE:
        raise PictureTooSmall
    return picture


def _kind(picture: Image.Image) -> str:
    """As `sizes` tells the formats apart. MPO is a JPEG with more pictures behind the first."""
    if picture.format not in ("JPEG", "MPO"):
        return str(picture.format)
    return "progressive JPEG" if picture.info.get("progressive") else "JPEG"


def _decode(content: bytes) -> Image.Image:
    """Decode the picture; a JPEG is scaled down while it is decoded."""
    picture = _open(content)
    try:
        return _load(picture)
    except OSError:
        if "JPEG" not in _kind(picture):
            raise
    return _load(_open(truncation.complete(content, _target_size(picture.size))))


def _load(picture: Image.Image) -> Image.Image:
    picture.draft(None, _target_size(picture.size))
    picture.load()
    return picture


def _has_known_signature(content: bytes) -> bool:
    if not content:
        return True
    return any(content.startswith(mark, start) for start, mark in SIGNATURES)


def _target_size(size: tuple[int, int]) -> tuple[int, int]:
    """The size of the large file: it fits into a square, and is never enlarged."""
    scale = min(1, LARGE_SIDE / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _resize(picture: Image.Image) -> Image.Image:
    profile, exif = picture.info.get("icc_profile"), picture.info.get("exif")
    reduced = _simplify_mode(picture)
    del picture  # each copy of a large picture is 200 MB
    reduced = reduced.resize(_target_size(reduced.size), Image.Resampling.LANCZOS, reducing_gap=3)
    upright = _rotate_upright(_convert_to_srgb(reduced, profile), exif)
    upright.info.clear()
    return upright


def _simplify_mode(picture: Image.Image) -> Image.Image:
    """Convert to a mode that can be scaled: no palette, at most 8 bits a channel."""
    if picture.mode.startswith("I"):
        # Pillow would cut off what is above 255 instead of scaling 16 bits down.
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if picture.mode in ("P", "PA", "1", "LA", "La", "RGBa"):
        return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    if picture.mode == "RGB" and "transparency" in picture.info:
        return picture.convert("RGBA")
    return picture


def _convert_to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert to sRGB on a white background; a broken colour profile is ignored."""
    if picture.mode == "RGBA":
        white = Image.new("RGB", picture.size, "white")
        alpha = picture.getchannel("A")
        white.paste(_convert_to_rgb(picture.convert("RGB"), profile), mask=alpha)
        return white
    return _convert_to_rgb(picture, profile)


def _convert_to_rgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if not profile:
        return picture.convert("RGB")
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, source, SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture.convert("RGB")
    return converted or picture.convert("RGB")


def _rotate_upright(picture: Image.Image, exif: bytes | None) -> Image.Image:
    """Rotate the picture as its EXIF orientation says; the other EXIF data is not read."""
    picture.info = {"exif": exif} if exif else {}
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # unreadable EXIF data is ignored
        return picture


def _encode_webp(picture: Image.Image) -> bytes:
    written = BytesIO()
    picture.save(written, "WEBP", quality=QUALITY, method=EFFORT)
    return written.getvalue()
