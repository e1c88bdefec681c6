"""Stock pyHanko as a second opinion: on honest documents both agree; where they do not, the reason stands here."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from forms_service.signing.verify import verify
from tests.attacks.attack import Sibling, built, failed, judge
from tests.attacks.catalogue import CATALOGUE
from tests.attacks.corpus import Honest, corpus
from tests.attacks.opinions import all_good, by_pyhanko
from tests.attacks.siblings import CERTIFIED, SIBLINGS
from tests.attacks.table import PAGE, rows
from tests.tampering import fonts

STRICTER: Mapping[str, str] = MappingProxyType(
    {
        CERTIFIED.name: (
            "pyHanko takes no new visible box after a certification, signed or not; we leave it to a person, for many "
            "honest programs sign so, and refuse it where the box covers a field or nobody signed it"
        )
    }
)
"""Honest documents that stock pyHanko does not pass, and why we do not refuse them."""

REASONS: Mapping[int, str] = MappingProxyType(
    {
        1: "it compares revisions, and bytes that no table leads to belong to none",
        3: "it leaves signatures of unknown kinds out, and does not look for those that belong to no box",
        4: "it knows no issue record and no store",
        5: "it looks at what changed after a signature, not at what acts in what was signed",
        7: "it follows the newest table only; what that does not list, it does not read",
        8: "it lets a form be filled whoever fills it; which step owns a field only the issue record says",
        9: "it never draws a field",
        10: "it takes a font, a title or a loose object for what programs leave behind when they fill a form",
        11: "it knows no route",
        13: "it orders no times",
        15: "it knows no copies and no departments",
    }
)
"""Why stock pyHanko passes every signature of a file that a check of ours refuses."""

EXAMPLES = (
    "confused bytes: a byte behind the end",
    "forged foreign: no SubFilter",
    "issue: filled before",
    "active letter: a packed script",
    "confused, then sealed: a comment between objects",
    "order: a later step filled early",
    "form insider: own field shows other than it stores",
    "page letter: an earlier version claimed",
    "order: a step skipped",
    "time: timestamps that run backwards",
    "replay: an earlier state in its place",
)


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> tuple[Honest, ...]:
    return tuple(corpus(Path(tmp_path_factory.mktemp("offices"))))


def test_neither_refuses_a_document_of_the_honest_corpus(honest: tuple[Honest, ...]) -> None:
    ours = {one.name: verify(one.pdf, one.trust, None, one.at, fonts()).sentence for one in honest}
    assert {name: said for name, said in ours.items() if said.startswith("不可采信")} == {}
    theirs = {one.name: by_pyhanko(one.pdf, one.trust, one.at) for one in honest}
    assert {name: said for name, said in theirs.items() if not all_good(said)} == {}


def test_the_honest_corpus_has_copies_and_branches(honest: tuple[Honest, ...]) -> None:
    verdicts = [verify(one.pdf, one.trust, None, one.at, fonts()).verdict for one in honest]
    assert {"accepted", "review"} == set(verdicts)


@pytest.mark.parametrize("sibling", SIBLINGS, ids=lambda sibling: sibling.name)
def test_pyhanko_passes_an_honest_sibling_or_the_reason_is_given(sibling: Sibling) -> None:
    assert all_good(by_pyhanko(built(sibling))) is (sibling.name not in STRICTER)


@pytest.mark.parametrize("name", EXAMPLES)
def test_pyhanko_passes_what_we_refuse_for_a_reason(name: str) -> None:
    attack = next(attack for attack in CATALOGUE if attack.name == name)
    verdict = judge(built(attack), attack.expected() if attack.expected else None, attack.at)
    assert all_good(by_pyhanko(built(attack)))
    assert attack.check in failed(verdict)
    assert REASONS[attack.check]


def test_every_attack_that_pyhanko_passes_has_a_reason() -> None:
    said = rows(PAGE.read_text(encoding="utf-8"))
    passed = {attack.check for attack in CATALOGUE if all_good(said[attack.name].split(" | ")[3])}
    assert passed == set(REASONS)


def test_there_is_an_example_of_every_reason() -> None:
    assert {attack.check for attack in CATALOGUE if attack.name in EXAMPLES} == set(REASONS)
