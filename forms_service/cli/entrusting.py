"""The command about whom the firm trusts: list it, propose to add or take away, export it for others."""

import argparse
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from forms_service.cli.command import OK, Argument, Command, require_person, tell
from forms_service.domain.people import Person
from forms_service.durable import write_over
from forms_service.settings import Settings
from forms_service.signing.trust_file import KINDS
from forms_service.wiring import open_office
from forms_service.workflow.entrusting import Entrusted, distrust, entrust, list_trusted
from forms_service.workflow.office import Office
from forms_service.workflow.vouching import trust_file

STANDS: Mapping[str, str] = MappingProxyType({"in_force": "生效", "to_come": "等总经理签定", "to_go": "等签定后移除"})
_SHORT = 16
_SIGN = "还没有生效：请总经理用 forms approve，或在「设置」页核对、签定。"
_LABELS = ("kind", "party", "contact", "person", "from", "until")


def trust(args: argparse.Namespace, settings: Settings) -> int:
    """Do what is said to the list of whom the firm trusts."""
    return _DOES[args.what](open_office(settings), args)


def _export(office: Office, args: argparse.Namespace) -> int:
    """Write the trust file by which anybody verifies the firm's documents, to a file or to stdout."""
    pem = trust_file(office)
    if args.out is None:
        print(pem.decode())
        return OK
    write_over(args.out, pem)
    tell(f"写到 {args.out}，SHA-256 {hashlib.sha256(pem).hexdigest()}。请经可靠的途径交给查验的人。")
    return OK


def _list(office: Office, _: argparse.Namespace) -> int:
    found = list_trusted(office)
    for one in found:
        print(_line(office, one))
    tell(f"{len(found)} 项；公司自己的根证书不在其中，总是信任的。")
    return OK


def _add(office: Office, args: argparse.Namespace) -> int:
    path = Path(args.which or "")
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"没有「{args.which or ''}」这个证书文件，请核对路径")
    labels = {name: getattr(args, f"{name}_") or "" for name in _LABELS}
    print(_line(office, entrust(office, _actor(office, args), path.read_bytes(), labels)))
    tell(_SIGN)
    return OK


def _remove(office: Office, args: argparse.Namespace) -> int:
    distrust(office, _actor(office, args), args.which or "")
    tell(f"拿掉了。{_SIGN}")
    return OK


def _actor(office: Office, args: argparse.Namespace) -> Person:
    if args.by is None:
        raise argparse.ArgumentTypeError("改信任名单要写明 --by，总经理室哪一位")
    return require_person(office, args.by)


def _line(office: Office, one: Entrusted) -> str:
    term = " 到 ".join(f"{office.local(at):%Y-%m-%d}" for at in (one.since, one.until) if at is not None)
    parts = (one.sha256[:_SHORT], one.kind, one.whom, f"「{one.subject}」", term, STANDS[one.stands])
    return "　".join(part for part in parts if part)


_DOES: Mapping[str, Callable[[Office, argparse.Namespace], int]] = MappingProxyType(
    {"export": _export, "list": _list, "add": _add, "remove": _remove}
)
_ARGUMENTS = (
    Argument("what", {"choices": tuple(_DOES)}),
    Argument("which", {"nargs": "?", "metavar": "FILE|SHA256", "help": "加哪个证书文件（PEM 或 DER），拿掉哪个指纹"}),
    Argument("--out", {"type": Path, "help": "导出到哪个文件，如 trust.pem；不给就打印"}),
    Argument("--by", {"metavar": "PERSON", "help": "总经理室的谁在改，如 zhao_min"}),
    Argument("--kind", {"dest": "kind_", "choices": tuple(k for k in KINDS if k != "firm-ca"), "help": "是哪一种"}),
    Argument("--party", {"dest": "party_", "help": "customer-ca、contact：哪个往来单位的，如 dongsheng"}),
    Argument("--contact", {"dest": "contact_", "metavar": "EMAIL", "help": "contact：哪位联系人的；不写就是谁都可以"}),
    Argument("--person", {"dest": "person_", "help": "person：本公司谁的，如 li_wen"}),
    Argument("--from", {"dest": "from_", "metavar": "DAY", "help": "从哪一天起信任，如 2026-12-01"}),
    Argument("--until", {"dest": "until_", "metavar": "DAY", "help": "到哪一天为止（不含）"}),
)
COMMANDS = (Command("trust", "信任名单：列出、加上、拿掉，或导出给别人查验用", trust, _ARGUMENTS),)
