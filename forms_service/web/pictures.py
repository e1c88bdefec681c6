"""Pictures of uploaded files: kept in memory for the one page that shows them, never on disk."""

import secrets
import threading
from collections import OrderedDict

_KEPT = 32


class Pictures:
    """The last few pictures, each behind a token that only its page knows. May be used from several threads."""

    def __init__(self) -> None:
        self._pictures: OrderedDict[str, bytes] = OrderedDict()
        self._guard = threading.Lock()

    def keep(self, png: bytes) -> str:
        """Keep a picture and return its token; the oldest one goes."""
        token = secrets.token_urlsafe(18)
        with self._guard:
            self._pictures[token] = png
            while len(self._pictures) > _KEPT:
                self._pictures.popitem(last=False)
        return token

    def find(self, token: str) -> bytes | None:
        """Return a kept picture, or None."""
        with self._guard:
            return self._pictures.get(token)
