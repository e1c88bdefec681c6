"""Line breaking and fitting: nothing is cut, no punctuation stands where it may not."""

from hypothesis import given
from hypothesis import strategies as st

from forms_service.pdf.box import Box
from forms_service.pdf.fonts import load_fonts
from forms_service.pdf.typeset import FLOOR, NO_END, NO_START, break_lines, room_in, set_text
from forms_service.settings import ROOT

FACE = load_fonts(ROOT / "fonts").regular
CELL = Box("cell", 0, 0, 0, 120, 40, "longtext", 9.5, "left")


def _lines(text: str, width: float) -> list[str]:
    return list(break_lines(text, width, 10, FACE))


def test_closing_punctuation_never_starts_a_line() -> None:
    assert _lines("一二三四，五六七八", 40) == ["一二三", "四，五六", "七八"]


def test_opening_punctuation_never_ends_a_line() -> None:
    assert _lines("一二三（四五）六", 40) == ["一二三", "（四五）", "六"]


def test_a_latin_word_stays_whole() -> None:
    width = FACE.width("PCB-4L", 10) + 1
    assert _lines("型号PCB-4L面板", width) == ["型号", "PCB-4L", "面板"]


def test_a_word_longer_than_the_line_is_broken() -> None:
    assert "".join(_lines("A" * 40, 50)) == "A" * 40


def test_written_line_breaks_stay() -> None:
    assert _lines("一\n\n二", 100) == ["一", "", "二"]


def test_a_long_text_is_set_smaller_but_never_below_the_floor() -> None:
    setting = set_text("长" * 70, CELL, FACE)
    assert setting is not None
    assert FLOOR <= setting.size < CELL.size


def test_a_text_that_cannot_fit_is_refused() -> None:
    assert set_text("长" * 300, CELL, FACE) is None


def test_an_amount_is_never_broken_over_two_lines() -> None:
    narrow = Box("amount", 0, 0, 0, 30, 40, "text", 9.5, "right")
    assert set_text("9,999,999,999,999.99", narrow, FACE) is None


_TEXTS = st.text(alphabet="一二三四五六，。（）《》：；AB12 -", max_size=80)


@given(_TEXTS, st.integers(40, 200))
def test_no_character_is_lost_and_no_line_is_too_wide(text: str, width: int) -> None:
    lines = _lines(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(FACE.width(line, 10) <= width for line in lines)


@given(st.text(alphabet="一二三四五六七八九十", min_size=1, max_size=60))
def test_punctuation_between_words_keeps_its_place(words: str) -> None:
    lines = _lines("，".join(words), 50)
    assert not any(line[0] in NO_START or line[-1] in NO_END for line in lines)


def test_a_number_is_not_torn_to_keep_the_comma_after_it() -> None:
    width = FACE.width("合计1,200.00", 10) + 1
    assert _lines("合计1,200.00，不退货", width) == ["合计", "1,200.00，不", "退货"]


def test_a_run_of_brackets_longer_than_a_line_is_broken_all_the_same() -> None:
    assert "".join(_lines("（" * 30, 50)) == "（" * 30


def test_blanks_at_a_break_are_dropped_and_an_indent_is_kept() -> None:
    assert _lines("　　一二 三四", 40) == ["　　一二", "三四"]


def test_a_short_text_shrinks_a_little_before_it_takes_a_second_line() -> None:
    cell = Box("cell", 0, 0, 0, 60, 40, "text", 9.5, "left")
    setting = set_text("SO-2026-11878", cell, FACE)
    assert setting is not None
    assert (len(setting.lines), setting.size < 9.5) == (1, True)


def test_a_date_and_an_amount_do_not_hang_over_the_cell() -> None:
    cell = Box("cell", 0, 0, 0, 60, 17, "text", 9.5, "right")
    setting = set_text("9,999,999.99", cell, FACE)
    assert setting is not None
    assert FACE.width(setting.lines[0], setting.size) <= 56


def test_the_room_of_a_cell_is_what_it_holds_and_not_one_more() -> None:
    room = room_in(CELL)
    assert set_text("长" * room, CELL, FACE) is not None
    assert set_text("长" * (room + 1), CELL, FACE) is None
