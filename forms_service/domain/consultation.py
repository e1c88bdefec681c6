"""Consultation (加签): whoever holds a step asks a colleague's opinion of it, without a signature box of its own.

The opinion stays in the ledger with its hash; the signature of the step names the hashes of those it was made upon.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from forms_service.domain.people import Organisation
from forms_service.domain.problem import Problem

LONGEST_TEXT = 1000


@dataclass(frozen=True, slots=True)
class Consultation:
    """One colleague's answer to one question. `step` and `round` are those of the document when it was asked.

    `opinion` and `sha256` are "" until it is answered; `closed_at` is when the step was signed or left first.
    """

    id: str
    document_id: str
    step: str
    round: int
    asked_by: str
    asked: str
    question: str
    asked_at: dt.datetime
    opinion: str = ""
    sha256: str = ""
    answered_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None

    @property
    def is_open(self) -> bool:
        """Say whether the answer is still waited for."""
        return self.answered_at is None and self.closed_at is None


def opinion_hash(asked: Consultation, opinion: str, at: dt.datetime) -> str:
    """Hash an opinion with everything that it answers, as canonical JSON: SHA-256 in hex."""
    body = {
        "document_id": asked.document_id,
        "step": asked.step,
        "round": asked.round,
        "asked_by": asked.asked_by,
        "asked": asked.asked,
        "question": asked.question,
        "opinion": opinion,
        "at": at.astimezone(dt.UTC).isoformat(),
    }
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def check_question(asker: str, asked: tuple[str, ...], question: str, org: Organisation) -> tuple[Problem, ...]:
    """List what is wrong with a question that is about to be asked."""
    return tuple(_faults(asker, asked, question, org))


def check_text(where: str, text: str, what: str) -> Iterator[Problem]:
    """Find fault with a question or an opinion: nothing written, or too much of it."""
    if not text.strip():
        yield Problem(where, "required", f"请写明{what}。")
    elif len(text) > LONGEST_TEXT:
        yield Problem(where, "too_long", f"{what}最多 {LONGEST_TEXT} 个字。请删减 {len(text) - LONGEST_TEXT} 个字。")


def _faults(asker: str, asked: tuple[str, ...], question: str, org: Organisation) -> Iterator[Problem]:
    if not asked or any(org.person(person_id) is None for person_id in asked):
        yield Problem("asked", "not_listed", "请从名册中选要请教的同事。")
    if asker in asked:
        yield Problem("asked", "asks_oneself", "不能向自己征求意见。请另选一位同事。")
    yield from check_text("question", question, "要请教的问题")
