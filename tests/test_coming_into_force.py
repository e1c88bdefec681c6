"""Coming into force (§15): nothing takes effect but what the general manager signed, and from its day."""

import datetime as dt
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from forms_service.domain.errors import BadConfiguration, NotFound, NotYours, ProblemsFound, VerdictRefused, WrongState
from forms_service.settings import ROOT, read_settings
from forms_service.wiring import Surroundings, open_office
from forms_service.workflow.archiving import check_archive
from forms_service.workflow.bringing_into_force import approve, propose, waiting
from forms_service.workflow.demonstrating import PIN
from forms_service.workflow.keying import unlock_key
from forms_service.workflow.office import Office
from forms_service.workflow.opening import open_document, openable_forms
from forms_service.workflow.publishing import publish
from forms_service.workflow.reading import read
from forms_service.workflow.sweeping import sweep
from tests.versions import NEW, SECOND, SPEC
from tests.world import CHEAP_PINS, World, make_world

DECEMBER = dt.date(2026, 12, 1)
TAX = ("policies/tax.yaml", "tax_rate: 5%", "tax_rate: 6%")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "office")


@pytest.fixture
def fresh(tmp_path: Path) -> World:
    """Open an office in which nobody has signed anything yet."""
    made = make_world(tmp_path / "other")
    settings = replace(made.settings, data=tmp_path / "fresh", database_url=f"sqlite:///{tmp_path}/fresh/forms.db")
    around = Surroundings(made.clock, made.office.token, made.office.code, glance=lambda: made.clock.at)
    return World(open_office(settings, around), made.clock, settings)


def sign(world: World, sha256: str, person_id: str = "wang_jian", effective: dt.date | None = None) -> None:
    person = world.person(person_id)
    approve(world.office, person, sha256, unlock_key(world.office, person, PIN), effective)


def tax_rate(office: Office) -> str:
    policy = next(policy for policy in office.policies(office.rulebook._now()) if policy.id == "tax")
    return dict(policy.settings)["tax_rate"]


def title(world: World) -> str:
    return openable_forms(world.office, world.person("li_wen"))[0].title


@pytest.mark.regulation("15a")
def test_a_published_form_cannot_be_opened_before_it_is_signed(world: World) -> None:
    publish(world.office, SPEC.replace("form: sales-allowance", "form: second-slip").encode(), "x.yaml", "office")

    with pytest.raises(NotFound, match="要总经理签定"):
        open_document(world.office, world.person("li_wen"), "second-slip")
    assert [form.form for form in openable_forms(world.office, world.person("li_wen"))] == ["sales-allowance"]


@pytest.mark.regulation("15b")
def test_a_new_version_is_opened_only_from_its_day(world: World) -> None:
    spec = publish(world.office, SECOND.encode(), "x.yaml", "office")
    assert title(world) == "销货折让证明单"
    sign(world, spec.sha256, effective=DECEMBER)
    assert title(world) == "销货折让证明单"

    world.clock.at = dt.datetime(2026, 11, 30, 16, 0, tzinfo=dt.UTC)  # midnight in the firm's zone

    assert title(world) == NEW
    assert open_document(world.office, world.person("li_wen"), "sales-allowance").version == 2


@pytest.mark.regulation("15b")
def test_a_changed_folder_changes_nothing_until_it_is_signed(world: World) -> None:
    world.change(*TAX)

    assert tax_rate(world.office) == "5%"
    assert [proposal.kind for proposal in waiting(world.office)] == ["organisation"]
    world.bring_into_force()
    assert tax_rate(world.office) == "6%"
    assert waiting(world.office) == ()


@pytest.mark.regulation("15b")
def test_a_signed_change_waits_for_its_day_and_needs_no_restart(world: World) -> None:
    world.change("people.yaml", "name: 李文静", "name: 李文婧")
    world.bring_into_force(DECEMBER)
    assert world.office.require_person("li_wen").name == "李文静"
    assert waiting(world.office) == ()

    world.clock.at = dt.datetime(2026, 12, 1, 1, 0, tzinfo=dt.UTC)

    assert world.office.require_person("li_wen").name == "李文婧"


def test_another_process_sees_the_change_within_a_second(world: World) -> None:
    around = Surroundings(world.clock, world.office.token, world.office.code, glance=lambda: world.clock.at)
    other = open_office(world.settings, around)
    assert tax_rate(other) == "5%"
    world.amend(*TAX)

    world.clock.pass_(seconds=1)

    assert tax_rate(other) == "6%"


@pytest.mark.regulation("15b")
def test_a_step_keeps_the_policy_that_was_signed_when_it_opened(world: World) -> None:
    document = world.open_allowance()
    world.clock.pass_(minutes=5)
    world.amend(*TAX)

    before = next(p for p in world.office.policies(document.step_opened_at) if p.id == "tax")
    assert dict(before.settings)["tax_rate"] == "5%"
    assert tax_rate(world.office) == "6%"


@pytest.mark.regulation("15a", "15b")
@pytest.mark.parametrize("person_id", ["lin_guo", "li_wen", "xu_jing"])
def test_nobody_but_the_general_manager_can_sign(world: World, person_id: str) -> None:
    world.change(*TAX)

    with pytest.raises(NotYours, match="王建业"):
        sign(world, waiting(world.office)[0].sha256, person_id)
    assert tax_rate(world.office) == "5%"


def test_who_is_general_manager_is_said_by_what_is_in_force_not_by_what_is_proposed(world: World) -> None:
    world.change("people.yaml", "roles: [deputy_gm]", "roles: [deputy_gm, gm]")
    (proposal,) = waiting(world.office)

    with pytest.raises(NotYours):
        sign(world, proposal.sha256, "lin_guo")
    sign(world, proposal.sha256)
    world.change(*TAX)
    sign(world, waiting(world.office)[0].sha256, "lin_guo")
    assert tax_rate(world.office) == "6%"


def test_another_key_than_the_persons_own_is_refused(world: World) -> None:
    world.change(*TAX)
    sha256, manager = propose(world.office, "office").sha256, world.person("wang_jian")
    deputy = unlock_key(world.office, world.person("lin_guo"), PIN)

    with pytest.raises(VerdictRefused, match="林国栋"):
        approve(world.office, manager, sha256, deputy)


def test_a_key_that_was_replaced_is_refused(world: World) -> None:
    manager = world.person("wang_jian")
    old = unlock_key(world.office, manager, PIN)
    world.keyed.clear()
    world.person("wang_jian")
    world.change(*TAX)

    with pytest.raises(VerdictRefused, match="现用的密钥"):
        approve(world.office, manager, waiting(world.office)[0].sha256, old)


def test_a_digest_that_nobody_proposed_is_refused(world: World) -> None:
    with pytest.raises(NotFound, match="没有人提出过"):
        sign(world, "0" * 64)


def test_what_is_signed_is_what_was_shown_not_what_the_folder_says_since(world: World) -> None:
    world.change(*TAX)
    shown = waiting(world.office)[0].sha256
    world.change("policies/tax.yaml", "tax_rate: 6%", "tax_rate: 7%")

    with pytest.raises(NotFound):
        sign(world, shown)
    assert tax_rate(world.office) == "5%"


def test_a_day_that_is_over_is_refused(world: World) -> None:
    world.change(*TAX)

    with pytest.raises(WrongState, match="2026-11-23"):
        sign(world, waiting(world.office)[0].sha256, effective=dt.date(2026, 11, 23))


def test_a_folder_with_faults_cannot_be_proposed_and_the_office_goes_on(world: World) -> None:
    world.change("people.yaml", "department: rd", "department: rt")

    with pytest.raises(ProblemsFound, match="rt"):
        propose(world.office, "office")
    assert open_office(world.settings).organisation.person("gao_yuan") is not None


def test_a_form_that_names_a_role_not_yet_in_force_waits_for_the_organisation(world: World) -> None:
    world.change("roles.yaml", "auditor: 稽核", "auditor: 稽核\nexport_clerk: 外销承办")
    world.change("people.yaml", "roles: [sales_clerk], manager: shen_jia", "roles: [export_clerk], manager: shen_jia")
    named = SECOND.replace("who: role deputy_gm", "who: role export_clerk", 1)
    spec = publish(world.office, named.encode(), "x.yaml", "office")
    organisation, form = waiting(world.office)

    with pytest.raises(ProblemsFound, match="export_clerk"):
        sign(world, form.sha256)
    sign(world, organisation.sha256)
    sign(world, spec.sha256)
    assert title(world) == NEW


def test_open_documents_go_on_when_a_role_that_their_form_names_is_taken_away(world: World) -> None:
    document = world.sign(world.sign(world.open_allowance(), "li_wen"), "lin_guo")
    world.amend("people.yaml", "roles: [deputy_gm]", "roles: []")
    path = world.settings.specs / "policies" / "complaint_authority.yaml"
    path.write_text(path.read_text().replace("role deputy_gm", "role gm"))
    world.amend("roles.yaml", "deputy_gm: 副总经理\n", "")

    again = open_office(world.settings, Surroundings(world.clock, world.office.token, world.office.code))
    with again.database.read() as tx:
        assert read(again, tx.documents.get(document.id)).spec.step("deputy_gm").name == "副总经理核签"
    assert world.sign(document, "wang_jian").step == "customer"


@pytest.mark.regulation("15a")
def test_nothing_can_be_opened_in_an_office_where_nobody_has_signed(fresh: World) -> None:
    spec = publish(fresh.office, SPEC.encode(), "x.yaml", "office")

    with pytest.raises(WrongState, match="先签定公司资料"):
        sign(fresh, spec.sha256)
    with pytest.raises(NotFound, match="要总经理签定"):
        fresh.open_allowance()
    fresh.bring_into_force()
    assert fresh.open_allowance().state == "open"


def test_the_first_organisation_is_signed_by_the_general_manager_whom_it_names(fresh: World) -> None:
    with pytest.raises(NotYours):
        sign(fresh, waiting(fresh.office)[0].sha256, "lin_guo")
    fresh.bring_into_force()
    assert fresh.office.rulebook.organisation_approval() is not None


def test_a_first_organisation_for_a_later_day_is_not_in_force_before_it_and_rules_who_signs(fresh: World) -> None:
    fresh.bring_into_force(DECEMBER)
    assert fresh.office.rulebook.organisation_approval() is None
    fresh.change("people.yaml", "roles: [deputy_gm]", "roles: [deputy_gm, gm]")

    with pytest.raises(NotYours):
        sign(fresh, waiting(fresh.office)[0].sha256, "lin_guo")
    fresh.clock.at = dt.datetime(2026, 12, 1, 1, 0, tzinfo=dt.UTC)
    assert [person.id for person in fresh.office.organisation.holders("gm")] == ["wang_jian"]


def test_an_office_whose_folder_has_faults_does_not_start_before_anything_is_signed(tmp_path: Path) -> None:
    specs = shutil.copytree(ROOT / "form_specs", tmp_path / "specs")
    (specs / "organisations" / "demo" / "roles.yaml").write_text("clerk: 业务员\n")
    settings = read_settings({**CHEAP_PINS, "FORMS_SPECS": str(specs)}, data=tmp_path / "data")

    with pytest.raises(BadConfiguration, match="没有人能签定"):
        open_office(settings)


@pytest.mark.regulation("15a", "15b")
def test_every_proposal_and_approval_stands_in_the_ledger(world: World) -> None:
    world.amend(*TAX)

    with world.office.database.read() as tx:
        told = [(row.event.kind, row.event.actor) for row in tx.ledger.of("")][-2:]
        assert told == [("proposed", "wang_jian"), ("approved", "wang_jian")]
        assert tx.ledger.of("")[-1].event.data["sha256"] == world.office.rulebook.draft().sha256


def test_a_statement_says_what_was_approved_in_plain_words(world: World) -> None:
    with world.office.database.read() as tx:
        said = json.loads(tx.approvals.after(0)[1].statement)

    assert (said["kind"], said["subject"], said["person"]) == ("form", "销货折让证明单 第 1 版", "wang_jian")
    assert (said["form"], said["version"], said["effective"]) == ("sales-allowance", 1, "2026-11-24")


def test_a_proposal_that_nobody_can_read_holds_up_nothing(world: World) -> None:
    world.change("roles.yaml", "auditor: 稽核", "auditor: 稽核\nexport_clerk: 外销承办")
    world.change("people.yaml", "roles: [sales_clerk], manager: shen_jia", "roles: [export_clerk], manager: shen_jia")
    publish(world.office, SECOND.replace("who: role deputy_gm", "who: role export_clerk", 1).encode(), "x", "office")
    world.change("people.yaml", "department: rd", "department: rt")  # the folder cannot be read any more
    document = world.open_allowance()
    for person in ("li_wen", "lin_guo", "wang_jian"):
        document = world.sign(document, person)

    assert sweep(world.office).counts["invited"] == 1
    assert title(world) == "销货折让证明单"


def test_a_copy_goes_where_the_issue_said_whoever_holds_the_role_since(world: World) -> None:
    text = SECOND.replace("{no: 1, to: dept sales,", "{no: 1, to: role qa_manager,")
    world.publish(text.encode())
    document = world.open_allowance()
    world.amend("people.yaml", "department: qa, roles: [qa_manager]", "department: rd, roles: [qa_manager]")
    for person in ("li_wen", "lin_guo", "wang_jian"):
        document = world.sign(document, person)
    world.let_customer_sign(document)

    with world.office.database.read() as tx:
        assert [copy.department for copy in tx.copies.of(document.id)] == ["qa", "accounting"]
    assert check_archive(world.office) == ()
