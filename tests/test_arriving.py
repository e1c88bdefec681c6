"""What arrives from outside is read apart: no room of the house calls a reader of foreign bytes itself.

A reader may be handed to a judging process by its name. Each call that is made here after all is listed with the reason
why the bytes are the house's own; a new one is a failing test.
"""

import ast
from collections.abc import Iterator

import pytest

from forms_service.settings import ROOT

HOUSE = ROOT / "forms_service"
ROOMS = ("web", "workflow", "cli", "proof", "store", "archive", "accounting", "notices")
READERS = frozenset(
    {
        *("read_brought", "added_signatures", "read_proof", "unpack", "unpack_apart", "judge_revision", "verify"),
        *("read_printed", "read_record", "read_spec_source", "page_count", "page_png", "open_writer"),
        *("History", "read_container", "view_form", "find_signatures"),
    }
)
LIBRARIES = frozenset(
    {
        *("forms_service.pdf", "forms_service.signing"),
        *("pypdf", "pikepdf", "pypdfium2", "pyhanko", "pyhanko_certvalidator", "asn1crypto", "PIL"),
    }
)
OWN_BYTES = {
    ("archive/checkpoints.py", "verify"): "another one of this name, over the ledger's head",
    ("workflow/auditing.py", "verify"): "a copy just sealed here; one that holds a foreign signature is judged apart",
    ("workflow/judging.py", "judge_revision"): "a revision just signed here",
    ("workflow/issuing.py", "open_writer"): "a blank that was just rendered here",
    ("workflow/moving.py", "read_record"): "a document's present bytes: made here, or judged apart when they came in",
    ("workflow/revising.py", "open_writer"): "as above",
    ("workflow/handing_out.py", "open_writer"): "as above",
    ("workflow/distributing.py", "open_writer"): "as above",
    ("workflow/printery.py", "read_printed"): "as above",
    ("workflow/bringing.py", "read_brought"): "as above",
    ("workflow/turning_away.py", "read_brought"): "a file that was prepared here for somebody to sign",
    ("web/views/documents.py", "page_count"): "as above: a document's present bytes",
    ("web/views/customer.py", "page_count"): "as above",
    ("web/step_page.py", "page_count"): "as above",
    ("web/desk.py", "page_count"): "as above",
    ("workflow/distributing.py", "page_count"): "a copy known by the digest that it was sealed with",
}


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for room in ROOMS:
        for path in sorted((HOUSE / room).rglob("*.py")):
            yield path.relative_to(HOUSE).as_posix(), ast.parse(path.read_text("utf-8"))


def _called(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole = node.module in ("forms_service.pdf", "forms_service.signing")  # a reader would be called behind it
            yield node.module if whole else node.module.partition(".")[0]


def test_no_room_reads_foreign_bytes_itself() -> None:
    calls = {(file, name) for file, tree in _modules() for name in _called(tree) if name in READERS}
    assert calls == OWN_BYTES.keys()


def test_no_room_imports_a_library_that_reads_files_or_a_whole_room_of_readers() -> None:
    assert [(file, name) for file, tree in _modules() for name in _imported(tree) if name in LIBRARIES] == []


@pytest.mark.parametrize("name", sorted(READERS))
def test_every_reader_on_the_list_exists(name: str) -> None:
    sources = [path.read_text("utf-8") for room in ("pdf", "signing") for path in sorted((HOUSE / room).glob("*.py"))]
    assert any(f"def {name}(" in source or f"class {name}:" in source for source in sources)
