"""A claim: why a step is somebody's, who may act for whom, and in which capacity each of them signs."""

from dataclasses import dataclass, replace

from forms_service.domain.money import Money
from forms_service.domain.people import Person

BEHALF = "（代 "  # what the words of a role go on with where a delegate signs: 「副总经理（代 林国栋）」


@dataclass(frozen=True, slots=True)
class Deputy:
    """Somebody who may act for one of a claim's people, by a delegation's id."""

    person: Person
    principal: Person
    delegation: str


@dataclass(frozen=True, slots=True)
class Standing:
    """One capacity in which a person may sign: in their own right, or for a principal.

    `words` are those of the seal and the signature: 「副总经理」 or 「副总经理（代 林国栋）」.
    """

    person: Person
    words: str
    policy: str | None
    principal: Person | None = None
    delegation: str = ""

    @property
    def acting(self) -> frozenset[str]:
        """Name everybody whose hand this signature counts as: the signer's, and that of whom they act for."""
        return frozenset({self.person.id, self.principal.id} if self.principal else {self.person.id})


@dataclass(frozen=True, slots=True)
class Claim:
    """Why a step is somebody's: the people who may sign, the capacity they sign in, and the policy that chose it.

    `role` is an id; `title` the capacity alone, where `words` name the person too. `policy` is `id@sha256#band=amount`
    and `amount` what was looked up in it, where a limits table decided. An external step has no people. `parts` are
    those of `any of`. `assignee` is the one of the people to whom the others handed it over: then nobody else of them
    may sign. `deputies` act for those who may.
    """

    people: tuple[Person, ...]
    role: str
    words: str
    policy: str | None = None
    amount: Money | None = None
    title: str = ""
    parts: tuple["Claim", ...] = ()
    assignee: Person | None = None
    deputies: tuple[Deputy, ...] = ()

    @property
    def capacity(self) -> str:
        """Write in which capacity it is somebody's, for a line in which the names stand beside it."""
        return self.title or self.words

    @property
    def holders(self) -> tuple[Person, ...]:
        """List who may sign in their own right."""
        return (self.assignee,) if self.assignee else self.people

    def includes(self, person_id: str) -> bool:
        """Say whether a person is among those who may sign, for themselves or for another."""
        return bool(self.standings(person_id))

    def is_held_by(self, person_id: str) -> bool:
        """Say whether a person may sign in their own right; nobody opens a document for another."""
        return any(holder.id == person_id for holder in self.holders)

    def concerns(self, person_id: str) -> bool:
        """Say whether the step is a person's at all: those who handed it over still see it."""
        return self.includes(person_id) or any(person.id == person_id for person in self.people)

    def standings(self, person_id: str) -> tuple[Standing, ...]:
        """List the capacities in which a person may sign, their own first."""
        own = (self._standing(holder) for holder in self.holders if holder.id == person_id)
        return (*own, *(self._deputy(deputy) for deputy in self.deputies if deputy.person.id == person_id))

    def part_of(self, person_id: str) -> "Claim":
        """Return the part of `any of` by which a person has the step; the claim itself where it has no parts."""
        return next((part for part in self.parts if any(p.id == person_id for p in part.people)), self)

    def _standing(self, holder: Person) -> Standing:
        part = self.part_of(holder.id)
        return Standing(holder, part.capacity, part.policy)

    def _deputy(self, deputy: Deputy) -> Standing:
        own = self._standing(deputy.principal)
        words = f"{own.words}{BEHALF}{deputy.principal.name}）"
        return replace(own, person=deputy.person, words=words, principal=deputy.principal, delegation=deputy.delegation)
