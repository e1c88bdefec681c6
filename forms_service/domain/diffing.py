"""Diffing: what changed from one version of a form to the next, sorted by what it means for the documents there are.

`wording` is read and not reckoned with, `layout` is printed otherwise. A `compatible` change lets a draft go on with
what was typed: every rule is tried again when it is signed. With an `incompatible` one, something that was typed or
given would have no place, or mean another thing.

>>> [change.words for change in diff(old, new) if change.sort == "incompatible"]
['没有了栏位「料号」（part_no）：text']
"""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from forms_service.domain.document import Document
from forms_service.domain.errors import WrongState
from forms_service.domain.spec import Cell, FormSpec, Row
from forms_service.domain.stating import Fact, Sort, state

SORTS: Mapping[Sort, str] = MappingProxyType(
    {"incompatible": "不兼容", "compatible": "兼容", "layout": "版面", "wording": "措辞"}
)


@dataclass(frozen=True, slots=True)
class Change:
    """One change, in one line."""

    sort: Sort
    words: str


def diff(old: FormSpec, new: FormSpec) -> tuple[Change, ...]:
    """List every change, the weightiest sort first. What is only moved within the file is no change."""
    before = {fact.key: fact for fact in state(old)}
    after = {fact.key: fact for fact in state(new)}
    changes = [*_changed(before, after), *_order(old, new), *_layout(old, new)]
    return tuple(sorted(changes, key=lambda change: tuple(SORTS).index(change.sort)))


def require_movable(document: Document, old: FormSpec, new: FormSpec) -> None:
    """Refuse to move a document to another version of its form; raises WrongState with the reason.

    A signed document never changes its version, whether or not its signatures were taken back.
    """
    if document.state != "open":
        raise WrongState("这张单据已经结束，不能改用新版表单。")
    if document.signatures or document.round > 1:
        raise WrongState("这张单据已经有人签过，签过的单据永远留在它的版本。要改就作废重开。")
    if (new.form, new.version > old.version) != (old.form, True):
        raise WrongState(f"这张单据已经用第 {old.version} 版，没有更新的版本生效。")
    barred = [change.words for change in diff(old, new) if change.sort == "incompatible"]
    if barred:
        raise WrongState(f"第 {new.version} 版与这张草稿不兼容：{'；'.join(barred)}。请作废重开。")


def may_move(document: Document, old: FormSpec, new: FormSpec) -> bool:
    """Say whether a draft may go on as a document of a newer version of its form."""
    try:
        require_movable(document, old, new)
    except WrongState:
        return False
    return True


def _changed(before: Mapping[tuple[str, ...], Fact], after: Mapping[tuple[str, ...], Fact]) -> Iterator[Change]:
    """Compare fact by fact; what is said of a part that came or went whole is not said again."""
    for key in dict.fromkeys((*after, *before)):
        was, now = before.get(key), after.get(key)
        if was is not None and now is not None and was.value == now.value:
            continue
        if _is_told(key, before, after):
            continue
        yield _change(was, now)


def _is_told(
    key: tuple[str, ...], before: Mapping[tuple[str, ...], Fact], after: Mapping[tuple[str, ...], Fact]
) -> bool:
    """Say whether a fact belongs to a larger one that came or went: a label of a new field, a step's time."""
    larger = [key[:length] for length in range(1, len(key))]
    wholes = [whole for part in larger for whole in (part, (*part, "kind")) if whole != key]
    return any((whole in before) != (whole in after) for whole in wholes)


def _change(was: Fact | None, now: Fact | None) -> Change:
    old, new = (None if fact is None else fact.value for fact in (was, now))
    fact = now or was
    if fact is None:
        raise TypeError("nothing is no change")
    sort = fact.judge(old, new)
    if old is None:
        return Change(sort, f"加了{fact.of}：{new}")
    if new is None:
        return Change(sort, f"没有了{fact.of}：{old}")
    return Change(sort, f"{fact.of}：{old} → {new}")


def _order(old: FormSpec, new: FormSpec) -> Iterator[Change]:
    """Tell that steps that stand in both versions come in another order."""
    before, after = [step.id for step in old.steps], [step.id for step in new.steps]
    was, now = [step for step in before if step in after], [step for step in after if step in before]
    if was != now:
        yield Change("compatible", f"步骤的次序：{'、'.join(was)} → {'、'.join(now)}")


def _layout(old: FormSpec, new: FormSpec) -> Iterator[Change]:
    """Tell each printed row that came or went, and what else the page is made of."""
    if old.layout.paper != new.layout.paper:
        yield Change("layout", f"纸张：{old.layout.paper} → {new.layout.paper}")
    before, after = list(map(_row, old.layout.rows)), list(map(_row, new.layout.rows))
    for line in difflib.ndiff(before, after):
        if line.startswith(("- ", "+ ")):
            yield Change("layout", f"{'没有了' if line[0] == '-' else '加了'}这一行：{line[2:]}")
    widths = {table.table: table.spans for table in new.layout.tables}
    for table in old.layout.tables:
        if widths.get(table.table, table.spans) != table.spans:
            was, now = _spans(table.spans), _spans(widths[table.table])
            yield Change("layout", f"表格 {table.table} 的栏宽：{was} → {now}")


def _row(row: Row) -> str:
    return f"= {row.heading}" if row.heading is not None else " | ".join(map(_cell, row.cells))


def _cell(cell: Cell) -> str:
    return f"{cell.of} {cell.span}" + (f" x{cell.height}" if cell.height > 1 else "")


def _spans(spans: tuple[tuple[str, int], ...]) -> str:
    return " | ".join(f"{column} {span}" for column, span in spans)
