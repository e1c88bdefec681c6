"""Commands about forms: lint, explain, schema, publish, blank."""

import argparse
import json
from pathlib import Path

from forms_service.cli.command import FILE, JSON, OK, OUT, REFUSED, Argument, Command, existing_file, tell
from forms_service.domain.errors import ProblemsFound
from forms_service.domain.explaining import explain
from forms_service.domain.problem import Problem
from forms_service.domain.schema import language_schema, values_schema
from forms_service.domain.spec import FormSpec
from forms_service.pdf.fonts import load_fonts
from forms_service.pdf.layout import lay_out
from forms_service.pdf.render import render_blank
from forms_service.settings import Settings
from forms_service.store.shelf import lint_file, outline_folder
from forms_service.wiring import open_office, published_versions, read_organisation
from forms_service.workflow.publishing import publish


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
        tell(f"{len(args.files)} 份规格，没有错误。")
    return REFUSED if faulty else OK


def explain_form(args: argparse.Namespace, settings: Settings) -> int:
    """Print a form's whole flow in Chinese sentences."""
    spec = _require_spec(args.file, settings)
    print(explain(spec, read_organisation(settings), outline_folder(args.file.parent)))
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
    tell(f"{args.out}：{len(data):,} 字节")
    return OK


def _lint_one(path: Path, settings: Settings) -> tuple[FormSpec | None, tuple[Problem, ...]]:
    missing = load_fonts(settings.fonts).missing
    return lint_file(path, read_organisation(settings), published_versions(settings), missing)


def _require_spec(path: Path, settings: Settings) -> FormSpec:
    spec, problems = _lint_one(path, settings)
    if spec is None:
        raise ProblemsFound(problems)
    return spec


def _as_json(problem: Problem) -> dict[str, str]:
    return {"where": str(problem.where), "code": problem.code, "message": problem.message, "level": problem.level}


COMMANDS = (
    Command("lint", "列出规格的全部错误", lint, (Argument("files", {"nargs": "+", "type": existing_file}), JSON)),
    Command("explain", "用中文说明一份表单的流程", explain_form, (FILE,)),
    Command("schema", "输出 JSON Schema", schema, (Argument("file", {"type": existing_file, "nargs": "?"}),)),
    Command("publish", "发布一份规格", publish_form, (FILE,)),
    Command("blank", "输出空白可填 PDF", blank, (FILE, OUT)),
)
