"""The guide to signing elsewhere names every reason to turn a file away, and tests that there are."""

import re

from forms_service.settings import ROOT

_GUIDE = (ROOT / "docs" / "signing-elsewhere.md").read_text(encoding="utf-8")


def test_the_guide_names_every_reason_to_turn_a_file_away() -> None:
    source = (ROOT / "forms_service" / "workflow" / "turning_away.py").read_text(encoding="utf-8")
    reasons = set(re.findall(r'NotTaken\(\s*"([a-z_]+)"', source))
    assert reasons
    assert reasons - set(re.findall(r"`([a-z_]+)`", _GUIDE)) == set()


def test_every_test_that_the_guide_names_is_there() -> None:
    named = set(re.findall(r"`(test_[a-z0-9_]+)`", _GUIDE))
    there = {
        name for file in (ROOT / "tests").rglob("test_*.py") for name in re.findall(r"def (test_\w+)", file.read_text())
    }
    assert named
    assert named - there == set()
