"""JPEGs that lost their last bytes: taken while hardly anything of the picture is missing."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest

from accounts.pictures import decoding
from accounts.pictures.errors import PictureRefused, PictureUnreadable
from tests.accounts.pictures import made
from tests.each import each

SAME_SHADES = 5
"""Of 255, on average. Two pictures of noise are 47 apart. One whose end is grey is up to 2.1 apart
from itself, because WebP spends its bits elsewhere; 50 pictures were measured."""

KINDS = {
    "baseline": {},
    "high quality": {"quality": 95},
    "progressive": {"progressive": True},
    "progressive, all colours": {"progressive": True, "subsampling": 0, "quality": 92},
    "with restart markers": {"restart_marker_blocks": 4},
    "rotated": {"exif": made.exif(6)},
}


def encode(content: bytes) -> decoding.Encoded:
    return decoding.encode(BytesIO(content))


def cut(content: bytes, missing: int) -> bytes:
    return content[: len(content) - missing]


@each("options", KINDS)
@each("missing", [1, 2, 4, 100])
def test_a_jpeg_without_its_last_bytes_is_taken(options, missing):
    whole = made.photograph(**options)
    taken, wanted = encode(cut(whole, missing)), encode(whole)
    assert (taken.width, taken.height) == (wanted.width, wanted.height)
    assert looks_like(taken.large, wanted.large)


def looks_like(one: bytes, other: bytes) -> bool:
    """All but the last tenth is the same to the eye."""
    first, second = made.opened(one).convert("L"), made.opened(other).convert("L")
    upper = (0, 0, first.width, first.height * 9 // 10)
    pairs = zip(first.crop(upper).tobytes(), second.crop(upper).tobytes(), strict=True)
    return sum(abs(a - b) for a, b in pairs) / (upper[2] * upper[3]) < SAME_SHADES


@each("options", KINDS)
def test_one_that_lost_a_hundredth_is_taken(options):
    whole = made.photograph(**options)
    encode(cut(whole, len(whole) // 100))


@each("options", KINDS)
@each("share", [0.5, 0.75, 0.9])
def test_half_a_jpeg_is_refused(options, share):
    whole = made.photograph(**options)
    with pytest.raises(PictureUnreadable):
        encode(cut(whole, int(len(whole) * share)))


def test_one_whose_lower_tenth_would_be_grey_is_refused():
    whole = made.photograph()
    with pytest.raises(PictureUnreadable):
        encode(cut(whole, len(whole) // 10))


def test_every_cut_is_taken_or_refused():
    """Through the tables, the headers of scans and their data; never another error."""
    whole = made.photograph((128, 96), progressive=True)
    outcomes = [is_taken(whole[:length]) for length in range(1, len(whole) + 1)]
    assert outcomes[-1]
    assert not any(outcomes[: len(outcomes) // 2])


def is_taken(content: bytes) -> bool:
    try:
        encode(content)
    except PictureRefused:
        return False
    return True


def test_two_threads_take_and_refuse_at_once():
    """Nothing that holds for the whole process is switched for one picture."""
    whole = made.photograph()
    files = [cut(whole, 4), cut(whole, len(whole) // 2)] * 8
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(is_taken, files)) == [True, False] * 8
