"""Due things, each done on its own: one that fails holds up none of the others."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from forms_service.domain.errors import FormsError

_Thing = TypeVar("_Thing")


class SomeNotDone(FormsError):
    """Say, after everything else was done, what could not be; `faults` are the reasons."""

    code = "some_not_done"

    def __init__(self, faults: tuple[Exception, ...]) -> None:
        super().__init__("；".join(str(fault) for fault in faults))
        self.faults = faults


def do_each(things: Iterable[_Thing], act: Callable[[_Thing], bool]) -> int:
    """Act on each thing; returns how many acts did something. Raises SomeNotDone once all have had their turn."""
    done = 0
    faults: list[Exception] = []
    for thing in things:
        try:
            done += act(thing)
        except SomeNotDone as several:
            faults.extend(several.faults)
        except (FormsError, OSError) as fault:
            faults.append(fault)
    if faults:
        raise SomeNotDone(tuple(faults))
    return done
