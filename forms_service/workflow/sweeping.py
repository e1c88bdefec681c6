"""Sweeping: what is due and not done yet, done. Idempotent; the due things are rows, the sweep only wakes them.

One sweep at a time in a process; two processes may sweep at once, for each thing is done in a transaction of its own.
The parts come in the order in which one makes work for the next.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from forms_service.archive.checkpoints import EVENT, FOLDER, Checkpoints
from forms_service.domain.events import Event
from forms_service.workflow.asking_receipts import ask_receipts
from forms_service.workflow.chasing import chase_pending
from forms_service.workflow.distributing import distribute_pending
from forms_service.workflow.due import SomeNotDone, do_each
from forms_service.workflow.following import follow_pending
from forms_service.workflow.inviting import invite_pending
from forms_service.workflow.office import Office
from forms_service.workflow.renewing import renew_ageing
from forms_service.workflow.scheduling import schedule_pending

INTERVAL_S = 5.0

Note = Callable[[Exception], None]
Tell = Callable[["Swept"], None]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a sweep: how it is done, and how it is told with the count of what was done."""

    name: str
    act: Callable[[Office], int]
    words: str


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did, counted by the names of its parts."""

    counts: Mapping[str, int]

    @property
    def words(self) -> str:
        """Tell what was done, in the office's words; what was not there to do is left out."""
        done = (part.words.format(self.counts[part.name]) for part in PARTS if self.counts.get(part.name))
        return "，".join(done) or "没有到期的事"

    @property
    def anything(self) -> bool:
        """Say whether there was anything to do."""
        return any(self.counts.values())


class NotAllSwept(SomeNotDone):
    """Say what of a sweep could not be done, after all the rest was; `swept` is the rest."""

    def __init__(self, faults: tuple[Exception, ...], swept: Swept) -> None:
        super().__init__(faults, sum(swept.counts.values()))
        self.swept = swept


def sweep(office: Office) -> Swept:
    """Do once whatever is due. Raises NotAllSwept with what could not be done, after all the rest was."""
    counts: dict[str, int] = {}

    def take(part: Part) -> bool:
        try:
            counts[part.name] = int(part.act(office))
        except SomeNotDone as several:
            counts[part.name] = several.done
            raise
        return counts[part.name] > 0

    try:
        do_each(PARTS, take)
    except SomeNotDone as several:
        raise NotAllSwept(several.faults, Swept(counts)) from several
    return Swept(counts)


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


def start_sweeping(
    office: Office, note: Note, interval_s: float = INTERVAL_S, tell: Tell = lambda _: None
) -> threading.Event:
    """Sweep in the background until the returned event is set; `tell` hears what was done.

    What stops one sweep is noted, and the next tries.
    """
    stop = threading.Event()
    threading.Thread(
        target=_sweep_until, args=(office, note, stop, interval_s, tell), daemon=True, name="sweeper"
    ).start()
    return stop


def _sweep_until(office: Office, note: Note, stop: threading.Event, interval_s: float, tell: Tell) -> None:
    while not stop.is_set():
        sweep_noting(office, note, tell)
        stop.wait(interval_s)


def sweep_noting(office: Office, note: Note, tell: Tell) -> bool:
    """Sweep once and tell what was done; what could not be is noted, and False then."""
    fault: Exception | None = None
    try:
        swept = sweep(office)
    except NotAllSwept as several:
        swept, fault = several.swept, several
    except Exception as unforeseen:  # noqa: BLE001 - whatever stops one sweep, the next must come
        swept, fault = Swept({}), unforeseen
    tell(swept)
    if fault is not None:
        note(fault)
    return fault is None


PARTS = (
    Part("scheduled", schedule_pending, "开立 {} 张每月的单据"),
    Part("invited", invite_pending, "寄出 {} 个客户链接"),
    Part("distributed", distribute_pending, "分发 {} 张单据"),
    Part("followed", follow_pending, "开立 {} 张后续单据"),
    Part("chased", chase_pending, "提醒与催办 {} 件"),
    Part("asked", ask_receipts, "催填回联 {} 份"),
    Part("renewed", renew_ageing, "续盖 {} 份联的时间戳"),
    Part("checkpointed", checkpoint, "签定当天的台账"),
)
