"""Due things, each done on its own: one that fails holds up none of the others."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from forms_service.domain.errors import FormsError

_Thing = TypeVar("_Thing")


class SomeNotDone(FormsError):
    """Say, after everything else was done, what could not be; `faults` are the reasons, `done` counts what was."""

    code = "some_not_done"

    def __init__(self, faults: tuple[Exception, ...], done: int = 0) -> None:
        super().__init__("；".join(words_of(fault) for fault in faults))
        self.faults = faults
        self.done = done


def do_each(things: Iterable[_Thing], act: Callable[[_Thing], bool]) -> int:
    """Act on each thing; returns how many acts did something. Raises SomeNotDone once all have had their turn.

    What stops an act unforeseen, a fault of ours, holds up no other either; it comes out with the rest.
    """
    done = 0
    faults: list[Exception] = []
    for thing in things:
        try:
            done += act(thing)
        except SomeNotDone as several:
            faults.extend(several.faults)
            done += several.done
        except Exception as fault:  # noqa: BLE001 - whatever stops one thing, the others must have their turn
            faults.append(fault)
    if faults:
        raise SomeNotDone(tuple(faults), done)
    return done


def words_of(fault: Exception) -> str:
    """Say what stopped; what is no stop of ours has only its kind, for its words are for programmers."""
    return str(fault) if isinstance(fault, FormsError | OSError) else f"程序出了差错（{type(fault).__name__}）"
