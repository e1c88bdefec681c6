"""Shown: what the page showed a customer's contact before they signed is what stood in the file before they did.

The signature states the digest of the bytes shown, beside the times of the one-time code; whoever has only the file
holds that digest against the file's own beginning.
"""

from collections.abc import Iterator

from forms_service.signing.evidence import Evidence, Signing, prefix_digests


def shown_faults(evidence: Evidence, signing: Signing) -> Iterator[str]:
    """Hold the digest of what was shown, where a signature states one, to the bytes that its own save went on from."""
    shown = signing.facts.shown_sha256 if signing.facts else None
    if shown is not None and shown not in _before(evidence, signing):
        label = evidence.label(signing.found.field)
        yield f"「{label}」写明给签章人看的是另一份（{shown[:12]}…），不是签章之前的这一份。"


def _before(evidence: Evidence, signing: Signing) -> frozenset[str]:
    """Hash the file as it was before a signature; made outside, before the save that only filled its cells."""
    filled = signing.outside and not any(found.revision == signing.revision - 1 for found in evidence.found)
    before = signing.revision - (2 if filled else 1)
    return prefix_digests(evidence.history, before) if before >= 0 else frozenset()
