"""Registers on the shelf: the files of `form_specs/registers`, read and held against the forms beside them."""

from pathlib import Path

from forms_service.domain.faults import Faults, fault
from forms_service.domain.problem import Place, Problem
from forms_service.domain.registers import Register, check_register, parse_register
from forms_service.store.shelf import outline_folder
from forms_service.store.yaml_text import read_document

FOLDER = "registers"


def load_registers(folder: Path) -> tuple[tuple[Register, ...], tuple[Problem, ...]]:
    """Read every register of a folder, in the order of the file names; the faulty ones come back as problems."""
    read = [_read(path) for path in sorted(folder.glob("*.yaml"))]
    registers = tuple(register for register, _ in read if register is not None)
    return registers, (*(problem for _, problems in read for problem in problems), *_check_distinct(registers))


def lint_registers(folder: Path) -> tuple[Problem, ...]:
    """Lint every register of a folder against the forms of the folder above it."""
    registers, problems = load_registers(folder)
    others = outline_folder(folder.parent) if registers else {}
    return (*problems, *(p for register in registers for p in check_register(register, others.get(register.form))))


def lint_register(path: Path) -> tuple[Register | None, tuple[Problem, ...]]:
    """Lint one register against the forms of the folder above its own."""
    register, problems = _read(path)
    if register is None:
        return None, problems
    found = check_register(register, outline_folder(path.parent.parent).get(register.form))
    return (None if found else register), (*problems, *found)


def _read(path: Path) -> tuple[Register | None, tuple[Problem, ...]]:
    if not path.is_file():
        place = Place(path.as_posix(), 1, 1)
        return None, (fault(place, "missing_file", "没有这个文件，请检查路径。", "there is no such file"),)
    faults = Faults()
    node, found = read_document(path.read_bytes(), path.as_posix())
    faults.extend(found)
    register = parse_register(node, faults) if node is not None else None
    return (None if faults.any_error else register), faults.in_order()


def _check_distinct(registers: tuple[Register, ...]) -> tuple[Problem, ...]:
    faults, seen = Faults(), dict[str, Place]()
    for register in registers:
        first = seen.setdefault(register.id, register.place)
        if first != register.place:
            message = f"登记册代号「{register.id}」在 {first} 已有，请改名。"
            faults.add(register.place, "duplicate_register", message, f"register '{register.id}' stands at {first}")
    return faults.in_order()
