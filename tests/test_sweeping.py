"""The sweep does what is due, once; two sweeps, or one that was killed half-way, do nothing twice."""

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import text

from forms_service.domain.document import Document
from forms_service.domain.errors import StalePage
from forms_service.notices.mail import Mail
from forms_service.store.blobs import Blobs
from forms_service.web.journal import Journal, places_of
from forms_service.workflow.archiving import check_archive
from forms_service.workflow.due import SomeNotDone
from forms_service.workflow.inviting import check_code, invite_pending, send_code
from forms_service.workflow.receiving import Answer, answer
from forms_service.workflow.sweeping import Swept, start_sweeping, sweep, sweep_noting
from tests.allowance import ALLOWANCE
from tests.dying import DeadMailer, Killed
from tests.notices.server import MailServer
from tests.world import World, make_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "office")


HUAXIN = {"customer": "华信通讯设备股份有限公司", "buyer_tax_id": "53071926"}


def _for_the_customer(world: World, raw: Mapping[str, str] = ALLOWANCE) -> Document:
    document = world.sign(world.open_allowance(), "li_wen", raw=raw)
    for person in ("lin_guo", "wang_jian"):
        document = world.sign(document, person)
    return document


def test_a_second_sweep_has_nothing_to_do(world: World) -> None:
    _for_the_customer(world)
    first, second = sweep(world.office), sweep(world.office)
    assert first.counts == {
        "scheduled": 0,
        "invited": 1,
        "distributed": 0,
        "followed": 0,
        "chased": 0,
        "asked": 0,
        "renewed": 0,
        "checkpointed": 1,
    }
    assert first.words == "寄出 1 个客户链接，签定当天的台账"
    assert not second.anything


def test_mail_that_did_not_go_out_is_sent_by_the_next_sweep(world: World) -> None:
    _for_the_customer(world)
    with pytest.raises(SomeNotDone, match="收不到"):
        invite_pending(replace(world.office, mailer=DeadMailer()))
    world.clock.pass_(minutes=2)
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


def _at_once(act: Callable[[], object], times: int = 3) -> list[object]:
    with ThreadPoolExecutor(times) as pool:
        return [future.result() for future in [pool.submit(act) for _ in range(times)]]


def test_three_sweeps_at_once_mail_the_customer_once(world: World) -> None:
    _for_the_customer(world)
    _at_once(lambda: sweep(world.office))
    assert len(list((world.settings.office_folder / "mail").glob("*.eml"))) == 1


def test_three_sweeps_at_once_seal_and_file_each_copy_once(world: World) -> None:
    document = finish(world)
    _at_once(lambda: sweep(world.office))
    with world.office.database.read() as tx:
        assert [copy.no for copy in tx.copies.of(document.id)] == [1, 2]
        assert [row.event.kind for row in tx.ledger.of(document.id)].count("sealed") == 2
    assert check_archive(world.office) == ()


def test_two_who_sign_the_same_step_at_once_leave_one_signature(world: World) -> None:
    document = world.sign(world.open_allowance(), "li_wen")
    world.person("lin_guo")

    def sign() -> str:
        try:
            return str(world.sign(document, "lin_guo").step)
        except StalePage:
            return "stale"

    assert sorted(map(str, _at_once(sign))) == ["gm", "stale", "stale"]


def test_a_document_that_cannot_go_on_does_not_hold_up_the_others(world: World) -> None:
    world.amend("parties.yaml", "  contacts:\n    - {name: 黄志强, email: huang.zhiqiang@example.com}\n", "")
    stuck, going = _for_the_customer(world, {**ALLOWANCE, **HUAXIN}), _for_the_customer(world)
    with pytest.raises(SomeNotDone, match=stuck.number):
        sweep(world.office)
    with world.office.database.read() as tx:
        assert [len(tx.links.of(d.id)) for d in (stuck, going)] == [0, 1]
        assert tx.ledger.of("")[-1].event.kind == "checkpointed"


def test_a_mail_that_the_server_did_not_take_goes_once_when_it_does(world: World) -> None:
    with MailServer(refuses=True) as server:
        mail = world.settings.specs / "organisations" / "demo" / "mail.yaml"
        mail.write_text(f"sender: forms@example.com\nhost: 127.0.0.1\nport: {server.port}\nsecurity: none\n")
        world.bring_into_force()
        _for_the_customer(world)
        with pytest.raises(SomeNotDone, match="不收这个收件人"):
            sweep(world.office)
        server.refuses = False
        world.clock.pass_(minutes=10)
        sweep(world.office)
        sweep(world.office)
        assert [b"zhang.lihua@example.com" in mail for mail in server.mails] == [True]


def test_what_stops_a_sweep_is_noted_by_kind_and_the_next_one_comes(world: World, tmp_path: Path) -> None:
    _for_the_customer(world)
    noted = Event()
    with (tmp_path / "journal").open("w") as stream:
        journal = Journal(stream)

        def note(fault: Exception) -> None:
            journal.sweep_stopped(fault)
            noted.set()

        stop = start_sweeping(replace(world.office, mailer=DeadMailer()), note, 0.01)
        assert noted.wait(10)
        stop.set()
    line = json.loads((tmp_path / "journal").read_text().splitlines()[0])
    assert line["kinds"] == ["MailNotSent"]
    assert "example.com" not in str(line)


def test_what_a_sweep_did_is_told_and_an_empty_one_is_not(world: World, tmp_path: Path) -> None:
    _for_the_customer(world)
    with (tmp_path / "journal").open("w") as stream:
        journal = Journal(stream)
        assert sweep_noting(world.office, journal.sweep_stopped, journal.swept)
        assert sweep_noting(world.office, journal.sweep_stopped, journal.swept)
    (line,) = map(json.loads, (tmp_path / "journal").read_text().splitlines())
    assert (line["event"], line["invited"], line["checkpointed"]) == ("swept", 1, 1)


class BrokenMailer:
    """A mailer with a fault of ours in it."""

    def send(self, mail: Mail) -> None:
        raise KeyError(mail.to)


def test_a_fault_of_ours_holds_up_nothing_else_and_is_noted_with_its_place(world: World) -> None:
    _for_the_customer(world)
    told: list[Swept] = []
    noted: list[Exception] = []
    assert not sweep_noting(replace(world.office, mailer=BrokenMailer()), noted.append, told.append)
    assert told[0].words == "签定当天的台账"
    assert str(noted[0]) == "程序出了差错（KeyError）"
    assert any("test_sweeping" in place for place in places_of(noted[0]))


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
    with pytest.raises(SomeNotDone, match="accounting"):
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
    return answer(world.office, token, grant, Answer(document.head, accepts=True, name="张丽华", consents=True))
