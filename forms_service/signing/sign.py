"""Sign one revision: the fields that workflow filled in an incremental writer, and the signature over them, at once.

PAdES B-B, or B-T with a timestamp authority. The signature's own FieldMDP lock names the step's fields; the firm's
first signature also certifies the document (DocMDP, form filling). pyHanko writes the file; the CMS container is ours.
"""

import datetime as dt
from dataclasses import replace

from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigAppearanceSetup,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.stamp import BaseStampStyle

from forms_service.domain.record import SignatureFacts
from forms_service.signing import oids
from forms_service.signing.signed_data import DATA, Message, reserve, sign_message, text_attribute
from forms_service.signing.signer import DIGEST, Signer
from forms_service.signing.timestamps import TimeAuthority


def sign_revision(
    writer: IncrementalPdfFileWriter,
    *,
    field: str,
    lock: tuple[str, ...],
    signer: Signer,
    facts: SignatureFacts,
    reason: str,
    stamp_style: BaseStampStyle | None,
    at: dt.datetime,
    timestamper: TimeAuthority | None,
    certify: bool = False,
) -> bytes:
    """Write the writer's changes and a signature into an empty signature field as one revision; returns the whole file.

    `at` (aware) is what the signature claims in /M; only a timestamp proves a time. `stamp_style` draws the box, None
    leaves it as it is. The writer is spent afterwards. Raises NoTimestamp, and pyHanko's SigningError when the field is
    missing or filled; RuntimeError when `lock` is not the field's own /Lock or `certify` comes late.
    """
    if certify and _is_signed(writer):
        raise RuntimeError("only the first signature certifies")
    draft = Message(DATA, bytes(32), attributes=(text_attribute(oids.FACTS, facts.to_json().decode()),))
    size = reserve(signer, draft, timestamper.token_size if timestamper else 0)
    claim = SignatureObject(at, SigSeedSubFilter.PADES, name=signer.name, reason=reason, bytes_reserved=2 * size)
    embedding = PdfCMSEmbedder().write_cms(field, writer, existing_fields_only=True)
    _require_lock(next(embedding).get_object(), lock)
    writer.register_extension(ESIC_EXTENSION_1)
    embedding.send(SigObjSetup(claim, _permissions(lock, certify=certify), _appearance(stamp_style, signer, at)))
    prepared, output = embedding.send(SigIOSetup(md_algorithm=DIGEST))
    message = replace(draft, digest=prepared.document_digest)
    embedding.send(sign_message(signer, message, timestamper.stamp if timestamper else None))
    return bytes(output.getvalue())


def _is_signed(writer: IncrementalPdfFileWriter) -> bool:
    """Say whether the file bears a signature: each has its ByteRange, in plain sight, for it says where bytes lie."""
    return b"/ByteRange" in writer.prev.stream.getvalue()


def _require_lock(field: DictionaryObject, lock: tuple[str, ...]) -> None:
    """Hold the caller to the field's /Lock. A field without one (the seal's) is locked by the signature alone."""
    if "/Lock" not in field:
        return
    own = FieldMDPSpec.from_pdf_object(field["/Lock"])
    if own.action != FieldMDPAction.INCLUDE or tuple(own.fields or ()) != lock:
        raise RuntimeError(f"the field's /Lock names {own.fields}, the signature would lock {lock}")


def _permissions(lock: tuple[str, ...], *, certify: bool) -> SigMDPSetup:
    return SigMDPSetup(
        md_algorithm=DIGEST,
        certify=certify,
        field_lock=FieldMDPSpec(FieldMDPAction.INCLUDE, list(lock)),
        docmdp_perms=MDPPerm.FILL_FORMS if certify else None,
    )


def _appearance(style: BaseStampStyle | None, signer: Signer, at: dt.datetime) -> SigAppearanceSetup | None:
    return None if style is None else SigAppearanceSetup(style, at, signer.name)
