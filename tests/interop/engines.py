"""The programs that are asked, each in its own way: our verifier, stock pyHanko, Poppler's pdfsig and qpdf."""

import datetime as dt
import functools
import io
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext

from forms_service.pdf.fonts import load_fonts
from forms_service.settings import read_settings
from forms_service.signing.stock import stock_opinions
from forms_service.signing.trust import TrustList, load_trust
from forms_service.signing.verify import verify
from tests.interop.opinion import OURS, Opinion

_SECTION = re.compile(r"^Signature #\d+:$", re.MULTILINE)
_LINE = re.compile(r"^  - ([^:\n]+?)(?:: (.*))?$", re.MULTILINE)
_POPPLER_VALID = "Signature is Valid."
_PATIENCE_S = 120


@functools.cache
def read_trust(pem: Path) -> TrustList:
    return load_trust(pem.read_bytes())


def ask_ours(pdf: Path, trust: TrustList) -> Opinion:
    """Ask our verifier; a file without any signature has none."""
    fonts = load_fonts(read_settings({}).fonts)
    data = pdf.read_bytes()
    verdict = verify(data, trust, None, dt.datetime.now(dt.UTC), fonts)
    faults = tuple(f"check {check.no}: {check.detail}" for check in verdict.failed)
    return Opinion(OURS, frozenset(report.field for report in verdict.signatures), faults=faults)


def ask_pyhanko(pdf: Path, trust: TrustList) -> Opinion:
    """Ask stock pyHanko, by its default policy, about every signature and document timestamp."""
    data = pdf.read_bytes()
    opinions = stock_opinions(data, trust)
    stamps, faults = _stamps(data, trust)
    signed = frozenset(opinion.field for opinion in opinions if opinion.sound)
    unsound = tuple(f"{opinion.field}: {opinion.summary}" for opinion in opinions if not opinion.sound)
    return Opinion("pyhanko", signed, stamps, faults=unsound + faults)


def _stamps(data: bytes, trust: TrustList) -> tuple[int, tuple[str, ...]]:
    context = ValidationContext(trust_roots=trust.for_pyhanko(), allow_fetching=False)
    stamps = PdfFileReader(io.BytesIO(data)).embedded_timestamp_signatures
    states = [(stamp.field_name, validate_pdf_timestamp(stamp, context)) for stamp in stamps]
    faults = tuple(f"{name}: {state.summary()}" for name, state in states if not (state.valid and state.trusted))
    return len(states) - len(faults), faults


def ask_pdfsig(pdf: Path, trust: TrustList) -> Opinion:
    """Ask pdfsig about each signature, without anchors; it lists empty boxes, too, and stamps as unknown."""
    del trust
    said = _run("pdfsig", "-nocert", str(pdf)).stdout
    sections = [_section(text) for text in _SECTION.split(said)[1:]]
    spoken = [section for section in sections if section.get("Signature Type", "unknown") != "unknown"]
    signed = frozenset(s["Signature Field Name"] for s in spoken if s.get("Signature Validation") == _POPPLER_VALID)
    faults = tuple(
        f"{section['Signature Field Name']}: {section.get('Signature Validation')}"
        for section in spoken
        if section.get("Signature Validation") != _POPPLER_VALID
    )
    whole = any("Total document signed" in section for section in sections) if sections else None
    return Opinion("pdfsig", signed, whole=whole, faults=faults)


def _section(text: str) -> Mapping[str, str]:
    return MappingProxyType({name: value or "" for name, value in _LINE.findall(text)})


def ask_qpdf(pdf: Path, trust: TrustList) -> Opinion:
    """Ask qpdf whether the file is sound in its structure; a warning is a fault."""
    del trust
    ran = _run("qpdf", "--check", str(pdf))
    return Opinion("qpdf", faults=() if ran.returncode == 0 else (" ".join(ran.stderr.split()) or ran.stdout[-200:],))


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=_PATIENCE_S)


ENGINES = (ask_ours, ask_pyhanko, ask_pdfsig, ask_qpdf)
