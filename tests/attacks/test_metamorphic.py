"""Rules that hold whatever the file: what is done to an accepted one, and what its verdict is then."""

import datetime as dt
import json
from pathlib import Path

import pytest

from forms_service.cli import main
from forms_service.signing.revisions import History
from tests.attacks import bases
from tests.attacks.attack import Attack, built, failed, judge
from tests.attacks.catalogue import FAMILIES
from tests.attacks.people import ledger
from tests.attacks.siblings import OTHER_DOCUMENT
from tests.tampering import OURS, authority

SAMPLES = 48
PLACES = tuple(range(SAMPLES))
BYTES = (b"\n", b" ", b"\x00", b"%", b"0", b"\xff")


def place(sample: int) -> int:
    """Choose one of the places that are spread evenly over the sealed copy."""
    return (2 * sample + 1) * len(bases.sealed()) // (2 * SAMPLES)


def conclusion(pdf: bytes) -> str:
    return judge(pdf).verdict


@pytest.mark.parametrize("sample", PLACES)
def test_accepted_file_with_a_byte_flipped_is_refused(sample: int) -> None:
    spoilt = bytearray(bases.sealed())
    spoilt[place(sample)] ^= 1
    assert conclusion(bytes(spoilt)) == "refused"


@pytest.mark.parametrize("more", BYTES)
def test_accepted_file_with_a_byte_appended_is_refused(more: bytes) -> None:
    assert conclusion(bases.sealed() + more) == "refused"


@pytest.mark.parametrize("more", BYTES)
def test_accepted_file_with_a_byte_prepended_is_refused(more: bytes) -> None:
    assert conclusion(more + bases.sealed()) == "refused"


@pytest.mark.parametrize("sample", PLACES[::6])
def test_accepted_file_with_a_byte_inserted_is_refused(sample: int) -> None:
    at = place(sample)
    assert conclusion(bases.sealed()[:at] + b" " + bases.sealed()[at:]) == "refused"


@pytest.mark.parametrize("sample", PLACES[::6])
def test_accepted_file_with_a_byte_taken_out_is_refused(sample: int) -> None:
    at = place(sample)
    assert conclusion(bases.sealed()[:at] + bases.sealed()[at + 1 :]) == "refused"


@pytest.mark.parametrize("sample", PLACES[::6])
def test_accepted_file_that_breaks_off_is_not_accepted(sample: int) -> None:
    assert conclusion(bases.sealed()[: place(sample)]) == "refused"


def test_accepted_file_cut_back_to_any_earlier_revision_is_not_accepted() -> None:
    states = [bases.sealed()[: revision.end] for revision in History(bases.sealed()).revisions[:-1]]
    assert [conclusion(state) for state in states[1:]] == ["review"] * (len(states) - 1)
    assert conclusion(states[0]) == "refused"  # nobody had signed yet


def test_accepted_file_in_another_documents_place_is_refused() -> None:
    other = built(OTHER_DOCUMENT)
    assert judge(other).verdict == "accepted"
    assert failed(judge(other, ledger()))[0] == 4


def test_verdict_does_not_depend_on_what_was_judged_before() -> None:
    first = judge(bases.sealed())
    judge(bases.by_insider(lambda _: None))
    assert judge(bases.sealed()) == first


def one_of_each() -> list[Attack]:
    return [next(attack for attack in family.attacks if attack.expected is None) for family in FAMILIES]


@pytest.mark.parametrize("attack", one_of_each(), ids=lambda attack: attack.name)
def test_command_says_what_the_function_says(
    attack: Attack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said_by_command(built(attack), tmp_path, capsys) == said_here(built(attack))


def test_command_says_what_the_function_says_of_an_honest_copy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said_by_command(bases.sealed(), tmp_path, capsys) == said_here(bases.sealed())


def said_by_command(pdf: bytes, folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[str, list[int]]:
    (folder / "file.pdf").write_bytes(pdf)
    (folder / "trust.pem").write_bytes(authority(OURS).trust_pem())
    main(["verify", str(folder / "file.pdf"), "--trust", str(folder / "trust.pem"), "--json"])
    told = json.loads(capsys.readouterr().out)
    return told["verdict"], [check["no"] for check in told["checks"] if check["result"] == "fail"]


def said_here(pdf: bytes) -> tuple[str, list[int]]:
    """Judge by the clock on the wall, as the command does."""
    verdict = judge(pdf, at=dt.datetime.now(dt.UTC))
    return verdict.verdict, failed(verdict)
