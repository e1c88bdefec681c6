"""The one case that all of the regulation's tests look at, and copies of it to act on."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.regulation.office import Moment, walk


@pytest.fixture(scope="session")
def way(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Moment]:
    """A case of everything as it stood before each of its steps, and `closed`. Tests look at it and change nothing."""
    return walk(tmp_path_factory.mktemp("way"))


@pytest.fixture
def at(way: Mapping[str, Moment], tmp_path: Path) -> Callable[[str], Moment]:
    """Take the case as it stood before a step, in an office of the test's own."""
    return lambda step: way[step].taken(tmp_path / step)
