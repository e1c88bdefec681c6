"""Keys on a PKCS#11 token, shown on SoftHSM."""

import pytest

from forms_service.domain.errors import BadConfiguration, NoToken, WrongPin
from forms_service.signing import tokens as room
from forms_service.signing.signer import Signer
from forms_service.signing.tokens import TokenKey, Tokens
from tests.signing import softhsm
from tests.signing.small_form import AT, authority, person

PLACE = TokenKey(softhsm.token("card", "li_wen", "other"), "li_wen")
DATA = b"what is signed"


def open_card(pin: str = softhsm.PIN, place: TokenKey = PLACE) -> Signer:
    tokens = Tokens(softhsm.MODULE)
    public_key = tokens.public_key(PLACE, softhsm.PIN)
    certificate = authority().certify_person("li_wen", "李文静", public_key, AT)
    return tokens.signer(place, pin, certificate, authority().chain())


def test_a_key_on_a_token_signs_what_its_certificate_verifies() -> None:
    signer = open_card()
    assert signer.verifies(DATA, signer.sign_raw(DATA))
    assert not person().verifies(DATA, signer.sign_raw(DATA))


def test_the_place_of_a_key_survives_the_store() -> None:
    assert TokenKey.from_json(PLACE.to_json()) == PLACE
    assert TokenKey.from_json('{"version": 1, "box": ""}') is None


def test_a_wrong_pin_opens_no_token_even_beside_a_right_one() -> None:
    signer = open_card()
    with pytest.raises(WrongPin, match="card"):
        open_card("111111")
    assert signer.verifies(DATA, signer.sign_raw(DATA))


def test_a_certificate_of_another_key_is_refused_before_anything_is_signed() -> None:
    with pytest.raises(BadConfiguration, match="不是一对"):
        open_card(place=TokenKey("card", "other"))


def test_a_missing_token_is_named() -> None:
    with pytest.raises(NoToken, match="没有找到叫「drawer」的令牌"):
        open_card(place=TokenKey("drawer", "li_wen"))


def test_a_missing_key_is_named() -> None:
    with pytest.raises(NoToken, match="没有叫「nobody」的"):
        open_card(place=TokenKey("card", "nobody"))


def test_a_key_on_another_curve_is_refused() -> None:
    place = TokenKey(softhsm.token("large card", "large", curve="secp384r1"), "large")
    with pytest.raises(NoToken, match="不是 P-256"):
        Tokens(softhsm.MODULE).public_key(place, softhsm.PIN)


def test_a_token_pulled_out_signs_nothing_more() -> None:
    place = TokenKey(softhsm.token("pulled", "key"), "key")
    tokens = Tokens(softhsm.MODULE)
    certificate = authority().certify_person("li_wen", "李文静", tokens.public_key(place, softhsm.PIN), AT)
    signer = tokens.signer(place, softhsm.PIN, certificate, authority().chain())
    softhsm.remove("pulled")
    with pytest.raises(NoToken, match="pulled"):
        signer.sign_raw(DATA)


def test_without_a_module_the_setting_to_make_is_named() -> None:
    with pytest.raises(BadConfiguration, match="FORMS_PKCS11_MODULE"):
        Tokens().public_key(PLACE, softhsm.PIN)
    with pytest.raises(BadConfiguration, match=r"no-such\.so.*打不开"):
        Tokens("/no-such.so").public_key(PLACE, softhsm.PIN)


def test_without_the_library_the_package_to_install_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "pkcs11", None)
    with pytest.raises(BadConfiguration, match=r"forms-service\[pkcs11\]"):
        Tokens(softhsm.MODULE).public_key(PLACE, softhsm.PIN)


def test_a_pin_is_never_shown() -> None:
    with pytest.raises(WrongPin) as stop:
        open_card("112358")
    assert "112358" not in f"{stop.value!r} {open_card()!r}"
    assert stop.value.__cause__ is None
