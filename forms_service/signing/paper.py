"""Paper: a customer's stamped paper, scanned and taken in by a member of staff, who signs for having it.

It is evidence, never the customer's signature: the box bears the certificate of the one who took it in.
"""

from collections.abc import Iterator

from forms_service.domain.record import PAPER_SCAN, RecordedStep
from forms_service.signing.certificates import HolderKind
from forms_service.signing.evidence import Evidence, Signing


def paper_digest(signing: Signing) -> str | None:
    """Return the digest of the scan that a signature says it stands on, None for one that stands on none."""
    kind, _, digest = ((signing.facts.identified_by or "") if signing.facts else "").partition(" ")
    return digest if kind == PAPER_SCAN else None


def kind_due(evidence: Evidence, signing: Signing, step: RecordedStep) -> HolderKind:
    """Say whose certificate a step's box must bear: staff's for their own steps and for paper that they took in."""
    taken_in = paper_digest(signing) is not None and not (*paper_faults(evidence, signing, step),)
    return "contact" if step.external and not taken_in else "person"


def paper_faults(evidence: Evidence, signing: Signing, step: RecordedStep) -> Iterator[str]:
    """Let stamped paper stand in for a signature only where the form takes it, and only with its scan named in a cell.

    The cell is the step's own, so that the signature of the one who took the paper in covers the scan's digest.
    """
    digest = paper_digest(signing)
    if digest is None:
        return
    label = evidence.label(signing.found.field)
    if not step.external or "paper_scan" not in step.evidence:
        yield f"「{label}」是凭纸本扫描签的，这一步却不收纸本。"
    printed = evidence.printed(signing.revision)
    kinds = {field.name: field.type for field in evidence.record.fields} if evidence.record else {}
    files = [str(printed.get(name, "")) for name in step.lock if kinds.get(name) == "attachment"]
    if not any(file.endswith(f" SHA-256 {digest}") for file in files):
        yield f"「{label}」凭的那份纸本扫描（{digest[:12]}…）没有写在单据上。"
