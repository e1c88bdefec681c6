"""Write the table of attacks in docs/verification.md: `python -m tests.attacks.table`.

Makes every file of the catalogue, and asks this house, stock pyHanko and pdfsig about each.
"""

import functools
import logging
from collections.abc import Iterator
from pathlib import Path

from forms_service.signing.verify import CHECKS
from tests.attacks.attack import Attack, Family, built, judged
from tests.attacks.catalogue import CATALOGUE, FAMILIES
from tests.attacks.opinions import all_good, apart, by_pdfsig, by_pyhanko

PAGE = Path(__file__).resolve().parents[2] / "docs" / "verification.md"
BEGIN, END = "<!-- 以下由 python -m tests.attacks.table 写成 -->", "<!-- 以上由 python -m tests.attacks.table 写成 -->"
HEAD = "| 攻击 | 试验名 | 应由哪一项拒绝 | pyHanko | pdfsig |\n|---|---|---|---|---|"
_COLUMNS = 5
_NAMES = {check.no: check.name for check in CHECKS}


def row(attack: Attack, pyhanko: str, pdfsig: str) -> str:
    """Write one attack's line."""
    return f"{start_of_row(attack)} {pyhanko} | {pdfsig} |"


def start_of_row(attack: Attack) -> str:
    """Write what of an attack's line is our own word."""
    by = "不采信，需要有人判断" if attack.check is None else f"{attack.check} `{_NAMES[attack.check]}`"
    return f"| {attack.said} | `{attack.name}` | {by} |"


def section(family: Family, said: dict[str, tuple[str, str]]) -> str:
    """Write one family's table."""
    rows = "\n".join(row(attack, *said[attack.name]) for attack in family.attacks)
    return f"### {family.title}（{family.name}，{len(family.attacks)} 种）\n\n{HEAD}\n{rows}\n"


def tell(said: dict[str, tuple[str, str]]) -> str:
    """Write all tables, with their sum before them."""
    taken = [pyhanko for pyhanko, _ in said.values() if all_good(pyhanko)]
    valid = [pdfsig for _, pdfsig in said.values() if all_good(pdfsig)]
    refused = sum(attack.check is not None for attack in CATALOGUE)
    total = (
        f"共 {len(CATALOGUE)} 种，本系统无一采信，拒绝 {refused} 种；其余 {len(CATALOGUE) - refused} 种没有改动过，"
        f"只是没有凭据，留给人判断。同样的文件，pyHanko 对其中 {len(taken)} 种认为全部签章通过，"
        f"pdfsig 对其中 {len(valid)} 种认为全部签章有效。\n"
    )
    return "\n".join((total, *(section(family, said) for family in FAMILIES)))


def ask_all() -> Iterator[tuple[str, tuple[str, str]]]:
    """Ask both programs about every attack. Raises RuntimeError for one that this house accepts."""
    for attack in CATALOGUE:
        if judged(attack).verdict == "accepted":
            raise RuntimeError(f"{attack.name} was accepted")
        yield attack.name, (asked_of_pyhanko(attack), by_pdfsig(built(attack)))


def asked_of_pyhanko(attack: Attack) -> str:
    """Ask stock pyHanko about an attack, by the anchors that we judge it by."""
    return apart(functools.partial(by_pyhanko, anchors=attack.anchors()), built(attack))


def rows(page: str) -> dict[str, str]:
    """Read the lines of the page's tables, by the names of the attacks."""
    lines = (line for line in page.splitlines() if line.startswith("| ") and line.count(" | ") == _COLUMNS - 1)
    return {line.split("`")[1]: line for line in lines if "`" in line}


def main() -> None:
    """Write the tables into the page."""
    logging.disable()  # pyHanko logs every path that it cannot build
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{tell(dict(ask_all()))}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
