"""The catalogue of attacks, family by family, as `docs/verification.md` lists it."""

from tests.attacks.active import ACTIVE
from tests.attacks.attack import Attack, Family
from tests.attacks.bombs import BOMBS
from tests.attacks.certified import CERTIFYING
from tests.attacks.confusion import CONFUSION
from tests.attacks.counted import COUNTED
from tests.attacks.engines import ENGINES
from tests.attacks.filled import FILLED
from tests.attacks.lost import LOST
from tests.attacks.outside import OUTSIDE
from tests.attacks.overlaid import OVERLAYS
from tests.attacks.pages import PAGES
from tests.attacks.parts import PARTS
from tests.attacks.people import PEOPLE_FAMILY
from tests.attacks.ranges import RANGING
from tests.attacks.renewed import KEEPING
from tests.attacks.revoked import REVOKED
from tests.attacks.saving import SAVING
from tests.attacks.shadow import SHADOW
from tests.attacks.tails import TAILS
from tests.attacks.universal import UNIVERSAL
from tests.attacks.vouched import VOUCHED
from tests.attacks.wrapping import WRAPPING

FAMILIES: tuple[Family, ...] = (
    SAVING,
    WRAPPING,
    UNIVERSAL,
    SHADOW,
    PARTS,
    CERTIFYING,
    RANGING,
    COUNTED,
    FILLED,
    PAGES,
    CONFUSION,
    LOST,
    BOMBS,
    ACTIVE,
    PEOPLE_FAMILY,
    ENGINES,
    TAILS,
    OVERLAYS,
    REVOKED,
    KEEPING,
    VOUCHED,
    OUTSIDE,
)
CATALOGUE: tuple[Attack, ...] = tuple(attack for family in FAMILIES for attack in family.attacks)
