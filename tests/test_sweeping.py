"""The sweep does what is due, once; two sweeps, or one that was killed half-way, do nothing twice."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from forms_service.domain.document import Document
from forms_service.notices.mail import Mail, MailNotSent
from forms_service.store.blobs import Blobs
from forms_service.workflow.archiving import check_archive
from forms_service.workflow.inviting import check_code, invite_pending, send_code
from forms_service.workflow.receiving import Answer, answer
from forms_service.workflow.sweeping import sweep
from tests.world import World, make_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "office")


def _for_the_customer(world: World) -> Document:
    document = world.open_allowance()
    for person in ("li_wen", "lin_guo", "wang_jian"):
        document = world.sign(document, person)
    return document


def test_a_second_sweep_has_nothing_to_do(world: World) -> None:
    _for_the_customer(world)
    first, second = sweep(world.office), sweep(world.office)
    assert (first.invited, first.checkpointed) == (1, True)
    assert (second.invited, second.distributed, second.checkpointed) == (0, 0, False)


def test_mail_that_did_not_go_out_is_sent_by_the_next_sweep(world: World) -> None:
    class DeadMailer:
        def send(self, mail: Mail) -> None:
            raise MailNotSent(f"{mail.to} 收不到")

    _for_the_customer(world)
    with pytest.raises(MailNotSent):
        invite_pending(replace(world.office, mailer=DeadMailer()))
    assert invite_pending(world.office) == 1


def test_a_checkpoint_is_signed_by_the_firm_and_holds_the_ledger(world: World) -> None:
    world.open_allowance()
    sweep(world.office)
    assert _check(world) == []


def test_a_ledger_cut_short_shows(world: World) -> None:
    world.open_allowance()
    sweep(world.office)
    with world.office.database.write() as tx:
        for trigger in tx.ledger.connection.scalars(text("SELECT name FROM sqlite_master WHERE type='trigger'")).all():
            tx.ledger.connection.execute(text(f"DROP TRIGGER {trigger}"))
        tx.ledger.connection.execute(text("DELETE FROM ledger WHERE seq > 2"))
    assert "ledger_truncated" in _check(world)


def _check(world: World) -> list[str]:
    return [problem.code for problem in check_archive(world.office)]


class Killed(BaseException):
    """The process is gone."""


class LastBlobs(Blobs):
    """A store that is killed as soon as its bytes are on disk."""

    def put(self, data: bytes) -> str:
        super().put(data)
        raise Killed


def test_a_kill_between_bytes_and_transaction_leaves_the_step_to_be_signed(world: World) -> None:
    document = world.sign(world.open_allowance(), "li_wen")
    before = set(world.office.blobs.digests())
    dying = replace(world, office=replace(world.office, blobs=LastBlobs(world.office.blobs.folder)))
    with pytest.raises(Killed):
        dying.sign(document, "lin_guo")
    assert len(set(world.office.blobs.digests()) - before) == 1
    assert world.sign(document, "lin_guo").step == "gm"


def test_a_kill_while_issuing_gives_the_number_back(world: World) -> None:
    dying = replace(world, office=replace(world.office, blobs=LastBlobs(world.office.blobs.folder)))
    with pytest.raises(Killed):
        dying.open_allowance()
    assert world.open_allowance().number == "A2611001"


def test_a_copy_sealed_but_not_filed_is_filed_by_the_next_sweep(world: World) -> None:
    document = finish(world)
    blocked = world.office.archive.folder / "accounting"
    blocked.write_text("in the way")
    with pytest.raises(OSError, match="accounting"):
        sweep(world.office)
    blocked.unlink()
    sweep(world.office)
    assert [e.number for e in world.office.archive.entries("accounting")] == [document.number]


def finish(world: World) -> Document:
    document = _for_the_customer(world)
    invite_pending(world.office)
    token = world.mail().split("/c/")[1].split()[0]
    send_code(world.office, token)
    grant = check_code(world.office, token, "314159")
    return answer(world.office, token, grant, Answer(document.head, accepts=True, name="张丽华"))
