import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

import pytest

from forms_service.domain.organisation import (
    OPTIONAL_SUBJECTS,
    SUBJECTS,
    PolicyFile,
    parse_organisation,
    read_organisation,
)
from forms_service.domain.patterns import code_fault
from forms_service.domain.people import MailRoute, Organisation
from forms_service.domain.policies import settings_in_force
from forms_service.domain.problem import Problem
from forms_service.store.yaml_text import read_document
from tests.domain.spec_text import demo_firm, found_in

FILES = {
    "firm": 'name: 华成\nshort_name: 华成\ntax_id: "12830467"\ncurrency: CNY\ntimezone: Asia/Shanghai\ndemo: yes\n',
    "departments": "sales: 业务部\nboard: 总经理室\n",
    "roles": "clerk: 业务员\ngm: 总经理\n",
    "people": (
        "li: {name: 李, department: sales, roles: [clerk], manager: wang, email: li@example.com}\n"
        "wang: {name: 王, department: board, roles: [gm], email: wang@example.com}\n"
    ),
    "parties": 'east: {name: 东升, tax_id: "23547185", contacts: [{name: 张, email: z@example.com}]}\n',
    "accounts": (
        'sales_allowance: {code: "4190", name: 折让}\noutput_tax: {code: "2281", name: 税}\n'
        'receivable: {code: "1156", name: 应收}\n'
    ),
    "mail": "sender: forms@example.com\nhost: mail.example.com\nport: 587\nsecurity: starttls\nuser: forms\n",
    "policy": (
        "policy: limits\ntitle: 核决权限\neffective: 2026-01-01\nconfirmed: no\ncurrency: CNY\n"
        "bands:\n  - {up_to: 5000, decides: role clerk}\n  - {up_to: 9000.50, decides: role gm}\n"
        "  - {above: 9000.50, decides: role gm}\nsettings:\n  tax_rate: 5%\n"
    ),
}


def read(files: Mapping[str, str]) -> tuple[Organisation | None, tuple[Problem, ...]]:
    nodes = {}
    for name, text in files.items():
        node, problems = read_document(text.encode(), f"{name}.yaml")
        assert node is not None
        assert problems == ()
        nodes[name] = node
    policies = [PolicyFile(nodes[name], "0" * 64) for name in files if name.startswith("policy")]
    return parse_organisation(
        {name: nodes[name] for name in (*SUBJECTS, *OPTIONAL_SUBJECTS) if name in nodes}, policies, "firm"
    )


def broken(file: str, old: str, new: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Change one file; return the place marked with `»` and the places of the problems found."""
    assert FILES[file].count(old) == 1
    before, _, after = FILES[file].replace(old, new).partition("»")
    _, problems = read({**FILES, file: before + after})
    assert {problem.where.file for problem in problems if not isinstance(problem.where, str)} == {f"{file}.yaml"}
    return (f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}",), found_in(problems)


FAULTS = [
    ("unknown_department", "people", "department: sales", "department: »sale"),
    ("unknown_role", "people", "roles: [clerk]", "roles: [»clark]"),
    ("unknown_person", "people", "manager: wang", "manager: »wanq"),
    ("own_manager", "people", "manager: wang", "manager: »li"),
    ("manager_ring", "people", "roles: [gm], email", "roles: [gm], manager: li, email"),
    ("no_approver", "people", "roles: [gm]", "roles: [clerk]"),
    ("bad_form", "people", "email: li@example.com", "email: »li.example.com"),
    ("missing_key", "people", "wang: {name: 王, ", "wang: »{"),
    ("unknown_key", "people", "wang: {name: 王,", "wang: {»nam: 王, name: 王,"),
    ("bad_id", "departments", "sales: 业务部", "»Sales: 业务部\nsales: 业务部"),
    ("bad_form", "firm", "currency: CNY", "currency: »yuan"),
    ("unknown_timezone", "firm", "Asia/Shanghai", "»Asia/Shanghia"),
    ("tax_id", "firm", '"12830467"', '»"12830468"'),
    ("tax_id", "parties", '"23547185"', "»23547"),
    ("unknown_word", "parties", "name: 东升,", "name: 东升, region: »foreign,"),
    ("duplicate_name", "parties", "east: {", 'west: {name: 东升, tax_id: "23547185"}\neast: {'),
    ("missing_account", "accounts", 'receivable: {code: "1156", name: 应收}\n', ""),
    ("missing_key", "accounts", 'output_tax: {code: "2281", name: 税}', 'output_tax: »{code: "2281"}'),
    ("bad_date", "policy", "2026-01-01", "»2026-1-1"),
    ("bad_date", "policy", "2026-01-01", "»2026-02-30"),
    ("missing_key", "policy", "policy: limits\ntitle: 核决权限\n", "»policy: limits\n"),
    ("band_overlap", "policy", "up_to: 9000.50", "up_to: »4000, decides: role gm}\n  - {up_to: 9000.50"),
    ("band_overlap", "policy", "above: 9000.50", "above: »9000"),
    ("band_gap", "policy", "above: 9000.50", "above: »9001"),
    ("band_gap", "policy", "above: 9000.50", "up_to: »9001"),
    ("band_edge", "policy", "{up_to: 5000, ", "»{up_to: 5000, above: 1, "),
    ("number_form", "policy", "up_to: 5000", "up_to: »5e3"),
    ("number_form", "policy", "up_to: 5000", "up_to: »5_000"),
    ("too_many_places", "policy", "up_to: 9000.50", "up_to: »9000.505"),
    ("unknown_role", "policy", "{up_to: 5000, decides: role clerk}", "{up_to: 5000, decides: role »clark}"),
    ("bad_decider", "policy", "{up_to: 5000, decides: role clerk}", "{up_to: 5000, decides: »clerk}"),
    ("other_currency", "policy", "currency: CNY", "currency: »TWD"),
    ("unknown_word", "policy", "tax_rate: 5%", "tax_rate: {value: 5%, source: »guess}"),
    ("missing_key", "policy", "tax_rate: 5%", "tax_rate: »{value: 5%}"),
    ("missing_key", "policy", "tax_rate: 5%", "tax_rate: »{source: law}"),
    ("unknown_key", "policy", "tax_rate: 5%", "tax_rate: {value: 5%, source: law, »why: x}"),
    ("wrong_shape", "policy", "tax_rate: 5%", "tax_rate: »[5%]"),
    ("missing_key", "mail", "sender: forms@example.com\n", "»"),
    ("bad_form", "mail", "host: mail.example.com", "host: »mail/example"),
    ("not_whole_number", "mail", "port: 587", "port: »smtp"),
    ("bad_port", "mail", "port: 587", "port: »65536"),
    ("unknown_word", "mail", "security: starttls", "security: »ssl"),
    ("open_password", "mail", "security: starttls\nuser: ", "security: none\nuser: »"),
    ("no_host", "mail", "host: mail.example.com\nport: 587\nsecurity: starttls\n", ""),
    ("unknown_key", "mail", "user: forms", "user: forms\n»password: x"),
]


@pytest.mark.parametrize(("code", "file", "old", "new"), FAULTS, ids=[f"{fault[0]}: {fault[3]}" for fault in FAULTS])
def test_a_fault_of_the_organisation_is_named_where_it_stands(code: str, file: str, old: str, new: str) -> None:
    marks, found = broken(file, old, new)

    assert [line.split()[-1] for line in found] == [code]
    if "»" in new:
        assert found == tuple(f"{mark} {code}" for mark in marks)


def test_a_whole_organisation_is_read_without_a_fault() -> None:
    org, problems = read(FILES)

    assert problems == ()
    assert org is not None
    assert [person.id for person in org.holders("gm")] == ["wang"]
    assert [(band.up_to, band.role) for band in org.policies[0].bands] == [
        (Decimal(5000), "clerk"),
        (Decimal("9000.50"), "gm"),
        (None, "gm"),
    ]


def test_the_faults_of_all_files_come_out_at_once() -> None:
    firm, accounts = FILES["firm"].replace("CNY", "RMB ¥"), FILES["accounts"].replace("receivable", "payable")
    _, problems = read({**FILES, "firm": firm, "accounts": accounts})

    assert {problem.code for problem in problems} == {"missing_account", "bad_form"}


def test_a_file_that_is_missing_is_named() -> None:
    _, problems = read({name: text for name, text in FILES.items() if name != "parties"})

    assert [str(problem.where) for problem in problems] == ["firm/parties.yaml:1:1"]


def test_a_firm_without_the_role_that_approves_is_refused() -> None:
    people = FILES["people"].replace("roles: [gm]", "roles: [clerk]")
    policy = FILES["policy"].replace("role gm", "role clerk")
    _, problems = read({**FILES, "roles": "clerk: 业务员\n", "people": people, "policy": policy})

    assert found_in(problems) == ("1:1 no_approver",)


def test_a_value_keeps_the_mark_of_where_it_comes_from() -> None:
    text = FILES["policy"].replace(
        "tax_rate: 5%", "plain: 3\n  tax_rate: {value: 5%, source: assumption, note: 办法没写}"
    )
    org, problems = read({**FILES, "policy": text})

    assert problems == ()
    assert org is not None
    assert org.policies[0].settings == (("plain", "3"), ("tax_rate", "5%"))
    (mark,) = org.policies[0].marks
    assert (mark.name, mark.value, mark.source, mark.note) == ("tax_rate", "5%", "assumption", "办法没写")
    assert str(mark.place) == "policy.yaml:12:21"


def test_a_policy_knows_the_line_that_says_whether_it_is_confirmed() -> None:
    org, _ = read(FILES)

    assert org is not None
    assert str(org.policies[0].place) == "policy.yaml:4:12"


def test_a_customer_abroad_may_bear_another_countrys_tax_id_or_none() -> None:
    abroad = (
        FILES["parties"] + "kestrel: {name: Kestrel, region: abroad}\nowl: {name: Owl, region: abroad, tax_id: GB 9}\n"
    )
    org, problems = read({**FILES, "parties": abroad})

    assert problems == ()
    assert org is not None
    assert [(p.region, p.tax_id) for p in org.parties] == [("domestic", "23547185"), ("abroad", ""), ("abroad", "GB 9")]


def test_mail_goes_into_a_folder_unless_a_server_is_named() -> None:
    org, _ = read({name: text for name, text in FILES.items() if name != "mail"})
    served, _ = read(FILES)

    assert org is not None
    assert org.mail == MailRoute()
    assert served is not None
    assert served.mail == MailRoute("forms@example.com", "mail.example.com", 587, "starttls", "forms")


def test_what_was_approved_once_is_read_as_far_as_it_goes() -> None:
    nodes = {name: read_document(text.encode(), name)[0] for name, text in FILES.items() if name in SUBJECTS}
    del nodes["accounts"]
    org, problems = read_organisation({name: node for name, node in nodes.items() if node is not None}, (), "firm")

    assert [problem.code for problem in problems] == ["missing_file"]
    assert [person.id for person in org.people] == ["li", "wang"]


def test_the_same_policy_twice_from_one_day_is_refused() -> None:
    _, problems = read({**FILES, "policy_again": FILES["policy"]})

    assert [problem.code for problem in problems] == ["duplicate_policy"]


def test_one_setting_in_two_policies_is_refused() -> None:
    _, problems = read({**FILES, "policy_again": FILES["policy"].replace("policy: limits", "policy: other")})

    assert [problem.code for problem in problems] == ["duplicate_setting"]


def test_a_new_version_of_a_policy_takes_over_on_its_day() -> None:
    raised = FILES["policy"].replace("2026-01-01", "2027-01-01").replace("5%", "6%")
    org, problems = read({**FILES, "policy_raised": raised})

    assert problems == ()
    assert org is not None
    assert settings_in_force(org, dt.date(2026, 12, 31)) == {"tax_rate": Decimal("0.05")}
    assert settings_in_force(org, dt.date(2027, 1, 1)) == {"tax_rate": Decimal("0.06")}


def test_every_tax_id_of_the_demo_firm_bears_its_check_digit() -> None:
    org = demo_firm()

    assert {code_fault("tax_id", tax_id) for tax_id in (org.firm.tax_id, *(p.tax_id for p in org.parties))} == {None}


def test_the_demo_firm_writes_only_to_example_com() -> None:
    org = demo_firm()
    addresses = [p.email for p in org.people] + [c.email for party in org.parties for c in party.contacts]

    assert {address.partition("@")[2] for address in addresses} == {"example.com"}


def test_the_limits_of_the_demo_firm_are_marked_as_assumed() -> None:
    policy = demo_firm().policy("complaint_authority", dt.date(2026, 11, 24))

    assert policy is not None
    assert not policy.confirmed


def test_every_role_of_the_demo_firm_has_a_holder() -> None:
    org = demo_firm()

    assert [role for role, _ in org.roles if not org.holders(role)] == []
