"""Judging places: what the public and the firm's people hand in is read apart, and neither holds up the firm's work."""

import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from asn1crypto import pkcs12
from cryptography.hazmat.primitives.asymmetric import ec
from werkzeug.test import TestResponse

from forms_service.signing.apart import Judges
from forms_service.signing.carrying import pack
from forms_service.signing.messages import Limits
from forms_service.web.app import WebOptions, create_app
from forms_service.workflow.certifying import make_challenge
from tests.elsewhere import own_key, sign_with_pyhanko
from tests.handing_out import BOX, given_out, prepared
from tests.signing import brought
from tests.signing.crowd import Crowd, kill, processes
from tests.signing.hostile import HOSTILE
from tests.tampering import ROOT
from tests.web.site import Site

LINGERING = Limits(wall_s=120.0, files=105, waiting=0)
PASSPHRASE = "correct horse battery"
HOSTILE_FILE = b"%PDF-1.7 /ByteRange"


@contextmanager
def _besieged(site: Site) -> Iterator[None]:
    """Let hostile files hold every place that the public has."""
    office, crowd = site.world.office, Crowd()
    crowd.go.set()
    with (
        Judges(ROOT / "fonts", at_once=2, limits=LINGERING, judge=f"{HOSTILE}:linger") as counter,
        ThreadPoolExecutor(2) as attackers,
    ):
        site.app = create_app(replace(office, counter=counter), WebOptions(rate_limits=False, journal=site.stream))
        held = [attackers.submit(counter.judge, HOSTILE_FILE, office.trust, office.now(), crowd.find) for _ in range(2)]
        for _ in held:
            crowd.arrived.acquire()
        yield
        kill(105)
        assert [each.result().verdict for each in held] == ["refused"] * 2


def test_while_hostile_files_hold_every_public_place_the_firm_posts_takes_in_and_looks(site: Site) -> None:
    finished, waiting = site.finished(), prepared(site.world)
    signed = sign_with_pyhanko(given_out(site.world, waiting), BOX, own_key())
    with _besieged(site):
        bookkeeper, deputy = site.signed_in("he_mei"), site.signed_in("lin_guo")
        turned_away = site.visitor().client.post("/api/verify", data=HOSTILE_FILE, content_type="application/pdf")
        posted = bookkeeper.send(f"/accounting/{finished.id}", f"/accounting/{finished.id}/post")
        outside = f"/documents/{waiting.id}/outside"
        taken_in = deputy.send(outside, outside, {"file": (io.BytesIO(signed), "signed.pdf")})
        shown = bookkeeper.get(f"/documents/{finished.id}/pages/1.png")
    assert turned_away.status_code == 503
    assert (posted.status_code, taken_in.status_code, shown.status_code) == (303, 303, 200)
    with site.world.office.database.read() as tx:
        assert tx.vouchers.of(finished.id) is not None
        assert tx.documents.get(waiting.id).step == "gm"


def test_what_the_public_hands_in_never_meets_a_process_that_judges_for_the_firm(site: Site) -> None:
    finished = site.finished()
    with Judges(ROOT / "fonts", at_once=1, limits=Limits(files=106), judge=f"{HOSTILE}:lie") as counter:
        office = replace(site.world.office, counter=counter)
        site.app = create_app(office, WebOptions(rate_limits=False, journal=site.stream))
        copy = site.copy(finished, 2)
        lied = site.visitor().client.post("/api/verify", data=copy, content_type="application/pdf")
        assert lied.json is not None
        assert lied.json["verdict"] == "refused"
        page = site.signed_in("he_mei").get(f"/accounting/{finished.id}")
    assert page.status_code == 200
    assert "可以采信" in page.text


def test_a_process_that_judged_one_visitors_file_judges_no_others(site: Site) -> None:
    office, copy, during = site.world.office, site.copy(site.finished(), 2), list[set[int]]()

    def find(document_id: str) -> None:
        assert document_id
        during.append(set(processes(Limits().files)))

    for _ in range(2):
        assert office.counter.judge(copy, office.trust, office.now(), find).verdict == "accepted"
        assert len(during[-1] - set(processes(Limits().files))) == 1, "it stands ready for the next file"


# What people of the firm hand in.


def _signed_elsewhere(site: Site) -> tuple[str, str, bytes]:
    waiting = prepared(site.world)
    outside = f"/documents/{waiting.id}/outside"
    return outside, outside, sign_with_pyhanko(given_out(site.world, waiting), BOX, own_key())


def _signed_sheet(site: Site) -> tuple[str, str, bytes]:
    sheet = make_challenge(site.world.office, site.world.person("lin_guo"))
    return "/key", "/key/certificate", brought.signed(sheet, brought.key(), brought.certificate(brought.key()))


def _carried_key(site: Site) -> tuple[str, str, bytes]:
    site.world.person("lin_guo")
    own = cast(ec.EllipticCurvePrivateKey, brought.key())
    return "/key", "/key/bring", pack(own, brought.certificate(own), (), PASSPHRASE, rounds=1000)


def _send(site: Site, page: str, action: str, file: bytes) -> TestResponse:
    fields = [named["name"] for tag, named in site.signed_in("lin_guo").page(page).tags if named.get("type") == "file"]
    name = {"/key/certificate": "signed_sheet", "/key/bring": "bring_file"}.get(action, "file")
    assert name in fields
    more = {"bring_passphrase": PASSPHRASE, "bring_pin": "864209"} if action == "/key/bring" else {}
    return site.signed_in("lin_guo").send(page, action, {name: (io.BytesIO(file), "upload"), **more})


@pytest.mark.parametrize("door", [_signed_elsewhere, _signed_sheet, _carried_key])
def test_nothing_that_a_person_uploads_is_read_where_no_judging_process_comes_up(
    site: Site, tmp_path: Path, door: Callable[[Site], tuple[str, str, bytes]]
) -> None:
    page, action, file = door(site)
    with Judges(tmp_path, at_once=1, spare=0) as broken:
        office = replace(site.world.office, judges=broken)
        site.app = create_app(office, WebOptions(rate_limits=False, journal=site.stream))
        answer = _send(site, page, action, file)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "15")
    assert "查验程序启动不了" in answer.text
    site.app = create_app(site.world.office, WebOptions(rate_limits=False, journal=site.stream))
    assert _send(site, page, action, file).status_code == 303


def test_a_key_file_that_would_be_hashed_for_minutes_is_refused_by_the_processor_time(site: Site) -> None:
    page, action, file = _carried_key(site)
    pfx = pkcs12.Pfx.load(file)
    pfx["mac_data"]["iterations"] = (1 << 31) - 1
    with Judges(ROOT / "fonts", at_once=1, spare=0, limits=Limits(cpu_s=1)) as judges:
        office = replace(site.world.office, judges=judges)
        site.app = create_app(office, WebOptions(rate_limits=False, journal=site.stream))
        answer = _send(site, page, action, pfx.dump(force=True))
    assert answer.status_code == 422
    assert "1 秒处理器时间" in answer.text
