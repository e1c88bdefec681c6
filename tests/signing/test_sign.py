import asyncio
import datetime as dt
import io
import subprocess
from pathlib import Path

import pytest
from asn1crypto import cms, core
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy, RevocationCheckingRule

from forms_service.domain.record import SignatureFacts
from forms_service.signing import oids
from forms_service.signing.sign import sign_revision
from forms_service.signing.signer import KeySigner, to_asn1
from forms_service.signing.timestamps import NoTimestamp, OutsideTimeAuthority
from tests.signing.small_form import (
    AT,
    LOCKS,
    authority,
    blank,
    contact,
    facts,
    fill,
    person,
    sign,
    signed_by_all,
    twin,
)


def trust(moment: dt.datetime = AT, crls: tuple[bytes, ...] = ()) -> ValidationContext:
    signers_only = RevocationCheckingPolicy(RevocationCheckingRule.CRL_REQUIRED, RevocationCheckingRule.NO_CHECK)
    return ValidationContext(
        trust_roots=[to_asn1(authority().root)],
        moment=moment,
        crls=crls,
        revinfo_policy=CertRevTrustPolicy(signers_only) if crls else None,
    )


def signatures(pdf: bytes) -> list[EmbeddedPdfSignature]:
    return list(PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures)


def signer_info(pdf: bytes) -> cms.SignerInfo:
    return signatures(pdf)[-1].signer_info


def attribute(pdf: bytes, kind: str) -> list[core.Any]:
    return [
        value for found in signer_info(pdf)["signed_attrs"] if found["type"].native == kind for value in found["values"]
    ]


@pytest.fixture(scope="module")
def issued() -> bytes:
    return sign(blank(), "sign_00_issue", authority().firm_signer(), texts={"sys_no": "A-1"})


@pytest.fixture(scope="module")
def whole() -> bytes:
    return signed_by_all()


def test_every_signature_stays_valid_to_stock_pyhanko(whole: bytes) -> None:
    states = [validate_pdf_signature(each, trust()) for each in signatures(whole)]
    assert [state.bottom_line for state in states] == [True] * 5


def test_timestamped_signatures_stay_valid_to_stock_pyhanko() -> None:
    whole = signed_by_all(authority().timestamper(lambda: AT))
    states = [validate_pdf_signature(each, trust(), trust()) for each in signatures(whole)]
    assert [state.bottom_line for state in states] == [True] * 5
    assert {state.timestamp_validity and state.timestamp_validity.timestamp for state in states} == {AT}


def test_customers_signature_is_still_valid_two_years_later(whole: bytes) -> None:
    later = trust(AT + dt.timedelta(days=730))
    assert validate_pdf_signature(signatures(whole)[3], later).bottom_line


def test_pdfsig_calls_every_signature_valid(whole: bytes, tmp_path: Path) -> None:
    (tmp_path / "whole.pdf").write_bytes(whole)
    said = subprocess.run(["pdfsig", tmp_path / "whole.pdf"], capture_output=True, text=True, check=True).stdout
    assert said.count("Signature is Valid") == 5
    assert "Signer Certificate Common Name: 王芳" in said


def test_facts_come_back_from_the_signed_attributes(issued: bytes) -> None:
    (value,) = attribute(sign(issued, "sign_01_fill", person()), oids.FACTS)
    assert SignatureFacts.from_json(value.parse().native.encode()) == facts("sign_01_fill")


def test_signed_attributes_are_those_of_pades(issued: bytes) -> None:
    kinds = [each["type"].native for each in signer_info(issued)["signed_attrs"]]
    assert sorted(kinds) == sorted(["content_type", "message_digest", "signing_certificate_v2", oids.FACTS])


def test_container_has_one_signer_and_no_content(issued: bytes) -> None:
    signed = signatures(issued)[0].signed_data
    assert len(signed["signer_infos"]) == 1
    assert signed["encap_content_info"]["content"].native is None


def test_container_carries_the_chain_without_the_anchor(issued: bytes) -> None:
    held = {each.chosen.dump() for each in signatures(issued)[0].signed_data["certificates"]}
    issuing, _ = authority().chain()
    assert held == {to_asn1(each).dump() for each in (authority().firm_signer().certificate, issuing)}


def test_container_wastes_no_room(whole: bytes) -> None:
    for each in signatures(whole):
        assert 0 <= len(each.pkcs7_content) - len(cms.ContentInfo.load(each.pkcs7_content).dump()) <= 4


def test_signature_says_who_when_and_why(issued: bytes) -> None:
    said = signatures(sign(issued, "sign_01_fill", person()))[-1].sig_object
    assert (said["/Name"], said["/M"], said["/Reason"]) == ("李文静", "D:20260302013015Z", "sign_01_fill：同意")
    assert said["/SubFilter"] == "/ETSI.CAdES.detached"


def test_first_signature_certifies_for_form_filling(issued: bytes) -> None:
    assert signatures(issued)[0].docmdp_level == MDPPerm.FILL_FORMS
    assert "/DocMDP" in PdfFileReader(io.BytesIO(issued)).root["/Perms"]


@pytest.mark.parametrize("field", LOCKS)
def test_signature_locks_its_steps_fields(whole: bytes, field: str) -> None:
    (found,) = [each for each in signatures(whole) if each.field_name == field]
    assert found.fieldmdp == FieldMDPSpec(FieldMDPAction.INCLUDE, list(LOCKS[field]))


@pytest.mark.parametrize("field", ["sys_no", "amount", "opinion", "received", "unused"])
def test_changing_a_locked_field_breaks_a_signature(whole: bytes, field: str) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(whole))
    fill(writer, field, "999.00")
    changed = io.BytesIO()
    writer.write(changed)
    states = [validate_pdf_signature(each, trust()) for each in signatures(changed.getvalue())]
    assert not all(state.bottom_line for state in states)


def test_flipped_byte_breaks_the_signature(issued: bytes) -> None:
    spoilt = issued.replace(b"A-1", b"A-2", 1)
    assert not validate_pdf_signature(signatures(spoilt)[0], trust()).bottom_line


def test_base_stays_in_front_with_a_classic_xref(issued: bytes) -> None:
    signed = sign(issued, "sign_01_fill", person())
    assert signed.startswith(issued)
    assert b"\nxref\n" in signed[len(issued) :]
    assert b"/XRef" not in signed


def test_object_numbers_have_no_gap_for_other_programs_to_fall_into(whole: bytes) -> None:
    reader = PdfFileReader(io.BytesIO(whole))
    used = {number for number in range(1, reader.trailer["/Size"]) if reader.xrefs[Reference(number, pdf=reader)]}
    assert used == set(range(1, reader.trailer["/Size"]))


def test_lock_other_than_the_fields_own_is_refused(issued: bytes) -> None:
    with pytest.raises(RuntimeError, match="/Lock"):
        revise(issued, "sign_01_fill", lock=("customer",))


def test_certifying_late_is_refused(issued: bytes) -> None:
    with pytest.raises(RuntimeError, match="only the first"):
        revise(issued, "sign_01_fill", certify=True)


@pytest.mark.parametrize("field", ["sign_00_issue", "sign_77_nobody"])
def test_filled_or_missing_box_is_refused(issued: bytes, field: str) -> None:
    with pytest.raises(SigningError):
        revise(issued, field, lock=("sys_no",))


def test_stamp_is_drawn_in_the_box(issued: bytes) -> None:
    field = signatures(revise(issued, "sign_01_fill", stamp=TextStampStyle(stamp_text="%(signer)s", background=None)))[
        -1
    ]
    assert "/AP" in field.sig_field


def test_no_timestamp_means_no_signature(issued: bytes) -> None:
    with pytest.raises(NoTimestamp, match="没有签章"):
        sign(issued, "sign_01_fill", person(), timestamper=OutsideTimeAuthority("http://127.0.0.1:9/", timeout_s=1))


def test_customers_key_signs_only_once(issued: bytes) -> None:
    signer = contact()
    sign(issued, "sign_03_customer", signer)
    with pytest.raises(RuntimeError, match="already signed"):
        sign(issued, "sign_03_customer", signer)


def test_expired_certificate_is_refused_by_stock_pyhanko(issued: bytes) -> None:
    signed = sign(issued, "sign_01_fill", person())
    later = trust(AT + dt.timedelta(days=365 * 3 + 2))
    assert not validate_pdf_signature(signatures(signed)[-1], later).bottom_line


def test_revoked_certificate_is_refused_by_stock_pyhanko(issued: bytes) -> None:
    signed = sign(issued, "sign_01_fill", person())
    crl = authority().crl(AT, {person().certificate.serial_number: AT - dt.timedelta(minutes=1)})
    assert not validate_pdf_signature(signatures(signed)[-1], trust(crls=(crl,))).bottom_line
    assert validate_pdf_signature(signatures(issued)[-1], trust(crls=(crl,))).bottom_line


def test_self_made_twin_of_a_person_is_not_trusted(issued: bytes, tmp_path: Path) -> None:
    signed = sign(issued, "sign_01_fill", twin(tmp_path))
    state = validate_pdf_signature(signatures(signed)[-1], trust())
    assert state.intact
    assert not state.trusted


def test_signer_also_serves_stock_pyhanko(issued: bytes) -> None:
    stock = PdfSigner(PdfSignatureMetadata(field_name="sign_01_fill", md_algorithm="sha256"), person())
    writer = IncrementalPdfFileWriter(io.BytesIO(issued))
    signed = asyncio.run(stock.async_sign_pdf(writer, existing_fields_only=True)).getvalue()
    assert validate_pdf_signature(signatures(signed)[-1], trust()).valid


def test_signing_works_inside_a_running_event_loop(issued: bytes) -> None:
    async def in_loop() -> bytes:
        await asyncio.sleep(0)
        return sign(issued, "sign_01_fill", person(), timestamper=authority().timestamper(lambda: AT))

    assert len(signatures(asyncio.run(in_loop()))) == 2


def test_certificate_of_another_key_is_refused() -> None:
    with pytest.raises(ValueError, match="another key"):
        KeySigner(ec.generate_private_key(ec.SECP256R1()), person().certificate, authority().chain())


def revise(
    base: bytes,
    field: str,
    lock: tuple[str, ...] | None = None,
    *,
    certify: bool = False,
    stamp: TextStampStyle | None = None,
) -> bytes:
    return sign_revision(
        IncrementalPdfFileWriter(io.BytesIO(base)),
        field=field,
        lock=LOCKS[field] if lock is None else lock,
        signer=person(),
        facts=facts(field),
        reason="同意",
        stamp_style=stamp,
        at=AT,
        timestamper=None,
        certify=certify,
    )
