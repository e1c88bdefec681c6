import datetime as dt
import multiprocessing
import pickle
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from forms_service.domain.errors import BadConfiguration
from forms_service.domain.people import Firm
from forms_service.signing import oids
from forms_service.signing.authority import Authority
from forms_service.signing.certificates import Holder, key_may_sign, read_holder
from forms_service.signing.strongbox import take_out
from tests.signing.small_form import AT, FIRM, SECRET, authority, contact, person

LONG_NAME = "一二三四五六七八九十一二三四五六七八九十一二三四"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "office" / "authority"


def test_root_signs_the_issuing_authority_and_that_signs_people() -> None:
    issuing, root = authority().chain()
    person().certificate.verify_directly_issued_by(issuing)
    issuing.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)


def test_trust_file_holds_the_root_alone() -> None:
    assert x509.load_pem_x509_certificates(authority().trust_pem()) == [authority().root]


def test_reopened_authority_is_the_same(folder: Path) -> None:
    made = Authority.create(folder, SECRET, FIRM, AT)
    opened = Authority.open(folder, SECRET)
    assert opened.trust_pem() == made.trust_pem()
    assert opened.firm_signer().fingerprint == made.firm_signer().fingerprint


def test_second_authority_in_the_same_folder_is_refused(folder: Path) -> None:
    first = Authority.create(folder, SECRET, FIRM, AT).trust_pem()
    with pytest.raises(FileExistsError):
        Authority.create(folder, SECRET, FIRM, AT)
    assert Authority.open(folder, SECRET).trust_pem() == first
    assert [each.name for each in folder.parent.iterdir()] == ["authority"]


def make(folder: Path, gate: "multiprocessing.synchronize.Barrier", found: "multiprocessing.Queue[bytes]") -> None:
    gate.wait()
    found.put(Authority.open_or_create(folder, SECRET, FIRM, AT).trust_pem())


def test_processes_that_start_at_once_share_one_authority(folder: Path) -> None:
    context = multiprocessing.get_context("fork")
    gate, found = context.Barrier(4), context.Queue()
    processes = [context.Process(target=make, args=(folder, gate, found)) for _ in range(4)]
    for process in processes:
        process.start()
    anchors = {found.get(timeout=60) for _ in processes}
    for process in processes:
        process.join()
    assert anchors == {Authority.open(folder, SECRET).trust_pem()}


def test_failed_creation_leaves_nothing_behind(folder: Path) -> None:
    nameless = Firm("", "", "1", "CNY", "Asia/Shanghai")
    with pytest.raises(BadConfiguration):
        Authority.create(folder, SECRET, nameless, AT)
    assert list(folder.parent.iterdir()) == []


def test_wrong_server_secret_opens_nothing(folder: Path) -> None:
    Authority.create(folder, SECRET, FIRM, AT)
    with pytest.raises(BadConfiguration, match="secret"):
        Authority.open(folder, bytes(32))


def test_short_server_secret_is_refused(folder: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Authority.create(folder, b"short", FIRM, AT)


def test_missing_file_is_named(folder: Path) -> None:
    Authority.create(folder, SECRET, FIRM, AT)
    (folder / "firm.pem").unlink()
    with pytest.raises(BadConfiguration, match=r"firm\.pem"):
        Authority.open(folder, SECRET)


def test_keys_swapped_between_files_do_not_open(folder: Path) -> None:
    Authority.create(folder, SECRET, FIRM, AT)
    (folder / "firm.key").write_bytes((folder / "timestamp.key").read_bytes())
    with pytest.raises(BadConfiguration, match="secret"):
        Authority.open(folder, SECRET)


def test_authority_works_without_the_roots_key(folder: Path) -> None:
    Authority.create(folder, SECRET, FIRM, AT)
    (folder / "root.key").unlink()
    assert Authority.open(folder, SECRET).firm_signer().name == FIRM.name


@pytest.mark.parametrize("name", ["root", "issuing", "firm", "timestamp"])
def test_key_is_on_disk_only_encrypted(folder: Path, name: str) -> None:
    Authority.create(folder, SECRET, FIRM, AT)
    box = folder / f"{name}.key"
    plain = take_out(box.read_bytes(), SECRET, f"forms authority: {name}")
    key = load_der_private_key(plain, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    scalar = key.private_numbers().private_value.to_bytes(32, "big")
    assert not any(scalar in each.read_bytes() for each in folder.iterdir())
    assert box.stat().st_mode & 0o077 == 0


def test_keys_show_in_no_repr_and_no_pickle() -> None:
    assert "PrivateKey" not in repr(authority())
    assert repr(person()) == "<KeySigner 李文静>"
    with pytest.raises(TypeError, match="stays in the process"):
        pickle.dumps(person())


def test_persons_certificate_says_who_they_are() -> None:
    assert read_holder(person().certificate) == Holder("person", "李文静", FIRM.name, "业务部", "li_wen")


def test_contacts_certificate_says_how_they_were_identified() -> None:
    holder = read_holder(contact().certificate)
    assert holder == Holder("contact", "王芳", "东方贸易有限公司", "一次性验证码 w***@example.com")


def test_firms_certificate_carries_its_tax_number() -> None:
    certificate = authority().firm_signer().certificate
    assert read_holder(certificate) == Holder("firm", FIRM.name, FIRM.name)
    assert certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)[0].value == FIRM.tax_id


def test_firm_with_a_long_name_signs_by_its_short_one(folder: Path) -> None:
    firm = Firm(LONG_NAME, "长名公司", "1", "CNY", "Asia/Shanghai")
    holder = read_holder(Authority.create(folder, SECRET, firm, AT).firm_signer().certificate)
    assert (holder.name, holder.organisation) == ("长名公司", LONG_NAME)


def test_person_with_too_long_a_name_is_told_so() -> None:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    with pytest.raises(BadConfiguration, match="72 字节"):
        authority().certify_person("x", LONG_NAME, key, AT)


def test_certificate_of_another_house_has_no_holder() -> None:
    with pytest.raises(ValueError, match="0 of the house's policies"):
        read_holder(authority().root)


@pytest.mark.parametrize(("days", "valid"), [(-1, False), (0, True), (1095, True), (1097, False)])
def test_persons_certificate_is_valid_for_three_years(days: int, valid: bool) -> None:
    assert key_may_sign(person().certificate, AT + dt.timedelta(days=days)) is valid


@pytest.mark.parametrize(("minutes", "may"), [(-1, False), (0, True), (60, True), (61, False)])
def test_contacts_key_may_sign_for_an_hour(minutes: int, may: bool) -> None:
    assert key_may_sign(contact().certificate, AT + dt.timedelta(minutes=minutes)) is may


def test_signers_certificates_are_for_signing_only() -> None:
    for signer in (person(), contact(), authority().firm_signer()):
        usage = signer.certificate.extensions.get_extension_for_class(x509.KeyUsage)
        assert usage.critical
        assert usage.value.digital_signature
        assert usage.value.content_commitment
        assert not usage.value.key_cert_sign
        assert not signer.certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_issuing_authority_can_make_no_further_authority() -> None:
    issuing, _ = authority().chain()
    limits = issuing.extensions.get_extension_for_class(x509.BasicConstraints)
    assert limits.critical
    assert (limits.value.ca, limits.value.path_length) == (True, 0)


def test_timestamp_certificate_is_for_timestamps_alone() -> None:
    certificate = authority().timestamper(lambda: AT)._signer.certificate
    purpose = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert purpose.critical
    assert list(purpose.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
    assert read_holder(certificate).kind == "timestamp"


def test_certificates_chain_by_key_identifiers_and_random_serials() -> None:
    issuing, _ = authority().chain()
    own = issuing.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    for signer in (person(), authority().firm_signer()):
        named = signer.certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
        assert named.key_identifier == own
    assert contact().certificate.serial_number.bit_length() > 100


def test_policies_are_one_arc_apart() -> None:
    policies = {oids.FIRM, oids.PERSON, oids.CONTACT, oids.TIMESTAMP, oids.FACTS}
    assert len(policies) == 5
    assert all(policy.startswith(f"{oids.ARC}.") for policy in policies)


def test_revocation_list_is_the_issuing_authoritys() -> None:
    serial, since = person().certificate.serial_number, AT - dt.timedelta(hours=1)
    crl = x509.load_der_x509_crl(authority().crl(AT, {serial: since}))
    issuing, _ = authority().chain()
    key = issuing.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert crl.is_signature_valid(key)
    entry = crl.get_revoked_certificate_by_serial_number(serial)
    assert entry is not None
    assert entry.revocation_date_utc == since
