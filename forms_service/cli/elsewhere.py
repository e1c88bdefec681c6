"""Commands of signing elsewhere: fill a step to be signed in a program of one's own, and take the file back in."""

import argparse
import json

from forms_service.cli.command import (
    DOCUMENT,
    FILE,
    JSON,
    OK,
    OUT,
    PERSON,
    REFUSED,
    Argument,
    Command,
    existing_file,
    require_person,
    tell,
)
from forms_service.cli.desk import print_state, read_values
from forms_service.settings import Settings
from forms_service.wiring import open_office
from forms_service.workflow.bringing import Brought
from forms_service.workflow.handing_out import hand_out, handed_out
from forms_service.workflow.reading import at_desk_of, find
from forms_service.workflow.submitting import Submission
from forms_service.workflow.taking_in import take_in


def fill(args: argparse.Namespace, settings: Settings) -> int:
    """Fill the step that is the person's and write the file that they sign in a program of their own."""
    office = open_office(settings)
    person = require_person(office, args.person)
    reading = at_desk_of(find(office, person, args.document), person.id, args.step)
    submission = Submission(
        document_id=reading.document.id,
        step=reading.step.id if reading.step else "",
        seen=reading.document.head,
        decision=args.decision,
        opinion=args.opinion,
        raw=read_values(args),
        reason=args.reason,
    )
    handout = hand_out(office, person, submission)
    args.out.write_bytes(handed_out(office, person, handout.document_id, handout.sha256)[1])
    print(handout.sha256)
    return OK


def receive(args: argparse.Namespace, settings: Settings) -> int:
    """Take in a file signed elsewhere; of one that was only filled in, print its values for `forms sign --values`."""
    office = open_office(settings)
    taken = take_in(office, require_person(office, args.person), args.file.read_bytes())
    if taken.brought is None:
        print_state(taken.document, as_json=args.json)
        return OK
    print(json.dumps(dict(taken.brought.raw), ensure_ascii=False))
    tell(_told(taken.brought))
    return REFUSED


def _told(brought: Brought) -> str:
    """Say what was found, for it is the person who confirms it."""
    lines = [f"{d.label}：单据上「{d.now}」，文件里「{d.brought}」" for d in brought.differences]
    lines += [f"{d.label}没有取用：{d.left_out}" for d in brought.differences if d.left_out]
    if brought.ignored:
        lines.append(f"没有取用（不是您这一步填的，或由系统填）：{'、'.join(brought.ignored)}")
    ending = "文件没有您的有效签章，没有收下。核对以上内容，存成文件，用 forms sign --values 照常签章。"
    return "\n".join((*lines, ending))


_FILLING = (
    Argument("--values", {"type": existing_file, "help": "这一步填写的内容，JSON"}),
    Argument("--decision", {"default": "approve", "help": "approve（同意）、reject（驳回）或 return:步骤（退回）"}),
    Argument("--opinion", {"default": "", "help": "意见"}),
    Argument("--reason", {"default": "", "help": "有要留意的地方时，继续的理由"}),
    Argument("--step", {"default": "", "help": "会签里有几方是您时，签哪一方"}),
)
COMMANDS = (
    Command("fill", "填好当前这一步，写出用自己的程序签的 PDF", fill, (DOCUMENT, OUT, PERSON, *_FILLING)),
    Command("receive", "收下用自己的程序签好的 PDF", receive, (FILE, PERSON, JSON)),
)
