"""Facts about the blank file, as other programs find them."""

import io
import subprocess
from pathlib import Path

from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pypdf import PdfReader

from forms_service.domain.widgets import ISSUE, locked_names, sign_name, widgets
from forms_service.pdf.fonts import load_fonts
from forms_service.pdf.layout import lay_out
from forms_service.pdf.render import render_blank
from forms_service.settings import ROOT
from tests.world import allowance_spec, demo_organisation

FONTS = load_fonts(ROOT / "fonts")
SPEC = allowance_spec()
LAYOUT = lay_out(SPEC, FONTS)
BLANK = render_blank(LAYOUT, demo_organisation().firm, FONTS)


def _fields() -> dict[str, DictionaryObject]:
    listed = PdfFileReader(io.BytesIO(BLANK)).root["/AcroForm"]["/Fields"]
    return {field.get_object()["/T"]: field.get_object() for field in listed}


def test_another_program_finds_every_field_in_tab_order() -> None:
    annotations = (found.get_object() for page in PdfReader(io.BytesIO(BLANK)).pages for found in page["/Annots"])  # type: ignore[attr-defined]  # an array by the standard
    assert [found["/T"] for found in annotations] == list(LAYOUT.boxes)


def test_the_forms_own_list_has_every_field_with_the_signatures_first() -> None:
    names = list(_fields())
    assert names == list(LAYOUT.form_order)
    assert sorted(names) == sorted(widget.name for widget in widgets(SPEC))
    signatures = [name for name in names if name.startswith("sign_")]
    assert names[: len(signatures)] == signatures


def test_qpdf_finds_nothing_wrong_with_the_blank(tmp_path: Path) -> None:
    (tmp_path / "blank.pdf").write_bytes(BLANK)
    checked = subprocess.run(["qpdf", "--check", str(tmp_path / "blank.pdf")], capture_output=True, check=False)
    assert checked.returncode == 0


def test_every_signature_box_but_the_seal_locks_what_its_signer_answers_for() -> None:
    fields = _fields()
    locks = {name: tuple(f["/Lock"]["/Fields"]) for name, f in fields.items() if "/Lock" in f}
    steps = {sign_name(SPEC, step): locked_names(SPEC, step.id) for step in SPEC.steps}
    assert locks == {"sign_00_issue": locked_names(SPEC, ISSUE), **steps}


def test_empty_texts_have_no_appearance_and_calculated_ones_cannot_be_typed_into() -> None:
    fields = _fields()
    assert not [name for name, field in fields.items() if field["/FT"] == "/Tx" and "/AP" in field]
    assert [int(fields[name].get("/Ff", 0)) for name in ("net", "lines_01_amount", "customer")] == [1, 1, 0]
    assert fields["reason"]["/Ff"] == 1 << 12
