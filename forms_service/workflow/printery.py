"""The printery: each published form read, laid out and rendered once a process, by the digest of its YAML."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from forms_service.domain.people import Firm
from forms_service.domain.spec import FormSpec
from forms_service.pdf.fonts import Fonts
from forms_service.pdf.layout import Layout, lay_out
from forms_service.pdf.render import render_blank
from forms_service.signing.form_view import read_printed

_READINGS_KEPT = 256


@dataclass(frozen=True, slots=True)
class PrintedForm:
    """One version of a form, ready to issue: its spec, its layout and the blank page's bytes."""

    spec: FormSpec
    layout: Layout
    blank: bytes


class Printery:
    """Keep what is costly to make: forms by their digest, and what stands in bytes by theirs (bytes never change)."""

    def __init__(self, firm: Callable[[], Firm], fonts: Fonts, read_spec: Callable[[str], FormSpec]) -> None:
        """Take the firm as it is now, and `read_spec`: a published spec by its SHA-256, or NotFound."""
        self._firm = firm
        self._fonts = fonts
        self._read_spec = read_spec
        self._forms: dict[tuple[str, Firm], PrintedForm] = {}
        self._readings: OrderedDict[str, Mapping[str, str | bool]] = OrderedDict()
        self._lock = threading.Lock()

    def form(self, spec_sha256: str) -> PrintedForm:
        """Return a published form by its digest, its blank in the firm's present name; raises NotFound."""
        firm = self._firm()
        with self._lock:
            if (spec_sha256, firm) not in self._forms:
                self._forms[spec_sha256, firm] = self._print(self._read_spec(spec_sha256), firm)
            return self._forms[spec_sha256, firm]

    def read(self, digest: str, data: Callable[[], bytes]) -> Mapping[str, str | bool]:
        """Return the widget texts and ticks that stand in the bytes with a digest; `data` is asked only when new."""
        with self._lock:
            if digest in self._readings:
                self._readings.move_to_end(digest)
                return self._readings[digest]
        printed = read_printed(data())
        self.note(digest, printed)
        return printed

    def note(self, digest: str, printed: Mapping[str, str | bool]) -> None:
        """Note what stands in new bytes, of which a judgement has shown that it does, and nothing else is new."""
        with self._lock:
            self._readings[digest] = printed
            while len(self._readings) > _READINGS_KEPT:
                self._readings.popitem(last=False)

    def _print(self, spec: FormSpec, firm: Firm) -> PrintedForm:
        layout = lay_out(spec, self._fonts)
        return PrintedForm(spec, layout, render_blank(layout, firm, self._fonts))
