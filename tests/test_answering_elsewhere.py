"""A customer accepts in a program of their own, with their company's certificate: taken in and sealed, or refused."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from pyhanko.pdf_utils.generic import pdf_string

from forms_service.domain.document import Document
from forms_service.domain.errors import LinkDead, NoConsent, NotTaken, ProblemsFound, WrongCode, WrongState
from forms_service.signing.trust import load_trust
from forms_service.signing.verdict import Verdict
from forms_service.signing.verify import verify
from forms_service.workflow.answering_elsewhere import companys_certificates, hand_to_contact, take_from_contact
from forms_service.workflow.auditing import verify_file
from forms_service.workflow.consenting import withdraw_for_contact
from forms_service.workflow.distributing import distribute_pending
from forms_service.workflow.inviting import check_code, granted_link, invite_pending, send_code
from forms_service.workflow.posting import post
from forms_service.workflow.vouching import trust_file
from tests.attacks.evidence import evidence_of
from tests.company import SERVERS, authority_of, company, trusting
from tests.elsewhere import BEGIN, YEARS, OwnKey, own_key, sign_with_pdfsig, sign_with_pyhanko
from tests.tampering import append, put
from tests.world import World, make_world

BOX = "sign_04_customer"
CLERK = "Zhang Lihua"


@dataclasses.dataclass
class Customer:
    """A customer's contact with the link open and the code given."""

    world: World
    document: Document
    token: str
    grant: str

    def handed(self, *, consents: bool = True, seen: str = "") -> bytes:
        office = self.world.office
        handout = hand_to_contact(office, self.token, self.grant, seen or self.document.head, consents=consents)
        return office.blobs.get(handout.sha256)

    def sends(self, pdf: bytes) -> Document:
        return take_from_contact(self.world.office, self.token, self.grant, pdf)

    def refused(self, pdf: bytes) -> NotTaken:
        with pytest.raises(NotTaken) as stop:
            self.sends(pdf)
        assert "单据没有改变" in str(stop.value)
        return stop.value


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = make_world(tmp_path / "office")
    trusting(made, authority_of("dongsheng", company()))
    return made


def invited(world: World) -> Customer:
    document = world.open_allowance()
    for person in ("li_wen", "lin_guo", "wang_jian"):
        document = world.sign(document, person)
    invite_pending(world.office)
    token = world.mail().split("/c/")[1].split()[0]
    send_code(world.office, token)
    grant = check_code(world.office, token, world.mail().split("验证码是 ")[1][:6])
    return Customer(world, document, token, grant)


def signed(customer: Customer, key: OwnKey | None = None) -> bytes:
    return sign_with_pyhanko(customer.handed(), BOX, key or company().issue(CLERK))


def sealed(world: World, document: Document) -> bytes:
    distribute_pending(world.office)
    with world.office.database.read() as tx:
        return world.office.blobs.get(tx.copies.of(document.id)[1].sha256)


def offline(world: World, pdf: bytes, by: bytes | None = None) -> Verdict:
    return verify(pdf, load_trust(by or trust_file(world.office)), None, world.clock(), world.office.fonts)


# The whole way.


def test_what_a_company_signed_goes_the_whole_way_to_the_voucher(world: World, tmp_path: Path) -> None:
    customer = invited(world)
    pdf = sign_with_pdfsig(tmp_path, customer.handed(), BOX, company().issue(CLERK))
    document = customer.sends(pdf)
    assert (document.state, world.office.blobs.get(document.head)) == ("finished", pdf)
    copy = sealed(world, document)
    for verdict in (offline(world, copy), verify_file(world.office, copy)):
        assert verdict.verdict == "accepted", verdict.sentence
        told = verdict.signatures[4]
        assert (told.person_id, told.outside, told.time_source) == ("contact:zhang.lihua@example.com", True, "receipt")
        assert "自己单位的证书" in told.note
    assert post(world.office, world.person("he_mei"), document.id).number


def test_the_seal_carries_the_evidence_of_the_code(world: World) -> None:
    customer = invited(world)
    document = customer.sends(signed(customer))
    with world.office.database.read() as tx:
        rows = [row.event.data for row in tx.ledger.of(document.id) if row.event.data.get("step") == "customer"]
    (event,) = (data for data in rows if "certificate" in data)
    assert event["shown_sha256"] == customer.document.head
    assert (event["address"], event["outside"]) == ("z***@example.com", "dongsheng")
    assert str(event["code_sent_at"]) < str(event["code_given_at"])
    seal = evidence_of(sealed(world, document)).seal
    assert seal is not None
    assert seal.facts is not None
    (witness,) = seal.facts.outside
    assert (witness.shown_sha256, witness.identified_by) == (customer.document.head, "一次性验证码 z***@example.com")
    assert (witness.code_sent_at, witness.code_given_at) == (event["code_sent_at"], event["code_given_at"])


def test_consent_is_asked_once_and_kept(world: World) -> None:
    customer = invited(world)
    with pytest.raises(ProblemsFound, match="电子形式"):
        customer.handed(consents=False)
    customer.sends(signed(customer))
    again = invited(world)
    assert again.sends(sign_with_pyhanko(again.handed(consents=False), BOX, company().issue(CLERK))).state == "finished"


def test_a_certificate_pinned_for_the_contact_signs_without_an_authority(world: World) -> None:
    mine = own_key("Zhang Lihua herself")
    lines = f"kind: contact\nparty: dongsheng\ncontact: zhang.lihua@example.com\n{mine.pem}"
    trusting(world, lines)
    customer = invited(world)
    document = customer.sends(signed(customer, mine))
    assert offline(world, sealed(world, document)).verdict == "accepted"


def test_a_customer_without_a_certificate_on_the_list_is_not_offered_the_way(world: World) -> None:
    trusting(world, authority_of("huaxin", company()))
    customer = invited(world)
    link, reading = granted_link(world.office, customer.token, customer.grant)
    assert companys_certificates(world.office, link, reading) == ()
    with pytest.raises(WrongState, match="还没有登记"):
        customer.handed()


# What is refused.


def of_another_company(world: World) -> OwnKey:
    other = company("Huaxin Telecom")
    trusting(world, authority_of("dongsheng", company()) + authority_of("huaxin", other))
    return other.issue(CLERK)


def of_a_namesake(_: World) -> OwnKey:
    twin = dataclasses.replace(company("another root"), name=company().name)
    return twin.issue(CLERK)


def out_of_date(_: World) -> OwnKey:
    return company().issue(CLERK, BEGIN - YEARS)


def taken_back(world: World) -> OwnKey:
    key = company().issue(CLERK)
    listed = company().revocations(key, at=world.clock() - dt.timedelta(days=2))
    trusting(world, authority_of("dongsheng", company()) + listed)
    return key


def for_servers(_: World) -> OwnKey:
    return company().issue(CLERK, purpose=SERVERS)


def pinned_for_another(world: World) -> OwnKey:
    key = own_key("Liu Ming")
    lines = f"kind: contact\nparty: dongsheng\ncontact: liu.ming@example.com\n{key.pem}"
    trusting(world, authority_of("dongsheng", company()) + lines)
    return key


def of_staff(world: World) -> OwnKey:
    key = own_key("Li Wen")
    trusting(world, authority_of("dongsheng", company()) + f"kind: person\nperson: li_wen\n{key.pem}")
    return key


def of_nobody(_: World) -> OwnKey:
    return own_key(CLERK)


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (of_another_company, "wrong_certificate"),
        (of_a_namesake, "wrong_certificate"),
        (of_nobody, "wrong_certificate"),
        (of_staff, "wrong_certificate"),
        (pinned_for_another, "wrong_certificate"),
        (for_servers, "wrong_certificate"),
        (out_of_date, "not_valid"),
        (taken_back, "revoked"),
    ],
)
def test_a_certificate_that_does_not_speak_for_the_customer_is_refused(
    world: World, made: Callable[[World], OwnKey], reason: str
) -> None:
    key = made(world)
    customer = invited(world)
    assert customer.refused(signed(customer, key)).reason == reason
    assert customer.sends(signed(customer)).state == "finished"  # the link still lives


def test_a_file_with_something_else_changed_is_refused(world: World) -> None:
    customer = invited(world)
    key, filled = company().issue(CLERK), customer.handed()
    spoilt = append(filled, lambda writer: put(writer, "reason", "/V", pdf_string("别的理由")))
    assert customer.refused(sign_with_pyhanko(spoilt, BOX, key)).reason == "altered"
    after = append(sign_with_pyhanko(filled, BOX, key), lambda w: put(w, "reason", "/V", pdf_string("别的理由")))
    assert customer.refused(after).reason == "altered"
    assert customer.refused(sign_with_pyhanko(filled, "sign_99_seal", key)).reason == "wrong_box"


def test_wrong_files_are_refused_in_words(world: World) -> None:
    customer = invited(world)
    assert customer.refused(customer.handed()).reason == "unchanged"
    other = invited(world)
    assert other.refused(signed(customer)).reason == "another_document"
    assert other.refused(b"%PDF-1.7 " + bytes(20 * 1024 * 1024)).reason == "too_big"


def test_a_file_counts_once_and_the_link_is_used_up(world: World) -> None:
    customer = invited(world)
    pdf = signed(customer)
    customer.sends(pdf)
    with pytest.raises(LinkDead):
        customer.sends(pdf)


def test_without_the_code_nothing_is_handed_out_or_taken_in(world: World) -> None:
    customer = invited(world)
    pdf = signed(customer)
    stranger = dataclasses.replace(customer, grant="")
    with pytest.raises(WrongCode):
        stranger.handed()
    with pytest.raises(WrongCode):
        stranger.sends(pdf)


def test_who_took_their_consent_back_sends_nothing(world: World) -> None:
    customer = invited(world)
    pdf = signed(customer)
    withdraw_for_contact(world.office, world.person("li_wen"), customer.document.id)
    with pytest.raises(NoConsent):
        customer.sends(pdf)


# What others make of it.


def test_the_firms_root_alone_is_enough_and_another_partys_authority_speaks_against_it(world: World) -> None:
    customer = invited(world)
    copy = sealed(world, customer.sends(signed(customer)))
    firm = world.office.anchor.pem
    assert offline(world, copy, firm).verdict == "accepted"
    against = offline(world, copy, firm + authority_of("huaxin", company()).encode())
    assert (against.verdict, against.failed[0].no) == ("refused", 11)


def test_before_the_seal_nobody_offline_knows_whose_customer_it_is(world: World) -> None:
    customer = invited(world)
    pdf = signed(customer)
    verdict = offline(world, pdf)
    assert (verdict.verdict, verdict.failed) == ("review", ())
