"""An errand: a small form of three steps, each with its time, that is chased when it is late."""

import datetime as dt
import email
import email.policy
from pathlib import Path

from forms_service.domain.document import Document
from forms_service.settings import ROOT
from forms_service.store.documents import Search
from forms_service.workflow.chasing import chase_pending
from forms_service.workflow.opening import open_document
from tests.world import World, make_world

SLIP = (ROOT / "form_specs" / "reminder_slip.yaml").read_bytes()
ERRAND = """\
form: errand
version: 1
title: 交办单
source: 测试办法 §14
number: "E{yy}{mm}{seq:3}"
rounding: half_up
visible_to_customer: no
due: {from: prepare, days: policy.case_days_domestic}
late: {remind: [1 workday before, on due, every 2 workdays], slip: reminder-slip, again: 2 workdays, tell: role gm}
fields:
  item: {label: 交办事项, type: text, required: yes, max_length: 40}
  case_due_on: {label: 全案应结日期, type: date, calc: case_due}
  view: {label: 处理意见, type: text, max_length: 40}
steps:
  - {id: prepare, name: 业务交办, who: role sales_clerk, fills: [item], sign: 经办, within: 1 workday}
  - id: look
    name: 质管处理
    who: role qa_manager
    fills: [view]
    sign: 质管
    within: policy qa_days
    can: [approve, return to prepare]
  - {id: close, name: 总经理室结案, who: role gm_office, sign: 总经理室, can: [approve, return to look]}
copies:
  - {no: 1, to: dept sales, name: 第一联 业务部存, colour: white}
archive: {retain: business_record, index: [no]}
layout:
  paper: A4 portrait
  columns: 12
  rows:
    - no 6 | opened_on 6
    - item 8 | case_due_on 4
    - view 12
    - sign.prepare 4 x4 | sign.look 4 x4 | sign.close 4 x4
"""
# The errand opens on Tuesday 2026-11-24; 质量管理部 has three days, until the end of Friday.
BEFORE, ON_DUE, LATE = "2026-11-26 09:00", "2026-11-27 09:00", "2026-11-30 09:00"


def errand_world(folder: Path, errand: str = ERRAND) -> World:
    """Open an office in which the errand and its slip are in force."""
    world = make_world(folder)
    world.publish(SLIP, "reminder_slip.yaml")
    world.publish(errand.encode(), "errand.yaml")
    return world


def open_errand(world: World) -> Document:
    """Let the sales clerk open an errand on the clock's day."""
    return open_document(world.office, world.person("li_wen"), "errand")


def send_errand(world: World) -> Document:
    """Let the sales clerk open and sign an errand, so that it waits for 质量管理部."""
    return world.sign(open_errand(world), "li_wen", raw={"item": "查一批料"})


def go_to(world: World, local: str) -> None:
    at = dt.datetime.fromisoformat(local).replace(tzinfo=world.office.local(world.clock.at).tzinfo)
    world.clock.at = at.astimezone(dt.UTC)


def chase_at(world: World, *locals_: str) -> int:
    counts = []
    for local in locals_:
        go_to(world, local)
        counts.append(chase_pending(world.office))
    return sum(counts)


def mails(world: World) -> list[tuple[str, str]]:
    """List the mails in the folder by address and subject, oldest first."""
    files = sorted((world.settings.office_folder / "mail").glob("*.eml"))
    read = (email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files)
    return [(str(mail["To"]).split("@")[0], str(mail["Subject"])) for mail in read]


def slips(world: World, document: Document) -> tuple[Document, ...]:
    with world.office.database.read() as tx:
        return tuple(reversed(tx.documents.find(Search(form="reminder-slip", parent=document.id))))
