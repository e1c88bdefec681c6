"""A check that only warns is passed with a reason, and the ledger keeps it."""

from pathlib import Path

import pytest

from forms_service.domain.errors import ProblemsFound
from forms_service.settings import ROOT
from forms_service.workflow.demonstrating import PIN
from forms_service.workflow.keying import unlock_key
from forms_service.workflow.opening import open_document
from forms_service.workflow.submitting import Submission, submit
from tests.allowance import ALLOWANCE
from tests.world import World, make_world

WARNING = """checks:
  - rule: invoice_date > opened_on
    say: 原发票日期早于开立日，请确认。
    mark: invoice_date
    level: warning
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = make_world(tmp_path / "office")
    text = (ROOT / "tests" / "specs" / "sales_allowance.yaml").read_text()
    text = text.replace("version: 1", "version: 2", 1).replace("checks:\n", WARNING, 1)
    made.publish(text.encode(), "sales_allowance.yaml")
    return made


def _submit(world: World, reason: str) -> str:
    clerk = world.person("li_wen")
    document = open_document(world.office, clerk, "sales-allowance")
    signer = unlock_key(world.office, clerk, PIN)
    submit(world.office, clerk, Submission(document.id, "prepare", document.head, raw=ALLOWANCE, reason=reason), signer)
    return document.id


def test_a_warning_without_a_reason_stops_the_signature(world: World) -> None:
    with pytest.raises(ProblemsFound) as stopped:
        _submit(world, "")
    assert [(p.where, p.level) for p in stopped.value.problems] == [("reason", "error"), ("invoice_date", "warning")]


def test_the_reason_is_kept_in_the_ledger(world: World) -> None:
    document_id = _submit(world, "已与客户核对发票")
    with world.office.database.read() as tx:
        assert tx.ledger.of(document_id)[-1].event.data["reason"] == "已与客户核对发票"
