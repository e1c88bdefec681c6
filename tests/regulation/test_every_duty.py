"""Every one of the 151 duties is shown by a test that carries its clause, or has a reason why it is no software's."""

import pytest

from tests.regulation.table import REASON, TABLE, duties, marked_tests, written

pytestmark = pytest.mark.regulation

DUTIES = 151


def test_the_table_holds_every_duty_once() -> None:
    found = duties()
    assert [duty.number for duty in found] == list(range(1, DUTIES + 1))
    assert len({duty.clause for duty in found}) == DUTIES


def test_every_duty_has_a_test_or_a_reason() -> None:
    shown = marked_tests()
    bare = [duty.clause for duty in duties() if not shown.get(duty.clause) and not duty.is_human_only]
    assert not bare, f"neither a test nor a reason ({REASON}…): {', '.join(bare)}"


def test_no_test_carries_a_clause_that_is_not_in_the_table() -> None:
    assert set(marked_tests()) <= {duty.clause for duty in duties()}


def test_the_table_names_the_tests_as_they_are() -> None:
    assert TABLE.read_text() == written(), "run python -m tests.regulation.table"
