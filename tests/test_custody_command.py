"""`forms key`: what an administrator does to a person's keys at the machine's terminal."""

import io
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12

from forms_service.cli import main
from forms_service.workflow.demonstrating import PIN
from tests.signing import brought, softhsm
from tests.world import World, make_world

PASSPHRASE = "correct horse battery"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world(tmp_path / "office")
    made.person("li_wen")
    for name, value in (
        ("FORMS_SPECS", str(made.settings.specs)),
        ("FORMS_PIN_MEMORY_KIB", "8"),
        ("FORMS_PKCS11_MODULE", softhsm.MODULE),
    ):
        monkeypatch.setenv(name, value)
    return made


def _key(world: World, *arguments: str) -> int:
    return main(["--data", str(world.settings.data), "key", "--person", "li_wen", *arguments])


def _say(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def test_a_certificate_is_registered_by_a_sheet_and_ended(world: World, tmp_path: Path) -> None:
    sheet, signed = tmp_path / "sheet.pdf", tmp_path / "signed.pdf"
    assert _key(world, "--challenge", str(sheet)) == 0
    lasting = brought.certificate(brought.key(), since=brought.TODAY - brought.YEAR)  # the command has no test clock
    signed.write_bytes(brought.signed(sheet.read_bytes(), brought.key(), lasting))
    assert _key(world, "--register", str(signed)) == 0
    assert _key(world, "--register", str(signed)) == 1
    assert _key(world, "--end", "换发") == 0
    assert _key(world, "--end", "换发") == 1


def test_a_key_is_moved_to_a_token(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    label = softhsm.token("li_wen at the terminal", "signing")
    _say(monkeypatch, "111111")
    assert _key(world, "--token", label) == 1
    _say(monkeypatch, softhsm.PIN)
    assert _key(world, "--token", label) == 0
    with world.office.database.read() as tx:
        active = tx.keys.active("li_wen")
    assert active is not None
    assert label in active.locked_key


def test_a_key_is_exported_with_its_pin(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "li_wen.p12"
    _say(monkeypatch, "135790", PASSPHRASE)
    assert _key(world, "--export", str(out)) == 1
    assert not out.exists()
    _say(monkeypatch, PIN, PASSPHRASE)
    assert _key(world, "--export", str(out)) == 0
    assert pkcs12.load_key_and_certificates(out.read_bytes(), PASSPHRASE.encode())[0] is not None
    _say(monkeypatch, PASSPHRASE, "975310")
    assert _key(world, "--import", str(out)) == 0


def test_a_lost_key_and_a_person_who_left_are_revoked(world: World) -> None:
    assert _key(world, "--lost") == 0
    assert _key(world, "--revoke", "离职") == 1  # nothing of theirs is valid any more
    with world.office.database.read() as tx:
        assert tx.keys.active("li_wen") is None
        assert len(tx.certificates.revoked()) == 1
