"""Fields of every kind in files that are not ours: each is held to what it stores, and passes when honestly filled."""

from collections.abc import Mapping

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string

from forms_service.signing.revisions import History
from forms_service.signing.syntax import Stream
from tests.attacks import forge
from tests.signing import others
from tests.signing.drawings import Writer, countersigned, dictionary, form, names, numbers, office_form, raw
from tests.signing.letters import left_open, outcome
from tests.signing.test_showing import ACCEPTED, REFUSED, TOLD, Outcome
from tests.tampering import Spoil


def outcome_of(spoil: Spoil, base: bytes | None = None) -> Outcome:
    return outcome(countersigned(spoil, base or office_form()), others.house_trust())


def prepared(spoil: Spoil) -> bytes:
    return others.saved(office_form(), spoil)


def put(name: str, **pairs: generic.PdfObject) -> Spoil:
    def spoil(writer: Writer) -> None:
        field = others.field(writer, name)
        for key, value in pairs.items():
            field[pdf_name(f"/{key}")] = value
        writer.update_container(field)

    return spoil


def written(name: str, value: str, shown: str, high: int = 20, **pairs: generic.PdfObject) -> Spoil:
    """Fill a field, and write something into its drawing."""

    def spoil(writer: Writer) -> None:
        lines = "".join(f"({line}) Tj 0 -14 Td " for line in shown.split("\n"))
        content = f"/Tx BMC BT /F1 12 Tf 2 {high - 15} Td {lines}ET EMC"
        drawing = writer.add_object(form(content, BBox=numbers(0, 0, 200, high)))
        put(name, V=pdf_string(value), AP=dictionary(N=drawing), **pairs)(writer)

    return spoil


# Ticks.


def ticked(value: str, state: str) -> Spoil:
    return put("agreed", V=pdf_name(value), AS=pdf_name(state))


@pytest.mark.parametrize(
    ("value", "state", "expected"),
    [
        ("/Yes", "/Yes", ACCEPTED),
        ("/Yes", "/Off", REFUSED),
        ("/Off", "/Yes", REFUSED),
    ],
)
def test_tick_is_shown_as_it_is_stored(value: str, state: str, expected: Outcome) -> None:
    assert outcome_of(ticked(value, state)) == expected


@pytest.mark.parametrize(("state", "told"), [("/Off", True), ("/Yes", False)])
def test_tick_that_was_not_shown_before_anybody_signed_is_told(state: str, told: bool) -> None:
    assert (9 in left_open(others.sign(prepared(ticked("/Yes", state))))) is told


def states(**drawn: str) -> Spoil:
    """Draw the states of the tick anew, before anybody signs."""

    def spoil(writer: Writer) -> None:
        made = {key: writer.add_object(form(text, BBox=numbers(0, 0, 20, 20))) for key, text in drawn.items()}
        put("agreed", AP=dictionary(N=dictionary(**made)))(writer)

    return spoil


TICK = "0 g 3 3 14 14 re f"


@pytest.mark.parametrize(
    ("yes", "off", "expected"), [(TICK, "", ACCEPTED), ("", "", REFUSED), (TICK, TICK, REFUSED), ("", TICK, TOLD)]
)
def test_tick_is_seen_to_have_been_set(yes: str, off: str, expected: Outcome) -> None:
    assert outcome_of(ticked("/Yes", "/Yes"), prepared(states(Yes=yes, Off=off))) == expected


def test_tick_that_is_drawn_anew_as_it_is_set_is_for_a_person() -> None:
    def spoil(writer: Writer) -> None:
        states(Yes=TICK, Off="")(writer)
        ticked("/Yes", "/Yes")(writer)

    assert outcome_of(spoil) == TOLD


def test_hidden_tick_may_not_be_set() -> None:
    hidden = prepared(put("agreed", F=generic.NumberObject(2)))
    assert outcome_of(ticked("/Yes", "/Yes"), hidden) == REFUSED


def chosen(value: str, *states_of_kids: str) -> Spoil:
    def spoil(writer: Writer) -> None:
        field = others.field(writer, "payment")
        field[pdf_name("/V")] = pdf_name(value)
        for kid, state in zip(raw(field["/Kids"]), states_of_kids, strict=True):
            kid.get_object()[pdf_name("/AS")] = pdf_name(state)
            writer.update_container(kid.get_object())
        writer.update_container(field)

    return spoil


@pytest.mark.parametrize(
    ("value", "kids", "expected"),
    [
        ("/card", ("/Off", "/card"), ACCEPTED),
        ("/card", ("/cash", "/Off"), REFUSED),
        ("/card", ("/cash", "/card"), REFUSED),
        ("/cash", ("/Off", "/card"), REFUSED),
    ],
)
def test_choice_of_one_is_shown_as_it_is_stored(value: str, kids: tuple[str, str], expected: Outcome) -> None:
    assert outcome_of(chosen(value, *kids)) == expected


def a_button(writer: Writer) -> None:
    """Add a button that says what happens."""
    caption = form("BT /F1 12 Tf 2 5 Td (I REFUSE) Tj ET")
    button = dictionary(
        Type=pdf_name("/Annot"),
        Subtype=pdf_name("/Widget"),
        FT=pdf_name("/Btn"),
        Ff=generic.NumberObject(1 << 16),
        T=pdf_string("button"),
        F=generic.NumberObject(4),
        Rect=numbers(72, 300, 272, 320),
        MK=dictionary(CA=pdf_string("I REFUSE")),
        AP=dictionary(N=writer.add_object(caption)),
    )
    added = writer.add_object(button)
    writer.root["/AcroForm"]["/Fields"].append(added)
    writer.update_container(writer.root["/AcroForm"])
    page, _ = writer.find_page_for_modification(0)
    writer.register_annotation(page, added)


@pytest.mark.parametrize("key", ["MK", "AP", "V"])
def test_button_says_what_it_said(key: str) -> None:
    def spoil(writer: Writer) -> None:
        new = {
            "MK": dictionary(CA=pdf_string("I ACCEPT")),
            "AP": dictionary(N=writer.add_object(form("BT /F1 12 Tf 2 5 Td (I ACCEPT) Tj ET"))),
            "V": pdf_string("I ACCEPT"),
        }
        put("button", **{key: new[key]})(writer)

    assert outcome_of(spoil, prepared(a_button))[0] == "refused"


def test_button_that_stays_is_no_hindrance() -> None:
    assert outcome_of(ticked("/Yes", "/Yes"), prepared(a_button)) == ACCEPTED


# Choices.


@pytest.mark.parametrize(
    ("value", "shown", "expected"),
    [
        ("DE", "Germany", ACCEPTED),
        ("DE", "France", REFUSED),
        ("XX", "Germany", REFUSED),
        ("DE", "DE", ACCEPTED),
    ],
)
def test_choice_shows_the_words_for_what_it_stores(value: str, shown: str, expected: Outcome) -> None:
    assert outcome_of(written("country", value, shown)) == expected


@pytest.mark.parametrize(("shown", "expected"), [("Germany\nFrance", TOLD), ("Germany\nSpain", REFUSED)])
def test_list_shows_its_own_choices_and_which_is_for_a_person(shown: str, expected: Outcome) -> None:
    assert outcome_of(written("countries", "DE", shown, high=60)) == expected


def test_choices_may_not_change() -> None:
    pairs = generic.ArrayObject([generic.ArrayObject([pdf_string("FR"), pdf_string("Germany")])])
    assert 8 in outcome_of(put("country", Opt=pairs))[1]


# Text.


@pytest.mark.parametrize(("shown", "expected"), [("one\ntwo", ACCEPTED), ("two\none", REFUSED), ("one", REFUSED)])
def test_lines_are_read_from_the_top(shown: str, expected: Outcome) -> None:
    assert outcome_of(written("lines", "one\rtwo", shown, high=80)) == expected


@pytest.mark.parametrize(("shown", "expected"), [("*****", ACCEPTED), ("PAID", REFUSED), ("open", REFUSED)])
def test_secret_shows_nothing_but_stars(shown: str, expected: Outcome) -> None:
    assert outcome_of(written("secret", "open", shown)) == expected


@pytest.mark.parametrize(
    ("rich", "expected"),
    [
        ("<body><p>on</p><p>e&amp;two</p></body>", ACCEPTED),
        ("<body><p>none</p></body>", REFUSED),
    ],
)
def test_rich_text_says_what_the_plain_one_does(rich: str, expected: Outcome) -> None:
    assert outcome_of(written("lines", "one&two", "one&two", high=80, RV=pdf_string(rich))) == expected


def test_rich_text_that_was_left_behind_is_for_a_person() -> None:
    stale = prepared(put("lines", RV=pdf_string("<body><p>before</p></body>")))
    assert "/RV" in left_open(countersigned(written("lines", "after", "after", high=80), stale))[9]


# Boxes.


def two_boxes(second: Mapping[str, generic.PdfObject], page: int = 0) -> Spoil:
    """Give the text two boxes, the second as described, on a page of its own choice."""

    def spoil(writer: Writer) -> None:
        field = others.field(writer, "lines")
        parent = next(f for f in raw(writer.root["/AcroForm"]["/Fields"]) if f.get_object()["/T"] == "lines")
        kids = generic.ArrayObject()
        for number, pairs in ((0, {}), (page, second)):
            box = dictionary(Type=pdf_name("/Annot"), Subtype=pdf_name("/Widget"), F=generic.NumberObject(4))
            for key, value in {"/Rect": field["/Rect"], "/Parent": parent, **pairs}.items():
                box[pdf_name(key)] = value
            kid = writer.add_object(box)
            kids.append(kid)
            writer.register_annotation(writer.find_page_for_modification(number)[0], kid)
        listed = writer.find_page_for_modification(0)[0].get_object()
        kept = [a for a in raw(listed["/Annots"]) if a.get_object().get("/T") != "lines"]
        listed[pdf_name("/Annots")] = generic.ArrayObject(kept)
        writer.update_container(listed)
        for key in ("/Rect", "/AP", "/MK", "/F", "/P", "/Subtype", "/Type", "/BS"):
            field.pop(pdf_name(key), None)
        field[pdf_name("/Kids")] = kids
        writer.update_container(field)

    return spoil


def in_both(first: str, second: str) -> Spoil:
    """Fill the text, and write into each of its boxes."""

    def spoil(writer: Writer) -> None:
        field = others.field(writer, "lines")
        field[pdf_name("/V")] = pdf_string("one")
        writer.update_container(field)
        for kid, shown in zip(raw(field["/Kids"]), (first, second), strict=True):
            content = f"BT /F1 12 Tf 2 60 Td ({shown}) Tj ET"
            drawing = writer.add_object(form(content, BBox=numbers(0, 0, 200, 80)))
            kid.get_object()[pdf_name("/AP")] = dictionary(N=drawing)
            writer.update_container(kid.get_object())

    return spoil


ELSEWHERE = {"/Rect": numbers(72, 200, 272, 280)}


@pytest.mark.parametrize(
    ("first", "second", "more", "expected"),
    [
        ("one", "one", {}, ACCEPTED),
        ("one", "two", {}, REFUSED),
        ("one", "one", {"/F": generic.NumberObject(2)}, TOLD),
        ("one", "one", {"/Rect": numbers(72, 590, 272, 670)}, REFUSED),
    ],
    ids=["alike", "not alike", "one hidden", "one on the other"],
)
def test_every_box_of_a_field_shows_it(
    first: str, second: str, more: Mapping[str, generic.PdfObject], expected: Outcome
) -> None:
    base = prepared(two_boxes({**ELSEWHERE, **more}))
    assert outcome_of(in_both(first, second), base) == expected


@pytest.mark.parametrize(("second", "expected"), [("one", ACCEPTED), ("two", REFUSED), ("", REFUSED)])
def test_box_on_another_page_shows_the_field_too(second: str, expected: Outcome) -> None:
    assert outcome_of(in_both("one", second), prepared(two_boxes(ELSEWHERE, page=1))) == expected


@pytest.mark.parametrize(("key", "value"), [("F", generic.NumberObject(2)), ("F", generic.NumberObject(36))])
def test_field_may_not_be_hidden_later(key: str, value: generic.PdfObject) -> None:
    assert 8 in outcome_of(put("country", **{key: value}))[1]


def test_ground_and_border_of_a_field_stay() -> None:
    dark = dictionary(BG=numbers(0), BC=numbers(0))
    assert outcome_of(written("lines", "one", "one", high=80, MK=dark))[0] == "refused"


def test_typeface_of_the_drawing_is_the_programs_own_choice() -> None:
    def spoil(writer: Writer) -> None:
        written("lines", "one", "one", high=80)(writer)
        times = names({"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Times-Roman"})
        others.field(writer, "lines")["/AP"]["/N"]["/Resources"]["/Font"][pdf_name("/F1")] = times

    assert outcome_of(spoil) == ACCEPTED


def with_states(value: str, **drawn: str) -> Spoil:
    """Set the tick, and draw its states anew on the way."""

    def spoil(writer: Writer) -> None:
        states(**drawn)(writer)
        ticked(value, value)(writer)

    return spoil


def test_state_that_is_not_shown_yet_may_not_be_drawn_anew_unseen() -> None:
    base = prepared(states(Yes=TICK, Off=""))
    assert outcome_of(with_states("/Off", Yes="", Off=""), base) == TOLD


@pytest.mark.parametrize("freed", [True, False])
def test_drawing_of_a_tick_may_not_be_overwritten_in_place(freed: bool) -> None:
    signed = others.sign(prepared(states(Yes=TICK, Off="")))
    number = next(
        number
        for number, value in History(signed).written(1)
        if isinstance(value, Stream) and value.raw == TICK.encode()
    )
    words = b"BT /F1 12 Tf 2 5 Td (NO) Tj ET"
    empty = forge.revision(signed, {} if freed else {number: forge.stream(words, b"/Subtype /Form /BBox [0 0 20 20]")})
    table = b"xref\n%d 1\n0000000000 00001 f \ntrailer" % number
    altered = empty.replace(b"xref\ntrailer", table) if freed else empty
    assert outcome(others.sign(altered, "Signature2", at=(72, 100, 172, 150)))[0] == "refused"
