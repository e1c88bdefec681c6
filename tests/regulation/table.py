"""The table of duties in docs/regulation.md, and the tests that carry a clause's number.

`python -m tests.regulation.table` writes the tests' names into the table anew.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TABLE = ROOT / "docs" / "regulation.md"
REASON = "理由："


@dataclass(frozen=True)
class Duty:
    """One row: its number, its clause, what is due, where it lives, and its tests or the reason why there is none."""

    number: int
    clause: str
    words: str
    where: str
    shown_by: str

    @property
    def is_human_only(self) -> bool:
        return self.shown_by.startswith(REASON) and len(self.shown_by) > len(REASON)


def duties() -> tuple[Duty, ...]:
    """Read the rows of the table, in order."""
    lines = TABLE.read_text().splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return tuple(Duty(int(row[0]), *row[1:]) for row in rows if row[0].isdecimal())


def marked_tests() -> Mapping[str, tuple[str, ...]]:
    """Find every test that carries `@pytest.mark.regulation(clause, ...)`: names by clause, sorted."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name, clause in _marks(ast.parse(path.read_text())):
            found[clause].add(name)
    return {clause: tuple(sorted(names)) for clause, names in found.items()}


def _marks(module: ast.Module) -> Iterator[tuple[str, str]]:
    tests = (n for n in module.body if isinstance(n, ast.FunctionDef) and n.name.startswith("test_"))
    for test in tests:
        for decorator in test.decorator_list:
            yield from ((test.name, clause) for clause in _clauses(decorator))


def _clauses(decorator: ast.expr) -> Iterator[str]:
    for node in ast.walk(decorator):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "regulation":
            yield from (str(a.value) for a in node.args if isinstance(a, ast.Constant))


def written() -> str:
    """Write the page with the tests' names as the marks give them; reasons stay."""
    tests = marked_tests()
    lines = []
    known = {str(duty.number): duty for duty in duties()}
    for line in TABLE.read_text().splitlines():
        duty = known.get(line.strip("|").split("|")[0].strip()) if line.startswith("| ") else None
        if duty is None or duty.is_human_only:
            lines.append(line)
            continue
        names = "<br>".join(f"`{name}`" for name in tests.get(duty.clause, ()))
        lines.append(f"| {duty.number} | {duty.clause} | {duty.words} | {duty.where} | {names} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TABLE.write_text(written())
