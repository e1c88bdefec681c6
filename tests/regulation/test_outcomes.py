"""§9(10)–(12): the answer to the customer, who never gets the form, and another firm's liability."""

from collections.abc import Callable, Mapping
from email import message_from_bytes, policy

import pytest

from forms_service.workflow.inviting import invite_pending
from forms_service.workflow.sweeping import sweep
from tests.cases import child, go_on, sign_step
from tests.regulation.office import CLOSED, REFUSED, Moment

FIRM = "明达基板材料有限公司"


@pytest.mark.regulation("9(10)b")
def test_sales_notes_how_when_whom_and_what_it_answered(at: Callable[[str], Moment]) -> None:
    moment = at(CLOSED)
    reply = Moment(moment.world, child(moment.world, moment.case, "customer-reply"))
    asked = ("channel", "answered_on", "contact", "words")
    assert reply.gaps(*asked) == {*asked}
    assert "channel" in reply.faults(channel="fax")
    assert go_on(moment.world, reply.case, channel="letter").state == "finished"


@pytest.mark.regulation("9(10)c")
def test_nothing_of_a_case_is_mailed_to_its_customer(at: Callable[[str], Moment]) -> None:
    moment = at("decide")
    world = moment.world
    assert invite_pending(world.office) == 0
    world.clock.pass_(days=3)
    sweep(world.office)
    sign_step(world, moment.case)
    sweep(world.office)
    mails = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in (world.settings.office_folder / "mail").glob("*.eml")
    ]
    outside = {contact.email for party in world.office.organisation.parties for contact in party.contacts}
    assert mails
    assert not {str(mail["To"]) for mail in mails} & outside
    assert not [mail for mail in mails if list(mail.iter_attachments())]


@pytest.mark.regulation("9(12)a")
def test_another_firms_liability_names_the_firm_its_share_and_who_takes_part(way: Mapping[str, Moment]) -> None:
    outside = {"liable_share": "70%", "outside_party": FIRM, "outside_share": "30%", "joint_first": "plant"}
    review = way["review"]
    assert review.faults(**{**outside, "outside_share": ""}) >= {"outside_share"}
    assert review.faults(**{**outside, "joint_first": ""}) == {"joint_first"}
    assert review.faults(**{**outside, "outside_party": "街上听来的公司"}) >= {"outside_party"}
    assert way[CLOSED].reading.values["outside_party"] == FIRM


@pytest.mark.regulation("9(12)b")
def test_all_units_named_sign_beside_the_office_before_sales_goes_on(way: Mapping[str, Moment]) -> None:
    for step in ("joint_1", "joint_2", "joint_3"):
        with pytest.raises(REFUSED):
            way[step].try_to_sign("li_wen", "propose")
    signed = {signature.step: signature.person for signature in way["propose"].case.signatures}
    assert [signed[f"joint_{member}"] for member in (1, 2, 3)] == ["zhao_min", "wu_gang", "gao_yuan"]
