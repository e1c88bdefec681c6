"""Whom the firm trusts, by command: a customer's authority, a pinned certificate, a list; added, listed, taken away."""

import hashlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from forms_service.cli import main
from forms_service.signing.trust import load_trust
from forms_service.workflow.bringing_into_force import waiting
from forms_service.workflow.comparing import compare_proposal
from tests.company import company
from tests.elsewhere import own_key
from tests.world import World, make_world


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world(tmp_path / "office")
    monkeypatch.setenv("FORMS_DATA", str(made.settings.data))
    monkeypatch.setenv("FORMS_SPECS", str(made.settings.specs))
    return made


@pytest.fixture
def root(tmp_path: Path) -> str:
    path = tmp_path / "root.pem"
    path.write_text(company().pem)
    return str(path)


def trust(*given: str) -> int:
    return main(["trust", *given])


def add(file: str, *given: str, by: str = "zhao_min") -> int:
    return trust("add", file, "--by", by, *given)


CUSTOMER = ("--kind", "customer-ca", "--party", "dongsheng")


def test_a_customers_authority_counts_once_the_general_manager_signed_it(
    world: World, root: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(root, *CUSTOMER) == 0
    assert not world.office.trust.customers
    assert trust("list") == 0
    assert "等总经理签定" in capsys.readouterr().out
    world.office.rulebook.refresh()
    world.bring_into_force()
    assert [found.party for found in world.office.trust.customers] == ["dongsheng"]
    assert trust("list") == 0
    line = capsys.readouterr().out
    assert ("生效" in line, "dongsheng" in line, "Dongsheng Electronics" in line) == (True, True, True)


def test_a_certificate_is_pinned_for_a_person_and_for_a_contact_from_der_too(world: World, tmp_path: Path) -> None:
    for name, given in (
        ("Li Wen", ("--kind", "person", "--person", "li_wen", "--until", "2027-01-31")),
        ("Zhang", ("--kind", "contact", "--party", "dongsheng", "--contact", "zhang.lihua@example.com")),
    ):
        file = tmp_path / f"{name}.cer"
        file.write_bytes(own_key(name).certificate.public_bytes(Encoding.DER))
        assert add(str(file), *given) == 0
    world.office.rulebook.refresh()
    world.bring_into_force()
    trusted = world.office.trust
    assert [pin.person for pin in (*trusted.people, *trusted.contacts)] == ["li_wen", "contact:zhang.lihua@example.com"]
    assert f"{trusted.people[0].until:%Y-%m-%d}" == "2027-01-31"


def test_a_list_of_revoked_certificates_needs_no_more_words(world: World, tmp_path: Path) -> None:
    file = tmp_path / "list.crl"
    file.write_text(company().revocations(at=world.clock()))
    assert add(str(file)) == 0
    world.office.rulebook.refresh()
    world.bring_into_force()
    assert len(world.office.trust.crls) == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((), "没有写明是哪一种"),
        (("--kind", "customer-ca"), "party"),
        (("--kind", "customer-ca", "--party", "nobody"), "往来单位里没有"),
        (("--kind", "contact", "--party", "dongsheng", "--contact", "x@example.com"), "联系人里没有"),
        (("--kind", "person", "--person", "nobody"), "人员里没有"),
        (("--kind", "person", "--person", "li_wen", "--from", "soon"), "2026-01-31 这样"),
        (("--kind", "person", "--person", "li_wen", "--until", "2020-01-01"), "from 应早于 until"),
    ],
)
def test_a_fault_is_told_and_nothing_is_written(
    world: World, root: str, capsys: pytest.CaptureFixture[str], given: tuple[str, ...], said: str
) -> None:
    assert add(root, *given) != 0
    assert said in capsys.readouterr().err
    assert not (world.settings.specs / "organisations" / "demo" / "trust").exists()


def test_a_persons_certificate_is_no_authority_and_a_key_no_certificate(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "own.pem"
    file.write_text(own_key("Li Wen").pem)
    assert add(str(file), *CUSTOMER) != 0
    assert "不是颁发机构的证书" in capsys.readouterr().err
    file.write_text("-----BEGIN PRIVATE KEY-----\nMIG\n-----END PRIVATE KEY-----\n")
    assert add(str(file), *CUSTOMER) != 0
    assert "私钥" in capsys.readouterr().err
    file.write_bytes(b"hello")
    assert add(str(file), *CUSTOMER) != 0
    assert "不是证书" in capsys.readouterr().err
    assert world.office.trust.customers == ()


def test_one_certificate_is_not_pinned_for_two(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "own.pem"
    file.write_text(own_key("Li Wen").pem)
    assert add(str(file), "--kind", "person", "--person", "li_wen") == 0
    (world.settings.specs / "organisations" / "demo" / "trust").rename(tmp_path / "kept")
    folder = world.settings.specs / "organisations" / "demo" / "trust"
    folder.mkdir()
    next((tmp_path / "kept").iterdir()).rename(folder / "by_hand.pem")
    assert add(str(file), "--kind", "person", "--person", "lin_guo") != 0
    assert "一张证书只属于一个人" in capsys.readouterr().err


def test_only_the_general_managers_office_proposes(world: World, root: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert add(root, *CUSTOMER, by="li_wen") != 0
    assert "总经理室" in capsys.readouterr().err
    assert world.office.trust.customers == ()


def test_what_is_taken_away_counts_until_that_is_signed(
    world: World, root: str, capsys: pytest.CaptureFixture[str]
) -> None:
    add(root, *CUSTOMER)
    world.office.rulebook.refresh()
    world.bring_into_force()
    digest = hashlib.sha256(company().root.public_bytes(Encoding.DER)).hexdigest()
    assert trust("remove", digest[:4], "--by", "zhao_min") != 0
    assert "至少写 8 位" in capsys.readouterr().err
    assert trust("remove", digest[:12], "--by", "zhao_min") == 0
    world.office.rulebook.refresh()
    assert world.office.trust.customers
    trust("list")
    assert "等签定后移除" in capsys.readouterr().out
    world.bring_into_force()
    assert world.office.trust.customers == ()


def test_roles_are_not_written_by_hand(world: World) -> None:
    folder = world.settings.specs / "organisations" / "demo" / "trust"
    folder.mkdir()
    (folder / "people.pem").write_text(f"kind: person\nperson: li_wen\nroles: gm\n{own_key('Li Wen').pem}")
    world.office.rulebook.refresh()
    (problem,) = world.office.rulebook.draft().reading.problems
    assert "以 people.yaml 为准" in problem.message


def test_the_exported_file_holds_all_of_it(world: World, root: str, tmp_path: Path) -> None:
    add(root, *CUSTOMER)
    world.office.rulebook.refresh()
    world.bring_into_force()
    out = tmp_path / "trust.pem"
    assert trust("export", "--out", str(out)) == 0
    assert [found.party for found in load_trust(out.read_bytes()).customers] == ["dongsheng"]


def test_who_signs_sees_which_certificate_for_whom(world: World, root: str) -> None:
    add(root, *CUSTOMER)
    world.office.rulebook.refresh()
    (proposal,) = waiting(world.office)
    (change,) = compare_proposal(world.office, proposal.sha256).values
    digest = hashlib.sha256(company().root.public_bytes(Encoding.DER)).hexdigest()
    assert (change.before, change.path) == (None, ("customer-ca", "dongsheng"))
    assert change.after is not None
    assert ("CN=Dongsheng Electronics" in change.after, digest in change.after) == (True, True)


def test_who_signs_sees_for_whom_it_was_when_that_alone_changes(world: World, root: str) -> None:
    add(root, *CUSTOMER)
    world.office.rulebook.refresh()
    world.bring_into_force()
    folder = world.settings.specs / "organisations" / "demo" / "trust"
    (file,) = folder.iterdir()
    file.chmod(0o640)
    file.write_text(file.read_text().replace("dongsheng", "huaxin"))
    world.office.rulebook.refresh()
    (proposal,) = waiting(world.office)
    gone, come = compare_proposal(world.office, proposal.sha256).values
    assert (gone.path[1], gone.after, come.path[1], come.before) == ("dongsheng", None, "huaxin", None)
