"""Registers: live lists of a form's documents, each told by one YAML file of `form_specs/registers`.

    register: complaints
    title: 客户抱怨案件登记追踪表
    form: customer-complaint
    source: 客户投诉管理办法 7(3)①、9(3)
    columns:
      - {title: 客诉编号, shows: [no, numbered_at]}
      - {title: 类别, shows: [class_found or class_reported]}
      - {title: 处理方式, lists: [return_qty, allowance_amount]}
    filters: [region, class_found]
    search: [customer, part_no]

A document stands in its register from the moment that it is numbered. A column shows one thing under another, or lists
what is filled with its labels. Each is a field of the form or one of SYSTEM_NAMES, which come first. Another form gets
a register by another file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

from forms_service.domain.entries import Entries, read_entries
from forms_service.domain.faults import Faults
from forms_service.domain.node import Node
from forms_service.domain.outlines import FormOutline
from forms_service.domain.problem import Place, Problem

SYSTEM_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "no": "编号",
        "numbered_at": "受理",
        "opened_by": "开立人",
        "state": "状态",
        "step": "现处步骤",
        "desk": "现处单位",
        "step_due": "本步应完成",
        "case_due": "应结案",
        "late": "逾期",
        "ended_at": "结案",
        "follow_on": "后续单号",
    }
)
KEYS = ("register", "title", "form", "source", "columns", "filters", "search", "monthly")
COLUMN_KEYS = ("title", "shows", "lists")
OR = " or "

_ID = re.compile(r"[a-z][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, what it shows one under another, and what it lists with labels.

    Each thing shown is a tuple of names, of which the first that is not blank counts.
    """

    title: str
    shows: tuple[tuple[str, ...], ...] = ()
    lists: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that the column reads."""
        return (*(name for alternatives in self.shows for name in alternatives), *self.lists)


@dataclass(frozen=True, slots=True)
class Monthly:
    """What the month's figures are counted by, each a field of the form.

    `kind`, `unit` (the liable one) and `customer` are what cases are counted by; `quantity` and `loss` are added up;
    `measure` and one of `result` must be filled once a case is closed. `follow` is the form opened from a case that
    must come to its end, too, `report` the one that is signed for the month; "" for none.
    """

    kind: str
    unit: str
    customer: str
    quantity: str
    loss: str
    measure: str
    result: tuple[str, ...]
    follow: str
    report: str

    @property
    def names(self) -> tuple[str, ...]:
        """Every field that is counted by or added up."""
        return (self.kind, self.unit, self.customer, self.quantity, self.loss, self.measure, *self.result)


@dataclass(frozen=True, slots=True)
class Register:
    """A register, as its file says it. `filters` are the fields that narrow the list, `search` those looked through."""

    id: str
    title: str
    form: str
    source: str
    columns: tuple[Column, ...]
    filters: tuple[str, ...]
    search: tuple[str, ...]
    monthly: Monthly | None
    place: Place

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that a column shows, once, in order."""
        return tuple(dict.fromkeys(name for column in self.columns for name in column.names))


def parse_register(node: Node, faults: Faults) -> Register | None:
    """Read one register; None as soon as anything is amiss."""
    before = len(faults.found)
    entries = read_entries(node, faults, KEYS)
    if entries is None:
        return None
    register = Register(
        id=_read_id(entries),
        title=entries.text("title", required=True) or "",
        form=entries.text("form", required=True) or "",
        source=entries.text("source", required=True) or "",
        columns=_read_columns(entries),
        filters=tuple(word.text for word in entries.words("filters")),
        search=tuple(word.text for word in entries.words("search")),
        monthly=_read_monthly(entries),
        place=entries.place,
    )
    return register if len(faults.found) == before else None


def check_register(register: Register, form: FormOutline | None) -> tuple[Problem, ...]:
    """List every name of a register that its form does not have; a missing form is one fault."""
    faults = Faults()
    if form is None:
        message = f"登记册「{register.title}」说的表单「{register.form}」还没有。请先写表单，或改正代号。"
        faults.add(register.place, "unknown_form", message, f"there is no form '{register.form}'")
        return faults.in_order()
    known = tuple(field.id for field in form.fields)
    shown = (name for name in register.names if name not in SYSTEM_NAMES)
    counted = register.monthly.names if register.monthly else ()
    for name in dict.fromkeys((*shown, *register.filters, *register.search, *counted)):
        if name not in known:
            faults.add_unknown(register.place, "unknown_field", ("栏位", "field"), name, (*known, *SYSTEM_NAMES))
    return faults.in_order()


def _read_id(entries: Entries) -> str:
    scalar = entries.scalar("register", required=True)
    if scalar is not None and not _ID.fullmatch(scalar.text):
        chinese = f"登记册代号「{scalar.text}」只用小写字母、数字和连字号，如 complaints。"
        entries.faults.add(scalar.place, "bad_id", chinese, f"'{scalar.text}' is no register id")
    return scalar.text if scalar else ""


def _read_columns(entries: Entries) -> tuple[Column, ...]:
    read = (read_entries(item, entries.faults, COLUMN_KEYS) for item in entries.items("columns", required=True))
    return tuple(_read_column(column) for column in read if column is not None)


def _read_column(entries: Entries) -> Column:
    shows = tuple(tuple(filter(None, word.text.split(OR))) for word in entries.words("shows"))
    lists = tuple(word.text for word in entries.words("lists"))
    if not shows and not lists:
        chinese = "这一列没有说显示什么，请写 shows 或 lists。"
        entries.faults.add(entries.place, "empty_column", chinese, "write shows or lists")
    return Column(entries.text("title", required=True) or "", shows, lists)


def _read_monthly(entries: Entries) -> Monthly | None:
    monthly = entries.entries("monthly", tuple(field.name for field in fields(Monthly)))
    if monthly is None:
        return None

    def named(key: str, *, required: bool = True) -> str:
        return monthly.text(key, required=required) or "" if required or monthly.has(key) else ""

    return Monthly(
        kind=named("kind"),
        unit=named("unit"),
        customer=named("customer"),
        quantity=named("quantity"),
        loss=named("loss"),
        measure=named("measure"),
        result=tuple(word.text for word in monthly.words("result")),
        follow=named("follow", required=False),
        report=named("report", required=False),
    )
