"""Commands that prove: verify a file offline, check and rebuild the archive."""

import argparse
import datetime as dt
from pathlib import Path

from forms_service.cli.command import FILE, JSON, OK, REFUSED, UNREADABLE, Argument, Command, existing_file, tell
from forms_service.domain.errors import BadConfiguration, Unreadable
from forms_service.pdf.fonts import load_fonts
from forms_service.settings import Settings
from forms_service.signing.trust import load_trust
from forms_service.signing.verdict import Verdict
from forms_service.signing.verify import verify
from forms_service.wiring import anchor_file, open_office
from forms_service.workflow.archiving import check_archive, pack_month, rebuild_archive
from forms_service.workflow.rebuilding import rebuild_facts

EXITS = {"accepted": 0, "refused": 1, "review": 2}
_MARKS = {"pass": "√", "fail": "×", "not_checked": "—"}


def verify_file(args: argparse.Namespace, settings: Settings) -> int:
    """Judge a PDF offline: exit 0 accepted, 1 refused, 2 review, 3 not signed or unreadable."""
    trust = load_trust(_anchor(args.trust, settings).read_bytes())
    try:
        verdict = verify(args.file.read_bytes(), trust, None, dt.datetime.now(dt.UTC), load_fonts(settings.fonts))
    except Unreadable as error:
        tell(str(error))
        return UNREADABLE
    if args.json:
        print(verdict.to_json())
    else:
        _print_verdict(verdict)
    return EXITS[verdict.verdict]


def archive(args: argparse.Namespace, settings: Settings) -> int:
    """Check the folders against catalogue and ledger, make catalogues and facts again, or pack a month to take away."""
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
    return REFUSED if problems else OK


def _bag(args: argparse.Namespace) -> tuple[str, str, Path]:
    if not (args.department and args.month and args.to):
        raise argparse.ArgumentTypeError("装袋要写明 --department 部门 --month 年-月 --to 新文件夹")
    return args.department, args.month, args.to


def _anchor(given: Path | None, settings: Settings) -> Path:
    """Take the trust anchor that was named, else this machine's own firm's."""
    found = given or anchor_file(settings)
    if not found.is_file():
        raise BadConfiguration("没有指定信任的根证书，这台机器上也没有公司的。请加 --trust CA.pem。")
    return found


def _print_verdict(verdict: Verdict) -> None:
    print(verdict.sentence)
    for check in verdict.checks:
        print(f"{check.no:>3} {_MARKS[check.result]} {check.title}：{check.detail}")
    for signature in verdict.signatures:
        print(f"    {signature.role} {signature.signer} {signature.time} ({signature.time_source})")
    for words in verdict.not_checked_here:
        print(f"    此处未查：{words}")


_TRUST = Argument("--trust", {"type": existing_file, "help": "信任的根证书 PEM；不给就用这台机器上公司的"})
_WHAT = Argument("what", {"choices": ("check", "rebuild", "bag"), "nargs": "?", "default": "check"})
_BAG = (
    Argument("--department", {"help": "装哪个部门，如 accounting"}),
    Argument("--month", {"help": "装哪个月，如 2026-11"}),
    Argument("--to", {"type": Path, "help": "装进哪个新文件夹"}),
)
COMMANDS = (
    Command("verify", "离线查验一份 PDF", verify_file, (FILE, _TRUST, JSON)),
    Command("archive", "查对各部门的归档，从 PDF 重做目录，或装袋带走", archive, (_WHAT, *_BAG)),
)
