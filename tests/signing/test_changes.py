import dataclasses
import datetime as dt
import functools

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter

from forms_service.signing.changes import Change, forbidden_changes
from forms_service.signing.comparison import Allowance
from forms_service.signing.field_changes import changed_fields
from forms_service.signing.form_view import view_form
from forms_service.signing.places import Ways
from forms_service.signing.revisions import History
from forms_service.signing.verdict import Verdict
from forms_service.signing.verify import verify
from tests import spoiling
from tests.signing import foreign
from tests.tampering import AT, OURS, Desk, append, authority, field, fonts, leave, person, stamps, trust

DESK = Desk()
LATER = AT + dt.timedelta(days=3650)


@functools.cache
def prepared() -> bytes:
    return DESK.step(DESK.issue(), "prepare")


@functools.cache
def sealed() -> bytes:
    return DESK.seal(DESK.finish(prepared(), "deputy_gm"))


def last_changes(pdf: bytes, allowance: Allowance) -> tuple[Change, ...]:
    history = History(pdf)
    before, after = (view_form(history, history.last + back) for back in (-1, 0))
    return forbidden_changes(history, before, after, allowance)


def judge(pdf: bytes, at: dt.datetime = LATER) -> Verdict:
    return verify(pdf, trust(), None, at, fonts())


def outcome(pdf: bytes, at: dt.datetime = LATER) -> tuple[str, list[int]]:
    verdict = judge(pdf, at)
    return verdict.verdict, [check.no for check in verdict.failed]


# One revision and the one before it.


def test_filling_a_field_that_may_be_filled_is_no_fault() -> None:
    filled = append(prepared(), spoiling.refill("opinion_02_deputy_gm", "同意"))
    assert last_changes(filled, Allowance(frozenset({"opinion_02_deputy_gm"}))) == ()


def test_filling_any_other_field_is_told_with_both_values() -> None:
    filled = append(prepared(), spoiling.refill("net", "99.00"))
    words = {change.words for change in last_changes(filled, Allowance()) if change.field == "net"}
    assert "的内容从「10,121.60」改成了「99.00」" in words


def test_same_object_written_again_is_no_change() -> None:
    def rewrite(writer: IncrementalPdfFileWriter) -> None:
        field(writer, "net")

    again = append(prepared(), rewrite)
    history = History(again)
    assert history.revisions[-1].numbers
    assert last_changes(again, Allowance()) == ()


def test_changed_fields_are_named() -> None:
    history = History(prepared())
    names = changed_fields(view_form(history, 1), view_form(history, 2))
    assert {"net", "sign_01_prepare"} < set(names)
    assert "sys_no" not in names


def test_object_is_found_by_the_way_that_leads_to_it() -> None:
    history = History(prepared())
    net = view_form(history, history.last).fields["net"]
    assert Ways(history, history.last).to(net.number or 0)[:1] == ("/Root",)  # type: ignore[index]  # it is there


def test_overwritten_object_is_not_excused_by_a_borrowed_role() -> None:
    """The page's content is overwritten and called validation data."""

    def borrow(writer: IncrementalPdfFileWriter) -> None:
        page, _ = writer.find_page_for_modification(0)
        reference = page.get_object()["/Contents"].raw_get(0)
        stream = reference.get_object()
        stream._data, stream._encoded_data = b"q Q", None
        writer.update_container(stream)
        writer.root[pdf_name("/DSS")] = reference
        writer.update_root()

    changes = last_changes(append(sealed(), borrow), Allowance())
    assert {change.check for change in changes} == {10}


def test_validation_data_may_come_after_the_seal() -> None:
    def validate(writer: IncrementalPdfFileWriter) -> None:
        data = writer.add_object(generic.StreamObject(stream_data=b"certificate"))
        store = generic.DictionaryObject({pdf_name("/Certs"): generic.ArrayObject([data])})
        writer.root[pdf_name("/DSS")] = writer.add_object(store)
        writer.update_root()

    assert last_changes(append(sealed(), validate), Allowance()) == ()
    assert outcome(foreign.stamped(append(sealed(), validate), stamps()), AT + dt.timedelta(days=1)) == ("accepted", [])


def test_freed_object_is_a_change() -> None:
    def free(writer: IncrementalPdfFileWriter) -> None:
        writer._force_write_when_empty = True
        writer.root[pdf_name("/Lang")] = pdf_string("en")
        writer.update_root()

    assert [change.words for change in last_changes(append(sealed(), free), Allowance())] == ["文件目录改了（/Lang）"]


# What may follow the seal.


def test_document_timestamp_after_the_seal_is_accepted() -> None:
    stamped = foreign.stamped(sealed(), authority(OURS).timestamper(lambda: AT + dt.timedelta(hours=1)))
    assert outcome(stamped, AT + dt.timedelta(days=1)) == ("accepted", [])


def test_document_timestamp_of_a_twin_authority_is_refused() -> None:
    stamped = foreign.stamped(sealed(), authority("twin").timestamper(lambda: AT + dt.timedelta(hours=1)))
    assert outcome(stamped, AT + dt.timedelta(days=1)) == ("refused", [12])


def test_another_signature_box_after_the_seal_is_refused() -> None:
    verdict = judge(foreign.signed(sealed(), "another"), AT + dt.timedelta(days=3650))
    assert 8 in [check.no for check in verdict.failed]


def test_unsigned_save_in_between_is_refused() -> None:
    between = DESK.seal(DESK.finish(append(prepared(), rewrite_nothing), "deputy_gm"))
    assert [check.no for check in judge(between, AT).failed] == [3]


def rewrite_nothing(writer: IncrementalPdfFileWriter) -> None:
    field(writer, "net")


# Files that are not ours.


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("who", [OURS, "twin"])
def test_signed_foreign_file_is_for_a_person_to_judge(who: str, packed: bool) -> None:
    signed = foreign.signed(foreign.page(packed=packed), signer=person("li_wen", who))
    assert outcome(signed) == ("review", [])


def test_foreign_signer_without_anchor_is_told() -> None:
    signed = foreign.signed(foreign.page(), signer=person("li_wen", "twin"))
    assert any("不在信任名单" in line for line in judge(signed).not_checked_here)


@pytest.mark.parametrize("packed", [False, True])
def test_second_foreign_signature_may_fill_on_the_way(packed: bool) -> None:
    twice = foreign.signed(foreign.signed(foreign.page(packed=packed)), "Signature2", amount="5.00")
    assert outcome(twice) == ("review", [])


@pytest.mark.parametrize("permission", [MDPPerm.FILL_FORMS, MDPPerm.ANNOTATE])
def test_certified_foreign_file_may_be_signed_on(permission: MDPPerm) -> None:
    certified = foreign.signed(foreign.page(), certify=permission)
    assert outcome(foreign.signed(certified, "Signature2", amount="5.00")) == ("review", [])


def test_older_kind_of_signature_is_read_too() -> None:
    old = foreign.signed(foreign.page(), subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED)
    assert outcome(old) == ("review", [])


def test_foreign_file_with_a_timestamp_alone_is_for_a_person_to_judge() -> None:
    assert outcome(foreign.stamped(foreign.page(), stamps())) == ("review", [])


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("spoil", [spoiling.lay_over, spoiling.write_on_page, spoiling.script, spoiling.attach, leave])
def test_foreign_file_with_a_tail_is_refused(spoil: object, packed: bool) -> None:
    signed = foreign.signed(foreign.page(packed=packed))
    tail = append(signed, lambda writer: spoil_and_touch(writer, spoil))
    verdict, failed = outcome(tail)
    assert verdict == "refused"
    assert failed[0] == 1


def spoil_and_touch(writer: IncrementalPdfFileWriter, spoil: object) -> None:
    foreign.fill(writer, "9.00")
    if callable(spoil):
        spoil(writer)


@pytest.mark.parametrize(
    ("spoil", "no"),
    [(spoiling.lay_over, 10), (spoiling.write_on_page, 10), (spoiling.script, 5), (spoiling.second_form, 8)],
)
def test_second_foreign_signer_may_not_change_the_page(spoil: object, no: int) -> None:
    altered = append(foreign.signed(foreign.page()), lambda writer: spoil_and_touch(writer, spoil))
    verdict, failed = outcome(foreign.signed(altered, "Signature2"))
    assert verdict == "refused"
    assert no in failed


def test_nothing_may_follow_a_certification_that_forbids_it() -> None:
    certified = foreign.signed(foreign.page(), certify=MDPPerm.NO_CHANGES)
    filled = append(certified, lambda writer: foreign.fill(writer, "9.00"))
    assert 8 in outcome(filled)[1]


def test_bytes_of_ours_without_its_record_are_no_document_of_ours() -> None:
    def hide_record(writer: IncrementalPdfFileWriter) -> None:
        del writer.root["/Names"]
        writer.update_root()

    stripped = dataclasses.replace(DESK).issue(hide_record)
    assert outcome(stripped, AT)[0] == "refused"
    assert 4 in outcome(stripped, AT)[1]
