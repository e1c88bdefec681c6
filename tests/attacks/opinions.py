"""What other programs say of a file: stock pyHanko under its default policy, and Poppler's pdfsig."""

import datetime as dt
import functools
import io
import multiprocessing
import re
import resource
import subprocess
import tempfile
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import ValidationContext

from forms_service.signing.trust import TrustList
from tests.attacks.attack import NOW
from tests.tampering import trust

PATIENCE_S = 20
_MEMORY = 3 * 1024**3


def by_pyhanko(pdf: bytes, anchors: TrustList | None = None, moment: dt.datetime = NOW) -> str:
    """Say how many of the signatures that pyHanko finds it calls good."""
    context = ValidationContext(trust_roots=(anchors or trust()).for_pyhanko(), moment=moment, allow_fetching=False)
    try:
        found = list(PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures)
    except Exception as error:  # noqa: BLE001 - whatever it raises is its answer
        return f"读不了（{type(error).__name__}）"
    if not found:
        return "没看到签章"
    return f"通过 {sum(_is_good(signature, context) for signature in found)}/{len(found)}"


def _is_good(signature: EmbeddedPdfSignature, context: ValidationContext) -> bool:
    try:
        return bool(validate_pdf_signature(signature, context, context).bottom_line)
    except Exception:  # noqa: BLE001 - as above
        return False


def by_pdfsig(pdf: bytes) -> str:
    """Say how many of the signatures that pdfsig finds it calls valid, and whether it says that the whole is signed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.pdf"
        path.write_bytes(pdf)
        command = ["pdfsig", "-nocert", str(path)]
        try:
            said = subprocess.run(command, capture_output=True, timeout=PATIENCE_S, check=False)
        except subprocess.TimeoutExpired:
            return "没有回答"
    words = said.stdout.decode(errors="replace")
    found = len(re.findall(r"^Signature #\d+:", words, re.MULTILINE))
    if said.returncode < 0:
        return "崩溃"
    if not found:
        return "没看到签章"
    whole = (
        "，盖满全文" if "Total document signed" in words and "Not total" not in words.split("Signature #")[-1] else ""
    )
    return f"有效 {words.count('Signature is Valid.')}/{found}{whole}"


def apart(ask: Callable[[bytes], str], pdf: bytes) -> str:
    """Ask a program that runs in this one, in a process of its own that may be given up."""
    context = multiprocessing.get_context("fork")
    mine, theirs = context.Pipe(duplex=False)
    child = context.Process(target=functools.partial(_answer, ask, pdf, theirs))
    child.start()
    theirs.close()
    answered = mine.poll(PATIENCE_S)
    try:
        return str(mine.recv()) if answered else "没有回答"
    except EOFError:
        return "崩溃"
    finally:
        child.kill()
        child.join()


def all_good(words: str) -> bool:
    """Say whether a program's words call every signature that it found good."""
    counted = re.search(r"(\d+)/(\d+)", words)
    return counted is not None and counted[1] == counted[2]


def _answer(ask: Callable[[bytes], str], pdf: bytes, to: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    to.send(ask(pdf))
