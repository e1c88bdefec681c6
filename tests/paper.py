"""Stamped paper that came back from a customer, as a picture of one red dot."""

from forms_service.domain.document import Document
from forms_service.workflow.demonstrating import PIN
from forms_service.workflow.keying import unlock_key
from forms_service.workflow.scanning import Paper, take_in_paper
from tests.world import World

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763f8cfc0000000030001005b9d3a5f0000000049454e44ae426082"
)


def take_in(
    world: World, document: Document, person_id: str, scan: bytes, *, accepts: bool = True, name: str = "签回.png"
) -> Document:
    """Let a clerk take in the paper of the customer's step."""
    person = world.person(person_id)
    paper = Paper(
        step=str(document.step),
        seen=document.head,
        file_name=name,
        data=scan,
        accepts=accepts,
        opinion="" if accepts else "数量与实物不符",
    )
    return take_in_paper(world.office, person, document.id, paper, unlock_key(world.office, person, PIN))
