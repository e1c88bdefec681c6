"""Stock pyHanko as a second opinion: on honest documents both agree; where they do not, the reason stands here."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from forms_service.signing.verify import verify
from tests.attacks.attack import LATER, Sibling, built, failed, judge, judged
from tests.attacks.catalogue import CATALOGUE
from tests.attacks.corpus import Honest, corpus
from tests.attacks.opinions import all_good, apart, by_pyhanko
from tests.attacks.siblings import CERTIFIED, NOTED_BESIDE, PINNED_LETTER, SIBLINGS, SIGNED_OUTSIDE
from tests.attacks.table import PAGE, rows
from tests.fuzz.alterations import alter
from tests.tampering import fonts

STRICTER: Mapping[str, str] = MappingProxyType(
    {
        CERTIFIED.name: (
            "pyHanko takes no new visible box after a certification, signed or not; we leave it to a person, for many "
            "honest programs sign so, and refuse it where the box covers a field or nobody signed it"
        ),
        NOTED_BESIDE.name: (
            "pyHanko takes no note at all, whatever the certification allows (DocMDP 3); we leave it to a person where "
            "it covers nothing"
        ),
        PINNED_LETTER.name: "it is told of authorities only; we believe a person's own certificate that is pinned",
        SIGNED_OUTSIDE.name: (
            "it does not know the certificate that a person brought, for which the seal vouches, and takes a cell that "
            "was filled before it was locked for a change"
        ),
    }
)
"""Honest documents that stock pyHanko does not pass, and why we do not refuse them."""

REASONS: Mapping[int | None, str] = MappingProxyType(
    {
        None: "it asks neither what a certificate is for nor for what an authority is trusted, and bears any curve",
        1: "it compares revisions, and bytes that no table leads to belong to none",
        2: "it looks at a document timestamp only by its rules for long terms",
        3: "it leaves signatures of unknown kinds out, and does not look for those that belong to no box",
        4: "it knows no issue record and no store",
        5: "it looks at what changed after a signature, not at what acts in what was signed",
        6: "it reads alone",
        7: "it follows the newest table only; what that does not list, it does not read",
        8: "it lets a form be filled whoever fills it; which step owns a field only the issue record says",
        9: "it never draws a field",
        10: "it takes a font, a title or a loose object for what programs leave behind when they fill a form",
        11: "it knows no route",
        12: "it looks at a document timestamp only by its rules for long terms",
        13: "it orders no times",
        14: "by default it bears that nothing is known of a certificate, and does not open the file's own lists",
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
    "vouched: a certificate for servers",
    "renewed: a timestamp over a part",
    "engines at issue: other words to copy",
    "renewed: another file's timestamp",
    "revoked: before, by the file's own list",
)
GENERATED = range(7000, 7048)
"""Alterations by number, of which each is made by chance that repeats itself."""


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
    assert all_good(by_pyhanko(built(sibling), sibling.anchors())) is (sibling.name not in STRICTER)


@pytest.mark.parametrize("name", EXAMPLES)
def test_pyhanko_passes_what_we_refuse_for_a_reason(name: str) -> None:
    attack = next(attack for attack in CATALOGUE if attack.name == name)
    assert all_good(by_pyhanko(built(attack), attack.anchors()))
    assert failed(judged(attack)) == [] if attack.check is None else attack.check in failed(judged(attack))
    assert REASONS[attack.check]


@pytest.mark.parametrize("number", GENERATED)
def test_an_alteration_passes_here_only_if_pyhanko_passes_it_and_the_other_way_round_for_a_reason(number: int) -> None:
    altered = alter(number)
    if altered is None:  # by chance nothing was altered
        return
    refusing, theirs = set(failed(judge(altered.pdf, at=LATER))), all_good(apart(by_pyhanko, altered.pdf))
    assert refusing or theirs, altered.what
    assert not (refusing and theirs) or refusing & REASONS.keys(), altered.what


def test_every_attack_that_pyhanko_passes_has_a_reason() -> None:
    said = rows(PAGE.read_text(encoding="utf-8"))
    passed = {attack.check for attack in CATALOGUE if all_good(said[attack.name].split(" | ")[3])}
    assert passed == set(REASONS)


def test_there_is_an_example_of_every_reason() -> None:
    assert {attack.check for attack in CATALOGUE if attack.name in EXAMPLES} == set(REASONS)
