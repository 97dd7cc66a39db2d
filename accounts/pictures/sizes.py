"""What a picture may be at most, and how much memory it takes to decode one."""

MEBIBYTE = 1024 * 1024

MAX_BYTES = 20 * MEBIBYTE
MAX_BODY_BYTES = 2 * MAX_BYTES + MEBIBYTE
"""Two of the largest files, or many smaller ones, and the parts around them. The body waits on the
disks of the proxy and of the server, so this is less than six of the largest."""

MAX_PIXELS = 50 * MEBIBYTE
"""Phones that are sold with 50 megapixels take up to 8192 × 6144, which is 50.3 million."""

MIN_SIDE = 64
SENT_SIDE = 2048
"""To how many pixels of the longer side a page scales a picture down before it sends it."""

MEMORY_BYTES = 500 * MEBIBYTE
"""What all decoding of a process may take at once: two of half of that, or one of all of it."""

DECODERS = 2

BYTES_PER_PIXEL = {
    "JPEG": 1.5,
    "progressive JPEG": 7.0,
    "HEIF": 7.5,
    "PNG": 10.0,
    "AVIF": 11.0,
    "WEBP": 16.5,
}
"""How much a process grows at its peak while it decodes a picture, measured for the kind of pixels
that takes the most: `python -m benchmarks.pictures`. JPEG alone is scaled down by its decoder, a
progressive one after all its coefficients were kept."""


def max_pixels(kind: str) -> int:
    """The most pixels that a picture of this kind may have, in whole megapixels."""
    affordable = int(MEMORY_BYTES / BYTES_PER_PIXEL[kind]) // MEBIBYTE * MEBIBYTE
    return min(MAX_PIXELS, affordable)


def decoders_for(kind: str, pixels: int) -> int:
    """How many of the `DECODERS` a picture takes because of its memory: one, or all of them."""
    is_large = pixels * BYTES_PER_PIXEL[kind] > MEMORY_BYTES / DECODERS
    return DECODERS if is_large else 1
