"""GivenText: a column that keeps what a document was given at opening, as JSON text."""

import json
from dataclasses import asdict

from sqlalchemy import Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from forms_service.domain.given import NOTHING, Given, Named


class GivenText(TypeDecorator[Given]):
    """Store a Given as JSON; `{}` is nothing given."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Given | None, dialect: Dialect) -> str | None:
        """Turn what the house holds into what the database keeps."""
        del dialect
        if value is None:
            return None
        return "{}" if value == NOTHING else json.dumps(asdict(value), ensure_ascii=False, sort_keys=True)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Given:
        """Turn what the database kept into a Given."""
        del dialect
        raw = json.loads(value or "{}")
        answers = tuple((str(name), str(text)) for name, text in raw.get("answers", ()))
        return Given(answers, tuple(Named(**named) for named in raw.get("names", ())))
