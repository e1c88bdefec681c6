"""The blank form and its fills, as real PDFs read by other programs."""

import io
import subprocess
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from pyhanko.pdf_utils.generic import DictionaryObject, pdf_name, pdf_string
from pyhanko.pdf_utils.reader import PdfFileReader
from pypdf import PdfReader

from forms_service.domain.errors import ProblemsFound
from forms_service.domain.spec import Label, Row
from forms_service.domain.widgets import locked_names, widgets
from forms_service.pdf.box import Box
from forms_service.pdf.fill import check_fit, fill
from forms_service.pdf.fonts import load_fonts
from forms_service.pdf.layout import lay_out
from forms_service.pdf.read import open_writer, page_count, page_png
from forms_service.pdf.render import render_blank
from forms_service.pdf.showing import shows
from forms_service.settings import ROOT
from tests.reading import read_printed
from tests.world import allowance_spec, demo_organisation

FONTS = load_fonts(ROOT / "fonts")
SPEC = allowance_spec()
LAYOUT = lay_out(SPEC, FONTS)
BLANK = render_blank(LAYOUT, demo_organisation().firm, FONTS)
CELLS: dict[str, str | bool] = {
    "customer": "东升电子有限公司",
    "reason": "行一二金文：色差，不退货。\n第二行 FR-4",
    "net": "10,121.60",
    "order_no": "",
    "evidence_01_e_consent": True,
    "evidence_02_signed_form": False,
}


def _filled(cells: dict[str, str | bool]) -> bytes:
    writer = open_writer(BLANK)
    fill(writer, LAYOUT, cells, FONTS)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _field(data: bytes, name: str) -> DictionaryObject:
    fields = PdfFileReader(io.BytesIO(data)).root["/AcroForm"]["/Fields"]
    found: DictionaryObject = next(f.get_object() for f in fields if f.get_object()["/T"] == name)
    return found


def test_every_field_has_exactly_one_box_on_the_page() -> None:
    assert sorted(LAYOUT.boxes) == sorted(w.name for w in widgets(SPEC))
    assert all(0 <= b.x0 < b.x1 <= LAYOUT.width and 0 <= b.y0 < b.y1 <= LAYOUT.height for b in LAYOUT.boxes.values())


def test_no_two_boxes_overlap() -> None:
    assert not [(a.name, b.name) for a, b in combinations(LAYOUT.boxes.values(), 2) if _overlap(a, b)]


def _overlap(a: Box, b: Box) -> bool:
    return a.page == b.page and a.x0 < b.x1 and b.x0 < a.x1 and a.y0 < b.y1 and b.y0 < a.y1


def test_our_form_stands_on_one_page_and_a_longer_one_on_more() -> None:
    rows = tuple(Row(f"第{n}节", (), SPEC.layout.rows[0].place) for n in range(40))
    longer = replace(SPEC, layout=replace(SPEC.layout, rows=(*rows, *SPEC.layout.rows)))
    blank = render_blank(lay_out(longer, FONTS), demo_organisation().firm, FONTS)
    assert (page_count(BLANK), page_count(blank)) == (1, 3)


def test_a_label_that_its_cell_cannot_hold_is_refused() -> None:
    wide = replace(SPEC.fields[0], label=Label("很长的栏位名称" * 12))
    with pytest.raises(ProblemsFound, match="放不下"):
        lay_out(replace(SPEC, fields=(wide, *SPEC.fields[1:])), FONTS)


def test_equal_input_gives_equal_bytes() -> None:
    assert render_blank(LAYOUT, demo_organisation().firm, FONTS) == BLANK


def test_the_blank_has_a_classic_xref_and_no_need_appearances() -> None:
    start = int(BLANK.rsplit(b"startxref", 1)[1].split()[0])
    assert BLANK[start : start + 4] == b"xref"
    assert b"/ObjStm" not in BLANK
    assert b"NeedAppearances" not in BLANK


def test_each_signature_box_locks_its_own_steps_fields() -> None:
    lock = _field(BLANK, "sign_02_deputy_gm")["/Lock"]
    assert tuple(lock["/Fields"]) == locked_names(SPEC, "deputy_gm")


def test_qpdf_finds_nothing_wrong_with_a_fill(tmp_path: Path) -> None:
    (tmp_path / "filled.pdf").write_bytes(_filled(CELLS))
    checked = subprocess.run(["qpdf", "--check", str(tmp_path / "filled.pdf")], capture_output=True, check=False)
    assert checked.returncode == 0


def test_two_programs_read_what_was_filled() -> None:
    data = _filled(CELLS)
    others = PdfReader(io.BytesIO(data)).get_fields() or {}
    ours = read_printed(data)
    assert {name: ours[name] for name in CELLS} == CELLS
    assert others["customer"]["/V"] == "东升电子有限公司"
    assert others["evidence_01_e_consent"]["/V"] == "/Yes"


def test_what_is_drawn_can_be_copied_as_text(tmp_path: Path) -> None:
    (tmp_path / "filled.pdf").write_bytes(_filled(CELLS))
    text = subprocess.run(["pdftotext", str(tmp_path / "filled.pdf"), "-"], capture_output=True, text=True, check=True)
    assert "行一二金文：色差，不退货。" in text.stdout


def test_a_filled_field_shows_what_it_stores() -> None:
    data = _filled(CELLS)
    assert {name: shows(_field(data, name), FONTS) for name in CELLS} == dict.fromkeys(CELLS)


def test_a_value_changed_without_its_appearance_is_found_out() -> None:
    field = _field(_filled(CELLS), "net")
    field[pdf_name("/V")] = pdf_string("99,999.00")
    assert shows(field, FONTS) is not None


def test_an_appearance_taken_from_another_field_is_found_out() -> None:
    data = _filled(CELLS)
    field = _field(data, "customer")
    field[pdf_name("/AP")] = _field(data, "reason")["/AP"]
    assert shows(field, FONTS) is not None


def test_a_tick_that_is_stored_but_not_shown_is_found_out() -> None:
    field = _field(_filled(CELLS), "evidence_01_e_consent")
    field[pdf_name("/AS")] = pdf_name("/Off")
    assert shows(field, FONTS) is not None


def test_a_text_too_long_for_its_cell_is_a_problem_before_anything_is_signed() -> None:
    (problem,) = check_fit(LAYOUT, {"order_no": "长" * 300}, FONTS)
    assert (problem.where, problem.code) == ("order_no", "does_not_fit")


def test_a_missing_glyph_is_named() -> None:
    (problem,) = check_fit(LAYOUT, {"lines_02_item": "𠮷"}, FONTS)
    assert (problem.where, problem.code) == ("lines.2.item", "missing_glyph")
    assert "U+20BB7" in problem.message


def test_a_page_is_drawn_as_a_picture() -> None:
    assert page_png(BLANK, 0, 600).startswith(b"\x89PNG")
