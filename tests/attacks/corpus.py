"""An honest corpus out of real offices: rounds, returns, refusals, joint steps, delegation, paper and early copies."""

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from forms_service.domain.document import Document
from forms_service.signing.trust import TrustList
from forms_service.workflow.delegating import Proposal, delegate
from forms_service.workflow.distributing import distribute_pending
from forms_service.workflow.opening import open_document
from tests import case_forms
from tests.joint_form import ASKED, joint_world
from tests.paper import PNG, take_in
from tests.world import World, make_world

TODAY = dt.date(2026, 11, 24)


@dataclasses.dataclass(frozen=True, slots=True)
class Honest:
    """A document as it was kept: its bytes, the anchors of its office, and when it is looked at."""

    name: str
    pdf: bytes
    trust: TrustList
    at: dt.datetime


def corpus(folder: Path) -> Iterator[Honest]:
    """Yield honest documents of many shapes."""
    yield from _allowance(make_world(folder / "allowance"))
    yield from _early(case_forms.case_world(folder / "early"))
    yield from _joint(joint_world(folder / "joint"))


def _allowance(world: World) -> Iterator[Honest]:
    """An allowance that was returned once, signed again, and accepted by the buyer."""
    document = world.sign(world.open_allowance(), "li_wen")
    document = world.sign(document, "lin_guo")
    yield _head(world, "an allowance before its decision", document)
    document = world.sign(document, "wang_jian", decision="return:prepare", opinion="金额请再核")
    for person in ("li_wen", "lin_guo", "wang_jian"):
        document = world.sign(document, person)
    yield _head(world, "an allowance in its second round", document)
    world.let_customer_sign(document)
    yield from _copies(world, "a copy of the allowance", document)


def _early(world: World) -> Iterator[Honest]:
    """A rebate whose first copy is cut before the customer's paper comes back."""
    parent = case_forms.finished_grievance(world, amount="9000")
    document = open_document(world.office, world.person("li_wen"), "rebate", parent.id)
    for person in ("li_wen", "wang_jian"):
        document = world.sign(document, person, raw={"amount": "500"} if document.step == "prepare" else {})
    distribute_pending(world.office)
    document = world.sign(take_in(world, document, "li_wen", PNG), "he_mei")
    distribute_pending(world.office)
    yield _head(world, "a rebate with the customer's paper", document)
    yield from _copies(world, "a copy of the rebate", document)


def _joint(world: World) -> Iterator[Honest]:
    """A memorandum that two departments join in and a delegate decides."""
    week = Proposal("yuan_li", "feng_qiang", TODAY, TODAY + dt.timedelta(days=6), "出差")
    delegate(world.office, world.person("yuan_li"), week)
    document = open_document(world.office, world.person("li_wen"), "memorandum")
    document = world.sign(document, "li_wen", raw={**ASKED, "unit": ""})
    for step, person in (("joint_1", "sun_yue"), ("joint_2", "gao_yuan")):
        document = world.sign(document, person, step=step)
    yield _head(world, "a memorandum half signed", document)
    signed = world.sign(document, "feng_qiang", on_behalf_of="yuan_li")
    yield _head(world, "a memorandum that a delegate decided", signed)


def _head(world: World, name: str, document: Document) -> Honest:
    return _blob(world, name, document.head)


def _copies(world: World, name: str, document: Document) -> Iterator[Honest]:
    with world.office.database.read() as tx:
        sealed = tx.copies.of(document.id)
    for copy in sealed:
        yield _blob(world, f"{name}, no. {copy.no}", copy.sha256)


def _blob(world: World, name: str, sha256: str) -> Honest:
    return Honest(name, world.office.blobs.get(sha256), world.office.trust, world.clock.at)
