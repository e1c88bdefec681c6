"""A form that uses everything a form may say, with the forms around it, as an analyst writes them."""

from functools import cache

from forms_service.domain.outlines import Others, newest, outline_form
from forms_service.domain.problem import Problem
from forms_service.domain.spec import FormSpec
from forms_service.store.shelf import lint_text
from forms_service.store.yaml_text import read_document
from tests.domain.spec_text import demo_firm, found_in, take_marks

FILE = "claim.yaml"
CLAIM = """\
form: claim
version: 1
title: 索赔单
source: 索赔办法 §4
number: "K{yy}{mm}{seq:2+}"
number_at: register
rounding: half_up
visible_to_customer: yes
opens_from:
  form: case
  as: case
  when: case.state == "finished" and case.amount > 0
  limit: 2
  copy: {customer: case.customer, case_no: case.no}
  report: step_times
follow_on:
  - {when: amount > 100, open: payment}
  - {open: visit, on: signed plant}
  - {when: accepted == no, open: case, parent: case}
  - {open: visit, on: rejected}
  - {when: amount > 10, offer: inquiry}
due: {from: register, days: "policy.case_days_domestic if region == 'home' else policy.case_days_abroad"}
late:
  remind: [1 workday before, on due, every 2 workdays]
  slip: reminder
  again: 2 workdays
  tell: role gm
together: {name: earlier, total: amount, same: [customer, order_no], within: 30 days}
fields:
  customer: {label: 客户, type: party, required: yes}
  case_no: {label: 客诉编号, type: text, required: yes}
  case_amount: {label: 核定金额, type: money, calc: case.amount}
  order_no: {label: 订单编号, type: text, required: yes}
  region: {label: 区域, type: choice, options: {home: 国内, abroad: 国外}, required: yes}
  handler: {label: 经手人, type: person}
  unit: {label: 会同单位, type: department}
  amount: {label: 索赔金额, type: money, required: yes, min: 0.01, max: case.amount}
  due_on: {label: 应结日, type: date, calc: case_due}
  ratio: {label: 占比, type: percent, calc: amount / case.amount}
  plan: {label: 对策, type: longtext}
  accepted: {label: 客户接受, type: yesno}
  scan: {label: 签章扫描件, type: attachment, accept: [pdf, jpg]}
checks:
  - rule: amount + earlier <= case.amount
    say: 连同先前的 {earlier} 超过核定金额 {case.amount}。
steps:
  - {id: open, name: 开立, who: dept sales, sign: 经办, within: policy open_days,
     fills: [customer, case_no, order_no, region, handler, unit, amount, accepted]}
  - {id: register, name: 受理, who: role gm_office, sign: 受理, can: [approve, consult, return to open]}
  - id: plant
    name: 责任单位
    who: any of [person $handler, role plant_manager]
    fills: [plan]
    sign: 责任单位
    within: policy plant_days
  - id: joint
    name: 会签
    who: all of [dept qa, dept rd, dept $unit]
    sign: 会签
    can: [approve, return to plant]
    within: 2 days
  - id: back
    name: 原单开立人
    who: case.opened_by
    sign: 原单
    not_same_as: [joint]
    can: [approve, return to joint]
  - {id: decide, name: 核决, who: policy complaint_authority(amount + earlier), sign: 核决,
     not_same_as: [open, joint], can: [approve, reject], within: 1 day}
  - id: client
    name: 客户签收
    who: external customer
    fills: [scan]
    sign: 客户
    sign_by: [esign_link, paper_scan]
    can: [approve, refuse]
    within: 7 days
copies:
  - {no: 1, to: dept sales, name: 第一联 业务部存, colour: white, after: decide}
  - no: 2
    to: dept accounting
    name: 第二联 会计科存
    colour: pink
    receipt: {records: {voucher_no: 传票号码, booked_on: 作账日期}, within: 3 workdays}
archive:
  retain: accounting_voucher
  index: [no, customer, amount]
layout:
  paper: A4 portrait
  columns: 12
  rows:
    - no 4 | opened_on 4 | case_no 4
    - customer 4 | order_no 4 | region 4
    - handler 4 | unit 4 | amount 4
    - case_amount 4 | ratio 4 | due_on 4
    - plan 8 x2 | accepted 4
    - scan 12
    - sign.open 3 x4 | sign.register 3 x4 | sign.plant 6 x4
    - sign.joint 12 x4
    - sign.back 4 x4 | sign.decide 4 x4 | sign.client 4 x4
"""
NEIGHBOURS = (
    """\
form: case
version: 3
title: 客诉案
opens_from: {form: case, as: earlier, optional: yes}
fields:
  customer: {label: 客户名称, type: party}
  amount: {label: 核定赔款, type: money}
  title: {label: 主旨, type: text}
  closed: {label: 已结案, type: yesno}
  kind: {label: 类别, type: choice, options: {quality: 质量, other: 其他}}
  seen_on: {label: 查看日, type: date}
  lines: {label: 明细, type: table, rows: 0..3, columns: {item: {label: 品名, type: text}}}
""",
    "form: payment\nversion: 1\ntitle: 付款单\nopens_from: {form: claim, as: claim}\nfields: {}\n",
    "form: visit\nversion: 1\ntitle: 走访单\nopens_from: {form: any, as: origin}\nfields: {}\n",
    "form: inquiry\nversion: 1\ntitle: 洽办单\nopens_from: {form: any, as: origin}\nfields: {}\n",
    "form: reminder\nversion: 1\ntitle: 催办单\nopens_from: {form: any, as: origin}\nfields: {}\n",
    "form: alone\nversion: 1\ntitle: 独立单\nfields: {}\n",
)


@cache
def neighbours() -> Others:
    nodes = (read_document(text.encode(), "neighbour.yaml")[0] for text in NEIGHBOURS)
    outlines = (outline_form(node) for node in nodes if node is not None)
    return newest(outline for outline in outlines if outline is not None)


def read_beside(text: str) -> tuple[FormSpec | None, tuple[Problem, ...]]:
    """Read a form's text as `forms lint` does beside its neighbours."""
    return lint_text(text.encode(), FILE, demo_firm(), {}, others=neighbours())


def claim() -> FormSpec:
    spec, problems = read_beside(CLAIM)
    assert spec is not None, "\n".join(map(str, problems))
    return spec


def broken_claim(*changes: tuple[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Change the claim; return the marked places as `line:column`, and what was found as `line:column code`."""
    text = CLAIM
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the claim"
        text = text.replace(old, new)
    text, marks = take_marks(text)
    return marks, found_in(read_beside(text)[1])
