"""A command: its name, its words, its arguments and the function that does it; and how commands speak."""

import argparse
import getpass
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from forms_service.domain.people import Person
from forms_service.settings import Settings
from forms_service.workflow.office import Office

OK, REFUSED, USAGE, UNREADABLE = 0, 1, 2, 3

Do = Callable[[argparse.Namespace, Settings], int]


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: its flag or name, and argparse's own options for it."""

    flag: str
    options: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `does` returns the exit code."""

    name: str
    words: str
    does: Do
    arguments: tuple[Argument, ...] = ()


def tell(words: str) -> None:
    """Say something to the person at the terminal; results go to stdout, talk goes here."""
    print(words, file=sys.stderr)


def ask_secret(words: str) -> str:
    """Ask for a PIN or password at the terminal, where nobody sees it, or read the next line of stdin."""
    return getpass.getpass(words) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def existing_file(text: str) -> Path:
    """Take an argument that must name a file."""
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"没有「{text}」这个文件，请核对路径")
    return path


def existing_path(text: str) -> Path:
    """Take an argument that must name a file or a folder."""
    path = Path(text)
    if not path.exists():
        raise argparse.ArgumentTypeError(f"没有「{text}」这个文件或文件夹，请核对路径")
    return path


def require_person(office: Office, person_id: str) -> Person:
    """Return the person that `--person` names; an unknown id is the caller's fault."""
    person = office.organisation.person(person_id)
    if person is None:
        known = "、".join(p.id for p in office.organisation.people)
        raise argparse.ArgumentTypeError(f"没有「{person_id}」这个人，应为 {known} 之一")
    return person


FILE = Argument("file", {"type": existing_file})
OUT = Argument("out", {"type": Path, "help": "写到哪个文件"})
DOCUMENT = Argument("document", {"help": "文件识别码，forms open 印出的那一个"})
PERSON = Argument("--person", {"required": True, "help": "以谁的身份，如 li_wen"})
JSON = Argument("--json", {"action": "store_true", "help": "给程序读的输出"})
