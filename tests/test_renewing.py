"""Sealed copies are protected for long keeping, and renewed before their timestamps age; a kill loses nothing."""

import datetime as dt
import hashlib
import io
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from sqlalchemy import text

from forms_service.archive.archive import ArchiveConflict
from forms_service.settings import ROOT
from forms_service.signing.apart import Judges
from forms_service.signing.authority import Authority
from forms_service.signing.messages import Limits
from forms_service.signing.timestamps import EmbeddedTimeAuthority, NoTimestamp
from forms_service.signing.trust import load_trust
from forms_service.signing.verdict import Verdict
from forms_service.signing.verify import verify
from forms_service.store.blobs import Blobs
from forms_service.store.copies import SealedCopy
from forms_service.workflow.archiving import check_archive
from forms_service.workflow.auditing import verify_copy
from forms_service.workflow.distributing import distribute_pending
from forms_service.workflow.due import SomeNotDone
from forms_service.workflow.office import Office, Renewal
from forms_service.workflow.renewing import renew_ageing
from forms_service.workflow.vouching import trust_file
from tests.signing.lasting import YEAR, check
from tests.stories import lone_allowance
from tests.tampering import authority
from tests.test_sweeping import finish
from tests.world import START, World, make_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return lone_allowance().taken(tmp_path / "office").world


def copies(world: World) -> tuple[SealedCopy, ...]:
    with world.office.database.read() as tx:
        (sealed,) = {row.event.document_id for row in tx.ledger.rows() if row.event.kind == "sealed"}
        return tx.copies.of(sealed)


def events(world: World) -> list[str]:
    with world.office.database.read() as tx:
        return [row.event.kind for row in tx.ledger.of(copies(world)[0].document_id)]


def filed(world: World) -> set[str]:
    files = world.office.archive.folder.glob("[a-z]*/2026-11/*.pdf")
    return {hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def offline(world: World, copy: SealedCopy, at: dt.datetime) -> Verdict:
    trust = load_trust(trust_file(world.office))
    return verify(world.office.blobs.get(copy.sha256), trust, None, at, world.office.fonts)


def age(world: World) -> None:
    """Let nineteen years and a half pass, of the twenty of the timestamp authority's certificate."""
    world.clock.at = START + 19 * YEAR + YEAR / 2


def test_a_sealed_copy_is_archived_protected_for_decades(world: World) -> None:
    for copy in copies(world):
        verdict = offline(world, copy, START + 10 * YEAR)
        assert (verdict.verdict, check(verdict, 14).result) == ("accepted", "pass")
        assert {signature.level for signature in verdict.signatures} == {"B-LTA"}
        assert copy.renew_at is not None
    assert renew_ageing(world.office) == 0


def test_a_copy_is_renewed_once_before_its_timestamps_certificate_ends(world: World) -> None:
    before = copies(world)
    age(world)
    assert (renew_ageing(world.office), renew_ageing(world.office)) == (2, 0)
    for old, new in zip(before, copies(world), strict=True):
        data = world.office.blobs.get(new.sha256)
        assert data.startswith(world.office.blobs.get(old.sha256))
        assert len(data) == new.size > old.size
        assert verify_copy(world.office, new).verdict == "accepted"
    assert filed(world) == {copy.sha256 for copy in copies(world)}
    assert check_archive(world.office) == ()


def test_the_ledger_names_the_old_bytes_and_the_new(world: World) -> None:
    before = copies(world)
    age(world)
    renew_ageing(world.office)
    with world.office.database.read() as tx:
        told = [row.event.data for row in tx.ledger.of(before[0].document_id) if row.event.kind == "renewed"]
    pairs = zip(before, copies(world), strict=True)
    assert told == [{"copy": old.no, "earlier": old.sha256, "sha256": new.sha256} for old, new in pairs]


def test_a_copy_from_before_timestamps_of_files_is_caught_up_with(world: World) -> None:
    with world.office.database.write() as tx:
        tx.copies.connection.execute(text("UPDATE copies SET renew_at = NULL"))
    assert renew_ageing(world.office) == 2
    assert renew_ageing(world.office) == 0


def kept(world: World, copy: SealedCopy) -> dict[str, int]:
    """Count the validation data that a copy holds, by their kinds."""
    store = PdfFileReader(io.BytesIO(world.office.blobs.get(copy.sha256))).root["/DSS"]
    return {key: len(store[key]) for key in ("/CRLs", "/OCSPs") if key in store}


def test_a_renewal_adds_an_answer_on_the_timestamp_and_no_newer_list_of_everybody(world: World) -> None:
    assert [kept(world, copy) for copy in copies(world)] == [{"/CRLs": 2}] * 2
    age(world)
    renew_ageing(world.office)
    assert [kept(world, copy) for copy in copies(world)] == [{"/CRLs": 2, "/OCSPs": 1}] * 2


@dataclass(frozen=True, slots=True)
class KilledAfterBytes:
    """A store of bytes whose process is killed once they are stored."""

    blobs: Blobs

    def get(self, sha256: str) -> bytes:
        return self.blobs.get(sha256)

    def put(self, data: bytes) -> str:
        self.blobs.put(data)
        raise KeyboardInterrupt


def test_a_kill_between_bytes_and_transaction_loses_nothing(world: World) -> None:
    before = copies(world)
    age(world)
    with pytest.raises(KeyboardInterrupt):
        renew_ageing(replace(world.office, blobs=KilledAfterBytes(world.office.blobs)))  # type: ignore[arg-type]
    assert (copies(world), "renewed" in events(world)) == (before, False)
    assert renew_ageing(world.office) == 2
    assert events(world).count("renewed") == 2


class KilledBeforeFiling:
    """An archive whose process is killed before it files."""

    def file_copy(self, *given: object) -> Path:  # noqa: ARG002 - as the archive takes them
        raise KeyboardInterrupt


def test_a_kill_before_filing_is_made_good_by_the_next_sweep(world: World) -> None:
    age(world)
    with pytest.raises(KeyboardInterrupt):
        renew_ageing(replace(world.office, archive=KilledBeforeFiling()))  # type: ignore[arg-type]
    assert [copy.filed_at is None for copy in copies(world)] == [True, False]
    distribute_pending(world.office)
    assert [copy.filed_at is None for copy in copies(world)] == [False, False]
    assert copies(world)[0].sha256 in filed(world)
    assert renew_ageing(world.office) == 1


def test_only_the_bytes_that_the_ledger_names_give_way_in_the_archive(world: World) -> None:
    age(world)
    file = next(world.office.archive.folder.glob(f"{copies(world)[0].department}/2026-11/*.pdf"))
    file.chmod(0o600)
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(SomeNotDone) as stop:
        renew_ageing(world.office)
    assert isinstance(stop.value.faults[0], ArchiveConflict)


def test_a_timestamp_that_gains_nothing_is_not_renewed_at_every_sweep(world: World) -> None:
    late = Renewal(dt.timedelta(days=30 * 365), dt.timedelta(days=3650))
    always = replace(world.office, renewal=late)
    age(world)
    assert (renew_ageing(always), renew_ageing(always)) == (2, 0)


def outlive(world: World) -> None:
    """Let the timestamp authority's certificate end before any sweep came."""
    world.clock.at = START + 21 * YEAR


def stored(world: World) -> int:
    return sum(1 for file in world.settings.office_folder.rglob("*") if file.is_file())


def test_a_copy_whose_timestamp_has_ended_is_told_once_with_what_to_do(world: World) -> None:
    outlive(world)
    with pytest.raises(SomeNotDone, match="要对外证明，请另开一张取代它的单据") as stop:
        renew_ageing(world.office)
    assert len(stop.value.faults) == 2
    kept = copies(world), stored(world)
    assert (renew_ageing(world.office), renew_ageing(world.office)) == (0, 0)
    world.clock.pass_(days=31)
    assert renew_ageing(world.office) == 0
    assert events(world).count("not_renewable") == 2
    assert [copy.sha256 for copy in copies(world)] == [copy.sha256 for copy in kept[0]]
    assert stored(world) == kept[1]


def test_what_else_stands_in_the_way_later_is_told_again(world: World) -> None:
    outlive(world)
    with pytest.raises(SomeNotDone):
        renew_ageing(world.office)
    world.clock.pass_(days=31)
    strange = replace(world.office, anchor=load_trust(authority("twin").trust_pem()))
    with pytest.raises(SomeNotDone, match="forms archive check --verdicts"):
        renew_ageing(strange)


def test_a_judging_process_that_fell_puts_nothing_off(world: World) -> None:
    age(world)
    with Judges(ROOT / "fonts", at_once=1, limits=Limits(wall_s=0.001), spare=0) as hurried:
        for _ in range(2):
            with pytest.raises(SomeNotDone, match="下次再试"):
                renew_ageing(replace(world.office, judges=hurried))
    assert renew_ageing(world.office) == 2


class Silent(EmbeddedTimeAuthority):
    """A timestamp authority that does not answer."""

    def stamp(self, digest: bytes) -> bytes:
        raise NoTimestamp(f"没有取得时间戳（{len(digest)}）")


def silent(office: Office, authority: Authority) -> Office:
    return replace(office, timestamper=Silent(authority._timestamp, office.now))


def test_without_a_timestamp_nothing_is_renewed_and_the_reason_is_said(world: World) -> None:
    before = copies(world)
    age(world)
    with pytest.raises(SomeNotDone, match="没有取得时间戳"):
        renew_ageing(silent(world.office, world.office.authority))
    assert copies(world) == before
    assert renew_ageing(replace(world.office, timestamper=None)) == 0


def test_without_a_timestamp_no_copy_is_sealed_and_the_next_sweep_tries_again(tmp_path: Path) -> None:
    world = make_world(tmp_path / "office")
    document = finish(world)
    with pytest.raises(SomeNotDone, match="没有取得时间戳"):
        distribute_pending(silent(world.office, world.office.authority))
    with world.office.database.read() as tx:
        assert tx.copies.of(document.id) == ()
    assert distribute_pending(world.office) == 1
    assert [copy.no for copy in copies(world)] == [1, 2]
