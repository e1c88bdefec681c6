"""Check 14, the places: what tells of revoked certificates is found wherever a file brings it along."""

import datetime as dt
import io

from asn1crypto import cms
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko_certvalidator import ValidationContext

from forms_service.signing.trust import load_trust
from forms_service.signing.verdict import Verdict
from forms_service.signing.verify import verify
from tests.attacks import forge
from tests.signing import others
from tests.signing.lasting import check
from tests.signing.test_partial_material import point
from tests.tampering import AT, OURS, Spoil, authority, fonts

DAY = dt.timedelta(days=1)
LATER = AT + 3650 * DAY


def listing(*revoked: tuple[int, dt.datetime], of: str = "A House of Others", of_people: bool = False) -> bytes:
    """Let a house list certificates by their numbers, and since when; `of_people` leaves authorities out."""
    key, certificate = others.house(of)
    builder = x509.CertificateRevocationListBuilder().issuer_name(certificate.subject)
    builder = builder.last_update(LATER).next_update(LATER + DAY)
    builder = builder.add_extension(point(people=True), critical=True) if of_people else builder
    for serial, since in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def serial_of_writer() -> int:
    return int(others.certificate_of(others.writer_of_letters()).serial_number)


def revoking() -> bytes:
    """Let the house list its writer, as revoked before the letter was signed."""
    return listing((serial_of_writer(), AT - DAY))


def judge(pdf: bytes) -> Verdict:
    return verify(pdf, others.house_trust(), None, LATER, fonts())


def stored(*lists: bytes, filtered: str | None = None) -> Spoil:
    """Write validation data anew, with these lists and nothing else."""

    def spoil(writer: IncrementalPdfFileWriter) -> None:
        streams = [writer.add_object(_stream(der, filtered)) for der in lists]
        store = generic.DictionaryObject({pdf_name("/CRLs"): generic.ArrayObject(streams)})
        writer.root[pdf_name("/DSS")] = writer.add_object(store)
        writer.update_root()

    return spoil


def _stream(der: bytes, filtered: str | None) -> generic.StreamObject:
    made = {pdf_name("/Filter"): pdf_name(filtered)} if filtered else {}
    return generic.StreamObject(made, encoded_data=der)


def related(der: bytes) -> Spoil:
    """Write validation data that are about one signature only."""

    def spoil(writer: IncrementalPdfFileWriter) -> None:
        lists = generic.ArrayObject([writer.add_object(_stream(der, None))])
        part = generic.DictionaryObject({pdf_name("/CRL"): lists})
        parts = generic.DictionaryObject({pdf_name("/" + "A" * 40): part})
        store = generic.DictionaryObject({pdf_name("/VRI"): parts})
        writer.root[pdf_name("/DSS")] = writer.add_object(store)
        writer.update_root()

    return spoil


def test_a_list_that_a_later_save_leaves_out_still_tells() -> None:
    honest = others.saved(others.signed_letter(), stored(listing()))
    told = others.saved(others.signed_letter(), stored(revoking()))
    assert check(judge(honest), 14).result == "pass"
    swapped = judge(others.saved(told, stored(listing())))
    assert (swapped.verdict, [failed.no for failed in swapped.failed]) == ("refused", [14])


def test_a_list_about_one_signature_only_tells() -> None:
    assert judge(others.saved(others.signed_letter(), related(listing()))).verdict == "accepted"
    verdict = judge(others.saved(others.signed_letter(), related(revoking())))
    assert (verdict.verdict, [failed.no for failed in verdict.failed]) == ("refused", [14])


def test_many_lists_added_later_do_not_push_out_one_that_was_there() -> None:
    told = others.saved(others.signed_letter(), stored(revoking()))
    assert [failed.no for failed in judge(others.saved(told, stored(*[b"\x30\x00"] * 600))).failed] == [14]


def test_a_list_that_cannot_be_unpacked_is_no_material_and_no_fault() -> None:
    verdict = judge(others.saved(others.signed_letter(), stored(revoking(), filtered="/ASCIIHexDecode")))
    assert (verdict.failed, check(verdict, 14).result) == ((), "not_checked")


def signed_with(crl: bytes) -> bytes:
    """Sign as Acrobat does, with a list under the signature."""
    writer = IncrementalPdfFileWriter(io.BytesIO(others.letter()))
    append_signature_field(writer, SigFieldSpec("Signature1", box=others.FREE))
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(others.certificate())],
        crls=[asn1_crl.CertificateList.load(crl)],
        moment=LATER,
        revocation_mode="soft-fail",
    )
    stated = PdfSignatureMetadata(
        field_name="Signature1",
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED,
        embed_validation_info=True,
        validation_context=context,
    )
    return bytes(PdfSigner(stated, others.writer_of_letters()).sign_pdf(writer, existing_fields_only=True).getvalue())


def test_a_list_under_the_signature_itself_tells() -> None:
    verdict = judge(signed_with(listing()))
    assert (verdict.verdict, check(verdict, 14).result) == ("accepted", "pass")


def along(pdf: bytes, crl: bytes) -> bytes:
    """Put a list beside the certificates of a signature, which it does not cover."""
    start, end = forge.gap(pdf)
    container = cms.ContentInfo.load(bytes.fromhex(pdf[start + 1 : end - 1].decode()))
    listed = cms.RevocationInfoChoice(name="crl", value=asn1_crl.CertificateList.load(crl))
    container["content"]["crls"] = cms.RevocationInfoChoices([listed])
    return forge.contained(pdf, b"<" + container.dump(force=True).hex().encode().ljust(end - start - 2, b"0") + b">")


def test_a_list_beside_the_certificates_of_a_signature_tells() -> None:
    honest = judge(along(others.signed_letter(), listing()))
    assert (honest.verdict, check(honest, 14).result) == ("accepted", "pass")
    assert [failed.no for failed in judge(along(others.signed_letter(), revoking())).failed] == [14]


def test_a_pinned_certificate_that_its_own_issuer_took_back_is_revoked_all_the_same() -> None:
    lines = b"kind: person\nperson: he_mei\n" + others.writers_pem()
    trust = load_trust(authority(OURS).trust_pem() + lines)
    letter = others.saved(others.signed_letter(), stored(listing()))
    assert verify(letter, trust, None, LATER, fonts()).verdict == "accepted"
    revoked = others.saved(others.signed_letter(), stored(revoking()))
    assert [failed.no for failed in verify(revoked, trust, None, LATER, fonts()).failed] == [14]
    forged = others.saved(others.signed_letter(), stored(listing((serial_of_writer(), AT - DAY), of="A House of Mine")))
    assert verify(forged, trust, None, LATER, fonts()).verdict == "accepted"


def test_of_a_letter_that_nobody_vouches_for_a_revocation_is_for_a_person_to_judge() -> None:
    revoked = others.saved(others.signed_letter(), stored(revoking()))
    assert verify(revoked, load_trust(authority(OURS).trust_pem()), None, LATER, fonts()).verdict == "review"
