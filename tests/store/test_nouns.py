"""The plain nouns of the store: kept, found, and refused a second time where once is the rule."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from forms_service.domain.errors import AlreadyPosted, PublishedDiffers
from forms_service.store.attachments import AttachedFile
from forms_service.store.certificates import IssuedCertificate
from forms_service.store.copies import SealedCopy
from forms_service.store.database import Database
from forms_service.store.documents import Search
from forms_service.store.drafts import Draft
from forms_service.store.forms import PublishedForm
from forms_service.store.handouts import Handout
from forms_service.store.logins import Login
from forms_service.store.vouchers import PostedVoucher
from tests.store.samples import NOW, digest, document, event

DAY = dt.timedelta(days=1)
DRAFT = Draft("doc-a", "prepare", "chen", digest("head"), {"lines.1.qty": "３", "reason": "色差"}, NOW)
HANDOUT = Handout("doc-a", "prepare", 1, "chen", digest("head"), digest("filled"), {"reason": "色差"}, "同意", "", NOW)
COPY = SealedCopy("doc-a", 2, "第二联 会计作账", "accounting", digest("copy 2"), 90_000, NOW)
VOUCHER = PostedVoucher("doc-a", "V2611001", digest("copy 2"), '{"lines": []}', NOW, "lin")
FORM = PublishedForm("memo", 1, digest("v1"), b"form: memo", NOW, "chen")
CERTIFICATE = IssuedCertificate(digest("certificate"), "person", "PEM", "chen", NOW)
FILE = AttachedFile("doc-a", "invoice_copy", digest("scan"), "发票.pdf", "application/pdf", 12, "chen", NOW)


@pytest.fixture
def opened(database: Database) -> Database:
    """Store one document."""
    with database.write() as tx:
        tx.documents.add(document(), [])
    return database


def test_a_draft_replaces_the_one_before_it(opened: Database) -> None:
    with opened.write() as tx:
        tx.drafts.save(replace(DRAFT, raw={"reason": "旧"}))
        tx.drafts.save(DRAFT)
        assert tx.drafts.get("doc-a", "prepare", "chen") == DRAFT


def test_a_draft_is_its_writers_own_until_dropped(opened: Database) -> None:
    with opened.write() as tx:
        tx.drafts.save(DRAFT)
        tx.drafts.save(replace(DRAFT, person="lin"))
        tx.drafts.drop("doc-a", "prepare", "chen")
        assert tx.drafts.get("doc-a", "prepare", "chen") is None
        assert tx.drafts.get("doc-a", "prepare", "lin") is not None
        tx.drafts.drop_all("doc-a")
        assert tx.drafts.get("doc-a", "prepare", "lin") is None


def test_a_handout_is_kept_once_and_its_persons_own(opened: Database) -> None:
    with opened.write() as tx:
        tx.handouts.add(HANDOUT)
        tx.handouts.add(replace(HANDOUT, handed_at=NOW + DAY))
        tx.handouts.add(replace(HANDOUT, sha256=digest("filled again"), handed_at=NOW + DAY))
        assert tx.handouts.get("doc-a", "chen", digest("filled")) == HANDOUT
        assert tx.handouts.get("doc-a", "lin", digest("filled")) is None
        assert [h.sha256 for h in tx.handouts.of("doc-a")] == [digest("filled again"), digest("filled")]


def test_a_copy_waits_for_the_archive_until_it_is_filed(opened: Database) -> None:
    with opened.write() as tx:
        tx.copies.add(COPY)
        assert tx.copies.unfiled() == tx.copies.of("doc-a") == (COPY,)
        tx.copies.mark_filed(COPY, NOW + DAY)
        assert tx.copies.unfiled() == ()
        assert tx.copies.sealed_as(COPY.sha256) == replace(COPY, filed_at=NOW + DAY)
        assert tx.copies.sealed_as(digest("other")) is None


def test_a_copy_is_sealed_once(opened: Database) -> None:
    with opened.write() as tx:
        tx.copies.add(COPY)
    with pytest.raises(IntegrityError), opened.write() as tx:
        tx.copies.add(replace(COPY, sha256=digest("another")))


def test_a_document_is_posted_once(opened: Database) -> None:
    with opened.write() as tx:
        tx.vouchers.add(VOUCHER)
    with pytest.raises(AlreadyPosted, match="V2611001"), opened.write() as tx:
        tx.vouchers.add(replace(VOUCHER, number="V2611002", evidence_sha256=digest("x")))
    with opened.read() as tx:
        assert tx.vouchers.of("doc-a") == VOUCHER
        assert [found.id for found in tx.documents.find(Search(posted=True))] == ["doc-a"]


def test_one_file_is_evidence_for_one_voucher(opened: Database) -> None:
    with opened.write() as tx:
        tx.documents.add(document("b"), [])
        tx.vouchers.add(VOUCHER)
    with pytest.raises(IntegrityError), opened.write() as tx:
        tx.vouchers.add(replace(VOUCHER, document_id="doc-b", number="V2611002"))


def test_vouchers_are_listed_by_the_time_posted(opened: Database) -> None:
    with opened.write() as tx:
        tx.vouchers.add(VOUCHER)
        assert tx.vouchers.posted() == tx.vouchers.posted(NOW, NOW + DAY) == (VOUCHER,)
        assert tx.vouchers.posted(since=NOW + DAY) == tx.vouchers.posted(before=NOW) == ()


def test_the_same_form_is_published_once_and_other_bytes_are_refused(database: Database) -> None:
    with database.write() as tx:
        assert tx.forms.publish(FORM) == FORM
        assert tx.forms.publish(replace(FORM, published_by="lin")) == FORM
    with pytest.raises(PublishedDiffers, match="version 改为 2"), database.write() as tx:
        tx.forms.publish(replace(FORM, sha256=digest("other"), source=b"form: memo # "))


def test_the_latest_version_of_a_form_is_known_beside_the_older_ones(database: Database) -> None:
    second, other = replace(FORM, version=10, sha256=digest("v10")), replace(FORM, form="a", sha256=digest("a"))
    with database.write() as tx:
        for form in (second, FORM, other):
            tx.forms.publish(form)
        assert tx.forms.latest() == (other, second)
        assert tx.forms.all() == (other, FORM, second)
        assert tx.forms.get("memo", 1) == tx.forms.with_digest(FORM.sha256) == FORM
        assert tx.forms.get("memo", 2) is None


def test_the_first_revocation_of_a_certificate_counts(database: Database) -> None:
    with database.write() as tx:
        tx.certificates.add(CERTIFICATE)
        assert tx.certificates.get(CERTIFICATE.sha256) == CERTIFICATE
        assert tx.certificates.revoked() == ()
        tx.certificates.revoke(CERTIFICATE.sha256, NOW + DAY)
        tx.certificates.revoke(CERTIFICATE.sha256, NOW + 2 * DAY)
        revoked = replace(CERTIFICATE, revoked_at=NOW + DAY)
        assert tx.certificates.revoked() == tx.certificates.of("chen") == (revoked,)


def test_judged_bytes_are_known_and_others_are_not(opened: Database) -> None:
    good, unknown = digest("good"), digest("unknown")
    with opened.write() as tx:
        tx.judged.add(good, "doc-a", NOW)
        tx.judged.add(good, "doc-a", NOW + DAY)
        assert tx.judged.known([good, unknown]) == tx.judged.of("doc-a") == {good}
        assert tx.judged.known([]) == frozenset()


def test_an_attached_file_is_noted_once(opened: Database) -> None:
    with opened.write() as tx:
        tx.attachments.add(FILE)
        tx.attachments.add(replace(FILE, name="again.pdf"))
        assert tx.attachments.of("doc-a") == (FILE,)
        assert tx.attachments.get("doc-a", "invoice_copy", digest("x")) is None


def test_a_login_replaces_the_one_before_it(database: Database) -> None:
    login = Login("chen", "$argon2id$…", NOW)
    with database.write() as tx:
        assert tx.logins.get("chen") is None
        tx.logins.save(replace(login, must_change=True))
        tx.logins.save(login)
        assert tx.logins.get("chen") == login


def test_every_digest_that_is_named_anywhere_is_in_use(opened: Database) -> None:
    with opened.write() as tx:
        tx.copies.add(COPY)
        tx.judged.add(digest("judged"), "doc-a", NOW)
        tx.ledger.append(event("returned", head=digest("old round")))
        named = tx.references.digests()
    assert {digest("head a"), COPY.sha256, digest("judged"), digest("old round")} <= named
    assert digest("nobody's") not in named
