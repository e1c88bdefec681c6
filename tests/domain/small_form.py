"""A small form around a few fields written as YAML, and a firm to judge it in."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from textwrap import dedent, indent

from forms_service.domain import node
from forms_service.domain.checking import Context, check_values
from forms_service.domain.parsing import parse_spec
from forms_service.domain.people import Contact, Department, Firm, Organisation, Party, Person, Policy
from forms_service.domain.problem import Problem
from forms_service.domain.spec import FormSpec
from forms_service.domain.values import Values
from forms_service.store.yaml_text import read_document

TODAY = dt.date(2026, 11, 24)
POLICY = Policy("tax", "税率", dt.date(2026, 1, 1), (), (("tax_rate", "5%"),), confirmed=True, sha256="0" * 64)
FIRM = Organisation(
    firm=Firm("示范股份有限公司", "示范", "12830467", "CNY", "Asia/Shanghai"),
    departments=(Department("sales", "业务部"), Department("qa", "质量管理部")),
    people=(
        Person("lin", "林小芳", "sales", ("sales",), None, "lin@example.com"),
        Person("wang1", "王伟", "sales", (), None, "w1@example.com"),
        Person("wang2", "王伟", "qa", (), None, "w2@example.com"),
    ),
    parties=(Party("dongsheng", "东升电子有限公司", "23547185", (Contact("陈敏", "chen@example.com"),)),),
    roles=(("sales", "业务"),),
    accounts=(),
    policies=(POLICY,),
    demo=True,
)
CONTEXT = Context(TODAY, {"tax_rate": Decimal("0.05")}, FIRM)


def small_form(fields: str, checks: str = "", *, later: tuple[str, ...] = (), rounding: str = "half_up") -> FormSpec:
    """Read a form with these fields; `later` are filled by a second step, the rest by the first."""
    root, _ = read_document(dedent(fields).encode(), "fields.yaml")
    assert isinstance(root, node.Mapping)
    calculated = {key.text for key, field in root if isinstance(field, node.Mapping) and field.get("calc")}
    filled = [key.text for key, _ in root if key.text not in calculated]
    text = _TEMPLATE.format(
        rounding=rounding,
        fields=indent(dedent(fields).strip(), "  "),
        checks=f"checks:\n{indent(dedent(checks).strip(), '  ')}" if checks else "",
        first=", ".join(name for name in filled if name not in later),
        second=", ".join(later),
        rows="\n".join(f"    - {_row(key.text, field)}" for key, field in root),
    )
    document, problems = read_document(text.encode(), "small.yaml")
    assert document is not None, problems
    spec, problems = parse_spec(document, text, FIRM)
    assert spec is not None, "\n".join(map(str, problems))
    return spec


def judge(spec: FormSpec, raw: Mapping[str, str]) -> tuple[Values, tuple[Problem, ...]]:
    """Check what the first step typed."""
    return check_values(spec, spec.steps[0], raw, {}, CONTEXT)


def codes(spec: FormSpec, raw: Mapping[str, str]) -> list[tuple[str, str]]:
    """List where each Problem of the first step is, and its code."""
    return [(str(problem.where), problem.code) for problem in judge(spec, raw)[1]]


def message(spec: FormSpec, raw: Mapping[str, str]) -> str:
    """Return the words of the one Problem that the first step has."""
    problems = judge(spec, raw)[1]
    assert len(problems) == 1, problems
    return problems[0].message


def _row(name: str, field: node.Node) -> str:
    columns = field.get("columns") if isinstance(field, node.Mapping) else None
    if not isinstance(columns, node.Mapping):
        return f"{name} 12"
    names = [key.text for key, _ in columns]
    spans = [12 - (len(names) - 1), *[1] * (len(names) - 1)]
    return f"{name} 12: " + " | ".join(f"{column} {span}" for column, span in zip(names, spans, strict=True))


_TEMPLATE = """\
form: small
version: 1
title: 小表
source: 测试办法 §1
number: "S{{yy}}{{mm}}{{seq:3}}"
rounding: {rounding}
visible_to_customer: no
fields:
{fields}
{checks}
steps:
  - id: first
    name: 第一步
    who: role sales
    fills: [{first}]
    sign: 经办
  - id: second
    name: 第二步
    who: dept qa
    fills: [{second}]
    sign: 复核
    can: [approve, return to first]
copies:
  - {{no: 1, to: dept sales, name: 第一联, colour: white}}
archive: {{retain: accounting_voucher, index: [no]}}
layout:
  paper: A4 portrait
  columns: 12
  rows:
{rows}
    - no 6 | opened_on 6
    - sign.first 6 x4 | sign.second 6 x4
"""
