"""Commands about forms: lint, explain, diff, schema, publish, blank."""

import argparse
import json
from pathlib import Path

from forms_service.cli.command import (
    FILE,
    JSON,
    OK,
    OUT,
    REFUSED,
    USAGE,
    Argument,
    Command,
    existing_file,
    existing_path,
    tell,
)
from forms_service.domain.diffing import SORTS, diff
from forms_service.domain.errors import ProblemsFound
from forms_service.domain.explaining import explain
from forms_service.domain.problem import Problem
from forms_service.domain.schema import language_schema, values_schema
from forms_service.domain.spec import FormSpec
from forms_service.pdf.fonts import load_fonts
from forms_service.pdf.layout import lay_out
from forms_service.pdf.render import render_blank
from forms_service.settings import Settings
from forms_service.store.registers import FOLDER, lint_register, lint_registers
from forms_service.store.shelf import lint_file, lint_folder, outline_folder
from forms_service.wiring import open_office, published_versions, read_organisation
from forms_service.workflow.publishing import publish, review


def lint(args: argparse.Namespace, settings: Settings) -> int:
    """List every fault of the named specs, registers, and all of a folder, as `file:line:col: code: message`."""
    problems = [problem for path in args.files for problem in _lint_all(path, settings)]
    if args.json:
        print(json.dumps([_as_json(problem) for problem in problems], ensure_ascii=False))
    else:
        for problem in problems:
            print(problem)
    faulty = any(problem.level == "error" for problem in problems)
    if not faulty:
        tell(f"{sum(_count(path) for path in args.files)} 份规格，没有错误。")
    return REFUSED if faulty else OK


def explain_form(args: argparse.Namespace, settings: Settings) -> int:
    """Print a form's whole flow in Chinese sentences."""
    spec = _require_spec(args.file, settings)
    print(explain(spec, read_organisation(settings), outline_folder(args.file.parent)))
    return OK


def diff_forms(args: argparse.Namespace, settings: Settings) -> int:
    """Sort what changed between two versions of a form; refused where the newer cannot take over a draft."""
    old, new = (_read(path, settings) for path in (args.old, args.new))
    if old.form != new.form:
        tell(f"这是两种表单：{old.form} 和 {new.form}。请给同一种表单的两个版本。")
        return USAGE
    changes = diff(old, new)
    if args.json:
        print(json.dumps([{"sort": change.sort, "words": change.words} for change in changes], ensure_ascii=False))
    for sort, words in SORTS.items() if not args.json else ():
        told = [change.words for change in changes if change.sort == sort]
        print("\n".join([f"{words} {len(told)} 处", *(f"- {line}" for line in told)]))
    return REFUSED if any(change.sort == "incompatible" for change in changes) else OK


def schema(args: argparse.Namespace, settings: Settings) -> int:
    """Print the JSON Schema of the language or, with a form, of its values."""
    found = values_schema(_require_spec(args.file, settings)) if args.file else language_schema()
    print(json.dumps(found, ensure_ascii=False, indent=2))
    return OK


def publish_form(args: argparse.Namespace, settings: Settings) -> int:
    """Publish a spec that lints without a fault, and say what must still be published."""
    office, source = open_office(settings), args.file.read_bytes()
    for problem in review(office, source, str(args.file))[1]:
        tell(str(problem))
    spec = publish(office, source, str(args.file), "office")
    print(f"{spec.form} 第 {spec.version} 版 {spec.sha256}")
    return OK


def blank(args: argparse.Namespace, settings: Settings) -> int:
    """Write a form's blank, fillable PDF."""
    spec, fonts = _require_spec(args.file, settings), load_fonts(settings.fonts)
    data = render_blank(lay_out(spec, fonts), read_organisation(settings).firm, fonts)
    args.out.write_bytes(data)
    tell(f"{args.out}：{len(data):,} 字节")
    return OK


def _lint_all(path: Path, settings: Settings) -> tuple[Problem, ...]:
    if path.parent.name == FOLDER:
        return lint_register(path)[1]
    if not path.is_dir():
        return _lint_one(path, settings)[1]
    missing = load_fonts(settings.fonts).missing
    forms = lint_folder(path, read_organisation(settings), published_versions(settings), missing)[1]
    return (*forms, *lint_registers(path / FOLDER))


def _count(path: Path) -> int:
    return len([*path.glob("*.yaml"), *path.glob(f"{FOLDER}/*.yaml")]) if path.is_dir() else 1


def _read(path: Path, settings: Settings) -> FormSpec:
    """Read a spec for what it says, whatever is published and whatever the fonts can print."""
    return _require(lint_file(path, read_organisation(settings), {}))


def _lint_one(path: Path, settings: Settings) -> tuple[FormSpec | None, tuple[Problem, ...]]:
    missing = load_fonts(settings.fonts).missing
    return lint_file(path, read_organisation(settings), published_versions(settings), missing)


def _require_spec(path: Path, settings: Settings) -> FormSpec:
    return _require(_lint_one(path, settings))


def _require(read: tuple[FormSpec | None, tuple[Problem, ...]]) -> FormSpec:
    spec, problems = read
    if spec is None:
        raise ProblemsFound(problems)
    return spec


def _as_json(problem: Problem) -> dict[str, str]:
    return {"where": str(problem.where), "code": problem.code, "message": problem.message, "level": problem.level}


COMMANDS = (
    Command("lint", "列出规格的全部错误", lint, (Argument("files", {"nargs": "+", "type": existing_path}), JSON)),
    Command("explain", "用中文说明一份表单的流程", explain_form, (FILE,)),
    Command(
        "diff",
        "把两个版本的改动分成不兼容、兼容、版面、措辞",
        diff_forms,
        (Argument("old", {"type": existing_file}), Argument("new", {"type": existing_file}), JSON),
    ),
    Command("schema", "输出 JSON Schema", schema, (Argument("file", {"type": existing_file, "nargs": "?"}),)),
    Command("publish", "发布一份规格", publish_form, (FILE,)),
    Command("blank", "输出空白可填 PDF", blank, (FILE, OUT)),
)
