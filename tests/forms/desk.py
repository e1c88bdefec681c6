"""A form of the shelf on a desk: what a step makes of what is typed, without an office around it."""

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field

from forms_service.domain.checking import check_values
from forms_service.domain.context import Context
from forms_service.domain.people import Organisation
from forms_service.domain.policies import settings_in_force
from forms_service.domain.problem import Problem
from forms_service.domain.spec import FormSpec
from forms_service.domain.values import Single, Values
from forms_service.settings import ROOT
from forms_service.store.shelf import load_specs
from tests.world import demo_organisation

TODAY = dt.date(2026, 12, 9)


@functools.cache
def firm() -> Organisation:
    """Return the demo firm."""
    return demo_organisation()


@functools.cache
def shelf() -> Mapping[str, FormSpec]:
    """Return every form of the shelf by its id; a form with a fault is missing."""
    specs, _ = load_specs(ROOT / "form_specs", firm())
    return {spec.form: spec for spec in specs}


@dataclass(frozen=True)
class Filled:
    """What came of a step: the values of all fields after it, and what was found."""

    values: Values
    problems: tuple[Problem, ...]

    def said(self, level: str = "error") -> list[str]:
        """List what stops the step, or with `warning` what it only asks a reason for."""
        return [problem.message for problem in self.problems if problem.level == level]

    def faulty(self) -> set[str]:
        """Name the cells that stop the step."""
        return {str(problem.where) for problem in self.problems if problem.level == "error"}

    def row(self, table: str, number: int = 1) -> Mapping[str, Single]:
        """Return a row of a table, counted from 1."""
        rows = self.values[table]
        assert isinstance(rows, tuple)
        return rows[number - 1]


@dataclass(frozen=True)
class Desk:
    """A step of a form, and what it begins with: what is typed unless a test types otherwise."""

    form: str
    step: str
    usual: Mapping[str, str]
    before: Values = field(default_factory=dict)
    given: Mapping[str, Single] = field(default_factory=dict)

    def fill(self, **typed: str) -> Filled:
        """Fill the step as usual but for what a test types; two underscores in a name stand for a table's dots."""
        spec = shelf()[self.form]
        raw = {**self.usual, **{name.replace("__", "."): text for name, text in typed.items()}}
        settings = settings_in_force(firm(), TODAY)
        ctx = Context(TODAY, settings, firm(), TODAY, self.given)
        return Filled(*check_values(spec, spec.step(self.step), raw, self.before, ctx))
