import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url
from sqlalchemy.schema import CreateSchema, DropSchema

from forms_service.store.database import Database
from forms_service.store.engine import make_engine

# Name an empty PostgreSQL database here to run every store test on it too.
POSTGRESQL = os.environ.get("FORMS_TEST_POSTGRESQL")
BACKENDS = ("sqlite", "postgresql") if POSTGRESQL else ("sqlite",)


@pytest.fixture(params=BACKENDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/office.db"
        return
    schema = f"test_{secrets.token_hex(6)}"
    engine = make_engine(str(POSTGRESQL))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(CreateSchema(schema))
    chosen = make_url(str(POSTGRESQL)).update_query_dict({"options": f"-csearch_path={schema}"})
    yield chosen.render_as_string(hide_password=False)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(DropSchema(schema, cascade=True))
    engine.dispose()


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database.open(url)
    yield opened
    opened.close()
