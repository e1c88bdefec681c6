"""Check 16: bombs, by limits as in the house, are refused by it or by their own check."""

import itertools
from collections.abc import Iterator

import pytest

from forms_service.signing.apart import Judges
from tests.signing.bombs import BOMBS
from tests.signing.sealed_copy import FONTS, judged, sealed


@pytest.fixture(scope="module")
def judges() -> Iterator[Judges]:
    with Judges(FONTS, at_once=1) as pool:
        yield pool


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_within_the_limits(judges: Judges, bomb: str) -> None:
    verdict = judged(judges, BOMBS[bomb]())
    assert verdict.verdict == "refused"
    assert len(verdict.checks) == 16


def test_after_all_bombs_an_honest_copy_is_accepted(judges: Judges) -> None:
    for bomb in itertools.islice(BOMBS, 3):
        judged(judges, BOMBS[bomb]())
    assert judged(judges, sealed()).verdict == "accepted"
