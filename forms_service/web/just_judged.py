"""Files that were just judged: kept in memory for the one page that shows them and its report, never on disk."""

import secrets
import threading
from collections import OrderedDict

from forms_service.proof.drawing_up import Judged

_MOST = 32
_MOST_BYTES = 64 * 1024 * 1024


class JustJudged:
    """The last few files, each behind a token that only its page knows. May be used from several threads."""

    def __init__(self) -> None:
        self._files: OrderedDict[str, Judged] = OrderedDict()
        self._guard = threading.Lock()

    def keep(self, judged: Judged) -> str:
        """Keep a file with its verdict and return its token; the oldest ones go."""
        token = secrets.token_urlsafe(18)
        with self._guard:
            self._files[token] = judged
            while len(self._files) > 1 and (len(self._files) > _MOST or self._size() > _MOST_BYTES):
                self._files.popitem(last=False)
        return token

    def find(self, token: str) -> Judged | None:
        """Return a kept file, or None."""
        with self._guard:
            return self._files.get(token)

    def _size(self) -> int:
        return sum(len(judged.pdf) for judged in self._files.values())
