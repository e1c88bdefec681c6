"""Commands about the configuration: check it, let the general manager sign it."""

import argparse
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from forms_service.cli.command import JSON, OK, REFUSED, Argument, Command, ask_secret, require_person, tell
from forms_service.domain.assumptions import MEANINGS, Assumption
from forms_service.domain.diffing import SORTS
from forms_service.domain.errors import NotFound
from forms_service.domain.problem import Problem
from forms_service.pdf.fonts import load_fonts
from forms_service.settings import Settings
from forms_service.wiring import has_office, open_office, organisation_folder, published_versions, real_surroundings
from forms_service.workflow.bringing_into_force import Proposal, approve, waiting
from forms_service.workflow.checking_configuration import Around, check_shelf, check_standing
from forms_service.workflow.comparing import Comparison, compare_proposal
from forms_service.workflow.keying import unlock_key

ALL = "all"
SHORTEST_DIGEST = 8


def check(args: argparse.Namespace, settings: Settings) -> int:
    """List every fault and every unconfirmed assumption of the configuration; exit 1 when there is a fault."""
    own = replace(settings, organisation=args.organisation or settings.organisation, specs=_from_here(settings.specs))
    folder, now = organisation_folder(own), real_surroundings().now()
    if not folder.is_dir():
        raise argparse.ArgumentTypeError(f"没有「{folder}」这个公司资料夹，请核对代号")
    around = Around(now, published_versions(own), load_fonts(own.fonts).missing, bool(own.mail_password))
    found = check_shelf(folder, own.specs, around)
    is_ours = own.organisation == settings.organisation and has_office(own)
    standing = check_standing(open_office(own)) if is_ours and not found.faulty else ()
    problems = (*found.problems, *standing)
    if args.json:
        print(json.dumps(_as_json(problems, found.assumptions), ensure_ascii=False, indent=2))
    else:
        _print_findings(problems, found.assumptions)
    faults = sum(problem.level == "error" for problem in problems)
    tell(f"{faults} 处错误，{len(problems) - faults} 处提醒，{len(found.assumptions)} 项假设未经确认。")
    return REFUSED if faults else OK


def approve_what_waits(args: argparse.Namespace, settings: Settings) -> int:
    """List what waits for the general manager or, with digests (or `all`), sign it; the PIN is asked or read."""
    office = open_office(settings)
    proposals = waiting(office)
    if not args.what:
        for proposal in proposals:
            _print_proposal(compare_proposal(office, proposal.sha256))
        tell(f"{len(proposals)} 项等总经理签定。")
        return OK
    if args.person is None:
        raise argparse.ArgumentTypeError("签定要写明 --person，总经理的代号")
    chosen = _choose(args.what, proposals)
    person = require_person(office, args.person)
    signer = unlock_key(office, person, ask_secret("签章密码："))
    for proposal in chosen:
        approval = approve(office, person, proposal.sha256, signer, args.effective)
        print(f"{approval.sha256} {approval.subject} 自 {approval.effective} 起生效")
    return OK


def _from_here(path: Path) -> Path:
    """Name a path from the folder that the command is given in, where it lies below it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _print_findings(problems: tuple[Problem, ...], assumptions: tuple[Assumption, ...]) -> None:
    for problem in problems:
        print(problem)
    for kind, (words, means) in MEANINGS.items():
        found = [assumption for assumption in assumptions if assumption.kind == kind]
        if found:
            print(f"未经确认的{words}（{means}）：")
        for assumption in found:
            print(f"  {assumption}")


def _print_proposal(found: Comparison) -> None:
    print(f"{found.proposal.sha256} {found.proposal.subject}{'（第一次）' if found.first else ''}")
    for change in () if found.first else found.values:
        before, after = ("没有" if value is None else value or "空" for value in (change.before, change.after))
        print(f"  {change.file} {'.'.join(change.path)}: {before} → {after}")
    for worded in found.form:
        print(f"  {SORTS[worded.sort]}: {worded.words}")
    for problem in (*found.problems, *found.warnings):
        print(f"  ! {problem}")


def _choose(wanted: Sequence[str], proposals: tuple[Proposal, ...]) -> tuple[Proposal, ...]:
    if wanted == [ALL]:
        return proposals
    chosen = []
    for digest in wanted:
        found = [p for p in proposals if len(digest) >= SHORTEST_DIGEST and p.sha256.startswith(digest)]
        if len(found) != 1:
            raise NotFound(f"没有一项等着签定的内容摘要以「{digest}」开头。请用 forms approve 看有哪些。")
        chosen += found
    return tuple(chosen)


def _as_json(problems: tuple[Problem, ...], assumptions: tuple[Assumption, ...]) -> dict[str, object]:
    return {
        "problems": [{"where": str(p.where), "code": p.code, "message": p.message, "level": p.level} for p in problems],
        "assumptions": [
            {
                "kind": a.kind,
                "where": str(a.place),
                "of": a.of,
                "name": a.name,
                "value": a.value,
                "note": a.note,
                "means": a.means,
            }
            for a in assumptions
        ],
    }


_ORGANISATION = Argument("organisation", {"nargs": "?", "help": "公司资料夹的代号，默认 FORMS_ORGANISATION"})
_APPROVING = (
    Argument("what", {"nargs": "*", "help": "要签定的摘要（前 8 位以上），或 all；不写就列出等着签定的"}),
    Argument("--person", {"help": "总经理的代号"}),
    Argument("--effective", {"type": dt.date.fromisoformat, "help": "生效日，如 2027-01-01；默认今天"}),
)
COMMANDS = (
    Command("check", "查公司资料、政策与表单，列出未经确认的假设", check, (_ORGANISATION, JSON)),
    Command("approve", "列出等总经理签定的，或签定它们", approve_what_waits, _APPROVING),
)
