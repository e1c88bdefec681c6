"""Paperwork: the usual answers of the slips, memorials and monthly forms around a complaint, as `cases` takes them."""

from collections.abc import Mapping
from types import MappingProxyType

TODAY = "today"  # an answer that is the office's day

REMINDER: Mapping[str, str] = MappingProxyType(
    {
        "ask_by": TODAY,
        "request": "本案已逾处理期限，请即办妥。",
        "late_reason": "等候外协复验报告。",
        "promised_on": TODAY,
    }
)
INQUIRY: Mapping[str, str] = MappingProxyType(
    {
        "unit": "qa",
        "step_name": "质量管理部调查",
        "days_late": "3",
        "answer_by": TODAY,
        "question": "请追查逾期原因。",
        "late_reason": "样品转送延误。",
        "prevention": "样品随单当日送达。",
    }
)
MEMORIAL: Mapping[str, str] = MappingProxyType(
    {
        "kind": "objection",
        "topic": "本案责任归属请重新判定",
        "account": "压合记录显示温度正常，制造部认为责任不在本单位。",
        "proposal": "拟请总经理室会同质量管理部复查。",
        "unit_one": "qa",
        "needs_deputy": "no",
        "instruction": "请总经理室于一周内复查具报。",
    }
)
ABNORMALITY: Mapping[str, str] = MappingProxyType(
    {
        "happened_on": TODAY,
        "customer": "dongsheng",
        "part_no": "PCB-0417",
        "no_loss": "yes",
        "phenomenon": "外箱受潮，内包完好。",
        "handling": "现场更换外箱。",
        "suggestion": "雨天装车请加盖帆布。",
        "unit_one": "warehouse",
        "reply_one": "已备帆布，列入装车点检。",
        "reply_two": "无设计上的原因。",
        "outcome": "improved",
        "outcome_note": "客户已确认。",
    }
)
IMPROVEMENT: Mapping[str, str] = MappingProxyType(
    {
        "plan": "压合程序温度锁定，变更须经主管授权。",
        "target": "三个月内不再有分层客诉。",
        "unit_one": "plant",
        "cause": "温度设定可由作业员任意更改。",
        "items.1.measure": "程序加设温度锁定",
        "items.1.unit": "plant",
        "items.1.done_by": "2027-03-31",
        "result_one": "已完成锁定。",
        "finished_one": TODAY,
        "result_two": "已修订检验标准。",
        "finished_two": TODAY,
        "urging": "已现场确认。",
        "inspected": "抽查三批，无分层。",
        "checked_on": TODAY,
        "effective": "yes",
        "effect_note": "有效。",
    }
)
PENALTY: Mapping[str, str] = MappingProxyType(
    {
        "action": "penalty",
        "kind": "bonus",
        "target": "person",
        "unit": "plant",
        "incident": "压合温度设定错误。",
        "clause": "客户投诉处理办法第12条(2)",
        "base_total": "100",
        "jurisdiction": "cn",
        "lowest_wage": "2000",
        "variable_only": "yes",
        "settled": "yes",
        "month": "2026-12",
        "people.1.name": "冯强",
        "people.1.base": "10",
        "people.1.bonus": "1000",
        "people.1.wage": "6000",
        "told_on": TODAY,
    }
)
STATISTICS: Mapping[str, str] = MappingProxyType(
    {
        "cases.1.plant_share": "60%",
        "cases.1.sales_share": "40%",
        "cases.1.service_share": "0%",
        "cases.1.other_share": "0%",
        "meeting_on": TODAY,
        "findings": "压合课列为下月稽核重点。",
        "instructions": "各案依检讨结论办理。",
    }
)
SANCTIONS: Mapping[str, str] = MappingProxyType(
    {"review_note": "已逐案审视。", "personnel_note": "已依规定办理。", "published_on": ""}
)
PAPERWORK: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "reminder-slip": REMINDER,
        "inquiry-slip": INQUIRY,
        "memorial": MEMORIAL,
        "abnormality": ABNORMALITY,
        "improvement": IMPROVEMENT,
        "reward-penalty": PENALTY,
        "monthly-statistics": STATISTICS,
        "sanction-review": SANCTIONS,
    }
)
