"""Whom the firm trusts: written in the organisation's folder, signed by the general manager, exported for others."""

import datetime as dt
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from forms_service.cli import main
from forms_service.domain.people import Firm
from forms_service.signing.authority import Authority
from forms_service.signing.trust import load_trust
from forms_service.workflow.keeping import revocation_list
from forms_service.workflow.vouching import trust_file
from tests.world import START, World, make_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "office")


@pytest.fixture
def customer_ca(tmp_path: Path) -> Authority:
    firm = Firm("东升电子有限公司", "东升", "23547185", "CNY", "Asia/Shanghai")
    return Authority.create(tmp_path / "customer", bytes(range(32)), firm, START)


def put(world: World, lines: str, authority: Authority) -> None:
    folder = world.settings.specs / "organisations" / "demo" / "trust"
    folder.mkdir()
    (folder / "customers.pem").write_bytes(lines.encode() + authority.trust_pem())
    world.office.rulebook.refresh()


def test_a_customers_authority_is_trusted_once_the_general_manager_signed_it(
    world: World, customer_ca: Authority
) -> None:
    party = world.office.organisation.parties[0].id
    put(world, f"kind: customer-ca\nparty: {party}\n", customer_ca)
    before = world.office.trust
    assert not before.customers
    world.bring_into_force()
    (found,) = world.office.trust.customers
    assert (found.party, found.certificate) == (party, customer_ca.root)
    assert world.office.trust.anchors == (world.office.authority.root,)
    assert world.office.trust.sha256 != before.sha256


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("", "没有写明是哪一种"),
        ("kind: customer-ca\nparty: nobody\n", "往来单位里没有"),
        ("kind: customer-ka\n", "kind 是「customer-ka」"),
    ],
)
def test_a_fault_in_a_trust_file_is_told_with_its_file(
    world: World, customer_ca: Authority, lines: str, said: str
) -> None:
    put(world, lines, customer_ca)
    (problem,) = world.office.rulebook.draft().reading.problems
    assert (problem.code, problem.level) == ("bad_trust", "error")
    assert "trust/customers.pem" in str(problem.where)
    assert said in problem.message


def test_a_revocation_stands_in_the_very_next_list(world: World) -> None:
    world.person("li_wen")
    with world.office.database.write() as tx:
        key = tx.keys.active("li_wen")
        assert key is not None
        tx.certificates.revoke(key.certificate, START)
    listed = x509.load_der_x509_crl(revocation_list(world.office, START + dt.timedelta(days=1)))
    serial = x509.load_pem_x509_certificate(key.certificate_pem.encode()).serial_number
    assert [entry.serial_number for entry in listed] == [serial]
    assert listed.is_signature_valid(world.office.authority.chain()[0].public_key())  # type: ignore[arg-type]


def test_the_exported_file_says_what_it_is_and_holds_the_newest_lists(world: World) -> None:
    pem = trust_file(world.office)
    assert pem.decode().startswith("# 华成精密电路股份有限公司：信任文件，2026-11-24 ")
    trust = load_trust(pem)
    assert trust.anchors == (world.office.authority.root,)
    assert len(trust.crls) == 2


def test_the_command_writes_the_same_file(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORMS_DATA", str(world.settings.data))
    monkeypatch.setenv("FORMS_SPECS", str(world.settings.specs))
    out = tmp_path / "trust.pem"
    assert main(["trust", "export", "--out", str(out)]) == 0
    assert load_trust(out.read_bytes()).anchors == (world.office.authority.root,)
    assert "SHA-256" in capsys.readouterr().err
    root = world.office.authority.root.public_bytes(Encoding.PEM)
    assert root in out.read_bytes()
