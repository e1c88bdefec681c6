"""Bringing: what a person typed into the PDF in some other program, read as data for their own step and nothing else.

Nothing of it is signed or stored here. It is shown beside what stands there; who confirms it finds it in the step's
draft, where it is checked and signed like anything typed there. What the file leaves as it stands says nothing: it
never blanks a draft.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from forms_service.domain.cells import cell_key
from forms_service.domain.document import Document
from forms_service.domain.people import Person
from forms_service.domain.routing import free_standings
from forms_service.domain.spec import Field, FormSpec, Step
from forms_service.domain.widgets import Widget, options_of, widgets
from forms_service.pdf.brought import BroughtFile, read_brought
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading

Printed = Mapping[str, str | bool]
_OPINION = ""  # the key of the opinion, which is no field of the form


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell of the step in which the file says something else: its label, what stands there, what the file says.

    `left_out` says why that cannot be carried over, "" where it is; `key` is that of `Brought.raw`, "" the opinion's.
    """

    key: str
    label: str
    now: str
    brought: str
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file was filled with. `raw` and `opinion` are as in a submission, of the cells that differ alone.

    `ignored` are labels, not taken; `signed` says that it bears a signature, too, which counts for nothing.
    """

    step: str
    raw: Mapping[str, str]
    opinion: str
    differences: tuple[Difference, ...]
    ignored: tuple[str, ...]
    signed: bool


def bring(office: Office, person: Person, reading: Reading, file: BroughtFile) -> Brought | None:
    """Read what a file says for the step at hand; None where that is not the person's. `reading` is at their desk."""
    step = reading.step
    if step is None or reading.claim is None:
        return None
    if not free_standings(reading.claim.standings(person.id), step, reading.document):
        return None
    there, prepared = _printed(office, reading.document.head), _prepared(office, person, reading.document)
    cells = tuple(_own_cells(reading.spec, step))
    own = {widget.name for cell in cells for widget in cell.widgets}
    told = {cell.key: cell.raw(file.printed) for cell in cells}
    differences = tuple(_differences(cells, there, file.printed))
    carried = [difference.key for difference in differences if not difference.left_out]
    return Brought(
        step=step.id,
        raw={key: told[key] for key in carried if key != _OPINION},
        opinion=told[_OPINION] if _OPINION in carried else "",
        differences=differences,
        ignored=tuple(
            _ignored(reading.spec, (there, *prepared), {n: v for n, v in file.printed.items() if n not in own})
        ),
        signed=bears_signature(office, reading.document, file),
    )


def bears_signature(office: Office, document: Document, file: BroughtFile) -> bool:
    """Say whether a box is signed in a file that is not in the document, whatever that signature is worth."""
    return not file.signed <= read_brought(office.blobs.get(document.head)).signed


@dataclass(frozen=True, slots=True)
class _Cell:
    """What a step's signer answers in one place: a text, or the boxes of one choice. `field` is None for an opinion."""

    key: str
    label: str
    field: Field | None
    widgets: tuple[Widget, ...]

    def options(self) -> Mapping[str, str]:
        """Name the answers of a choice by their ids; none for what is typed freely."""
        return dict(options_of(self.field)) if self.field and self.field.kind in ("choice", "yesno") else {}

    def answers(self, printed: Printed) -> tuple[str, ...]:
        """List what stands there: the ids of the ticked boxes, or the text, an option's words as its id."""
        if self.widgets[0].option is not None:
            return tuple(str(widget.option) for widget in self.widgets if printed.get(widget.name) is True)
        text = str(printed.get(self.widgets[0].name, "")).strip()
        by_words = {words: option for option, words in self.options().items()}
        return (by_words.get(text, text),) if text else ()

    def raw(self, printed: Printed) -> str:
        """Write what stands there as a page would send it."""
        return "".join(self.answers(printed)[:1])

    def words(self, printed: Printed) -> str:
        """Write what stands there for people."""
        options = self.options()
        return "、".join(options.get(answer, answer) for answer in self.answers(printed))

    def fault(self, printed: Printed) -> str:
        """Say why an answer is none that the cell can take."""
        found, options = self.answers(printed), self.options()
        if len(found) > 1:
            return f"勾了 {len(found)} 格，只能选一格"
        if options and any(answer not in options for answer in found):
            return f"不是这一栏的选项，可选的是：{'、'.join(options.values())}"
        return ""


def _own_cells(spec: FormSpec, step: Step) -> Iterator[_Cell]:
    """Yield the cells that a step's signer may type into: no calculated one, no decision, no attachment."""
    boxes: dict[str, list[Widget]] = {}
    for widget in widgets(spec):
        if widget.of in step.fills and _is_typed(_field_of(spec, widget)):
            boxes.setdefault(_key(widget), []).append(widget)
    for key, found in boxes.items():
        field = _field_of(spec, found[0])
        yield _Cell(key, field.label.zh_hans if found[0].row is None else found[0].label, field, tuple(found))
    yield from (_Cell(_OPINION, w.label, None, (w,)) for w in widgets(spec) if w.of == f"opinion.{step.id}")


def _key(widget: Widget) -> str:
    return widget.of if widget.row is None else cell_key(widget.of, widget.row, str(widget.column))


def _field_of(spec: FormSpec, widget: Widget) -> Field:
    """Return the field, or the table's column, that a widget shows."""
    field = spec.field(widget.of)
    return next((column for column in field.columns if column.id == widget.column), field)


def _is_typed(field: Field) -> bool:
    return field.calc is None and field.kind != "attachment"


def _differences(cells: tuple[_Cell, ...], there: Printed, printed: Printed) -> Iterator[Difference]:
    """Tell the cells in which a file says something else; one that it does not hold says nothing."""
    for cell in cells:
        held = all(widget.name in printed for widget in cell.widgets)
        if held and cell.answers(printed) != cell.answers(there):
            yield Difference(cell.key, cell.label, cell.words(there), cell.words(printed), cell.fault(printed))


def _ignored(spec: FormSpec, known: tuple[Printed, ...], told: Printed) -> Iterator[str]:
    """Name what a file says outside the step's own cells that none of our files says, each field once."""
    labels = {widget.name: widget.label for widget in widgets(spec)}
    changed = [name for name, value in told.items() if all(value != ours.get(name, "") for ours in known)]
    yield from dict.fromkeys(labels.get(name, name) for name in changed)


def _prepared(office: Office, person: Person, document: Document) -> tuple[Printed, ...]:
    """Read what stands in the files that were prepared for a person to sign, on the document as it is."""
    with office.database.read() as tx:
        handouts = tx.handouts.of(document.id)
    mine = (h.sha256 for h in handouts if (h.person, h.base) == (person.id, document.head))
    return tuple(_printed(office, sha256) for sha256 in mine)


def _printed(office: Office, sha256: str) -> Printed:
    return office.printery.read(sha256, lambda: office.blobs.get(sha256))
