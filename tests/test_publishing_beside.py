"""Forms that name one another are published in any order when they are published together."""

from pathlib import Path

import pytest

from forms_service.domain.errors import ProblemsFound
from forms_service.workflow.publishing import publish, published_spec, review
from tests.case_forms import GRIEVANCE, REBATE, REMARK
from tests.world import World, make_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "office")


def test_a_form_may_name_one_that_comes_later_as_what_follows(world: World) -> None:
    _, warnings = review(world.office, GRIEVANCE.encode(), "grievance.yaml")

    assert {problem.level for problem in warnings} == {"warning"}
    assert "没有叫「rebate」的表单" in warnings[0].message
    assert publish(world.office, GRIEVANCE.encode(), "grievance.yaml", "office").form == "grievance"


def test_what_a_form_opens_from_must_be_there_or_come_with_it(world: World) -> None:
    with pytest.raises(ProblemsFound) as refused:
        publish(world.office, REBATE.encode(), "rebate.yaml", "office")
    assert "没有叫「grievance」的表单" in str(refused.value)

    spec = publish(world.office, REBATE.encode(), "rebate.yaml", "office", [GRIEVANCE.encode()])
    assert spec.opens_from is not None
    assert spec.opens_from.form == "grievance"


def test_what_follows_must_open_from_this_form(world: World) -> None:
    for source in (GRIEVANCE, REBATE):
        publish(world.office, source.encode(), "case.yaml", "office")
    other = REMARK.replace("fields:\n", "follow_on:\n  - {open: rebate}\nfields:\n", 1)

    with pytest.raises(ProblemsFound) as refused:
        publish(world.office, other.encode(), "remark.yaml", "office")
    assert "《折让单》的 opens_from 写的是 grievance，这里要它由 remark 开出" in str(refused.value)


def test_a_published_form_is_still_read_when_its_parent_has_dropped_what_it_reads(world: World) -> None:
    office = world.office
    rebate = publish(office, REBATE.encode(), "rebate.yaml", "office", [GRIEVANCE.encode()])
    newer = GRIEVANCE.replace("version: 1", "version: 2").replace("amount", "worth")
    for source in (GRIEVANCE, newer):
        publish(office, source.encode(), "grievance.yaml", "office")

    read = published_spec(office.database, office.organisation, office.fonts, rebate.sha256)

    assert read == rebate
