"""The registers: live, one row a numbered document, narrowed by what stands in the address."""

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service.domain.registers import Register
from forms_service.web import narrowing, registers
from forms_service.web.answers import deliver
from forms_service.web.auth import the_office, the_person
from forms_service.web.narrowing import Narrowing
from forms_service.web.pages.frame import Link
from forms_service.web.pages.register import RegisterPage
from forms_service.web.tables import csv_table
from forms_service.workflow.office import Office
from forms_service.workflow.registering import Entries, entries, find_register

PAGE_ROWS = 50

blueprint = Blueprint("register", __name__, url_prefix="/register")


@blueprint.get("")
def first() -> AnyResponse:
    """Go to the first register."""
    office = the_office()
    return redirect(f"/register/{office.registers[0].id}" if office.registers else "/", 303)


@blueprint.get("/<register_id>")
def show(register_id: str) -> str:
    """Show a page of a register."""
    office, register = the_office(), find_register(the_office(), register_id)
    asked = narrowing.read_narrowing(register, request.args)
    spec = registers.newest_version(office, register.form)
    wanted = narrowing.wanted(office, register, spec, asked, office.now())
    found = entries(office, the_person(), wanted, PAGE_ROWS, (asked.page - 1) * PAGE_ROWS)
    questions = narrowing.questions(office, register, spec, asked)
    path = f"/register/{register.id}"
    page = RegisterPage(
        title=register.title,
        source=register.source,
        headline=_headline(found, asked),
        registers=tuple(Link(f"/register/{r.id}", r.title, r.id == register.id) for r in office.registers),
        questions=questions,
        narrowed=narrowing.in_words(questions),
        action=path,
        whole=path,
        titles=tuple(column.title for column in register.columns),
        rows=tuple(registers.row(office, register, entry, steps=asked.steps) for entry in found.rows),
        steps=_steps(asked, path),
        export=asked.address(f"{path}.csv"),
        month=_month(office, register),
        pages=_pages(found, asked, path),
    )
    return render_template("register.html", page=page)


@blueprint.get("/<register_id>.csv")
def export(register_id: str) -> Response:
    """Hand out all that the filters leave of a register, with every step's times."""
    office, register = the_office(), find_register(the_office(), register_id)
    asked, now = narrowing.read_narrowing(register, request.args), office.now()
    spec = registers.newest_version(office, register.form)
    wanted = narrowing.wanted(office, register, spec, asked, now)
    rows = registers.export_rows(office, the_person(), register, spec, wanted)
    return deliver(csv_table(rows), f"{register.title}-{office.today(now):%Y%m%d}.csv", "text/csv; charset=utf-8")


def _headline(found: Entries, asked: Narrowing) -> str:
    narrowed = bool(asked.plain or asked.fields)
    if not found.total:
        return "没有符合的案件" if narrowed else "还没有登记的案件"
    first = (asked.page - 1) * PAGE_ROWS + 1
    shown = f"，这里是第 {first}–{first + len(found.rows) - 1} 件" if found.total > PAGE_ROWS else ""
    return f"{'找到' if narrowed else '登记'} {found.total} 件{shown}"


def _steps(asked: Narrowing, path: str) -> Link:
    words = "收起各步收发时间" if asked.steps else "显示各步收发时间"
    page = str(asked.page) if asked.page > 1 else ""
    return Link(asked.address(path, steps="" if asked.steps else "1", page=page), words, asked.steps)


def _month(office: Office, register: Register) -> str:
    today = office.today(office.now())
    return f"/month/{today:%Y-%m}" if register.monthly else ""


def _pages(found: Entries, asked: Narrowing, path: str) -> tuple[Link, ...]:
    last = -(-found.total // PAGE_ROWS)
    near = sorted({1, *range(max(asked.page - 2, 1), min(asked.page + 2, last) + 1), last})
    if last < 2:
        return ()
    return tuple(Link(asked.address(path, page=str(n) if n > 1 else ""), str(n), n == asked.page) for n in near)
