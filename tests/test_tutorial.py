"""The tutorial keeps its word: lint says of its YAML what it says, and its form goes the whole way."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from forms_service.domain.document import Document
from forms_service.domain.errors import NotFound, NotYours, ProblemsFound
from forms_service.domain.explaining import explain
from forms_service.domain.people import Organisation
from forms_service.domain.spec import FormSpec
from forms_service.pdf.fonts import load_fonts
from forms_service.settings import ROOT
from forms_service.signing.stock import stock_opinions
from forms_service.store.shelf import lint_text, load_organisation
from forms_service.workflow.distributing import distribute_pending
from forms_service.workflow.opening import open_document
from tests.world import World, make_world

TUTORIAL = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
FORM, POLICY = "purchase_acceptance.yaml", "purchase_authority.yaml"
UNTIL_MENDED = "    can: [approve, return to receive, reject]\n"
LINE = {
    "goods.1.item": "环氧玻璃布层压板 FR-4 1.6mm",
    "goods.1.ordered": "400",
    "goods.1.received": "400",
    "goods.1.price": "50.00",
}
DELIVERY = {"supplier": "mingda", "po_no": "PO261107", "delivered_on": "2026-11-23", "remark": "外箱完好", **LINE}


def _blocks(kind: str) -> list[str]:
    """Return the fenced texts of a kind, as they stand in the tutorial."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", TUTORIAL, re.MULTILINE | re.DOTALL)


STEPS = _blocks("yaml")
(AUTHORITY,) = _blocks("yaml policy")
(MENDED,) = _blocks("yaml fix")
WHOLE = "".join(STEPS).replace(UNTIL_MENDED, MENDED)


def _after(step: int) -> list[str]:
    """Return what lint says after the tutorial's so many pieces of YAML: the last indented lines before the next."""
    words = TUTORIAL.partition(STEPS[step - 1])[2].partition(STEPS[step])[0]
    said = re.findall(r"(?:^    [0-9]+:[0-9]+: .*\n)+", words, re.MULTILINE)
    return [line.strip() for line in said[-1].splitlines()]


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Organisation:
    policies = tmp_path_factory.mktemp("policies")
    (policies / POLICY).write_text(AUTHORITY, encoding="utf-8")
    for kept in (ROOT / "form_specs" / "policies").glob("*.yaml"):
        (policies / kept.name).write_bytes(kept.read_bytes())
    org, problems = load_organisation(ROOT / "form_specs" / "organisations" / "demo", policies)
    assert org is not None, problems
    return org


def _lint(text: str, org: Organisation) -> tuple[FormSpec | None, list[str]]:
    spec, problems = lint_text(text.encode(), FORM, org, {}, load_fonts(ROOT / "fonts").missing)
    said = (str(problem).removeprefix(f"{FORM}:").partition(" / ")[0] for problem in problems)
    return spec, list(said)


@pytest.mark.parametrize("step", [1, 2, 4, 5])
def test_lint_says_after_each_step_what_the_tutorial_says(step: int, firm: Organisation) -> None:
    assert _lint("".join(STEPS[:step]), firm)[1] == _after(step)


def test_lint_asks_for_the_policy_that_is_not_yet_written() -> None:
    org, _ = load_organisation(ROOT / "form_specs" / "organisations" / "demo")
    assert org is not None
    (asked,) = (said for said in _lint("".join(STEPS[:4]), org)[1] if "unknown_policy" in said)
    assert f"    {asked}\n" in TUTORIAL


def test_the_whole_form_has_no_fault(firm: Organisation) -> None:
    assert _lint(WHOLE, firm)[1] == []


SLIPS = re.findall(r"^\| `(.+)` \| `(.+)` \| (.+) \|$", TUTORIAL.replace("\\|", "¦"), re.MULTILINE)


@pytest.mark.parametrize(("right", "wrong", "said"), SLIPS)
def test_lint_says_of_each_slip_what_the_tutorial_says(right: str, wrong: str, said: str, firm: Organisation) -> None:
    assert WHOLE.count(right) == 1
    assert any(found.endswith(said) for found in _lint(WHOLE.replace(right, wrong.replace("¦", "|")), firm)[1])


def test_explain_reads_the_route_as_the_tutorial_does(firm: Organisation) -> None:
    spec, _ = _lint(WHOLE, firm)
    assert spec is not None
    route = re.findall(r"^    ([1-9]\. .*)$", TUTORIAL, re.MULTILINE)
    assert len(route) == len(spec.steps)
    assert "\n".join(route) in explain(spec, firm)


@dataclass
class Purchase:
    """A purchase on its way through the office."""

    world: World
    document: Document

    def sign(self, person: str, **given: object) -> None:
        self.document = self.world.sign(self.document, person, **given)

    def released(self, price: str = "50.00") -> "Purchase":
        """Fill it, let both departments and one of two managers sign."""
        self.sign("zheng_tao", raw={**DELIVERY, "goods.1.price": price})
        for person in ("xie_fang", "feng_qiang", "sun_yue"):
            self.sign(person)
        return self

    def copies(self, department: str) -> int:
        """Count what lies in a department's archive, with all that is due done."""
        distribute_pending(self.world.office)
        return len(self.world.office.archive.entries(department))


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = make_world(tmp_path / "office")
    (world.settings.specs / "policies" / POLICY).write_text(AUTHORITY, encoding="utf-8")
    world.office.rulebook.refresh()
    world.bring_into_force()
    world.publish(WHOLE.encode(), FORM)
    return world


@pytest.fixture
def purchase(world: World) -> Purchase:
    return Purchase(world, open_document(world.office, world.person("zheng_tao"), "purchase-acceptance"))


def test_both_departments_sign_in_any_order(purchase: Purchase) -> None:
    purchase.sign("zheng_tao", raw=DELIVERY)
    purchase.sign("feng_qiang", step="inspect_2")
    assert purchase.document.step == "inspect_1"
    purchase.sign("xie_fang")
    assert purchase.document.step == "release"


def test_the_first_of_two_managers_releases(purchase: Purchase) -> None:
    purchase.sign("zheng_tao", raw=DELIVERY)
    purchase.sign("xie_fang")
    purchase.sign("feng_qiang")
    purchase.sign("yuan_li")
    assert purchase.document.step == "approve"


@pytest.mark.parametrize(
    ("price", "decider"),
    [("50.00", "wu_gang"), ("50.01", "lin_guo"), ("250.00", "lin_guo"), ("250.01", "wang_jian")],
)
def test_the_amount_picks_who_approves(price: str, decider: str, purchase: Purchase) -> None:
    purchase.released(price)
    for other in {"wu_gang", "lin_guo", "wang_jian"} - {decider}:
        with pytest.raises((NotYours, NotFound)):
            purchase.sign(other)
    purchase.sign(decider)
    assert purchase.document.state == "finished"


def test_the_warehouse_has_its_copy_as_soon_as_it_is_released(purchase: Purchase) -> None:
    purchase.released()
    assert [purchase.copies(keeper) for keeper in ("warehouse", "accounting", "plant")] == [1, 0, 0]
    purchase.sign("wu_gang")
    assert [purchase.copies(keeper) for keeper in ("warehouse", "accounting", "plant")] == [1, 1, 1]


def test_every_signature_of_the_accounting_copy_is_sound_to_stock_pyhanko(purchase: Purchase) -> None:
    purchase.released().sign("wu_gang")
    assert purchase.copies("accounting") == 1
    archive, trust = purchase.world.office.archive, purchase.world.office.trust
    (entry,) = archive.entries("accounting")
    copy = archive.read_copy("accounting", entry.month, entry.file_name)
    assert [opinion.sound for opinion in stock_opinions(copy, trust)] == [True] * 7


def test_what_is_not_wanted_after_the_release_is_rejected(purchase: Purchase) -> None:
    purchase.released().sign("wu_gang", decision="reject", opinion="单价与合同不符")
    assert purchase.document.state == "rejected"


def test_more_than_was_ordered_is_refused_in_the_analysts_words(purchase: Purchase) -> None:
    with pytest.raises(ProblemsFound, match="实收数量不得超过订购数量"):
        purchase.sign("zheng_tao", raw={**DELIVERY, "goods.1.received": "400.001"})


def test_twelve_lines_are_taken(purchase: Purchase) -> None:
    lines = {name.replace(".1.", f".{n}."): text for n in range(1, 13) for name, text in LINE.items()}
    purchase.sign("zheng_tao", raw={**DELIVERY, **lines})
    assert purchase.document.step == "inspect_1"
