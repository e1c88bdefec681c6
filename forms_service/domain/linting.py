"""Linting: what must hold between the parts of a form once each was read: who fills, what is printed, what is locked.

The rules look at the whole form, faulty parts included (they are stood in for), so that one reading tells all.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from forms_service.domain.entries import each_text, inside
from forms_service.domain.expression import Expression
from forms_service.domain.faults import Faults, fault, nearest
from forms_service.domain.given import CASE_DUE, PERIOD
from forms_service.domain.node import Node
from forms_service.domain.parsing_layout import GRID, SYSTEM_CELLS
from forms_service.domain.problem import Place, Problem
from forms_service.domain.spec import Cell, Field, FormSpec
from forms_service.domain.widgets import Widget, locked_names, widgets

SIGN = "sign."


def lint_form(spec: FormSpec, layout_place: Place, faults: Faults) -> None:
    """Note every fault between the parts of a form that has fields and steps."""
    _check_filled(spec, faults)
    _check_cycles(spec, faults)
    _check_locks(spec, faults)
    _check_names(spec, faults)
    _check_columns(spec, faults)
    _check_cells(spec, faults)
    _check_all_printed(spec, layout_place, faults)


def check_glyphs(node: Node, missing: Callable[[str], tuple[str, ...]], faults: Faults) -> None:
    """Note every character of the spec's texts that the embedded fonts cannot print, where it stands."""
    for scalar in each_text(node):
        for character in missing(scalar.text):
            faults.add(
                inside(scalar, scalar.text.index(character)),
                "no_glyph",
                f"字体里没有「{character}」(U+{ord(character):04X})，印不出来。请换一个字。",
                f"no font has a glyph for U+{ord(character):04X}",
            )


def check_published(spec: FormSpec, published: Mapping[tuple[str, int], str]) -> tuple[Problem, ...]:
    """Refuse a spec whose id and version are already published with other bytes (SHA-256 by id and version)."""
    known = published.get((spec.form, spec.version))
    if known is None or known == spec.sha256:
        return ()
    return (
        fault(
            _top(spec),
            "published_differs",
            f"「{spec.form}」第 {spec.version} 版已经发布，内容与这份不同。请把 version 改成 {spec.version + 1}。",
            f"{spec.form} version {spec.version} is already published with other bytes; raise the version",
        ),
    )


def check_distinct(specs: Iterable[FormSpec]) -> tuple[Problem, ...]:
    """Refuse two files that hold the same version of the same form."""
    first: dict[tuple[str, int], FormSpec] = {}
    problems: list[Problem] = []
    for spec in specs:
        other = first.setdefault((spec.form, spec.version), spec)
        if other is not spec:
            chinese = f"「{spec.form}」第 {spec.version} 版在 {_top(other).file} 里已经有了。请改 version 或删去一份。"
            english = f"{spec.form} version {spec.version} also stands in {_top(other).file}"
            problems.append(fault(_top(spec), "duplicate_form", chinese, english))
    return tuple(problems)


def _top(spec: FormSpec) -> Place:
    """Return the first line of a spec's file."""
    return Place(spec.fields[0].place.file, 1, 1)


def _check_filled(spec: FormSpec, faults: Faults) -> None:
    filled = {field_id for step in spec.steps for field_id in step.fills}
    for field in spec.fields:
        if field.calc is None and field.id not in filled:
            faults.add(
                field.place,
                "filled_by_nobody",
                f"「{field.id}」没有哪一步填。请写进一个步骤的 fills，或写 calc。",
                f"'{field.id}' is filled by no step",
            )


def _check_cycles(spec: FormSpec, faults: Faults) -> None:
    """Refuse calculations that feed themselves; a column is a name of its own, so a share of a total is no cycle."""
    formulas = dict(_formulas(spec))
    reads = {name: _cells_read(spec, name, formula) for name, formula in formulas.items()}
    for name, formula in formulas.items():
        path = _path_back(name, reads)
        if path is not None:
            faults.add(
                formula.place,
                "calculation_cycle",
                f"计算绕成了圈：{' → '.join(path)}。请断开一处。",
                f"calculation cycle: {' -> '.join(path)}",
            )


def _formulas(spec: FormSpec) -> Iterator[tuple[str, Expression]]:
    """Yield every calculation by the name of what it gives: `net`, `lines.amount`."""
    for field in spec.fields:
        if field.calc is not None:
            yield field.id, field.calc
        for column in field.columns:
            if column.calc is not None:
                yield f"{field.id}.{column.id}", column.calc


def _cells_read(spec: FormSpec, name: str, formula: Expression) -> frozenset[str]:
    """Name what a calculation reads; in a row, a bare name means the row's cell."""
    table, dot, _ = name.partition(".")
    columns = {column.id for field in spec.fields if dot and field.id == table for column in field.columns}
    return frozenset(f"{table}.{read}" if read in columns else read for read in formula.names or formula.roots)


def _path_back(start: str, reads: Mapping[str, frozenset[str]]) -> tuple[str, ...] | None:
    """Find the shortest way along what is read from a name back to itself."""
    paths: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    for path in paths:
        for name in sorted(reads.get(path[-1], frozenset())):
            if name == start:
                return (*path, start)
            if name not in seen:
                seen.add(name)
                paths.append((*path, name))
    return None


def _check_locks(spec: FormSpec, faults: Faults) -> None:
    """Hold that every printed field is in a step's lock and every step's signature locks something."""
    reads = {field.id: _formula_roots(field) for field in spec.fields}
    held = frozenset(field_id for step in spec.steps for field_id in step.fills) | given_roots(spec)
    for field in spec.fields:
        if field.calc is not None and not _reached(field.id, reads) & held and not _is_cyclic(field.id, reads):
            faults.add(
                field.place,
                "in_no_lock",
                f"「{field.id}」不由任何一步填的栏位、也不由原单的值算出，哪一个签章都锁不住它。",
                f"'{field.id}' is computed from nothing that is filled or given, so no signature locks it",
            )
    for step in spec.steps:
        if not locked_names(spec, step.id):
            faults.add(
                step.place,
                "locks_nothing",
                f"步骤「{step.id}」的签章什么也没有锁住。请给它 fills，或在 can 里写退回、驳回。",
                f"the signature of step '{step.id}' locks nothing",
            )


def given_roots(spec: FormSpec) -> frozenset[str]:
    """Name what a form's documents are given, as expressions name it before a dot."""
    alias = "" if spec.opens_from is None else spec.opens_from.alias
    together = "" if spec.together is None else spec.together.name
    found = (alias, together, PERIOD if spec.opens_every else "", CASE_DUE if spec.due else "")
    return frozenset(filter(None, found))


def _formula_roots(field: Field) -> frozenset[str]:
    """Name what a field's calculation reads, or the calculations of a table's columns."""
    formulas = (part.calc for part in (field, *field.columns))
    return frozenset(root for formula in formulas if formula is not None for root in formula.roots)


def _reached(start: str, reads: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Gather all names that a name reads, near and far."""
    found: set[str] = set()
    waiting = {start}
    while waiting:
        waiting = {name for reader in waiting for name in reads.get(reader, frozenset())} - found
        found |= waiting
    return frozenset(found)


def _is_cyclic(field_id: str, reads: Mapping[str, frozenset[str]]) -> bool:
    return field_id in _reached(field_id, reads)


def _check_names(spec: FormSpec, faults: Faults) -> None:
    """Refuse a PDF field name that is the start of another: old validators match locks by their start."""
    told: set[tuple[Place, Place]] = set()
    for shorter, longer in _prefix_pairs(widgets(spec)):
        places = (_place_of(spec, shorter), _place_of(spec, longer))
        if places in told:
            continue
        told.add(places)
        faults.add(
            places[0],
            "name_is_prefix",
            f"PDF 栏位名「{shorter.name}」是「{longer.name}」的开头，签章的锁会分不清。请改一个代号。",
            f"PDF field name '{shorter.name}' is the start of '{longer.name}'",
        )


def _prefix_pairs(every: Iterable[Widget]) -> Iterator[tuple[Widget, Widget]]:
    """Pair each name with those it begins; sorted, they follow it without a gap."""
    ordered = sorted(every, key=lambda widget: widget.name)
    for index, shorter in enumerate(ordered):
        for longer in ordered[index + 1 :]:
            if not longer.name.startswith(shorter.name):
                break
            yield shorter, longer


def _place_of(spec: FormSpec, widget: Widget) -> Place:
    """Return the place of the field, column or step that a PDF field belongs to."""
    for field in spec.fields:
        if field.id == widget.of:
            return next((column.place for column in field.columns if column.id == widget.column), field.place)
    step_id = widget.of.partition(".")[2]
    return next((step.place for step in spec.steps if step.id == step_id), spec.fields[0].place)


def _check_columns(spec: FormSpec, faults: Faults) -> None:
    """Refuse a column's expression that reads a name which is both a column of its row and a field of the form."""
    fields = {field.id for field in spec.fields}
    for table in spec.fields:
        doubtful = fields & {column.id for column in table.columns}
        for column in table.columns:
            for formula in (column.calc, column.minimum, column.maximum):
                for name in sorted(doubtful & formula.roots) if formula is not None else ():
                    faults.add(
                        formula.place if formula is not None else column.place,
                        "ambiguous_name",
                        f"「{name}」既是表格的栏，又是表格外的栏位，看不出指哪一个。请给其中一个改代号。",
                        f"'{name}' is both a column and a field",
                    )


def _check_cells(spec: FormSpec, faults: Faults) -> None:
    """Hold that cells name what there is, once each, and that a table has its row to itself."""
    known = _printable(spec)
    first: dict[str, Place] = {}
    for cell in (cell for row in spec.layout.rows for cell in row.cells):
        if cell.of not in known:
            _note_unknown_cell(cell, known, faults)
        elif cell.of in first:
            faults.add(
                cell.place,
                "printed_twice",
                f"「{cell.of}」在第 {first[cell.of].line} 行已经排过，一个栏位只排一次。",
                f"'{cell.of}' already stands on line {first[cell.of].line}",
            )
        first.setdefault(cell.of, cell.place)
        if _is_table(spec, cell.of) and cell.span not in (0, GRID):
            faults.add(
                cell.place,
                "table_not_full_width",
                f"表格「{cell.of}」要占满一行，宽度写 {GRID}。",
                f"table '{cell.of}' needs the full width of {GRID}",
            )


def _printable(spec: FormSpec) -> tuple[str, ...]:
    boxes = dict.fromkeys(SIGN + (step.joint or step.id) for step in spec.steps)
    return (*SYSTEM_CELLS, *(field.id for field in spec.fields), *boxes)


def _note_unknown_cell(cell: Cell, known: tuple[str, ...], faults: Faults) -> None:
    if cell.of.startswith(SIGN):
        steps = (name for name in known if name.startswith(SIGN))
        faults.add_unknown(cell.place, "unknown_step", ("签章格", "signature box"), cell.of, steps)
    else:
        faults.add_unknown(cell.place, "unknown_field", ("栏位", "field"), cell.of, known)


def _is_table(spec: FormSpec, name: str) -> bool:
    return any(field.id == name and field.kind == "table" for field in spec.fields)


def _check_all_printed(spec: FormSpec, layout_place: Place, faults: Faults) -> None:
    if not spec.layout.rows:
        return
    known = _printable(spec)
    cells = [cell.of for row in spec.layout.rows for cell in row.cells]
    printed = {name if name in known else nearest(name, known) for name in cells}
    places = {field.id: field.place for field in spec.fields}
    places |= {SIGN + (step.joint or step.id): step.place for step in spec.steps}
    for name in known:
        if name not in printed:
            faults.add(
                places.get(name, layout_place),
                "not_printed",
                f"版面(layout)里没有「{name}」。每个栏位和签章格都要排一次。",
                f"'{name}' does not stand in the layout",
            )
