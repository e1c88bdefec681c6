"""The form's grid on the screen."""

from forms_service.web.pages.sheet import lay_sheet
from tests.domain.full_text import claim


def test_each_member_of_a_group_has_a_cell_of_its_own_in_the_groups_width() -> None:
    blocks = lay_sheet(
        claim(), {}, {"no": ("编号", ""), "opened_on": ("开立日期", "")}, seals={"joint_2": "研发部 高远"}
    )
    cells = [block.cell for block in blocks if block.cell and block.cell.name.startswith("sign.joint_")]

    assert [(cell.label, cell.span, cell.text) for cell in cells] == [
        ("会签 质量管理部", 4, "尚未签章"),
        ("会签 研发部", 4, "研发部 高远"),
        ("会签 会同单位", 4, "尚未签章"),
    ]
