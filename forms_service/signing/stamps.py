"""Document timestamps: by when a file, up to some revision, is proven to have existed.

A timestamp proves its time only while its authority's certificate holds, or if a later one took over before that ended.
So the newest is looked at first, as of now, and each earlier one as of the time that the one after it proves.
"""

import datetime as dt

from forms_service.signing import container as cms
from forms_service.signing.evidence import Evidence, Signing, Stamp, may_stamp, signed_parts
from forms_service.signing.paths import Traced, may_date, trace_stamp
from forms_service.signing.signatures import SignatureFound
from forms_service.signing.time_tokens import read_timestamp
from forms_service.signing.unsound import Unsound


def read_stamps(evidence: Evidence) -> tuple[Stamp, ...]:
    """Read the document timestamps that are sound and trusted, in order; what is wrong with others check 12 says."""
    found = (_read(evidence, signature) for signature in evidence.found if signature.is_timestamp)
    return tuple(stamp for stamp in found if stamp is not None)


def covered_by(evidence: Evidence, revision: int) -> dt.datetime | None:
    """Return the earliest time by which the file up to a revision is proven to have existed, None without proof."""
    chain = proving(evidence, revision)
    return chain[-1].time if chain else None


def proving(evidence: Evidence, revision: int) -> tuple[Stamp, ...]:
    """List the document timestamps behind a revision that still prove their time, the newest first."""
    horizon, chain = evidence.at, []
    for stamp in reversed(evidence.stamps):
        if stamp.revision > revision and _holds(stamp.traced, horizon):
            chain.append(stamp)
            horizon = stamp.time
    return tuple(chain)


def proven_time(evidence: Evidence, signing: Signing) -> dt.datetime | None:
    """Return by when a signature is known to have existed, by a timestamp or the store's receipt; a claim is none."""
    if signing.time_source == "receipt" or (signing.time_source == "timestamp" and not aged(evidence, signing)):
        return signing.time
    return covered_by(evidence, signing.revision)


def aged(evidence: Evidence, signing: Signing) -> bool:
    """Say whether a signature's own timestamp ran out before a later one took over, so that it proves nothing now."""
    traced = own_stamp(evidence, signing)
    return traced is not None and not _holds(traced, covered_by(evidence, signing.revision) or evidence.at)


def own_stamp(evidence: Evidence, signing: Signing) -> Traced | None:
    """Trace the authority of a signature's own timestamp, None where it has none that tells its time."""
    if signing.time_source != "timestamp" or signing.container is None or signing.time is None:
        return None
    token = cms.read_container(signing.container.unsigned[cms.TIMESTAMP_TOKEN][0].dump())
    return trace_stamp(
        token.certificates, evidence.trust, signing.time, evidence.along, ours=evidence.record is not None
    )


def _holds(traced: Traced, horizon: dt.datetime) -> bool:
    return traced.until is not None and horizon <= traced.until


def _read(evidence: Evidence, found: SignatureFound) -> Stamp | None:
    try:
        token, moment = read_timestamp(found.container, signed_parts(evidence.history, found))
    except Unsound:
        return None
    traced = trace_stamp(token.certificates, evidence.trust, moment, evidence.along, ours=evidence.is_ours)
    signers = frozenset(s.traced.anchor for s in evidence.signings if s.revision < found.revision)
    if not traced.valid_at(moment) or not may_stamp(token) or not may_date(evidence.trust, traced, signers):
        return None
    return Stamp(found.field, found.revision, moment, traced)
