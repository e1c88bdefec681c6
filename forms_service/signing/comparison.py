"""A comparison: one revision beside the one before it, and the objects that a rule has accounted for so far."""

from dataclasses import dataclass

from forms_service.signing.crossrefs import Entry
from forms_service.signing.form_view import FormView
from forms_service.signing.places import Ways
from forms_service.signing.revisions import History, Revision, refs_in
from forms_service.signing.syntax import PdfDict, PdfValue, Ref, same

FIELDS, PAGES, CONTENT = 8, 10, 5
"""The numbers of the checks that a change may fail."""

Found = tuple[int, str, str]
"""A change that no rule allows: the check it fails, the field's name or "", and what was found."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one revision may do: fill these fields, sign this box, add these signature boxes.

    `may_lock` lets the box get its /Lock as it signs, `outside` the time at which another program signed it. `foreign`
    is for files that are not ours, whose programs note more in a field than we do, keep its boxes apart from it, and
    leave new objects behind that nothing leads to.
    `alone` is for a revision of our own making on bytes judged before, in which nothing looks for a promised object.
    `annotations` lets annotations come and change, as DocMDP 3 does.
    """

    fields: frozenset[str] = frozenset()
    signature: str | None = None
    new_boxes: frozenset[str] = frozenset()
    may_lock: bool = False
    foreign: bool = False
    alone: bool = False
    outside: bool = False
    annotations: bool = False


class Comparison:
    """Two neighbouring revisions. `explained` gathers the numbers of objects that a rule accounts for.

    `released` gathers those that drew a field before it was filled or signed: they may be overwritten if they did
    nothing else. `replaced` are those of them that a field no longer draws itself by.
    """

    def __init__(self, history: History, before: FormView, after: FormView, allowance: Allowance) -> None:
        self.history = history
        self.before = before
        self.after = after
        self.allowance = allowance
        self.explained: set[int] = set()
        self.released: set[int] = set()
        self.replaced: set[int] = set()
        self._ways: dict[tuple[int, str | None, frozenset[int]], Ways] = {}

    @property
    def old(self) -> Revision:
        """The earlier revision."""
        return self.history.revisions[self.before.revision]

    @property
    def new(self) -> Revision:
        """The later revision."""
        return self.history.revisions[self.after.revision]

    def roots(self) -> tuple[PdfDict, PdfDict]:
        """Return the catalog before and after."""
        return self.history.root(self.before.revision), self.history.root(self.after.revision)

    def way_to(
        self, number: int, around: str | None = None, without: frozenset[int] = frozenset()
    ) -> tuple[str, ...] | None:
        """Say how an object could be reached before, by the keys on the way; None when nothing led there."""
        return self._ways_of(self.before.revision, around, without).to(number)

    def later_way_to(self, number: int) -> tuple[str, ...] | None:
        """Say how an object can be reached after."""
        return self._ways_of(self.after.revision, None, frozenset()).to(number)

    def _ways_of(self, revision: int, around: str | None, without: frozenset[int]) -> Ways:
        key = (revision, around, without)
        if key not in self._ways:
            self._ways[key] = Ways(self.history, revision, around, without)
        return self._ways[key]

    def values(self, number: int) -> tuple[PdfValue, PdfValue]:
        """Return an object before and after."""
        return self.history.value(number, self.before.revision), self.history.value(number, self.after.revision)

    def was_there(self, number: int) -> bool:
        """Say whether an object existed before, under whatever generation."""
        entry = self.old.known.get(number)
        return entry is not None and entry.kind != "f"

    def kept_generation(self, number: int) -> bool:
        """Say whether an object can still be reached by the references that reached it before."""
        return _generation(self.old.known[number]) == _generation(self.new.known[number])

    def explain_role(self, old: PdfValue, new: PdfValue) -> None:
        """Account for the object that plays a part: the one that played it before, or a new one, no other."""
        if isinstance(new, Ref) and (new == old or not self.was_there(new.number)):
            self.explained.add(new.number)

    def explain_new(self, value: PdfValue) -> None:
        """Account for the objects that an allowed value brings along: new ones only, never an overwritten one."""
        open_ends = list(refs_in(value))
        while open_ends:
            number = open_ends.pop()
            if number in self.explained or self.was_there(number) or number not in self.new.written:
                continue
            self.explained.add(number)
            open_ends.extend(refs_in(self.history.value(number, self.after.revision)))

    def took_boxes(self, old: PdfValue, new: PdfValue) -> bool:
        """Say whether a list only took up new signature boxes that may come, behind what stood in it."""
        was = self.history.array(old, self.before.revision)
        now = self.history.array(new, self.after.revision)
        may_come = (self.after.fields.get(name) for name in self.allowance.new_boxes)
        boxes = {n for field in may_come if field and field.is_signature for n in (field.number, *field.widgets)}
        added = now[len(was) :]
        return same(was, now[: len(was)]) and all(isinstance(ref, Ref) and ref.number in boxes for ref in added)


def differing(old: PdfDict, new: PdfDict) -> set[str]:
    """Name the keys whose values differ."""
    return {key for key in old.keys() | new.keys() if not same(old.get(key), new.get(key))}


def _generation(entry: Entry) -> int:
    return entry.which if entry.kind == "n" else 0
