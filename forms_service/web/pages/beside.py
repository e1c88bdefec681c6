"""What stands beside a step: the members of a 会签, opinions asked for, colleagues to ask or to hand it to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody, or something, to choose; `ticked` where it was chosen before."""

    id: str
    words: str
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member of a 会签: who decides, and what was decided; `outcome` is "" while it is waited for."""

    name: str
    who: str
    outcome: str
    opinion: str
    when: str
    mine: bool


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question to a colleague; `opinion` is "" while it is waited for."""

    id: str
    asker: str
    asked: str
    question: str
    opinion: str
    when: str


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was decided meanwhile, in one line, with the opinion if there is one."""

    words: str
    opinion: str


@dataclass(frozen=True, slots=True)
class Beside:
    """All that stands beside one reader's step.

    `principals` are those for whom the reader may sign, empty where the step is their own. `changed` is what happened
    since the page, or the draft, that the reader began with. `to_ask` is empty where the step asks nobody.
    """

    members: tuple[MemberRow, ...] = ()
    group: str = ""
    changed: tuple[Change, ...] = ()
    principals: tuple[Choice, ...] = ()
    questions: tuple[QuestionRow, ...] = ()
    to_ask: tuple[Choice, ...] = ()
    question: str = ""
    to_hand: tuple[Choice, ...] = ()
