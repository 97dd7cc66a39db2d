"""Completes a JPEG that lost its last bytes, unless a part of the picture was lost with them.

Phones and messengers leave such files behind when they are interrupted. Pillow refuses them, or,
for the whole process and however much is missing, fills what is missing with grey.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageChops

from accounts.pictures.errors import PictureUnreadable

END_OF_IMAGE = b"\xff\xd9"

MIN_REACH = 0.95
"""How far down the last scan has to come, as a share of the height."""

MIN_REACH_OF_REFINEMENT = 0.5
"""The same for a scan that adds the last bit to what is there already, which nobody sees. Where a
picture is smooth it adds nothing, so that its end cannot be found exactly."""

_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)
"""Within the data of a scan, FF is followed by 00 or by a restart marker, D0 to D7."""

_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_START_OF_SCAN = 0xDA
COEFFICIENTS = 64
"""Of each block of 8 × 8 pixels."""


@dataclass(frozen=True)
class _Scan:
    """One pass over the picture (ITU-T T.81, B.2.3). `begins_at`: the offset of its data."""

    begins_at: int
    components: tuple[int, ...]
    coefficients: range
    is_refinement: bool
    missing_bits: int


def complete(content: bytes, size: tuple[int, int]) -> bytes:
    """The file with an end, for decoding at about this size in pixels.

    Decodes the picture twice. Raises PictureUnreadable if more than a few rows are missing.
    """
    frame, scans, end = _read(content)
    if not scans or not _has_every_scan(frame, scans):
        raise PictureUnreadable
    completed = content[:end] + END_OF_IMAGE
    enough = MIN_REACH_OF_REFINEMENT if scans[-1].is_refinement else MIN_REACH
    if _reach(completed, scans[-1], size) < enough:
        raise PictureUnreadable
    return completed


def _read(content: bytes) -> tuple[bytes, list[_Scan], int]:
    """The header of the frame, the scans, and where the data of the last one end."""
    frame, scans, end = b"", [], 0
    for code, begins_at, header in _segments(content):
        if code in _START_OF_FRAME:
            frame = header
        if code == _START_OF_SCAN:
            scans.append(_scan(header, begins_at + len(header)))
        end = begins_at + len(header)
    following = _MARKER.search(content, end)
    return frame, scans, following.start() if following else len(content)


def _segments(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Each whole segment: its marker, the offset of what follows its length, and that.

    Raises PictureUnreadable if the file has an end, because then nothing was cut off.
    """
    position = len(END_OF_IMAGE)
    while found := _MARKER.search(content, position):
        code = found[1][0]
        if code == END_OF_IMAGE[1]:
            raise PictureUnreadable
        length = int.from_bytes(content[found.end() : found.end() + 2])
        position = found.end() + length
        if length < 2 or position > len(content):
            return
        yield code, found.end() + 2, content[found.end() + 2 : position]


def _scan(header: bytes, begins_at: int) -> _Scan:
    count = header[0]
    components = tuple(header[1 : 1 + 2 * count : 2])
    first, last, bits = header[1 + 2 * count : 4 + 2 * count]
    return _Scan(begins_at, components, range(first, last + 1), bits >> 4 > 0, bits & 15)


def _has_every_scan(frame: bytes, scans: list[_Scan]) -> bool:
    """Whether a scan began for the last bit of each coefficient of each component."""
    wanted = {(component, place) for component in frame[6::3] for place in range(COEFFICIENTS)}
    begun = {
        (component, place)
        for scan in scans
        if scan.missing_bits == 0
        for component in scan.components
        for place in scan.coefficients
    }
    return wanted <= begun


def _reach(completed: bytes, last: _Scan, size: tuple[int, int]) -> float:
    """How far down the last scan changes the picture, as a share of the height."""
    without = completed[: last.begins_at] + END_OF_IMAGE
    difference = ImageChops.difference(_decode(completed, size), _decode(without, size))
    box = difference.getbbox()
    return box[3] / difference.height if box else 0


def _decode(content: bytes, size: tuple[int, int]) -> Image.Image:
    picture = Image.open(BytesIO(content), formats=("JPEG",))
    picture.draft(None, size)
    picture.load()
    return picture
