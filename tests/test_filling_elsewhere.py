"""A step filled in the programs that people have: nothing is lost, nothing is taken unseen, or it is said in words."""

import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from forms_service.domain.cells import cell_key
from forms_service.domain.document import Document
from forms_service.domain.spec import FormSpec
from forms_service.domain.widgets import Widget, widgets
from forms_service.workflow.auditing import verify_file
from forms_service.workflow.bringing import Brought
from forms_service.workflow.opening import open_document
from tests.allowance import ALLOWANCE
from tests.browsing import chromium
from tests.elsewhere import fill_with_mutool, fill_with_pdfium, own_key, sign_with_pdfsig
from tests.filling import Filling, fill_with_chromium, fill_with_poppler, fill_with_pypdf
from tests.firefox import Firefox, firefox
from tests.handing_out import BOX, given_out, prepared, signed_events, taken_in, turned_away
from tests.world import World, allowance_spec, copy_of, make_world

Fill = Callable[[str, bytes, Filling], bytes]

OFFLINE: Mapping[str, str] = {
    **ALLOWANCE,
    "reason": "客户反映板面沉金色差、部分焊盘氧化（犇玥），技術部確認屬實；\n按实收单价结算 100%，不退货。",
}
SURVEY = """\
form: survey
version: 1
title: 抽检表
source: 测试办法 §1
number: "S{yy}{mm}{seq:3}"
rounding: half_up
visible_to_customer: never
fields:
  lines:
    label: 明细
    type: table
    rows: 1..2
    columns:
      item: {label: 品名, type: text, required: yes}
      result: {label: 结果, type: choice, required: yes, options: {good: 合格, bad: 不合格}}
      again: {label: 复检, type: yesno, required: yes}
steps:
  - {id: prepare, name: 抽检, who: dept sales, fills: [lines], sign: 经办}
copies:
  - {no: 1, to: dept qa, name: 第一联 质量管理部存, colour: white}
archive: {retain: business_record, index: [no]}
layout:
  paper: A4 portrait
  columns: 12
  rows:
    - no 6 | opened_on 6
    - lines 12: item 6 | result 3 | again 3
    - sign.prepare 12 x4
"""
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def fox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    with firefox(tmp_path_factory.mktemp("firefox")) as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as launched:
        yield launched


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("model") / "office")


@pytest.fixture
def world(model: World, tmp_path: Path) -> World:
    return copy_of(model, tmp_path / "office")


@pytest.fixture
def fill(request: pytest.FixtureRequest, tmp_path: Path) -> Fill:
    """Fill a file in the program with a name."""

    def in_program(program: str, pdf: bytes, values: Filling) -> bytes:
        if program == "firefox":
            fox: Firefox = request.getfixturevalue("fox")
            return fox.fill(on_disk(tmp_path, pdf), values)
        if program == "chromium":
            return fill_with_chromium(request.getfixturevalue("browser"), on_disk(tmp_path, pdf), values)
        if program == "poppler":
            return fill_with_poppler(tmp_path, pdf, values)
        return fill_with_pypdf(pdf, values, incremental=program == "pypdf behind")

    return in_program


def on_disk(folder: Path, pdf: bytes) -> Path:
    file = folder / "before.pdf"
    file.write_bytes(pdf)
    return file


def opened(world: World, form: str = "sales-allowance") -> tuple[Document, bytes]:
    document = open_document(world.office, world.person("li_wen"), form)
    return document, world.office.blobs.get(document.head)


def brought(world: World, pdf: bytes, person_id: str = "li_wen") -> Brought:
    found = taken_in(world, pdf, person_id).brought
    assert found is not None
    return found


def typed(spec: FormSpec, raw: Mapping[str, str]) -> Filling:
    """Say what to type into which field for a page's answers."""
    return {widget.name: value for widget in widgets(spec) if (value := _answer(widget, raw)) not in {"", False}}


def _answer(widget: Widget, raw: Mapping[str, str]) -> str | bool:
    if widget.option is not None:
        return raw.get(widget.of) == widget.option
    key = widget.of if widget.row is None else cell_key(widget.of, widget.row, str(widget.column))
    return raw.get(key, "")


# Nothing is lost.


@pytest.mark.parametrize("program", ["firefox", "chromium", "poppler", "pypdf behind", "pypdf anew"])
def test_all_that_was_filled_in_a_program_is_carried_over_and_signed_here(
    world: World, fill: Fill, program: str
) -> None:
    document, pdf = opened(world)
    found = brought(world, fill(program, pdf, typed(allowance_spec(), OFFLINE)))
    assert (found.raw, found.ignored, found.signed) == (OFFLINE, (), False)
    assert {difference.label for difference in found.differences} >= {"客户名称", "折让明细 第2行 品名规格", "折让原因"}
    assert world.sign(document, "li_wen", raw=found.raw).step == "deputy_gm"


@pytest.mark.parametrize("program", ["firefox", "chromium", "poppler"])
def test_an_opinion_typed_behind_a_signature_is_carried_over(world: World, fill: Fill, program: str) -> None:
    document = prepared(world)
    values = {"opinion_02_deputy_gm": "依规定办理，金额无误。"}
    found = brought(world, fill(program, world.office.blobs.get(document.head), values), "lin_guo")
    assert (found.opinion, found.raw, found.ignored) == ("依规定办理，金额无误。", {}, ())


@pytest.mark.parametrize(
    ("program", "keeps_ours", "broken"),
    [("firefox", True, {1, 3, 8, 9}), ("poppler", True, {1, 3, 8, 9}), ("pypdf behind", True, {1, 3, 5, 8, 9, 10}),
     ("chromium", False, {1, 2, 4, 9, 12}), ("pypdf anew", False, {1, 2, 4, 5, 9, 12})],
)  # fmt: skip
def test_what_a_program_makes_of_our_bytes_is_known_and_never_accepted(
    world: World, fill: Fill, program: str, keeps_ours: bool, broken: set[int]
) -> None:
    _, pdf = opened(world)
    file = fill(program, pdf, {"reason": "板面色差"})
    verdict = verify_file(world.office, file)
    assert file.startswith(pdf) is keeps_ours
    assert verdict.verdict == "refused"
    assert {check.no for check in verdict.checks if check.result == "fail"} == broken


def test_what_the_file_does_not_change_says_nothing(world: World, fill: Fill) -> None:
    _, pdf = opened(world)
    found = brought(world, fill("poppler", pdf, {"reason": "板面色差"}))
    assert found.raw == {"reason": "板面色差"}


def test_what_was_prepared_here_and_filled_further_elsewhere_is_none_of_what_others_fill(
    world: World, fill: Fill
) -> None:
    changed = fill("poppler", given_out(world, prepared(world)), {"opinion_02_deputy_gm": "改为照准"})
    found = brought(world, changed, "lin_guo")
    assert (found.opinion, found.ignored) == ("改为照准", ())


def test_what_pdfium_filled_and_rewrote_is_read_as_data(world: World) -> None:
    document, pdf = opened(world)
    found = brought(world, fill_with_pdfium(pdf, "reason", "客户反映 PCB 板面色差"))
    assert (found.step, found.raw, found.ignored) == ("prepare", {"reason": "客户反映 PCB 板面色差"}, ())
    assert [(d.now, d.brought) for d in found.differences] == [("", "客户反映 PCB 板面色差")]
    assert signed_events(world, document) == []


def test_what_mupdf_filled_and_saved_behind_our_bytes_is_read_as_data(world: World, tmp_path: Path) -> None:
    _, pdf = opened(world)
    found = brought(world, fill_with_mutool(tmp_path, pdf, "折让原因", "板面色差"))
    assert found.raw == {"reason": "板面色差"}


def test_only_the_steps_own_cells_are_read_and_the_rest_is_said(world: World) -> None:
    base = world.office.blobs.get(prepared(world).head)
    file = fill_with_pdfium(fill_with_pdfium(base, "opinion_02_deputy_gm", "同意"), "reason", "全数赔偿")
    found = brought(world, file, "lin_guo")
    assert (found.opinion, found.raw, found.ignored) == ("同意", {}, ("折让原因",))


def test_what_a_stranger_filled_is_not_read(world: World) -> None:
    base = world.office.blobs.get(prepared(world).head)
    assert turned_away(world, fill_with_pdfium(base, "opinion_02_deputy_gm", "同意"), "li_wen").reason == "no_step"


# Nothing is taken unseen.


def test_two_ticks_of_one_choice_are_told_and_neither_is_taken(world: World, fill: Fill) -> None:
    _, pdf = opened(world)
    both: Filling = {"evidence_01_e_consent": True, "evidence_02_signed_form": True, "reason": "板面色差"}
    found = brought(world, fill("poppler", pdf, both))
    assert found.raw == {"reason": "板面色差"}
    (told,) = (difference for difference in found.differences if difference.left_out)
    assert (told.label, told.brought) == ("折让证明取得方式", "电子签章同意、本单签章签回")
    assert told.left_out == "勾了 2 格，只能选一格"


@pytest.mark.parametrize("program", ["firefox", "poppler"])
def test_an_option_chosen_in_a_table_is_carried_over(world: World, fill: Fill, program: str) -> None:
    world.publish(SURVEY.encode(), "survey.yaml")
    _, pdf = opened(world, "survey")
    chosen = {"lines_01_item": "四层板", "lines_01_result": "不合格", "lines_01_again": "是"}
    found = brought(world, fill(program, pdf, chosen))
    assert found.raw == {"lines.1.item": "四层板", "lines.1.result": "bad", "lines.1.again": "yes"}
    assert [difference.brought for difference in found.differences] == ["四层板", "不合格", "是"]


def test_an_options_words_count_as_the_option_and_others_are_told(world: World) -> None:
    world.publish(SURVEY.encode(), "survey.yaml")
    _, pdf = opened(world, "survey")
    written = fill_with_pypdf(pdf, {"lines_01_result": "合格", "lines_02_result": "尚可"}, incremental=True)
    found = brought(world, written)
    assert found.raw == {"lines.1.result": "good"}
    assert [d.left_out for d in found.differences] == ["", "不是这一栏的选项，可选的是：合格、不合格"]


def test_a_signature_on_what_was_not_prepared_is_told_with_the_values(world: World, fill: Fill, tmp_path: Path) -> None:
    document = prepared(world)
    file = fill("poppler", world.office.blobs.get(document.head), {"opinion_02_deputy_gm": "同意"})
    found = brought(world, sign_with_pdfsig(tmp_path, file, BOX, own_key()), "lin_guo")
    assert (found.opinion, found.signed) == ("同意", True)


# What is turned away, and in which words.


def test_a_name_written_on_the_page_is_no_signature(world: World, fox: Firefox, tmp_path: Path) -> None:
    document = prepared(world)
    stop = turned_away(world, fox.write_on(on_disk(tmp_path, given_out(world, document)), "Lin Guodong"))
    assert (stop.reason, "画上去的" in str(stop)) == ("unsigned", True)


def test_a_viewer_that_saves_behind_a_signature_alters_what_was_signed(
    world: World, fox: Firefox, tmp_path: Path
) -> None:
    signed = sign_with_pdfsig(tmp_path, given_out(world, prepared(world)), BOX, own_key())
    stop = turned_away(world, fox.fill(on_disk(tmp_path, signed), {"opinion_02_deputy_gm": "改了"}))
    assert (stop.reason, "另外存过" in str(stop)) == ("altered", True)


def test_a_file_filled_here_changed_elsewhere_and_then_signed_is_turned_away(
    world: World, fill: Fill, tmp_path: Path
) -> None:
    changed = fill("poppler", given_out(world, prepared(world)), {"opinion_02_deputy_gm": "全数赔偿"})
    assert turned_away(world, sign_with_pdfsig(tmp_path, changed, BOX, own_key())).reason == "altered"


def test_a_file_filled_in_others_cells_alone_is_turned_away_by_their_names(world: World, fill: Fill) -> None:
    document = prepared(world)
    stop = turned_away(world, fill("poppler", world.office.blobs.get(document.head), {"opinion_03_gm": "同意"}))
    assert (stop.reason, "总经理核签 意见" in str(stop)) == ("only_others", True)


@pytest.mark.parametrize("command", [("pdftocairo", "-pdf"), ("qpdf", "--flatten-annotations=all")])
def test_what_was_printed_or_flattened_has_no_cells_left(
    world: World, fill: Fill, tmp_path: Path, command: tuple[str, ...]
) -> None:
    _, pdf = opened(world)
    file, after = on_disk(tmp_path, fill("poppler", pdf, {"reason": "板面色差"})), tmp_path / "after.pdf"
    subprocess.run([*command, file, after], check=True, timeout=60)
    stop = turned_away(world, after.read_bytes(), "li_wen")
    assert (stop.reason, "打印成 PDF" in str(stop)) == ("no_cells", True)
