"""Check 14, the odd lists and answers: those of only some certificates, in company, or by a broken digest."""

import datetime as dt
from collections.abc import Callable

import pytest
from asn1crypto import algos
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from forms_service.signing.revocation import Material, Standing, standing
from tests.signing.lasting import LATER, YEAR, issuing, list_with
from tests.tampering import AT, person

DAY = dt.timedelta(days=1)
BEFORE = AT - DAY
SERIAL = person("lin_guo").certificate.serial_number
REVOKED, UNKNOWN = Standing("revoked", BEFORE), Standing("unknown")
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed448.Ed448PrivateKey


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def told(*crls: bytes, answers: tuple[bytes, ...] = ()) -> Standing:
    """Judge the deputy's certificate by lists and answers."""
    leaf, by = der(person("lin_guo").certificate), der(issuing().certificate)
    return standing(leaf, by, Material(crls, answers), AT, AT)


def point(
    *,
    place: str | None = None,
    reasons: frozenset[x509.ReasonFlags] | None = None,
    people: bool = False,
    several: bool = False,
    attributes: bool = False,
) -> x509.IssuingDistributionPoint:
    """Say that a list is only about some."""
    return x509.IssuingDistributionPoint(
        full_name=[x509.UniformResourceIdentifier(place)] if place else None,
        relative_name=None,
        only_contains_user_certs=people,
        only_contains_ca_certs=False,
        only_some_reasons=reasons,
        indirect_crl=several,
        only_contains_attribute_certs=attributes,
    )


def entry(serial: int, *extensions: x509.ExtensionType) -> x509.RevokedCertificate:
    builder = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(BEFORE)
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.build()


def partial(extension: x509.ExtensionType, *entries: x509.RevokedCertificate) -> bytes:
    """Sign a list with a critical extension that narrows what it is about."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuing().certificate.subject)
    builder = builder.last_update(LATER).next_update(LATER + DAY).add_extension(extension, critical=True)
    for one in entries:
        builder = builder.add_revoked_certificate(one)
    return builder.sign(issuing().key, hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    "extension",
    [
        point(people=True),
        point(place="http://example.com/part-1.crl"),
        point(reasons=frozenset({x509.ReasonFlags.key_compromise})),
        point(several=True),
        x509.DeltaCRLIndicator(1),
        x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"),
    ],
    ids=["people", "place", "reasons", "for several", "changes", "unknown"],
)
def test_who_stands_on_a_partial_list_is_revoked_and_who_does_not_is_left_open(extension: x509.ExtensionType) -> None:
    assert told(partial(extension, entry(SERIAL))) == REVOKED
    assert told(partial(extension, entry(SERIAL + 1))) == UNKNOWN


def test_a_number_on_a_list_of_other_issuers_or_of_attributes_is_another_certificates() -> None:
    other = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "another")])
    theirs = x509.CertificateIssuer([x509.DirectoryName(other)])
    ours = x509.CertificateIssuer([x509.DirectoryName(issuing().certificate.subject)])
    of_several = point(several=True)
    assert told(partial(of_several, entry(SERIAL, theirs))) == UNKNOWN
    assert told(partial(of_several, entry(SERIAL + 1, theirs), entry(SERIAL))) == UNKNOWN
    assert told(partial(of_several, entry(SERIAL + 1, theirs), entry(SERIAL, ours))) == REVOKED
    assert told(partial(point(attributes=True), entry(SERIAL))) == UNKNOWN


def test_a_hold_that_a_list_of_changes_takes_back_revokes_nobody() -> None:
    lifted = entry(SERIAL, x509.CRLReason(x509.ReasonFlags.remove_from_crl))
    assert told(partial(x509.DeltaCRLIndicator(1), lifted)) == UNKNOWN


def of_no_version(tbs: asn1_crl.TbsCertList) -> None:
    tbs["version"] = 2


def numbered_twice(tbs: asn1_crl.TbsCertList) -> None:
    tbs["crl_extensions"] = asn1_crl.TBSCertListExtensions([*tbs["crl_extensions"]] * 2)


def reasoned_twice(tbs: asn1_crl.TbsCertList) -> None:
    (revoked,) = tbs["revoked_certificates"]
    revoked["crl_entry_extensions"] = asn1_crl.CRLEntryExtensions([*revoked["crl_entry_extensions"]] * 2)


@pytest.mark.parametrize("spoil", [of_no_version, numbered_twice, reasoned_twice])
def test_a_list_that_no_program_should_write_tells_nothing(spoil: Callable[[asn1_crl.TbsCertList], None]) -> None:
    listed = partial(x509.CRLNumber(7), entry(SERIAL, x509.CRLReason(x509.ReasonFlags.key_compromise)))
    assert told(listed) == REVOKED
    tbs = asn1_crl.CertificateList.load(listed)["tbs_cert_list"].copy()
    spoil(tbs)
    assert told(signed_as(tbs, "sha256_ecdsa", hashes.SHA256())) == UNKNOWN


def signed_as(tbs: asn1_crl.TbsCertList, algorithm: str, digest: hashes.HashAlgorithm) -> bytes:
    """Let the authority sign a list."""
    signature = issuing().key.sign(tbs.dump(force=True), ec.ECDSA(digest))
    parts = {"tbs_cert_list": tbs, "signature_algorithm": {"algorithm": algorithm}, "signature": signature}
    return bytes(asn1_crl.CertificateList(parts).dump())


def by_sha1(crl: bytes) -> bytes:
    """Sign a list anew by a broken digest."""
    tbs = asn1_crl.CertificateList.load(crl)["tbs_cert_list"]
    tbs["signature"] = {"algorithm": "sha1_ecdsa"}
    return signed_as(tbs, "sha1_ecdsa", hashes.SHA1())  # noqa: S303 - broken on purpose


def test_a_list_by_a_broken_digest_can_only_revoke() -> None:
    assert told(by_sha1(list_with(entry(SERIAL)))) == REVOKED
    assert told(list_with(entry(SERIAL + 1))) == Standing("good")
    assert told(by_sha1(list_with(entry(SERIAL + 1)))) == UNKNOWN


def responder(name: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """Let the authority name somebody who answers for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = x509.CertificateBuilder().subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
    builder = builder.issuer_name(issuing().certificate.subject).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(AT).not_valid_after(AT + 40 * YEAR)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False)
    return key, builder.sign(issuing().key, hashes.SHA256())


def revoking(
    key: ec.EllipticCurvePrivateKey,
    by: x509.Certificate,
    *along: x509.Certificate,
    serial: int = SERIAL,
    issuer: x509.Certificate | None = None,
) -> bytes:
    """Answer that a certificate is revoked; `along` are the certificates that travel with it."""
    digest = x509.SubjectKeyIdentifier.from_public_key((issuer or issuing().certificate).public_key()).digest
    builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
        issuer_name_hash=bytes(20),
        issuer_key_hash=digest,
        serial_number=serial,
        algorithm=hashes.SHA1(),  # noqa: S303 - names the issuer, as nearly all answers do
        cert_status=ocsp.OCSPCertStatus.REVOKED,
        this_update=LATER,
        next_update=LATER + DAY,
        revocation_time=BEFORE,
        revocation_reason=None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, by)
    builder = builder.certificates(list(along)) if along else builder
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def test_an_answer_tells_whichever_certificates_travel_with_it_and_in_whatever_order() -> None:
    (key, mine), (_, another) = responder("one"), responder("another")
    own = issuing()
    assert told(answers=(revoking(key, mine, another, mine),)) == REVOKED
    assert told(answers=(revoking(key, mine, mine, another),)) == REVOKED
    assert told(answers=(revoking(own.key, own.certificate, another),)) == REVOKED
    assert told(answers=(revoking(key, mine, another),)) == UNKNOWN


def test_an_answer_that_brings_hundreds_of_certificates_is_not_read() -> None:
    own, (_, named) = issuing(), responder("one")
    assert told(answers=(revoking(own.key, own.certificate, *[named] * 4),)) == REVOKED
    assert told(answers=(revoking(own.key, own.certificate, *[named] * 400),)) == UNKNOWN


def resigned(answer: bytes, algorithm: str, key: Key, parts: int = 1) -> bytes:
    """Sign an answer anew by another algorithm; of `parts` it holds the same one so often, of other numbers but one."""
    read = asn1_ocsp.OCSPResponse.load(answer)
    basic = read["response_bytes"]["response"].parsed
    tbs = basic["tbs_response_data"]
    first = tbs["responses"][0]
    others = [first.copy() for _ in range(parts - 1)]
    for number, other in enumerate(others, 1):
        other["cert_id"]["serial_number"] = SERIAL + number
    tbs["responses"] = asn1_ocsp.Responses([*others, first])
    signature = _sign(key, algorithm, tbs.dump(force=True))
    named = {"algorithm": algorithm, "parameters": _PSS} if algorithm == "rsassa_pss" else {"algorithm": algorithm}
    again = asn1_ocsp.BasicOCSPResponse(
        {
            "tbs_response_data": tbs,
            "signature_algorithm": algos.SignedDigestAlgorithm(named),
            "signature": signature,
        }
    )
    whole = {"response_type": "basic_ocsp_response", "response": again}
    return bytes(asn1_ocsp.OCSPResponse({"response_status": "successful", "response_bytes": whole}).dump())


_PSS = algos.RSASSAPSSParams(
    {
        "hash_algorithm": {"algorithm": "sha256"},
        "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": algos.DigestAlgorithm({"algorithm": "sha256"})},
        "salt_length": 20,
    }
)


def _sign(key: Key, algorithm: str, data: bytes) -> bytes:
    if isinstance(key, ed448.Ed448PrivateKey):
        return key.sign(data)
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PSS(padding.MGF1(hashes.SHA256()), 20), hashes.SHA256())
    digest = hashes.SHA1() if "sha1" in algorithm else hashes.SHA256()  # noqa: S303 - broken on purpose
    return key.sign(data, ec.ECDSA(digest))


def test_an_answer_about_several_certificates_tells_of_each() -> None:
    own = issuing()
    answer = revoking(own.key, own.certificate)
    assert told(answers=(resigned(answer, "sha256_ecdsa", own.key, parts=3),)) == REVOKED


def test_an_answer_by_a_broken_digest_can_only_revoke() -> None:
    own, leaf = issuing(), person("lin_guo").certificate
    good = own.answer(leaf, LATER, None).public_bytes(Encoding.DER)
    assert told(answers=(good,)) == Standing("good")
    assert told(answers=(resigned(good, "sha1_ecdsa", own.key),)) == UNKNOWN
    assert told(answers=(resigned(revoking(own.key, own.certificate), "sha1_ecdsa", own.key),)) == REVOKED


@pytest.mark.parametrize("kind", ["rsassa_pss", "ed448"])
def test_answers_and_lists_of_other_keys_are_read(kind: str) -> None:
    key: Key = rsa.generate_private_key(65537, 2048) if kind == "rsassa_pss" else ed448.Ed448PrivateKey.generate()
    by = self_made(key)
    leaf = self_made(ec.generate_private_key(ec.SECP256R1()), key)
    answer = resigned(revoking(issuing().key, issuing().certificate, serial=leaf.serial_number, issuer=by), kind, key)
    assert standing(der(leaf), der(by), Material((), (answer,)), AT, AT) == REVOKED
    assert standing(der(leaf), der(by), Material((_list(by, key, leaf.serial_number),)), AT, AT) == REVOKED


def self_made(key: Key, by: Key | None = None) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "an authority")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(AT).not_valid_after(AT + YEAR)
    signing = by or key
    return builder.sign(signing, None if isinstance(signing, ed448.Ed448PrivateKey) else hashes.SHA256())


def _list(by: x509.Certificate, key: Key, serial: int) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder().issuer_name(by.subject).last_update(LATER).next_update(LATER + DAY)
    )
    builder = builder.add_revoked_certificate(entry(serial))
    if isinstance(key, rsa.RSAPrivateKey):
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), 20)
        return builder.sign(key, hashes.SHA256(), rsa_padding=pss).public_bytes(Encoding.DER)
    return builder.sign(key, None).public_bytes(Encoding.DER)
