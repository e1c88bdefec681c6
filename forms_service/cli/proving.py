"""The command of the archive: held against its catalogues, made again, packed to be taken away."""

import argparse
from pathlib import Path

from forms_service.cli.command import OK, REFUSED, Argument, Command, tell
from forms_service.cli.verifying import JOBS, WORDS, columns, printable
from forms_service.settings import Settings
from forms_service.signing.apart import Judges
from forms_service.wiring import open_office
from forms_service.workflow.archiving import check_archive, pack_month, rebuild_archive
from forms_service.workflow.inspecting import Summary, inspect_archive, summaries
from forms_service.workflow.office import Office
from forms_service.workflow.rebuilding import rebuild_facts


def archive(args: argparse.Namespace, settings: Settings) -> int:
    """Check the folders against catalogue and ledger, make catalogues and facts again, or pack a month to take away.

    With `--verdicts` every filed copy is judged in full, and summed up for an auditor.
    """
    office = open_office(settings)
    if args.what == "bag":
        print(pack_month(office, *_bag(args)))
        return OK
    if args.what == "rebuild":
        tell(f"从 {rebuild_facts(office)} 张单据重做了登记册的栏位。")
    problems = rebuild_archive(office) if args.what == "rebuild" else check_archive(office)
    for problem in problems:
        print(problem)
    tell(f"{len(office.archive.departments())} 个部门，{len(problems)} 个问题。")
    proven = not args.verdicts or _all_proven(office, settings, args.jobs)
    return OK if proven and not problems else REFUSED


def _all_proven(office: Office, settings: Settings, jobs: int) -> bool:
    """Judge every filed copy; print those that prove no more what they should, and the departments' sums."""
    with Judges(settings.fonts, at_once=jobs, spare=0) as judges:
        inspected = tuple(inspect_archive(office, judges, jobs))
    left = [each for each in inspected if each.outcome != "accepted"]
    for each in left:
        entry = each.entry
        place = f"{entry.department}/{entry.month}/{entry.file_name}"
        print(printable(f"{place} {WORDS[each.outcome]}：{each.reason}"))
    print("\n".join(columns((_HEADS, *map(_sum, summaries(inspected))))))
    tell(f"{len(inspected)} 份存档联逐份查验，{len(left)} 份有话要说。信任名单 SHA-256 {office.trust.sha256}。")
    return not left


def _sum(summary: Summary) -> tuple[str, ...]:
    counted = (str(summary.outcomes.get(outcome, 0)) for outcome in WORDS)
    return (
        summary.department,
        str(summary.copies),
        *counted,
        str(summary.lasting),
        f"{summary.first}—{summary.last}",
    )


def _bag(args: argparse.Namespace) -> tuple[str, str, Path]:
    if not (args.department and args.month and args.to):
        raise argparse.ArgumentTypeError("装袋要写明 --department 部门 --month 年-月 --to 新文件夹")
    return args.department, args.month, args.to


_WHAT = Argument("what", {"choices": ("check", "rebuild", "bag"), "nargs": "?", "default": "check"})
_BAG = (
    Argument("--department", {"help": "装哪个部门，如 accounting"}),
    Argument("--month", {"help": "装哪个月，如 2026-11"}),
    Argument("--to", {"type": Path, "help": "装进哪个新文件夹"}),
)
_VERDICTS = Argument("--verdicts", {"action": "store_true", "help": "再逐份查验每一份存档联，并按部门汇总"})
_HEADS = ("部门", "存档联", *WORDS.values(), "可长期证明", "封印日期")
COMMANDS = (
    Command("archive", "查对各部门的归档，从 PDF 重做目录，或装袋带走", archive, (_WHAT, *_BAG, _VERDICTS, JOBS)),
)
