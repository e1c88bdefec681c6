"""Reading what a form is opened from and what opens after it: `opens_from`, `opens_every`, `follow_on`, `together`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forms_service.domain.course import FollowOn, OpensEvery, OpensFrom, Together
from forms_service.domain.entries import Entries, as_scalar, read_entries
from forms_service.domain.faults import Faults
from forms_service.domain.literals import read_id
from forms_service.domain.node import Mapping as MappingNode
from forms_service.domain.node import Node, Scalar
from forms_service.domain.outlines import ANY, FormOutline, Others, outline_fields
from forms_service.domain.parsing_times import find_step
from forms_service.domain.reports import REPORT_NAMES
from forms_service.domain.scope import BOOLEAN, GivenNames, Scope, accepted_by, own_names, parent_names
from forms_service.domain.spec import Field, FieldKind, Step

OPENS_FROM_KEYS = ("form", "as", "when", "limit", "optional", "copy", "report")
OPENS_EVERY_KEYS = ("month", "due_day", "report")
FOLLOW_ON_KEYS = ("when", "open", "offer", "on", "parent")
TOGETHER_KEYS = ("name", "total", "same", "within")
MONTHS = ("previous",)
ENDS = ("finished", "refused", "rejected")
LAST_DUE_DAY = 28
SUMMED: tuple[FieldKind, ...] = ("money", "integer", "decimal")

_ID = re.compile(r"[a-z][a-z0-9_]*")
_SIGNED = re.compile(r"signed +(?P<step>\S+)")
_WITHIN = re.compile(r"(?P<days>[1-9][0-9]{0,2}) days?")


@dataclass(frozen=True, slots=True)
class Givens:
    """What a form's document is given, read before anything else: names for its expressions, and its parent's alone.

    `copied` are the fields that are fixed when the document is opened.
    """

    names: GivenNames
    parent: GivenNames
    alias: str = ""
    copied: frozenset[str] = frozenset()


def read_givens(entries: Entries, others: Others) -> Givens:
    """Find the names that a form is given, noting nothing; what is written of them is read in full later."""
    opens, together = entries.peek("opens_from"), entries.peek("together")
    alias, parent = _quiet(opens, "as"), _parent_names(_quiet(opens, "as"), _quiet(opens, "form"), others)
    total = _quiet(together, "total")
    kinds = {field.id: field.kind for field in outline_fields(entries.peek("fields"))}
    summed = kinds.get(total)
    name = _quiet(together, "name")
    own = own_names(
        monthly=entries.has("opens_every"),
        timed=entries.has("due"),
        together=(name, summed) if name and summed in SUMMED else None,
    )
    unreadable = GivenNames(unreadable=frozenset({name} if name and summed not in SUMMED else ()))
    copied = opens.get("copy") if isinstance(opens, MappingNode) else None
    fixed = frozenset(key.text for key, _ in copied) if isinstance(copied, MappingNode) else frozenset()
    return Givens(own.joined(unreadable).joined(parent), parent, alias, fixed)


def _parent_names(alias: str, form: str, others: Others) -> GivenNames:
    if not _ID.fullmatch(alias):
        return GivenNames()
    if form != ANY and form not in others:
        return GivenNames(unreadable=frozenset({alias}))
    return parent_names(alias, others.get(form))


def _quiet(node: Node | None, key: str) -> str:
    value = node.get(key) if isinstance(node, MappingNode) else None
    return value.text if isinstance(value, Scalar) else ""


def read_opens_from(
    entries: Entries, scope: Scope, givens: Givens, fields: Mapping[str, Field], first: Step | None, others: Others
) -> OpensFrom:
    """Read from which document the form is opened; its condition sees the parent alone.

    `first` is the step whose fields may be fixed to the parent's values.
    """
    form, alias = entries.scalar("form", required=True), read_id(entries.scalar("as", required=True), entries.faults)
    if form is not None and form.text not in (ANY, *others):
        entries.faults.add_unknown(form.place, "unknown_form", ("表单", "form"), form.text, (ANY, *others))
    settings = {name: kind for name, kind in scope.names.items() if name.startswith("policy.")}
    names = {**settings, **givens.parent.names}
    seen = Scope(names, givens.parent.options, givens.parent.unreadable, entries.faults)
    when = entries.scalar("when")
    return OpensFrom(
        form="" if form is None else form.text,
        alias=alias or "",
        when=None if when is None else seen.read(when, BOOLEAN),
        limit=entries.whole("limit", least=1),
        copy=_Copying(givens.parent, fields, first, others.get("" if form is None else form.text)).read(entries),
        optional=entries.yes_no("optional"),
        report=_read_report(entries),
        place=entries.place,
    )


@dataclass(frozen=True, slots=True)
class _Copying:
    """Reads which of the form's own fields are fixed to which of the parent's values."""

    known: GivenNames
    fields: Mapping[str, Field]
    first: Step | None
    parent: FormOutline | None

    def read(self, entries: Entries) -> tuple[tuple[str, str], ...]:
        pairs = [(own, as_scalar(node, entries.faults)) for own, node in entries.pairs("copy")]
        return tuple(
            (own.text, source.text)
            for own, source in pairs
            if self._is_own(own, entries.faults) and source is not None and self._fits(own, source, entries.faults)
        )

    def _is_own(self, own: Scalar, faults: Faults) -> bool:
        """Say whether the field is the first step's to fill, and note where it is not."""
        if own.text not in self.fields:
            faults.add_unknown(own.place, "unknown_field", ("栏位", "field"), own.text, self.fields)
            return False
        if self.first is not None and own.text not in self.first.fills:
            faults.add(
                own.place,
                "copied_later",
                f"「{own.text}」取自原单，就要由第一步「{self.first.id}」填。请写进它的 fills。",
                f"'{own.text}' is copied from the parent, so the first step must fill it",
            )
        return True

    def _fits(self, own: Scalar, source: Scalar, faults: Faults) -> bool:
        """Say whether the parent has such a value and the field can hold it, and note where not."""
        if self.known.unreadable:
            return False
        if source.text not in self.known.names:
            noun = ("原单栏位", "name of the parent")
            faults.add_unknown(source.place, "unknown_name", noun, source.text, self.known.names)
            return False
        if not self._holds(self.fields[own.text], source.text):
            faults.add(
                source.place,
                "copied_kind",
                f"「{own.text}」是 {self.fields[own.text].kind}，装不下「{source.text}」。请改其中一个的类型。",
                f"'{own.text}' is a {self.fields[own.text].kind} and cannot hold '{source.text}'",
            )
        return True

    def _holds(self, own: Field, source: str) -> bool:
        """Say whether a field can hold a parent's value; a choice must know every option that may come."""
        if own.kind in ("table", "attachment") or self._is_file(source):
            return False
        if own.kind == "choice":
            options = self.known.options.get(source, ())
            return bool(options) and {option.id for option in own.options} >= set(options)
        return self.known.names[source] in accepted_by(own.kind)

    def _is_file(self, source: str) -> bool:
        field_id = source.partition(".")[2]
        fields = () if self.parent is None else self.parent.fields
        return any(field.id == field_id and field.kind == "attachment" for field in fields)


def _read_report(entries: Entries) -> str:
    return entries.word("report", REPORT_NAMES) or ""


def read_opens_every(entries: Entries) -> OpensEvery:
    """Read that the office opens the form each month for the month before."""
    entries.word("month", MONTHS, required=True)
    due_day = entries.whole("due_day", required=True, least=1)
    if due_day is not None and due_day > LAST_DUE_DAY:
        entries.refuse_key(
            "due_day", "too_large", f"每月的期限最迟写 {LAST_DUE_DAY} 日，各月都有这一天。", f"at most {LAST_DUE_DAY}"
        )
    return OpensEvery(_read_report(entries), due_day or 1, entries.place)


def read_follow_on(nodes: Sequence[Node], steps: Sequence[Step], scope: Scope, alias: str) -> tuple[FollowOn, ...]:
    """Read what opens, or is offered, after the form."""
    opened = (read_entries(node, scope.faults, FOLLOW_ON_KEYS) for node in nodes)
    return tuple(_read_follow(entries, steps, scope, alias) for entries in opened if entries is not None)


def _read_follow(entries: Entries, steps: Sequence[Step], scope: Scope, alias: str) -> FollowOn:
    if entries.has("open") == entries.has("offer"):
        chinese = "恰好写一个 open（自动开立）或 offer（由人决定开不开）。"
        entries.faults.add(entries.place, "open_or_offer", chinese, "write either 'open' or 'offer'")
    target = entries.scalar("offer" if entries.has("offer") else "open")
    when, parent = entries.scalar("when"), entries.scalar("parent")
    if parent is not None and parent.text != alias:
        known = (alias,) if alias else ()
        scope.faults.add_unknown(
            parent.place, "unknown_alias", ("原单代号（opens_from 的 as）", "alias"), parent.text, known
        )
    return FollowOn(
        form="" if target is None else target.text,
        on=_read_event(entries, steps),
        when=None if when is None else scope.read(when, BOOLEAN),
        parent="" if parent is None else alias,
        offered=entries.has("offer"),
        place=entries.place if target is None else target.place,
    )


def _read_event(entries: Entries, steps: Sequence[Step]) -> str:
    scalar = entries.scalar("on")
    if scalar is None or scalar.text in ENDS:
        return ENDS[0] if scalar is None else scalar.text
    match = _SIGNED.fullmatch(scalar.text)
    if match is None:
        known = (*ENDS, *(f"signed {step.id}" for step in steps if not step.joint))
        entries.faults.add_unknown(scalar.place, "unknown_event", ("时机", "event"), scalar.text, known)
        return ENDS[0]
    return f"signed {find_step(scalar, match.start('step'), steps, entries.faults)}"


def read_together(entries: Entries, fields: Mapping[str, Field]) -> Together:
    """Read what counts with this document for a limit."""
    name = read_id(entries.scalar("name", required=True), entries.faults)
    total = _read_field(entries.scalar("total", required=True), fields, entries.faults)
    if total is not None and total.kind not in SUMMED:
        entries.refuse_key(
            "total", "not_summed", f"「{total.id}」是 {total.kind}，合计要金额或数字栏位。", f"is a {total.kind}"
        )
    words = entries.words("same")
    if not words:
        entries.faults.add(
            entries.place, "missing_key", "要写 same：哪些栏位相同的单据合并计算，如 [customer]。", "missing key 'same'"
        )
    same = [_read_field(word, fields, entries.faults) for word in words]
    return Together(
        name=name or "",
        total="" if total is None else total.id,
        same=tuple(field.id for field in same if field is not None),
        days=_read_span(entries),
        place=entries.place,
    )


def _read_field(scalar: Scalar | None, fields: Mapping[str, Field], faults: Faults) -> Field | None:
    known = [field.id for field in fields.values() if field.kind not in ("table", "attachment")]
    if scalar is None or scalar.text in known:
        return None if scalar is None else fields[scalar.text]
    faults.add_unknown(scalar.place, "unknown_field", ("栏位", "field"), scalar.text, known)
    return None


def _read_span(entries: Entries) -> int:
    scalar = entries.scalar("within", required=True)
    match = None if scalar is None else _WITHIN.fullmatch(scalar.text)
    if scalar is not None and match is None:
        entries.faults.add(
            scalar.place,
            "bad_within",
            f"「{scalar.text}」应写成日历日，如 30 days。",
            f"'{scalar.text}' should read like '30 days'",
        )
    return 0 if match is None else int(match["days"])
