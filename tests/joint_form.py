"""A form around what `who:` can say: 会签 of three, 或签 of two, a department and a person from fields, limits."""

from dataclasses import replace
from pathlib import Path

from forms_service.domain.document import Document
from forms_service.domain.parsing import parse_spec
from forms_service.domain.record import SignatureFacts
from forms_service.domain.spec import FormSpec
from forms_service.domain.widgets import locked_names, sign_name
from forms_service.pdf.fill import fill
from forms_service.pdf.read import open_writer
from forms_service.pdf.seal import Stamp, stamp_style
from forms_service.signing.sign import sign_revision
from forms_service.store.yaml_text import read_document
from forms_service.workflow.demonstrating import PIN
from forms_service.workflow.keying import unlock_key
from forms_service.workflow.reading import read
from tests.world import World, copy_of, demo_organisation, make_world, model

ASKED = {"topic": "更换基板供应商", "amount": "4000", "unit": "服务部", "handler": "吴刚"}
MEMORANDUM = """\
form: memorandum
version: 1
title: 会办单
source: 测试办法 §1
number: "M{yy}{mm}{seq:3}"
rounding: half_up
visible_to_customer: no
fields:
  topic:   {label: 事由, type: text, required: yes, max_length: 40}
  amount:  {label: 金额, type: money, required: yes}
  unit:    {label: 会办单位, type: department}
  handler: {label: 承办人, type: person, required: yes}
steps:
  - id: draft
    name: 拟稿
    who: dept sales
    fills: [topic, amount, unit, handler]
    sign: 拟稿
    within: 2 workdays
  - id: joint
    name: 会办
    who: all of [dept qa, role rd_manager, dept $unit]
    sign: 会办
    not_same_as: [draft]
    can: [approve, return to draft, reject, consult]
    within: 1 workday
  - id: review
    name: 核阅
    who: any of [role deputy_gm, role mgr_office_head]
    sign: 核阅
    not_same_as: [draft, joint]
    can: [approve, return to joint, return to draft, consult]
  - id: handle
    name: 承办
    who: person $handler
    sign: 承办
    can: [approve, return to joint]
  - id: confirm
    name: 主管核阅
    who: manager of handle
    sign: 主管
    can: [approve, reject]
  - id: decide
    name: 核决
    who: policy complaint_authority(amount)
    sign: 核决
    not_same_as: [draft, handle]
    can: [approve, return to joint, reject]
copies:
  - {no: 1, to: dept sales, name: 第一联 业务部存, colour: white}
archive: {retain: accounting_voucher, index: [no, topic]}
layout:
  paper: A4 portrait
  columns: 12
  rows:
    - no 6 | opened_on 6
    - topic 12
    - amount 4 | unit 4 | handler 4
    - sign.draft 12 x4
    - sign.joint 12 x4
    - sign.review 6 x4 | sign.handle 6 x4
    - sign.confirm 6 x4 | sign.decide 6 x4
"""


def joint_spec() -> FormSpec:
    """Read the form for the demo firm."""
    document, _ = read_document(MEMORANDUM.encode(), "memorandum.yaml")
    spec, problems = parse_spec(document, MEMORANDUM, demo_organisation()) if document else (None, ())
    if spec is None:
        raise AssertionError(problems)
    return spec


def joint_world(folder: Path) -> World:
    """Open an office in which the form is in force."""
    return copy_of(model(_set_up), folder)


def _set_up(folder: Path) -> World:
    world = make_world(folder)
    world.publish(MEMORANDUM.encode(), "memorandum.yaml")
    return world


def forge(world: World, base: Document, step_id: str, person: str, **facts: object) -> bytes:
    """Sign a step with a member of staff's real key, past everything that the workflow would have asked."""
    office, spec = world.office, read(world.office, base).spec
    step, signer = spec.step(step_id), unlock_key(office, world.person(person), PIN)
    stated = SignatureFacts(base.id, step_id, base.round, person, "会办", "approve")
    writer = open_writer(office.blobs.get(base.head))
    blank = dict.fromkeys(locked_names(spec, step_id), "")
    fill(writer, office.printery.form(spec.sha256).layout, blank, office.fonts)
    return sign_revision(
        writer,
        field=sign_name(spec, step),
        lock=locked_names(spec, step_id),
        signer=signer,
        facts=replace(stated, **facts),  # type: ignore[arg-type]  # a test's own statements
        reason="",
        stamp_style=stamp_style(Stamp("person", "孙悦", ("会办",)), office.fonts),
        at=office.now(),
        timestamper=office.timestamper,
    )
