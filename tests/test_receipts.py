"""A copy's keeper notes its receipt: in the ledger, never in the sealed bytes; what is not noted in time is listed."""

from pathlib import Path

import pytest

from forms_service.domain.errors import NotFound, NotYours, ProblemsFound
from forms_service.store.copies import SealedCopy
from forms_service.workflow.receipting import note_receipt
from tests.stories import Story, rebate_on_paper
from tests.world import World

NOTED = {"voucher_no": "JV-2611-018", "booked_on": "2026-11-26"}


@pytest.fixture
def sealed(tmp_path: Path) -> Story:
    """A rebate answered on paper, its copies sealed, in an office of its own."""
    return rebate_on_paper().taken(tmp_path / "office")


@pytest.fixture
def world(sealed: Story) -> World:
    return sealed.world


def _late(world: World) -> tuple[SealedCopy, ...]:
    with world.office.database.read() as tx:
        return tx.copies.unreceived(world.clock.at)


def test_a_receipt_is_kept_and_told_to_the_ledger(world: World, sealed: Story) -> None:
    document = sealed.document
    note_receipt(world.office, world.person("he_mei"), document.id, 2, NOTED)
    with world.office.database.read() as tx:
        (receipt,) = tx.receipts.of(document.id)
        event = tx.ledger.of(document.id)[-1].event
    assert (dict(receipt.noted), receipt.received_by) == (NOTED, "he_mei")
    assert (event.kind, event.actor, event.data["copy"], event.data["noted.voucher_no"]) == (
        "received",
        "he_mei",
        2,
        "JV-2611-018",
    )


def test_only_the_department_that_keeps_the_copy_notes_it(world: World, sealed: Story) -> None:
    document = sealed.document
    with pytest.raises(NotYours, match="存这一联"):
        note_receipt(world.office, world.person("li_wen"), document.id, 2, NOTED)


def test_a_copy_of_which_nothing_is_asked_takes_no_receipt(world: World, sealed: Story) -> None:
    document = sealed.document
    with pytest.raises(NotFound):
        note_receipt(world.office, world.person("zheng_tao"), document.id, 1, NOTED)


@pytest.mark.parametrize(
    ("noted", "where"),
    [
        ({**NOTED, "voucher_no": " "}, "voucher_no"),
        ({"voucher_no": "JV-1"}, "booked_on"),
        ({**NOTED, "voucher_no": "长" * 101}, "voucher_no"),
        ({**NOTED, "voucher_no": "\u202eJV"}, "voucher_no"),
    ],
)
def test_what_is_asked_must_be_noted_in_plain_words(
    world: World, noted: dict[str, str], where: str, sealed: Story
) -> None:
    document = sealed.document
    with pytest.raises(ProblemsFound) as stopped:
        note_receipt(world.office, world.person("he_mei"), document.id, 2, noted)
    assert [problem.where for problem in stopped.value.problems] == [where]


def test_what_is_not_noted_within_its_time_is_listed_until_it_is(world: World, sealed: Story) -> None:
    document = sealed.document
    assert _late(world) == ()
    world.clock.pass_(days=4)
    assert [(copy.document_id, copy.no) for copy in _late(world)] == [(document.id, 2)]
    note_receipt(world.office, world.person("he_mei"), document.id, 2, NOTED)
    assert _late(world) == ()


def test_a_receipt_leaves_the_sealed_bytes_alone(world: World, sealed: Story) -> None:
    document = sealed.document
    with world.office.database.read() as tx:
        before = tx.copies.of(document.id)
    note_receipt(world.office, world.person("he_mei"), document.id, 2, NOTED)
    with world.office.database.read() as tx:
        assert tx.copies.of(document.id) == before
