"""The configuration checked, signed and held against what is under way; from the command line too."""

import io
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from forms_service.cli import main
from forms_service.domain.errors import ProblemsFound
from forms_service.settings import ROOT
from forms_service.signing.approvals import write_chain
from forms_service.workflow.archiving import check_approvals, check_archive
from forms_service.workflow.checking_configuration import check_standing
from forms_service.workflow.demonstrating import PIN
from forms_service.workflow.keying import unlock_key
from forms_service.workflow.posting import post
from forms_service.workflow.publishing import publish
from tests.world import World, make_world

SPEC = ROOT / "tests" / "specs" / "sales_allowance.yaml"
BY_LIMITS = (
    SPEC.read_text(encoding="utf-8")
    .replace("version: 1", "version: 2", 1)
    .replace("who: role deputy_gm", "who: policy complaint_authority(net)", 1)
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "office")


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy the firm's files for the test to spoil, with an office of their own that nobody opened yet."""
    folder = shutil.copytree(ROOT / "form_specs", tmp_path / "specs")
    for form in folder.glob("*.yaml"):
        form.unlink()
    shutil.rmtree(folder / "registers", ignore_errors=True)
    shutil.copy(SPEC, folder)
    monkeypatch.setenv("FORMS_SPECS", str(folder))
    monkeypatch.setenv("FORMS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("FORMS_PIN_MEMORY_KIB", "8")
    return folder


def change(shelf: Path, file: str, old: str, new: str) -> None:
    path = shelf / file
    written = path.read_text(encoding="utf-8")
    assert old in written
    path.write_text(written.replace(old, new, 1), encoding="utf-8")


def finish(world: World) -> str:
    """Take an allowance the whole way; returns its id."""
    document = world.open_allowance()
    for person in ("li_wen", "lin_guo", "wang_jian"):
        document = world.sign(document, person)
    world.let_customer_sign(document)
    return document.id


@pytest.mark.usefixtures("shelf")
def test_a_check_lists_every_assumption_and_what_it_means(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    out, told = capsys.readouterr()
    assert "policies/complaint_authority.yaml:" in out
    assert "正式公司凡依此表核决的单据都不能入账" in out
    assert f"{out.count('.yaml:')} 项假设未经确认" in told


def test_a_check_lists_the_faults_of_all_files_at_once(shelf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(shelf, "organisations/demo/people.yaml", "department: rd", "department: rt")
    change(shelf, "policies/tax.yaml", "2026-01-01", "2026-1-1")
    assert main(["check"]) == 1
    out = capsys.readouterr().out
    assert "people.yaml:" in out
    assert "tax.yaml:" in out


def test_a_check_reads_the_forms_with_the_organisation(shelf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(shelf, "organisations/demo/accounts.yaml", "receivable: {", "receivables: {")
    change(shelf, "sales_allowance.yaml", "who: role gm", "who: role gn")
    assert main(["check"]) == 1
    assert "missing_account" in capsys.readouterr().out
    change(shelf, "organisations/demo/accounts.yaml", "receivables: {", "receivable: {")
    assert main(["check"]) == 1
    assert "unknown_role" in capsys.readouterr().out


def test_a_calendar_is_told_of_before_its_years_run_out(shelf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    calendar = shelf / "organisations" / "demo" / "calendar.yaml"
    calendar.write_text("countries: [CN]\nyears: [2020]\n")
    assert main(["check"]) == 0
    assert "calendar_ends" in capsys.readouterr().out
    calendar.write_text("countries: [CN]\nyears: [2099]\n")
    assert main(["check"]) == 1
    assert "bad_calendar" in capsys.readouterr().out


@pytest.mark.usefixtures("shelf")
def test_a_check_tells_programs_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["problems"] == []
    assert {"kind", "where", "of", "name", "value", "note", "means"} == set(told["assumptions"][0])


def test_a_mail_user_without_a_password_is_told(
    shelf: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = "sender: forms@example.com\nhost: mail.example.com\nport: 587\nuser: forms\n"
    (shelf / "organisations" / "demo" / "mail.yaml").write_text(mail)
    assert main(["check"]) == 0
    assert "no_mail_password" in capsys.readouterr().out
    monkeypatch.setenv("FORMS_MAIL_PASSWORD", "a mail password")
    assert main(["check"]) == 0
    assert "no_mail_password" not in capsys.readouterr().out


@pytest.mark.usefixtures("shelf")
def test_a_check_of_a_folder_that_is_not_there_is_misuse() -> None:
    assert main(["check", "nobody"]) == 2


@pytest.mark.usefixtures("shelf")
def test_a_real_firm_gives_its_general_manager_a_key_and_signs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["publish", str(SPEC)]) == 0
    assert main(["approve"]) == 0
    waits = [line.split(" ", 1) for line in capsys.readouterr().out.splitlines()[1:]]
    assert [words for _, words in waits] == ["公司资料与政策（第一次）", "sales-allowance 第 1 版（第一次）"]

    monkeypatch.setattr("sys.stdin", io.StringIO(f"long enough\n{PIN}\n"))
    assert main(["key", "--person", "wang_jian"]) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PIN}\n"))
    assert main(["approve", waits[0][0][:8], waits[1][0], "--person", "wang_jian"]) == 0
    assert main(["open", "sales-allowance", "--person", "li_wen"]) == 0
    capsys.readouterr()
    assert main(["approve"]) == 0
    assert capsys.readouterr().out == ""


def test_what_waits_is_listed_with_what_it_changes(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORMS_SPECS", str(world.settings.specs))
    world.change("policies/tax.yaml", "tax_rate: 5%", "tax_rate: 6%")
    world.change("people.yaml", "roles: [deputy_gm]", "roles: []")
    publish(world.office, BY_LIMITS.encode(), "x.yaml", "office")

    assert main(["--data", str(world.settings.data), "approve"]) == 0
    out = capsys.readouterr().out
    assert "policies/tax.yaml settings.tax_rate: 5% → 6%" in out
    assert "people.yaml lin_guo.roles: deputy_gm → 空" in out
    assert "role deputy_gm → policy complaint_authority(net)" in out


@pytest.mark.usefixtures("shelf")
def test_a_digest_too_short_or_unknown_is_refused() -> None:
    assert main(["approve", "0", "--person", "wang_jian"]) == 1
    assert main(["approve", "all"]) == 2


@pytest.mark.regulation("11")
def test_posting_on_unconfirmed_limits_is_refused_outside_the_demo_and_all_else_runs(world: World) -> None:
    world.publish(BY_LIMITS.encode())
    world.amend("firm.yaml", "demo: yes", "demo: no")
    document_id = finish(world)

    with pytest.raises(ProblemsFound) as refused:
        post(world.office, world.person("he_mei"), document_id)
    assert [problem.code for problem in refused.value.problems] == ["limits_unconfirmed"]

    world.amend("policies/complaint_authority.yaml", "confirmed: no", "confirmed: yes")
    assert post(world.office, world.person("he_mei"), document_id).number


@pytest.mark.regulation("11")
def test_confirming_other_limits_does_not_confirm_what_was_decided_by_the_old_ones(world: World) -> None:
    world.publish(BY_LIMITS.encode())
    world.amend("firm.yaml", "demo: yes", "demo: no")
    document_id = finish(world)
    world.change("policies/complaint_authority.yaml", "up_to: 50000", "up_to: 9000")
    world.change("policies/complaint_authority.yaml", "above: 50000", "above: 9000")
    world.amend("policies/complaint_authority.yaml", "confirmed: no", "confirmed: yes")

    with pytest.raises(ProblemsFound, match="confirmed: no"):
        post(world.office, world.person("he_mei"), document_id)


def test_the_demo_posts_on_unconfirmed_limits(world: World) -> None:
    world.publish(BY_LIMITS.encode())
    assert post(world.office, world.person("he_mei"), finish(world)).number


def codes(world: World) -> list[str]:
    return [problem.code for problem in check_standing(world.office)]


def test_nothing_is_told_of_an_office_that_runs_on_what_the_folder_says(world: World) -> None:
    world.sign(world.open_allowance(), "li_wen")
    assert codes(world) == []


def test_a_change_that_nobody_signed_is_told(world: World) -> None:
    world.change("policies/tax.yaml", "tax_rate: 5%", "tax_rate: 6%")
    publish(world.office, BY_LIMITS.encode(), "x.yaml", "office")

    assert codes(world) == ["not_in_force", "not_in_force"]
    assert "改动未经总经理签定" in check_standing(world.office)[0].message


def test_an_id_that_a_published_form_needs_is_missed(world: World) -> None:
    world.change("roles.yaml", "deputy_gm: 副总经理\n", "")
    world.change("people.yaml", "roles: [deputy_gm]", "roles: []")
    world.change("policies/complaint_authority.yaml", "role deputy_gm", "role gm")

    assert codes(world) == ["not_in_force", "lost_to_form"]
    assert "sales-allowance" in check_standing(world.office)[1].message


def test_a_person_and_a_customer_of_an_open_document_are_missed(world: World) -> None:
    world.sign(world.open_allowance(), "li_wen")
    people = world.settings.specs / "organisations" / "demo" / "people.yaml"
    lines = [line for line in people.read_text().splitlines() if not line.startswith("li_wen:")]
    people.write_text("\n".join(lines) + "\n")
    world.change("parties.yaml", "name: 东升电子有限公司", "name: 东升电子股份有限公司")

    assert codes(world) == ["not_in_force", "lost_to_document", "lost_to_document"]
    said = "".join(problem.message for problem in check_standing(world.office))
    assert "li_wen" in said
    assert "东升电子有限公司" in said


def test_a_role_that_open_documents_still_need_and_nobody_would_hold_is_missed(world: World) -> None:
    world.publish(BY_LIMITS.encode())
    world.sign(world.open_allowance(), "li_wen")
    world.change("people.yaml", "roles: [deputy_gm]", "roles: []")

    said = [problem.message for problem in check_standing(world.office) if problem.code == "lost_to_document"]
    assert len(said) == 1
    assert "1 张未完成的《销货折让证明单》还要签「副总经理核签」，改后没有人是 role deputy_gm" in said[0]


def test_the_archive_check_judges_every_approval(world: World) -> None:
    assert check_archive(world.office) == ()
    with world.office.database.write() as tx:
        for verb in ("update", "delete"):
            tx.ledger.connection.execute(text(f"DROP TRIGGER approvals_refuses_{verb}"))
        tx.ledger.connection.execute(text("UPDATE approvals SET signature = X'3006020101020101' WHERE seq = 2"))

    (problem,) = check_approvals(world.office)
    assert (problem.code, "签章与内容不符" in problem.message) == ("approval_refused", True)


def test_an_approval_taken_out_of_the_table_is_missed_by_the_ledger(world: World) -> None:
    with world.office.database.write() as tx:
        tx.ledger.connection.execute(text("DROP TRIGGER approvals_refuses_delete"))
        tx.ledger.connection.execute(text("DELETE FROM approvals WHERE seq = 2"))

    assert [problem.code for problem in check_approvals(world.office)] == ["approval_unmatched"]


def test_an_approval_that_the_ledger_never_told_of_is_found(world: World) -> None:
    signer = unlock_key(world.office, world.person("wang_jian"), PIN)
    with world.office.database.write() as tx:
        held = tx.approvals.after(0)[1].approval
        assert held is not None
        again = replace(held, at=world.clock.at, since=world.clock.at)
        tx.approvals.add(again, signer.sign_raw(again.statement()), write_chain(signer))

    assert [problem.code for problem in check_approvals(world.office)] == ["approval_unmatched"]
