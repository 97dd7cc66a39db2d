"""Adding pictures in a browser, with and without JavaScript."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.accounts.pictures import made


def files_in(folder: Path, **contents: bytes) -> list[str]:
    """`files_in(folder, me_jpg=…)`: their paths, for a file field."""
    paths = []
    for name, content in contents.items():
        path = folder / name.replace("_", ".")
        path.write_bytes(content)
        paths.append(str(path))
    return paths


def add_picture(page: Page) -> None:
    """On its page: adds one."""
    one = {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": made.jpeg()}
    page.locator("#id_files").set_input_files(one)
    upload = page.get_by_role("button", name="Upload")
    if upload.is_visible():
        upload.click()
    expect(page.get_by_role("img", name="Picture 1")).to_be_visible()
