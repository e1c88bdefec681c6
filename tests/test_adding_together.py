"""Cases of one customer and order count together for the limit, and the signature says what was looked up."""

from pathlib import Path

import pytest

from forms_service.domain.document import Document
from forms_service.domain.errors import NotYours
from forms_service.signing.evidence import gather
from forms_service.signing.revisions import History
from forms_service.workflow.auditing import verify_file
from forms_service.workflow.reading import known, read
from forms_service.workflow.withdrawing import void_document
from tests.case_forms import case_world, finished_grievance, open_grievance, sign_until
from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return case_world(tmp_path / "office")


def _earlier(world: World, document: Document) -> str:
    reading = read(world.office, document)
    return str(known(world.office, document, reading.values)["earlier_amount"])


def _at_the_decision(world: World, **typed: str) -> Document:
    return sign_until(world, open_grievance(world), "talk", **typed)


def test_a_case_alone_counts_alone(world: World) -> None:
    assert _earlier(world, _at_the_decision(world, amount="3000")) == "0"


def test_open_and_finished_cases_of_the_order_count_together(world: World) -> None:
    finished_grievance(world, "chen_zhi", amount="3000")
    sign_until(world, open_grievance(world), "prepare", amount="1500.50")
    assert _earlier(world, _at_the_decision(world, amount="1000")) == "4500.5"


@pytest.mark.parametrize("other", [{"order_no": "SO-2"}, {"customer": "华信通讯设备股份有限公司"}])
def test_another_order_or_customer_does_not_count(world: World, other: dict[str, str]) -> None:
    sign_until(world, open_grievance(world), "prepare", amount="3000", **other)
    assert _earlier(world, _at_the_decision(world, amount="1000")) == "0"


def test_a_void_case_does_not_count(world: World) -> None:
    other = sign_until(world, open_grievance(world), "prepare", amount="3000")
    void_document(world.office, world.person("li_wen"), other.id, "重复")
    assert _earlier(world, _at_the_decision(world, amount="1000")) == "0"


@pytest.mark.parametrize(("days", "counted"), [(29, "3000"), (31, "0")])
def test_what_was_opened_longer_ago_than_the_form_says_does_not_count(world: World, days: int, counted: str) -> None:
    sign_until(world, open_grievance(world), "prepare", amount="3000")
    world.clock.pass_(days=days)
    assert _earlier(world, _at_the_decision(world, amount="1000")) == counted


def test_the_limit_is_that_of_the_sum(world: World) -> None:
    """5,000 is for the sales manager; the case that brings the sum to 5,000.01 goes to the deputy."""
    finished_grievance(world, "chen_zhi", amount="3000")
    split = _at_the_decision(world, amount="2000.01")
    with pytest.raises(NotYours):
        world.sign(split, "chen_zhi")
    assert world.sign(split, "lin_guo").state == "finished"


def test_up_to_the_edge_the_sum_is_the_sales_managers(world: World) -> None:
    finished_grievance(world, "chen_zhi", amount="3000")
    assert world.sign(_at_the_decision(world, amount="2000"), "chen_zhi").state == "finished"


def test_the_signature_and_the_ledger_say_policy_band_and_amount(world: World) -> None:
    finished_grievance(world, "chen_zhi", amount="3000")
    decided = world.sign(_at_the_decision(world, amount="9000"), "lin_guo")
    policy = next(p for p in world.office.organisation.policies if p.id == "complaint_authority")
    said = f"complaint_authority@{policy.sha256}#2=12000"
    with world.office.database.read() as tx:
        assert tx.ledger.of(decided.id)[-1].event.data["policy"] == said
    office = world.office
    data = office.blobs.get(decided.head)
    evidence = gather(History(data), office.trust, None, office.now(), office.fonts)
    facts = evidence.signings[-1].facts
    assert facts is not None
    assert facts.policy == said
    assert verify_file(office, data).verdict == "review"
