"""The shelf: the folders of YAML that the house is run by, read from disk into an organisation and its forms.

org, problems = load_organisation(Path("form_specs/organisations/demo"))
specs, problems = load_specs(Path("form_specs"), org)
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from forms_service.domain.faults import Faults, fault
from forms_service.domain.linting import check_distinct, check_published
from forms_service.domain.linting_around import lint_around
from forms_service.domain.outlines import NO_OTHERS, Others, newest, outline_form
from forms_service.domain.parsing import parse_spec
from forms_service.domain.people import Organisation
from forms_service.domain.problem import Place, Problem
from forms_service.domain.spec import FormSpec
from forms_service.store.organisations import load_organisation
from forms_service.store.yaml_text import read_document

__all__ = [
    "lint_file",
    "lint_folder",
    "lint_text",
    "load_organisation",
    "load_specs",
    "outline_folder",
    "read_document",
]

Missing = Callable[[str], tuple[str, ...]]
Published = Mapping[tuple[str, int], str]


def load_specs(
    folder: Path, org: Organisation, missing: Missing | None = None
) -> tuple[tuple[FormSpec, ...], tuple[Problem, ...]]:
    """Read every form of a folder (not of its subfolders), in the order of the file names."""
    return lint_folder(folder, org, MappingProxyType({}), missing)


def lint_folder(
    folder: Path, org: Organisation, published: Published, missing: Missing | None = None
) -> tuple[tuple[FormSpec, ...], tuple[Problem, ...]]:
    """Lint every form of a folder; the forms without a fault come back beside the problems of the others."""
    paths, others = sorted(folder.glob("*.yaml")), outline_folder(folder)
    read = [lint_text(path.read_bytes(), path.as_posix(), org, published, missing, others=others) for path in paths]
    specs = tuple(spec for spec, _ in read if spec is not None)
    return specs, (*(problem for _, problems in read for problem in problems), *check_distinct(specs))


def outline_folder(folder: Path) -> Others:
    """Outline the newest version of every form of a folder, faulty ones too, as far as they can be read."""
    nodes = (read_document(path.read_bytes(), path.as_posix())[0] for path in sorted(folder.glob("*.yaml")))
    outlines = (outline_form(node) for node in nodes if node is not None)
    return newest(outline for outline in outlines if outline is not None)


def lint_file(
    path: Path, org: Organisation, published: Published, missing: Missing | None = None
) -> tuple[FormSpec | None, tuple[Problem, ...]]:
    """Lint one form: its YAML, its meaning, its glyphs (by `missing`) and that it is not published otherwise.

    The forms that it may name are those of its folder.
    """
    if not path.is_file():
        place = Place(path.as_posix(), 1, 1)
        return None, (fault(place, "missing_file", "没有这个文件，请检查路径。", "there is no such file"),)
    others = outline_folder(path.parent)
    return lint_text(path.read_bytes(), path.as_posix(), org, published, missing, others=others)


def lint_text(
    text: bytes,
    file: str,
    org: Organisation,
    published: Published,
    missing: Missing | None = None,
    *,
    others: Others = NO_OTHERS,
) -> tuple[FormSpec | None, tuple[Problem, ...]]:
    """Lint one form from its bytes; `file` names it in the problems, which come in the order of its lines.

    `others` are all the forms beside it: to name any other is a fault.
    """
    faults = Faults()
    node, found = read_document(text, file)
    faults.extend(found)
    if node is None:
        return None, faults.in_order()
    spec, found = parse_spec(node, text.decode("utf-8"), org, missing, others=others)
    faults.extend(found)
    if spec is not None:
        faults.extend(check_published(spec, published))
        faults.extend(lint_around(spec, org, others, complete=True))
    return (None if faults.any_error else spec), faults.in_order()
