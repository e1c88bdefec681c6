"""Delegation (代理): who may act for whom, between which days, on which form, up to which amount.

It never makes chains, for it passes on what is somebody's own only; it names a person, so that whatever the person may
not do, the delegate may not do for them either.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from forms_service.domain.money import Money
from forms_service.domain.people import Organisation
from forms_service.domain.problem import Problem

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Delegation:
    """A principal's work given to a delegate, for the firm's days from `starts_on` to `ends_on` inclusive.

    `form` is "" for every form; `cap` the largest amount that the delegate may decide on, None for no limit of its own.
    `made_by` is the principal, or an overseer for somebody who is away.
    """

    id: str
    principal: str
    delegate: str
    form: str
    cap: Money | None
    starts_on: dt.date
    ends_on: dt.date
    reason: str
    made_by: str
    made_at: dt.datetime
    revoked_at: dt.datetime | None = None
    revoked_by: str | None = None

    def in_force(self, on: dt.date) -> bool:
        """Say whether it holds on a day of the firm's calendar."""
        return self.revoked_at is None and self.starts_on <= on <= self.ends_on

    def covers(self, form: str) -> bool:
        """Say whether it is about a form."""
        return self.form in ("", form)

    def reaches(self, amount: Money | None) -> bool:
        """Say whether an amount is within its cap; one that is not known yet is above every cap."""
        return self.cap is None or (amount is not None and amount <= self.cap)


def check_delegation(delegation: Delegation, org: Organisation, today: dt.date) -> tuple[Problem, ...]:
    """List what is wrong with a delegation that is about to be made."""
    return tuple(_faults(delegation, org, today))


def _faults(delegation: Delegation, org: Organisation, today: dt.date) -> Iterator[Problem]:
    if org.person(delegation.principal) is None:
        yield Problem("principal", "not_listed", "委托人不在人员名册里。请从名册中选。")
    if org.person(delegation.delegate) is None:
        yield Problem("delegate", "not_listed", "请从名册中选一位代理人。")
    if delegation.delegate == delegation.principal:
        yield Problem("delegate", "delegates_to_oneself", "不能委托给本人。请另选一位同事。")
    elif delegation.delegate == delegation.made_by:
        yield Problem("delegate", "takes_for_oneself", "替人办理委托时，不能把事委托给自己。请另选一位同事。")
    if delegation.ends_on < delegation.starts_on:
        yield Problem("ends_on", "ends_before_start", f"结束日早于开始日 {delegation.starts_on}。请改日期。")
    elif delegation.ends_on < today:
        yield Problem("ends_on", "over_already", f"结束日早于今天 {today}，没有用处。请改日期。")
    if delegation.cap is not None and delegation.cap <= 0:
        yield Problem("cap", "cap_not_positive", "金额上限应大于零；不设上限就留空。")
    if not delegation.reason.strip():
        yield Problem("reason", "required", "请写明委托的原因，如休假、出差。")
    elif len(delegation.reason) > LONGEST_REASON:
        more = len(delegation.reason) - LONGEST_REASON
        yield Problem("reason", "too_long", f"原因最多 {LONGEST_REASON} 个字。请删减 {more} 个字。")
