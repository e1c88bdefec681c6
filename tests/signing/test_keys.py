import json
import pickle
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.errors import BadConfiguration, ProblemsFound, WrongPin
from forms_service.signing.keys import LockedKey, PinCost, check_pin, new_key, one_time_key, take_key, unlock
from forms_service.signing.signer import Signer
from forms_service.signing.strongbox import WrongSecret, lock_away, take_out
from tests.signing.small_form import AT, CHEAP, PIN, SECRET, authority, contact, person

PUBLIC_KEY, LOCKED = new_key(PIN, SECRET, CHEAP)
DATA = b"what is signed"


def open_key(locked: LockedKey = LOCKED, pin: str = PIN, secret: bytes = SECRET) -> Signer:
    certificate = authority().certify_person("li_wen", "李文静", PUBLIC_KEY, AT)
    return unlock(locked, pin, secret, certificate, authority().chain())


def test_right_pin_unlocks_a_key_that_signs() -> None:
    PUBLIC_KEY.verify(open_key().sign_raw(DATA), DATA, ec.ECDSA(hashes.SHA256()))


def test_pin_typed_in_full_width_is_the_same_pin() -> None:
    assert open_key(pin="７３０５１８").name == "李文静"


@pytest.mark.parametrize("pin", ["730519", "73051", "7305188", "", " 730518"])
def test_wrong_pin_unlocks_nothing(pin: str) -> None:
    with pytest.raises(WrongPin) as stop:
        open_key(pin=pin)
    assert "730518" not in str(stop.value)


def test_stolen_row_is_worthless_without_the_servers_secret() -> None:
    with pytest.raises(BadConfiguration, match="secret"):
        open_key(secret=bytes(32))


def test_stolen_servers_secret_still_needs_the_pin() -> None:
    inner = take_out(LOCKED.box, SECRET, "forms key: by server", label_of(LOCKED))
    with pytest.raises(WrongSecret):
        take_out(inner, SECRET, "forms key: by PIN", label_of(LOCKED))


def label_of(locked: LockedKey) -> bytes:
    cost = locked.cost
    return f"1:{cost.memory_kib}:{cost.passes}:{cost.lanes}:".encode() + locked.salt + locked.public_key


@pytest.mark.parametrize(
    "change",
    [
        {"box": LOCKED.box[:-1] + bytes([LOCKED.box[-1] ^ 1])},
        {"box": LOCKED.box[:20]},
        {"salt": bytes(16)},
        {"cost": PinCost(memory_kib=16, passes=1)},
        {"public_key": new_key(PIN, SECRET, CHEAP)[1].public_key},
        {"box": new_key(PIN, SECRET, CHEAP)[1].box},
    ],
)
def test_changed_record_unlocks_nothing_and_blames_no_pin(change: dict[str, bytes]) -> None:
    with pytest.raises(BadConfiguration, match="改动"):
        open_key(replace(LOCKED, **change))  # type: ignore[arg-type]  # one field of several types at a time


def test_key_under_another_persons_certificate_does_not_sign() -> None:
    with pytest.raises(ValueError, match="another key"):
        unlock(LOCKED, PIN, SECRET, person().certificate, authority().chain())


def test_locked_key_survives_the_store() -> None:
    assert LockedKey.from_json(LOCKED.to_json()) == LOCKED


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"version": 2}', LOCKED.to_json().replace('"salt": "', '"salt": "!')],
)
def test_text_that_is_no_locked_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        LockedKey.from_json(text)


def test_cost_that_would_stop_the_server_is_refused() -> None:
    greedy = json.loads(LOCKED.to_json())
    greedy["cost"]["memory_kib"] = 1 << 30
    with pytest.raises(ValueError, match="no usable argon2id cost"):
        LockedKey.from_json(json.dumps(greedy))


@pytest.mark.parametrize("cost", [(7, 1, 1), (8, 1, 2), (8, 0, 1), (8, 33, 1), (64, 1, 0), (128, 1, 9)])
def test_cost_that_argon2_cannot_pay_is_refused(cost: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="no usable argon2id cost"):
        PinCost(*cost)


def test_default_cost_is_64_mib_and_three_passes() -> None:
    assert PinCost() == PinCost(memory_kib=64 * 1024, passes=3, lanes=1)


def test_a_key_of_the_default_cost_opens_by_its_pin_and_by_no_other() -> None:
    public_key, locked = new_key(PIN, SECRET)
    assert take_key(locked, PIN, SECRET).public_key() == public_key
    with pytest.raises(WrongPin):
        take_key(locked, "739205", SECRET)


def test_no_secret_shows_in_a_repr() -> None:
    assert repr(LOCKED) == "LockedKey(cost=PinCost(memory_kib=8, passes=1, lanes=1))"
    assert repr(open_key()) == "<KeySigner 李文静>"


def test_unlocked_key_cannot_leave_the_process() -> None:
    with pytest.raises(TypeError, match="stays in the process"):
        pickle.dumps(open_key())


def test_two_keys_under_one_pin_have_nothing_in_common() -> None:
    other = new_key(PIN, SECRET, CHEAP)[1]
    assert {other.salt, other.box, other.public_key}.isdisjoint({LOCKED.salt, LOCKED.box, LOCKED.public_key})


@pytest.mark.parametrize(
    "pin", ["000000", "123456", "654321", "121212", "123123", "112211", "abcdef", "147258", "１２３４５６"]
)
def test_trivial_pin_is_refused(pin: str) -> None:
    assert [problem.code for problem in check_pin(pin)] == ["pin_trivial"]
    with pytest.raises(ProblemsFound):
        new_key(pin, SECRET, CHEAP)


@pytest.mark.parametrize("pin", ["", "73051", "7" * 65])
def test_pin_of_the_wrong_length_is_refused(pin: str) -> None:
    (problem,) = check_pin(pin)
    assert (problem.where, problem.code) == ("pin", "pin_length")
    assert "6 到 64 位" in problem.message


@pytest.mark.parametrize("pin", ["730518", "Vm2-kt", "我的印章在这里"])
def test_ordinary_pin_is_accepted(pin: str) -> None:
    assert check_pin(pin) == ()


def test_one_time_key_is_handed_over_once() -> None:
    key = one_time_key()
    key.signer(person_for(key.public_key), authority().chain())
    with pytest.raises(RuntimeError, match="handed over"):
        key.signer(person_for(key.public_key), authority().chain())


def person_for(key: ec.EllipticCurvePublicKey) -> x509.Certificate:
    return authority().certify_person("x", "某人", key, AT)


def test_one_time_signer_forgets_its_key() -> None:
    signer = contact()
    signer.sign_raw(DATA)
    assert not hasattr(signer, "_key")
    with pytest.raises(RuntimeError, match="already signed"):
        signer.sign_raw(DATA)


@given(content=st.binary(max_size=200), label=st.binary(max_size=20), flip=st.integers(min_value=0))
def test_strongbox_gives_back_its_content_or_nothing(content: bytes, label: bytes, flip: int) -> None:
    box = lock_away(content, SECRET, "test", label)
    assert take_out(box, SECRET, "test", label) == content
    spoilt = bytearray(box)
    spoilt[flip % len(box)] ^= 1 + flip % 255
    for attempt in ((bytes(spoilt), "test", label), (box, "rest", label), (box, "test", label + b"x")):
        with pytest.raises(WrongSecret):
            take_out(attempt[0], SECRET, *attempt[1:])
