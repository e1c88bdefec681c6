"""What was altered in the database after its approval, or approved by somebody else, counts for nothing."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from forms_service.signing.approvals import write_chain
from forms_service.wiring import Surroundings, open_office
from forms_service.workflow.demonstrating import PIN
from forms_service.workflow.keying import unlock_key
from forms_service.workflow.office import Office
from forms_service.workflow.publishing import publish
from tests.versions import SECOND
from tests.world import START, World, found_world, make_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "office")


@contextmanager
def tampering(world: World, table: str) -> Iterator[World]:
    """Open the database as its administrator could: without the triggers that keep a table."""
    with world.office.database.write() as tx:
        for verb in ("update", "delete"):
            tx.ledger.connection.execute(text(f"DROP TRIGGER {table}_refuses_{verb}"))
    yield world


def _sql(world: World, statement: str, **given: object) -> None:
    with world.office.database.write() as tx:
        tx.ledger.connection.execute(text(statement), given)


def _reopened(world: World) -> Office:
    around = Surroundings(world.clock, world.office.token, world.office.code, glance=lambda: world.clock.at)
    return open_office(world.settings, around)


def test_bytes_altered_after_the_approval_count_for_nothing(world: World) -> None:
    with tampering(world, "published_forms"):
        _sql(world, "UPDATE published_forms SET source = CAST(replace(CAST(source AS TEXT), '客户', '顾客') AS BLOB)")

    office = _reopened(world)
    assert office.rulebook.forms(START + dt.timedelta(days=9)) == ()
    assert next(entry.fault for entry in office.rulebook.entries() if entry.fault).startswith("签定的内容")


def test_a_snapshot_altered_after_the_approval_is_not_read(world: World) -> None:
    with tampering(world, "snapshots"):
        _sql(world, "UPDATE snapshots SET content = CAST(replace(CAST(content AS TEXT), '5%', '9%') AS BLOB)")

    office = _reopened(world)
    assert office.rulebook.organisation_approval() is None
    assert "签定的内容" in office.rulebook.entries()[0].fault


def test_an_approval_moved_to_another_digest_counts_for_nothing(world: World) -> None:
    spec = publish(world.office, SECOND.encode(), "x.yaml", "office")
    with world.office.database.write() as tx:
        held = tx.approvals.after(0)[1]
        assert held.approval is not None
        moved = replace(held.approval, sha256=spec.sha256, version=2)
        tx.approvals.add(moved, held.signature, held.certificate_pem)

    office = _reopened(world)
    assert [approval.version for approval in office.rulebook.forms(START + dt.timedelta(days=9))] == [1]
    assert office.rulebook.entries()[2].fault == "签章与内容不符，内容或签章被改动过"


def test_a_date_changed_in_the_row_counts_for_nothing(world: World) -> None:
    with tampering(world, "approvals"):
        _sql(world, "UPDATE approvals SET effective = '2026-01-01' WHERE seq = 2")

    assert _reopened(world).rulebook.entries()[1].fault == "记录与签章的内容不一致，被改动过"


def test_an_approval_by_somebody_certified_elsewhere_counts_for_nothing(world: World, tmp_path: Path) -> None:
    stranger = found_world(tmp_path / "stranger")
    with stranger.office.database.read() as tx:
        foreign = tx.approvals.after(0)[0]
    assert foreign.approval is not None
    with world.office.database.write() as tx:
        tx.approvals.add(foreign.approval, foreign.signature, foreign.certificate_pem)

    assert "信任" in _reopened(world).rulebook.entries()[-1].fault


def test_an_approval_signed_by_one_who_was_not_the_general_manager_counts_for_nothing(world: World) -> None:
    deputy = world.person("lin_guo")
    signer = unlock_key(world.office, deputy, PIN)
    with world.office.database.read() as tx:
        held = tx.approvals.after(0)[1].approval
    assert held is not None
    forged = replace(held, person="lin_guo", at=world.clock.at, since=world.clock.at)
    with world.office.database.write() as tx:
        tx.approvals.add(forged, signer.sign_raw(forged.statement()), write_chain(signer))

    assert _reopened(world).rulebook.entries()[-1].fault == "签定时 lin_guo 不是总经理"
