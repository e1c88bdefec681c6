"""A form that the customer may never see leaks nowhere: by no link, mail or status page, nor in what follows it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from forms_service.domain.document import Document
from forms_service.pdf.read import read_record
from forms_service.signing.crossrefs import inflate
from forms_service.signing.revisions import History
from forms_service.signing.syntax import PdfValue, Stream
from forms_service.store.links import Link
from forms_service.web.app import WebOptions, create_app
from forms_service.workflow.distributing import distribute_pending
from forms_service.workflow.inviting import digest, invite_pending
from forms_service.workflow.opening import open_document
from forms_service.workflow.sweeping import sweep
from tests.case_forms import case_world, finished_grievance, open_grievance, sign_until
from tests.paper import PNG, take_in
from tests.web.site import CODE, Site

SECRET = "板面沉金色差"
TOKEN = "a-link-that-nobody-should-have"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    world = case_world(tmp_path / "office")
    stream = (tmp_path / "journal.jsonl").open("w", encoding="utf-8")
    opened = Site(world, create_app(world.office, WebOptions(rate_limits=False, journal=stream)), stream)
    yield opened
    opened.close()


def _link_to(site: Site, document: Document, step: str) -> None:
    """Leave a link in the store such as no part of the office makes."""
    at = site.world.clock.at
    link = Link(
        token_sha256=digest(TOKEN),
        document_id=document.id,
        purpose="sign",
        step=step,
        head=document.head,
        contact_name="张丽华",
        contact_email="z@example.com",
        made_at=at,
        expires_at=at.replace(year=2027),
        sent_at=at,
    )
    with site.world.office.database.write() as tx:
        tx.links.add(link)


@pytest.mark.regulation("9(10)c")
@pytest.mark.parametrize("part", ["", "/code", "/sign", "/pages/1.png", "/file.pdf", "/done"])
def test_no_link_leads_to_it_however_it_came_about(site: Site, part: str) -> None:
    document = sign_until(site.world, open_grievance(site.world), "look")
    _link_to(site, document, "talk")
    answer = site.visitor().get(f"/c/{TOKEN}{part}")
    assert answer.status_code == 410
    assert "抱怨表" not in answer.text
    assert b"%PDF" not in answer.data


@pytest.mark.regulation("9(10)c")
def test_no_code_is_mailed_for_it_and_no_answer_taken(site: Site) -> None:
    document = sign_until(site.world, open_grievance(site.world), "look")
    _link_to(site, document, "talk")
    site.app.config["WTF_CSRF_ENABLED"] = False
    visitor = site.visitor().client
    answers = [
        visitor.post(f"/c/{TOKEN}/code"),
        visitor.post(f"/c/{TOKEN}/open", data={"code": CODE}),
        visitor.post(f"/c/{TOKEN}/sign", data={"answer": "accept", "agree": "y", "consent": "y", "name": "张丽华"}),
    ]
    assert [answer.status_code for answer in answers] == [410, 410, 410]
    assert not list(_mails(site))


def _mails(site: Site) -> list[Path]:
    return sorted((site.world.settings.office_folder / "mail").glob("*.eml"))


@pytest.mark.regulation("9(10)c")
def test_the_sweep_invites_nobody_to_it(site: Site) -> None:
    sign_until(site.world, open_grievance(site.world), "look")
    assert invite_pending(site.world.office) == 0


@pytest.mark.regulation("9(10)c")
def test_its_status_page_tells_a_stranger_its_state_and_nothing_else(site: Site) -> None:
    document = sign_until(site.world, open_grievance(site.world), "look")
    for stranger in (site.visitor(), site.signed_in("peng_li")):
        told = stranger.get(f"/d/{document.id}").text
        assert "还在签核，尚未生效" in told
        assert not [word for word in (document.number, "抱怨表", "步已签", "2026-11") if word in told]


@pytest.mark.regulation("9(10)c")
def test_its_status_page_tells_more_to_those_who_may_see_it(site: Site) -> None:
    document = sign_until(site.world, open_grievance(site.world), "look")
    told = site.signed_in("sun_yue").get(f"/d/{document.id}").text
    assert document.number in told
    assert "抱怨表" in told


@pytest.mark.regulation("9(10)c")
@pytest.mark.parametrize("part", ["", "/file.pdf", "/pages/1.png", "/copies/1.pdf", "/step", "/paper", "/outside"])
def test_a_stranger_reaches_no_file_of_it(site: Site, part: str) -> None:
    document = finished_grievance(site.world)
    distribute_pending(site.world.office)
    answer = site.visitor().get(f"/documents/{document.id}{part}")
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (303, "/login")


def _everything_in(pdf: bytes) -> bytes:
    """Gather every text and every unpacked stream of every revision of a file."""
    history = History(pdf)
    written = (value for revision in history.revisions for _, value in history.written(revision.index))
    return b"\n".join(piece for value in written for piece in _bytes_in(value))


def _bytes_in(value: PdfValue) -> Iterator[bytes]:
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, Stream):
        yield inflate(value) if "/Filter" in value.dictionary else value.raw
        yield from _bytes_in(value.dictionary)
    elif isinstance(value, dict | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _bytes_in(item)


def _rebate(site: Site) -> Document:
    world = site.world
    parent = finished_grievance(world, amount="9000")
    document = open_document(world.office, world.person("li_wen"), "rebate", parent.id)
    document = world.sign(document, "li_wen", raw={"amount": "500"})
    return world.sign(document, "wang_jian")


@pytest.mark.regulation("9(10)c")
def test_the_form_that_the_customer_gets_after_it_holds_nothing_that_it_does_not_print(site: Site) -> None:
    document = _rebate(site)
    pdf = site.world.office.blobs.get(document.head)
    record = read_record(pdf)
    assert {name for name, _ in record.answers} == {"customer", "grievance_no", "approved"}
    assert {named.name for named in record.given} == {"grievance.amount"}
    with site.world.office.database.read() as tx:
        parent = tx.documents.get(str(document.parent))
    assert _holds_the_secret(site.world.office.blobs.get(parent.head))
    assert not _holds_the_secret(pdf)


def _holds_the_secret(pdf: bytes) -> bool:
    everything = _everything_in(pdf)
    return any(SECRET.encode(encoding) in everything for encoding in ("utf-8", "utf-16-be"))


@pytest.mark.regulation("9(10)c")
def test_the_customers_pages_and_mail_say_nothing_of_it(site: Site) -> None:
    document = _rebate(site)
    sweep(site.world.office)
    token = site.world.mail().split("/c/")[1].split()[0]
    customer = site.visitor()
    customer.send(f"/c/{token}", f"/c/{token}/code")
    customer.send(f"/c/{token}/code", f"/c/{token}/open", {"code": CODE})
    parent = str(document.parent)
    seen = [customer.get(f"/c/{token}/sign").text, customer.get(f"/d/{document.id}").text]
    seen += [mail.read_text(encoding="utf-8") for mail in _mails(site)]
    for text in seen:
        assert SECRET not in text
        assert parent not in text
        assert "抱怨表" not in text


@pytest.mark.regulation("9(10)c")
def test_the_book_keepers_export_says_nothing_of_its_inside(site: Site) -> None:
    world = site.world
    world.sign(take_in(world, _rebate(site), "li_wen", PNG), "he_mei")
    distribute_pending(world.office)
    assert SECRET not in site.signed_in("he_mei").get("/accounting/export.csv").text
