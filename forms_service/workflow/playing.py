"""Playing: a month of the demo firm by its script, on a clock of its own; every step is filled and signed for real.

    clock = PlayClock(...)
    office = open_office(settings, Surroundings(now=clock, ...))
    for day in Play(office, clock, read_script(path), mail_folder).days(): print(day)

The same script gives the same numbers, registers and statistics; keys and so the PDFs' bytes differ each time.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from zoneinfo import ZoneInfo

from forms_service.domain.checking import defaults
from forms_service.domain.document import Document
from forms_service.domain.errors import FormsError, ProblemsFound
from forms_service.domain.evaluating import evaluate
from forms_service.domain.people import Person
from forms_service.domain.routing import free_standings
from forms_service.domain.spec import FormSpec, Step
from forms_service.domain.values import print_value
from forms_service.signing.signer import Signer
from forms_service.store.documents import Search
from forms_service.workflow.attaching import keep_file
from forms_service.workflow.companions import await_companions, is_postable
from forms_service.workflow.consulting import consult, give_opinion, questions
from forms_service.workflow.delegating import Proposal, delegate
from forms_service.workflow.demonstrating import PIN
from forms_service.workflow.inviting import check_code, granted_link, send_code
from forms_service.workflow.keying import unlock_key
from forms_service.workflow.office import Office
from forms_service.workflow.opening import open_document
from forms_service.workflow.playing_keepers import note_receipts
from forms_service.workflow.posting import post
from forms_service.workflow.reading import Turn, context, known, read, values_of
from forms_service.workflow.receiving import Answer, answer
from forms_service.workflow.scanning import Paper, take_in_paper
from forms_service.workflow.script import (
    Absence,
    Act,
    Case,
    Opening,
    Script,
    ScriptFault,
    in_each_row,
    paper,
    rows_given,
)
from forms_service.workflow.submitting import Submission, submit
from forms_service.workflow.sweeping import sweep

HALF_A_DAY = dt.timedelta(hours=3)
MORNING = dt.time(8, 30)
REASON = "已核对，照填写的继续。"
IF_ASKED = "?"
USUAL = Act("", "")
NOBODYS = Case("", dt.date.min, "", "", {}, {})


@dataclass
class PlayClock:
    """A clock that stands still until it is set; every reading is a second later, as in an office."""

    at: dt.datetime

    def __call__(self) -> dt.datetime:
        """Return the time, and let a second pass."""
        self.at += dt.timedelta(seconds=1)
        return self.at


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on a played day, counted; `refused` is what accounting would not post, and why."""

    date: dt.date
    opened: int
    signed: int
    posted: int
    swept: str


@dataclass
class Play:
    """A play under way. `refused` keeps, by document number, why accounting has not posted it yet."""

    office: Office
    clock: PlayClock
    script: Script
    mail_folder: Path
    stories: dict[str, Case] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    _acted: set[tuple[str, int]] = field(default_factory=set)
    _signers: dict[str, Signer] = field(default_factory=dict)

    def days(self) -> Iterator[Day]:
        """Play day by day, to the last; work is done on working days only, the sweep comes every day."""
        date = self.script.begins
        while date <= self.script.ends:
            yield self._day(date)
            date += dt.timedelta(days=1)

    def _day(self, date: dt.date) -> Day:
        self._set(date, MORNING)
        swept = [sweep(self.office).words]
        opened = signed = posted = 0
        if self.office.calendar.is_workday(date):
            self._leave(date)
            for hour in self.script.hours:
                self._set(date, hour)
                opened += self._open_cases(date, hour) + self._open_more(date)
                signed += self._sign_all()
                posted += self._post_all()
                note_receipts(self.office, self.script.receipts, date)
                swept.append(sweep(self.office).words)
        return Day(date, opened, signed, posted, "；".join(words for words in swept if words != "没有到期的事"))

    def _set(self, date: dt.date, hour: dt.time) -> None:
        zone = ZoneInfo(self.office.organisation.firm.timezone)
        self.clock.at = max(self.clock.at, dt.datetime.combine(date, hour, tzinfo=zone).astimezone(dt.UTC))

    def _leave(self, date: dt.date) -> None:
        for absence in self.script.absences:
            if absence.starts_on == date:
                self._delegate(absence)

    def _delegate(self, absence: Absence) -> None:
        principal = self.office.require_person(absence.principal)
        asked = Proposal(principal.id, absence.delegate, absence.starts_on, absence.ends_on, absence.reason)
        delegate(self.office, principal, asked)

    def _open_cases(self, date: dt.date, hour: dt.time) -> int:
        due = [case for case in self.script.cases if case.opened == date and hour == self.script.hours[0]]
        for case in due:
            document = open_document(self.office, self.office.require_person(case.by), case.form)
            self.stories[document.id] = case
            self._sign_at_once(document)
        return len(due)

    def _open_more(self, date: dt.date) -> int:
        """Open what people open from finished documents: memorials, penalties, inquiries."""
        count = 0
        for root, case in self.stories.items():
            for opening in case.opens:
                count += self._open_from(root, opening, date)
        return count

    def _open_from(self, root: str, opening: Opening, date: dt.date) -> int:
        if (root, id(opening)) in self._acted or (opening.since is not None and date < opening.since):
            return 0
        with self.office.database.read() as tx:
            family = tx.documents.find(Search(dossier=root, form=opening.after, states=("finished",), distributed=True))
        if not family:
            return 0
        person = self.office.require_person(opening.by)
        document = open_document(self.office, person, opening.form, parent=family[0].id)
        self._acted.add((root, id(opening)))
        self._sign_at_once(document, Act(opening.form, str(document.step), fill=opening.fill))
        return 1

    def _sign_at_once(self, document: Document, act: Act = USUAL) -> None:
        reading = read(self.office, document)
        self._sign(document, reading.spec, reading.turns[0], act)

    def _sign_all(self) -> int:
        """Let everybody sign what has lain on their desk for half a day, or as long as the script says."""
        with self.office.database.read() as tx:
            waiting = tx.documents.find(Search(states=("open",)))
        return sum(self._work_on(document.id) for document in sorted(waiting, key=lambda d: (d.opened_at, d.id)))

    def _work_on(self, document_id: str) -> int:
        count = 0
        for _ in range(10):  # the members of one 会签 sign one after another
            with self.office.database.read() as tx:
                document = tx.documents.get(document_id)
            if document.state != "open" or self.clock.at - document.step_opened_at < HALF_A_DAY:
                return count
            reading = read(self.office, document)
            done = any(self._take_turn(document, reading.spec, turn) for turn in reading.turns)
            if not done:
                return count
            count += 1
        return count

    def _take_turn(self, document: Document, spec: FormSpec, turn: Turn) -> bool:
        act = self._act(document, turn.step)
        if self.clock.at - document.step_opened_at < dt.timedelta(days=act.wait):
            return False
        if act.consult and not questions(self.office, document, turn.step):
            self._consult(document, turn, act)
            return False
        if turn.step.who.kind == "external":
            return self._take_paper(document, act) if act.paper else self._customer(document, act)
        return self._sign(document, spec, turn, act)

    def _act(self, document: Document, step: Step) -> Act:
        case = self._case(document)
        for act in case.acts:
            if (act.form, act.step) == (document.form, step.id) and (document.case, id(act)) not in self._acted:
                return act
        return USUAL

    def _case(self, document: Document) -> Case:
        return self.stories.get(document.case, NOBODYS)

    def _sign(self, document: Document, spec: FormSpec, turn: Turn, act: Act) -> bool:
        person = self._signer_of(document, turn)
        if person is None:
            return False
        standing = free_standings(turn.claim.standings(person.id), turn.step, document)[0]
        submission = Submission(
            document_id=document.id,
            step=turn.step.id,
            seen=document.head,
            decision=act.decision or "approve",
            opinion=act.opinion,
            raw=self._answers(document, spec, turn.step, act),
            reason=REASON,
            on_behalf_of=standing.principal.id if standing.principal else None,
        )
        try:
            submit(self.office, person, submission, self._unlocked(person))
        except ProblemsFound as fault:
            raise ScriptFault(f"{spec.title.zh_hans} {document.number}「{turn.step.name}」：{fault}") from fault
        self._acted.add((document.case, id(act)))
        return True

    def _signer_of(self, document: Document, turn: Turn) -> Person | None:
        """Choose who signs: the case's own salesperson where they may, a deputy where there is one, else the first."""
        deputies = (deputy.person.id for deputy in turn.claim.deputies)
        holders = (person.id for person in turn.claim.holders)
        free = (
            person_id
            for person_id in (self._case(document).by, *deputies, *holders)
            if free_standings(turn.claim.standings(person_id), turn.step, document)
        )
        found = next(free, None)
        return self.office.require_person(found) if found else None

    def _unlocked(self, person: Person) -> Signer:
        if person.id not in self._signers:
            self._signers[person.id] = unlock_key(self.office, person, PIN)
        return self._signers[person.id]

    def _answers(self, document: Document, spec: FormSpec, step: Step, act: Act) -> Mapping[str, str]:
        place, case = f"{document.form}.{step.id}", self._case(document)
        ctx = context(self.office, document, self.clock.at)
        values = values_of(self.office, spec, document.head)
        begun = {
            name: print_value(spec.field(name), value)
            for name, value in defaults(spec, step, ctx, values).items()
            if value is not None and not isinstance(value, tuple)
        }
        written = {**self.script.usual.get(place, {}), **case.fill.get(place, {}), **act.fill}
        rows = rows_given(document)
        spread = {
            own: text.removeprefix(IF_ASKED)
            for name, text in written.items()
            if not text.startswith(IF_ASKED) or self._is_asked(document, spec, name)
            for own in in_each_row(name, rows)
        }
        return {**begun, **{name: self._expand(text, name, document, case) for name, text in spread.items()}}

    def _is_asked(self, document: Document, spec: FormSpec, name: str) -> bool:
        shown = spec.field(name).show_when
        names = known(self.office, document, values_of(self.office, spec, document.head))
        return shown is None or evaluate(shown, names, rounding=spec.rounding) is True

    def _expand(self, text: str, name: str, document: Document, case: Case) -> str:
        if text.startswith("@today"):
            days = dt.timedelta(days=int(text.removeprefix("@today") or 0))
            return (self.office.today(self.clock.at) + days).isoformat()
        if text == "@no":
            with self.office.database.read() as tx:
                return tx.documents.get(document.parent or document.id).number
        if text.startswith("@file "):
            return self._attach(document, name, text.removeprefix("@file "))
        return text.format(**case.words) if case.words else text

    def _attach(self, document: Document, field_id: str, name: str) -> str:
        person = self.office.require_person(self._case(document).by)
        asked = self.office.printery.form(document.spec_sha256).spec.field(field_id)
        return str(keep_file(self.office, person, document.id, asked, name, paper(name)))

    def _consult(self, document: Document, turn: Turn, act: Act) -> None:
        holder = turn.claim.holders[0]
        consult(self.office, holder, document.id, turn.step.id, (act.consult,), act.question)
        colleague = self.office.require_person(act.consult)
        for asked in questions(self.office, document, turn.step):
            give_opinion(self.office, colleague, asked.id, act.answer)

    def _customer(self, document: Document, act: Act) -> bool:
        """Let the customer's contact answer on the link that was mailed; False while none was."""
        mail = self._mail_about(document.number, "/c/")
        if mail is None:
            return False
        token = mail.split("/c/")[1].split()[0]
        send_code(self.office, token)
        grant = check_code(self.office, token, self.office.code())
        link, _ = granted_link(self.office, token, grant)
        accepts = act.decision != "refuse"
        answer(self.office, token, grant, Answer(document.head, accepts, link.contact_name, act.opinion, consents=True))
        self._acted.add((document.case, id(act)))
        return True

    def _take_paper(self, document: Document, act: Act) -> bool:
        """Let the salesperson take in what the customer stamped on paper."""
        person = self.office.require_person(self._case(document).by)
        scan = Paper(step=act.step, seen=document.head, file_name=act.paper, data=paper(act.paper))
        take_in_paper(self.office, person, document.id, scan, self._unlocked(person))
        self._acted.add((document.case, id(act)))
        return True

    def _mail_about(self, number: str, word: str) -> str | None:
        for path in sorted(self.mail_folder.glob("*.eml"), reverse=True):
            message = message_from_bytes(path.read_bytes(), policy=policy.default)
            body = message.get_body(("plain",))
            text = str(body.get_content()) if body else ""
            if number in text and word in text:
                return text
        return None

    def _post_all(self) -> int:
        """Let accounting post what can be posted; what cannot is kept with its reason."""
        specs = (self.office.printery.form(version.sha256).spec for version in self.office.rulebook.versions())
        booked = tuple({spec.form for spec in specs if spec.posting})
        with self.office.database.read() as tx:
            waiting = tx.documents.find(Search(states=("finished",), distributed=True, posted=False, forms=booked))
        return sum(self._post(document) for document in waiting)

    def _post(self, document: Document) -> bool:
        spec = self.office.printery.form(document.spec_sha256).spec
        values = values_of(self.office, spec, document.head)
        if not is_postable(self.office, document, spec, values):
            return False
        waits = await_companions(self.office, document, spec, values)
        if waits:
            self.refused[document.number] = "；".join(waits)
            return False
        try:
            post(self.office, self.office.organisation.holders("accountant")[0], document.id)
        except FormsError as reason:
            self.refused[document.number] = str(reason)
            return False
        self.refused.pop(document.number, None)
        return True
