import hashlib
from pathlib import Path

import pytest

from forms_service.domain.people import Organisation
from forms_service.domain.problem import Place
from forms_service.store.shelf import lint_file, lint_folder, load_organisation, load_specs, read_document
from forms_service.store.yaml_text import MAX_BYTES, MAX_DEPTH

SHELF = Path(__file__).parents[2] / "form_specs"
SPECS = Path(__file__).parents[1] / "specs"


@pytest.fixture(scope="module")
def firm() -> Organisation:
    org, problems = load_organisation(SHELF / "organisations" / "demo")
    assert org is not None, problems
    return org


def faults(text: str | bytes) -> list[str]:
    _, problems = read_document(text.encode() if isinstance(text, str) else text, "f")
    return [f"{p.where.line}:{p.where.column} {p.code}" for p in problems if isinstance(p.where, Place)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: 1\nb: {x: 1, x: 2}\na: 3\n", ["2:11 duplicate_key", "3:1 duplicate_key"]),
        ("a: !!int 5\n", ["1:4 yaml_tag"]),
        ("a: !python/object:os.system x\n", ["1:4 yaml_tag"]),
        ("a: &x 1\nb: *x\n", ["1:4 yaml_anchor", "2:4 yaml_alias"]),
        ("a: &x [1]\nb: [*x, *x]\n", ["1:4 yaml_anchor", "2:5 yaml_alias", "2:9 yaml_alias"]),
        ("a: {q: 1}\n<<: {r: 2}\n", ["2:1 yaml_merge"]),
        ("[a]: 1\n", ["1:1 key_not_text"]),
        ("a: 1\n---\nb: 2\n", ["2:1 second_document"]),
        ("%YAML 1.1\n---\na: 1\n", ["2:1 yaml_directive"]),
        ("a: [1\nb: 2\n", ["2:2 yaml_syntax"]),
        ("a: b: c\n", ["1:5 yaml_syntax"]),
        ("a:\n\tb: 1\n", ["2:1 yaml_syntax"]),
        ("a: 1\nb: \x07\n", ["2:4 yaml_syntax"]),
        ("a: *nobody\n", ["1:4 yaml_alias"]),
        ("", ["1:1 empty_file"]),
        ("# 只有注释\n", ["1:1 empty_file"]),
        (b"a: 1\nb: \xd6\xd0\n", ["2:4 not_utf8"]),
        ("[" * (MAX_DEPTH + 1), [f"1:{MAX_DEPTH + 1} yaml_syntax"]),
        ("a" * (MAX_BYTES + 1), ["1:1 too_long"]),
    ],
    ids=lambda value: str(value)[:20],
)
def test_yaml_that_could_mean_two_things_is_refused_where_it_stands(text: str | bytes, found: list[str]) -> None:
    assert faults(text) == found


def test_a_text_folded_over_lines_is_one_line() -> None:
    node, problems = read_document(b"a: >-\n  one\n  two\n", "f")

    assert problems == ()
    assert node is not None
    assert [value.text for _, value in node] == ["one two"]  # type: ignore[union-attr]  # a mapping of scalars


def test_every_scalar_stays_the_text_that_was_written() -> None:
    node, problems = read_document(b"a: 1.10\nb: no\nc: 12:30:00\nd: 0x10\ne: '5'\nf:\n", "f")

    assert problems == ()
    assert node is not None
    assert [(value.text, value.quoted) for _, value in node] == [  # type: ignore[union-attr]  # a mapping of scalars
        ("1.10", False),
        ("no", False),
        ("12:30:00", False),
        ("0x10", False),
        ("5", True),
        ("", False),
    ]


def test_columns_are_counted_in_characters() -> None:
    assert faults("名称: {甲: 1, 甲: 2}\n") == ["1:12 duplicate_key"]


def test_a_bomb_of_aliases_is_refused_without_unfolding() -> None:
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]

    assert len(faults("\n".join(["a0: &a0 x", *levels]))) == 30 + 29 * 9


def test_a_byte_order_mark_does_not_move_the_first_column() -> None:
    assert faults("\ufeffa: 1\na: 2\n") == ["2:1 duplicate_key"]


def test_the_demo_firm_and_its_forms_load_without_a_fault(firm: Organisation) -> None:
    specs, problems = load_specs(SPECS, firm)

    assert problems == ()
    assert [spec.form for spec in specs] == ["sales-allowance"]


def test_a_forms_digest_is_that_of_its_file(firm: Organisation) -> None:
    spec, _ = lint_file(SPECS / "sales_allowance.yaml", firm, {})

    assert spec is not None
    assert spec.sha256 == hashlib.sha256((SPECS / "sales_allowance.yaml").read_bytes()).hexdigest()


def test_a_policys_digest_is_that_of_its_file(firm: Organisation) -> None:
    digests = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (SHELF / "policies").glob("*.yaml")}

    assert {policy.sha256 for policy in firm.policies} == digests


def test_a_published_version_with_other_bytes_is_refused(firm: Organisation) -> None:
    spec, problems = lint_file(SPECS / "sales_allowance.yaml", firm, {("sales-allowance", 1): "0" * 64})

    assert spec is None
    assert [problem.code for problem in problems] == ["published_differs"]


def test_a_character_the_fonts_lack_is_refused(firm: Organisation) -> None:
    spec, problems = lint_file(
        SPECS / "sales_allowance.yaml", firm, {}, lambda text: tuple(c for c in text if c == "签")
    )

    assert spec is None
    assert {problem.code for problem in problems} == {"no_glyph"}


def test_faults_of_the_yaml_and_of_the_form_come_out_together(firm: Organisation, tmp_path: Path) -> None:
    text = (SPECS / "sales_allowance.yaml").read_text(encoding="utf-8")
    spoilt = tmp_path / "spoilt.yaml"
    spoilt.write_text(text.replace("version: 1", "version: 1\nversion: 2").replace("who: role gm\n", "who: role gn\n"))

    spec, problems = lint_file(spoilt, firm, {})

    assert spec is None
    assert [problem.code for problem in problems] == ["duplicate_key", "unknown_role"]
    assert str(problems[0].where).startswith(f"{spoilt.as_posix()}:4:")


def test_a_good_form_loads_beside_a_broken_one(firm: Organisation, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("form: [", encoding="utf-8")
    (tmp_path / "b.yaml").write_bytes((SPECS / "sales_allowance.yaml").read_bytes())

    specs, problems = lint_folder(tmp_path, firm, {})

    assert [spec.form for spec in specs] == ["sales-allowance"]
    assert {Path(p.where.file).name for p in problems if isinstance(p.where, Place)} == {"a.yaml"}


def test_one_version_in_two_files_is_refused(firm: Organisation, tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_bytes((SPECS / "sales_allowance.yaml").read_bytes())

    assert [problem.code for problem in lint_folder(tmp_path, firm, {})[1]] == ["duplicate_form"]


def test_a_file_that_is_not_there_is_named(firm: Organisation, tmp_path: Path) -> None:
    spec, problems = lint_file(tmp_path / "gone.yaml", firm, {})

    assert spec is None
    assert [problem.code for problem in problems] == ["missing_file"]


def test_a_folder_without_an_organisation_names_every_missing_file(tmp_path: Path) -> None:
    org, problems = load_organisation(tmp_path, tmp_path)

    assert org is None
    assert [problem.code for problem in problems] == ["missing_file"] * 6
