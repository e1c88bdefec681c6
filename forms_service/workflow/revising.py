"""Revising: one step's revision — its cells filled, signed, judged and its bytes kept; nothing is stored of it yet."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from forms_service.domain.countersigning import name_of_all
from forms_service.domain.errors import ProblemsFound
from forms_service.domain.record import DECISION_WORDS, SignatureFacts
from forms_service.domain.spec import FormSpec, Step
from forms_service.domain.values import Values
from forms_service.domain.widgets import (
    NUMBER,
    decision_name,
    fields_of_lock,
    locked_names,
    opinion_name,
    print_document,
    sign_name,
)
from forms_service.pdf.fill import check_fit, fill
from forms_service.pdf.read import open_writer
from forms_service.pdf.seal import Stamp, stamp_style
from forms_service.signing.expected import ExpectedRevision
from forms_service.signing.sign import sign_revision
from forms_service.signing.signer import Signer
from forms_service.workflow.judging import require_sound
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading

GOES_ON = frozenset({"approve", "accept"})


@dataclass(frozen=True, slots=True)
class Revision:
    """What a step's revision writes and states. `printed` holds every cell that its signature locks."""

    facts: SignatureFacts
    printed: Mapping[str, str | bool]
    reason: str
    signer: Signer
    stamp: Stamp


def revise(office: Office, reading: Reading, step: Step, revision: Revision, at: dt.datetime) -> str:
    """Add a step's revision to a document's present bytes; returns the digest of the new ones.

    Raises ProblemsFound, before anything is signed, for what the cells cannot hold; VerdictRefused.
    """
    layout, base = office.printery.form(reading.spec.sha256).layout, reading.document.head
    problems = check_fit(layout, revision.printed, office.fonts)
    if problems:
        raise ProblemsFound(problems)
    box, lock = sign_name(reading.spec, step), locked_names(reading.spec, step.id)
    writer = open_writer(office.blobs.get(base))
    fill(writer, layout, revision.printed, office.fonts)
    signed = sign_revision(
        writer,
        field=box,
        lock=lock,
        signer=revision.signer,
        facts=revision.facts,
        reason=revision.reason,
        stamp_style=stamp_style(revision.stamp, office.fonts),
        at=at,
        timestamper=office.timestamper,
    )
    fingerprint = revision.signer.fingerprint
    due = ExpectedRevision(base, box, lock, fingerprint, revision.facts, revision.printed)
    require_sound(office, signed, due)
    head = office.blobs.put(signed)
    before = office.printery.read(base, lambda: office.blobs.get(base))
    office.printery.note(head, {**before, **revision.printed})
    return head


def print_step(
    spec: FormSpec, step: Step, facts: SignatureFacts, values: Values, number: str
) -> Mapping[str, str | bool]:
    """Write the texts of every cell that a step's signature locks: its values, its decision and its opinion.

    The step that numbers the document prints the number when it agrees, and otherwise none.
    """
    printed = dict(print_document(spec, values, fields_of_lock(spec, step.id)))
    if spec.number_at == step.id:
        printed[NUMBER] = number if facts.decision in GOES_ON else ""
    if step.decides:
        printed[decision_name(spec, step)] = decision_words(spec, facts.decision)
        printed[opinion_name(spec, step)] = facts.opinion
    return printed


def decision_words(spec: FormSpec, decision: str) -> str:
    """Write a decision in the office's words."""
    kind, _, target = decision.partition(":")
    return DECISION_WORDS[kind] + (name_of_all(spec.step(target)) if target else "")
