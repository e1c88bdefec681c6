"""The allowance's text, and a second version of it under another title."""

from forms_service.settings import ROOT

SPEC = (ROOT / "tests" / "specs" / "sales_allowance.yaml").read_text(encoding="utf-8")
NEW = "销货折让证明单（新）"
SECOND = SPEC.replace("version: 1", "version: 2", 1).replace("zh-Hans: 销货折让证明单", f"zh-Hans: {NEW}", 1)
