"""Bringing: what a person typed into the PDF in some other program, read as data for their own step and nothing else.

Nothing of it is signed or stored here. It is shown beside what stands there; who confirms it finds it in the step's
draft, where it is checked and signed like anything typed there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from forms_service.domain.cells import cell_key
from forms_service.domain.people import Person
from forms_service.domain.routing import free_standings
from forms_service.domain.spec import Field, FormSpec, Step
from forms_service.domain.widgets import Widget, opinion_name, widgets
from forms_service.pdf.brought import BroughtFile
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading

Printed = Mapping[str, str | bool]


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell of the step in which the file says something else: its label, what stands there, what the file says."""

    label: str
    now: str
    brought: str


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file was filled with. `raw` and `opinion` are as in a submission; `ignored` are labels, not taken."""

    step: str
    raw: Mapping[str, str]
    opinion: str
    differences: tuple[Difference, ...]
    ignored: tuple[str, ...]


def bring(office: Office, person: Person, reading: Reading, file: BroughtFile) -> Brought | None:
    """Read what a file says for the step at hand; None where that is not the person's. `reading` is at their desk."""
    step = reading.step
    if step is None or reading.claim is None:
        return None
    if not free_standings(reading.claim.standings(person.id), step, reading.document):
        return None
    there = office.printery.read(reading.document.head, lambda: office.blobs.get(reading.document.head))
    own = {widget.name for widget in _own_cells(reading.spec, step)}
    known = {widget.name: widget for widget in widgets(reading.spec)}
    told = {name: value for name, value in file.printed.items() if name in own}
    return Brought(
        step=step.id,
        raw=dict(_typed(reading.spec, step, told)),
        opinion=str(told.get(opinion_name(reading.spec, step), "")) if step.decides else "",
        differences=tuple(_differences(known, there, told)),
        ignored=tuple(_ignored(known, there, {n: v for n, v in file.printed.items() if n not in own})),
    )


def _own_cells(spec: FormSpec, step: Step) -> Iterator[Widget]:
    """Yield the cells that a step's signer may type into: no calculated one, no decision, no attachment."""
    for widget in widgets(spec):
        if widget.of == f"opinion.{step.id}" or (widget.of in step.fills and _is_typed(spec.field(widget.of), widget)):
            yield widget


def _is_typed(field: Field, widget: Widget) -> bool:
    column = next((c for c in field.columns if c.id == widget.column), None) if widget.column else field
    return column is not None and column.calc is None and column.kind != "attachment"


def _typed(spec: FormSpec, step: Step, told: Printed) -> Iterator[tuple[str, str]]:
    """Write what a file says as the keys and texts that a page would send."""
    for widget in _own_cells(spec, step):
        value = told.get(widget.name)
        if widget.of not in step.fills or value is None:
            continue
        if widget.option is not None:
            if value is True:
                yield widget.of, widget.option
        elif widget.row is not None:
            yield cell_key(widget.of, widget.row, str(widget.column)), str(value)
        else:
            yield widget.of, str(value)


def _differences(known: Mapping[str, Widget], there: Printed, told: Printed) -> Iterator[Difference]:
    for name, value in told.items():
        if value != there.get(name):
            yield Difference(known[name].label, _words(there.get(name, "")), _words(value))


def _ignored(known: Mapping[str, Widget], there: Printed, told: Printed) -> Iterator[str]:
    """Name what a file says otherwise outside the step's own cells, each field once."""
    changed = [name for name, value in told.items() if value != there.get(name, "")]
    yield from dict.fromkeys(known[name].label if name in known else name for name in changed)


def _words(value: str | bool) -> str:
    if isinstance(value, bool):
        return "勾选" if value else "未勾选"
    return value
