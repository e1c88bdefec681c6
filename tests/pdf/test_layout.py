"""Facts about the printed grid: what a page holds, repeats and refuses."""

from dataclasses import replace

import pytest

from forms_service.domain.errors import ProblemsFound
from forms_service.domain.spec import Field, FormSpec, Label
from forms_service.pdf.box import Box
from forms_service.pdf.drawing import FirmName, Text
from forms_service.pdf.fonts import load_fonts
from forms_service.pdf.layout import Layout, lay_out
from forms_service.settings import ROOT
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


def test_boxes_follow_one_another_as_the_page_is_read() -> None:
    boxes = list(_with_long_page().boxes.values())
    assert boxes == sorted(boxes, key=lambda box: (box.page, -round(box.y1), box.x0))


def test_a_long_column_heading_is_set_in_two_lines() -> None:
    table = SPEC.field("lines")
    layout = lay_out(_with_table(columns=tuple(_renamed(c, "出货合计总数量") for c in table.columns)), FONTS)
    words = [mark.text for mark in layout.pages[0] if isinstance(mark, Text)]
    assert "出货合计" in words
    assert "总数量" in words


def test_a_table_taller_than_a_page_is_refused_with_what_to_do() -> None:
    with pytest.raises(ProblemsFound, match="请减少格高或明细行数"):
        lay_out(_with_table(max_rows=60), FONTS)
