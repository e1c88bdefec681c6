"""Cases: the usual answers of every form that a complaint leads to, and the way through it, for a test to vary.

world = case_world(folder)
case = go_on(world, open_complaint(world), until="decide", allowance_amount="5000.01")
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from forms_service.domain.document import Document
from forms_service.domain.people import Person
from forms_service.domain.routing import free_standings
from forms_service.domain.spec import Step
from forms_service.store.documents import Search
from forms_service.workflow.demonstrating import PIN
from forms_service.workflow.distributing import distribute_pending
from forms_service.workflow.following import follow_pending
from forms_service.workflow.inviting import check_code, granted_link, invite_pending, send_code
from forms_service.workflow.keying import unlock_key
from forms_service.workflow.opening import open_document
from forms_service.workflow.reading import Turn, read
from forms_service.workflow.receiving import Answer, answer
from forms_service.workflow.submitting import Submission, submit
from tests.forms.office import full_office
from tests.paperwork import PAPERWORK, TODAY
from tests.world import World

COMPLAINT: Mapping[str, str] = MappingProxyType(
    {
        "received_on": TODAY,
        "region": "domestic",
        "customer": "东升电子有限公司",
        "order_no": "SO-2026-1187",
        "part_no": "PCB-4L-0086",
        "item_name": "四层印刷电路板 FR-4 沉金",
        "lot_no": "L2610-07",
        "shipped_on": "2026-10-26",
        "shipped_qty": "2000",
        "unit": "片",
        "bad_qty": "120",
        "invoice_no": "QK20463157",
        "invoice_date": "2026-10-28",
        "invoice_amount": "173000.00",
        "class_reported": "quality",
        "complaint_reason": "客户进料检验判退，经业务到厂确认，不良现象与来函相符。",
        "content": "板面沉金色差，部分焊盘氧化，上件后吃锡不良。",
        "samples.1.item": "PCB-4L-0086 不良板",
        "samples.1.pieces": "3",
        "samples.1.state": "焊盘氧化、色差",
        "demand": "allowance",
        "undetermined": "no",
        "demand_amount": "9000.00",
        "demand_detail": "按实收单价结算，不退货。",
        "wished_on": "2026-12-05",
        "sales_opinion": "客户为长期往来，数量与现象均已核对，建议折让处理。",
        "accepted_on": TODAY,
        "samples_received": "3",
        "sample_keeper": "赵敏",
        "class_found": "quality",
        "inspection": "confirmed",
        "qa_finding": "三件样品均见焊盘氧化，镍层厚度合格，金层厚度低于规格下限。",
        "root_cause": "沉金槽金离子浓度未及时补充，出货前未加严抽检。",
        "proposed_unit": "plant",
        "responsible_first": "冯强",
        "responsible_note": "未依频率分析槽液",
        "needs_rd": "no",
        "reporter": "唐颖",
        "sample_kept_by": "唐颖",
        "made_unit": "制造部沉金课",
        "made_by": "沉金课 B 班",
        "made_on": "2026-10-18",
        "cause_analysis": "当班槽液分析漏做一次，金离子浓度降到下限以下。",
        "quick_measure": "同批库存全数重检，隔离不良品。",
        "lasting_measure": "槽液分析改为每班两次，浓度低于警戒值自动停线。",
        "measure_due": "2026-12-20",
        "mgr_opinion": "同意质管所查，制造部应依期完成对策。",
        "rd_opinion": "建议评估新槽液配方的稳定性。",
        "ours": "yes",
        "negligence": "no",
        "track": "no",
        "origin_unit": "沉金课",
        "review_opinion": "查核属实，责任在制造部。",
        "handling_method": "折让处理，并全数重检同批库存。",
        "liable_unit": "plant",
        "liable_share": "100%",
        "proposal": "拟折让 9,000 元结案，客户不再退货。",
        "proposed_amount": "9000.00",
        "advice": "折让金额在合理范围，拟准业务据以交涉。",
        "first_amount": "9000.00",
        "talked_on": TODAY,
        "talk_with": "张丽华 经理",
        "outcome": "accepted",
        "agreed_amount": "9000.00",
        "talk_words": "客户接受按实收单价结算。",
        "not_standing": "no",
        "allowance_amount": "9000.00",
        "hinders_collection": "no",
        "loss_return": "0",
        "loss_exchange": "0",
        "loss_rework": "0",
        "penalty_kind": "none",
        "summary": "业务与工厂意见一致，拟准折让 9,000 元(未税)。",
    }
)
ALLOWANCE: Mapping[str, str] = MappingProxyType(
    {
        "buyer_tax_id": "23547185",
        "lines.1.item": "四层印刷电路板 FR-4 沉金",
        "lines.1.qty": "1200",
        "lines.1.old_price": "86.50",
        "lines.1.new_price": "79.00",
        "tax_rate": "5%",
        "compensation": "0",
        "reason": "板面沉金色差、部分焊盘氧化，经质量管理部检验确认属实；双方议定按实收单价结算，不退货。",
        "evidence": "e_consent",
    }
)
GOODS: Mapping[str, str] = MappingProxyType(
    {
        "buyer_tax_id": "23547185",
        "treatment": "goods_return",
        "reason": "焊盘氧化，客户无法上件。",
        "planned_on": "2026-12-18",
        "carriage": "本公司货车",
        "invoice_qty": "2000",
        "sale_price": "86.50",
        "tax_rate": "5%",
        "inspected_on": TODAY,
        "inspection": "as_complained",
        "usable_qty": "0",
        "scrap_qty": "100",
        "inspection_note": "与投诉现象相符，不能返修。",
        "received_qty": "100",
        "arrived_on": TODAY,
        "place": "退货区 R-03",
        "proof": "certificate",
        "cost_price": "52.00",
    }
)
CERTIFICATE: Mapping[str, str] = MappingProxyType({"reason": "焊盘氧化，整批中之不良品退回。"})
REPLY: Mapping[str, str] = MappingProxyType(
    {
        "channel": "phone",
        "answered_on": TODAY,
        "contact": "张丽华",
        "words": "已说明核定之处理方式与改善对策。",
        "accepted": "yes",
    }
)
REPORT: Mapping[str, str] = MappingProxyType(
    {
        "course": "取回样品三件，逐件量测金层厚度，并调阅沉金槽液分析记录。",
        "conclusion": "槽液分析漏做所致，建议增加分析频率并设警戒停线。",
    }
)
TIMELINESS: Mapping[str, str] = MappingProxyType({"conclusion": "各步均已查核。"})
RECEIVABLE: Mapping[str, str] = MappingProxyType(
    {
        "payment_due_on": "2026-12-28",
        "amount_due": "181650.00",
        "result": "collected",
        "collected_on": TODAY,
        "amount_collected": "181650.00",
    }
)
CHECKED: Mapping[str, str] = MappingProxyType(
    {
        "done_on": TODAY,
        "finding": "槽液分析记录每班两次，抽查七日齐全。",
        "effective": "yes",
        "qa_view": "复验合格，对策有效。",
    }
)
USUAL: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "customer-complaint": COMPLAINT,
        "sales-allowance": ALLOWANCE,
        "goods-return": GOODS,
        "return-certificate": CERTIFICATE,
        "customer-reply": REPLY,
        "investigation-report": REPORT,
        "timeliness-review": TIMELINESS,
        "receivable-notice": RECEIVABLE,
        "measure-check": CHECKED,
        **PAPERWORK,
    }
)

RETURNED: Mapping[str, str] = MappingProxyType(
    {
        "demand": "goods_return",
        "demand_qty": "100",
        "demand_amount": "",
        "proposed_amount": "8650.00",
        "first_amount": "8650.00",
        "agreed_amount": "8650.00",
        "allowance_amount": "",
        "return_qty": "100",
        "sale_price": "86.50",
        "loss_return": "5200.00",
    }
)
UNFOUNDED: Mapping[str, str] = MappingProxyType(
    {
        "inspection": "unfounded",
        "ours": "no",
        "handling_method": "",
        "liable_unit": "",
        "liable_share": "",
        "proposed_amount": "0",
        "first_amount": "0",
        "agreed_amount": "0",
        "outcome": "refused",
        "not_standing": "yes",
        "allowance_amount": "",
    }
)
"""What turns the usual complaint into a return, and into one that does not stand."""


def case_world(folder: Path) -> World:
    """Open an office in which every form of the shelf is in force."""
    return full_office(folder)


def open_complaint(world: World, person_id: str = "li_wen") -> Document:
    """Let a sales clerk open a complaint, not yet filled."""
    return open_document(world.office, world.person(person_id), "customer-complaint")


def go_on(world: World, document: Document, until: str = "", **typed: str) -> Document:
    """Sign step after step with the usual answers until one is at hand, or to the end.

    What a test types replaces the usual answer to a field, in whichever step fills it; two underscores in a name stand
    for a table's dots. Stops before the customer's step, which nobody of the firm may sign.
    """
    while (turn := next_turn(world, document)) is not None and turn.step.id != until:
        if turn.step.who.kind == "external":
            break
        document = sign_step(world, document, **typed)
    return document


def sign_step(
    world: World, document: Document, decision: str = "approve", opinion: str = "", by: str = "", **typed: str
) -> Document:
    """Sign the step at hand: by a person named, else by the first who may."""
    turn = next_turn(world, document)
    assert turn is not None, f"{document.number} has ended"
    person = world.person(by) if by else _signer(world, document, turn)
    raw = answers(world, document.form, turn.step, typed)
    submission = Submission(
        document.id, turn.step.id, document.head, decision, opinion, raw, reason="已核对，照此办理。"
    )
    return submit(world.office, person, submission, unlock_key(world.office, person, PIN))


def next_turn(world: World, document: Document) -> Turn | None:
    """Return the step at hand and who may sign it; None when the document has ended."""
    turns = read(world.office, document).turns
    return turns[0] if turns else None


def answers(world: World, form: str, step: Step, typed: Mapping[str, str]) -> Mapping[str, str]:
    """Gather what a step is filled with: the usual answers to its fields, and what a test types instead."""
    told = {name.replace("__", "."): text for name, text in typed.items()}
    both = {**USUAL.get(form, {}), **told}
    today = world.office.today(world.office.now()).isoformat()
    return {
        name: today if text == TODAY else text for name, text in both.items() if name.partition(".")[0] in step.fills
    }


def _signer(world: World, document: Document, turn: Turn) -> Person:
    """Choose who signs: the document's own opener where they may, else the first who may."""
    for person in sorted(turn.claim.holders, key=lambda holder: holder.id != document.opened_by):
        if free_standings(turn.claim.standings(person.id), turn.step, document):
            return world.person(person.id)
    raise AssertionError(f"nobody may sign {turn.step.id} of {document.number}")


def close_case(world: World, **typed: str) -> Document:
    """Take a complaint to its decision, seal its copies and open what follows."""
    case = go_on(world, open_complaint(world), **typed)
    assert case.state == "finished"
    settle(world)
    return case


def settle(world: World) -> None:
    """Seal what is finished, and open what follows from it, until nothing is due."""
    while distribute_pending(world.office) + follow_pending(world.office):
        pass


def children(world: World, parent: Document) -> Iterator[Document]:
    """List the documents opened from one, as they stand, in the order opened."""
    with world.office.database.read() as tx:
        found = tx.documents.find(Search(parent=parent.id))
    return iter(sorted(found, key=lambda document: document.opened_at))


def child(world: World, parent: Document, form: str) -> Document:
    """Return the one document of a form that was opened from a parent."""
    (found,) = (document for document in children(world, parent) if document.form == form)
    return found


def customer_accepts(world: World, document: Document, name: str = "张丽华") -> Document:
    """Let the customer's contact sign by link and one-time code."""
    return _customer(world, Answer(document.head, accepts=True, name=name, consents=True))


def customer_refuses(world: World, document: Document, opinion: str) -> Document:
    """Let the customer's contact refuse by link and one-time code."""
    return _customer(world, Answer(document.head, accepts=False, name="", opinion=opinion))


def _customer(world: World, given: Answer) -> Document:
    invite_pending(world.office)
    token = world.mail().split("/c/")[1].split()[0]
    send_code(world.office, token)
    grant = check_code(world.office, token, world.mail().split("验证码是 ")[1][:6])
    granted_link(world.office, token, grant)
    return answer(world.office, token, grant, given)
