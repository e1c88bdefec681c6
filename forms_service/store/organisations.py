"""Organisations: the folder of a firm and the policies beside it, read as bytes first and then as an organisation.

    files = read_files(Path("form_specs/organisations/demo"))
    org, problems = parse_files(files)

The bytes are what the general manager signs (`domain.snapshot`); names are `people.yaml`, `policies/tax.yaml`, and
`trust/customers.pem` for whom the firm trusts besides itself, which is kept here and read by `workflow.trusting`.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from forms_service.domain.errors import BadConfiguration
from forms_service.domain.node import Node
from forms_service.domain.organisation import OPTIONAL_SUBJECTS, SUBJECTS, PolicyFile, read_organisation
from forms_service.domain.people import Organisation
from forms_service.domain.problem import Problem
from forms_service.domain.snapshot import Files
from forms_service.durable import make_folder, write_over
from forms_service.store.yaml_text import read_document

POLICIES = "policies/"
TRUST = "trust/"
_TRUST_NAME = re.compile(r"trust/[A-Za-z0-9_-]+\.pem")


@dataclass(frozen=True, slots=True)
class Reading:
    """An organisation as far as it could be read, and what is amiss; it is whole when there is no error."""

    organisation: Organisation
    problems: tuple[Problem, ...]

    @property
    def whole(self) -> bool:
        """Say whether nothing was left out."""
        return not any(problem.level == "error" for problem in self.problems)


def load_organisation(folder: Path, policies: Path | None = None) -> tuple[Organisation | None, tuple[Problem, ...]]:
    """Read an organisation's folder, with the policies beside it (`../../policies` unless named)."""
    beside = policies or policies_beside(folder)
    reading = parse_files(read_files(folder, beside), folder.as_posix(), beside.as_posix())
    return (reading.organisation if reading.whole else None), reading.problems


def policies_beside(folder: Path) -> Path:
    """Return the folder of the policies that hold for an organisation's folder."""
    return folder.parent.parent / "policies"


def read_files(folder: Path, policies: Path | None = None) -> Files:
    """Return the bytes of all files that make an organisation, by name; files of other names count for nothing."""
    subjects = (folder / f"{subject}.yaml" for subject in (*SUBJECTS, *OPTIONAL_SUBJECTS))
    own = {path.name: path.read_bytes() for path in subjects if path.is_file()}
    trusted = {TRUST + path.name: path.read_bytes() for path in sorted((folder / TRUST).glob("*.pem"))}
    beside = sorted((policies or policies_beside(folder)).glob("*.yaml"))
    return {**own, **trusted, **{POLICIES + path.name: path.read_bytes() for path in beside}}


def keep_file(folder: Path, name: str, data: bytes | None) -> None:
    """Write a trust file of an organisation's folder anew, or with None take it away; others are not touched here.

    Raises BadConfiguration where the folder cannot be written.
    """
    if _TRUST_NAME.fullmatch(name) is None:
        raise RuntimeError(f"{name!r} is no trust file")
    try:
        if data is None:
            (folder / name).unlink(missing_ok=True)
        else:
            make_folder(folder / TRUST)
            write_over(folder / name, data)
    except OSError as error:
        raise BadConfiguration(f"{folder / name} 写不进去：{error.strerror}。请管理员让程序能写这个文件夹。") from error


def parse_files(files: Files, folder: str = "", policies: str = "policies") -> Reading:
    """Read an organisation from its files' bytes; the folders' names stand before the files' names in problems."""
    problems: list[Problem] = []
    written = {name: data for name, data in files.items() if not name.startswith(TRUST)}
    nodes = {name: _read_node(data, _place(name, folder, policies), problems) for name, data in written.items()}
    found = {name: node for name, node in nodes.items() if node is not None}
    org, more = read_organisation(_subjects(found), _policies(found, files), folder or ".")
    return Reading(org, (*problems, *more))


def _subjects(nodes: Mapping[str, Node]) -> Mapping[str, Node]:
    return {name.removesuffix(".yaml"): node for name, node in nodes.items() if not name.startswith(POLICIES)}


def _policies(nodes: Mapping[str, Node], files: Files) -> list[PolicyFile]:
    found = ((node, files[name]) for name, node in nodes.items() if name.startswith(POLICIES))
    return [PolicyFile(node, hashlib.sha256(data).hexdigest()) for node, data in found]


def _place(name: str, folder: str, policies: str) -> str:
    parent, own = (policies, name.removeprefix(POLICIES)) if name.startswith(POLICIES) else (folder, name)
    return f"{parent}/{own}" if parent else own


def _read_node(data: bytes, file: str, problems: list[Problem]) -> Node | None:
    node, found = read_document(data, file)
    problems.extend(found)
    return node
