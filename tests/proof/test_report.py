"""The report: one file that tells a verdict to people, and does nothing but tell it."""

import dataclasses
import datetime as dt
import functools
import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from pypdfium2 import PdfiumError

from forms_service.pdf.read import page_png
from forms_service.proof.drawing_up import Judged, draw_up
from forms_service.proof.pictures import BUDGET, draw, draw_all, sights, width_of
from forms_service.proof.report import report_name, write_report
from forms_service.proof.statement import Statement
from forms_service.signing.trust import believe_nobody
from forms_service.signing.verdict import Verdict
from forms_service.signing.verify import verify
from tests import spoiling
from tests.signing import foreign, others
from tests.tampering import AT, Desk, append, fonts, stamps, trust
from tests.web.markup import read_markup

SOME_DAY = dt.datetime.now(dt.UTC) + dt.timedelta(days=400)  # others sign by the true clock
SCRIPT = "<script>alert('印')</script>\u202e.pdf"


@functools.cache
def sealed() -> bytes:
    desk = Desk()
    return desk.seal(desk.finish(desk.step(desk.issue(), "prepare"), "deputy_gm"))


@functools.cache
def altered() -> bytes:
    return append(sealed(), spoiling.refill("net", "1.00"))


@functools.cache
def letter() -> bytes:
    return foreign.signed(foreign.page(), amount="250.00")


@functools.cache
def verdict_on(pdf: bytes, at: dt.datetime = AT) -> Verdict:
    return verify(pdf, trust(), None, at, fonts())


def draw_here(pdf: bytes, page: int, width: int, colours: int, struck: bool) -> bytes | None:
    try:
        return page_png(pdf, page, width, colours, struck=struck)
    except PdfiumError:
        return None


def _judged(pdf: bytes, name: str = "A2611001.pdf", at: dt.datetime = AT) -> Judged:
    return Judged(name, pdf, verdict_on(pdf, at), at)


@functools.cache
def report(pdf: bytes, name: str = "A2611001.pdf") -> str:
    return write_report(_judged(pdf, name), draw_here).decode()


def _of_the_letter() -> Statement:
    return draw_up(_judged(letter(), at=AT + dt.timedelta(days=30)))


def test_the_verdict_is_one_sentence_and_leads() -> None:
    told = read_markup(report(sealed()))
    assert told.headings == 1
    assert "此文件真实完整，由 李文静、林国栋、王建业、王芳 东升电子有限公司 签署" in told.text


def test_an_altered_files_report_says_which_check_failed() -> None:
    text = report(altered())
    assert "此文件在签署后被改动，不可采信" in text
    assert "第 8 项「每一步只改自己的栏位」不符" in text
    assert "从「10,121.60」改成了「1.00」" in text


def test_the_pages_of_a_refused_file_are_struck_through_and_show_what_was_altered() -> None:
    statement = draw_up(_judged(altered()))
    last = statement.stages[-1]
    assert [leaf.struck for leaf in last.leaves] == [True]
    assert [mark.number for mark in last.leaves[0].marks] == [1]
    assert "这份文件不可采信，图只用来看改了什么" in report(altered())
    assert report(altered()).count(">不可采信</text>") == report(altered()).count("<img")
    assert ">不可采信</text>" not in report(sealed())


def test_the_red_lines_are_in_the_picture_itself() -> None:
    def reds(pdf: bytes) -> int:
        newest = sights(verdict_on(pdf))[-1]
        picture = draw(pdf, newest, 900, draw_here)
        assert picture is not None
        pixels = Image.open(io.BytesIO(picture)).convert("RGB").tobytes()
        coloured = zip(pixels[::3], pixels[1::3], pixels[2::3], strict=True)
        return sum(red > 150 and green < 60 and blue < 60 for red, green, blue in coloured)

    assert reds(altered()) > 3 * reds(sealed())


def test_a_page_that_cannot_be_drawn_costs_a_report_three_tries() -> None:
    tried = []

    def hopeless(pdf: bytes, page: int, width: int, colours: int, struck: bool) -> None:
        tried.append((len(pdf), page, width, colours, struck))

    assert draw_all(sealed(), sights(verdict_on(sealed())), hopeless) == {}
    assert len(tried) == 3


def test_what_nobody_is_known_to_vouch_for_is_told_as_a_claim() -> None:
    verdict = verify(sealed(), believe_nobody(), None, AT, fonts())
    told = draw_up(dataclasses.replace(_judged(sealed()), verdict=verdict))
    assert told.sentence == "没有发现改动，但「由公司签发，签发记录完整」没有定论，请人工判断"
    assert [reason.partition("：")[0] for reason in told.reasons][1:] == ["第 4 项没有定论"]
    assert told.reasons[0].startswith("文件自称是华成精密电路股份有限公司签发的")
    assert "签章人与公司的名字都只是证书自己写的：没有信任文件，核对不了。" in told.not_checked_here


def test_a_foreign_file_is_told_as_such() -> None:
    statement = _of_the_letter()
    assert (statement.verdict, statement.sentence) == ("review", "并非本公司签发，签名完好，请人工判断")
    assert statement.signatures[0].covers == (("amount", "250.00"),)
    assert statement.issued is None


def test_a_foreign_file_is_told_with_what_keeps_it_from_being_believed() -> None:
    late = others.saved(others.signed_letter(), others.filled("note", "received"))
    unsigned = foreign.stamped(foreign.page(), stamps())
    signed, filled, stamped = (draw_up(_judged(pdf, at=SOME_DAY)) for pdf in (others.signed_letter(), late, unsigned))
    assert signed.reasons[1].startswith("还没有人替签章人作保——")
    assert filled.sentence == "并非本公司签发；没有发现改动，但「签章覆盖整个文件」没有定论，请人工判断"
    assert "栏位「note」是最后的签章之后才填的" in filled.reasons[1]
    assert stamped.sentence == "并非本公司签发，上面没有任何人的签章，请人工判断"


def test_a_foreign_file_that_is_accepted_is_still_told_as_foreign() -> None:
    judged = _judged(letter(), at=AT + dt.timedelta(days=30))
    accepted = dataclasses.replace(judged.verdict, verdict="accepted")
    told = draw_up(dataclasses.replace(judged, verdict=accepted))
    assert told.sentence == "并非本公司签发；此文件真实完整，由 李文静 华成精密电路股份有限公司 签署"


def test_a_page_of_no_sensible_shape_is_not_drawn() -> None:
    first, *others = verdict_on(sealed()).revisions
    second = dataclasses.replace(others[0], pages=(700.0,))
    verdict = dataclasses.replace(verdict_on(sealed()), revisions=(first, second, *others[1:]))
    assert [sight.key for sight in sights(verdict)] == ["3-1", "4-1", "5-1", "6-1", "7-1"]


@pytest.mark.parametrize("pdf", [sealed, altered], ids=["sealed", "altered"])
def test_the_report_holds_no_script_and_asks_for_nothing(pdf: Callable[[], bytes]) -> None:
    text = report(pdf())
    told = read_markup(text)
    assert not {"script", "link", "iframe", "object", "form"} & {tag for tag, _ in told.tags}
    assert not any(name.startswith("on") for _, found in told.tags for name in found)
    assert not re.findall(r"(?:https?:)?//[a-z]", re.sub(r"base64,[^\"]+", "", text))
    assert "url(" not in text
    assert all(found["src"].startswith("data:image/png;base64,") for tag, found in told.tags if tag == "img")


def test_a_hostile_file_name_is_shown_and_not_run() -> None:
    text = report(altered(), SCRIPT)
    assert "&lt;script&gt;alert(&#39;印&#39;)&lt;/script&gt;\ufffd.pdf" in text
    assert "<script" not in text


def test_a_hostile_signers_name_is_shown_and_not_run() -> None:
    first, *others = verdict_on(altered()).signatures
    named = dataclasses.replace(first, signer="<b onclick=x>", opinion="<img src=x>", certificate_subject="CN=<i>")
    verdict = dataclasses.replace(verdict_on(altered()), signatures=(named, *others))
    text = write_report(Judged("a.pdf", altered(), verdict, AT), draw_here).decode()
    assert "&lt;b onclick=x&gt;" in text
    assert not re.findall(r"<b |<img src=x|<i>", text)


def test_the_same_file_verdict_and_time_give_the_same_bytes() -> None:
    assert write_report(_judged(sealed()), draw_here) == report(sealed()).encode()


def test_the_time_stands_in_it_with_its_zone() -> None:
    assert "2026-11-24 09:30:00 +08:00" in report(sealed())


def test_a_signature_says_how_far_its_time_is_to_be_believed() -> None:
    assert "只是签章人自己写的时间，没有旁证" in report(sealed())


def test_a_signature_says_what_stood_there_and_what_came_later() -> None:
    second = draw_up(_judged(sealed())).signatures[1]
    assert dict(second.covers)["折让金额合计"] == "10,121.60"
    assert [later.revision for later in second.later] == [4, 5, 6, 7]
    assert (second.locked, second.blanks) == (74, 45)


def test_a_delegate_is_told_with_whom_they_signed_for() -> None:
    first, *others = verdict_on(sealed()).signatures
    delegate = dataclasses.replace(first, step="prepare", role="经理（代 袁立新）")
    verdict = dataclasses.replace(verdict_on(sealed()), signatures=(delegate, *others))
    told = draw_up(Judged("a.pdf", sealed(), verdict, AT)).signatures[0]
    assert (told.role, told.behalf) == ("经理", "袁立新")


def test_every_change_is_framed_on_the_page_and_numbered_in_the_list() -> None:
    stage = draw_up(_judged(sealed())).stages[2]
    (leaf,) = stage.leaves
    assert [mark.number for mark in leaf.marks] == [row.number for row in stage.changes] == list(range(1, 31))
    assert [row.label for row in stage.changes if leaf.marks[row.number - 1].signed] == ["业务开立 签章"]


def test_pages_are_shown_where_something_changed_and_all_of_the_first_signed_revision() -> None:
    assert [sight.key for sight in sights(verdict_on(sealed()))] == ["2-1", "3-1", "4-1", "5-1", "6-1", "7-1"]
    assert [sight.key for sight in sights(verdict_on(letter(), AT + dt.timedelta(days=30)))] == ["2-1"]


def test_pictures_stay_within_their_budget() -> None:
    many = sights(verdict_on(sealed())) * 6
    assert width_of(len(many)) < width_of(6)
    assert sum(map(len, draw_all(sealed(), many, draw_here).values())) < BUDGET
    assert len(report(sealed())) < 4 / 3 * BUDGET


def test_a_page_that_cannot_be_drawn_is_left_out_and_told() -> None:
    broken = dataclasses.replace(_judged(sealed()), pdf=b"%PDF-1.7 nothing")
    assert "图没有放进来，或画不出来" in write_report(broken, draw_here).decode()


def test_the_issue_record_names_who_must_sign_and_who_did() -> None:
    issued = draw_up(_judged(sealed())).issued
    assert issued is not None
    assert ("总经理核签", "总经理", "王建业 同意") in [(step.name, step.role, step.signed) for step in issued.steps]
    assert ("第二联 会计作账", "accounting") in issued.copies


def test_the_sixteen_checks_are_all_told() -> None:
    assert [check.number for check in draw_up(_judged(sealed())).checks] == list(range(1, 17))


def test_it_says_how_to_check_with_other_programs() -> None:
    text = report(sealed())
    for command in ("openssl dgst -sha256", "qpdf --check", "pdfsig -nssdir", "pyhanko sign validate", "trust.pem"):
        assert command in text
    assert f"应得 {verdict_on(sealed()).file_sha256}" in text


def test_a_report_is_named_after_its_file() -> None:
    assert report_name("A2611001.pdf") == "A2611001.验证报告.html"
