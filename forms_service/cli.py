"""The `forms` command: one function a command; results on stdout, talk on stderr, an exit code a reason."""

import argparse
import datetime as dt
import json
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import waitress

from forms_service.domain.errors import FormsError, ProblemsFound, Unreadable
from forms_service.domain.explaining import explain
from forms_service.domain.problem import Problem
from forms_service.domain.schema import language_schema, values_schema
from forms_service.domain.spec import FormSpec
from forms_service.pdf.fonts import load_fonts
from forms_service.pdf.layout import lay_out
from forms_service.pdf.render import render_blank
from forms_service.settings import DEFAULT_BASE_URL, Settings, read_settings
from forms_service.signing.trust import load_trust
from forms_service.signing.verdict import Verdict
from forms_service.signing.verify import verify
from forms_service.store.shelf import lint_file
from forms_service.web.app import WebOptions, create_app
from forms_service.wiring import open_office, read_organisation
from forms_service.workflow.demonstrating import PASSWORD, PIN, set_up, whole_way
from forms_service.workflow.office import Office
from forms_service.workflow.posting import export_vouchers, post
from forms_service.workflow.publishing import publish
from forms_service.workflow.sweeping import start_sweeping, sweep

OK, REFUSED, USAGE, UNREADABLE = 0, 1, 2, 3
VERDICTS = {"accepted": 0, "refused": 1, "review": 2}
_MARKS = {"pass": "√", "fail": "×", "not_checked": "—"}
Command = Callable[[argparse.Namespace, Settings], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code: 0 done, 1 refused with the reason on stderr, 2 misused."""
    args = _parser().parse_args(argv)
    settings = read_settings(data=args.data)
    command: Command = args.command
    try:
        return command(args, settings)
    except ProblemsFound as error:
        _tell("\n".join(str(problem) for problem in error.problems))
    except FormsError as error:
        _tell(str(error))
    return REFUSED


def lint(args: argparse.Namespace, settings: Settings) -> int:
    """List every fault of the named specs as `file:line:col: code: message`."""
    problems = [problem for path in args.files for problem in _lint_one(path, settings)[1]]
    if args.json:
        print(json.dumps([_as_json(problem) for problem in problems], ensure_ascii=False))
    else:
        for problem in problems:
            print(problem)
    faulty = any(problem.level == "error" for problem in problems)
    if not faulty:
        _tell(f"{len(args.files)} 份规格，没有错误。")
    return REFUSED if faulty else OK


def explain_form(args: argparse.Namespace, settings: Settings) -> int:
    """Print a form's whole flow in Chinese sentences."""
    print(explain(_require_spec(args.file, settings), read_organisation(settings)))
    return OK


def schema(args: argparse.Namespace, settings: Settings) -> int:
    """Print the JSON Schema of the language or, with a form, of its values."""
    found = values_schema(_require_spec(args.file, settings)) if args.file else language_schema()
    print(json.dumps(found, ensure_ascii=False, indent=2))
    return OK


def publish_form(args: argparse.Namespace, settings: Settings) -> int:
    """Publish a spec that lints without a fault."""
    spec = publish(open_office(settings), args.file.read_bytes(), str(args.file), "office")
    print(f"{spec.form} 第 {spec.version} 版 {spec.sha256}")
    return OK


def blank(args: argparse.Namespace, settings: Settings) -> int:
    """Write a form's blank, fillable PDF."""
    spec, fonts = _require_spec(args.file, settings), load_fonts(settings.fonts)
    data = render_blank(lay_out(spec, fonts), read_organisation(settings).firm, fonts)
    args.out.write_bytes(data)
    _tell(f"{args.out}：{len(data):,} 字节")
    return OK


def show(args: argparse.Namespace, settings: Settings) -> int:
    """Print a document's state and its ledger."""
    office = open_office(settings)
    with office.database.read() as tx:
        document = tx.documents.get(args.document)
        rows = tx.ledger.of(args.document)
    where = f"{document.state} {document.step or ''} 第{document.round}轮"
    print(document.number, where, document.subject, document.amount)
    for row in rows:
        print(f"{row.event.at:%Y-%m-%d %H:%M:%S} {row.event.kind} {row.event.actor} {dict(row.event.data)}")
    return OK


def pdf(args: argparse.Namespace, settings: Settings) -> int:
    """Write a document's present bytes to a file."""
    office = open_office(settings)
    with office.database.read() as tx:
        document = tx.documents.get(args.document)
    args.out.write_bytes(office.blobs.get(document.head))
    return OK


def copies(args: argparse.Namespace, settings: Settings) -> int:
    """List a document's sealed copies."""
    with open_office(settings).database.read() as tx:
        for copy in tx.copies.of(args.document):
            print(f"{copy.no} {copy.label} {copy.department} {copy.sha256} {copy.size}")
    return OK


def serve(args: argparse.Namespace, settings: Settings) -> int:
    """Serve the web pages; with `--demo` the demo firm is made ready first."""
    if settings.base_url == DEFAULT_BASE_URL:
        settings = replace(settings, base_url=f"http://{args.host}:{args.port}")
    office = open_office(settings)
    if args.demo:
        set_up(office, settings.specs)
        _tell(f"示范公司已备好，登录密码 {PASSWORD}，签章密码 {PIN}。")
    start_sweeping(office)
    _tell(f"请用浏览器打开 http://{args.host}:{args.port}/")
    waitress.serve(create_app(office, WebOptions(journal=sys.stderr)), host=args.host, port=args.port, threads=8)
    return OK


def worker(args: argparse.Namespace, settings: Settings) -> int:
    """Do once what is due: mail links, seal and file copies."""
    del args
    office = open_office(settings)
    swept = sweep(office)
    print(f"寄出 {swept.invited} 个链接，分发 {swept.distributed} 张单据")
    return OK


def demo(args: argparse.Namespace, settings: Settings) -> int:
    """Take one allowance the whole way in a fresh folder and leave its copies and the trust anchor there."""
    folder: Path = args.out
    if folder.exists() and any(folder.iterdir()):
        _tell(f"{folder} 不是空的文件夹。请另指定一个，或先清空它。")
        return USAGE
    own = read_settings(data=folder / "data")
    office = open_office(own)
    set_up(office, settings.specs)
    for stage in whole_way(office, own.office_folder / "mail"):
        print(f"{stage.words:<12} {stage.seconds * 1000:7.0f} ms {stage.size:>9,} 字节")
    _leave(office, folder)
    return OK


def verify_files(args: argparse.Namespace, settings: Settings) -> int:
    """Judge a PDF offline: exit 0 accepted, 1 refused, 2 review, 3 not signed or unreadable."""
    trust = load_trust(args.trust.read_bytes())
    try:
        verdict = verify(args.file.read_bytes(), trust, None, dt.datetime.now(dt.UTC), load_fonts(settings.fonts))
    except Unreadable as error:
        _tell(str(error))
        return UNREADABLE
    if args.json:
        print(verdict.to_json())
    else:
        _print_verdict(verdict)
    return VERDICTS[verdict.verdict]


def post_document(args: argparse.Namespace, settings: Settings) -> int:
    """Post a document's accounting copy, once, as the named bookkeeper."""
    office = open_office(settings)
    voucher = post(office, office.require_person(args.person), args.document)
    for line in voucher.lines:
        print(
            f"{voucher.number} {line.no} {line.account_code} {line.account_name} {line.debit:,.2f} {line.credit:,.2f}"
        )
    return OK


def export(args: argparse.Namespace, settings: Settings) -> int:
    """Write every posted voucher as CSV."""
    args.out.write_bytes(export_vouchers(open_office(settings)))
    return OK


def check_archive(args: argparse.Namespace, settings: Settings) -> int:
    """Check every department's folder against its catalogue: nothing missing, changed or left over."""
    del args
    office = open_office(settings)
    problems = [p for department in office.archive.departments() for p in office.archive.check(department)]
    for problem in problems:
        print(problem)
    _tell(f"{len(office.archive.departments())} 个部门，{len(problems)} 个问题。")
    return REFUSED if problems else OK


def _print_verdict(verdict: Verdict) -> None:
    print(verdict.sentence)
    for check in verdict.checks:
        print(f"{check.no:>3} {_MARKS[check.result]} {check.title}：{check.detail}")
    for signature in verdict.signatures:
        print(f"    {signature.role} {signature.signer} {signature.time} ({signature.time_source})")
    for words in verdict.not_checked_here:
        print(f"    此处未查：{words}")


def _leave(office: Office, folder: Path) -> None:
    (folder / "vouchers.csv").write_bytes(export_vouchers(office))
    (folder / "trust.pem").write_bytes(office.authority.trust_pem())
    for department in office.archive.departments():
        for entry in office.archive.entries(department):
            source = office.archive.folder / department / entry.month / entry.file_name
            shutil.copyfile(source, folder / entry.file_name)
            print(f"{entry.copy_label}：{folder / entry.file_name}")


def _existing_file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"没有「{text}」这个文件，请核对路径")
    return path


def _lint_one(path: Path, settings: Settings) -> tuple[FormSpec | None, tuple[Problem, ...]]:
    return lint_file(path, read_organisation(settings), {}, load_fonts(settings.fonts).missing)


def _require_spec(path: Path, settings: Settings) -> FormSpec:
    spec, problems = _lint_one(path, settings)
    if spec is None:
        raise ProblemsFound(problems)
    return spec


def _as_json(problem: Problem) -> dict[str, str]:
    return {"where": str(problem.where), "code": problem.code, "message": problem.message, "level": problem.level}


def _tell(words: str) -> None:
    print(words, file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="forms", description="受控表单：一份规格，产出网页、PDF、签核、联单与入账。")
    parser.add_argument("--data", type=Path, help="运行数据的文件夹（默认 archive/ 或 FORMS_DATA）")
    commands = parser.add_subparsers(required=True, metavar="命令")
    _add(commands, "lint", lint, "列出规格的全部错误", ("files", {"nargs": "+", "type": _existing_file}), json=True)
    _add(commands, "explain", explain_form, "用中文说明一份表单的流程", ("file", {"type": _existing_file}))
    _add(commands, "schema", schema, "输出 JSON Schema", ("file", {"type": _existing_file, "nargs": "?"}))
    _add(commands, "publish", publish_form, "发布一份规格", ("file", {"type": _existing_file}))
    out: tuple[str, dict[str, object]] = ("out", {"type": Path})
    trust: tuple[str, dict[str, object]] = (
        "--trust",
        {"type": _existing_file, "required": True, "help": "信任的根证书 PEM"},
    )
    _add(commands, "verify", verify_files, "离线查验一份 PDF", ("file", {"type": _existing_file}), trust, json=True)
    _add(commands, "post", post_document, "会计入账一次", ("document", {}), ("--person", {"required": True}))
    _add(commands, "export", export, "输出传票 CSV", out)
    _add(commands, "blank", blank, "输出空白可填 PDF", ("file", {"type": _existing_file}), out)
    _add(commands, "show", show, "显示单据状态与台账", ("document", {}))
    _add(commands, "pdf", pdf, "输出单据现在的 PDF", ("document", {}), out)
    _add(commands, "copies", copies, "列出各联", ("document", {}))
    _add(commands, "archive", check_archive, "查对各部门的归档")
    host: tuple[str, dict[str, object]] = ("--host", {"default": "127.0.0.1"})
    port: tuple[str, dict[str, object]] = ("--port", {"type": int, "default": 8080})
    ready: tuple[str, dict[str, object]] = ("--demo", {"action": "store_true", "help": "备好示范公司"})
    _add(commands, "serve", serve, "启动网页服务", host, port, ready)
    _add(commands, "worker", worker, "办一次到期的事")
    _add(commands, "demo", demo, "用示范公司走完全程", ("--out", {"type": Path, "default": Path("out/demo")}))
    return parser


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    command: Command,
    words: str,
    *arguments: tuple[str, dict[str, object]],
    json: bool = False,
) -> None:
    parser = commands.add_parser(name, help=words, description=command.__doc__)
    for flag, options in arguments:
        parser.add_argument(flag, **options)  # type: ignore[arg-type]  # argparse's own keyword types
    if json:
        parser.add_argument("--json", action="store_true", help="给程序读的输出")
    parser.set_defaults(command=command)


if __name__ == "__main__":
    sys.exit(main())
