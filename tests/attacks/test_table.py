"""The page on verification says what the house does: every check, every attack, and what other programs said of it."""

import pytest

from forms_service.signing.checks_told import TOLD
from forms_service.signing.verify import CHECKS
from tests.attacks.attack import LATER, Attack
from tests.attacks.catalogue import CATALOGUE
from tests.attacks.siblings import SIBLINGS
from tests.attacks.table import PAGE, asked_of_pyhanko, rows, start_of_row

TEST = "tests/attacks/test_catalogue.py::test_attack_is_refused_by_the_check_that_names_it"
QUICK_KINDS = frozenset(
    {"shadow hide", "active letter", "saved", "tail", "overlay", "vouched", "engines letter", "revoked"}
)
QUICK = [attack for attack in CATALOGUE if attack.at == LATER and attack.name.partition(":")[0] in QUICK_KINDS]
"""A part of those that start from a foreign letter, whose one or two signatures are judged at once."""


def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def test_every_attack_stands_in_the_page_with_its_check() -> None:
    said = rows(page())
    assert [a.name for a in CATALOGUE if not said.get(a.name, "").startswith(start_of_row(a))] == []


def test_the_page_lists_no_attack_that_is_not_tried() -> None:
    assert set(rows(page())) == {attack.name for attack in CATALOGUE}


def test_the_page_names_the_test_of_the_attacks() -> None:
    assert TEST in page()


def test_the_page_tells_every_check_in_both_languages() -> None:
    lines = [f"{check.no}. **{check.title}** `{check.name}`" for check in CHECKS]
    told = [sentence for both in TOLD.values() for sentence in (both.zh, both.en)]
    assert [words for words in (*lines, *told) if words not in page()] == []


def test_the_page_names_every_honest_sibling() -> None:
    assert [sibling.name for sibling in SIBLINGS if f"`{sibling.name}`" not in page()] == []


@pytest.mark.parametrize("attack", QUICK, ids=lambda attack: attack.name)
def test_pyhankos_words_are_those_of_the_page(attack: Attack) -> None:
    assert rows(page())[attack.name].split(" | ")[3] == asked_of_pyhanko(attack)
