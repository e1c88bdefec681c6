"""Reading times: how long a step or a whole document may take, and what happens to what is late.

`within`, `due`, `late`.
"""

import re
from collections.abc import Sequence

from forms_service.domain.course import Due, Late, Reminder, Who, Within
from forms_service.domain.entries import Entries, inside
from forms_service.domain.faults import Faults
from forms_service.domain.node import Scalar
from forms_service.domain.parsing_who import Surroundings, read_who
from forms_service.domain.people import Organisation
from forms_service.domain.policies import setting_value
from forms_service.domain.scope import DATE, NUMERIC, Scope
from forms_service.domain.spec import Step

DUE_KEYS = ("from", "days")
LATE_KEYS = ("remind", "slip", "again", "tell")
LONGEST_WITHIN = 366

_DAYS = r"(?P<days>[1-9][0-9]{0,2}) (?P<work>work)?days?"
_WITHIN = re.compile(_DAYS)
_BY_POLICY = re.compile(r"policy +(?P<name>[a-z][a-z0-9_]*)(?: +by +(?P<by>[a-z][a-z0-9_]*))?")
_UNTIL = re.compile(r"until +(?P<day>.+)")
_BEFORE = re.compile(rf"{_DAYS} before")
_EVERY = re.compile(rf"every {_DAYS}")


def read_within(scalar: Scalar | None, around: Surroundings) -> Within | None:
    """Read a step's time: `2 workdays`, `10 days`, `policy NAME`, `policy NAME by CHOICE`, or `until DATE`."""
    if scalar is not None and (match := _BY_POLICY.fullmatch(scalar.text)) is not None:
        return _read_by_policy(scalar, match, around)
    if scalar is not None and (match := _UNTIL.fullmatch(scalar.text)) is not None:
        day = around.scope.read_source(match["day"], scalar, DATE, match.start("day"))
        return Within(0, workdays=False, until=day)
    return read_days(scalar, around.faults)


def _read_by_policy(scalar: Scalar, match: re.Match[str], around: Surroundings) -> Within:
    """Read the name of the setting that says how many days, or of those that do for each option of a choice."""
    options = ("",) if match["by"] is None else _options(scalar, match, around)
    known = _days_settings(around.org)
    for name in (f"{match['name']}_{option}" if option else match["name"] for option in options):
        if name not in known:
            place = inside(scalar, match.start("name"))
            around.faults.add_unknown(place, "unknown_setting", ("天数(settings)", "setting"), name, known)
    return Within(0, workdays=False, setting=match["name"], by=match["by"] or "")


def _options(scalar: Scalar, match: re.Match[str], around: Surroundings) -> tuple[str, ...]:
    field, place = around.fields.get(match["by"]), inside(scalar, match.start("by"))
    choices = [name for name, choice in around.fields.items() if choice.kind == "choice"]
    if field is None:
        around.faults.add_unknown(place, "unknown_field", ("选择栏位", "choice"), match["by"], choices)
        return ()
    if field.kind != "choice":
        chinese = f"「{field.id}」是 {field.kind}，这里要 choice 类型的栏位。"
        around.faults.add(place, "wrong_field_type", chinese, f"'{field.id}' is a {field.kind}, expected choice")
    return tuple(option.id for option in field.options)


def _days_settings(org: Organisation) -> tuple[str, ...]:
    settings = {name: setting_value(text) for policy in org.policies for name, text in policy.settings}
    return tuple(sorted(name for name, value in settings.items() if not isinstance(value, str)))


def read_days(scalar: Scalar | None, faults: Faults) -> Within | None:
    """Read a time written out: `2 workdays` or `10 days`."""
    match = None if scalar is None else _WITHIN.fullmatch(scalar.text)
    if match is not None and int(match["days"]) <= LONGEST_WITHIN:
        return Within(int(match["days"]), workdays=match["work"] is not None)
    if scalar is not None:
        faults.add(
            scalar.place,
            "bad_within",
            f"期限「{scalar.text}」应写成 2 workdays（工作日）或 10 days（日历日）。",
            f"'{scalar.text}' should read like '2 workdays' or '10 days'",
        )
    return None


def read_due(entries: Entries, steps: Sequence[Step], scope: Scope) -> Due:
    """Read the whole document's time."""
    start = read_step_name(entries, "from", steps)
    days = entries.scalar("days", required=True)
    read = scope.stand_in("0", entries.place, "number") if days is None else scope.read(days, NUMERIC)
    return Due(start, read, entries.place)


def read_step_name(entries: Entries, key: str, steps: Sequence[Step]) -> str:
    """Take the id of one step, which is no 会签; a misspelt one is noted, and "" then."""
    scalar = entries.scalar(key, required=True)
    return "" if scalar is None else find_step(scalar, 0, steps, entries.faults)


def find_step(scalar: Scalar, offset: int, steps: Sequence[Step], faults: Faults) -> str:
    """Take the step whose id stands in a value from an offset on; it may be no 会签, whose end is no one signature."""
    name, place = scalar.text[offset:], inside(scalar, offset)
    known = [step.id for step in steps if not step.joint]
    if name in known:
        return name
    if name in {step.joint for step in steps}:
        chinese = f"「{name}」是会签，由几个人签，这里要写只有一个签章的步骤。"
        faults.add(place, "joint_step", chinese, f"'{name}' is signed by several, name a step with one signature")
        return ""
    faults.add_unknown(place, "unknown_step", ("步骤", "step"), name, known)
    return ""


def read_late(entries: Entries, around: Surroundings) -> Late:
    """Read what happens to a step that is not signed in time."""
    if not any(entries.has(key) for key in LATE_KEYS):
        entries.faults.add(
            entries.place, "missing_key", "late 至少要写 remind、slip、tell 之一。", "write remind, slip or tell"
        )
    reminders = tuple(_read_reminder(word, entries.faults) for word in entries.words("remind"))
    slip = entries.scalar("slip")
    if slip is None:
        entries.refuse_key("again", "again_of_nothing", "没有 slip，没有什么可以再开，请删去。", "there is no slip")
    again = read_days(entries.scalar("again"), entries.faults)
    tell = _read_tell(entries, around)
    place = entries.place if slip is None else slip.place
    return Late(tuple(filter(None, reminders)), "" if slip is None else slip.text, again, tell, place)


def _read_reminder(word: Scalar, faults: Faults) -> Reminder | None:
    if word.text == "on due":
        return Reminder("on", 0, workdays=False)
    if (match := _BEFORE.fullmatch(word.text)) is not None:
        return Reminder("before", int(match["days"]), workdays=match["work"] is not None)
    if (match := _EVERY.fullmatch(word.text)) is not None:
        return Reminder("every", int(match["days"]), workdays=match["work"] is not None)
    faults.add(
        word.place,
        "bad_reminder",
        f"「{word.text}」应写成 1 workday before（到期前）、on due（到期日）或 every 2 workdays（逾期后每隔）。",
        f"'{word.text}' should read like '1 workday before', 'on due' or 'every 2 workdays'",
    )
    return None


def _read_tell(entries: Entries, around: Surroundings) -> Who | None:
    scalar = entries.scalar("tell")
    who = None if scalar is None else read_who(scalar, around)
    if scalar is not None and who is not None and who.kind not in ("role", "dept"):
        entries.faults.add(
            scalar.place, "wrong_tell", "逾期只通知部门或角色：dept 部门、role 角色。", "tell a dept or a role"
        )
    return who
