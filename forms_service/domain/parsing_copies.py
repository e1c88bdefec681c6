"""Reading the copies (联): for whom each is sealed, when it is cut, and what its keeper notes of it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from forms_service.domain.course import Receipt, Who
from forms_service.domain.entries import Entries, as_scalar, read_entries
from forms_service.domain.literals import read_id
from forms_service.domain.node import Node
from forms_service.domain.parsing_times import find_step, read_days
from forms_service.domain.parsing_who import Surroundings, read_who
from forms_service.domain.scope import BOOLEAN
from forms_service.domain.spec import Colour, Copy, Step

KEYS = ("no", "to", "name", "colour", "when", "after", "receipt")
NEEDED = KEYS[:4]
RECEIPT_KEYS = ("records", "within")
COLOURS: tuple[Colour, ...] = get_args(Colour)
NOBODY = Who("role")


def read_copies(nodes: Sequence[Node], steps: Sequence[Step], around: Surroundings) -> tuple[Copy, ...]:
    """Read the copies; they are numbered from 1 in the order written."""
    found: list[Copy] = []
    for node in nodes:
        entries = read_entries(node, around.faults, KEYS)
        if entries is not None:
            found.append(_read_copy(entries, len(found) + 1, steps, around))
    return tuple(found)


def _read_copy(entries: Entries, expected_no: int, steps: Sequence[Step], around: Surroundings) -> Copy:
    no = entries.whole("no", required=True, least=1)
    if no is not None and no != expected_no:
        entries.refuse_key(
            "no", "copy_number", f"联次应由 1 起逐一编号，这里该是 {expected_no}。", f"expected {expected_no}"
        )
    after, when = entries.scalar("after"), entries.scalar("when")
    cut = "" if after is None else find_step(after, 0, steps, around.faults)
    return Copy(
        no=expected_no,
        to=_read_keeper(entries, replace(around, filled_before=_filled_by(cut, steps))),
        name=entries.text("name", required=True) or "",
        colour=entries.word("colour", COLOURS, required=True) or COLOURS[0],
        place=entries.place,
        after=cut,
        receipt=None if (receipt := entries.entries("receipt", RECEIPT_KEYS)) is None else _read_receipt(receipt),
        when=None if when is None else around.scope.read(when, BOOLEAN),
    )


def _filled_by(cut: str, steps: Sequence[Step]) -> frozenset[str]:
    """Name the fields that are filled when a copy is cut: after a step, or at the end."""
    last = next((index for index, step in enumerate(steps) if step.id == cut), len(steps))
    return frozenset(field_id for step in steps[: last + 1] for field_id in step.fills)


def _read_keeper(entries: Entries, around: Surroundings) -> Who:
    to = entries.scalar("to", required=True)
    keeper = None if to is None else read_who(to, around)
    if to is not None and keeper is not None and not _keeps(keeper):
        chinese = "联单交给部门、角色、栏位所填的部门或开立人的部门：dept 部门、role 角色、dept $栏位、opened_by。"
        around.faults.add(to.place, "copy_keeper", chinese, "a copy goes to a dept, a role, 'dept $field' or opened_by")
    return keeper or NOBODY


def _keeps(who: Who) -> bool:
    """Say whether a copy may go to somebody: to a department, which for `opened_by` is that of this form's opener."""
    return who.kind in ("dept", "role", "dept_field") or who == Who("opened_by")


def _read_receipt(entries: Entries) -> Receipt:
    """Read what is noted of a copy: facts by id, each with the words for it."""
    pairs = entries.pairs("records", required=True)
    if entries.has("records") and not pairs:
        entries.faults.add(
            entries.place, "missing_key", "records 至少要写一项，如 {booked_on: 作账日期}。", "no records"
        )
    read = [(read_id(key, entries.faults), as_scalar(value, entries.faults)) for key, value in pairs]
    records = tuple((name, said.text) for name, said in read if name is not None and said is not None)
    return Receipt(records, read_days(entries.scalar("within"), entries.faults))
