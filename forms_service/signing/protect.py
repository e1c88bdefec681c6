"""Protect a signed file for long keeping (PAdES B-LT, B-LTA): what tells of its certificates, and a timestamp on top.

Both go into one revision, which changes nothing else: the old bytes stay a prefix. Done again later with newer material
and a newer timestamp, it keeps the file provable beyond the first timestamp's certificate.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from itertools import takewhile

from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SignatureFormField, ensure_sig_flags
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp

from forms_service.pdf.read import open_writer
from forms_service.signing.container import read_container
from forms_service.signing.revocation import Material
from forms_service.signing.signer import DIGEST
from forms_service.signing.timestamps import TimeAuthority

_BOX = "timestamp_"


@dataclass(frozen=True, slots=True)
class Protected:
    """A protected file, and until when the certificates behind its newest timestamp hold."""

    pdf: bytes
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class Keeping:
    """What a file is to keep: the certificates above its signers', and the lists of revoked ones."""

    certificates: tuple[x509.Certificate, ...]
    material: Material


def protect(pdf: bytes, keeping: Keeping, timestamper: TimeAuthority) -> Protected:
    """Append what is to be kept and a document timestamp over it, as one revision. Raises NoTimestamp."""
    writer = open_writer(pdf)
    _keep(writer, keeping)
    box = _add_box(writer, _free_name(writer))
    writer.register_extension(ESIC_EXTENSION_1)
    stamp = DocumentTimestamp(bytes_reserved=2 * timestamper.token_size)
    box[pdf_name("/V")] = writer.add_object(stamp)
    embedding = stamp.fill(writer, DIGEST)
    prepared, output = next(embedding)
    token = timestamper.stamp(prepared.document_digest)
    embedding.send(cms.ContentInfo.load(token))
    return Protected(bytes(output.getvalue()), _holds_until(token))


def _holds_until(token: bytes) -> dt.datetime:
    found = (x509.load_der_x509_certificate(der) for der in read_container(token).certificates)
    return min(certificate.not_valid_after_utc for certificate in found)


def _add_box(writer: IncrementalPdfFileWriter, name: str) -> generic.DictionaryObject:
    """Add an empty signature box that nobody sees; pyHanko's own way reads every field to learn that it is new."""
    page = writer.find_page_for_modification(0)[0]
    box = SignatureFormField(name, include_on_page=page)
    reference = writer.add_object(box)
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.append(reference)
    writer.update_container(fields)
    box.register_widget_annotation(writer, reference)
    ensure_sig_flags(writer)
    return box


def _free_name(writer: IncrementalPdfFileWriter) -> str:
    """Name the next box; those before it stand last among the fields, as they were added."""
    names = (str(field.get_object()["/T"]) for field in reversed(writer.root["/AcroForm"]["/Fields"]))
    return f"{_BOX}{sum(1 for _ in takewhile(_is_ours, names)) + 1:02}"


def _is_ours(name: str) -> bool:
    return name.startswith(_BOX) and name.removeprefix(_BOX).isdecimal()


def _keep(writer: IncrementalPdfFileWriter, keeping: Keeping) -> None:
    """Add to the validation data (ISO 32000-2, 12.8.4.3) what it does not hold yet."""
    old = writer.root["/DSS"] if "/DSS" in writer.root else {}  # noqa: SIM401 - pyHanko follows references so only
    store = generic.DictionaryObject({pdf_name("/Type"): pdf_name("/DSS")})
    wanted = {
        "/Certs": tuple(certificate.public_bytes(Encoding.DER) for certificate in keeping.certificates),
        "/CRLs": keeping.material.crls,
        "/OCSPs": keeping.material.ocsps,
    }
    for key, ders in wanted.items():
        listed = _grown(writer, list(old[key]) if key in old else [], ders)
        if listed:
            store[pdf_name(key)] = generic.ArrayObject(listed)
    writer.root["/DSS"] = writer.add_object(store)
    writer.update_root()


def _grown(
    writer: IncrementalPdfFileWriter, listed: list[generic.PdfObject], ders: tuple[bytes, ...]
) -> list[generic.PdfObject]:
    held = {hashlib.sha256(reference.get_object().data).digest() for reference in listed}
    new = [der for der in dict.fromkeys(ders) if hashlib.sha256(der).digest() not in held]
    return [*listed, *(writer.add_object(generic.StreamObject(stream_data=der)) for der in new)]
