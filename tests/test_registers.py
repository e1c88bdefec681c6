"""Registers and what is read from many documents: they equal the documents' bytes and the ledger."""

from collections.abc import Mapping
from pathlib import Path

from forms_service.workflow.rebuilding import rebuild_facts
from forms_service.workflow.withdrawing import withdraw_signature
from tests.world import World, make_world


def _facts(world: World, document_id: str) -> Mapping[str, str]:
    with world.office.database.read() as tx:
        return dict(tx.facts.of([document_id]).get(document_id, {}))


def test_a_signed_steps_values_are_facts_at_once(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    document = world.open_allowance()
    assert _facts(world, document.id) == {}
    signed = world.sign(document, "li_wen")
    found = _facts(world, signed.id)
    assert (found["customer"], found["tax_rate"], found["invoice_date"]) == ("东升电子有限公司", "0.05", "2026-10-28")
    assert "lines" not in found


def test_a_return_and_a_withdrawal_take_their_facts_back(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    signed = world.sign(world.open_allowance(), "li_wen")
    back = world.sign(signed, "lin_guo", decision="return:prepare", opinion="单价不对")
    assert _facts(world, back.id) == {}
    again = world.sign(back, "li_wen")
    assert _facts(world, again.id)
    withdraw_signature(world.office, world.person("li_wen"), again.id)
    assert _facts(world, again.id) == {}


def test_facts_made_again_from_the_bytes_are_the_same(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    documents = [world.open_allowance(), world.sign(world.open_allowance(), "li_wen")]
    documents.append(world.sign(world.sign(world.open_allowance(), "li_wen"), "lin_guo"))
    before = [_facts(world, document.id) for document in documents]
    with world.office.database.write() as tx:
        for document in documents:
            tx.facts.put(document.id, {"customer": "别的"})
    assert rebuild_facts(world.office) == 3
    assert [_facts(world, document.id) for document in documents] == before
