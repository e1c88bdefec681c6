import hashlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from forms_service.domain.errors import BadConfiguration
from forms_service.signing.authority import Authority
from forms_service.signing.trust import load_trust
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
