"""A complaint of the 处理表 with ten signatures, and the step that puts the eleventh.

Before each round the eleventh is withdrawn again, untimed, so every round signs the same step on as many revisions.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from forms_service.domain.document import Document
from forms_service.signing.signer import Signer
from forms_service.workflow.demonstrating import PIN
from forms_service.workflow.keying import unlock_key
from forms_service.workflow.submitting import Submission, submit
from forms_service.workflow.withdrawing import withdraw_signature
from tests.cases import answers, case_world, go_on, next_turn, open_complaint

SIGNATURES = 11
_STEP = "talk"
_CLERK = "li_wen"


class Case:
    """An office with one complaint waiting for its eleventh signature."""

    def __init__(self, folder: Path) -> None:
        self.world = case_world(folder)
        self._waiting = go_on(self.world, open_complaint(self.world, _CLERK), until=_STEP)
        self._signed: Document | None = None
        stand = len(self._waiting.signatures)
        if stand != SIGNATURES - 1:
            raise AssertionError(f"{stand} signatures stand before {_STEP}, not {SIGNATURES - 1}")

    def opening(self) -> Callable[[], object]:
        """Return the opening of another complaint."""
        return partial(open_complaint, self.world, _CLERK)

    def eleventh(self) -> Callable[[], object]:
        """Withdraw the eleventh signature where it stands; return the putting of it, the key already unlocked."""
        office, clerk = self.world.office, self.world.person(_CLERK)
        if self._signed is not None:
            self._waiting = withdraw_signature(office, clerk, self._signed.id)
        turn = next_turn(self.world, self._waiting)
        if turn is None or turn.step.id != _STEP:
            raise AssertionError(f"{_STEP} is not at hand")
        raw = answers(self.world, self._waiting.form, turn.step, {})
        submission = Submission(self._waiting.id, _STEP, self._waiting.head, "approve", "", raw)
        return partial(self._sign, submission, unlock_key(office, clerk, PIN))

    def _sign(self, submission: Submission, key: Signer) -> None:
        self._signed = submit(self.world.office, self.world.person(_CLERK), submission, key)
