"""Inviting: the link by which a customer's contact signs without an account, mailed when it is the customer's turn.

Only digests of the token and of the one-time code are kept. Opening a link changes nothing, so that a mail scanner
that opens it spoils nothing; each change is a POST.
"""

import datetime as dt
import hashlib
import hmac
from collections.abc import Iterable

from forms_service.domain.document import Document
from forms_service.domain.errors import LinkDead, NotYours, WrongCode, WrongState
from forms_service.domain.events import Event
from forms_service.domain.people import Contact, Party, Person
from forms_service.domain.routing import opener_of
from forms_service.domain.spec import FormSpec, Step
from forms_service.notices.mail import Mail
from forms_service.store.documents import Search
from forms_service.store.links import Link
from forms_service.workflow.due import do_each
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading, find, read

PURPOSE = "sign"
LINK_LIVES = dt.timedelta(days=10)
CODE_LIVES = dt.timedelta(minutes=10)
CODE_TRIES = 5
SENDING_TAKES = dt.timedelta(minutes=1)


def invite_pending(office: Office) -> int:
    """Mail a link for every document that waits for its customer and has none alive; returns how many were sent.

    Two at once send one mail: who stores the link first sends it. A kill before the mail leaves an unsent link, which
    a sweep replaces when it has had its time. Raises SomeNotDone after the others were sent.
    """
    at = external_steps(office.printery.form(form.sha256).spec for form in office.rulebook.versions())
    if not at:
        return 0
    with office.database.read() as tx:
        waiting = tx.documents.find(Search(states=("open",), standing_at=at, invited=False))
    return do_each(waiting, lambda document: _invite(office, read(office, document), asked=False))


def external_steps(specs: Iterable[FormSpec]) -> tuple[tuple[str, str], ...]:
    """Name the steps of some forms that a customer signs by link, each by its form's digest and its id."""
    return tuple((spec.sha256, step.id) for spec in specs for step in spec.steps if signs_by_link(spec, step))


def signs_by_link(spec: FormSpec, step: Step | None) -> bool:
    """Say whether a step is the customer's to sign by link; of a form that they may not see none ever is (§9(10))."""
    may_see = step is not None and step.who.kind == "external" and spec.visible_to_customer == "yes"
    return may_see and step is not None and "esign_link" in step.sign_by


def invite_again(office: Office, person: Person, document_id: str) -> None:
    """Send a fresh link and end the earlier ones; by the one who opened the document. Raises NotYours, WrongState."""
    reading = find(office, person, document_id)
    if not signs_by_link(reading.spec, reading.step):
        raise WrongState("现在不是客户用链接签章的时候，不能寄送链接。")
    if person.id != opener_of(reading.document):
        raise NotYours("链接由开立人寄送。请联系开立人。")
    with office.database.write() as tx:
        tx.links.end_all(document_id, office.now())
    _invite(office, reading, asked=True)


def send_code(office: Office, token: str) -> str:
    """Mail a fresh one-time code to the link's contact; returns the masked address. Raises LinkDead."""
    at, code = office.now(), office.code()
    require_link(office, token)
    with office.database.write() as tx:
        link = tx.links.require(digest(token), at)
        tx.links.set_code(link.token_sha256, _code_hash(office, link, code), at, CODE_LIVES)
        tx.ledger.append(Event(at, "code_sent", link.document_id, f"contact:{mask(link.contact_email)}", {}))
    office.mailer.send(_code_mail(office, link, code))
    return mask(link.contact_email)


def check_code(office: Office, token: str, code: str) -> str:
    """Accept a one-time code and return the grant that opens the document and lets it be answered.

    The try is counted first. A new code ends the grant. Raises LinkDead, WrongCode with the tries left.
    """
    at = office.now()
    with office.database.write() as tx:
        link = tx.links.take_try(digest(token), at, CODE_TRIES)
    if not hmac.compare_digest(link.code_hash or "", _code_hash(office, link, code.strip())):
        raise WrongCode(f"验证码不对，还可以试 {CODE_TRIES - link.tries} 次。请核对最新一封邮件中的六位数字。")
    with office.database.write() as tx:
        tx.links.mark_code_given(link.token_sha256, at)
    return _grant(office, link)


def require_link(office: Office, token: str) -> Link:
    """Return a link that may still be used, before its code was given. Raises LinkDead."""
    with office.database.read() as tx:
        link = tx.links.require(digest(token), office.now())
        _require_visible(office, tx.documents.get(link.document_id))
        return link


def granted_link(office: Office, token: str, grant: str) -> tuple[Link, Reading]:
    """Return a link whose code was given right, and the document it is for. Raises LinkDead, WrongCode."""
    with office.database.read() as tx:
        link = tx.links.require(digest(token), office.now())
        document = tx.documents.get(link.document_id)
    _require_visible(office, document)
    if link.code_hash is None or not hmac.compare_digest(grant, _grant(office, link)):
        raise WrongCode("请先输入邮件中的验证码，再查看和签章。")
    return link, read(office, document)


def _require_visible(office: Office, document: Document) -> None:
    """Let no link lead to a form that the customer may not see, however the link came about (§9(10))."""
    if office.printery.form(document.spec_sha256).spec.visible_to_customer != "yes":
        raise LinkDead("这张单据不给客户看，链接已作废。请与承办人联系。")


def contacts_of(office: Office, reading: Reading) -> tuple[Party, Contact]:
    """Return the document's customer and the first contact who may sign for it. Raises WrongState naming the gap."""
    party = office.organisation.party_named(str(reading.values.get("customer")))
    if party is None or not party.contacts:
        raise WrongState(
            f"{reading.document.number} 的客户没有登记联系人，链接寄不出去。请总经理室在客户资料中补上联系人的邮箱。"
        )
    return party, party.contacts[0]


def digest(token: str) -> str:
    """Return what is kept of a link's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def mask(email: str) -> str:
    """Show only as much of an address as its owner needs to know it: `z***@example.com`."""
    name, _, host = email.partition("@")
    return f"{name[:1]}***@{host}"


def _invited(links: tuple[Link, ...]) -> bool:
    return any(link.sent_at and not link.ended_at and not link.used_at for link in links)


def _being_sent(links: tuple[Link, ...], at: dt.datetime) -> bool:
    return any(not link.sent_at and not link.ended_at and at < link.made_at + SENDING_TAKES for link in links)


def _invite(office: Office, reading: Reading, *, asked: bool) -> bool:
    """Send one link, unless somebody else has or is about to; says whether it was sent.

    To a contact who took back their consent to the electronic form none is sent unasked.
    """
    at, token = office.now(), office.token()
    party, contact = contacts_of(office, reading)
    link = Link(
        token_sha256=digest(token),
        document_id=reading.document.id,
        purpose=PURPOSE,
        step=str(reading.document.step),
        head=reading.document.head,
        contact_name=contact.name,
        contact_email=contact.email,
        made_at=at,
        expires_at=at + LINK_LIVES,
    )
    with office.database.write() as tx:
        links = tx.links.of(reading.document.id)
        unwanted = not asked and tx.consents.taken_back(contact.email)
        if unwanted or _invited(links) or _being_sent(links, at):
            return False
        tx.links.end_all(reading.document.id, at)
        tx.links.add(link)
    office.mailer.send(_link_mail(office, reading.document, reading.spec.title.zh_hans, party, contact, token))
    with office.database.write() as tx:
        tx.links.mark_sent(link.token_sha256, at)
        data = {"step": link.step, "to": mask(contact.email), "head": link.head}
        tx.ledger.append(Event(at, "invited", link.document_id, "office", data))
    return True


def _link_mail(office: Office, document: Document, title: str, party: Party, contact: Contact, token: str) -> Mail:
    firm = office.organisation.firm
    body = (
        f"{party.name} {contact.name} 您好：\n\n"
        f"{firm.name} 开立的《{title}》{document.number}，金额 {document.amount} 元，请您核对并签章。\n\n"
        f"请打开下面的链接（手机也可以），约一分钟完成，不需要注册帐号：\n{office.base_url}/c/{token}\n\n"
        f"链接 {LINK_LIVES.days} 天内有效，只供您本人使用。内容有误时，可以在页面上写明原因退回。\n\n{firm.name}\n"
    )
    return Mail(contact.email, f"请签章：{title} {document.number}", body)


def _code_mail(office: Office, link: Link, code: str) -> Mail:
    minutes = int(CODE_LIVES.total_seconds() // 60)
    body = (
        f"您的验证码是 {code}，{minutes} 分钟内有效。\n\n"
        f"请勿转告他人；{office.organisation.firm.name}不会向您索取它。\n"
    )
    return Mail(link.contact_email, f"验证码 {code}", body)


def _grant(office: Office, link: Link) -> str:
    return hmac.new(office.secret, f"grant:{link.token_sha256}:{link.code_hash}".encode(), hashlib.sha256).hexdigest()


def _code_hash(office: Office, link: Link, code: str) -> str:
    return hmac.new(office.secret, f"{link.token_sha256}:{code}".encode(), hashlib.sha256).hexdigest()
