"""A 处理表 on its way: who signs each step, and what they usually fill; a test fills otherwise where it matters.

case = Case.opened(world)
case.go_on(until="decide", digest={"allowance_amount": "5000"})
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from forms_service.domain.document import Document
from forms_service.workflow.opening import open_document
from tests.world import World

Filling = Mapping[str, str]

SIGNERS: Mapping[str, str] = MappingProxyType(
    {
        "open": "li_wen",
        "countersign": "chen_zhi",
        "register": "zhao_min",
        "qa": "sun_yue",
        "plant": "wu_gang",
        "mgr_office": "yuan_li",
        "rd": "gao_yuan",
        "review": "zhao_min",
        "joint_1": "zhao_min",
        "joint_2": "sun_yue",
        "joint_3": "wu_gang",
        "propose": "li_wen",
        "advise": "zhao_min",
        "direct": "shen_jia",
        "talk": "li_wen",
        "confirm": "chen_zhi",
        "digest": "zhao_min",
        "decide": "shen_jia",
    }
)


def usual(today: str) -> Mapping[str, Filling]:
    """Return what each step usually fills on a day: an allowance of 3,000 for 120 of 1,000 boards, ours, tracked."""
    return {
        "open": {
            "received_on": today,
            "region": "domestic",
            "customer": "dongsheng",
            "order_no": "PO-7781",
            "part_no": "PCB-0417",
            "item_name": "四层板 1.6mm",
            "shipped_on": "2026-11-02",
            "shipped_qty": "1000",
            "unit": "片",
            "bad_qty": "120",
            "invoice_no": "QK20463157",
            "invoice_date": "2026-11-03",
            "invoice_amount": "50000",
            "class_reported": "quality",
            "complaint_reason": "板面分层",
            "content": "回焊之后板面分层起泡",
            "samples.1.item": "分层样板",
            "samples.1.pieces": "2",
            "samples.1.state": "起泡",
            "demand": "allowance",
            "undetermined": "no",
            "demand_amount": "3000",
            "demand_detail": "请就不良数量折让",
            "sales_opinion": "样品属实，拟请折让",
        },
        "register": {"accepted_on": today, "samples_received": "2", "sample_keeper": "zhao_min"},
        "qa": {
            "class_found": "quality",
            "inspection": "confirmed",
            "qa_finding": "切片可见分层",
            "root_cause": "压合温度不足",
            "proposed_unit": "plant",
            "needs_rd": "no",
            "reporter": "tang_ying",
            "sample_kept_by": "tang_ying",
        },
        "plant": {
            "made_unit": "压合二组",
            "made_by": "陈小明",
            "made_on": "2026-10-20",
            "cause_analysis": "温度设定错误",
            "quick_measure": "逐批测温",
            "lasting_measure": "程序锁定温度",
            "measure_due": "2026-12-20",
        },
        "mgr_office": {"mgr_opinion": "同意制造部对策"},
        "rd": {"rd_opinion": "材料无异常"},
        "review": {
            "ours": "yes",
            "negligence": "no",
            "track": "yes",
            "origin_unit": "压合二组",
            "review_opinion": "责任明确",
            "handling_method": "就不良数量折让",
            "liable_unit": "plant",
            "liable_share": "100%",
        },
        "propose": {"proposal": "折让 3,000 元", "proposed_amount": "3000"},
        "advise": {"advice": "同意业务所拟", "first_amount": "3000"},
        "talk": {
            "talked_on": today,
            "talk_with": "张丽华",
            "outcome": "accepted",
            "agreed_amount": "3000",
            "talk_words": "客户同意折让",
        },
        "digest": {
            "not_standing": "no",
            "allowance_amount": "3000",
            "hinders_collection": "no",
            "loss_return": "0",
            "loss_exchange": "0",
            "loss_rework": "0",
            "penalty_kind": "bonus",
            "penalty_person": "feng_qiang",
            "penalty_note": "温度设定错误",
            "summary": "我方责任，折让 3,000 元",
        },
    }


@dataclass
class Case:
    """A complaint in an office; `document` is how it stands after the last step."""

    world: World
    document: Document

    @classmethod
    def opened(cls, world: World) -> "Case":
        """Open a complaint at the sales clerk's desk."""
        return cls(world, open_document(world.office, world.person(SIGNERS["open"]), "customer-complaint"))

    def sign(self, person: str = "", *, fill: Filling = MappingProxyType({}), **given: object) -> "Case":
        """Let the step at hand be filled as usual but for `fill`, and signed by its usual signer or another."""
        world, step = self.world, str(self.document.step)
        today = world.office.today(world.clock.at).isoformat()
        raw = {**usual(today).get(step, {}), **fill}
        self.document = world.sign(self.document, person or SIGNERS[step], raw=raw, **given)
        return self

    def go_on(self, *, until: str = "", signers: Mapping[str, str] = MappingProxyType({}), **fills: Filling) -> "Case":
        """Sign step after step until one is at hand, or the case is closed; `fills` are by step."""
        while self.document.step is not None and self.document.step != until:
            step = self.document.step
            self.sign(signers.get(step, ""), fill=fills.get(step, {}))
        return self
