"""Two small forms that make a case: a grievance, numbered late and never the customer's, and the rebate after it."""

from pathlib import Path

from forms_service.domain.document import Document
from forms_service.workflow.opening import open_document
from tests.world import World, copy_of, make_world, model

GRIEVANCE = """\
form: grievance
version: 1
title: 抱怨表
source: 测试办法 §8、§9
number: "{yy}{mm}{seq:2+}"
number_at: register
rounding: half_up
visible_to_customer: never
opens_from: {form: grievance, as: before, limit: 1, optional: yes, copy: {customer: before.customer}}
follow_on:
  - {when: amount > 0, open: rebate}
  - {when: accepted == no, on: signed talk, open: grievance}
  - {when: amount > 1000, offer: remark}
  - {on: rejected, open: remark}
together: {name: earlier_amount, total: amount, same: [customer, order_no], within: 30 days}
fields:
  customer: {label: 客户名称, type: party, required: yes}
  order_no: {label: 订单编号, type: text, required: yes, max_length: 20}
  amount: {label: 核定金额, type: money, required: yes, min: 0}
  is_new: {label: 前次编号, type: text, calc: before.no}
  cause: {label: 内部原因, type: text, required: yes, max_length: 40}
  accepted: {label: 客户接受, type: yesno, required: yes}
steps:
  - {id: prepare, name: 业务开立, who: dept sales, fills: [customer, order_no, amount], sign: 经办}
  - {id: register, name: 受理编号, who: role gm_office, sign: 受理, can: [approve, return to prepare]}
  - {id: look, name: 质管调查, who: dept qa, fills: [cause], sign: 质管, can: [approve, return to prepare]}
  - {id: talk, name: 业务交涉, who: opened_by, fills: [accepted], sign: 业务}
  - id: decide
    name: 核决
    who: policy complaint_authority(amount + earlier_amount)
    not_same_as: [prepare]
    sign: 核决
    can: [approve, return to register, reject]
copies:
  - {no: 1, to: dept qa, name: 第一联 质量管理部存, colour: white}
archive: {retain: business_record, index: [no, customer]}
layout:
  paper: A4 portrait
  columns: 12
  rows:
    - no 6 | opened_on 6
    - customer 6 | order_no 3 | is_new 3
    - amount 6 | accepted 6
    - cause 12
    - sign.prepare 4 x4 | sign.register 4 x4 | sign.look 4 x4
    - sign.talk 6 x4 | sign.decide 6 x4
"""
REBATE = """\
form: rebate
version: 1
title: 折让单
source: 测试办法 §13
number: "R{yy}{mm}{seq:3}"
rounding: half_up
visible_to_customer: yes
opens_from:
  form: grievance
  as: grievance
  when: grievance.state == "finished" and grievance.amount > 0
  limit: 1
  copy: {customer: grievance.customer, grievance_no: grievance.no, approved: grievance.amount}
fields:
  customer: {label: 客户名称, type: party, required: yes}
  grievance_no: {label: 抱怨编号, type: text, required: yes, max_length: 16}
  approved: {label: 核定金额, type: money, required: yes}
  amount: {label: 折让金额, type: money, required: yes, min: 0.01}
  large: {label: 大额, type: yesno, calc: "grievance.amount > 10000"}
  scan: {label: 签回扫描, type: attachment, accept: [pdf, jpg, png]}
checks:
  - {rule: amount <= grievance.amount, say: "折让 {amount} 超过核定 {approved}，请改小。", mark: amount}
steps:
  - {id: prepare, name: 业务开立, who: dept sales, fills: [customer, grievance_no, approved, amount], sign: 经办}
  - id: deputy
    name: 副总经理核签
    when: grievance.amount > 10000 and amount > 0
    who: role deputy_gm
    sign: 副总经理
    can: [approve, return to prepare]
  - {id: gm, name: 总经理核签, who: role gm, sign: 总经理, can: [approve, return to prepare, reject]}
  - id: customer
    name: 客户签章
    who: external customer
    fills: [scan]
    sign: 买受人签章
    sign_by: [esign_link, paper_scan]
    can: [approve, refuse]
  - {id: book, name: 会计复核, who: role accountant, sign: 会计, can: [approve, return to customer]}
copies:
  - {no: 1, to: dept warehouse, name: 第一联 仓储先行, colour: white, after: gm}
  - no: 2
    to: dept accounting
    name: 第二联 会计作账
    colour: pink
    receipt: {records: {voucher_no: 传票号码, booked_on: 作账日期}, within: 3 workdays}
archive: {retain: accounting_voucher, index: [no, customer, scan]}
layout:
  paper: A4 portrait
  columns: 12
  rows:
    - no 6 | opened_on 6
    - customer 6 | grievance_no 6
    - approved 4 | amount 4 | large 4
    - scan 12
    - sign.prepare 4 x4 | sign.deputy 4 x4 | sign.gm 4 x4
    - sign.customer 6 x4 | sign.book 6 x4
"""
REMARK = """\
form: remark
version: 1
title: 备忘单
source: 测试办法 §14
number: "M{yy}{mm}{seq:3}"
rounding: half_up
visible_to_customer: no
opens_from: {form: any, as: origin, copy: {about: origin.no}}
fields:
  about: {label: 所指单据, type: text, max_length: 16}
  ordinal: {label: 第几张, type: integer, calc: origin.nth}
  words: {label: 事由, type: text, required: yes, max_length: 40}
steps:
  - {id: write, name: 业务经理填写, who: role sales_manager, fills: [about, words], sign: 业务经理}
copies:
  - {no: 1, to: dept sales, name: 第一联 业务部存, colour: white}
archive: {retain: business_record, index: [no]}
layout:
  paper: A4 portrait
  columns: 12
  rows:
    - no 6 | opened_on 6
    - about 6 | ordinal 6
    - words 12
    - sign.write 12 x4
"""
CUSTOMER = "东升电子有限公司"
FIRST = {"customer": CUSTOMER, "order_no": "SO-1", "amount": "12000"}
TYPED = {
    "prepare": FIRST,
    "look": {"cause": "板面沉金色差"},
    "talk": {"accepted": "yes"},
}
WAY = (("prepare", "li_wen"), ("register", "zhao_min"), ("look", "sun_yue"), ("talk", "li_wen"))


def case_world(folder: Path) -> World:
    """Open an office in which the forms of a case are in force."""
    return copy_of(model(_set_up), folder)


def _set_up(folder: Path) -> World:
    world = make_world(folder)
    for source, name in ((GRIEVANCE, "grievance"), (REBATE, "rebate"), (REMARK, "remark")):
        world.publish(source.encode(), f"{name}.yaml")
    return world


def open_grievance(world: World, parent: str | None = None) -> Document:
    return open_document(world.office, world.person("li_wen"), "grievance", parent)


def sign_until(world: World, document: Document, until: str, decider: str = "lin_guo", **typed: str) -> Document:
    """Sign a grievance step by step until a step has been signed; `typed` are answers in place of the usual ones."""
    for step, person in (*WAY, ("decide", decider)):
        if document.step == step:
            usual = TYPED.get(step, {})
            raw = {**usual, **{name: text for name, text in typed.items() if name in usual}}
            document = world.sign(document, person, raw=raw)
        if step == until:
            break
    return document


def finished_grievance(world: World, decider: str = "lin_guo", **typed: str) -> Document:
    return sign_until(world, open_grievance(world), "decide", decider, **typed)
