"""Long keeping: who takes the document timestamp away, swaps it or what it seals, or renews what was altered."""

import datetime as dt
import functools
import io
import re

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from tests import spoiling
from tests.attacks import forge
from tests.attacks.attack import Attack, Family
from tests.attacks.people import Careless
from tests.attacks.siblings import KEPT, RENEWED
from tests.signing import lasting
from tests.signing.lasting import LATER, keep, stamps_from
from tests.tampering import AT, OURS, Desk, append, authority, stamps


@functools.cache
def _other() -> bytes:
    """Keep another document, whose own timestamp is as honest."""
    desk = Desk(document_id="d-000001", number="A2611002", timestamper=stamps())
    return keep(desk.seal(desk.finish()))


def _token_of_another() -> bytes:
    """Put another file's timestamp where this file's own was."""
    mine, other = lasting.kept(), _other()
    (start, end), (their_start, their_end) = forge.gap(mine), forge.gap(other)
    size = end - start - 2
    return mine[: start + 1] + other[their_start + 1 : their_end - 1][:size].ljust(size, b"0") + mine[end - 1 :]


def _token_emptied() -> bytes:
    start, end = forge.gap(lasting.kept())
    return forge.contained(lasting.kept(), b"<" + b"0" * (end - start - 2) + b">")


def _box_taken_away(writer: IncrementalPdfFileWriter) -> None:
    """Leave the timestamp's box out of the form."""
    form = writer.root["/AcroForm"]
    form[pdf_name("/Fields")] = generic.ArrayObject(
        [box for box in form["/Fields"] if not str(box.get_object()["/T"]).startswith("timestamp_")]
    )
    writer.update_container(form)


def _list_swapped_in_place() -> bytes:
    """Overwrite the list of revoked certificates with nothing, of the same length."""
    listed = PdfFileReader(io.BytesIO(lasting.kept())).root["/DSS"]["/CRLs"][0].encoded_data
    return lasting.kept().replace(listed, bytes(len(listed)))


def _lists_swapped(writer: IncrementalPdfFileWriter) -> None:
    """Name other lists in the validation data, after the timestamp."""
    older = writer.add_object(generic.StreamObject(stream_data=authority(OURS).crl(AT - dt.timedelta(days=1), {})))
    store = writer.root["/DSS"]
    store[pdf_name("/CRLs")] = generic.ArrayObject([older])
    writer.update_container(store)


def _dated_back() -> bytes:
    """Renew with a timestamp that is older than the one it follows."""
    return keep(lasting.kept(), timestamper=stamps_from(AT + dt.timedelta(minutes=30)))


def _range_cut_short() -> bytes:
    """Let the timestamp cover less than the file, and stamp that."""
    pdf = lasting.kept()
    one, two, three, four = forge.numbers(pdf)
    return forge.ranged(pdf, one, two, three, four - 20)


def _altered_then_kept() -> bytes:
    return keep(append(lasting.sealed(), spoiling.refill("net", "99.00")))


def _altered_then_renewed() -> bytes:
    return lasting.renew(append(lasting.kept(), spoiling.write_on_page), AT + lasting.YEAR)


def _claimed_later() -> bytes:
    """Claim a time that is later than the timestamp that covers it."""
    ahead = Desk(claims=AT + dt.timedelta(minutes=30))
    return keep(ahead.seal(ahead.finish()), timestamper=stamps_from(AT + dt.timedelta(minutes=10)))


def _list_spoilt() -> bytes:
    """Change one byte of the time from which on the file's own list speaks."""
    found = list(re.finditer(rb"\x17\x0d(\d{12})Z", lasting.kept()))[-1]
    spoilt = bytearray(lasting.kept())
    spoilt[found.start(1)] ^= 1
    return bytes(spoilt)


KEEPING = Family(
    "renewed",
    "长期保存与续盖",
    (
        Attack("renewed: another file's timestamp", "换上另一份文件的文件时间戳", 12, _token_of_another, KEPT),
        Attack("renewed: the timestamp emptied", "文件时间戳的内容抹成零", 12, _token_emptied, KEPT),
        Attack(
            "renewed: the timestamp's box taken away",
            "另存时把文件时间戳从表单里拿掉",
            3,
            lambda: append(lasting.kept(), _box_taken_away),
            KEPT,
        ),
        Attack(
            "renewed: by an unknown authority",
            "用不在信任名单里的机构盖文件时间戳",
            12,
            lambda: keep(lasting.sealed(), timestamper=authority("twin").timestamper(lambda: LATER)),
            KEPT,
        ),
        Attack(
            "renewed: a timestamp over something else",
            "文件时间戳盖的是别的东西",
            12,
            lambda: keep(lasting.sealed(), timestamper=Careless(stamps_from(LATER))),
            KEPT,
        ),
        Attack("renewed: a timestamp over a part", "文件时间戳没有盖到文件末尾", 2, _range_cut_short, KEPT),
        Attack("renewed: a list overwritten", "文件里带的撤销列表被抹掉", 12, _list_swapped_in_place, KEPT),
        Attack("renewed: a list's date changed", "文件里带的撤销列表改了日期", 12, _list_spoilt, KEPT),
        Attack(
            "renewed: lists swapped by a later save",
            "另存时把验证资料里的撤销列表换成旧的",
            1,
            lambda: append(lasting.kept(), _lists_swapped),
            KEPT,
        ),
        Attack(
            "renewed: another amount after the seal, kept then",
            "封印后改金额，再盖文件时间戳",
            8,
            _altered_then_kept,
            KEPT,
        ),
        Attack(
            "renewed: a mark on the page before the renewal",
            "续盖之前在页面上添了一笔",
            10,
            _altered_then_renewed,
            RENEWED,
            at=RENEWED.at,
        ),
        Attack("renewed: dated before the one it follows", "续盖的时间早于前一个时间戳", 13, _dated_back, RENEWED),
        Attack(
            "renewed: signed later than the timestamp over it",
            "自称的签章时间晚于盖住它的时间戳",
            13,
            _claimed_later,
            KEPT,
        ),
        Attack(
            "renewed: a timestamp for a day to come",
            "文件时间戳的时间还没有到",
            13,
            lambda: keep(lasting.sealed(), timestamper=stamps_from(AT + lasting.YEAR)),
            KEPT,
        ),
    ),
)
