"""The journal: one JSON line a request.

It names the route, never the address: tokens, names and PINs stay out of it.
"""

import sys
import time
import traceback
from typing import Any, TextIO

import structlog
from flask import Flask, Response, g, request
from structlog.typing import Processor

from forms_service.domain.errors import FormsError
from forms_service.workflow.due import SomeNotDone
from forms_service.workflow.sweeping import Swept

DEEPEST = 8


class Journal:
    """Write what happened as JSON lines. A fault is told by its kind and place, not by its words: they quote people."""

    def __init__(self, stream: TextIO | None = None) -> None:
        processors: list[Processor] = [
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
        self._log: Any = structlog.wrap_logger(structlog.WriteLogger(stream or sys.stderr), processors=processors)

    def attach(self, app: Flask) -> None:
        """Write a line for every request of an application."""
        app.before_request(_start)
        app.after_request(self._end)

    def fault(self, error: BaseException, reference: str) -> None:
        """Write where an unforeseen fault arose, under the reference that the reader was shown."""
        self._log.error("fault", kind=type(error).__name__, reference=reference, places=_places(error))

    def sweep_stopped(self, error: Exception) -> None:
        """Write that something due could not be done; it is tried again by itself."""
        kinds = [type(fault).__name__ for fault in _each(error)]
        self._log.warning("sweep_stopped", kinds=kinds, places=places_of(error))

    def swept(self, swept: Swept) -> None:
        """Write what a sweep did, where it did anything."""
        if swept.anything:
            self._log.info("swept", **{name: count for name, count in swept.counts.items() if count})

    def _end(self, response: Response) -> Response:
        taken_ms = round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1)
        route = str(request.url_rule) if request.url_rule else "-"
        self._log.info("request", method=request.method, route=route, status=response.status_code, ms=taken_ms)
        return response


def places_of(error: Exception) -> list[str]:
    """Say where each fault of ours arose among what stopped; a stop that we foresaw needs no place."""
    return [place for fault in _each(error) if not isinstance(fault, FormsError | OSError) for place in _places(fault)]


def _each(error: Exception) -> tuple[Exception, ...]:
    return error.faults if isinstance(error, SomeNotDone) else (error,)


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames][-DEEPEST:]


def _start() -> None:
    g.started = time.perf_counter()
