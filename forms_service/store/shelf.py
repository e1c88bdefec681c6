"""The shelf: the folders of YAML that the house is run by, read from disk into an organisation and its forms.

org, problems = load_organisation(Path("form_specs/organisations/demo"))
specs, problems = load_specs(Path("form_specs"), org)
"""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from forms_service.domain.faults import Faults, fault
from forms_service.domain.linting import check_distinct, check_published
from forms_service.domain.node import Node
from forms_service.domain.organisation import OPTIONAL_SUBJECTS, SUBJECTS, PolicyFile, parse_organisation
from forms_service.domain.parsing import parse_spec
from forms_service.domain.people import Organisation
from forms_service.domain.problem import Place, Problem
from forms_service.domain.spec import FormSpec
from forms_service.store.yaml_text import read_document

__all__ = ["lint_file", "lint_folder", "lint_text", "load_organisation", "load_specs", "read_document"]

Missing = Callable[[str], tuple[str, ...]]
Published = Mapping[tuple[str, int], str]


def load_organisation(folder: Path, policies: Path | None = None) -> tuple[Organisation | None, tuple[Problem, ...]]:
    """Read an organisation's folder, with the policies beside it (`../../policies` unless named)."""
    problems: list[Problem] = []
    nodes: dict[str, Node] = {}
    for subject in (*SUBJECTS, *OPTIONAL_SUBJECTS):
        path = folder / f"{subject}.yaml"
        if path.exists() and (node := _read_node(path, problems)[0]) is not None:
            nodes[subject] = node
    policy_files: list[PolicyFile] = []
    for path in sorted((policies or folder.parent.parent / "policies").glob("*.yaml")):
        node, text = _read_node(path, problems)
        if node is not None:
            policy_files.append(PolicyFile(node, hashlib.sha256(text).hexdigest()))
    org, found = parse_organisation(nodes, policy_files, folder.as_posix())
    return (None if problems else org), (*problems, *found)


def load_specs(
    folder: Path, org: Organisation, missing: Missing | None = None
) -> tuple[tuple[FormSpec, ...], tuple[Problem, ...]]:
    """Read every form of a folder (not of its subfolders), in the order of the file names."""
    return lint_folder(folder, org, MappingProxyType({}), missing)


def lint_folder(
    folder: Path, org: Organisation, published: Published, missing: Missing | None = None
) -> tuple[tuple[FormSpec, ...], tuple[Problem, ...]]:
    """Lint every form of a folder; the forms without a fault come back beside the problems of the others."""
    read = [lint_file(path, org, published, missing) for path in sorted(folder.glob("*.yaml"))]
    specs = tuple(spec for spec, _ in read if spec is not None)
    return specs, (*(problem for _, problems in read for problem in problems), *check_distinct(specs))


def lint_file(
    path: Path, org: Organisation, published: Published, missing: Missing | None = None
) -> tuple[FormSpec | None, tuple[Problem, ...]]:
    """Lint one form: its YAML, its meaning, its glyphs (by `missing`) and that it is not published otherwise."""
    if not path.is_file():
        place = Place(path.as_posix(), 1, 1)
        return None, (fault(place, "missing_file", "没有这个文件，请检查路径。", "there is no such file"),)
    return lint_text(path.read_bytes(), path.as_posix(), org, published, missing)


def lint_text(
    text: bytes, file: str, org: Organisation, published: Published, missing: Missing | None = None
) -> tuple[FormSpec | None, tuple[Problem, ...]]:
    """Lint one form from its bytes; `file` names it in the problems, which come in the order of its lines."""
    faults = Faults()
    node, found = read_document(text, file)
    faults.extend(found)
    if node is None:
        return None, faults.in_order()
    spec, found = parse_spec(node, text.decode("utf-8"), org, missing)
    faults.extend(found)
    if spec is not None:
        faults.extend(check_published(spec, published))
    return (None if faults.any_error else spec), faults.in_order()


def _read_node(path: Path, problems: list[Problem]) -> tuple[Node | None, bytes]:
    text = path.read_bytes()
    node, found = read_document(text, path.as_posix())
    problems.extend(found)
    return node, text
