"""What must hold for every person and every notation. Numbers are from the test series (birth number 980-999)."""

from datetime import date, timedelta

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from quality.identity import Pseudonymizer, age_group, canonical_person_id, find_identifiers, mask_text
from quality.identity_number import luhn_ok

REFERENCE = date(2024, 5, 17)
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d\u00ad"
SPACES = " \t\u00a0\u2009\u202f"
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

births = st.dates(date(1880, 1, 1), REFERENCE)


def number(born: date, serial: int, *, coordination: bool) -> str:
    """Twelve digits with a right check digit."""
    nine = f"{born:%y%m}{born.day + 60 * coordination:02d}{serial}"
    check = next(digit for digit in "0123456789" if luhn_ok(nine + digit))
    return f"{born:%Y}"[:2] + nine + check


people = st.builds(number, births, st.integers(980, 999), coordination=st.booleans())


@st.composite
def notations(draw: st.DrawFn) -> tuple[str, str]:
    """A person's canonical number, and one way to write it."""
    person = draw(people)
    year = int(person[:4])
    day = int(person[6:8]) % 60
    born = date(year, int(person[4:6]), day)
    dash, space = draw(st.sampled_from(DASHES)), st.sampled_from(["", *SPACES])
    # Without century only the youngest possible person is meant; with a plus whoever turned 100 or will this year.
    century = born <= REFERENCE.replace(year=REFERENCE.year - 100) or draw(st.booleans())
    plus = REFERENCE.year - 200 < year <= REFERENCE.year - 100 and draw(st.booleans())
    if plus:
        century = draw(st.booleans())
    sign = draw(st.sampled_from(["+", "\uff0b"])) if plus else draw(st.sampled_from([dash, "", " ", "."]))
    inner = draw(st.sampled_from(["", "-", ".", " ", "/"]))
    text = (
        (person[:2] if century else "")
        + inner.join((person[2:4], person[4:6], person[6:8]))
        + draw(space)
        + sign
        + draw(space)
        + person[8:]
    )
    if draw(st.booleans()):
        text = text.translate(FULL_WIDTH)
    return person, draw(space) + text + draw(space)


def canonical(text: str) -> tuple[str | None, str]:
    forms, rules = canonical_person_id(pd.Series([text], dtype="str"), REFERENCE)
    return (None if forms.isna().iat[0] else forms.iat[0]), rules.iat[0]


@given(notations())
def test_all_notations_of_a_person_give_one_form(case: tuple[str, str]) -> None:
    person, text = case
    assert canonical(text) == (person, "")


@given(notations())
def test_no_notation_of_a_person_passes_the_scan(case: tuple[str, str]) -> None:
    _, text = case
    for cell in (text, f"se {text}, ring", f"pnr: {text}."):
        assert len(find_identifiers(pd.DataFrame([[cell]], dtype="str"))) == 1
        assert "•••" in mask_text(cell)


@given(people, st.integers(0, 11), st.integers(1, 9))
def test_one_mistyped_digit_is_never_taken_for_a_person(person: str, place: int, step: int) -> None:
    wrong = person[:place] + str((int(person[place]) + step) % 10) + person[place + 1 :]
    form, rule = canonical(wrong)
    # A wrong century is the one slip the check digit cannot see.
    assert form is None or place < 2
    assert (rule == "") == (form is not None)


@given(st.text(max_size=60))
def test_any_text_is_either_canonical_or_names_its_rule(text: str) -> None:
    form, rule = canonical(text)
    assert (form is None) == (rule in {"saknas", "form", "personnummer_datum", "personnummer_kontrollsiffra"})
    assert (form is not None) == (rule == "")
    if form is not None:
        assert canonical(form) == (form, "")


pieces = st.one_of(
    notations().map(lambda case: case[1]), st.text("0123456789 -+._@aT", max_size=12), st.text(max_size=5)
)


@given(st.lists(pieces, max_size=6).map("".join))
def test_masked_text_holds_no_identifier(text: str) -> None:
    masked = mask_text(text)
    assert len(find_identifiers(pd.DataFrame([[masked]], dtype="str"))) == 0
    assert mask_text(masked) == masked


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%d/%m/%Y", "%y%m%d"]))
def test_dates_are_not_identifiers(day: date, form: str) -> None:
    assert len(find_identifiers(pd.DataFrame([[f"{day:{form}}"]], dtype="str"))) == 0


@given(st.binary(min_size=16, max_size=16))
def test_pseudonyms_are_not_identifiers(half: bytes) -> None:
    assert len(find_identifiers(pd.DataFrame([[half.hex()]], dtype="str"))) == 0


@given(st.lists(st.one_of(st.none(), st.text(max_size=20)), max_size=30), st.binary(min_size=32, max_size=32))
def test_pseudonyms_are_equal_exactly_where_ids_are(ids: list[str | None], key: bytes) -> None:
    given_ids = pd.Series(ids, dtype="str")
    made = Pseudonymizer(key, 1).pseudonyms("person", given_ids).fillna("").tolist()
    known = [(word, pseudonym) for word, pseudonym in zip(ids, made, strict=True) if word and word.strip()]
    assert len({word for word, _ in known}) == len({pseudonym for _, pseudonym in known}) == len(set(known))
    assert made.count("") == len(ids) - len(known)


@given(births, st.integers(0, 45000), st.booleans())
def test_age_group_agrees_with_whole_years(born: date, days: int, coordination: bool) -> None:
    on = born + timedelta(days=days)
    years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    limits = {"0_6": 6, "7_12": 12, "13_17": 17, "18_25": 25, "26_40": 40, "41_60": 60, "61_plus": 130}
    expected = next(group for group, last in limits.items() if years <= last)
    person = number(born, 980, coordination=coordination)
    ages = age_group(pd.Series([person], dtype="str"), pd.Series([pd.Timestamp(on)]))
    assert ages.tolist() == [expected]
