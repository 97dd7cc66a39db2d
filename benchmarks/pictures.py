"""What one uploaded picture costs: time, CPU, and how much the process grows at its peak (Linux).

    .venv/bin/python -m benchmarks.pictures
    .venv/bin/python -m benchmarks.pictures holiday.heic

Each picture is taken in by a process of its own, `--rounds` times; a Markdown table comes out.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image

from accounts.pictures import sizes

SIZES = {"12 MP": (4000, 3000), "24 MP": (5712, 4284), "50 MP": (8160, 6144)}
KINDS = {"PNG with alpha": "PNG", "PNG of 16 bits": "PNG"}
FORMATS = KINDS | {"progressive JPEG": "JPEG"}
MIB = 1024 * 1024


def grain(size: tuple[int, int]) -> Image.Image:
    """As hard to compress as a photograph: soft noise in three colours."""
    small = (size[0] // 6, size[1] // 6)
    channels = [Image.effect_noise(small, 90) for _ in range(3)]
    return Image.merge("RGB", channels).resize(size, Image.Resampling.BICUBIC)


def samples(folder: Path) -> list[Path]:
    """12, 24 and 50 megapixels in each format that can be written here and is taken so large."""
    made = []
    for name, size in SIZES.items():
        for kind, source, options in pictures(size):
            if size[0] * size[1] > sizes.max_pixels(KINDS.get(kind, kind)):
                continue
            path = folder / f"{name} {kind}"
            source.save(path, FORMATS.get(kind, kind), **options)
            made.append(path)
    return made


def pictures(size: tuple[int, int]) -> list[tuple[str, Image.Image, dict[str, Any]]]:
    """The kind, the picture and how it is written; of each format what costs most memory, too."""
    picture = grain(size)
    flat = picture.resize((size[0] // 40, size[1] // 40)).resize(size, Image.Resampling.NEAREST)
    deep = flat.convert("L").convert("I").point(lambda value: value * 257).convert("I;16")
    quick = {"compress_level": 1}
    return [
        ("JPEG", picture, {"quality": 80}),
        ("progressive JPEG", picture, {"quality": 80, "progressive": True, "subsampling": 0}),
        ("PNG", flat, quick),
        ("PNG with alpha", flat.convert("RGBA"), quick),
        ("PNG of 16 bits", deep, quick),
        ("WEBP", picture, {"quality": 80, "method": 2}),
        ("AVIF", picture, {"quality": 60, "speed": 9, "subsampling": "4:4:4"}),
    ]


def measure(path: Path) -> tuple[float, float, float]:
    """Milliseconds from the first byte to both files, CPU milliseconds, MiB at the peak."""
    command = [sys.executable, "-m", "benchmarks.pictures", "--one", str(path)]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    whole, cpu, grown = map(float, found.stdout.split())
    return whole, cpu, grown


def take_in(path: Path) -> None:
    os.environ |= {"ENV_FILE": "", "DJANGO_SETTINGS_MODULE": "loopin.settings"}
    import django  # noqa: PLC0415  only here are there settings

    django.setup()
    from accounts.pictures import decoding  # noqa: PLC0415

    content = path.read_bytes()
    decoding.encode(_small_picture())  # loads what is loaded once
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    resident = _status("VmRSS")
    before = resource.getrusage(resource.RUSAGE_SELF)
    begun = time.perf_counter()
    decoding.encode(BytesIO(content))
    whole = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(whole * 1000, cpu * 1000, _status("VmHWM") - resident)


def _status(name: str) -> float:
    """A figure of this process, in MiB, as the kernel has it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith(f"{name}:")]
    return int(line.split()[1]) / 1024


def _small_picture() -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (64, 64)).save(file, "PNG")
    file.seek(0)
    return file


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="instead of made ones, such as HEIC")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        take_in(options.one)
        return
    with TemporaryDirectory() as folder:
        print("| Picture | MiB | ms | CPU ms | Peak, MiB |\n| --- | --- | --- | --- | --- |")
        for path in options.files or samples(Path(folder)):
            rounds = [measure(path) for _ in range(options.rounds)]
            whole, cpu, grown = (statistics.median(column) for column in zip(*rounds, strict=True))
            size = path.stat().st_size / MIB
            print(f"| {path.name} | {size:.1f} | {whole:.0f} | {cpu:.0f} | {grown:.0f} |")


if __name__ == "__main__":
    main()
