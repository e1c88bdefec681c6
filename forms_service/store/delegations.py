"""Delegations: who may act for whom, kept for good; a revoked one stays as it was, with who revoked it and when."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select, insert, or_, select, update

from forms_service.domain.delegation import Delegation
from forms_service.domain.errors import NotFound, WrongState
from forms_service.store.work_tables import delegations

_COLUMNS = tuple(delegations.c[field.name] for field in fields(Delegation))


@dataclass(frozen=True, slots=True)
class Delegations:
    """The delegations within one transaction."""

    connection: Connection

    def add(self, delegation: Delegation) -> None:
        """Keep a new delegation."""
        row = {column.name: getattr(delegation, column.name) for column in _COLUMNS}
        cap = None if delegation.cap is None else str(delegation.cap)
        self.connection.execute(insert(delegations).values({**row, "cap": cap}))

    def get(self, delegation_id: str) -> Delegation:
        """Return the delegation with an id; raises NotFound."""
        found = self._read(select(*_COLUMNS).where(delegations.c.id == delegation_id))
        if not found:
            raise NotFound("没有这一项委托。请从「代理」页重新打开。")
        return found[0]

    def in_force(self, on: dt.date) -> tuple[Delegation, ...]:
        """List what holds on a day of the firm's calendar, in the order made."""
        holds = delegations.c.starts_on <= on, delegations.c.ends_on >= on, delegations.c.revoked_at.is_(None)
        return self._read(select(*_COLUMNS).where(*holds))

    def of(self, person: str) -> tuple[Delegation, ...]:
        """List everything that a person gave, was given, or made for another, in the order made."""
        mine = (delegations.c[name] == person for name in ("principal", "delegate", "made_by"))
        return self._read(select(*_COLUMNS).where(or_(*mine)))

    def revoke(self, delegation_id: str, by: str, at: dt.datetime) -> None:
        """End a delegation at once; raises WrongState when it was revoked before."""
        due = delegations.c.id == delegation_id, delegations.c.revoked_at.is_(None)
        change = update(delegations).where(*due).values(revoked_at=at, revoked_by=by)
        if self.connection.execute(change).rowcount != 1:
            raise WrongState("这一项委托已经撤销了，不用再撤。")

    def _read(self, query: Select[Any]) -> tuple[Delegation, ...]:
        rows = self.connection.execute(query.order_by(delegations.c.made_at, delegations.c.id)).mappings()
        return tuple(_delegation(row) for row in rows)


def _delegation(row: Mapping[Any, Any]) -> Delegation:
    cap = None if row["cap"] is None else Decimal(row["cap"])
    return Delegation(**{**row, "cap": cap})
