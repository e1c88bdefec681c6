"""What each save of a file did to its fields, as the verdict tells it."""

import functools
import hashlib
import json

from forms_service.signing.pages import Page
from forms_service.signing.verdict import ChangedField, Place, RevisionReport, Verdict
from forms_service.signing.verify import verify
from tests import spoiling
from tests.signing import foreign
from tests.tampering import AT, Desk, append, fonts, trust


@functools.cache
def sealed() -> bytes:
    desk = Desk()
    return desk.seal(desk.finish(desk.step(desk.issue(), "prepare"), "deputy_gm"))


@functools.cache
def judged() -> Verdict:
    return verify(sealed(), trust(), None, AT, fonts())


def _changed(revision: RevisionReport, name: str) -> ChangedField:
    return next(changed for changed in revision.changed if changed.name == name)


def test_each_revision_is_told_with_its_length_and_digest() -> None:
    for revision in judged().revisions:
        assert revision.sha256 == hashlib.sha256(sealed()[: revision.length]).hexdigest()
    assert judged().revisions[-1].sha256 == judged().file_sha256


def test_each_signature_names_the_revision_that_it_signs() -> None:
    for signature in judged().signatures:
        assert judged().revisions[signature.revision - 1].field == signature.field


def test_a_change_is_told_with_what_stood_there_before() -> None:
    change = _changed(judged().revisions[2], "grand_total")
    assert (change.label, change.before, change.after) == ("折让总额", "", "10,627.68")


def test_programs_are_told_the_same() -> None:
    told = json.loads(judged().to_json())
    assert [revision["field"] for revision in told["revisions"]][:3] == [None, "sign_00_issue", "sign_01_prepare"]
    amount = next(c for c in told["revisions"][2]["changed"] if c["field"] == "grand_total")
    assert amount == {"field": "grand_total", "label": "折让总额", "before": "", "after": "10,627.68", "page": 1}
    assert (told["signatures"][1]["revision"], told["signatures"][1]["level"]) == (3, "B-B")


def test_a_signature_box_reads_who_signed() -> None:
    assert _changed(judged().revisions[3], "sign_02_deputy_gm").after == "林国栋 华成精密电路股份有限公司"


def test_what_was_written_anew_and_says_the_same_is_counted_only() -> None:
    filled = judged().revisions[2]
    assert len(filled.changed) + filled.blanks == 75
    assert all(change.before != change.after for change in filled.changed)


def test_a_change_has_its_place_on_the_page() -> None:
    place = _changed(judged().revisions[6], "sys_copy_label").place
    assert place is not None
    assert place.page == 1
    assert 0 < place.left < place.left + place.width < 1
    assert 0 < place.top < place.top + place.height < 0.1


def test_a_place_turns_with_its_page() -> None:
    upright = Page(3, (10.0, 20.0, 110.0, 220.0), 0, ())
    turned = Page(3, (10.0, 20.0, 110.0, 220.0), 1, ())
    box = (20.0, 200.0, 60.0, 210.0)
    assert upright.place(box) == Place(3, 0.1, 0.05, 0.4, 0.05)
    assert turned.place(box) == Place(3, 0.9, 0.1, 0.05, 0.4)


def test_a_foreign_signature_covers_every_value_of_its_own_revision() -> None:
    twice = foreign.signed(foreign.signed(foreign.page()), "Signature2", amount="250.00")
    first, second = verify(twice, trust(), None, AT, fonts()).signatures
    assert (first.covers, first.changed_after) == ({"amount": "100.00"}, ("Signature2", "amount"))
    assert second.covers == {"amount": "250.00"}


def test_a_certificate_is_told_as_it_states_itself() -> None:
    told = judged().signatures[1]
    assert "CN=李文静" in told.certificate_subject
    assert "CN=单据签章颁发证书" in told.issuer
    assert told.valid_from is not None
    assert told.valid_until is not None
    assert told.valid_from <= AT < told.valid_until
    assert (int(told.serial, 16) > 0, told.level) == (True, "B-B")


def test_an_altered_file_is_still_told() -> None:
    verdict = verify(append(sealed(), spoiling.refill("net", "1.00")), trust(), None, AT, fonts())
    assert verdict.verdict == "refused"
    assert (_changed(verdict.revisions[-1], "net").after, verdict.revisions[-1].field) == ("1.00", "")
