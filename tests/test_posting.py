"""Accounting posts a verified copy, once, and reads its figures from the verified bytes."""

from decimal import Decimal
from pathlib import Path

import pytest

from forms_service.domain.document import Document
from forms_service.domain.errors import AlreadyPosted, FormsError, NotFound, NotYours, ProblemsFound
from forms_service.settings import ROOT, read_settings
from forms_service.signing.verify import verify
from forms_service.store.blobs import BlobDamaged
from forms_service.wiring import open_office
from forms_service.workflow.auditing import verify_file
from forms_service.workflow.demonstrating import set_up
from forms_service.workflow.office import Office
from forms_service.workflow.posting import export_vouchers, look_at, post
from forms_service.workflow.withdrawing import void_document
from tests.allowance import whole_way
from tests.world import CHEAP_PINS, World, make_world


@pytest.fixture(scope="module")
def posted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, Document]:
    folder = tmp_path_factory.mktemp("demo")
    settings = read_settings(CHEAP_PINS, data=folder)
    office = open_office(settings)
    set_up(office, ROOT / "tests" / "specs")
    assert [stage.words for stage in whole_way(office, settings.office_folder / "mail")][-1] == "会计入账"
    with office.database.read() as tx:
        return office, tx.documents.numbered("sales-allowance", tx.numbers.drawn("sales-allowance")[0])


def test_the_voucher_balances_and_holds_the_figures_of_the_bytes(posted: tuple[Office, Document]) -> None:
    office, document = posted
    values = look_at(office, document.id).request.values
    assert (values["net"], values["tax_amount"], values["grand_total"]) == (
        Decimal("10121.60"),
        Decimal("506.08"),
        Decimal("10627.68"),
    )
    assert export_vouchers(office).count(b"\r\n") == 4


def test_a_second_posting_is_refused(posted: tuple[Office, Document]) -> None:
    office, document = posted
    with pytest.raises((AlreadyPosted, ProblemsFound), match="已经入账"):
        post(office, office.require_person("he_mei"), document.id)


def test_only_a_bookkeeper_posts(posted: tuple[Office, Document]) -> None:
    office, document = posted
    with pytest.raises(NotYours):
        post(office, office.require_person("li_wen"), document.id)


def test_the_accounting_copy_is_accepted_offline_and_online(posted: tuple[Office, Document]) -> None:
    office, document = posted
    copy = office.blobs.get(look_at(office, document.id).copy.sha256)
    assert verify(copy, office.trust, None, office.now(), office.fonts).verdict == "accepted"
    assert verify_file(office, copy).verdict == "accepted"


def test_an_unsealed_document_is_for_a_person_to_judge(posted: tuple[Office, Document]) -> None:
    office, document = posted
    assert verify_file(office, office.blobs.get(document.head)).verdict == "review"


def test_one_byte_more_is_refused(posted: tuple[Office, Document]) -> None:
    office, document = posted
    copy = office.blobs.get(look_at(office, document.id).copy.sha256)
    verdict = verify_file(office, copy + b"\n")
    assert (verdict.verdict, verdict.failed[0].name) == ("refused", "whole_file")


def test_bytes_changed_on_disk_are_not_posted(posted: tuple[Office, Document]) -> None:
    office, document = posted
    sha256 = look_at(office, document.id).copy.sha256
    (path,) = (p for p in office.blobs.folder.rglob("*") if p.is_file() and sha256.endswith(p.name[-32:]))
    kept = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(kept.replace(b"10627", b"10628", 1) + b" ")
    try:
        with pytest.raises(BlobDamaged):
            look_at(office, document.id)
    finally:
        path.write_bytes(kept)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "office")


def test_an_unfinished_document_has_nothing_to_post(world: World) -> None:
    document = world.open_allowance()
    with pytest.raises(NotFound, match="会计联"):
        look_at(world.office, document.id)


def test_a_void_document_has_nothing_to_post(world: World) -> None:
    document = world.sign(world.open_allowance(), "li_wen")
    void_document(world.office, world.person("li_wen"), document.id, "改开")
    with pytest.raises(FormsError):
        look_at(world.office, document.id)
