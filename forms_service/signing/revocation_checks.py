"""Check 14: whether a certificate was revoked when it signed, from what the file and the trust list hold. No fetching.

A signer's certificate counts as of the time that a timestamp or the store's receipt proves; a timestamp authority's as
of when a later timestamp took over, for whoever has its key could date back. Where a signature's time is only claimed,
a revocation at any time counts against it.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from forms_service.signing.container import Container
from forms_service.signing.evidence import Evidence, Signing
from forms_service.signing.finding import Finding, fail, not_checked
from forms_service.signing.issued import is_issued_by
from forms_service.signing.paths import Traced
from forms_service.signing.revocation import Standing, standing
from forms_service.signing.stamps import covered_by, own_stamp, proven_time, proving


@dataclass(frozen=True, slots=True)
class Looked:
    """How one certificate of a path stood: whose it is in the reader's words, and whether it is the signer's own."""

    whose: str
    own: bool
    standing: Standing


def check_not_revoked(evidence: Evidence) -> Finding:
    """Check 14: no certificate was revoked when it signed, as far as there is material to tell."""
    looked = (*(found for signing in evidence.signings for found in look_into(evidence, signing)), *_stamps(evidence))
    revoked = [_revoked_words(found) for found in looked if found.standing.result == "revoked"]
    if revoked:
        return fail("".join(dict.fromkeys(revoked)))
    told = "".join(dict.fromkeys(_later_words(found) for found in looked if found.standing.result == "later"))
    unknown = dict.fromkeys(found.whose for found in looked if found.own and found.standing.result == "unknown")
    if unknown:
        return not_checked(f"{'、'.join(unknown)}：文件和信任名单里都没有资料，查不出当时是否已撤销。{told}")
    above = dict.fromkeys(found.whose for found in looked if not found.own and found.standing.result == "unknown")
    rest = f"{'、'.join(above)}没有撤销资料，未查。" if above else ""
    return Finding("pass", f"签章人的证书当时都没有撤销。{told}{rest}")


def look_into(evidence: Evidence, signing: Signing) -> tuple[Looked, ...]:
    """Look into a signer's certificate and those above it."""
    proven, label = proven_time(evidence, signing), f"「{evidence.label(signing.found.field)}」的证书"
    said = proven or evidence.at
    pinned = _pinned(signing.traced)
    if signing.traced.anchor is None or pinned:
        counts = pinned or evidence.is_held_to_us  # else it is for a person to judge: even the time is nobody's word
        told = _told_by_issuer(evidence, signing, proven, said) if counts else None
        return (Looked(label, own=True, standing=told or Standing("good" if pinned else "unknown")),)
    return tuple(_path(evidence, signing.traced, label, proven, said))


def _told_by_issuer(
    evidence: Evidence, signing: Signing, proven: dt.datetime | None, said: dt.datetime
) -> Standing | None:
    """Ask who issued a certificate from which no path leads on, if its issuer is at hand, whether it was taken back.

    Whoever's key signed it is its issuer, believed for other things or not. None where nothing tells of that.
    """
    container = signing.container
    if container is None:
        return None
    for issuer in _at_hand(evidence, container):
        found = standing(container.certificates[0], issuer, evidence.material, proven, said)
        if found.result in ("revoked", "later"):
            return found
    return None


def _at_hand(evidence: Evidence, container: Container) -> Iterator[bytes]:
    """Yield the certificates at hand, the anchors too, whose key signed the signer's own."""
    anchors = (anchor.public_bytes(Encoding.DER) for anchor in evidence.trust.authorities)
    for der in dict.fromkeys((*container.certificates[1:], *evidence.along, *anchors)):
        try:
            issuer = x509.load_der_x509_certificate(der)
            if issuer.subject == container.certificate.issuer and is_issued_by(container.certificate, issuer):
                yield der
        except (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion):
            continue


def is_open(evidence: Evidence, signing: Signing) -> bool:
    """Say whether nothing tells how a signer's certificate stood."""
    return look_into(evidence, signing)[0].standing.result == "unknown"


def revocation_words(evidence: Evidence, signing: Signing) -> str:
    """Say in one sentence how a signer's certificate stood."""
    own = look_into(evidence, signing)[0].standing
    since = f"{own.since:%Y-%m-%d %H:%M} UTC" if own.since else ""
    return {
        "good": "签章时没有撤销。",
        "later": f"后来于 {since} 撤销，不影响这次签章。",
        "revoked": f"已于 {since} 撤销，这次签章不能采信。",
        "unknown": "没有资料，查不出签章时是否已撤销。",
    }[own.result]


def level_of(evidence: Evidence, signing: Signing) -> str:
    """Name the PAdES level that a signature reached (ETSI EN 319 142-1, 6): B-B, B-T, B-LT or B-LTA; "" for others."""
    if signing.container is None or signing.found.kind != "/ETSI.CAdES.detached":
        return ""
    if proven_time(evidence, signing) is None or signing.time_source == "receipt":
        return "B-B"
    if is_open(evidence, signing) or not _brings_material(evidence):
        return "B-T"
    return "B-LTA" if proving(evidence, signing.revision) else "B-LT"


def _brings_material(evidence: Evidence) -> bool:
    history, last = evidence.history, evidence.history.last
    store = history.dictionary(history.root(last).get("/DSS"), last)
    return bool(store.get("/CRLs") or store.get("/OCSPs"))


def _stamps(evidence: Evidence) -> Iterator[Looked]:
    """Look into the timestamp authorities, of signatures and of the file, as of when later timestamps took over."""
    for signing in evidence.signings:
        traced = own_stamp(evidence, signing)
        if traced is not None and signing.time is not None:
            yield from _stamp(evidence, traced, signing.revision, signing.time)
    for stamp in evidence.stamps:
        yield from _stamp(evidence, stamp.traced, stamp.revision, stamp.time)


def _stamp(evidence: Evidence, traced: Traced, revision: int, time: dt.datetime) -> Iterator[Looked]:
    until = covered_by(evidence, revision) or evidence.at
    for found in _path(evidence, traced, "时间戳机构的证书", until, time):
        yield Looked(found.whose, own=False, standing=found.standing)


def _path(
    evidence: Evidence, traced: Traced, own: str, proven: dt.datetime | None, said: dt.datetime
) -> Iterator[Looked]:
    for place, (certificate, issuer) in enumerate(pairwise(traced.path)):
        whose = own if place == 0 else f"颁发机构「{_subject(certificate)}」"
        yield Looked(whose, place == 0, standing(certificate, issuer, evidence.material, proven, said))


def _pinned(traced: Traced) -> bool:
    """Say whether a certificate is trusted by itself: the trust list says from when until when, and that is all."""
    return traced.anchor is not None and len(traced.path) == 1


def _subject(certificate: bytes) -> str:
    subject = x509.load_der_x509_certificate(certificate).subject
    common = subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(common[0].value) if common else subject.rfc4514_string()


def _revoked_words(found: Looked) -> str:
    return f"{found.whose}已于 {found.standing.since:%Y-%m-%d %H:%M} UTC 撤销，没有证据证明签章在那以前。"


def _later_words(found: Looked) -> str:
    return f"{found.whose}后来于 {found.standing.since:%Y-%m-%d %H:%M} UTC 撤销，不影响这次签章。"
