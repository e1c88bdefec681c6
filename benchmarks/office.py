"""What the operations work on: the demo firm in a fresh folder, its keys unlocked, a document at every stage."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from forms_service.domain.checking import check_values
from forms_service.domain.copies import plan_copies
from forms_service.domain.document import Document
from forms_service.domain.record import SignatureFacts
from forms_service.domain.widgets import fields_of_lock, locked_names, print_document
from forms_service.pdf.read import open_writer
from forms_service.settings import ROOT, read_settings
from forms_service.signing.protect import Keeping, protect
from forms_service.signing.revocation import Material
from forms_service.signing.sign import sign_revision
from forms_service.wiring import open_office
from forms_service.workflow.demonstrating import PIN, newest_mail, set_up
from forms_service.workflow.distributing import seal_copy
from forms_service.workflow.inviting import check_code, invite_pending, send_code
from forms_service.workflow.issuing import Issue, begin, certified_base
from forms_service.workflow.keeping import own_lists
from forms_service.workflow.keying import unlock_key
from forms_service.workflow.opening import open_document
from forms_service.workflow.reading import context, read
from forms_service.workflow.receiving import Answer, answer
from forms_service.workflow.submitting import Submission, submit
from tests.allowance import ALLOWANCE

STAFF = ("li_wen", "lin_guo", "wang_jian")
CHEAP = {"FORMS_PIN_MEMORY_KIB": "8", "FORMS_TIMESTAMPS": "off"}


class Bench:
    """An office without timestamps whose keys are unlocked, and one document's bytes at its stages.

    `base` is as issued, `four` holds four signatures, `finished` five, `sealed` the seal as the sixth; `kept` is that
    one protected for decades.
    """

    def __init__(self, folder: Path) -> None:
        settings = read_settings(CHEAP, data=folder)
        self.office = open_office(settings)
        set_up(self.office, ROOT / "tests" / "specs")
        self._mail = settings.office_folder / "mail"
        self._people = {p: self.office.require_person(p) for p in STAFF}
        self.signers = {p: unlock_key(self.office, person, PIN) for p, person in self._people.items()}
        opened = self._open()
        self.printed = self.office.printery.form(opened.spec_sha256)
        self.first_cells = self._first_cells(opened)
        for_customer = self._signed_by_staff(opened)
        ended = self._customer(for_customer)
        bytes_of = self.office.blobs.get
        self.base, self.four, self.finished = (bytes_of(d.head) for d in (opened, for_customer, ended))
        self.sealed = self._seal(ended)
        self.kept = self.keep()

    def issue(self) -> bytes:
        """Stamp, embed and certify a base."""
        issue = Issue(self.printed, "bench", "li_wen", self.office.now())
        return certified_base(self.office, issue, replace(begin(self.office, issue), number="A2611001"))

    def sign(self) -> bytes:
        """Sign the first step's box of the issued base, nothing filled."""
        return sign_revision(
            open_writer(self.base),
            field="sign_01_prepare",
            lock=locked_names(self.printed.spec, "prepare"),
            signer=self.signers["li_wen"],
            facts=SignatureFacts("bench", "prepare", 1, "li_wen", "业务部", "approve"),
            reason="bench",
            stamp_style=None,
            at=self.office.now(),
            timestamper=None,
        )

    def keep(self) -> bytes:
        """Protect the sealed copy for decades (PAdES B-LTA): lists of revoked certificates, a timestamp over all."""
        authority, now = self.office.authority, self.office.now
        keeping = Keeping(authority.chain(), Material(own_lists(self.office, now())))
        return protect(self.sealed, keeping, authority.timestamper(now)).pdf

    def step(self) -> Callable[[], object]:
        """Prepare a fresh document for its second signer, whose whole step is what is timed."""
        document = self._sign(self._open(), "li_wen")
        return lambda: self._sign(document, "lin_guo")

    def chain(self) -> bytes:
        """Take a document through six signatures: issue, three people, the customer, the seal."""
        return self._seal(self._customer(self._signed_by_staff(self._open())))

    def _open(self) -> Document:
        return open_document(self.office, self._people["li_wen"], "sales-allowance")

    def _signed_by_staff(self, document: Document) -> Document:
        for person in STAFF:
            document = self._sign(document, person)
        return document

    def _sign(self, document: Document, person: str) -> Document:
        raw = ALLOWANCE if document.step == "prepare" else {}
        submission = Submission(document.id, str(document.step), document.head, raw=raw)
        return submit(self.office, self._people[person], submission, self.signers[person])

    def _customer(self, document: Document) -> Document:
        invite_pending(self.office)
        token = newest_mail(self._mail).split("/c/")[1].split()[0]
        send_code(self.office, token)
        grant = check_code(self.office, token, newest_mail(self._mail).split("验证码是 ")[1][:6])
        return answer(self.office, token, grant, Answer(document.head, accepts=True, name="张丽华", consents=True))

    def _seal(self, document: Document) -> bytes:
        copy = plan_copies(self.printed.spec, self.office.organisation)[0]
        return seal_copy(self.office, document, copy, self.office.now())

    def _first_cells(self, document: Document) -> Mapping[str, str | bool]:
        spec, at = self.printed.spec, self.office.now()
        ctx = context(self.office, document, at)
        before = read(self.office, document).values
        values, _ = check_values(spec, spec.step("prepare"), ALLOWANCE, before, ctx)
        return print_document(spec, values, fields_of_lock(spec, "prepare"))
