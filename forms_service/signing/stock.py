"""Stock pyHanko's opinion of a file's signatures, by its own default policy: the second opinion beside our verdict."""

import io
from dataclasses import dataclass

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from forms_service.signing.trust import TrustList


@dataclass(frozen=True, slots=True)
class StockOpinion:
    """What stock pyHanko says of one signature: sound or not, its signer's fingerprint, and its own summary."""

    field: str
    sound: bool
    fingerprint: str
    summary: str


def stock_opinions(pdf: bytes, trust: TrustList) -> tuple[StockOpinion, ...]:
    """Ask stock pyHanko about every signature, in the order of signing; no network is asked."""
    context = ValidationContext(trust_roots=trust.for_pyhanko(), allow_fetching=False)
    reader = PdfFileReader(io.BytesIO(pdf))
    opinions = []
    for signature in reader.embedded_regular_signatures:
        status = validate_pdf_signature(signature, signer_validation_context=context, ts_validation_context=context)
        fingerprint = status.signing_cert.sha256.hex()
        # The reader's text knows the file that it was read from; the opinion must outlive it, in other processes too.
        name = str(signature.field_name)
        opinions.append(StockOpinion(name, status.bottom_line, fingerprint, status.summary()))
    return tuple(opinions)
