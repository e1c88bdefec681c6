"""A small form as a user writes it, and how tests break it: `»` in the changed text marks where the fault must show."""

from functools import cache
from pathlib import Path

from forms_service.domain.people import Organisation
from forms_service.domain.problem import Place, Problem
from forms_service.domain.spec import FormSpec
from forms_service.store.shelf import lint_text, load_organisation

SHELF = Path(__file__).parents[2] / "form_specs"
FILE = "note.yaml"
NOTE = """\
form: repair-note
version: 1
title: 修理单
source: 修理办法 §2
number: "R{yy}{mm}{seq:2+}"
rounding: half_up
visible_to_customer: yes
fields:
  customer: {label: 客户, type: party, required: yes}
  liable: {label: 责任部门, type: department, required: yes}
  kind: {label: 类别, type: choice, options: {repair: 修理, swap: 换件}, default: repair}
  urgent: {label: 急件, type: yesno}
  received_on: {label: 收件日, type: date, max: today}
  serial: {label: 机号, type: text, pattern: "[A-Z]{2}[0-9]{4}"}
  parts:
    label: 零件
    type: table
    rows: 0..4
    columns:
      item: {label: 品名, type: text, required: yes}
      qty: {label: 数量, type: integer, min: 1, max: 99}
      price: {label: 单价, type: money, min: 0.00}
      cost: {label: 小计, type: money, calc: price * qty}
  total: {label: 合计, type: money, calc: sum(parts.cost)}
  rate: {label: 税率, type: percent, default: policy.tax_rate, max: 100%}
  tax: {label: 税额, type: money, calc: "round(total * rate, 2)"}
  view: {label: 研发意见, type: longtext, show_when: urgent}
checks:
  - rule: total <= 5000
    say: 合计 {total} 超过五千。
    mark: parts.price
  - rule: filled(serial)
    say: 没有机号，请确认。
    level: warning
steps:
  - {id: open, name: 开立, who: dept sales, sign: 经办,
     fills: [customer, liable, kind, urgent, received_on, serial, parts, rate]}
  - {id: plant, name: 责任部门, who: dept $liable, sign: 部门, can: [approve, return to open], within: 2 workdays}
  - id: rd
    name: 研发
    when: urgent
    who: any of [role rd_manager, dept rd]
    fills: [view]
    sign: 研发
  - {id: chief, name: 核决, who: policy complaint_authority(total), sign: 核决,
     not_same_as: [open], can: [approve, reject]}
  - id: client
    name: 客户签收
    who: external customer
    sign: 客户
    sign_by: [esign_link]
    can: [approve, refuse]
    within: 10 days
copies:
  - {no: 1, to: dept plant, name: 第一联 制造部存, colour: white}
  - {no: 2, to: role gm_office, name: 第二联 总经理室存, colour: blue}
archive:
  retain: business_record
  index: [no, customer, total]
posting:
  debit:
    sales_allowance: total
    output_tax: tax
  credit:
    receivable: total
  summary: 修理 {no} {customer}
layout:
  paper: A4 portrait
  columns: 12
  rows:
    - = 一、内容
    - no 4 | opened_on 4 | customer 4
    - liable 4 | kind 4 | urgent 4
    - received_on 6 | serial 6
    - parts 12: item 6 | qty 2 | price 2 | cost 2
    - total 4 | rate 4 | tax 4
    - view 12 x2
    - sign.open 4 x3 | sign.plant 4 x3 | sign.rd 4 x3
    - sign.chief 6 x3 | sign.client 6 x3
"""


@cache
def demo_firm() -> Organisation:
    org, problems = load_organisation(SHELF / "organisations" / "demo")
    assert org is not None, problems
    return org


def read(text: str) -> tuple[FormSpec | None, tuple[Problem, ...]]:
    """Read a form's text as `forms lint` does, faults of the YAML and of its meaning together."""
    return lint_text(text.encode(), FILE, demo_firm(), {})


def note() -> FormSpec:
    spec, problems = read(NOTE)
    assert spec is not None, problems
    return spec


def broken(*changes: tuple[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Change the note; return the places marked with `»` as `line:column`, and what was found as `line:column code`."""
    text = NOTE
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the note"
        text = text.replace(old, new)
    text, marks = take_marks(text)
    return marks, found_in(read(text)[1])


def take_marks(text: str) -> tuple[str, tuple[str, ...]]:
    """Take the `»` out of a text; return it with the places where they stood, as `line:column`."""
    marks: list[str] = []
    while "»" in text:
        before, _, after = text.partition("»")
        marks.append(f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}")
        text = before + after
    return text, tuple(marks)


def found_in(problems: tuple[Problem, ...]) -> tuple[str, ...]:
    """Write each problem as `line:column code`."""
    return tuple(f"{p.where.line}:{p.where.column} {p.code}" for p in problems if isinstance(p.where, Place))
