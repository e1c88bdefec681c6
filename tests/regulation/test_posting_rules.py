"""§13(2): accounting holds what came back against what was decided, and books what came back, from verified copies."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from forms_service.accounting.companions import side_by_side
from forms_service.accounting.vouchers import Voucher
from forms_service.domain.errors import NotFound, NotYours, ProblemsFound
from forms_service.store.blobs import BlobDamaged
from forms_service.web.app import WebOptions, create_app
from forms_service.workflow.companions import await_companions
from forms_service.workflow.distributing import _distribute
from forms_service.workflow.opening import open_document
from forms_service.workflow.posting import look_at, post
from tests.cases import child, customer_accepts, go_on, settle, sign_step
from tests.regulation.office import CLOSED, Moment
from tests.web.site import Site

TOLD = {"instruction_no": "总经理室 1204 请示", "difference_note": "实际点收之数"}
ORIGINAL = {"proof": "invoice", "buyer_stamped": "yes", "proof_scan": f"发票.png SHA-256 {'0' * 64}"}
FIRMS, ORDERS = "", "2%"

Receive = Callable[..., Moment]


@pytest.fixture(scope="module")
def inspected(way: Mapping[str, Moment], tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Moment]:
    """The return before the warehouse, 100 approved: with the firm's ratio, and with the one noted at ordering."""
    return {ratio: _inspected(way[CLOSED], tmp_path_factory.mktemp("goods") / "o", ratio) for ratio in (FIRMS, ORDERS)}


def _inspected(closed: Moment, folder: Path, ratio: str) -> Moment:
    world = closed.taken(folder).world
    return Moment(world, go_on(world, child(world, closed.case, "goods-return"), "warehouse", order_ratio=ratio))


@pytest.fixture
def receive(inspected: Mapping[str, Moment], tmp_path: Path) -> Receive:
    """Let so much come back, take the stamped invoice for it, and let its copies be sealed."""
    return lambda qty, ratio=FIRMS, **typed: _received(inspected[ratio].taken(tmp_path / "office"), qty, **typed)


@pytest.fixture(scope="module")
def counted(inspected: Mapping[str, Moment], tmp_path_factory: pytest.TempPathFactory) -> Moment:
    """The return of 105 where 100 were approved, as accounting finds it. Tests that book it take a copy."""
    return _received(inspected[FIRMS].taken(tmp_path_factory.mktemp("counted") / "office"), "105")


def _received(moment: Moment, qty: str, **typed: str) -> Moment:
    told = {**ORIGINAL, **(TOLD if qty != "100" else {}), **typed}
    goods = go_on(moment.world, moment.case, received_qty=qty, **told)
    settle(moment.world)
    return Moment(moment.world, goods)


def _post(moment: Moment, by: str = "he_mei") -> Voucher:
    return post(moment.world.office, moment.world.person(by), moment.case.id)


def _errors(moment: Moment) -> list[str]:
    with pytest.raises(ProblemsFound) as refused:
        _post(moment)
    return [problem.code for problem in refused.value.problems]


@pytest.mark.regulation("13(2)①b", "13(2)①d", "13(2)b")
def test_five_in_a_hundred_more_are_booked_as_received_and_once(counted: Moment, tmp_path: Path) -> None:
    goods = counted.taken(tmp_path / "office")
    assert goods.reading.values["ratio_from"] == "依公司规定"
    voucher = _post(goods)
    assert voucher.evidence.qty == Decimal(105)
    (revenue,) = (line.debit for line in voucher.lines if line.account_code == "4170")
    assert revenue == Decimal("9082.50")
    assert sum(line.debit for line in voucher.lines) == sum(line.credit for line in voucher.lines)
    assert _errors(goods) == ["already_posted"]


@pytest.mark.regulation("13(2)①a")
def test_a_single_piece_of_a_hundred_is_booked_as_received(receive: Receive) -> None:
    evidence = _post(receive("1")).evidence
    assert (evidence.qty, evidence.net) == (Decimal(1), Decimal("86.50"))


@pytest.mark.regulation("13(2)①b")
def test_one_thousandth_beyond_the_ratio_waits_for_a_memorial_on_just_that(receive: Receive) -> None:
    goods = receive("105.001")
    world = goods.world
    assert _errors(goods) == ["companion_missing"]
    _write_memorial(goods, "objection")
    assert _errors(goods) == ["rule_broken"]
    undecided = open_document(world.office, world.person("zhao_min"), "memorial", parent=goods.case.id)
    undecided = go_on(world, undecided, "gm", kind="over_tolerance")
    assert _errors(goods) == ["rule_broken"]
    go_on(world, undecided)
    settle(world)
    assert _post(goods).evidence.qty == Decimal("105.001")


def _write_memorial(goods: Moment, kind: str) -> None:
    world = goods.world
    go_on(world, open_document(world.office, world.person("zhao_min"), "memorial", parent=goods.case.id), kind=kind)
    settle(world)


@pytest.mark.regulation("13(2)①c")
def test_the_ratio_noted_at_ordering_goes_before_the_firms(receive: Receive) -> None:
    goods = receive("102.001", ORDERS)
    assert goods.reading.values["ratio_from"] == "客户订制时注明"
    assert "companion_missing" in _errors(goods)


@pytest.mark.regulation("13(2)a", "9(7)e")
def test_accounting_sees_approved_and_returned_side_by_side_as_the_copies_say(counted: Moment) -> None:
    found = look_at(counted.world.office, counted.case.id)
    (complaint,) = found.request.companions
    assert (complaint.number, complaint.verdict) == (counted.reading.values["complaint_no"], "accepted")
    figures = dict(side_by_side(found.request.spec, found.request.values, found.request.companions))
    assert dict(figures["数量"]) == {"核定": Decimal(100), "实退": Decimal(105), "证明": "", "影本": ""}


def test_the_queue_shows_what_is_credited_to_the_customer_not_what_the_goods_cost(counted: Moment) -> None:
    assert counted.case.amount == "9,536.63"


@pytest.mark.regulation("13(2)①b")
def test_two_returns_of_a_case_are_not_booked_beyond_what_was_approved(counted: Moment, tmp_path: Path) -> None:
    first = counted.taken(tmp_path / "office")
    world = first.world
    _post(first)
    second = open_document(world.office, world.person("li_wen"), "goods-return", parent=str(first.case.parent))
    assert _errors(_received(Moment(world, second), "100")) == ["case_overdrawn"]


@pytest.mark.regulation("13(2)a", "9(7)e")
def test_nothing_is_booked_on_a_fourth_copy_that_was_changed(counted: Moment, tmp_path: Path) -> None:
    goods = counted.taken(tmp_path / "office")
    office = goods.world.office
    with office.database.read() as tx:
        (copy,) = (c for c in tx.copies.of(str(goods.case.parent)) if c.department == "accounting")
    (path,) = (p for p in office.blobs.folder.rglob("*") if p.is_file() and copy.sha256.endswith(p.name[-32:]))
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(BlobDamaged):
        _post(goods)
    with office.database.read() as tx:
        assert tx.vouchers.of(goods.case.id) is None


@pytest.mark.regulation("9(7)e")
def test_without_the_fourth_copy_nothing_is_booked(at: Callable[[str], Moment]) -> None:
    moment = at("decide")
    world = moment.world
    case = sign_step(world, moment.case)
    goods = go_on(
        world, open_document(world.office, world.person("li_wen"), "goods-return", parent=case.id), **ORIGINAL
    )
    _distribute(world.office, goods)
    assert "companion_without_copy" in _errors(Moment(world, goods))
    settle(world)
    assert _post(Moment(world, goods)).number


@pytest.mark.regulation("13(2)b")
def test_only_accounting_books_and_only_what_has_its_copy(counted: Moment, inspected: Mapping[str, Moment]) -> None:
    with pytest.raises(NotYours):
        _post(counted, by="li_wen")
    with pytest.raises(NotFound, match="还没有会计联"):
        _post(inspected[FIRMS])


@pytest.mark.regulation("13(2)④d", "13(2)④e")
def test_a_return_without_its_certificate_waits_in_the_queue(receive: Receive) -> None:
    goods = receive("100", proof="certificate", buyer_stamped="", proof_scan="")
    world, reading = goods.world, goods.reading
    paper = child(world, goods.case, "return-certificate")
    waits = await_companions(world.office, goods.case, reading.spec, reading.values)
    assert waits == (f"《销货退回证明单》{paper.number} 尚未签完",)
    assert "companion_unfinished" in _errors(goods)
    customer_accepts(world, go_on(world, paper))
    assert "companion_without_copy" in _errors(goods)
    settle(world)
    assert await_companions(world.office, goods.case, reading.spec, reading.values) == ()
    assert _post(goods).evidence.qty == Decimal(100)


@pytest.mark.regulation("11")
def test_limits_that_nobody_confirmed_decide_but_book_nothing_outside_the_demo(counted: Moment, tmp_path: Path) -> None:
    goods = counted.taken(tmp_path / "office")
    goods.world.amend("firm.yaml", "demo: yes", "demo: no")
    assert _errors(goods) == ["limits_unconfirmed"]
    goods.world.amend("policies/complaint_authority.yaml", "confirmed: no", "confirmed: yes")
    assert _post(goods).number


@pytest.mark.regulation("13(2)a")
def test_the_accountants_page_says_what_goes_together_and_where_the_figures_differ(
    counted: Moment, tmp_path: Path
) -> None:
    world = counted.taken(tmp_path / "office").world
    with (tmp_path / "journal.jsonl").open("w", encoding="utf-8") as stream:
        site = Site(world, create_app(world.office, WebOptions(rate_limits=False, journal=stream)), stream)
        text = site.signed_in("he_mei").page(f"/accounting/{counted.case.id}").text
    said = "".join(text.split())
    assert "《客户抱怨处理表》261101可以采信" in said
    assert "核定实退证明影本100105不同——" in said
    assert "退货单证明影本9,082.50——" in said


@pytest.mark.regulation("11")
def test_the_accountants_page_opens_with_why_a_sound_document_may_not_be_posted(
    counted: Moment, tmp_path: Path
) -> None:
    world = counted.taken(tmp_path / "office").world
    world.amend("firm.yaml", "demo: yes", "demo: no")
    with (tmp_path / "journal.jsonl").open("w", encoding="utf-8") as stream:
        site = Site(world, create_app(world.office, WebOptions(rate_limits=False, journal=stream)), stream)
        page = site.signed_in("he_mei").page(f"/accounting/{counted.case.id}")
    said = "".join(page.text.split())
    assert "不能入账「客户投诉金额核决权限」" in said
    assert said.index("不能入账") < said.index("会计联真实完整，可以采信")
    assert "verdictreview" in "".join(a.get("class", "") for _, a in page.tags).replace(" ", "")
    assert not any(form.action.endswith("/post") for form in page.forms)
