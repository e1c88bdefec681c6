"""The `forms` command: results on stdout, talk on stderr, an exit code a reason."""

import io
import json
import subprocess
from pathlib import Path

import pytest

from forms_service.cli import COMMANDS, main
from forms_service.settings import ROOT
from forms_service.workflow.demonstrating import PIN

SPEC = str(ROOT / "tests" / "specs" / "sales_allowance.yaml")
ABNORMALITY = {
    "happened_on": "2026-10-20",
    "customer": "东升电子有限公司",
    "part_no": "PCB-4L-0086",
    "no_loss": "yes",
    "phenomenon": "外箱受潮，内部真空包装完好。",
    "handling": "至客户处开箱检视并更换外箱。",
    "unit_one": "成品仓储",
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FORMS_PIN_MEMORY_KIB", "8")
        assert main(["demo", "--out", str(folder)]) == 0
    return folder


def _verify(demo: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = main(["verify", str(file), "--trust", str(demo / "trust.pem"), "--json"])
    return code, capsys.readouterr().out


def _copy(demo: Path) -> Path:
    return next((demo / "accounting").glob("*.sales-allowance.2.pdf"))


def test_the_demo_leaves_register_vouchers_anchor_and_each_departments_copies(demo: Path) -> None:
    assert sorted(path.name for path in demo.iterdir() if path.is_file()) == [
        "complaints.csv",
        "trust.pem",
        "vouchers.csv",
    ]
    assert sorted(path.name for path in (demo / "accounting").iterdir()) == [
        "260901.customer-complaint.4.pdf",
        "A2610001.sales-allowance.2.pdf",
    ]
    complaints = [path.parent.name for path in demo.glob("*/260901.customer-complaint.*.pdf")]
    assert sorted(complaints) == ["accounting", "gm_office", "plant", "qa", "sales"]


def test_the_accounting_copy_is_accepted_offline(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = _verify(demo, _copy(demo), capsys)
    told = json.loads(out)
    assert (code, told["verdict"], len(told["signatures"])) == (0, "accepted", 7)
    assert {"no", "name", "result", "detail"} <= told["checks"][0].keys()


def test_an_altered_copy_is_refused(demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    altered = tmp_path / "altered.pdf"
    altered.write_bytes(_copy(demo).read_bytes() + b" ")
    code, out = _verify(demo, altered, capsys)
    assert (code, json.loads(out)["verdict"]) == (1, "refused")


def test_what_is_no_pdf_is_refused(demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "no.pdf").write_text("hello")
    assert _verify(demo, tmp_path / "no.pdf", capsys)[0] == 1


def test_the_archive_of_the_demo_holds_no_surprise(demo: Path) -> None:
    assert main(["--data", str(demo / "data"), "archive"]) == 0


def test_every_copy_in_the_archive_is_judged_and_summed_up(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    judge = ["--data", str(demo / "data"), "archive", "--verdicts", "--jobs", "1"]
    assert main(judge) == 0
    heads, *rows = capsys.readouterr().out.splitlines()
    assert heads.split() == ["部门", "存档联", "可以采信", "不可采信", "请人工判断", "打不开", "可长期证明", "封印日期"]
    assert {row.split()[0]: row.split()[1:7] for row in rows}["accounting"] == ["2", "2", "0", "0", "0", "2"]
    path = next((demo / "data" / "accounting").rglob("*.sales-allowance.2.pdf"))
    honest = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(honest + b" ")
    assert main(judge) == 1
    assert f"{path.name} 不可采信：" in capsys.readouterr().out
    path.write_bytes(honest)


def test_our_spec_lints_clean() -> None:
    assert main(["lint", SPEC]) == 0


def test_a_folder_is_linted_with_every_form_beside_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lint", str(ROOT / "form_specs")]) == 0
    for path in (ROOT / "form_specs").glob("*.yaml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "goods_return.yaml").unlink()

    assert main(["lint", str(tmp_path)]) == 1
    assert "没有叫「goods-return」的表单" in capsys.readouterr().out


def _newer(folder: Path, old: str, new: str) -> str:
    text = Path(SPEC).read_text()
    assert old in text
    (folder / "newer.yaml").write_text(text.replace("version: 1", "version: 2").replace(old, new))
    return str(folder / "newer.yaml")


def test_changes_that_leave_drafts_alone_are_told_and_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", SPEC, _newer(tmp_path, "label: 折让原因", "label: 折让缘由")]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "不兼容 0 处",
        "兼容 0 处",
        "版面 0 处",
        "措辞 1 处",
        "- 栏位「折让缘由」（reason）的名称：折让原因 → 折让缘由",
    ]


def test_a_change_that_no_draft_can_follow_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    newer = _newer(tmp_path, "label: 订单编号, type: text", "label: 订单编号, type: longtext")
    assert main(["diff", SPEC, newer, "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == [
        {"sort": "incompatible", "words": "栏位「订单编号」（order_no）：text → longtext"}
    ]


def test_two_forms_cannot_be_compared(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", SPEC, str(ROOT / "form_specs" / "goods_return.yaml")]) == 2
    assert "这是两种表单" in capsys.readouterr().err


def test_faults_are_listed_with_line_and_column(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    faulty = tmp_path / "faulty.yaml"
    faulty.write_text(Path(SPEC).read_text().replace("who: dept sales", "who: dept salse"))
    assert main(["lint", str(faulty)]) == 1
    assert "faulty.yaml:" in capsys.readouterr().out


def test_a_form_is_explained_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", SPEC]) == 0
    assert "副总经理核签" in capsys.readouterr().out


def test_the_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", SPEC]) == 0
    assert "properties" in json.loads(capsys.readouterr().out)


def test_a_blank_form_is_written(tmp_path: Path) -> None:
    assert main(["blank", SPEC, str(tmp_path / "blank.pdf")]) == 0
    assert (tmp_path / "blank.pdf").read_bytes().startswith(b"%PDF-")


def test_a_file_that_is_not_there_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["lint", "nowhere.yaml"])
    assert "没有「nowhere.yaml」这个文件" in capsys.readouterr().err


def test_a_document_is_opened_and_signed_from_the_command_line(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = ["--data", str(demo / "data")]
    assert main([*data, "open", "abnormality", "--person", "li_wen", "--json"]) == 0
    opened = json.loads(capsys.readouterr().out)
    (tmp_path / "values.json").write_text(json.dumps(ABNORMALITY))
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PIN}\n"))
    values = str(tmp_path / "values.json")
    assert main([*data, "sign", opened["id"], "--person", "li_wen", "--values", values, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["step"] == "first"


def test_a_person_nobody_knows_is_said_so(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(demo / "data"), "open", "sales-allowance", "--person", "nobody"]) == 2
    assert "应为 li_wen" in capsys.readouterr().err


def test_a_lost_catalogue_is_made_again_from_the_copies(demo: Path) -> None:
    (catalogue,) = (demo / "data" / "accounting").rglob("catalogue.json")
    kept = catalogue.read_bytes()
    catalogue.unlink()
    assert main(["--data", str(demo / "data"), "archive"]) == 1
    assert main(["--data", str(demo / "data"), "archive", "rebuild"]) == 0
    assert main(["--data", str(demo / "data"), "archive"]) == 0
    assert json.loads(catalogue.read_bytes()) == json.loads(kept)


def test_a_month_is_packed_and_checked_with_sha256sum_alone(demo: Path, tmp_path: Path) -> None:
    month = next((demo / "data" / "accounting").iterdir()).name
    where = ["--department", "accounting", "--month", month, "--to", str(tmp_path / "bag")]
    assert main(["--data", str(demo / "data"), "archive", "bag", *where]) == 0
    checked = subprocess.run(["sha256sum", "-c", "manifest-sha256.txt"], cwd=tmp_path / "bag", check=False)
    assert checked.returncode == 0


def test_a_bag_without_its_month_is_misuse(demo: Path) -> None:
    assert main(["--data", str(demo / "data"), "archive", "bag"]) == 2


def test_a_published_version_cannot_be_linted_with_other_words(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (ROOT / "form_specs").glob("*.yaml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    changed = tmp_path / "sales_allowance.yaml"
    changed.write_text(changed.read_text() + "# 多一句\n")
    assert main(["--data", str(demo / "data"), "lint", str(changed)]) == 1
    assert [line for line in capsys.readouterr().out.splitlines() if "published_differs" in line]


def test_the_firms_own_anchor_is_taken_where_none_is_named(demo: Path) -> None:
    assert main(["--data", str(demo / "data"), "verify", str(_copy(demo))]) == 0


def test_the_readme_lists_every_command() -> None:
    readme = (ROOT / "README.md").read_text()
    assert [c.name for c in COMMANDS if f"\nforms {c.name} " not in readme] == []
