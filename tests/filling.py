"""Filling elsewhere: the programs that people open a PDF in, each filled as its user would and saved as it saves.

values = {"reason": "板面色差", "evidence_01_e_consent": True}
"""

import base64
import io
import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pypdf
from playwright.sync_api import Browser, Frame

Filling = Mapping[str, str | bool]

_DEBIAN_PYTHON = "/usr/bin/python3"  # Debian's own, to which its packages of bindings belong
_POPPLER = """
import gi, json, sys
gi.require_version("Poppler", "0.18")
from gi.repository import Poppler
before, after, values = sys.argv[1], sys.argv[2], json.load(sys.stdin)
document = Poppler.Document.new_from_file("file://" + before, None)
for number in range(document.get_n_pages()):
    for found in document.get_page(number).get_form_field_mapping():
        value = values.get(found.field.get_name())
        if isinstance(value, bool):
            found.field.button_set_state(value)
        elif value is not None and found.field.get_field_type() == Poppler.FormFieldType.CHOICE:
            items = [found.field.choice_get_item(at) for at in range(found.field.choice_get_n_items())]
            found.field.choice_select_item(items.index(value))
        elif value is not None:
            found.field.text_set_text(value)
assert document.save("file://" + after)
"""


def fill_with_poppler(folder: Path, pdf: bytes, values: Filling) -> bytes:
    """Fill with Poppler's own form calls, the ones behind Evince and Okular, and save as they do."""
    before, after = folder / "before.pdf", folder / "after.pdf"
    before.write_bytes(pdf)
    command = [_DEBIAN_PYTHON, "-c", _POPPLER, str(before), str(after)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        command, input=json.dumps(dict(values)), env=clean, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return after.read_bytes()


def fill_with_pypdf(pdf: bytes, values: Filling, *, incremental: bool) -> bytes:
    """Fill as scripts with pypdf do; it cannot draw Chinese, and leaves it to the reader's program."""
    source, saved = io.BytesIO(pdf), io.BytesIO()
    writer = pypdf.PdfWriter(source, incremental=True) if incremental else pypdf.PdfWriter(clone_from=source)
    told = {name: "/Yes" if value is True else str(value) for name, value in values.items()}
    for page in writer.pages:
        writer.update_page_form_field_values(page, told, auto_regenerate=True, flatten=False)
    writer.write(saved)
    return saved.getvalue()


def fill_with_chromium(browser: Browser, file: Path, values: Filling) -> bytes:
    """Click and type in Chromium's own viewer, and take what its button 下载 saves "with your changes".

    The form must have one page.
    """
    page = browser.new_context(viewport={"width": 1280, "height": 1400}).new_page()
    with page.expect_event("framenavigated", lambda frame: frame.url.startswith(_VIEWER)) as shown:
        page.goto(f"{file.as_uri()}#toolbar=0")
    viewer: Frame = shown.value
    corner = viewer.evaluate(_CHROMIUM_SHOWS)
    for name, value in values.items():
        x, y = _middle(file, name)
        page.mouse.click(corner["x"] + x / _POINTS, corner["y"] + y / _POINTS)
        if value is not True:
            page.keyboard.press("Control+A")
            for number, line in enumerate(str(value).split("\n")):
                if number:
                    page.keyboard.press("Enter")
                page.keyboard.insert_text(line)
    page.keyboard.press("Tab")
    saved = base64.b64decode(viewer.evaluate(_CHROMIUM_SAVES))
    page.context.close()
    return saved


_VIEWER = "chrome-extension://"
_POINTS = 72 / 96  # of a pixel at the viewer's 100 %
_CHROMIUM_SHOWS = """async () => {
  const viewer = document.querySelector("pdf-viewer");
  while (viewer.loadState_ !== "success") await new Promise(requestAnimationFrame);
  return viewer.viewport.getPageScreenRect(0);
}"""
_CHROMIUM_SAVES = """async () => {
  const saved = await document.querySelector("pdf-viewer").currentController.save("EDITED");
  return new Uint8Array(saved.dataToSave).toBase64();
}"""


def _middle(file: Path, name: str) -> tuple[float, float]:
    """Find the middle of a field, in points from the upper left corner of the first page."""
    page = pypdf.PdfReader(file).pages[0]
    rects = (a["/Rect"] for a in page["/Annots"] if a.get("/T") == name)  # type: ignore[attr-defined]  # an array
    left, low, right, high = (float(edge) for edge in next(rects))
    return (left + right) / 2, float(page.mediabox.height) - (low + high) / 2
