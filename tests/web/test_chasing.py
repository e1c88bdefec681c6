"""The chasing page: for the overseers only, late first, each department's days, one click to the slip."""

import datetime as dt

import pytest

from forms_service.store.documents import Search
from forms_service.web.words import due
from forms_service.workflow.chasing import chase_pending
from tests.errand import ERRAND, SLIP, open_errand, send_errand
from tests.web.markup import Markup
from tests.web.site import Site


@pytest.fixture
def chased(site: Site) -> Site:
    """A site on which one errand is two days late at 质量管理部 and another is in time at 业务部."""
    world = site.world
    world.publish(SLIP, "reminder_slip.yaml")
    world.publish(ERRAND.encode(), "errand.yaml")
    send_errand(world)
    world.clock.pass_(days=5)  # Sunday: the slip is drawn up on Monday
    open_errand(world)
    return site


def _rows(page: Markup) -> list[str]:
    """Return the text of each row of the grid, blanks joined."""
    body = page.text.split("催办\n")[-1] if "催办\n" in page.text else page.text
    return [line for line in (" ".join(part.split()) for part in body.split("E26")) if line]


def test_the_late_come_first_and_the_headline_counts_them(chased: Site) -> None:
    page = chased.signed_in("zhao_min").page("/chasing")
    assert "1 件逾期" in page.title
    text = page.text
    assert text.index("E2611001") < text.index("E2611002")


@pytest.mark.regulation("7(3)①b")
def test_a_department_shows_the_days_that_it_used_and_was_allowed(chased: Site) -> None:
    text = " ".join(chased.signed_in("zhao_min").page("/chasing").text.split())
    assert "5 / 3 在办" in text
    assert "逾期 2 天" in text


@pytest.mark.regulation("7(3)①c")
def test_one_click_draws_up_the_slip_and_the_next_one_opens_it(chased: Site) -> None:
    visitor = chased.signed_in("zhao_min")
    (form,) = [form for form in visitor.page("/chasing").forms if form.action.endswith("/slip")]
    answer = visitor.send("/chasing", form.action)
    assert answer.status_code == 303
    page = visitor.page("/chasing")
    assert "打开催办单 U261101" in page.text
    assert not [form for form in page.forms if form.action.endswith("/slip")]
    assert visitor.get(answer.headers["Location"]).status_code == 200


def test_the_slip_that_the_worker_drew_up_is_opened(chased: Site) -> None:
    chased.world.clock.pass_(days=1)
    chase_pending(chased.world.office)
    assert "打开催办单 U261101" in chased.signed_in("zhao_min").page("/chasing").text
    with chased.world.office.database.read() as tx:
        assert tx.documents.count(Search(form="reminder-slip")) == 1


def test_a_chased_document_shows_when_its_case_is_due(chased: Site) -> None:
    visitor = chased.signed_in("zhao_min")
    assert "全案 2026-12-09 周三" in visitor.page("/chasing").text
    with chased.world.office.database.read() as tx:
        document = tx.documents.numbered("errand", "E2611001")
    assert "2026-12-09 周三" in visitor.page(f"/documents/{document.id}").text


@pytest.mark.regulation("6c")
def test_only_overseers_reach_it_and_find_it_in_the_navigation(chased: Site) -> None:
    answers = {who: chased.signed_in(who).get("/chasing").status_code for who in ("zhao_min", "xu_jing", "li_wen")}
    assert answers == {"zhao_min": 200, "xu_jing": 200, "li_wen": 403}
    offered = {who: 'href="/chasing"' in chased.signed_in(who).get("/").text for who in ("zhao_min", "li_wen")}
    assert offered == {"zhao_min": True, "li_wen": False}


def test_nothing_to_chase_is_said(site: Site) -> None:
    page = site.signed_in("zhao_min").page("/chasing")
    assert "没有在办的限期单据" in page.title
    assert "没有要催的" in page.text


def _local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2026-{text}+08:00")


def test_a_due_noon_is_written_with_its_hour_and_late_after_it() -> None:
    opened, by = _local("11-24 09:00:00"), _local("11-25 11:59:59")
    before, after = due(opened, by, _local("11-25 09:00:00")), due(opened, by, _local("11-25 13:00:00"))
    assert before is not None
    assert after is not None
    assert (before.words, before.day) == ("今天到期", "2026-11-25 周三 12:00")
    assert after.words == "已逾期 1 天"


def test_a_due_day_is_written_without_an_hour() -> None:
    found = due(_local("11-24 09:00:00"), _local("11-25 23:59:59"), _local("11-24 10:00:00"))
    assert found is not None
    assert (found.words, found.day) == ("还剩 1 天", "2026-11-25 周三")
