"""A form's spec as frozen records: what one YAML file and version means once it was read without a fault.

`domain.parsing.parse_spec` makes them; nobody else does. Names are those of the YAML.
"""

from dataclasses import dataclass
from typing import Literal

from forms_service.domain.course import Due, FollowOn, Late, OpensEvery, OpensFrom, Receipt, Together, Who, Within
from forms_service.domain.expression import Expression
from forms_service.domain.problem import Place

FieldKind = Literal[
    "text", "longtext", "integer", "decimal", "money", "percent", "date", "yesno",
    "choice", "party", "department", "person", "attachment", "table",
]  # fmt: skip
Evidence = Literal["pin", "esign_link", "paper_scan"]
Colour = Literal["white", "pink", "blue", "yellow", "green"]


@dataclass(frozen=True, slots=True)
class Label:
    """A text for readers; simplified Chinese always, the others where the spec has them."""

    zh_hans: str
    zh_hant: str | None = None
    en: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice."""

    id: str
    label: Label


@dataclass(frozen=True, slots=True)
class Field:
    """A field or a table's column. `calc` fields are filled by nobody; bounds are expressions (`max: today`)."""

    id: str
    label: Label
    kind: FieldKind
    place: Place
    required: bool = False
    options: tuple[Option, ...] = ()
    max_length: int | None = None
    pattern: str | None = None
    places: int | None = None
    minimum: Expression | None = None
    maximum: Expression | None = None
    accept: tuple[str, ...] = ()
    default: Expression | None = None
    calc: Expression | None = None
    show_when: Expression | None = None
    columns: tuple["Field", ...] = ()
    min_rows: int = 0
    max_rows: int = 0
    help: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A rule between fields; `say` may name fields in braces, `mark` is the field shown as faulty."""

    rule: Expression
    say: str
    place: Place
    mark: str | None = None
    level: Literal["error", "warning"] = "error"


@dataclass(frozen=True, slots=True)
class Step:
    """Who fills what, then signs. `returns_to` are the steps it may send back to; approve is always allowed.

    Steps in a row with one `joint` word are the members of one 会签: they decide in any order, each in its own box.
    To return to a 会签 is written here as to return to its first member; `not_same_as` it names every member.
    """

    id: str
    name: str
    who: Who
    sign: str
    place: Place
    fills: tuple[str, ...] = ()
    not_same_as: tuple[str, ...] = ()
    returns_to: tuple[str, ...] = ()
    may_reject: bool = False
    may_refuse: bool = False
    may_consult: bool = False
    sign_by: tuple[Evidence, ...] = ("pin",)
    within: Within | None = None
    when: Expression | None = None
    joint: str = ""

    @property
    def decides(self) -> bool:
        """Say whether the step has an opinion cell and a decision cell of its own; each member of a 会签 has."""
        return bool(self.joint or self.returns_to or self.may_reject or self.may_refuse)


@dataclass(frozen=True, slots=True)
class Copy:
    """A 联: the finished document sealed for one department: named, a role's, that of a field, or the opener's.

    A copy with `after` is cut early: sealed as soon as that step was signed, from the bytes as they then were. Where
    `when` does not hold on the signed bytes, or the field is blank, there is no such copy.
    """

    no: int
    to: Who
    name: str
    colour: Colour
    place: Place
    after: str = ""
    receipt: Receipt | None = None
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A printed cell: what it shows, its width in twelfths, its height in rows.

    `of` is a field id, `no`, `opened_on`, or `sign.STEP`; of a 会签 it is split evenly among the members' boxes.
    """

    of: str
    span: int
    height: int
    place: Place


@dataclass(frozen=True, slots=True)
class Row:
    """A printed row: a heading, or cells adding up to twelve."""

    heading: str | None
    cells: tuple[Cell, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class TableWidths:
    """The widths of a table's columns in twelfths, adding up to twelve."""

    table: str
    spans: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class PrintLayout:
    """The printed page: one grid for the web, the PDF and the tab order."""

    paper: Literal["A4 portrait", "A4 landscape"]
    rows: tuple[Row, ...]
    tables: tuple[TableWidths, ...] = ()


@dataclass(frozen=True, slots=True)
class Companion:
    """A document that goes to accounting together with this one (§13(2)④⑤), known in `checks` as `alias`.

    It is the `parent` that this one was opened from, or a `child` that was opened from this one; where `when` (over
    this form's fields) does not hold it is not asked for.
    """

    alias: str
    form: str
    relation: Literal["parent", "child"]
    when: Expression | None
    place: Place


@dataclass(frozen=True, slots=True)
class Posting:
    """How accounting books the form: each entry line's side, account role and amount field, in order.

    `needs` are the documents it is posted with, `checks` the rules over the verified values of all of them. A document
    for which `when` does not hold is not accounting's to post. `compare` are the figures that an accountant sees side
    by side: for each word the columns, each a word and a name (`实退`, `received_qty`).
    """

    lines: tuple[tuple[Literal["debit", "credit"], str, str], ...]
    summary: str
    needs: tuple[Companion, ...] = ()
    checks: tuple[Check, ...] = ()
    when: Expression | None = None
    compare: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class FormSpec:
    """One form and version, addressed by the SHA-256 of its YAML bytes."""

    form: str
    version: int
    title: Label
    source: str
    number: str
    visible_to_customer: Literal["yes", "no", "never"]
    rounding: Literal["half_up", "half_even"]
    fields: tuple[Field, ...]
    checks: tuple[Check, ...]
    steps: tuple[Step, ...]
    copies: tuple[Copy, ...]
    layout: PrintLayout
    index: tuple[str, ...]
    retain: str
    posting: Posting | None
    sha256: str
    source_text: str
    number_at: str = ""
    opens_from: OpensFrom | None = None
    opens_every: OpensEvery | None = None
    follow_on: tuple[FollowOn, ...] = ()
    due: Due | None = None
    late: Late | None = None
    together: Together | None = None

    def field(self, field_id: str) -> Field:
        """Return the field with an id; KeyError if the spec has none."""
        for field in self.fields:
            if field.id == field_id:
                return field
        raise KeyError(field_id)

    def step(self, step_id: str) -> Step:
        """Return the step with an id; KeyError if the spec has none."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)

    def step_index(self, step_id: str) -> int:
        """Return a step's place in the route, from 0."""
        return self.steps.index(self.step(step_id))

    def boxes(self, name: str) -> tuple[Step, ...]:
        """List the steps whose boxes stand in the printed cell `sign.NAME`: one, or the members of a 会签."""
        return tuple(step for step in self.steps if name == (step.joint or step.id))
