"""Stops, each a FormsError named for its reason; only web/app.py and cli.py turn them into status and exit codes."""

from forms_service.domain.problem import Problem


class FormsError(Exception):
    """Stop the use-case; the message says what was found, what was expected and what to do, in the user's language."""

    code = "error"


class ProblemsFound(FormsError):
    """Carry every Problem of a rejected input at once; nothing was stored or signed."""

    code = "problems"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("；".join(p.message for p in problems))
        self.problems = problems


class NotFound(FormsError):
    """Say that the thing asked for does not exist, or may not be seen by the one who asks."""

    code = "not_found"


class NotYours(FormsError):
    """Refuse a person who does not hold the step; says whose it is."""

    code = "not_yours"


class StalePage(FormsError):
    """Refuse a submit made on bytes that are no longer the document's head (changed since you looked)."""

    code = "stale"


class WrongState(FormsError):
    """Refuse a command that the document's state does not allow."""

    code = "wrong_state"


class NotOpenable(WrongState):
    """Refuse to open a form: not from this document, not yet, or not once more; says which."""

    code = "not_openable"


class WrongPin(FormsError):
    """Refuse a signing PIN; says how many tries are left. Never holds the PIN."""

    code = "wrong_pin"


class KeyLocked(FormsError):
    """Refuse to unlock a key after too many wrong PINs; says until when, and what to do."""

    code = "key_locked"


class NotProven(FormsError):
    """Refuse to register a certificate whose key was not shown, or that is not fit to sign; says why."""

    code = "not_proven"


class NoToken(FormsError):
    """Refuse to sign with a key whose token is not there, not ready or not alone; says which, and what to do."""

    code = "no_token"


class SeriesFull(FormsError):
    """Refuse to draw a number from a full fixed-width series; nothing is numbered twice."""

    code = "series_full"


class LinkDead(FormsError):
    """Refuse a customer's link that is unknown, used, expired or exhausted; says how to get a new one."""

    code = "link_dead"


class NoConsent(FormsError):
    """Refuse an electronic answer of a contact who took back their consent to it; says how to answer on paper."""

    code = "no_consent"


class WrongCode(FormsError):
    """Refuse a customer's one-time code; says how many tries are left."""

    code = "wrong_code"


class DoesNotFit(FormsError):
    """Refuse a text that its printed cell cannot hold at the floor size; says field, found and room."""

    code = "does_not_fit"


class MissingGlyph(FormsError):
    """Refuse a text holding characters that no embedded font can print; names each character."""

    code = "missing_glyph"


class VerdictRefused(FormsError):
    """Refuse to store, seal or post bytes whose verdict is not what the use-case needs; names the check."""

    code = "verdict_refused"


class NotTaken(FormsError):
    """Refuse a file that came back as signed outside; `reason` is a word for programs, the message for people."""

    code = "not_taken"

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class AlreadyPosted(FormsError):
    """Refuse a second voucher for one document."""

    code = "already_posted"


class PublishedDiffers(FormsError):
    """Refuse a spec whose id and version are already published with other bytes."""

    code = "published_differs"


class Unreadable(FormsError):
    """Refuse an input that is not what it claims to be (no PDF, too large, broken)."""

    code = "unreadable"


class Busy(FormsError):
    """Refuse what cannot be taken on just now, for no fault of its own; says when to come again. Nothing was done."""

    code = "busy"


class BadConfiguration(FormsError):
    """Refuse to start on settings or organisation data that contradict themselves; lists every fault."""

    code = "bad_configuration"
