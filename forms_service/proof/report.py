"""The report: a verdict in one HTML file that needs nothing else — no script, no address, no font — and prints on A4.

It is made from its input alone: the same file, verdict and time give the same bytes.
"""

from base64 import b64encode
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from forms_service.proof.drawing_up import Judged, draw_up
from forms_service.proof.pictures import Draw, draw_all, sights


def write_report(judged: Judged, by: Draw) -> bytes:
    """Write the report of a judged file, as UTF-8; `by` draws its pages."""
    drawn = draw_all(judged.pdf, sights(judged.verdict), by)
    pictures = {key: f"data:image/png;base64,{b64encode(png).decode()}" for key, png in drawn.items()}
    page = _paper().get_template("report.html").render(statement=draw_up(judged), pictures=pictures)
    return page.encode()


def parts() -> PackageLoader:
    """Load the templates that page and report share."""
    return PackageLoader("forms_service.proof")


def report_name(file_name: str) -> str:
    """Name the report of a file."""
    return f"{file_name.removesuffix('.pdf')[-100:]}.验证报告.html"


@cache
def _paper() -> Environment:
    return Environment(loader=parts(), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
