"""Ruled lines: one where two cells meet."""

from forms_service.pdf.drawing import Frame, Line
from forms_service.pdf.ruling import rule_frames


def test_two_cells_side_by_side_share_the_line_between_them() -> None:
    lines = rule_frames((Frame(0, 0, 10, 10), Frame(10, 0, 20, 10)))
    assert set(lines) == {
        Line(0, 0, 20, 0),
        Line(0, 10, 20, 10),
        Line(0, 0, 0, 10),
        Line(10, 0, 10, 10),
        Line(20, 0, 20, 10),
    }


def test_cells_apart_keep_their_own_lines() -> None:
    assert Line(0, 0, 10, 0) in rule_frames((Frame(0, 0, 10, 10), Frame(30, 0, 40, 10)))


def test_a_bold_outline_is_drawn_over_the_thin_lines_under_it() -> None:
    rules = [line.rule for line in rule_frames((Frame(0, 0, 20, 10, 1.2), Frame(0, 0, 10, 10)))]
    assert rules == sorted(rules)


def test_a_frame_without_rule_is_not_drawn() -> None:
    assert rule_frames((Frame(0, 0, 10, 10, 0),)) == ()
