"""Context: what a document's values are judged against besides each other: the day, the policy and the organisation."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from forms_service.domain.evaluating import Known
from forms_service.domain.people import Organisation
from forms_service.domain.values import Single, TableRow, Values


@dataclass(frozen=True, slots=True)
class Context:
    """`policy` holds the settings in force by their bare names (`tax_rate`, read as `policy.tax_rate`).

    `given` holds what else expressions may read by whole names: the parent's under its alias (`complaint.state`), the
    sum of the documents that count together.
    """

    today: dt.date
    policy: Mapping[str, Decimal | str]
    organisation: Organisation
    opened_on: dt.date | None = None
    given: Mapping[str, Single] = field(default_factory=dict)


def gather(values: Values, ctx: Context, row: TableRow | None = None) -> Known:
    """Gather every name that an expression may read; in a table's row its columns come before all else."""
    policy = {f"policy.{name}": setting for name, setting in ctx.policy.items()}
    days = {"today": ctx.today, "opened_on": ctx.opened_on or ctx.today}
    return {**values, **policy, **days, **ctx.given, **(row or {})}
