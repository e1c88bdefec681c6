"""The command that verifies: one file in full, or a folder of them as a table; offline, each file judged apart."""

import argparse
import datetime as dt
import glob
import json
import os
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from forms_service.cli.command import JSON, UNREADABLE, Argument, Command, existing_file, tell
from forms_service.domain.errors import Busy
from forms_service.durable import write_over
from forms_service.proof import drawing_up as proof
from forms_service.proof.pictures import draw_apart
from forms_service.proof.report import write_report
from forms_service.proof.statement import Statement
from forms_service.proof.words import VERDICTS
from forms_service.settings import Settings
from forms_service.signing.apart import Judges
from forms_service.signing.messages import MIB
from forms_service.signing.trust import TrustList, believe_nobody, load_trust
from forms_service.signing.verdict import Verdict
from forms_service.wiring import anchor_file

EXITS = {"refused": 1, "review": 2, "unreadable": UNREADABLE, "accepted": 0}
"""The exit code of each outcome, the worst first."""
WORDS: Mapping[str, str] = {**{outcome: word for outcome, (word, _) in VERDICTS.items()}, "unreadable": "打不开"}
_MARKS = {"pass": "√", "fail": "×", "not_checked": "—"}
_HEADS = ("文件", "结论", "单号", "理由")
_WIDEST = 60
_NUMBER = 20
"""Columns for a document's number, which is not known before the last file; a longer one moves its own line only."""
_LARGEST = 256 * MIB  # to be read at all; from what size on a file is refused, the judges say
Then = Callable[[bytes, Verdict, dt.datetime], None]
"""What is done with a file once it is judged, by its bytes, its verdict and the time."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A file and what became of it: a verdict, or in `reason` why there is none."""

    file: str
    verdict: Verdict | None
    reason: str

    @property
    def outcome(self) -> str:
        """Name the outcome, as `EXITS` lists them."""
        return self.verdict.verdict if self.verdict else "unreadable"


def verify_files(args: argparse.Namespace, settings: Settings) -> int:
    """Judge PDFs offline: exit 0 all accepted, else of the worst: 1 refused, 2 review, 3 cannot be opened."""
    trust = _trust(args.trust, settings)
    if len(args.files) == 1 and Path(args.files[0]).is_file():
        return _verify_one(args, settings, trust)
    if args.report is not None:
        raise argparse.ArgumentTypeError("--report 一次只写一份文件的报告，请逐份查验")
    files, counted = find_files(args.files), Counter[str]()
    lines = Table(files)
    if not args.json:
        print(lines.head)
    with Judges(settings.fonts, at_once=args.jobs, spare=0) as judges, ThreadPoolExecutor(args.jobs) as readers:
        for judged in readers.map(lambda file: _judge(judges, file, trust), files):
            print(_as_json(judged) if args.json else lines.line(judged), flush=True)
            counted[judged.outcome] += 1
    tell(_summary(counted))
    return next(code for outcome, code in EXITS.items() if counted[outcome])


def find_files(named: Sequence[str]) -> tuple[str, ...]:
    """Find the files that are meant: a file, every PDF below a folder, or what a pattern matches; each once, in order.

    Raises ArgumentTypeError for what leads to no file.
    """
    found: list[str] = []
    for name in named:
        files = list(_meant(name))
        if not files:
            raise argparse.ArgumentTypeError(f"「{name}」里没有 PDF 文件，请核对路径")
        found += files
    return tuple(dict.fromkeys(found))


class Table:
    """Lines in columns that stand one below the other for Chinese too, each to be written as soon as it is known.

    Files are named from the folder that they have in common, and long names lose their beginning.
    """

    def __init__(self, files: Sequence[str]) -> None:
        paths = {file: Path(file).absolute() for file in files}
        folder = os.path.commonpath([path.parent for path in paths.values()])
        self._names = {file: printable(_end_of(str(path.relative_to(folder)))) for file, path in paths.items()}
        words = max(map(width, (*WORDS.values(), _HEADS[1])))
        self._widths = (max(map(width, (*self._names.values(), _HEADS[0]))), words, _NUMBER, 0)

    @property
    def head(self) -> str:
        """The first line."""
        return _in_columns(_HEADS, self._widths)

    def line(self, judged: Judged) -> str:
        """Write the line of a file."""
        return _in_columns((self._names[judged.file], WORDS[judged.outcome], *_said(judged)), self._widths)


def columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lay out rows, all of one length, so that their cells stand one below the other."""
    widths = [max(map(width, cells)) for cells in zip(*rows, strict=True)]
    return (_in_columns(row, widths) for row in rows)


def _in_columns(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell + " " * (room - width(cell)) for cell, room in zip(cells, widths, strict=True)).rstrip()


def width(text: str) -> int:
    """Count the columns that a text takes at a terminal: two for a Chinese character, none for a combining mark."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else not unicodedata.combining(c) for c in text)


def printable(text: str) -> str:
    """Make a text from a file harmless to a terminal: what steers it is shown as a mark."""
    return "".join(char if char.isprintable() else "�" for char in text)


def _verify_one(args: argparse.Namespace, settings: Settings, trust: TrustList) -> int:
    with Judges(settings.fonts, at_once=1, spare=0) as judges:
        judged = _judge(judges, args.files[0], trust, _telling(args, judges))
    if judged.verdict is None and args.json:
        print(json.dumps(_known(judged), ensure_ascii=False, indent=2))
    elif judged.verdict is None:
        tell(judged.reason)
    return EXITS[judged.outcome]


def _telling(args: argparse.Namespace, judges: Judges) -> Then:
    """Print the verdict on a file once it is known, and write the report if one is wanted."""

    def then(pdf: bytes, verdict: Verdict, at: dt.datetime) -> None:
        judged = proof.Judged(Path(args.files[0]).name, pdf, verdict, at)
        try:
            if args.json:
                print(verdict.to_json(), flush=True)
            else:
                _print_verdict(verdict, proof.draw_up(judged))
        finally:  # whoever reads may have heard enough; the report was wanted all the same
            if args.report is not None:
                write_over(args.report, write_report(judged, draw_apart(judges)))

    return then


def _nothing(pdf: bytes, verdict: Verdict, at: dt.datetime) -> None:
    del pdf, verdict, at


def _judge(judges: Judges, file: str, trust: TrustList, then: Then = _nothing) -> Judged:
    try:
        if (size := Path(file).stat().st_size) > _LARGEST:
            return Judged(file, None, f"文件有 {size // MIB} MiB，太大，没有读。")
        pdf, at = Path(file).read_bytes(), dt.datetime.now(dt.UTC)
        verdict = judges.judge(pdf, trust, at)
    except Busy as error:
        return Judged(file, None, str(error))
    except OSError as error:
        return Judged(file, None, f"打不开：{error.strerror}。")
    then(pdf, verdict, at)
    return Judged(file, verdict, "")


def _as_json(judged: Judged) -> str:
    return json.dumps({"file": judged.file, **_known(judged)}, ensure_ascii=False)


def _known(judged: Judged) -> Mapping[str, object]:
    return judged.verdict.plain() if judged.verdict else {"verdict": None, "error": judged.reason}


def _meant(name: str) -> Iterator[str]:
    path = Path(name)
    if path.is_dir():
        below = sorted(path.rglob("*"), key=lambda file: file.parts)
        yield from (str(file) for file in below if file.suffix.lower() == ".pdf" and file.is_file())
    elif path.is_file():
        yield name
    else:
        matched = glob.glob(name, recursive=True)  # noqa: PTH207 - a Path globs below itself only, no absolute pattern
        yield from (file for file in sorted(matched) if Path(file).is_file())


def _said(judged: Judged) -> tuple[str, str]:
    """Give the number of a file's document, and in a few words why it came out as it did."""
    verdict = judged.verdict
    if verdict is None:
        return "", printable(_cut(judged.reason))
    copy = f" 第 {verdict.copy} 联" if verdict.copy else ""
    return printable(f"{verdict.number}{copy}"), printable(_cut(verdict.reason))


def _end_of(name: str) -> str:
    """Keep a name on one line beside its verdict; what tells files apart mostly stands at the end."""
    kept = name
    while width(kept) > _WIDEST:
        kept = kept[1:]
    return kept if kept == name else f"…{kept}"


def _cut(text: str) -> str:
    """Keep a reason on one line of a terminal; the file alone tells the whole."""
    kept = text
    while width(kept) > _WIDEST:
        kept = kept[:-1]
    return kept if kept == text else f"{kept}…"


def _summary(counted: Mapping[str, int]) -> str:
    parts = "，".join(f"{WORDS[outcome]} {counted[outcome]}" for outcome in WORDS if counted[outcome])
    return f"{sum(counted.values())} 份：{parts}。"


def _trust(given: Path | None, settings: Settings) -> TrustList:
    """Read the trust file that was named, else this machine's own firm's; without either nobody is believed."""
    found = given or anchor_file(settings)
    if found.is_file():
        return load_trust(found.read_bytes(), f"「{found.name}」")
    tell("没有给信任文件，这台机器上也没有公司的：查得出改动，认不出签章人是谁。要认，请加 --trust trust.pem。")
    return believe_nobody()


def _print_verdict(verdict: Verdict, statement: Statement) -> None:
    print(printable(verdict.sentence))
    for check in verdict.checks:
        print(f"{check.no:>3} {_MARKS[check.result]} {check.title}：{printable(check.detail)}")
    for one in statement.signatures:
        said = (one.role, one.name, one.decision, one.time, f"（{one.time_source}）")
        print(printable(f"    签章 {one.number}：{' '.join(filter(None, said))}"))
    for words in verdict.not_checked_here:
        print(printable(f"    此处未查：{words}"))
    sys.stdout.flush()


def _at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"「{text}」不是份数，应为不小于 1 的整数")
    return int(text)


_FILES = Argument("files", {"nargs": "+", "metavar": "文件", "help": "PDF、文件夹（连同里面各层）或通配符"})
_TRUST = Argument(
    "--trust", {"type": existing_file, "help": "信任的根证书 PEM；不给就用这台机器上公司的，没有就谁也不认"}
)
JOBS = Argument(
    "--jobs", {"type": _at_least_one, "default": os.cpu_count() or 1, "help": "同时查验几份，不给就看有几个处理器"}
)
_REPORT = Argument("--report", {"type": Path, "help": "把一份文件的结论写成一个 HTML 文件，可离线打开和打印"})
COMMANDS = (Command("verify", "离线查验一份或多份 PDF", verify_files, (_FILES, _TRUST, JOBS, _REPORT, JSON)),)
