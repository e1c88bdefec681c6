"""Comparing: what a proposal changes against what is in force, for the eyes of the one who signs it."""

from collections.abc import Iterator
from dataclasses import dataclass

from forms_service.domain.changes import Change, Nodes, compare
from forms_service.domain.diffing import Change as FormChange
from forms_service.domain.diffing import diff
from forms_service.domain.errors import NotFound, ProblemsFound
from forms_service.domain.problem import Problem
from forms_service.domain.snapshot import Files
from forms_service.store.organisations import TRUST
from forms_service.store.yaml_text import read_document
from forms_service.workflow.bringing_into_force import Proposal, waiting
from forms_service.workflow.checking_configuration import check_standing
from forms_service.workflow.entrusting import Entrusted, entries_of
from forms_service.workflow.office import Office

TRUSTED = "trust"
"""How the files that say whom the firm trusts are named among the changes: all of them together."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A proposal beside what is in force: `values` of an organisation, `form` of a form. `first` has nothing before it.

    `problems` bar its signing; `warnings` do not.
    """

    proposal: Proposal
    first: bool
    values: tuple[Change, ...] = ()
    form: tuple[FormChange, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def compare_proposal(office: Office, sha256: str) -> Comparison:
    """Compare what waits under a digest with what is in force. Raises NotFound for what does not wait."""
    proposal = next((each for each in waiting(office) if each.sha256 == sha256), None)
    if proposal is None:
        raise NotFound(f"摘要为 {sha256[:12]}… 的内容不在等签定：已经签定，或那之后又改过。请从设置页重新打开。")
    return _compare_organisation(office, proposal) if proposal.kind == "organisation" else _of_form(office, proposal)


def _compare_organisation(office: Office, proposal: Proposal) -> Comparison:
    approval, draft = office.rulebook.organisation_approval(), office.rulebook.draft()
    before = office.rulebook.files_of(approval.sha256) if approval is not None else {}
    errors = tuple(problem for problem in draft.reading.problems if problem.level == "error")
    lost = tuple(p for p in check_standing(office) if p.code != "not_in_force") if not errors else ()
    return Comparison(
        proposal,
        first=approval is None,
        values=(*compare(_nodes(before), _nodes(draft.files)), *_trusted_changes(before, draft.files)),
        problems=errors,
        warnings=lost,
    )


def _of_form(office: Office, proposal: Proposal) -> Comparison:
    before = next((a for a in office.rulebook.forms() if a.form == proposal.form), None)
    try:
        new = office.printery.form(proposal.sha256).spec
    except ProblemsFound as found:
        return Comparison(proposal, first=before is None, problems=found.problems)
    old = office.printery.form(before.sha256).spec if before is not None else None
    return Comparison(proposal, first=old is None, form=diff(old, new) if old is not None else ())


def _trusted_changes(before: Files, after: Files) -> Iterator[Change]:
    """List whom the firm is to trust and no longer to trust: each certificate with whose it is, and for how long."""
    old, new = entries_of(before), entries_of(after)
    yield from (Change(TRUSTED, _trust_path(one), _trust_words(one), None) for one in old if one not in new)
    yield from (Change(TRUSTED, _trust_path(one), None, _trust_words(one)) for one in new if one not in old)


def _trust_path(one: Entrusted) -> tuple[str, ...]:
    return tuple(filter(None, (one.kind, one.whom)))


def _trust_words(one: Entrusted) -> str:
    term = " 到 ".join(f"{at:%Y-%m-%d}" for at in (one.since, one.until) if at is not None)
    return f"{one.subject}，{term}，SHA-256 {one.sha256}"


def _nodes(files: Files) -> Nodes:
    read = {name: read_document(data, name)[0] for name, data in files.items() if not name.startswith(TRUST)}
    return {name: node for name, node in read.items() if node is not None}
