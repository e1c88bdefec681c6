"""The verify page: what it tells of a file, its pictures and its report, which are gone when the page is."""

import datetime as dt
import io
import re
from pathlib import Path

from werkzeug.test import TestResponse

from forms_service.cli import main
from forms_service.domain.document import Document
from forms_service.proof.drawing_up import Judged, draw_up
from forms_service.web.just_judged import JustJudged
from forms_service.workflow.auditing import verify_file
from tests.allowance import ALLOWANCE
from tests.signing import foreign
from tests.web.site import Site

_JUDGED_AT = re.compile(r"(judged at</span></dt><dd>)[^<]+")


def _verified(site: Site, pdf: bytes, name: str = "A2611001.pdf") -> TestResponse:
    return site.visitor().send("/verify", "/verify", {"file": (io.BytesIO(pdf), name)})


def _report(site: Site, page: str) -> TestResponse:
    found = re.search(r'href="(/verify/[^"]+/report\.html)"', page)
    assert found is not None
    return site.visitor().get(found[1])


def _without_time(report: str) -> str:
    """Leave out of a report when the file was judged."""
    assert len(_JUDGED_AT.findall(report)) == 1
    return _JUDGED_AT.sub("", report)


def _covered(site: Site, document: Document, at: int) -> dict[str, str]:
    """Read what a document's signature covers, as the statement of its bytes tells it."""
    pdf = site.world.office.blobs.get(document.head)
    verdict = verify_file(site.world.office, pdf)
    return dict(draw_up(Judged("a.pdf", pdf, verdict, site.world.clock.at)).signatures[at].covers)


def test_page_and_report_say_the_same(site: Site) -> None:
    page = _verified(site, site.copy(site.finished(), 2)).text
    report = _report(site, page).text
    for words in ("此文件真实完整，由 李文静", "第二联 会计作账", "时间戳机构证明", "10,627.68", "第 3 版"):
        assert words in page
        assert words in report


def test_the_report_comes_as_a_file_to_keep(site: Site) -> None:
    answer = _report(site, _verified(site, site.copy(site.finished(), 2)).text)
    assert answer.mimetype == "text/html"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert "A2611001.%E9%AA%8C%E8%AF%81%E6%8A%A5%E5%91%8A.html" in answer.headers["Content-Disposition"]


def test_every_revisions_picture_is_shown(site: Site) -> None:
    pictures = re.findall(r'src="(/verify/[^"]+\.png)"', _verified(site, site.copy(site.finished(), 2)).text)
    answers = [site.visitor().get(path) for path in pictures]
    assert [(answer.status_code, answer.mimetype) for answer in answers] == [(200, "image/png")] * 6


def test_a_file_that_cannot_be_taken_apart_has_no_empty_list_of_revisions(site: Site) -> None:
    sealed = site.copy(site.finished(), 2)
    lists = [_verified(site, pdf).text.count('class="sheet folds') for pdf in (sealed, sealed + b"x")]
    assert lists == [2, 1]


def test_a_document_timestamp_is_told_and_needs_no_picture(site: Site) -> None:
    pdf = site.copy(site.finished(), 2)
    told = draw_up(Judged("a.pdf", pdf, verify_file(site.world.office, pdf), site.world.clock.at))
    assert (told.stages[-1].title, told.stages[-1].leaves) == ("文件时间戳", ())
    assert [row.label for row in told.stages[-1].changes] == ["文件时间戳"]
    assert (told.shown, told.signatures[-1].later) == (7, ())
    assert told.signatures[0].facts[-1].text.startswith("B-LTA：")


def test_a_refused_files_pictures_are_struck_through_even_by_their_address(site: Site) -> None:
    sound = site.copy(site.finished(), 2)
    honest, refused = (_newest_picture(site, pdf) for pdf in (sound, sound + b" "))
    assert honest != refused
    assert "图上划了红线" in _verified(site, sound + b" ").text


def _newest_picture(site: Site, pdf: bytes) -> bytes:
    paths = re.findall(r'src="(/verify/[^"]+\.png)"', _verified(site, pdf).text)
    answer = site.visitor().get(paths[0])
    assert answer.status_code == 200
    return bytes(answer.data)


def test_what_is_no_longer_kept_is_told_as_gone(site: Site) -> None:
    for part in ("report.html", "2-1.png"):
        answer = site.visitor().get(f"/verify/long-gone/{part}")
        assert (answer.status_code, "请再验证一次" in answer.text) == (404, True)


def test_only_the_last_files_are_kept_and_not_too_much_of_them(site: Site) -> None:
    kept = JustJudged()
    pdf = site.copy(site.finished(), 2)
    judged = Judged("a.pdf", pdf, verify_file(site.world.office, pdf), site.world.clock.at)
    large = Judged("b.pdf", bytes(40 * 1024 * 1024), judged.verdict, judged.at)
    first = kept.keep(judged)
    second, third = kept.keep(large), kept.keep(large)
    assert (kept.find(first), kept.find(second), kept.find(third)) == (None, None, large)
    tokens = [kept.keep(judged) for _ in range(33)]
    assert (kept.find(tokens[0]), kept.find(tokens[-1])) == (None, judged)


def test_a_hostile_file_name_is_shown_and_not_run(site: Site) -> None:
    page = _verified(site, site.copy(site.finished(), 2), "<script>alert('印')</script>.pdf").text
    assert "&lt;script&gt;alert(&#39;印&#39;)" in page
    assert "<script>alert" not in page
    assert "<script" not in _report(site, page).text


def test_each_rounds_file_tells_the_values_of_its_own_round(site: Site) -> None:
    first = site.signed_by("li_wen")
    back = site.world.sign(first, "lin_guo", decision="return:prepare", opinion="改单价")
    again = site.world.sign(back, "li_wen", raw={**ALLOWANCE, "lines.1.new_price": "80.00"})
    assert _covered(site, first, 1)["折让明细 第1行 实收单价"] == "79.00"
    assert _covered(site, again, 1)["折让明细 第1行 实收单价"] == "80.00"


def test_the_command_lines_report_is_the_pages(site: Site, tmp_path: Path) -> None:
    letter, trust, out = tmp_path / "来函.pdf", tmp_path / "trust.pem", tmp_path / "报告.html"
    letter.write_bytes(foreign.signed(foreign.page(), amount="250.00"))
    trust.write_bytes(site.world.office.authority.trust_pem())
    site.world.clock.at = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)
    page = _report(site, _verified(site, letter.read_bytes(), letter.name).text).text
    assert main(["verify", str(letter), "--trust", str(trust), "--report", str(out)]) == 2
    assert _without_time(out.read_bytes().decode()) == _without_time(page)


def test_a_report_is_of_one_file(tmp_path: Path, site: Site) -> None:
    trust = tmp_path / "trust.pem"
    trust.write_bytes(site.world.office.authority.trust_pem())
    (tmp_path / "one.pdf").write_bytes(foreign.page())
    (tmp_path / "two.pdf").write_bytes(foreign.page())
    out = tmp_path / "out.html"
    assert main(["verify", str(tmp_path), "--trust", str(trust), "--report", str(out)]) == 2
    assert not out.exists()
