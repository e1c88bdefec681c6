"""Sweeping: what is due and not done yet, done. Idempotent; the due things are rows, the sweep only wakes them.

One sweep at a time in a process; two processes may sweep at once, for each thing is done in a transaction of its own.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from forms_service.archive.checkpoints import EVENT, FOLDER, Checkpoints
from forms_service.domain.events import Event
from forms_service.workflow.distributing import distribute_pending
from forms_service.workflow.due import do_each
from forms_service.workflow.inviting import invite_pending
from forms_service.workflow.office import Office

INTERVAL_S = 5.0

Note = Callable[[Exception], None]


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: links mailed, documents distributed, whether the day's checkpoint was made."""

    invited: int
    distributed: int
    checkpointed: bool


def sweep(office: Office) -> Swept:
    """Do once whatever is due: mail links, seal and file copies, sign the day's head of the ledger.

    Raises SomeNotDone with what could not be done, after all the rest was.
    """
    counts: dict[str, int] = {}
    parts = {"invited": invite_pending, "distributed": distribute_pending, "checkpointed": checkpoint}

    def take(name: str) -> bool:
        counts[name] = parts[name](office)
        return counts[name] > 0

    do_each(parts, take)
    return Swept(counts["invited"], counts["distributed"], checkpointed=counts["checkpointed"] > 0)


def checkpoint(office: Office) -> bool:
    """Sign and keep the ledger's head once a day, so that a ledger cut short shows; False if today has one."""
    at = office.now()
    checkpoints, day = Checkpoints(office.archive.folder / FOLDER), office.today(at)
    with office.database.read() as tx:
        head = tx.ledger.head()
    if head is None or checkpoints.has(day):
        return False
    made = checkpoints.make(head, day, at, office.authority.firm_signer().sign_raw)
    with office.database.write() as tx:
        tx.ledger.append(Event(at, EVENT, "", "office", {"day": day.isoformat(), "sha256": made.sha256}))
    return True


def start_sweeping(office: Office, note: Note, interval_s: float = INTERVAL_S) -> threading.Event:
    """Sweep in the background until the returned event is set; what stops one sweep is noted, and the next tries."""
    stop = threading.Event()
    threading.Thread(target=_sweep_until, args=(office, note, stop, interval_s), daemon=True, name="sweeper").start()
    return stop


def _sweep_until(office: Office, note: Note, stop: threading.Event, interval_s: float) -> None:
    while not stop.is_set():
        try:
            sweep(office)
        except Exception as fault:  # noqa: BLE001 - whatever stops one sweep, the next must come
            note(fault)
        stop.wait(interval_s)
