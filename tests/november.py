"""A November of complaints: two closed, one at quality management, one in talks, one not numbered yet."""

import datetime as dt
import functools
from dataclasses import dataclass, replace
from pathlib import Path

from forms_service.domain.document import Document
from forms_service.store.documents import Search
from forms_service.workflow.scheduling import schedule_pending
from tests.cases import RETURNED, case_world, close_case, go_on, open_complaint
from tests.world import World, copy_of, scratch

HUMAN = {
    **RETURNED,
    "customer": "华信通讯设备股份有限公司",
    "part_no": "PCB-6L-0412",
    "class_found": "human",
    "negligence": "yes",
    "liable_unit": "sales",
    "hinders_collection": "yes",
    "receivable_amount": "86000",
    "penalty_kind": "warning",
    "penalty_person": "周浩",
    "penalty_note": "订单规格抄错",
}


@dataclass
class November:
    """The office and the month's cases; `hindering` was closed as the salesperson's fault and hinders collection."""

    world: World
    plain: Document
    hindering: Document
    asked: Document
    talking: Document
    draft: Document

    def turn(self, day: str, hour: int = 9) -> None:
        """Let the clock stand at an hour of a day."""
        zone = self.world.office.local(self.world.clock.at).tzinfo
        local = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(hour), tzinfo=zone)
        self.world.clock.at = local.astimezone(dt.UTC)

    def monthly(self, form: str, day: str) -> Document:
        """Let the office open its monthly forms on a day, and return the newest of one form."""
        self.turn(day)
        schedule_pending(self.world.office)
        with self.world.office.database.read() as tx:
            return tx.documents.find(Search(form=form), limit=1)[0]


def november(folder: Path) -> November:
    """Open an office in which five complaints went as far as they go in November."""
    return replace(_lived(), world=copy_of(_lived().world, folder))


@functools.cache
def _lived() -> November:
    world = case_world(scratch())
    return November(
        world,
        plain=close_case(world),
        hindering=close_case(world, **HUMAN),
        asked=go_on(
            world, open_complaint(world, "zhou_hao"), "qa", customer="Kestrel Instruments Pte. Ltd.", region="abroad"
        ),
        talking=go_on(world, open_complaint(world), "talk", customer="南方仪表有限公司", part_no="PCB-2L-0033"),
        draft=open_complaint(world),
    )
