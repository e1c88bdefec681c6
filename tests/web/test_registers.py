"""The register, the month, the list of hindered receivables and the board, as people open them."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from forms_service.web.app import WebOptions, create_app
from tests.november import November, november
from tests.web.site import Site, open_site

REGISTER = "/register/complaints"


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> November:
    return november(tmp_path_factory.mktemp("november") / "office")


@pytest.fixture(scope="module")
def site(month: November, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    stream = (tmp_path_factory.mktemp("journal") / "journal.jsonl").open("w", encoding="utf-8")
    yield Site(month.world, create_app(month.world.office, WebOptions(rate_limits=False, journal=stream)), stream)
    stream.close()


def _page(site: Site, path: str, who: str = "zhao_min", **asked: str) -> str:
    answer = site.signed_in(who).get(f"{path}?{urlencode(asked)}" if asked else path)
    assert answer.status_code == 200, answer.text
    return answer.text


def _csv(site: Site, path: str, who: str = "zhao_min") -> list[dict[str, str]]:
    answer = site.signed_in(who).get(path)
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_the_register_shows_each_numbered_case_and_no_draft(site: Site) -> None:
    text = _page(site, REGISTER)
    assert "登记 4 件" in text
    assert [number in text for number in ("261101", "261102", "261103", "261104", "未编号")] == [True] * 4 + [False]


def test_a_row_tells_where_a_case_stands(site: Site) -> None:
    text = _page(site, REGISTER, q="kestrel")
    assert "找到 1 件" in text
    assert [words in text for words in ("质量管理部调查", "国外", "周浩", "全案 2026-12-14")] == [True] * 4


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"state": "finished"}, 2),
        ({"desk": "qa"}, 1),
        ({"month": "2026-11"}, 4),
        ({"closed": "2026-10"}, 0),
        ({"f.class_found": "human"}, 1),
        ({"f.liable_unit": "制造部", "state": "open"}, 1),
        ({"f.part_no": "pcb-2l"}, 1),
        ({"q": "吃锡不良"}, 4),
        ({"late": "1"}, 0),
    ],
)
def test_what_stands_in_the_address_narrows_the_list(site: Site, asked: dict[str, str], count: int) -> None:
    expected = f"找到 {count} 件" if count else "没有符合的案件"
    assert expected in _page(site, REGISTER, **asked)


def test_a_filter_is_asked_again_with_its_answer(site: Site) -> None:
    page = site.signed_in("zhao_min").page(f"{REGISTER}?{urlencode({'f.region': 'abroad', 'month': '2026-11'})}")
    form = page.form(REGISTER)
    assert (form.method, form.fields["f.region"], form.fields["month"]) == ("get", "abroad", "2026-11")
    assert page.unlabelled == []


def test_what_is_no_month_or_no_register_is_not_found(site: Site) -> None:
    visitor = site.signed_in("zhao_min")
    codes = [visitor.get(path).status_code for path in (f"{REGISTER}?month=2026-13", "/register/x", "/month/november")]
    assert codes == [404, 404, 404]


def test_the_times_of_the_steps_unfold(site: Site) -> None:
    folded, unfolded = _page(site, REGISTER, state="open"), _page(site, REGISTER, state="open", steps="1")
    assert "办理中" not in folded
    assert unfolded.count("办理中") == 2
    assert "（限 3 天）" in unfolded


def test_a_page_past_the_end_says_so_kindly(site: Site) -> None:
    assert "登记 4 件" in _page(site, REGISTER, page="9")
    assert "登记 4 件" in _page(site, REGISTER, page="x")


@pytest.mark.parametrize(("who", "count"), [("he_mei", 2), ("sun_yue", 4), ("zheng_tao", 0)])
def test_everybody_sees_their_own_rows(site: Site, who: str, count: int) -> None:
    expected = f"登记 {count} 件" if count else "还没有登记的案件"
    assert expected in _page(site, REGISTER, who)


def test_the_export_holds_what_the_filters_leave_with_every_steps_times(site: Site) -> None:
    rows = _csv(site, f"{REGISTER}.csv?state=finished")
    assert [row["编号"] for row in rows] == ["261102", "261101"]
    assert (rows[1]["核决金额(未税)"], rows[1]["交货地区"], rows[1]["逾期"]) == ("9000", "国内", "0")
    with site.world.office.database.read() as tx:
        document = tx.documents.numbered("customer-complaint", "261101")
    signed = document.signed("qa")
    assert signed is not None
    assert rows[1]["质量管理部调查 发"] == f"{site.world.office.local(signed.signed_at):%Y-%m-%d %H:%M}"
    assert rows[1]["质量管理部调查 逾期天数"] == "0"


def test_nothing_exported_is_a_formula(site: Site, month: November) -> None:
    with site.world.office.database.write() as tx:
        before = tx.facts.of([month.asked.id])[month.asked.id]
        tx.facts.put(month.asked.id, {**before, "part_no": '=HYPERLINK("x")', "content": "＋1"})
    try:
        row = next(row for row in _csv(site, f"{REGISTER}.csv") if row["编号"] == "261103")
        assert (row["料号"], row["抱怨内容"]) == ('\'=HYPERLINK("x")', "'＋1")
    finally:
        with site.world.office.database.write() as tx:
            tx.facts.put(month.asked.id, before)


def test_a_months_figures_lead_to_the_cases_they_count(site: Site) -> None:
    page = site.signed_in("zhao_min").page("/month/2026-11")
    assert "结案 2 件" in page.text
    links = [found["href"] for tag, found in page.tags if tag == "a" and found["href"].startswith(REGISTER)]
    human = next(link for link in links if "class_found=human" in link and "customer" not in link)
    assert "找到 1 件" in site.signed_in("zhao_min").get(human).text
    assert any(link == f"{REGISTER}?month=2026-11" for link in links)


def test_a_month_is_told_in_five_figures(site: Site) -> None:
    text = site.signed_in("zhao_min").page("/month/2026-11").text
    assert [words in text for words in ("4 件", "2 件", "0 件", "0.0 天", "14,200.00")] == [True] * 5


def test_an_empty_month_says_so(site: Site) -> None:
    assert "没有结案的案件" in _page(site, "/month/2026-10")


def test_a_month_is_nobody_elses_before_it_is_signed(site: Site) -> None:
    answers = {who: site.signed_in(who).get("/month/2026-11").status_code for who in ("zhao_min", "xu_jing", "li_wen")}
    assert answers == {"zhao_min": 200, "xu_jing": 200, "li_wen": 403}


@pytest.mark.regulation("13(2)③a", "13(2)③b")
def test_only_the_parts_of_hindering_cases_are_listed(site: Site) -> None:
    text = _page(site, "/collection/2026-11", "he_mei")
    assert [words in text for words in ("李文静：扣除", "PCB-6L-0412", "86,000.00", "PCB-4L-0086")] == [True] * 3 + [
        False
    ]
    assert _csv(site, "/collection/2026-11.csv", "he_mei") == [
        {
            "业务员": "李文静",
            "客诉编号": "261102",
            "客户": "华信通讯设备股份有限公司",
            "料号": "PCB-6L-0412",
            "应收金额": "86000",
        }
    ]


def test_the_rate_leaves_out_what_is_listed(site: Site) -> None:
    asked = {"receivable.li_wen": "186,000", "collected.li_wen": "80000"}
    assert "回收率 80%" in site.signed_in("he_mei").page(f"/collection/2026-11?{urlencode(asked)}").text


@pytest.mark.parametrize(
    ("receivable", "collected", "said"),
    [("86000", "0", "没有超过要扣除的"), ("", "80000", "都要填金额"), ("很多", "1", "都要填金额")],
)
def test_a_rate_that_cannot_be_is_explained(site: Site, receivable: str, collected: str, said: str) -> None:
    asked = {"receivable.li_wen": receivable, "collected.li_wen": collected}
    assert said in _page(site, "/collection/2026-11", "he_mei", **asked)


def test_a_month_outside_the_cases_time_lists_nothing(site: Site) -> None:
    assert "没有要扣除的" in _page(site, "/collection/2026-10", "he_mei")
    assert "没有要扣除的" in _page(site, "/collection/2026-12", "he_mei")


@pytest.mark.parametrize("path", ["/collection/2026-11", "/collection/2026-11.csv"])
def test_the_list_is_accountings_and_the_general_managers_offices(site: Site, path: str) -> None:
    answers = {who: site.signed_in(who).get(path).status_code for who in ("he_mei", "zhao_min", "li_wen", "peng_li")}
    assert answers == {"he_mei": 200, "zhao_min": 200, "li_wen": 403, "peng_li": 403}


def test_the_board_is_empty_until_something_is_published(site: Site) -> None:
    assert "没有公布的行政处分" in _page(site, "/board", "li_wen")


@pytest.mark.parametrize("path", [REGISTER, f"{REGISTER}?steps=1", "/month/2026-11", "/collection/2026-11", "/board"])
def test_a_page_keeps_the_houses_rules(site: Site, path: str) -> None:
    page = site.signed_in("zhao_min").page(path)
    assert (page.headings, "华成" in page.title, page.unlabelled) == (1, True, [])
    assert sorted(page.ids) == sorted(set(page.ids))
    assert not any(name == "style" or name.startswith("on") for _, found in page.tags for name in found)


def test_where_a_person_goes_on_from(site: Site) -> None:
    visitor = site.signed_in("zhao_min")
    ways = {path: visitor.get(path).headers["Location"] for path in ("/register", "/month", "/collection")}
    assert ways == {"/register": REGISTER, "/month": "/month/2026-11", "/collection": "/collection/2026-11"}


def test_the_register_of_a_folder_without_forms_waits(tmp_path: Path) -> None:

    bare = open_site(tmp_path)
    assert "还没有生效" in bare.signed_in("zhao_min").get(REGISTER).text
    bare.close()
