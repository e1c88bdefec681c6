"""Whatever an analyst saves half-way, the linter answers with problems, never with a crash."""

from hypothesis import given, settings
from hypothesis import strategies as st

from forms_service.domain.explaining import explain
from forms_service.domain.widgets import widgets
from tests.domain.full_text import CLAIM, neighbours, read_beside
from tests.domain.spec_text import NOTE, demo_firm

SCRAPS = st.sampled_from(
    [
        "",
        ":",
        "- ",
        "[",
        "{",
        "|",
        '"',
        "*a",
        "&a ",
        "!!str ",
        "  ",
        "yes",
        "calc: ",
        "x: {}",
        "[]",
        "{}",
        "~",
        "sign.",
        "all of [",
        "case.",
        "policy ",
        "0",
        "𠮷",
    ]
)


@st.composite
def spoilt_forms(draw: st.DrawFn) -> str:
    lines = draw(st.sampled_from([NOTE, CLAIM])).splitlines()
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        cut = draw(st.integers(0, len(lines[at])))
        match draw(st.sampled_from(["drop", "double", "cut", "insert", "indent"])):
            case "drop":
                del lines[at]
            case "double":
                lines.insert(at, lines[at])
            case "cut":
                lines[at] = lines[at][:cut]
            case "insert":
                lines[at] = lines[at][:cut] + draw(SCRAPS) + lines[at][cut:]
            case _:
                lines[at] = "  " + lines[at]
    return "\n".join(lines)


@settings(max_examples=60, deadline=None)
@given(spoilt_forms())
def test_a_spoilt_form_is_answered_with_problems_or_is_still_whole(text: str) -> None:
    spec, problems = read_beside(text)

    assert (spec is None) == any(problem.level == "error" for problem in problems)
    assert all(problem.code and problem.message for problem in problems)
    if spec is not None:
        assert explain(spec, demo_firm(), neighbours())
        assert widgets(spec)
