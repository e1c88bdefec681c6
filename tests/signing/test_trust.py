import codecs
import datetime as dt
import functools
import hashlib
import pickle
import tempfile
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from forms_service.domain.errors import BadConfiguration
from forms_service.signing import oids
from forms_service.signing.authority import Authority
from forms_service.signing.paths import trace, trace_stamp
from forms_service.signing.trust import join_trust, load_trust
from tests.signing.small_form import AT, FIRM, SECRET, authority, person


def test_trust_list_is_the_firms_root() -> None:
    trust = load_trust(authority().trust_pem())
    assert trust.anchors == (authority().root,)
    assert trust.sha256 == hashlib.sha256(authority().root.public_bytes(Encoding.DER)).hexdigest()
    assert [anchor.dump() for anchor in trust.for_pyhanko()] == [authority().root.public_bytes(Encoding.DER)]


def test_order_and_repetition_do_not_change_a_list(tmp_path: Path) -> None:
    other = Authority.create(tmp_path / "other", SECRET, FIRM, AT).trust_pem()
    own = authority().trust_pem()
    assert load_trust(own + other) == load_trust(b"# both\n" + other + own + other)
    assert load_trust(own + other).sha256 != load_trust(own).sha256


@pytest.mark.parametrize("text", [b"", b"hello", b"%PDF-1.7", b"-----BEGIN PUBLIC KEY-----\n"])
def test_file_without_certificates_is_refused(text: bytes) -> None:
    with pytest.raises(BadConfiguration, match="没有证书"):
        load_trust(text)


def test_broken_certificate_is_refused() -> None:
    with pytest.raises(BadConfiguration, match="读不出来"):
        load_trust(authority().trust_pem().replace(b"MII", b"AAA", 1))


def test_persons_certificate_is_no_anchor() -> None:
    with pytest.raises(BadConfiguration, match="李文静"):
        load_trust(authority().trust_pem() + person().certificate.public_bytes(Encoding.PEM))


def test_private_key_in_a_trust_file_is_refused() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(BadConfiguration, match="私钥") as stop:
        load_trust(authority().trust_pem() + pem)
    assert pem.decode().splitlines()[1] not in str(stop.value)


# What a trust file may say besides the firm's root.


CUSTOMER = b"# the customer's own\nkind: customer-ca\nparty: dongsheng\n"


@functools.cache
def customers() -> Authority:
    with tempfile.TemporaryDirectory() as folder:
        return Authority.create(Path(folder) / "customer", SECRET, FIRM, AT)


@functools.cache
def full() -> bytes:
    pinned = b"kind: person\nperson: li_wen\nfrom: 2026-03-01\nuntil: 2026-04-01\n" + _pem(person().certificate)
    crl = x509.load_der_x509_crl(authority().crl(AT, {})).public_bytes(Encoding.PEM)
    return b"\n".join((authority().trust_pem(), CUSTOMER + customers().trust_pem(), pinned, crl))


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def test_each_kind_stands_in_its_place() -> None:
    trust = load_trust(full())
    assert trust.anchors == (authority().root,)
    assert [(c.certificate, c.party) for c in trust.customers] == [(customers().root, "dongsheng")]
    assert [(p.person, p.since.date().isoformat(), p.until.date().isoformat()) for p in trust.people] == [
        ("li_wen", "2026-03-01", "2026-04-01")
    ]
    assert len(trust.crls) == 1
    assert trust.parties_of(customers().root.public_bytes(Encoding.DER)) == {"dongsheng"}


def test_a_digest_covers_what_each_certificate_is_trusted_for() -> None:
    digests = {
        load_trust(full()).sha256,
        load_trust(full().replace(b"dongsheng", b"huaxin")).sha256,
        load_trust(full().replace(b"2026-04-01", b"2026-05-01")).sha256,
        load_trust(full().replace(b"kind: customer-ca\nparty: dongsheng\n", b"")).sha256,
        load_trust(full().split(b"-----BEGIN X509 CRL")[0]).sha256,
        load_trust(authority().trust_pem()).sha256,
    }
    assert len(digests) == 6


def test_a_trust_list_crosses_a_process_border_whole() -> None:
    again = pickle.loads(pickle.dumps(load_trust(full())))  # noqa: S301 - our own bytes
    assert (again, again.people, again.crls) == (load_trust(full()), load_trust(full()).people, load_trust(full()).crls)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (b"knid: customer-ca\n", "不认识「knid:」"),
        (b"kind: customer\n", "kind 是「customer」，应为"),
        (b"kind: customer-ca\n", "还应有一行「party: …」"),
        (b"kind: \n", "kind 是「」，应为"),
        (b"party: dongsheng\n", "不该有「party」"),
        (b"kind: customer-ca\nparty: a\nparty: b\n", "「party」写了两次"),
        (b"kind: person\nperson: li_wen\nfrom: soon\n", "from 是「soon」"),
        (b"kind: person\nperson: li_wen\nfrom: 2026-05-01\nuntil: 2026-04-01\n", "from 应早于 until"),
    ],
)
def test_a_fault_says_file_block_and_what_was_found(lines: bytes, said: str) -> None:
    with pytest.raises(BadConfiguration, match=said) as stop:
        load_trust(authority().trust_pem() + lines + customers().trust_pem(), "「trust.pem」")
    assert "「trust.pem」第 2 块" in str(stop.value)


@pytest.mark.parametrize("spoil", ["-----END", "MII"])
def test_a_block_cut_short_or_spoiled_is_refused(spoil: str) -> None:
    with pytest.raises(BadConfiguration, match="读不出来"):
        load_trust(authority().trust_pem() + customers().trust_pem().replace(spoil.encode(), b"XXX"))


def test_a_file_that_only_adds_must_say_what_each_part_is() -> None:
    with pytest.raises(BadConfiguration, match="没有写明是哪一种"):
        load_trust(customers().trust_pem(), "customers.pem", firm_needed=False)


def test_what_openssl_prints_before_a_block_is_let_pass() -> None:
    printed = b"Certificate:\n    Data:\n        Version: 3 (0x2)\nsubject=CN = root\nissuer=CN = root\n"
    assert load_trust(printed + authority().trust_pem()) == load_trust(authority().trust_pem())


@pytest.mark.parametrize(
    "line",
    [
        "Kind: timestamp-authority",
        "  kind: timestamp-authority",
        "kind : timestamp-authority",
        "kind：timestamp-authority",
        "kind=timestamp-authority",
        "- kind: timestamp-authority",
        "\u200bkind: timestamp-authority",
        "PARTY: dongsheng",
    ],
)
def test_a_line_that_means_to_be_a_label_never_leaves_an_authority_to_be_the_firms(line: str) -> None:
    with pytest.raises(BadConfiguration, match="像是一行说明，写法却不对"):
        load_trust(authority().trust_pem() + line.encode() + b"\n" + customers().trust_pem())
    commented = f"# {line}\n".encode() + authority().trust_pem()
    assert load_trust(commented) == load_trust(authority().trust_pem())


def test_the_mark_that_some_editors_begin_a_file_with_changes_nothing() -> None:
    kind = b"kind: timestamp-authority\n" + customers().trust_pem()
    marked = load_trust(codecs.BOM_UTF8 + kind + authority().trust_pem())
    assert (marked.anchors, marked.timestamps) == ((authority().root,), (customers().root,))
    assert join_trust(load_trust(authority().trust_pem()), marked) == marked


def test_lines_before_a_list_or_inside_a_block_are_not_lost() -> None:
    crl = x509.load_der_x509_crl(authority().crl(AT, {})).public_bytes(Encoding.PEM)
    with pytest.raises(BadConfiguration, match=r"撤销列表（CRL）前面不该有「kind」"):
        load_trust(authority().trust_pem() + b"kind: timestamp-authority\n" + crl + customers().trust_pem())
    inside = customers().trust_pem().replace(b"CERTIFICATE-----\n", b"CERTIFICATE-----\nkind: person\n\n", 1)
    with pytest.raises(BadConfiguration, match="夹着别的行"):
        load_trust(authority().trust_pem() + inside)


def test_the_firms_own_authority_is_no_customers() -> None:
    with pytest.raises(BadConfiguration, match="不能又是客户的"):
        load_trust(authority().trust_pem() + CUSTOMER + authority().trust_pem())


def test_a_file_of_beginnings_is_read_once() -> None:
    with pytest.raises(BadConfiguration, match="第 2 块：有开头（BEGIN）没有结尾"):
        load_trust(authority().trust_pem() + b"-----BEGIN CERTIFICATE-----\n" * 200_000)


def test_a_customers_authority_cannot_speak_for_the_firms_own_people() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    forged = customers().certify_person("li_wen", "李文静", key.public_key(), AT)
    chain = tuple(c.public_bytes(Encoding.DER) for c in (forged, *customers().chain()))
    assert trace(chain, load_trust(full()), AT, oids.PERSON).anchor is None
    assert trace(chain, load_trust(full()), AT, None).anchor == customers().root.public_bytes(Encoding.DER)


def test_a_timestamp_authority_may_stamp_and_nothing_else() -> None:
    trust = load_trust(authority().trust_pem() + b"kind: timestamp-authority\n" + customers().trust_pem())
    stamper = customers().timestamper(lambda: AT)._signer.certificate
    chain = tuple(c.public_bytes(Encoding.DER) for c in (stamper, *customers().chain()))
    assert trace_stamp(chain, trust, AT, ours=True).anchor is not None
    assert trace_stamp(chain, load_trust(full()), AT, ours=True).anchor is None
    assert trace(chain, trust, AT, None).anchor is None


def test_a_pinned_certificate_is_believed_by_itself_while_it_is_pinned() -> None:
    der = (person().certificate.public_bytes(Encoding.DER),)
    found = trace(der, load_trust(full()), AT, None)
    assert found.anchor == der[0]
    assert found.valid_at(AT)
    assert not found.valid_at(AT + dt.timedelta(days=60))
    assert trace(der, load_trust(full()), AT, oids.FIRM).anchor != der[0]
