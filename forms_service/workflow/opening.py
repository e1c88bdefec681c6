"""Opening: which forms a person may open, from nothing or from another document, and the opening itself.

What is checked is checked within the one transaction that issues, so that of two at once the second sees the first.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from forms_service.domain.approval import Approval
from forms_service.domain.context import gather
from forms_service.domain.course import OpensFrom
from forms_service.domain.document import Document
from forms_service.domain.errors import FormsError, NotFound, NotOpenable, NotYours
from forms_service.domain.evaluating import evaluate
from forms_service.domain.expression import Expression
from forms_service.domain.given import Given
from forms_service.domain.people import Person
from forms_service.domain.routing import OFFICE, opener_of
from forms_service.domain.spec import FormSpec
from forms_service.domain.wording import Words, alias_words, field_words, say
from forms_service.store.database import Transaction
from forms_service.store.documents import Search
from forms_service.workflow.giving import Source, give, names_given
from forms_service.workflow.issuing import Issue, begin, issue_document
from forms_service.workflow.office import Office
from forms_service.workflow.printery import PrintedForm
from forms_service.workflow.reading import claim_of, context, find, read

ANY_FORM = "any"

Once = Callable[[Transaction, str], bool]
"""Notes in the opening's transaction that a thing is done by the document with an id; False when it was done before."""


@dataclass(frozen=True, slots=True)
class OpenableForm:
    """A form that a person may open now; or, from a document, one that they may not, and why (`reason`)."""

    form: str
    title: str
    source: str
    spec_sha256: str
    reason: str = ""


def openable_forms(office: Office, person: Person) -> tuple[OpenableForm, ...]:
    """List the version in force of each form that needs no document before it and whose first step is the person's."""
    at = office.now()
    return tuple(
        _openable(printed.spec)
        for printed in _forms_in_force(office, at)
        if _stands_alone(printed.spec) and _may_open(office, person, printed, Source(), at)
    )


def openable_from(office: Office, person: Person, document_id: str) -> tuple[OpenableForm, ...]:
    """List the forms that a person's desk opens from a document, those that it cannot now with the reason."""
    at, reading = office.now(), find(office, person, document_id)
    found = []
    for printed in _forms_in_force(office, at):
        opens = printed.spec.opens_from
        if opens is None or not _accepts(opens, reading.document):
            continue
        with office.database.read() as tx:
            source = Source(reading, nth=_nth(tx, printed.spec, document_id))
            reason = _bar(office, tx, printed.spec, source, at)
        aside = bool(reason) and opens.form == ANY_FORM  # not every document needs to hear of what others lead to
        if not aside and _may_open(office, person, printed, source, at):
            found.append(replace(_openable(printed.spec), reason=reason))
    return tuple(found)


def open_document(
    office: Office, person: Person, form: str, parent: str | None = None, supersedes: str | None = None
) -> Document:
    """Issue a new document of a form's version in force at its first step, from a parent where its form has one.

    Raises NotFound for a form that is not in force and for a parent that is hidden, NotYours when the first step is not
    the person's, NotOpenable, SeriesFull.
    """
    at, document_id = office.now(), office.token()
    printed = office.printery.form(in_force(office, form, at).sha256)
    if parent is not None:
        find(office, person, parent)
    with office.database.write() as tx:
        issue = _prepare(office, tx, Issue(printed, document_id, person.id, at, supersedes=supersedes), parent, "")
        begun = begin(office, issue)
        claimed = claim_of(office, begun, printed.spec.steps[0], {})
        if claimed is None or not claimed.is_held_by(person.id):
            raise NotYours(f"「{printed.spec.title.zh_hans}」不由您的部门开立。请联系经办部门。")
        return issue_document(office, tx, issue, begun)


def open_for_office(
    office: Office, form: str, *, parent: str | None = None, period: str = "", once: Once | None = None
) -> Document | None:
    """Issue a document that opens by itself, on the desk of its first step; None when `once` says it was done before.

    `period` is the month that a monthly form is for, `2026-11`. Raises NotFound, NotOpenable, SeriesFull.
    """
    at, document_id = office.now(), office.token()
    printed = office.printery.form(in_force(office, form, at).sha256)
    with office.database.write() as tx:
        if once is not None and not once(tx, document_id):
            return None
        issue = _prepare(office, tx, Issue(printed, document_id, OFFICE, at), parent, period)
        begun = begin(office, issue)
        return issue_document(office, tx, issue, replace(begun, assignee=_desk(office, issue, begun)))


def in_force(office: Office, form: str, at: dt.datetime) -> Approval:
    """Return the approval by which a form may be opened at a moment; raises NotFound, saying what is missing."""
    found = next((approval for approval in office.rulebook.forms(at) if approval.form == form), None)
    if found is not None:
        return found
    with office.database.read() as tx:
        published = any(each.form == form for each in tx.forms.all())
    if published:
        raise NotFound(f"表单「{form}」已经发布，还没有生效：要总经理签定，并到生效日。")
    raise NotFound(f"没有名为「{form}」的表单。请从「开立单据」选择。")


def _desk(office: Office, issue: Issue, begun: Document) -> str | None:
    """Name whose desk a follow-on lies on whose first step is several departments': the parent's opener, if a holder.

    Else it is everybody's; where one department begins, it is that department's as always.
    """
    claimed = claim_of(office, begun, issue.printed.spec.steps[0], {})
    holders = claimed.holders if claimed is not None else ()
    opener = opener_of(issue.parent) if issue.parent is not None else None
    if len({person.department for person in holders}) == 1 or opener not in {person.id for person in holders}:
        return None
    return opener


def _prepare(office: Office, tx: Transaction, issue: Issue, parent: str | None, period: str) -> Issue:
    """Hold a form to what it may be opened from, and gather what it is given. Raises NotOpenable."""
    spec, at = issue.printed.spec, issue.at
    if parent is None:
        if not period and not _stands_alone(spec):
            raise NotOpenable(f"「{spec.title.zh_hans}」{_how_it_opens(spec)}")
        return replace(issue, given=give(office, spec, Source(period=period), at))
    before = tx.documents.get(parent)
    source = Source(read(office, before), period, _nth(tx, spec, parent))
    bar = _bar(office, tx, spec, source, at)
    if bar:
        raise NotOpenable(f"{before.number} 现在不能开「{spec.title.zh_hans}」：{bar}")
    return replace(issue, parent=before, given=give(office, spec, source, at))


def _bar(office: Office, tx: Transaction, spec: FormSpec, source: Source, at: dt.datetime) -> str:
    """Say why a form cannot be opened from a document, "" when it can."""
    opens, parent = spec.opens_from, source.parent
    if opens is None or parent is None or not _accepts(opens, parent.document):
        return "它不从这种单据开立。"
    if opens.when is not None:
        names = Given(names=names_given(office, spec, source, at)).known()
        known = gather({}, replace(context(office, parent.document, at), given=names))
        if evaluate(opens.when, known, rounding=spec.rounding) is not True:
            return f"要等{_said(opens.when, opens.alias, parent.spec)}。"
    standing = Search(form=spec.form, parent=parent.document.id, states=("open", "finished"))
    if opens.limit is not None and tx.documents.count(standing) >= opens.limit:
        return f"最多开 {opens.limit} 张，已经有了。"
    try:
        give(office, spec, source, at)
    except NotOpenable as bar:
        return str(bar)
    return ""


def _said(when: Expression, alias: str, parent: FormSpec) -> str:
    """Say a condition on the parent in the words of its own form."""
    own = field_words(parent.fields)
    under = Words(
        {f"{alias}.{name}": f"它的{words}" for name, words in own.names.items()},
        {f"{alias}.{name}": options for name, options in own.options.items()},
    )
    return say(when, alias_words(alias, "它", None).joined(under))


def _accepts(opens: OpensFrom, parent: Document) -> bool:
    return opens.form in (ANY_FORM, parent.form)


def _stands_alone(spec: FormSpec) -> bool:
    return spec.opens_every is None and (spec.opens_from is None or spec.opens_from.optional)


def _how_it_opens(spec: FormSpec) -> str:
    return "由系统每月自动开立。" if spec.opens_every else "要从它的原单开立。请打开那张单据，在「可以开立」里选它。"


def _nth(tx: Transaction, spec: FormSpec, parent: str) -> int:
    return tx.documents.count(Search(form=spec.form, parent=parent)) + 1


def _may_open(office: Office, person: Person, printed: PrintedForm, source: Source, at: dt.datetime) -> bool:
    """Say whether a form's first step would be a person's, were it opened by them now."""
    try:
        parent = source.parent.document if source.parent else None
        given = give(office, printed.spec, source, at, report=False)
        issue = Issue(printed, "", person.id, at, given, parent)
        claimed = claim_of(office, begin(office, issue), printed.spec.steps[0], {})
    except FormsError:
        return False
    return claimed is not None and claimed.is_held_by(person.id)


def _forms_in_force(office: Office, at: dt.datetime) -> tuple[PrintedForm, ...]:
    return tuple(office.printery.form(approval.sha256) for approval in office.rulebook.forms(at))


def _openable(spec: FormSpec) -> OpenableForm:
    return OpenableForm(spec.form, spec.title.zh_hans, spec.source, spec.sha256)
