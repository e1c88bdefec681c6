"""The same file is told in the same words by each process, whatever order its sets happen to have."""

import functools
import io
import os
import subprocess
import sys

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.signing.others import sign
from tests.tampering import ROOT

_TELL = """
import datetime as dt, sys
from forms_service.signing.trust import believe_nobody
from forms_service.signing.verify import verify
from tests.tampering import fonts
pdf = sys.stdin.buffer.read()
print(verify(pdf, believe_nobody(), None, dt.datetime.now(dt.UTC) + dt.timedelta(days=2), fonts()).to_json())
"""


@functools.cache
def all_ticked() -> bytes:
    """Sign a form whose six radio buttons are each drawn as the chosen one, as LibreOffice writes them."""
    paper, ticked = io.BytesIO(), io.BytesIO()
    canvas = Canvas(paper, invariant=True)
    for at, language in enumerate(("English", "French", "German", "Dutch", "Russian", "Spanish")):
        canvas.acroForm.radio(name="language", value=language, x=100 + 30 * at, y=700)
    canvas.showPage()
    canvas.save()
    with pikepdf.open(paper) as pdf:
        for box in pdf.pages[0].Annots:
            (on,) = {*box.AP.N.keys()} - {"/Off"}
            box.AS = pikepdf.Name(on)
        pdf.save(ticked)
    return sign(ticked.getvalue())


def told(seed: int) -> str:
    """Let a process of its own judge it, with its own order of sets; returns the verdict as JSON."""
    env = {**os.environ, "PYTHONHASHSEED": str(seed)}
    ran = subprocess.run(
        [sys.executable, "-c", _TELL], input=all_ticked(), capture_output=True, env=env, cwd=ROOT, check=True
    )
    return ran.stdout.decode()


@pytest.mark.parametrize("seed", [2, 3])
def test_two_processes_say_the_same(seed: int) -> None:
    assert "画出来的是 /Dutch、/English、/French、/German、/Russian、/Spanish" in told(1)
    assert told(seed) == told(1)
