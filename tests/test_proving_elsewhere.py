"""Real programs sign the challenge: Poppler's signature proves the certificate, MuPDF's does not, for it is SHA-1."""

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from forms_service.domain.errors import NotProven
from forms_service.workflow.certifying import make_challenge, register_certificate
from tests.signing import brought
from tests.world import World, make_world

PASSWORD = "p12-password"
NAMED = brought.certificate(brought.key("rsa2048"), lives=50 * brought.YEAR)  # the programs read the machine's clock


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = make_world(tmp_path / "office")
    (tmp_path / "sheet.pdf").write_bytes(make_challenge(made.office, made.office.require_person("li_wen")))
    locking = BestAvailableEncryption(PASSWORD.encode())
    own = pkcs12.serialize_key_and_certificates(b"own", brought.key("rsa2048"), NAMED, None, locking)
    (tmp_path / "own.p12").write_bytes(own)
    return made


def _run(folder: Path, *command: str) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def _register(world: World, signed: Path) -> str:
    return register_certificate(world.office, world.office.require_person("li_wen"), signed.read_bytes()).sha256


@pytest.mark.parametrize(
    "how",
    [("-sign", "signature"), ("-etsi", "-sign", "signature"), ("-add-signature",)],
    ids=["pkcs7", "pades", "added"],
)
def test_poppler_proves_a_certificate(world: World, tmp_path: Path, how: tuple[str, ...]) -> None:
    (tmp_path / "nss").mkdir()
    _run(tmp_path, "certutil", "-N", "-d", "sql:nss", "--empty-password")
    _run(tmp_path, "pk12util", "-i", "own.p12", "-d", "sql:nss", "-W", PASSWORD, "-K", "")
    _run(tmp_path, "pdfsig", "-nssdir", "sql:nss", "-nick", "own", *how, "sheet.pdf", "signed.pdf")
    assert _register(world, tmp_path / "signed.pdf") == NAMED.fingerprint(hashes.SHA256()).hex()


def test_mupdf_signs_under_sha1_and_is_told_so(world: World, tmp_path: Path) -> None:
    listed = subprocess.run(
        ["mutool", "show", "sheet.pdf", "trailer/Root/AcroForm/Fields/1"], cwd=tmp_path, check=True, capture_output=True
    )
    number = listed.stdout.split()[0].decode()
    _run(tmp_path, "mutool", "sign", "-s", "own.p12", "-P", PASSWORD, "-o", "signed.pdf", "sheet.pdf", number)
    with pytest.raises(NotProven, match="sha1"):
        _register(world, tmp_path / "signed.pdf")
