"""The gate: the one place where a name from outside becomes part of a path in the archive.

Names are plain ASCII, so that they mean the same on every disk, in every zip and on a colleague's Windows machine.
"""

import re
from pathlib import Path

from forms_service.domain.errors import FormsError
from forms_service.domain.numbering import parse_number

_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
# Windows opens a device instead of a file of these names, whatever follows the first dot.
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})


class UnsafeName(FormsError):
    """Refuse a name that cannot safely be part of a path."""

    code = "unsafe_name"


def require_department(department: str) -> str:
    """Accept a department's id as a folder's name, or raise UnsafeName."""
    return _require_plain(department, "部门代号")


def require_month(month: str) -> str:
    """Accept a month `2026-11` as a folder's name, or raise UnsafeName."""
    if not _MONTH.fullmatch(month):
        raise UnsafeName(f"月份「{month}」应写作 2026-11 的样子。")
    return month


def name_copy(number: str, form: str, copy_no: int) -> str:
    """Name a copy's file, `A2611001.sales-allowance.2.pdf`; raises UnsafeName."""
    try:
        stem = _require_no_device(parse_number(number), "编号")
    except ValueError as error:
        raise UnsafeName(str(error)) from error
    if copy_no < 1:
        raise UnsafeName(f"联次应从 1 起，收到的是 {copy_no}。")
    return f"{stem}.{_require_plain(form, '表单代号')}.{copy_no}.pdf"


def require_inside(root: Path, path: Path) -> Path:
    """Accept a path that, links followed, lies inside the root; raises UnsafeName for any other."""
    if not path.resolve().is_relative_to(root.resolve()):
        raise UnsafeName("归档文件夹里有指向外面的链接，没有读写。请管理员查看该部门的文件夹。")
    return path


def _require_plain(name: str, what: str) -> str:
    if not _FOLDER.fullmatch(name):
        raise UnsafeName(f"{what}「{name}」只能用半角字母、数字、- 和 _，以字母或数字开头，最多 64 位。")
    return _require_no_device(name, what)


def _require_no_device(name: str, what: str) -> str:
    if name.lower() in _DEVICES:
        raise UnsafeName(f"{what}「{name}」是操作系统保留的名字，请换一个。")
    return name
