"""Commands about documents: open, sign, show, pdf, copies, post, export."""

import argparse
import json
from collections.abc import Mapping

from forms_service.cli.command import (
    DOCUMENT,
    JSON,
    OK,
    OUT,
    PERSON,
    Argument,
    Command,
    ask_secret,
    existing_file,
    require_person,
)
from forms_service.domain.document import Document
from forms_service.settings import Settings
from forms_service.wiring import open_office
from forms_service.workflow.keying import unlock_key
from forms_service.workflow.opening import open_document
from forms_service.workflow.posting import export_vouchers, post
from forms_service.workflow.reading import at_desk_of, find
from forms_service.workflow.submitting import Submission, submit


def open_form(args: argparse.Namespace, settings: Settings) -> int:
    """Open a document of a form, from another one where it is asked, and print its id and number."""
    office = open_office(settings)
    person = require_person(office, args.person)
    print_state(open_document(office, person, args.form, args.parent), as_json=args.json)
    return OK


def sign(args: argparse.Namespace, settings: Settings) -> int:
    """Sign the step that is the person's; the PIN is asked, or read from the first line of stdin."""
    office = open_office(settings)
    person = require_person(office, args.person)
    reading = at_desk_of(find(office, person, args.document), person.id, args.step)
    document = reading.document
    submission = Submission(
        document_id=document.id,
        step=reading.step.id if reading.step else "",
        seen=args.seen or document.head,
        decision=args.decision,
        opinion=args.opinion,
        raw=read_values(args),
        reason=args.reason,
        on_behalf_of=args.principal,
    )
    print_state(
        submit(office, person, submission, unlock_key(office, person, ask_secret("签章密码："))), as_json=args.json
    )
    return OK


def show(args: argparse.Namespace, settings: Settings) -> int:
    """Print a document's state and its ledger."""
    with open_office(settings).database.read() as tx:
        document = tx.documents.get(args.document)
        rows = tx.ledger.of(args.document)
    print_state(document, as_json=args.json)
    for row in () if args.json else rows:
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


def post_document(args: argparse.Namespace, settings: Settings) -> int:
    """Post a document's accounting copy, once."""
    office = open_office(settings)
    voucher = post(office, require_person(office, args.person), args.document)
    for line in voucher.lines:
        print(
            f"{voucher.number} {line.no} {line.account_code} {line.account_name} {line.debit:,.2f} {line.credit:,.2f}"
        )
    return OK


def export(args: argparse.Namespace, settings: Settings) -> int:
    """Write every posted voucher as CSV."""
    args.out.write_bytes(export_vouchers(open_office(settings)))
    return OK


def read_values(args: argparse.Namespace) -> Mapping[str, str]:
    """Read what the step is filled with: a JSON object of texts, keyed by field id or `lines.1.qty`."""
    if args.values is None:
        return {}
    values = json.loads(args.values.read_text(encoding="utf-8"))
    if not isinstance(values, dict):
        raise argparse.ArgumentTypeError('--values 的文件应是一个 JSON 对象，如 {"order_no": "SO-1"}')
    return {str(name): str(text) for name, text in values.items()}


def print_state(document: Document, *, as_json: bool) -> None:
    """Print where a document stands, for people or for programs."""
    told = {
        "id": document.id,
        "number": document.number,
        "state": document.state,
        "step": document.step,
        "round": document.round,
        "customer": document.subject,
        "amount": document.amount,
        "sha256": document.head,
    }
    print(json.dumps(told, ensure_ascii=False) if as_json else " ".join(str(part) for part in told.values() if part))


_FORM = Argument("form", {"help": "如 sales-allowance"})
_PARENT = Argument("--parent", {"metavar": "ID", "help": "从哪一张单据开立：它的识别码"})
_SIGNING = (
    Argument("--values", {"type": existing_file, "help": "这一步填写的内容，JSON"}),
    Argument("--decision", {"default": "approve", "help": "approve、reject 或 return:步骤"}),
    Argument("--opinion", {"default": "", "help": "意见；不同意时必须写"}),
    Argument("--reason", {"default": "", "help": "有要留意的地方时，继续的理由"}),
    Argument("--step", {"default": "", "help": "会签里有几方是您时，签哪一方"}),
    Argument("--for", {"dest": "principal", "metavar": "P", "help": "代谁签；要有他的委托"}),
    Argument("--seen", {"help": "您看过的那一份的 SHA-256；给了就只签它"}),
)
COMMANDS = (
    Command("open", "开立一张单据", open_form, (_FORM, PERSON, _PARENT, JSON)),
    Command("sign", "填写并签章当前这一步", sign, (DOCUMENT, PERSON, *_SIGNING, JSON)),
    Command("show", "显示单据状态与台账", show, (DOCUMENT, JSON)),
    Command("pdf", "输出单据现在的 PDF", pdf, (DOCUMENT, OUT)),
    Command("copies", "列出各联", copies, (DOCUMENT,)),
    Command("post", "会计入账一次", post_document, (DOCUMENT, PERSON)),
    Command("export", "输出传票 CSV", export, (OUT,)),
)
