"""Pictures as cameras, editors and attackers make them, made here."""

import hashlib
import struct
import zlib
from io import BytesIO
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms, ImageDraw

HEIC = (Path(__file__).parent / "tiny.heic").read_bytes()
"""160 × 120 pixels with a GPS position: no codec that may be shipped here writes HEIC."""

YELLOW, RED, BLUE = (250, 220, 40), (200, 60, 90), (20, 60, 200)


def picture(size=(320, 240), mode="RGB") -> Image.Image:
    """Red, with a yellow corner at the top left and a blue one at the bottom right."""
    made = Image.new("RGB", size, RED)
    draw = ImageDraw.Draw(made)
    half = (size[0] // 2, size[1] // 2)
    draw.rectangle([(0, 0), (half[0] - 1, half[1] - 1)], fill=YELLOW)
    draw.rectangle([half, size], fill=BLUE)
    return made.convert(mode)


def written(image: Image.Image, kind: str, **options) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def jpeg(size=(320, 240), mode="RGB", **options) -> bytes:
    return written(picture(size, mode), "JPEG", **options)


def png(size=(320, 240), mode="RGB", **options) -> bytes:
    return written(picture(size, mode), "PNG", **options)


def noise(size) -> Image.Image:
    """What compresses badly, like a photograph in bad light."""
    return Image.effect_noise(size, 80).convert("RGB")


def exif(orientation=1) -> bytes:
    """A camera's notes: how it was held, who made it, where it was."""
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x010F] = "Acme Cameras"
    position = notes.get_ifd(0x8825)
    position[1], position[2] = "N", (18.0, 31.0, 12.0)
    return notes.tobytes()


def photograph(size=(600, 450), **options) -> bytes:
    """A JPEG that has something to say in each of its rows, as photographs have."""
    small = (size[0] // 6, size[1] // 6)
    channels = [Image.effect_noise(small, 90) for _ in range(3)]
    grain = Image.merge("RGB", channels).resize(size, Image.Resampling.BICUBIC)
    return written(grain, "JPEG", **options)


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


def bomb(width=50_000, height=50_000) -> bytes:
    """A PNG of 2.5 gigapixels in a few kilobytes."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [_chunk(b"IHDR", header), _chunk(b"IDAT", pixels), _chunk(b"IEND", b"")]
    )


def resized_in_words(kind: str) -> bytes:
    """A small picture whose head says that it is enormous."""
    if kind == "WEBP":
        webp = written(picture(), "WEBP", quality=80)
        return webp[:26] + struct.pack("<HH", 16383, 16383) + webp[30:]
    whole = HEIC if kind == "HEIF" else written(picture(), kind)
    before, mark, after = whole.partition(b"ispe")
    return before + mark + after[:4] + struct.pack(">II", 30000, 30000) + after[12:]


def large_webp() -> bytes:
    """36 megapixels, for which WebP's decoder takes too much memory; a small file of one colour."""
    return written(Image.new("RGB", (6000, 6000), RED), "WEBP", lossless=True, quality=0, method=0)


def many_scans(count=5000) -> bytes:
    """A progressive JPEG that says the same pass over its pixels again and again."""
    whole = jpeg((1024, 1024), progressive=True)
    start = whole.index(b"\xff\xda")
    end = whole.index(b"\xff\xda", start + 2)
    return whole[:start] + whole[start:end] * count + whole[start:]


def sixteen_bits(size=(320, 240)) -> bytes:
    """A grey PNG of 16 bits a pixel: a ramp from black to white."""
    ramp = Image.new("I;16", size)
    step = 65535 // (size[0] - 1)
    row = struct.pack(f"<{size[0]}H", *(x * step for x in range(size[0])))
    ramp.frombytes(row * size[1])
    return written(ramp, "PNG")


def animated(kind: str) -> bytes:
    frames = [picture(), Image.new("RGB", (320, 240), "green")]
    return written(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def file(content: bytes, name="me.jpg", content_type="image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type)


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


def is_near(one, other, by=24) -> bool:
    """Whether two colours are the same to the eye: WebP is lossy."""
    return all(abs(a - b) <= by for a, b in zip(one[:3], other[:3], strict=True))
