"""Every page: a title, one h1, labels, a token in each form that changes something, and nothing inline."""

import re
from collections.abc import Callable

import pytest

from forms_service.workflow.bringing_into_force import waiting
from tests.web.markup import Markup
from tests.web.site import STAFF, Site

Look = Callable[[Site], Markup]


def _staff(who: str, path: str) -> Look:
    return lambda site: site.signed_in(who).page(path)


def _document(who: str, part: str, *signed: str) -> Look:
    return lambda site: site.signed_in(who).page(f"/documents/{site.signed_by(*signed).id}{part}")


def _customer(part: str) -> Look:
    def look(site: Site) -> Markup:
        _, token, customer = site.granted()
        return customer.page(f"/c/{token}{part}")

    return look


def _done(site: Site) -> Markup:
    _, token, customer = site.granted()
    customer.send(f"/c/{token}/sign", f"/c/{token}/sign", {"answer": "accept", "agree": "y", "consent": "y"})
    return customer.page(f"/c/{token}/done")


def _proposal(site: Site) -> Markup:
    site.world.change("policies/tax.yaml", "tax_rate: 5%", "tax_rate: 6%")
    return site.signed_in("wang_jian").page(f"/configuration/{waiting(site.world.office)[0].sha256}")


def _chasing(site: Site) -> Markup:
    site.signed_by("li_wen")
    return site.signed_in("xu_jing").page("/chasing")


PAGES: dict[str, Look] = {
    "sign-in": lambda site: site.visitor().page("/login"),
    "inbox": _staff("li_wen", "/"),
    "done": _staff("li_wen", "/?tab=done"),
    "mine": _staff("li_wen", "/?tab=mine&q=A26"),
    "new": _staff("li_wen", "/new"),
    "nothing to open": _staff("he_mei", "/new"),
    "told": _staff("li_wen", "/?tab=told"),
    "delegations": _staff("li_wen", "/delegations"),
    "delegations of an overseer": _staff("zhao_min", "/delegations"),
    "key": _staff("li_wen", "/key"),
    "a person's certificates": _staff("zhao_min", "/configuration/people/li_wen"),
    "fill": _document("li_wen", "/step"),
    "decide": _document("wang_jian", "/step", "li_wen", "lin_guo"),
    "document": _document("li_wen", "", "li_wen"),
    "signing elsewhere": _document("lin_guo", "/outside", "li_wen"),
    "finished": lambda site: site.signed_in("li_wen").page(f"/documents/{site.finished().id}"),
    "chasing": _chasing,
    "archive": _staff("he_mei", "/archive/accounting"),
    "empty archive": _staff("zhao_min", "/archive/qa"),
    "accounting": _staff("he_mei", "/accounting"),
    "posting": lambda site: site.signed_in("he_mei").page(f"/accounting/{site.finished().id}"),
    "configuration": _staff("wang_jian", "/configuration"),
    "proposal": _proposal,
    "verify": lambda site: site.visitor().page("/verify"),
    "status": lambda site: site.visitor().page(f"/d/{site.signed_by(*STAFF).id}"),
    "customer": lambda site: site.visitor().page(f"/c/{site.invited()[1]}"),
    "customer's code": _customer("/code"),
    "customer's answer": _customer("/sign"),
    "customer's thanks": _done,
    "not found": _staff("li_wen", "/nothing"),
}


@pytest.fixture(params=PAGES, scope="module")
def page(request: pytest.FixtureRequest, still: Site) -> Markup:
    return PAGES[request.param](still)


def test_a_page_has_a_title_and_one_h1(page: Markup) -> None:
    assert "华成" in page.title
    assert page.headings == 1


def test_a_page_is_no_fault(page: Markup) -> None:
    assert "出了差错" not in page.text


def test_a_page_has_its_landmarks_and_language(page: Markup) -> None:
    tags = [tag for tag, _ in page.tags]
    assert [tags.count(name) for name in ("main", "header", "footer")] == [1, 1, 1]
    assert dict(page.tags)["html"]["lang"] == "zh-Hans"


def test_every_question_has_a_label(page: Markup) -> None:
    assert page.unlabelled == []


def test_every_form_that_changes_something_carries_a_token(page: Markup) -> None:
    assert all(form.fields.get("csrf_token") for form in page.forms if form.method == "post")


def test_no_id_stands_twice(page: Markup) -> None:
    assert sorted(page.ids) == sorted(set(page.ids))


def test_nothing_is_inline_or_from_elsewhere(page: Markup) -> None:
    attributes = [(name, value) for _, found in page.tags for name, value in found.items()]
    assert not any(name == "style" or name.startswith("on") for name, _ in attributes)
    assert not any(tag == "style" or (tag == "script" and "src" not in found) for tag, found in page.tags)
    assert not any(re.match(r"(https?:)?//", value) for name, value in attributes if name in ("src", "href"))


def test_what_describes_a_question_exists(page: Markup) -> None:
    named = {part for _, found in page.tags for part in found.get("aria-describedby", "").split()}
    assert named <= set(page.ids)


def test_pictures_have_words(page: Markup) -> None:
    assert all(found.get("alt") for tag, found in page.tags if tag == "img")


def test_a_first_page_is_light_without_its_picture(still: Site) -> None:
    visitor = still.signed_in("li_wen")
    sizes = []
    for path in (f"/documents/{still.signed_by().id}/step", "/static/style.css", "/static/app.js"):
        with visitor.get(path) as answer:
            sizes.append(len(answer.data))
    assert sum(sizes) < 100_000
