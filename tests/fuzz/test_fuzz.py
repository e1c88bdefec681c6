"""A short run of the fuzzer with fixed numbers, and what it takes for a finding."""

import json
from dataclasses import replace
from pathlib import Path
from random import Random
from unittest.mock import ANY

import pytest

from forms_service.signing.verify import verify
from tests.fuzz.alterations import ALONE, KINDS, WITH_ANOTHER, Altered, alter, alter_once
from tests.fuzz.insiders import honest
from tests.fuzz.judging import LATER, Judged, judge
from tests.fuzz.originals import Original, anchors, originals
from tests.fuzz.running import run, save
from tests.fuzz.seeing import see
from tests.spoiling import show_only
from tests.tampering import Desk, fonts

NUMBERS = 150


@pytest.mark.parametrize("original", [*originals(), honest()], ids=lambda each: each.name)
def test_the_verifier_bears_every_original(original: Original) -> None:
    judged = judge(Altered(0, honest(), "nothing", original.pdf))
    assert judged.outcome in {"accepted", "review", "found"}


def test_no_alteration_of_a_short_run_is_a_finding(tmp_path: Path) -> None:
    tally = run(1, seconds=10**6, jobs=1, out=tmp_path, count=NUMBERS)
    assert tally.findings == []
    assert sum(tally.outcomes.values()) > NUMBERS // 2


def test_a_run_goes_on_where_the_last_ended(tmp_path: Path) -> None:
    assert run(7, seconds=10**6, jobs=1, out=tmp_path, count=3).following == 10


def test_a_number_gives_the_same_alteration_again() -> None:
    first, again = (alter(number) for number in (11, 11))
    assert first == again


@pytest.mark.parametrize("kind", [*ALONE, *WITH_ANOTHER])
@pytest.mark.parametrize("broken", [b"%PDF-", b"1 0 obj\n<<>>\nendobj\n", b"%PDF-1.7\nxref\n"])
def test_what_is_broken_already_can_be_altered_again(kind: str, broken: bytes) -> None:
    assert isinstance(alter_once(kind, Random(1), broken)(broken), bytes)  # noqa: S311 - repeatable, not secret


def test_every_kind_of_alteration_comes_up() -> None:
    assert len(set(KINDS)) == len(KINDS) == 20


def test_an_accepted_file_with_other_words_is_a_finding() -> None:
    sealed = next(original for original in originals() if original.name == "another document, sealed")
    other = Altered(0, honest(), "another document altogether", sealed.pdf)
    assert "accepted" in judge(other).finding


def test_what_is_shown_tells_two_documents_apart() -> None:
    desk = Desk()
    issued = desk.issue()
    shown = desk.step(issued, "prepare", show_only("customer", "南方仪表有限公司"))
    assert see(shown).pictures != see(desk.step(issued, "prepare")).pictures


LATE = next(original for original in originals() if original.name == "trusted, filled late")


@pytest.mark.parametrize(("was", "put"), [(b" 2 5 Td (received)", b" 0 5 Td (received)"), (b"/F1 12 Tf", b"/G1 12 Tf")])
def test_how_a_field_filled_late_looks_in_its_own_box_is_no_finding(was: bytes, put: bytes) -> None:
    head, found, tail = LATE.pdf.rpartition(was)
    assert found
    assert judge(Altered(0, LATE, "by hand", head + put + tail)) == Judged("review", seconds=ANY)


def test_only_what_stands_in_a_box_put_aside_is_not_seen() -> None:
    letter = next(original for original in originals() if original.name == "trusted")
    (filled,) = verify(LATE.pdf, anchors(), None, LATER, fonts()).revisions[-1].changed
    assert filled.place is not None
    assert see(LATE.pdf, (filled.place,)).pictures == see(letter.pdf, (filled.place,)).pictures
    above = replace(filled.place, top=filled.place.top - 2 * filled.place.height)
    assert see(LATE.pdf, (above,)).pictures != see(letter.pdf, (above,)).pictures


def test_a_finding_is_saved_with_its_seed(tmp_path: Path) -> None:
    found = Altered(42, honest(), "flip_bits", b"%PDF-")
    save(found, Judged("found", "accepted"), tmp_path)
    assert json.loads((tmp_path / "42" / "finding.json").read_text())["seed"] == 42
    assert (tmp_path / "42" / "altered.pdf").read_bytes() == b"%PDF-"
