"""An allowance that stands alone, and its way from issue to voucher without a browser."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

from forms_service.domain.document import Document
from forms_service.domain.people import Person
from forms_service.workflow.demonstrating import PIN, newest_mail
from forms_service.workflow.distributing import distribute_pending
from forms_service.workflow.inviting import check_code, granted_link, invite_pending, send_code
from forms_service.workflow.keying import unlock_key
from forms_service.workflow.office import Office
from forms_service.workflow.opening import open_document
from forms_service.workflow.posting import post
from forms_service.workflow.receiving import Answer, answer
from forms_service.workflow.submitting import Submission, submit

ALLOWANCE: Mapping[str, str] = MappingProxyType(
    {
        "complaint_no": "261103",
        "approved_amount": "12000",
        "customer": "东升电子有限公司",
        "buyer_tax_id": "23547185",
        "order_no": "SO-2026-1187",
        "part_no": "PCB-4L-0086",
        "invoice_no": "QK20463157",
        "invoice_date": "2026-10-28",
        "lines.1.item": "四层印刷电路板 FR-4 沉金",
        "lines.1.qty": "1200",
        "lines.1.old_price": "86.50",
        "lines.1.new_price": "79.00",
        "lines.2.item": "双面板 喷锡 1.6mm",
        "lines.2.qty": "350.5",
        "lines.2.old_price": "32.00",
        "lines.2.new_price": "28.80",
        "tax_rate": "5%",
        "reason": "客户反映板面沉金色差、部分焊盘氧化，经质量管理部检验确认属实；双方议定按实收单价结算，不退货。",
        "evidence": "e_consent",
    }
)


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the demonstration: what happened, how long it took, how large the document is now."""

    words: str
    seconds: float
    size: int


def whole_way(office: Office, mail_folder: Path) -> Iterator[Stage]:
    """Take one allowance from issue to its sealed copies, yielding each stage as it is done."""
    clerk, deputy, manager = (_holder(office, role) for role in ("sales_clerk", "deputy_gm", "gm"))
    opened: list[Document] = []
    yield _timed(office, "开立并签发", lambda: opened.append(open_document(office, clerk, "sales-allowance")), opened)
    for person, raw in ((clerk, ALLOWANCE), (deputy, {}), (manager, {})):
        yield _timed(office, f"{person.name} 签章", partial(_sign_next, office, person, opened, raw), opened)
    yield _timed(office, "寄送客户链接", lambda: invite_pending(office), opened)
    yield _timed(office, "客户签章", lambda: opened.append(_customer(office, mail_folder, opened[-1])), opened)
    yield _timed(office, "分发各联", lambda: distribute_pending(office), opened)
    accountant = _holder(office, "accountant")
    yield _timed(office, "会计入账", lambda: post(office, accountant, opened[-1].id), opened)


def _sign_next(office: Office, person: Person, opened: list[Document], raw: Mapping[str, str]) -> None:
    document = opened[-1]
    signer = unlock_key(office, person, PIN)
    submission = Submission(document.id, str(document.step), document.head, raw=raw)
    opened.append(submit(office, person, submission, signer))


def _customer(office: Office, mail_folder: Path, document: Document) -> Document:
    token = newest_mail(mail_folder).split("/c/")[1].split()[0]
    send_code(office, token)
    grant = check_code(office, token, newest_mail(mail_folder).split("验证码是 ")[1][:6])
    link, _ = granted_link(office, token, grant)
    return answer(office, token, grant, Answer(seen=document.head, accepts=True, name=link.contact_name, consents=True))


def _holder(office: Office, role: str) -> Person:
    return office.organisation.holders(role)[0]


def _timed(office: Office, words: str, act: Callable[[], object], opened: list[Document]) -> Stage:
    started = time.perf_counter()
    act()
    taken = time.perf_counter() - started
    return Stage(words, taken, len(office.blobs.get(opened[-1].head)))
