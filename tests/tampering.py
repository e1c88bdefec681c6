"""Builders for documents made with the real rooms, and for those who spoil them.

`Desk` issues, signs and seals the demo firm's allowance form. Every act takes a `spoil`, a function on the open writer
that runs before the signature: that is what an insider can do. `append` does the same without any signature.
"""

import datetime as dt
import functools
import io
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from forms_service.domain.checking import check_values
from forms_service.domain.context import Context
from forms_service.domain.issuing import draw_up_record
from forms_service.domain.parsing import parse_spec
from forms_service.domain.people import Organisation
from forms_service.domain.policies import settings_in_force
from forms_service.domain.record import SignatureFacts
from forms_service.domain.spec import FormSpec, Step
from forms_service.domain.values import Values
from forms_service.domain.widgets import (
    COPY_LABEL,
    DOCUMENT_ID,
    ISSUE,
    ISSUE_SIGNATURE,
    NUMBER,
    OPENED_ON,
    SEAL_SIGNATURE,
    decision_name,
    fields_of_lock,
    locked_names,
    opinion_name,
    print_document,
    sign_name,
    widgets,
)
from forms_service.pdf.embed import embed_record
from forms_service.pdf.fill import fill
from forms_service.pdf.fonts import Fonts, load_fonts
from forms_service.pdf.layout import Layout, lay_out
from forms_service.pdf.read import open_writer
from forms_service.pdf.render import render_blank
from forms_service.pdf.seal import Stamp, stamp_style
from forms_service.pdf.stamp import stamp_identity
from forms_service.signing.authority import Authority
from forms_service.signing.keys import PinCost, new_key, one_time_key, unlock
from forms_service.signing.sign import sign_revision
from forms_service.signing.signer import Signer
from forms_service.signing.timestamps import TimeAuthority
from forms_service.signing.trust import TrustList, load_trust
from forms_service.store.shelf import load_organisation, load_specs, read_document
from forms_service.workflow.revising import decision_words
from tests.allowance import ALLOWANCE

ROOT = Path(__file__).resolve().parent.parent
AT = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)
SECRET = bytes(range(32))
PIN = "730518"
CHEAP = PinCost(memory_kib=8, passes=1)
PEOPLE = {"prepare": "li_wen", "deputy_gm": "lin_guo", "gm": "wang_jian"}
OURS = "authority"
LONG_AGO = "an authority of long ago"
FOUNDED: Mapping[str, dt.datetime] = MappingProxyType({LONG_AGO: dt.datetime.now(dt.UTC) - dt.timedelta(days=11 * 365)})
"""When an authority other than of AT was made: for programs that know no clock but the one on the wall."""

STEPS = ("prepare", "deputy_gm", "gm", "customer")
PARTY = "东升电子有限公司"
Spoil = Callable[[IncrementalPdfFileWriter], None]
Printed = Mapping[str, str | bool]


def leave(writer: IncrementalPdfFileWriter) -> None:
    """Spoil nothing."""
    del writer


@functools.cache
def organisation() -> Organisation:
    org, problems = load_organisation(ROOT / "form_specs" / "organisations" / "demo")
    if org is None:
        raise AssertionError(problems)
    return org


@functools.cache
def allowance() -> FormSpec:
    specs, problems = load_specs(ROOT / "tests" / "specs", organisation())
    if problems:
        raise AssertionError(problems)
    return next(spec for spec in specs if spec.form == "sales-allowance")


@functools.cache
def allowance_with(line: str, more: str) -> FormSpec:
    """Give the allowance form with a line written below one of its lines."""
    text = allowance().source_text.replace(line, line + more)
    node, problems = read_document(text.encode(), "allowance_with.yaml")
    if node is None or problems:
        raise AssertionError(problems)
    spec, problems = parse_spec(node, text, organisation())
    if spec is None:
        raise AssertionError(problems)
    return spec


@functools.cache
def fonts() -> Fonts:
    return load_fonts(ROOT / "fonts")


@functools.cache
def layout(spec: FormSpec | None = None) -> Layout:
    return lay_out(spec or allowance(), fonts())


@functools.cache
def blank(spec: FormSpec) -> bytes:
    return render_blank(layout(spec), organisation().firm, fonts())


@functools.cache
def authority(name: str) -> Authority:
    """Give an authority of the demo firm; another name than OURS gives a twin that says the same of itself."""
    with tempfile.TemporaryDirectory() as folder:
        return Authority.create(Path(folder) / name, SECRET, organisation().firm, FOUNDED.get(name, AT))


@functools.cache
def trust() -> TrustList:
    return load_trust(authority(OURS).trust_pem())


def person(person_id: str, of: str = OURS) -> Signer:
    return _person(person_id, of)


@functools.cache
def _person(person_id: str, of: str) -> Signer:
    found = organisation().person(person_id)
    public_key, locked = new_key(PIN, SECRET, CHEAP)
    name = found.name if found else person_id
    certificate = authority(of).certify_person(person_id, name, public_key, FOUNDED.get(of, AT))
    return unlock(locked, PIN, SECRET, certificate, authority(of).chain())


def contact(of: str = OURS, at: dt.datetime | None = None) -> Signer:
    key = one_time_key()
    certificate = authority(of).certify_contact(
        party_name=PARTY,
        contact_name="王芳",
        email="wang.fang@example.com",
        identified_by="一次性验证码",
        public_key=key.public_key,
        at=at or FOUNDED.get(of, AT),
    )
    return key.signer(certificate, authority(of).chain())


@functools.cache
def stamps() -> TimeAuthority:
    """Give a timestamp authority whose clock goes on by a second at each reading."""
    ticks = iter(range(10**9))
    return authority(OURS).timestamper(lambda: AT + dt.timedelta(seconds=next(ticks)))


@dataclass(frozen=True)
class Desk:
    """Everybody who acts on one document."""

    document_id: str = "d-7f3a9c"
    number: str = "A2611001"
    timestamper: TimeAuthority | None = None
    of: str = OURS
    form: FormSpec | None = None
    claims: dt.datetime = AT

    @property
    def spec(self) -> FormSpec:
        return self.form or allowance()

    def issue(self, spoil: Spoil = leave, signer: Signer | None = None) -> bytes:
        spec, day = self.spec, self.claims.date()
        writer = open_writer(blank(spec))
        stamp_identity(writer, layout(spec), self.document_id, f"https://forms.example/d/{self.document_id}", fonts())
        identity = {NUMBER: self.number, OPENED_ON: day.isoformat(), DOCUMENT_ID: self.document_id}
        fill(writer, layout(self.spec), identity, fonts())
        record = draw_up_record(
            spec, organisation(), document_id=self.document_id, number=self.number, opened_on=day, supersedes=None
        )
        embed_record(writer, record, spec.source_text)
        spoil(writer)
        facts = SignatureFacts(self.document_id, ISSUE, 1, "office", "firm", "issue")
        return self.sign(writer, ISSUE_SIGNATURE, signer or self.firm, facts, locked_names(spec, ISSUE), certify=True)

    def step(
        self,
        base: bytes,
        step_id: str,
        spoil: Spoil = leave,
        *,
        signer: Signer | None = None,
        printed: Printed | None = None,
        facts: SignatureFacts | None = None,
    ) -> bytes:
        step, stated = self.spec.step(step_id), facts or self.facts(step_id)
        writer = open_writer(base)
        fill(writer, layout(self.spec), {**self.cells(step, stated), **(printed or {})}, fonts())
        spoil(writer)
        signer = signer or self.signer(step_id)
        return self.sign(
            writer,
            sign_name(self.spec, step),
            signer,
            stated,
            locked_names(self.spec, step_id),
        )

    def seal(self, base: bytes, copy: int = 2, *, signer: Signer | None = None, label: str | None = None) -> bytes:
        spec = self.spec
        label = label or next(c.name for c in spec.copies if c.no == copy)
        done = self.done(base)
        lock = (COPY_LABEL, *(w.name for w in widgets(spec) if w.locked_by not in done))
        writer = open_writer(base)
        kinds = {w.name: w.kind for w in widgets(spec)}
        blanks = {n: False if kinds[n] == "check" else "" for n in lock if kinds[n] != "signature"}
        fill(writer, layout(self.spec), {**blanks, COPY_LABEL: label}, fonts())
        facts = SignatureFacts(self.document_id, "seal", 1, "office", "firm", "seal")
        return self.sign(writer, SEAL_SIGNATURE, signer or self.firm, facts, lock)

    def finish(self, base: bytes | None = None, first: str = "prepare", *, last: str = "customer") -> bytes:
        """Take a document through its remaining steps."""
        whole = base if base is not None else self.issue()
        for step_id in STEPS[STEPS.index(first) : STEPS.index(last) + 1]:
            whole = self.step(whole, step_id)
        return whole

    def sign(
        self,
        writer: IncrementalPdfFileWriter,
        field: str,
        signer: Signer,
        facts: SignatureFacts,
        lock: tuple[str, ...],
        *,
        certify: bool = False,
    ) -> bytes:
        return sign_revision(
            writer,
            field=field,
            lock=lock,
            signer=signer,
            facts=facts,
            reason=f"{field} {facts.decision}",
            stamp_style=None if certify else stamp_style(Stamp("person", signer.name[:4], (signer.name,)), fonts()),
            at=self.claims,
            timestamper=self.timestamper,
            certify=certify,
        )

    def cells(self, step: Step, stated: SignatureFacts | None = None) -> Printed:
        """Write what a step fills: values for the first, decision and opinion as stated for those that decide."""
        spec = self.spec
        printed = dict(print_document(spec, values(), fields_of_lock(spec, step.id)))
        if step.decides:
            stated = stated or self.facts(step.id)
            printed[decision_name(spec, step)] = decision_words(spec, stated.decision)
            printed[opinion_name(spec, step)] = stated.opinion
        return printed

    def facts(self, step_id: str, **given: str | int) -> SignatureFacts:
        external = step_id == "customer"
        stated = {
            "document_id": self.document_id,
            "step": step_id,
            "round": 1,
            "person": "contact:wang.fang@example.com" if external else PEOPLE[step_id],
            "role": self.spec.step(step_id).sign,
            "decision": "accept" if external else "approve",
            "opinion": "同意折让" if self.spec.step(step_id).decides else "",
        }
        return SignatureFacts(**{**stated, **given})  # type: ignore[arg-type]  # a test's own keywords

    def signer(self, step_id: str) -> Signer:
        return contact(self.of) if step_id == "customer" else person(PEOPLE[step_id], self.of)

    @property
    def firm(self) -> Signer:
        return authority(self.of).firm_signer()

    def done(self, base: bytes) -> frozenset[str]:
        """Name the locks that signatures in the bytes have used, and the seal's own."""
        root = open_writer(base).prev.root
        filled = {str(f.get_object()["/T"]) for f in root["/AcroForm"]["/Fields"] if "/V" in f.get_object()}
        spec = self.spec
        return frozenset({ISSUE, "seal", *(step.id for step in spec.steps if sign_name(spec, step) in filled)})


@functools.cache
def values() -> Values:
    settings = settings_in_force(organisation(), AT.date())
    found, problems = check_values(
        allowance(), allowance().step("prepare"), ALLOWANCE, {}, Context(AT.date(), settings, organisation(), AT.date())
    )
    if problems:
        raise AssertionError(problems)
    return found


def append(base: bytes, spoil: Spoil) -> bytes:
    """Add a revision without a signature."""
    writer = open_writer(base)
    spoil(writer)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def field(writer: IncrementalPdfFileWriter, name: str) -> generic.DictionaryObject:
    """Open a field for change."""
    found = next(f for f in writer.root["/AcroForm"]["/Fields"] if f.get_object()["/T"] == name)
    opened: generic.DictionaryObject = found.get_object()
    writer.update_container(opened)
    return opened


def put(writer: IncrementalPdfFileWriter, name: str, key: str, value: generic.PdfObject) -> None:
    """Set a key of a field."""
    field(writer, name)[pdf_name(key)] = value
