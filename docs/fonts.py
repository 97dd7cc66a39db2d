"""Makes the font files of static/vendor/noto-sans from a font package of npm.

make fonts

Each file holds one script, so that a browser fetches only what a page needs. The names of the other
languages have a file of their own, because the language switcher shows them on every page.
What is printed at the end belongs into static/vendor/vendor.json.

The tests' browser needs one font of the machine, or it does not start: it gets the same letters.
"""

import hashlib
import io
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

PACKAGE = "@fontsource-variable/noto-sans@5.3.0"
ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "static" / "vendor" / "noto-sans"
TESTS_FONT = ROOT / "tests" / "e2e" / "fonts" / "noto-sans.ttf"
COPYRIGHT_AND_LICENCE = [0, 13, 14]  # numbers of the font's `name` table
REGULAR, BOLD = 400, 700

ASCII = set(range(0x20, 0x7F))
LATIN_1 = set(range(0xA0, 0x100))
PUNCTUATION = set(map(ord, "–—‘’‚“”„†•…′″‹›⁄€™−"))
JOINERS = {0x200C, 0x200D}
RUPEE, DOTTED_CIRCLE = 0x20B9, 0x25CC
DEVANAGARI = set(range(0x900, 0x980)) | JOINERS | {RUPEE, DOTTED_CIRCLE}
LANGUAGE_NAMES = set(map(ord, "हिन्दी"))

FILES = {
    "latin.woff2": ("latin", ASCII | LATIN_1 | PUNCTUATION),
    "devanagari.woff2": ("devanagari", DEVANAGARI),
    "language-names.woff2": ("devanagari", LANGUAGE_NAMES),
}


def unpack(folder: Path) -> Path:
    npm = shutil.which("npm") or "npm"
    subprocess.run([npm, "pack", "--silent", PACKAGE], cwd=folder, check=True)  # noqa: S603
    (archive,) = folder.glob("*.tgz")
    with tarfile.open(archive) as package:
        package.extractall(folder, filter="data")
    return folder / "package"


def with_characters(path: Path, characters: set[int]) -> TTFont:
    options = subset.Options(layout_features=["*"], hinting=False, notdef_outline=True)
    options.name_IDs += COPYRIGHT_AND_LICENCE
    font = TTFont(path, recalcTimestamp=False)
    chosen = subset.Subsetter(options)
    chosen.populate(unicodes=characters)
    chosen.subset(font)
    font.flavor = None
    content = io.BytesIO()
    font.save(content)
    content.seek(0)
    return TTFont(content, recalcTimestamp=False)


def path_of(package: Path, script: str) -> Path:
    return package / "files" / f"noto-sans-{script}-wght-normal.woff2"


def make(package: Path, name: str, script: str, characters: set[int]) -> None:
    font = with_characters(path_of(package, script), characters)
    font = instancer.instantiateVariableFont(font, {"wght": (REGULAR, REGULAR, BOLD)})
    font.flavor = "woff2"
    font.save(FOLDER / name)
    content = (FOLDER / name).read_bytes()
    print(name, len(content), "bytes, sha256", hashlib.sha256(content).hexdigest())


def make_for_tests(package: Path) -> None:
    font = with_characters(path_of(package, "latin"), ASCII)
    TESTS_FONT.parent.mkdir(exist_ok=True)
    instancer.instantiateVariableFont(font, {"wght": REGULAR}).save(TESTS_FONT)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        package = unpack(Path(folder))
        shutil.copy(package / "LICENSE", FOLDER / "LICENSE")
        for name, (script, characters) in FILES.items():
            make(package, name, script, characters)
        make_for_tests(package)


if __name__ == "__main__":
    main()
