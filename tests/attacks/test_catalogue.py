"""Every attack of the catalogue is refused by the check that names it; every honest sibling is not."""

import pytest

from tests.attacks.active import prepared_letters
from tests.attacks.attack import LATER, Attack, Sibling, built, failed, judge, judged
from tests.attacks.catalogue import CATALOGUE, FAMILIES
from tests.attacks.siblings import SIBLINGS


@pytest.mark.parametrize("attack", CATALOGUE, ids=lambda attack: attack.name)
def test_attack_is_refused_by_the_check_that_names_it(attack: Attack) -> None:
    verdict = judged(attack)
    assert verdict.verdict == ("review" if attack.check is None else "refused")
    assert failed(verdict) == [] if attack.check is None else attack.check in failed(verdict), verdict.sentence


@pytest.mark.parametrize("sibling", SIBLINGS, ids=lambda sibling: sibling.name)
def test_honest_sibling_is_not_refused(sibling: Sibling) -> None:
    verdict = judged(sibling)
    assert (verdict.verdict, failed(verdict)) == (sibling.verdict, [])


def test_letter_that_its_author_prepared_with_what_acts_is_never_accepted() -> None:
    verdicts = {name: judge(pdf, at=LATER).verdict for name, pdf in prepared_letters().items()}
    assert {name for name, verdict in verdicts.items() if verdict == "accepted"} == set()


def test_every_attack_has_a_name_of_its_own() -> None:
    names = [attack.name for attack in CATALOGUE]
    assert len(set(names)) == len(names)


def test_every_attack_names_a_sibling_that_is_tried() -> None:
    assert {attack.sibling.name for attack in CATALOGUE} <= {sibling.name for sibling in SIBLINGS}


def test_every_attack_differs_from_its_sibling() -> None:
    same = (a for a in CATALOGUE if built(a) == built(a.sibling) and a.anchors is a.sibling.anchors)
    assert [attack.name for attack in same] == []


def test_every_check_that_a_file_alone_can_break_is_named_by_an_attack() -> None:
    assert {attack.check for attack in CATALOGUE} >= set(range(1, 16))


def test_no_family_is_empty() -> None:
    assert all(family.attacks for family in FAMILIES)
