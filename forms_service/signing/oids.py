"""The house's object identifiers: certificate policies and one signed attribute, on an arc made from a UUID.

The arc `2.25.<UUID as a number>` needs no registration (ITU-T X.667, clause 7). These numbers stand in issued
certificates and signed files, so they never change meaning.
"""

ARC = "2.25.41250183619660085575162407615130679903"

FIRM = f"{ARC}.1.1"
"""Policy of the firm's own certificate: it certifies issued documents and seals copies."""

PERSON = f"{ARC}.1.2"
"""Policy of a member of staff's certificate: its key is sealed under the person's PIN."""

CONTACT = f"{ARC}.1.3"
"""Policy of a party's contact's certificate: its key was made for one signature and destroyed after it."""

TIMESTAMP = f"{ARC}.1.4"
"""Policy of the embedded timestamp authority: of its certificate and of its tokens."""

FACTS = f"{ARC}.2.1"
"""Signed CMS attribute: one UTF8String holding `domain.record.SignatureFacts` as JSON."""

EXPIRED_ON_LIST = "2.5.29.60"
"""X.509's own expiredCertsOnCRL: a list that names revoked certificates even after they expired, since a moment."""
