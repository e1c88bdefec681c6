"""Facts about the printed grid: what a page holds, repeats and refuses."""

import itertools
from dataclasses import replace

import pytest

from forms_service.domain.errors import ProblemsFound
from forms_service.domain.spec import Field, FormSpec, Label, Option
from forms_service.pdf.box import Box
from forms_service.pdf.drawing import FirmName, Text
from forms_service.pdf.fonts import load_fonts
from forms_service.pdf.layout import Layout, lay_out
from forms_service.settings import ROOT
from tests.domain.full_text import claim
from tests.world import allowance_spec

FONTS = load_fonts(ROOT / "fonts")
SPEC = allowance_spec()
Area = tuple[float, float, float, float]


def _with_table(**changes: object) -> FormSpec:
    fields = tuple(replace(f, **changes) if f.id == "lines" else f for f in SPEC.fields)  # type: ignore[arg-type]  # named fields of Field
    return replace(SPEC, fields=fields)


def _with_long_page() -> Layout:
    heading = SPEC.layout.rows[0]
    sections = tuple(replace(heading, heading=f"附{n}") for n in range(12))
    rows = (*SPEC.layout.rows[:4], *sections, *SPEC.layout.rows[4:])
    return lay_out(replace(SPEC, layout=replace(SPEC.layout, rows=rows)), FONTS)


def _area(text: Text) -> Area:
    face = FONTS.bold if text.bold else FONTS.regular
    width = face.width(text.text, text.size) + text.spread * (len(text.text) - 1)
    left = {"left": text.x, "center": text.x - width / 2, "right": text.x - width}[text.align]
    return left, text.y, left + width, text.y + text.size * 0.7


def _covers(box: Box, area: Area) -> bool:
    return box.x0 < area[2] and area[0] < box.x1 and box.y0 < area[3] and area[1] < box.y1


def _renamed(column: Field, words: str) -> Field:
    return replace(column, label=Label(words)) if column.id == "qty" else column


@pytest.mark.parametrize("layout", [lay_out(SPEC, FONTS), _with_long_page()], ids=["one page", "two pages"])
def test_no_box_covers_a_printed_word_and_no_word_leaves_the_page(layout: Layout) -> None:
    for number, page in enumerate(layout.pages):
        areas = {mark.text: _area(mark) for mark in page if isinstance(mark, Text)}
        boxes = [box for box in layout.boxes.values() if box.page == number]
        assert not [(words, box.name) for words, area in areas.items() for box in boxes if _covers(box, area)]
        assert not [words for words, area in areas.items() if area[0] < 0 or area[2] > layout.width]


def test_every_page_repeats_the_firm_and_the_title_and_has_its_own_code() -> None:
    layout = _with_long_page()
    heads = [[m for m in page if isinstance(m, FirmName)] for page in layout.pages]
    titles = [[m for m in page if isinstance(m, Text) and m.text == SPEC.title.zh_hans] for page in layout.pages]
    assert [len(found) for found in heads] == [1, 1]
    assert [len(found) for found in titles] == [1, 1]
    assert [square.page for square in layout.qr] == [0, 1]


def test_a_heading_never_stands_alone_at_the_foot_of_a_page() -> None:
    layout = _with_long_page()
    headings = {row.heading for row in layout.spec.layout.rows}
    last = [min((m for m in page if isinstance(m, Text) and m.y > 100), key=lambda m: m.y) for page in layout.pages]
    assert not [text.text for text in last if text.text in headings]


def test_the_tab_key_goes_through_a_page_row_by_row_and_through_a_table_line_by_line() -> None:
    names = list(lay_out(SPEC, FONTS).boxes)
    table = [f"lines_{line:02}_{column.id}" for line in range(1, 9) for column in SPEC.field("lines").columns]
    first = names.index(table[0])
    assert names[first : first + len(table)] == table
    assert names.index("customer") < names.index("order_no") < first < names.index("net") < names.index("reason")


def test_the_tab_key_goes_through_one_signers_cells_before_the_nexts() -> None:
    names = list(lay_out(SPEC, FONTS).boxes)
    start = names.index("decision_02_deputy_gm")
    assert names[start : start + 4] == [
        "decision_02_deputy_gm",
        "opinion_02_deputy_gm",
        "sign_02_deputy_gm",
        "decision_03_gm",
    ]


def test_a_long_column_heading_is_set_in_two_lines() -> None:
    table = SPEC.field("lines")
    layout = lay_out(_with_table(columns=tuple(_renamed(c, "出货合计总数量") for c in table.columns)), FONTS)
    words = [mark.text for mark in layout.pages[0] if isinstance(mark, Text)]
    assert "出货合计" in words
    assert "总数量" in words


def test_a_table_longer_than_a_page_goes_on_under_its_headings_on_the_next() -> None:
    layout = lay_out(_with_table(max_rows=60), FONTS)
    headings = [[m for m in page if isinstance(m, Text) and m.text == "品名规格"] for page in layout.pages]
    pages = [layout.boxes[f"lines_{line:02}_item"].page for line in range(1, 61)]
    assert [len(found) for found in headings] == [1, 1, 1]
    assert pages == sorted(pages)
    assert set(pages) == {0, 1, 2}


def test_a_row_taller_than_a_page_is_refused_with_what_to_do() -> None:
    with pytest.raises(ProblemsFound, match="请减少格高或明细行数"):
        lay_out(_with_height("reason", 40), FONTS)


def test_a_signature_box_too_low_for_decision_and_seal_is_refused() -> None:
    with pytest.raises(ProblemsFound, match="副总经理核签」的签核栏太矮"):
        lay_out(_with_height("sign.deputy_gm", 2, "sign.prepare", "sign.gm", "sign.customer"), FONTS)


def _with_height(of: str, height: int, *also: str) -> FormSpec:
    rows = tuple(
        replace(row, cells=tuple(replace(c, height=height) if c.of in (of, *also) else c for c in row.cells))
        for row in SPEC.layout.rows
    )
    return replace(SPEC, layout=replace(SPEC.layout, rows=rows))


def test_many_options_stand_in_several_lines_in_their_order() -> None:
    options = tuple(Option(f"o{n}", Label(f"第{n}种取得方式")) for n in range(1, 10))
    fields = tuple(replace(f, options=options) if f.id == "evidence" else f for f in SPEC.fields)
    layout = lay_out(replace(_with_height("evidence", 2), fields=fields), FONTS)
    boxes = [layout.boxes[f"evidence_{n:02}_o{n}"] for n in range(1, 10)]
    assert len({box.y0 for box in boxes}) > 1
    assert boxes == sorted(boxes, key=lambda box: (-box.y0, box.x0))
    assert [mark.text for mark in layout.pages[0] if isinstance(mark, Text) and "种取得" in mark.text] == [
        option.label.zh_hans for option in options
    ]


def test_options_that_no_size_can_hold_are_refused() -> None:
    options = tuple(Option(f"o{n}", Label("很长很长很长的一种取得方式")) for n in range(1, 20))
    fields = tuple(replace(f, options=options) if f.id == "evidence" else f for f in SPEC.fields)
    with pytest.raises(ProblemsFound, match="请加宽或加高这一格"):
        lay_out(replace(SPEC, fields=fields), FONTS)


def test_a_title_with_a_character_that_the_bold_face_lacks_is_printed_by_the_regular_one() -> None:
    layout = lay_out(replace(SPEC, title=Label("镕炉折让单")), FONTS)
    title = next(m for m in layout.pages[0] if isinstance(m, Text) and m.text == "镕炉折让单")
    assert not title.bold


def test_no_label_leaves_its_cell() -> None:
    words = "买受人统一编号（境外客户填护照或登记证号码）"
    fields = tuple(replace(f, label=Label(words)) if f.id == "buyer_tax_id" else f for f in SPEC.fields)
    layout = lay_out(replace(SPEC, fields=fields), FONTS)
    box = layout.boxes["buyer_tax_id"]
    parts = [m for m in layout.pages[0] if isinstance(m, Text) and m.text in words and m.text != "编号"]
    areas = [_area(part) for part in parts]
    assert "".join(part.text for part in parts) == words
    assert max(area[2] for area in areas) <= box.x0
    assert all(box.y0 - 1 <= low and high <= box.y1 + 1 for _, low, _, high in areas)


def test_the_cell_of_several_signers_is_split_evenly_among_their_boxes() -> None:
    boxes = lay_out(claim(), FONTS).boxes
    places = [boxes[name] for name in ("sign_04_joint_1", "sign_05_joint_2", "sign_06_joint_3")]

    assert {round(box.x1 - box.x0, 1) for box in places} == {172.4}
    assert [round(after.x0 - before.x1, 1) for before, after in itertools.pairwise(places)] == [2.0, 2.0]
    assert [name for name in boxes if "joint_1" in name] == [
        "decision_04_joint_1",
        "opinion_04_joint_1",
        "sign_04_joint_1",
    ]
