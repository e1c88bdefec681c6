"""One site a test, and one a module for tests that only look."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.site import Site, open_site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    opened = open_site(tmp_path)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that a module's tests share, for they change nothing in it that another one reads."""
    opened = open_site(tmp_path_factory.mktemp("site"))
    yield opened
    opened.close()
