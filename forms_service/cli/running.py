"""Commands that run the house: serve, worker, demo."""

import argparse
import sys
import time
from dataclasses import replace

import waitress

from forms_service.cli.command import OK, REFUSED, Argument, Command, tell
from forms_service.settings import DEFAULT_BASE_URL, Settings
from forms_service.web.app import WebOptions, create_app
from forms_service.web.journal import Journal, places_of
from forms_service.wiring import open_office
from forms_service.workflow.bringing_into_force import waiting
from forms_service.workflow.demonstrating import PASSWORD, PIN, set_up
from forms_service.workflow.sweeping import INTERVAL_S, Swept, start_sweeping, sweep_noting

_THREADS = 16


def serve(args: argparse.Namespace, settings: Settings) -> int:
    """Serve the web pages with a sweeper beside them; with `--demo` the demo firm is made ready first."""
    if settings.base_url == DEFAULT_BASE_URL:
        settings = replace(settings, base_url=f"http://{args.host}:{args.port}")
    office = open_office(settings)
    for proposal in set_up(office, settings.specs) if args.demo else waiting(office):
        tell(f"等总经理签定后生效：{proposal.subject} {proposal.sha256}")
    if args.demo:
        tell(f"示范公司已备好，登录密码 {PASSWORD}，签章密码 {PIN}；客户的邮件在 {settings.office_folder / 'mail'}。")
    if not all(judges.warm().without_network for judges in (office.judges, office.counter)):
        tell("这台机器不让查验的进程自立网络：断网只靠 Python 的检查，挡不住机器码。")
    journal = Journal(sys.stderr)
    start_sweeping(office, journal.sweep_stopped, tell=journal.swept)
    tell(f"请用浏览器打开 http://{args.host}:{args.port}/")
    waitress.serve(create_app(office, WebOptions(journal=sys.stderr)), host=args.host, port=args.port, threads=_THREADS)
    return OK


def worker(args: argparse.Namespace, settings: Settings) -> int:
    """Do what is due, once or again and again; what could not be done is said, and tried again."""
    office = open_office(settings)
    done = sweep_noting(office, _note, _print)
    while args.stay:
        time.sleep(INTERVAL_S)
        sweep_noting(office, _note, _print_done)
    return OK if done else REFUSED


def _note(fault: Exception) -> None:
    """Say what could not be done; the place of a fault of ours goes with it, for whoever has to mend it."""
    tell(str(fault) or type(fault).__name__)
    for place in places_of(fault):
        tell(f"  {place}")


def _print(swept: Swept) -> None:
    print(swept.words, flush=True)


def _print_done(swept: Swept) -> None:
    if swept.anything:
        _print(swept)


COMMANDS = (
    Command(
        "serve",
        "启动网页服务",
        serve,
        (
            Argument("--host", {"default": "127.0.0.1"}),
            Argument("--port", {"type": int, "default": 8080}),
            Argument("--demo", {"action": "store_true", "help": "备好示范公司"}),
        ),
    ),
    Command("worker", "办到期的事", worker, (Argument("--stay", {"action": "store_true", "help": "一直办下去"}),)),
)
