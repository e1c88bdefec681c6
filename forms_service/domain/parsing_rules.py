"""Reading the rules between fields and what accounting makes of the form: `checks` and `posting`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from forms_service.domain.entries import Entries, as_pairs, as_scalar, inside, note_shape, read_entries
from forms_service.domain.faults import Faults
from forms_service.domain.literals import read_id
from forms_service.domain.node import Node, Scalar
from forms_service.domain.outlines import Others
from forms_service.domain.people import Organisation
from forms_service.domain.scope import BOOLEAN, Scope, parent_names
from forms_service.domain.spec import Check, Companion, Field, Posting

CHECK_KEYS = ("rule", "say", "mark", "level")
POSTING_KEYS = ("debit", "credit", "summary", "when", "needs", "checks", "compare")
NEED_KEYS = ("form", "is", "when")
RELATIONS: tuple[Literal["parent", "child"], ...] = ("parent", "child")
LEVELS: tuple[Literal["error", "warning"], ...] = ("error", "warning")
SYSTEM_NAMES = ("no", "opened_on")

_BRACE = re.compile(r"\{(?P<name>[^{}]*)\}|[{}]")


def read_checks(nodes: Sequence[Node], fields: Mapping[str, Field], scope: Scope) -> tuple[Check, ...]:
    """Read the rules in the order written."""
    opened = (read_entries(node, scope.faults, CHECK_KEYS) for node in nodes)
    found = (_read_check(entries, fields, scope) for entries in opened if entries is not None)
    return tuple(check for check in found if check is not None)


def _read_check(entries: Entries, fields: Mapping[str, Field], scope: Scope) -> Check | None:
    rule, say = entries.scalar("rule", required=True), entries.scalar("say", required=True)
    mark = entries.scalar("mark")
    level = entries.word("level", LEVELS) or "error"
    if say is not None:
        tables = {field.id for field in fields.values() if field.kind == "table"}
        names = ("today", *(name for name in scope.names if name not in tables))
        check_braces(say, names, scope.faults, scope.unreadable)
    if mark is not None:
        _check_mark(mark, fields, scope.faults)
    if rule is None:
        return None
    read = scope.read(rule, BOOLEAN)
    return Check(read, "" if say is None else say.text, entries.place, None if mark is None else mark.text, level)


def _check_mark(mark: Scalar, fields: Mapping[str, Field], faults: Faults) -> None:
    columns = (f"{field.id}.{column.id}" for field in fields.values() for column in field.columns)
    known = (*fields, *columns)
    if mark.text not in known:
        faults.add_unknown(mark.place, "unknown_field", ("栏位", "field"), mark.text, known)


def check_braces(
    scalar: Scalar, known: Iterable[str], faults: Faults, unreadable: frozenset[str] = frozenset()
) -> None:
    """Hold that every `{name}` in a message names something that can be shown; what is `unreadable` is not judged."""
    names = tuple(known)
    for match in _BRACE.finditer(scalar.text):
        place = inside(scalar, match.start())
        name = match["name"]
        if name is None:
            faults.add(place, "brace", f"「{match[0]}」没有配对。栏位写成 {{net}} 这样。", "unpaired brace")
        elif name not in names and name.partition(".")[0] not in unreadable:
            faults.add_unknown(place, "unknown_field", ("栏位", "field"), name, names)


def _single(fields: Mapping[str, Field]) -> tuple[str, ...]:
    return tuple(field.id for field in fields.values() if field.kind != "table")


def read_posting(
    entries: Entries, fields: Mapping[str, Field], org: Organisation, scope: Scope, others: Others
) -> Posting:
    """Read the voucher's lines, debits first, its summary, and what accounting holds the document against."""
    summary = entries.scalar("summary", required=True)
    if summary is not None:
        check_braces(summary, (*_single(fields), *SYSTEM_NAMES), entries.faults)
    lines = (*_read_side(entries, "debit", fields, org), *_read_side(entries, "credit", fields, org))
    needs = tuple(_read_need(alias, node, scope, others) for alias, node in entries.pairs("needs"))
    wider = _with_companions(scope, needs, others)
    checks = read_checks(entries.items("checks"), fields, wider)
    when = entries.scalar("when")
    return Posting(
        lines=lines,
        summary="" if summary is None else summary.text,
        needs=needs,
        checks=checks,
        when=None if when is None else scope.read(when, BOOLEAN),
        compare=tuple(_read_compared(word.text, node, wider) for word, node in entries.pairs("compare")),
    )


def _read_compared(word: str, node: Node, scope: Scope) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Read one line of figures that stand side by side: `{核定: complaint.return_qty, 实退: received_qty}`."""
    columns: list[tuple[str, str]] = []
    for column, name in as_pairs(node, scope.faults):
        scalar = as_scalar(name, scope.faults)
        if scalar is not None and not {scalar.text.partition(".")[0], scalar.text} & {*scope.names, *scope.unreadable}:
            scope.faults.add_unknown(scalar.place, "unknown_field", ("栏位", "field"), scalar.text, scope.names)
        elif scalar is not None:
            columns.append((column.text, scalar.text))
    return word, tuple(columns)


def _read_need(alias: Scalar, node: Node, scope: Scope, others: Others) -> Companion:
    """Read one document that goes to accounting together with this one."""
    read_id(alias, scope.faults)
    entries = read_entries(node, scope.faults, NEED_KEYS)
    if entries is None:
        return Companion(alias.text, "", "child", None, alias.place)
    form, when = entries.scalar("form", required=True), entries.scalar("when")
    if form is not None and form.text not in others:
        scope.faults.add_unknown(form.place, "unknown_form", ("表单", "form"), form.text, others)
    return Companion(
        alias=alias.text,
        form="" if form is None else form.text,
        relation=entries.word("is", RELATIONS, required=True) or "child",
        when=None if when is None else scope.read(when, BOOLEAN),
        place=alias.place,
    )


def _with_companions(scope: Scope, needs: Sequence[Companion], others: Others) -> Scope:
    """Return the scope of the posting's checks: the form's own names, and the companions' under their aliases."""
    names, options, unreadable = dict(scope.names), dict(scope.options), set(scope.unreadable)
    for need in needs:
        if need.form not in others:
            unreadable.add(need.alias)
            continue
        theirs = parent_names(need.alias, others[need.form])
        names, options = {**names, **theirs.names}, {**options, **theirs.options}
    return Scope(names, options, frozenset(unreadable), scope.faults)


def _read_side(
    entries: Entries, side: Literal["debit", "credit"], fields: Mapping[str, Field], org: Organisation
) -> tuple[tuple[Literal["debit", "credit"], str, str], ...]:
    roles = tuple(account.role for account in org.accounts)
    amounts = tuple(field.id for field in fields.values() if field.kind == "money")
    found: list[tuple[Literal["debit", "credit"], str, str]] = []
    for role, node in entries.pairs(side, required=True):
        if role.text not in roles:
            entries.faults.add_unknown(role.place, "unknown_account", ("科目角色", "account role"), role.text, roles)
        amount = _read_amount(node, fields, amounts, entries.faults)
        if amount is not None:
            found.append((side, role.text, amount))
    return tuple(found)


def _read_amount(node: Node, fields: Mapping[str, Field], amounts: tuple[str, ...], faults: Faults) -> str | None:
    if not isinstance(node, Scalar):
        note_shape(node, Scalar, faults)
        return None
    if node.text in amounts:
        return node.text
    if node.text not in fields:
        faults.add_unknown(node.place, "unknown_field", ("金额栏位", "money field"), node.text, amounts)
        return None
    faults.add(
        node.place,
        "posting_not_money",
        f"「{node.text}」不是金额栏位，不能入账。",
        f"'{node.text}' is no money field and cannot be posted",
    )
    return None
