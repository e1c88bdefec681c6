"""The wheel: installed anywhere, started in an empty folder, it judges a copy by the file and the trust alone."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from forms_service.settings import ROOT
from tests.tampering import OURS, Desk, authority, stamps


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and install it alone into a fresh folder; its dependencies are those of the running Python."""
    built, target = tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("installed")
    _pip("wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(built), str(ROOT))
    (wheel,) = built.glob("*.whl")
    _pip("install", "--no-deps", "--no-index", "--target", str(target), str(wheel))
    return target


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Leave a sealed copy and the trust file in a folder."""
    folder = tmp_path_factory.mktemp("papers")
    desk = Desk(timestamper=stamps())
    (folder / "copy.pdf").write_bytes(desk.seal(desk.finish()))
    (folder / "trust.pem").write_bytes(authority(OURS).trust_pem())
    return folder


def _pip(*words: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *words]
    subprocess.run(command, check=True, stdout=sys.stderr, cwd=ROOT)


def _run(installed: Path, cwd: Path, *command: str) -> subprocess.CompletedProcess[str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith("FORMS_")}
    env = {**kept, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
    return subprocess.run(
        [sys.executable, *command], cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=120
    )


def test_the_installed_package_is_the_one_that_runs(installed: Path, tmp_path: Path) -> None:
    said = _run(installed, tmp_path, "-c", "import forms_service; print(forms_service.__file__)")
    assert Path(said.stdout.strip()).is_relative_to(installed)


def test_the_installed_command_accepts_a_sealed_copy(installed: Path, papers: Path, tmp_path: Path) -> None:
    command = [str(installed / "bin" / "forms"), "verify", str(papers / "copy.pdf")]
    said = _run(installed, tmp_path, *command, "--trust", str(papers / "trust.pem"), "--json")
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout)["verdict"] == "accepted"


def test_the_installed_command_refuses_an_altered_copy(installed: Path, papers: Path, tmp_path: Path) -> None:
    (tmp_path / "altered.pdf").write_bytes((papers / "copy.pdf").read_bytes() + b" ")
    command = [str(installed / "bin" / "forms"), "verify", str(tmp_path / "altered.pdf")]
    said = _run(installed, tmp_path, *command, "--trust", str(papers / "trust.pem"), "--json")
    assert said.returncode == 1, said.stderr
    assert json.loads(said.stdout)["verdict"] == "refused"


def test_verifying_leaves_nothing_where_it_was_run(installed: Path, papers: Path, tmp_path: Path) -> None:
    command = [str(installed / "bin" / "forms"), "verify", str(papers / "copy.pdf")]
    _run(installed, tmp_path, *command, "--trust", str(papers / "trust.pem"))
    assert list(tmp_path.iterdir()) == []
