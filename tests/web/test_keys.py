"""The page of one's own keys and certificates, and the page where another's are revoked."""

import io

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12

from forms_service.signing.carrying import pack
from forms_service.workflow.demonstrating import PASSWORD, PIN
from tests.signing import brought
from tests.web.site import Site, Visitor

PASSPHRASE = "correct horse battery"
NEW_PIN = "975310"


def _sheet(visitor: Visitor) -> bytes:
    answer = visitor.send("/key", "/key/challenge")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return bytes(answer.data)


def _register(visitor: Visitor, file: bytes) -> int:
    upload = (io.BytesIO(file), "signed.pdf")
    return visitor.send("/key", "/key/certificate", {"signed_sheet": upload}).status_code


def test_a_certificate_is_registered_and_ended_on_the_page(site: Site) -> None:
    visitor, named = site.signed_in("li_wen"), brought.certificate(brought.key(), "Li Wenjing")
    assert _register(visitor, brought.signed(_sheet(visitor), brought.key(), named)) == 303
    assert "CN=Li Wenjing" in visitor.get("/key").text
    assert "另登记了自己的证书" in site.signed_in("zhao_min").get("/configuration").text
    assert visitor.send("/key", "/key/certificate/end").status_code == 303
    assert "停用的证书" in visitor.get("/key").text
    assert "另登记了自己的证书" not in site.signed_in("zhao_min").get("/configuration").text


def test_a_sheet_that_proves_nothing_is_refused_where_it_was_handed_in(site: Site) -> None:
    visitor = site.signed_in("li_wen")
    sheet = _sheet(visitor)
    upload = (io.BytesIO(sheet), "signed.pdf")
    answer = visitor.send("/key", "/key/certificate", {"signed_sheet": upload})
    assert answer.status_code == 422
    assert 'href="#signed_sheet"' in answer.text
    assert "还没有签章" in answer.text


def test_no_file_is_said_to_be_none(site: Site) -> None:
    assert site.signed_in("li_wen").send("/key", "/key/certificate").status_code == 422
    assert site.signed_in("li_wen").send("/key", "/key/bring").status_code == 422


def test_a_colleagues_sheet_does_not_register(site: Site) -> None:
    sheet = _sheet(site.signed_in("lin_guo"))
    signed = brought.signed(sheet, brought.key(), brought.certificate(brought.key()))
    assert _register(site.signed_in("li_wen"), signed) == 422


def test_a_key_is_taken_away_with_the_pin_and_a_long_passphrase(site: Site) -> None:
    visitor = site.signed_in("li_wen")
    answer = visitor.send("/key", "/key/take-away", {"away_pin": PIN, "away_passphrase": PASSPHRASE})
    assert answer.mimetype == "application/x-pkcs12"
    assert pkcs12.load_key_and_certificates(answer.data, PASSPHRASE.encode())[0] is not None


@pytest.mark.parametrize(("pin", "passphrase"), [("135790", PASSPHRASE), (PIN, "short")])
def test_a_key_stays_with_a_wrong_pin_or_a_short_passphrase(site: Site, pin: str, passphrase: str) -> None:
    answer = site.signed_in("li_wen").send("/key", "/key/take-away", {"away_pin": pin, "away_passphrase": passphrase})
    assert answer.status_code == 422
    assert answer.mimetype == "text/html"


def test_a_brought_key_signs_from_now_on(site: Site) -> None:
    own = brought.key()
    assert isinstance(own, ec.EllipticCurvePrivateKey)
    file = (io.BytesIO(pack(own, brought.certificate(own), (), PASSPHRASE, rounds=1000)), "own.p12")
    visitor = site.signed_in("li_wen")
    given = {"bring_file": file, "bring_passphrase": PASSPHRASE, "bring_pin": NEW_PIN}
    assert visitor.send("/key", "/key/bring", given).status_code == 303
    taken = visitor.send("/key", "/key/take-away", {"away_pin": NEW_PIN, "away_passphrase": PASSPHRASE})
    found = pkcs12.load_key_and_certificates(taken.data, PASSPHRASE.encode())[0]
    assert isinstance(found, ec.EllipticCurvePrivateKey)
    assert found.public_key() == own.public_key()


def test_a_lost_key_is_revoked_when_the_new_one_is_set(site: Site) -> None:
    visitor = site.signed_in("li_wen")
    given = {"password": PASSWORD, "pin": NEW_PIN, "again": NEW_PIN, "lost": "y"}
    assert visitor.send("/key", "/key", given).status_code == 303
    assert "已遗失" in visitor.get("/key").text
    with site.world.office.database.read() as tx:
        assert len(tx.certificates.revoked()) == 1


def test_the_general_managers_office_revokes_a_persons_certificates(site: Site) -> None:
    site.world.person("li_wen")
    office, page = site.signed_in("zhao_min"), "/configuration/people/li_wen"
    assert office.send(page, f"{page}/revoke", {"reason": ""}).status_code == 422
    assert office.send(page, f"{page}/revoke", {"reason": "离职"}).status_code == 303
    text = office.get(page).text
    assert "没有有效的证书，不能签章" in text
    assert f'action="{page}/revoke"' not in text
    assert "没有密钥，不能签章" in office.get("/configuration").text


def test_an_auditor_reads_whose_certificates_are_valid_and_revokes_none(site: Site) -> None:
    site.world.person("li_wen")
    auditor, page = site.signed_in("xu_jing"), "/configuration/people/li_wen"
    fields = auditor.page("/key").form("/key").fields
    assert "/revoke" not in auditor.get(page).text
    token = {"csrf_token": fields["csrf_token"], "reason": "离职"}
    assert auditor.client.post(f"{page}/revoke", data=token).status_code == 403


def test_an_unknown_person_has_no_page(site: Site) -> None:
    assert site.signed_in("zhao_min").get("/configuration/people/nobody").status_code == 404
