"""Sign-in: a name and a password; the demo firm lists its people."""

from dataclasses import dataclass

from forms_service.web.pages.frame import Fault


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A person of the demo firm."""

    id: str
    name: str
    initial: str
    words: str


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The sign-in page. `people`, `password` and `pin` are the demo firm's own and empty elsewhere."""

    firm: str
    people: tuple[DemoPerson, ...]
    password: str
    pin: str
    next: str
    faults: tuple[Fault, ...]
