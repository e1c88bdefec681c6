"""Trusting: the trust list in force — the firm's own root, and what the organisation's `trust` folder adds to it.

Whom the firm trusts is part of what the general manager signs, like its people and its policies.
"""

import functools
from collections.abc import Iterator

from forms_service.domain.errors import BadConfiguration
from forms_service.domain.faults import fault
from forms_service.domain.people import Organisation
from forms_service.domain.problem import Place, Problem
from forms_service.domain.snapshot import Files
from forms_service.signing.trust import TrustList, join_trust, load_trust
from forms_service.store.organisations import TRUST


def trust_files(files: Files) -> tuple[bytes, ...]:
    """Pick the trust files of an organisation's files, in the order of their names."""
    return tuple(files[name] for name in sorted(files) if name.startswith(TRUST))


@functools.lru_cache(maxsize=8)
def trust_with(anchor: TrustList, added: tuple[bytes, ...]) -> TrustList:
    """Add what an organisation trusts to the firm's own root. Raises BadConfiguration."""
    return join_trust(anchor, *(load_trust(pem, firm_needed=False) for pem in added)) if added else anchor


def check_trust(files: Files, folder: str, org: Organisation) -> tuple[Problem, ...]:
    """List what is wrong in the trust files: a block that cannot be read, a party or person that is not there."""
    return tuple(
        fault(Place(f"{folder}/{name}", 1, 1), "bad_trust", words, "a trust file")
        for name, pem in sorted(files.items())
        if name.startswith(TRUST)
        for words in _faults(pem, name, org)
    )


def _faults(pem: bytes, name: str, org: Organisation) -> Iterator[str]:
    try:
        found = load_trust(pem, name, firm_needed=False)
    except BadConfiguration as refusal:
        yield str(refusal)
        return
    parties = {party.id for party in org.parties}
    for customer in found.customers:
        if customer.party not in parties:
            yield f"party 是「{customer.party}」，往来单位里没有。请写 parties.yaml 里的识别码。"
    for pinned in found.people:
        if org.person(pinned.person) is None:
            yield f"person 是「{pinned.person}」，人员里没有。请写 people.yaml 里的识别码。"
        if pinned.roles is not None or pinned.department is not None:
            yield f"{pinned.person} 的职务与部门以 people.yaml 为准，导出时会写上；这里的 roles、department 请删去。"
    emails = {party.id: {f"contact:{contact.email}" for contact in party.contacts} for party in org.parties}
    for pinned in found.contacts:
        if pinned.party not in parties:
            yield f"party 是「{pinned.party}」，往来单位里没有。请写 parties.yaml 里的识别码。"
        elif pinned.person and pinned.person not in emails[pinned.party]:
            email = pinned.person.removeprefix("contact:")
            yield f"contact 是「{email}」，{pinned.party} 的联系人里没有。请写 parties.yaml 里的邮箱，或不写这一行。"
