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

from PIL import Image

TWELVE, SIXTEEN = (4000, 3000), (4608, 3456)
MIB = 1024 * 1024


def grain(size: tuple[int, int]) -> Image.Image:
    """As hard to compress as a photograph: soft noise in three colours."""
    small = (size[0] // 6, size[1] // 6)
    channels = [Image.effect_noise(small, 90) for _ in range(3)]
    return Image.merge("RGB", channels).resize(size, Image.Resampling.BICUBIC)


def samples(folder: Path) -> list[Path]:
    """12 and 16 megapixels in each format that can be written here."""
    made = []
    for name, size in (("12 MP", TWELVE), ("16 MP", SIXTEEN)):
        picture = grain(size)
        flat = picture.quantize(16).convert("RGB")
        for kind, source, options in (
            ("JPEG", picture, {"quality": 80}),
            ("progressive JPEG", picture, {"quality": 80, "progressive": True}),
            ("PNG", flat.resize((size[0] // 40, size[1] // 40)).resize(size), {}),
            ("WebP", picture, {"quality": 80, "method": 2}),
            ("AVIF", picture, {"quality": 60, "speed": 9}),
        ):
            path = folder / f"{name} {kind}"
            source.save(path, kind.rpartition(" ")[2], **options)
            made.append(path)
    return made


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
