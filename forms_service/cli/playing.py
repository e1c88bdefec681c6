"""The demo: one complaint, or with `--regulation` a whole month of the demo firm, played without a browser."""

import argparse
import datetime as dt
import itertools
import shutil
from dataclasses import replace
from pathlib import Path

from forms_service.cli.command import OK, REFUSED, USAGE, Argument, Command, tell
from forms_service.settings import Settings, read_settings
from forms_service.web.narrowing import read_narrowing, wanted
from forms_service.web.registers import export_rows, newest_version
from forms_service.web.tables import csv_table
from forms_service.wiring import Surroundings, open_office
from forms_service.workflow.demonstrating import set_up
from forms_service.workflow.office import Office
from forms_service.workflow.played import CopyReader, Outcome, outcome_of
from forms_service.workflow.playing import MORNING, Play, PlayClock
from forms_service.workflow.posting import export_vouchers
from forms_service.workflow.script import Script, read_script
from forms_service.workflow.vouching import trust_file

CODE = "314159"
DAYS_OF_ONE_CASE = 30
OVERSEER = "gm_office"


def demo(args: argparse.Namespace, settings: Settings) -> int:
    """Play in a fresh folder, and leave there copies, vouchers, registers and the trust anchor."""
    folder: Path = args.out
    if folder.exists() and any(folder.iterdir()):
        tell(f"{folder} 不是空的文件夹。请另指定一个，或先清空它。")
        return USAGE
    script = read_script(settings.specs / "demo" / "month.yaml")
    play = open_play(folder, settings, script if args.regulation else _first_case(script))
    reader = CopyReader(play)
    for day in play.days():
        reader.take_new()
        if day.opened or day.signed or day.posted:
            print(f"{day.date} 开案 {day.opened} 签章 {day.signed} 入账 {day.posted}　{day.swept}", flush=True)
    outcome = outcome_of(play, reader)
    leave_papers(play.office, folder)
    _tell_outcome(outcome)
    return REFUSED if outcome.unsound or outcome.problems else OK


def open_play(folder: Path, settings: Settings, script: Script) -> Play:
    """Open the demo firm's office in a folder, on the eve of the day on which a script begins."""
    own = replace(read_settings(data=folder / "data"), specs=settings.specs, pin_memory_kib=settings.pin_memory_kib)
    eve = dt.datetime.combine(script.begins - dt.timedelta(days=1), MORNING, tzinfo=dt.UTC)
    clock, count = PlayClock(eve), itertools.count(1)
    around = Surroundings(clock, lambda: f"{next(count):08}playedmonth", lambda: CODE, glance=lambda: clock.at)
    office = open_office(own, around)
    set_up(office, settings.specs)
    return Play(office, clock, script, own.office_folder / "mail")


def _first_case(script: Script) -> Script:
    ends = script.begins + dt.timedelta(days=DAYS_OF_ONE_CASE)
    return replace(script, cases=script.cases[:1], absences=(), ends=ends)


def leave_papers(office: Office, folder: Path) -> None:
    """Leave the registers, the vouchers, the anchor and each department's copies in a folder."""
    (folder / "vouchers.csv").write_bytes(export_vouchers(office))
    (folder / "trust.pem").write_bytes(trust_file(office))
    for register in office.registers:
        spec, person = newest_version(office, register.form), office.organisation.holders(OVERSEER)[0]
        asked = wanted(office, register, spec, read_narrowing(register, {}), office.now())
        (folder / f"{register.id}.csv").write_bytes(
            b"".join(csv_table(export_rows(office, person, register, spec, asked)))
        )
    for department in office.archive.departments():
        (folder / department).mkdir(exist_ok=True)
        for entry in office.archive.entries(department):
            source = office.archive.folder / department / entry.month / entry.file_name
            shutil.copyfile(source, folder / department / entry.file_name)


def _tell_outcome(outcome: Outcome) -> None:
    for case in outcome.cases:
        papers = "、".join(f"{title}{f' {count} 张' if count > 1 else ''}" for title, count in case.papers.items())
        print(f"{case.number:<8} {case.story}：{papers}")
    print("、".join(f"{title} {count}" for title, count in outcome.documents.items()))
    print(f"封印 {outcome.copies} 联，{len(outcome.unsound)} 联不可采信；传票 {outcome.vouchers} 张。")
    for number, reason in outcome.waiting.items():
        print(f"未入账 {number}：{reason}")
    for problem in outcome.problems:
        print(problem)


COMMANDS = (
    Command(
        "demo",
        "用示范公司演一案，或照办法演一个月",
        demo,
        (
            Argument("--out", {"type": Path, "default": Path("out/demo")}),
            Argument("--regulation", {"action": "store_true", "help": "照办法演整整一个月"}),
        ),
    ),
)
