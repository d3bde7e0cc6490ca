"""T8: stays over New Year, that overlap, without an end; what came after; against a count day by day."""

from collections import Counter
from datetime import date, timedelta
from statistics import median
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.tables.rules import Regler
from assets.tables.skyddat_boende import SPEC
from assets.tables.spec import Figures
from tests.table_tools import YEAR, cell, cells, table

Record = dict[str, Any]


def case(arende_id: str = "a", person_id: str = "p", **said: Any) -> Record:
    return {
        "arende_id": arende_id,
        "person_id": person_id,
        "roll": "valdsutsatt_vuxen",
        "kon": "kvinna",
        "startdatum": date(2018, 1, 1),
        "slutdatum": None,
    } | said


def stay(first: date | None, last: date | None, insats_id: str = "i", arende_id: str = "a", **said: Any) -> Record:
    return {
        "insats_id": insats_id,
        "arende_id": arende_id,
        "insatstyp": "skyddat_boende",
        "beslut": "bifall",
        "verkstalld": first,
        "slutdatum": last,
        "kostnad_kr": None,
    } | said


def built(insatser: list[Record], arenden: list[Record] | None = None, barn: list[Record] | None = None,
          **said: Any) -> Figures:  # fmt: skip
    return table(SPEC, {"insats": insatser, "arende": arenden or [case()], "barn": barn or []}, **said)


@pytest.mark.parametrize(
    "no_stay",
    [
        stay(date(2019, 3, 1), date(2019, 3, 9), beslut="avslag"),
        stay(date(2019, 3, 1), date(2019, 3, 9), beslut="avbojd"),
        stay(None, date(2019, 3, 9)),
        stay(date(2019, 3, 1), date(2019, 3, 9), insatstyp="tillfalligt_boende"),
        stay(date(2018, 3, 1), date(2018, 12, 31)),
        stay(date(2020, 1, 1), None),
        stay(date(2019, 3, 1), date(2019, 3, 9), arende_id="another"),
    ],
)
def test_what_is_no_stay_of_the_year_is_not_counted(no_stay: Record) -> None:
    made = built([no_stay])
    for matt in ("antal_placeringar", "antal_personer", "antal_dagar", "antal_efterat", "kostnad_kr"):
        assert cell(made, matt) == 0
    assert cell(made, "median_dagar") == "saknas"


def test_a_source_that_is_not_delivered_is_missing_and_not_zero() -> None:
    made = built([], absent=["barn"])
    assert (cell(made, "antal_placeringar"), cell(made, "antal_medfoljande_barn")) == (0, "saknas")
    assert cell(built([], absent=["insats"]), "antal_dagar") == "saknas"


def test_a_stay_whose_case_is_not_there_is_told() -> None:
    made = built([stay(date(2019, 3, 1), None, arende_id="another")])
    assert made.notes[0].startswith("1 placeringar är inte räknade")
    assert not any("inte räknade" in note for note in built([stay(date(2019, 3, 1), None)]).notes)


def test_a_stay_over_new_year_counts_in_both_years_with_the_days_of_each() -> None:
    before = built([stay(date(2018, 12, 30), date(2019, 1, 2), kostnad_kr=4000.0)], regler=Regler(minsta_bas=1))
    assert (cell(before, "antal_placeringar"), cell(before, "antal_paborjade")) == (1, 0)
    assert cell(before, "antal_dagar") == 2
    assert (cell(before, "median_dagar"), cell(before, "kostnad_kr"), cell(before, "kostnad_per_dag")) == (
        4,
        4000,
        1000,
    )

    after = built([stay(date(2019, 12, 30), date(2020, 1, 2), kostnad_kr=4000.0)])
    assert (cell(after, "antal_paborjade"), cell(after, "antal_avslutade"), cell(after, "antal_dagar")) == (1, 0, 2)
    assert cell(after, "kostnad_kr") == 0


def test_days_are_those_of_the_tertial_too() -> None:
    made = built([stay(date(2019, 4, 30), date(2019, 9, 1))], tertials=True)
    assert [cell(made, "antal_dagar", period=p) for p in ("2019T1", "2019T2", "2019T3", "2019")] == [1, 123, 1, 125]
    assert [cell(made, "antal_avslutade", period=p) for p in ("2019T1", "2019T2", "2019T3")] == [0, 0, 1]


def test_days_of_overlapping_stays_are_counted_once_a_person() -> None:
    stays = [stay(date(2019, 3, 1), date(2019, 3, 10), "i"), stay(date(2019, 3, 8), date(2019, 3, 12), "j")]
    one = built(stays)
    assert (cell(one, "antal_placeringar"), cell(one, "antal_personer"), cell(one, "antal_dagar")) == (2, 1, 12)

    two = built([stays[0], stays[1] | {"arende_id": "b"}], [case(), case("b", "q")])
    assert (cell(two, "antal_personer"), cell(two, "antal_dagar")) == (2, 15)


def test_a_stay_without_end_lasts_to_what_is_known_or_the_periods_end() -> None:
    going_on = [stay(date(2019, 12, 1), None)]
    assert cell(built(going_on), "antal_dagar") == 31
    assert cell(built(going_on, known=date(2019, 12, 10)), "antal_dagar") == 10
    assert cell(built(going_on, known=date(2019, 11, 10)), "antal_dagar") == 0
    # A planned end is no day that has been.
    assert cell(built([stay(date(2019, 12, 1), date(2019, 12, 20))], known=date(2019, 12, 10)), "antal_dagar") == 10


def test_a_stay_without_end_in_a_closed_case_lasts_to_the_end_of_the_case_and_is_told() -> None:
    made = built([stay(date(2019, 3, 1), None, kostnad_kr=9000.0)], [case(slutdatum=date(2019, 3, 5))])
    assert (cell(made, "antal_dagar"), cell(made, "antal_avslutade"), cell(made, "kostnad_kr")) == (5, 0, 0)
    assert any(note.startswith("1 placeringar saknar slutdatum") for note in made.notes)
    begun_later = built([stay(date(2019, 3, 9), None)], [case(slutdatum=date(2019, 3, 5))])
    assert cell(begun_later, "antal_dagar") == 1


def test_a_cost_that_is_not_known_is_not_zero() -> None:
    ended = [stay(date(2019, 3, 1), date(2019, 3, 4), "i"), stay(date(2019, 5, 1), date(2019, 5, 2), "j")]
    made = built(ended)
    assert (cell(made, "antal_avslutade"), cell(made, "antal_kostnad_kand")) == (2, 0)
    assert (cell(made, "kostnad_kr"), cell(made, "kostnad_per_dag")) == ("saknas", "saknas")

    ended[0]["kostnad_kr"] = 6000.0
    made = built(ended)
    assert (cell(made, "kostnad_kr"), cell(made, "antal_kostnad_kand"), cell(made, "kostnad_per_dag")) == (
        6000,
        1,
        1500,
    )


def test_the_median_needs_a_base() -> None:
    lengths = [2, 3, 5, 8, 13, 21, 34, 55, 89]
    stays = [stay(date(2019, 3, 1), date(2019, 3, 1) + timedelta(days=n - 1), f"i{n}") for n in lengths]
    assert cell(built(stays), "median_dagar") == "saknas"
    tenth = stay(date(2019, 3, 1), date(2019, 3, 1), "i1")
    assert cell(built([*stays, tenth]), "median_dagar") == median([*lengths, 1])


END = date(2019, 6, 10)


@pytest.mark.parametrize(
    ("next_", "came"),
    [
        (None, "ingen_ny_insats"),
        (stay(END, None, "n", insatstyp="stodsamtal"), "stodsamtal"),
        (stay(END + timedelta(30), None, "n", insatstyp="nytt_boende"), "nytt_boende"),
        (stay(END + timedelta(31), None, "n", insatstyp="nytt_boende"), "ingen_ny_insats"),
        (stay(END - timedelta(1), None, "n", insatstyp="stodsamtal"), "ingen_ny_insats"),
        (stay(END + timedelta(3), None, "n", insatstyp="stodsamtal", beslut="avbojd"), "ingen_ny_insats"),
        (stay(END + timedelta(3), None, "n", "b", insatstyp="kontaktperson"), "kontaktperson"),
        (stay(END + timedelta(3), None, "n", "c", insatstyp="kontaktperson"), "ingen_ny_insats"),
        (stay(END + timedelta(3), END + timedelta(200), "n"), "skyddat_boende"),
        (stay(END - timedelta(9), END + timedelta(1), "n"), "skyddat_boende"),
        (stay(END - timedelta(9), END - timedelta(1), "n"), "ingen_ny_insats"),
    ],
)
def test_what_came_after_is_the_first_insats_of_the_person_that_began(next_: Record | None, came: str) -> None:
    stays = [stay(date(2019, 6, 1), END), *([next_] if next_ else [])]
    made = built(stays, [case(), case("b"), case("c", "q")])
    assert came in cells(made, "antal_efterat", "efterat")
    assert sum(cells(made, "antal_efterat", "efterat").values()) == 2 * cell(made, "antal_avslutade")  # type: ignore[arg-type]


def test_the_first_of_several_counts_then_the_order_of_the_code_list() -> None:
    later = [
        stay(END + timedelta(2), None, "n1", insatstyp="annan_insats"),
        stay(END + timedelta(2), None, "n2", insatstyp="ekonomiskt_bistand"),
        stay(END + timedelta(3), None, "n3", insatstyp="stodsamtal"),
    ]
    made = built([stay(date(2019, 6, 1), END), *later])
    assert cells(made, "antal_efterat", "efterat") == {"ekonomiskt_bistand": 1, "totalt": 1}


def test_the_case_may_end_within_the_days() -> None:
    for days, came in ((0, "arendet_avslutat"), (30, "arendet_avslutat"), (31, "ingen_ny_insats")):
        made = built([stay(date(2019, 6, 1), END)], [case(slutdatum=END + timedelta(days))])
        assert cells(made, "antal_efterat", "efterat") == {came: 1, "totalt": 1}


def test_what_cannot_be_known_yet_is_unknown_but_what_is_seen_is_seen() -> None:
    known = END + timedelta(29)
    closed = [case(slutdatum=END)]
    assert cells(built([stay(date(2019, 6, 1), END)], closed, known=known), "antal_efterat", "efterat") == {
        "okant": 1, "totalt": 1,
    }  # fmt: skip
    seen = [stay(date(2019, 6, 1), END), stay(END, None, "n", insatstyp="stodsamtal")]
    assert cell(built(seen, closed, known=known), "antal_efterat", efterat="stodsamtal") == 1
    assert cell(built([stay(date(2019, 6, 1), date(2019, 12, 20))]), "antal_efterat", efterat="okant") == 1
    short = built([stay(date(2019, 6, 1), END)], closed, known=known, regler=Regler(efter_boende=7))
    assert cell(short, "antal_efterat", efterat="arendet_avslutat") == 1


def test_children_placed_themselves_and_children_along_stand_apart() -> None:
    cases = [case(), case("b", "child", roll="barn", kon="man"), case("c", "q")]
    stays = [
        stay(date(2019, 3, 1), date(2019, 3, 9)),
        stay(date(2019, 3, 1), date(2019, 3, 9), "j", "b"),
        stay(date(2018, 3, 1), date(2018, 3, 9), "k", "c"),
    ]
    along = [
        {"barn_id": "child", "arende_id": "a", "kon": "man"},
        {"barn_id": "x", "arende_id": "a", "kon": "kvinna"},
        {"barn_id": "y", "arende_id": "c", "kon": "kvinna"},
    ]
    made = built(stays, cases, along)
    assert cells(made, "antal_placeringar", "roll") == {
        "valdsutsatt_vuxen": 1, "barn": 1, "valdsutovare": "ej_tillampligt", "totalt": 2,
    }  # fmt: skip
    assert cells(made, "antal_medfoljande_barn", "kon") == {"kvinna": 1, "man": 1, "totalt": 2}


def test_a_stay_given_to_one_who_used_violence_is_an_error_that_is_seen() -> None:
    made = built([stay(date(2019, 3, 1), date(2019, 3, 9))], [case(roll="valdsutovare")])
    assert cell(made, "antal_placeringar", roll="valdsutovare") == 1


def test_a_persons_sex_is_that_of_the_latest_case() -> None:
    cases = [case(), case("b", kon="annat_okant", startdatum=date(2019, 9, 1))]
    made = built([stay(date(2019, 3, 1), date(2019, 3, 9))], cases)
    assert cells(made, "antal_placeringar", "kon") == {"kvinna": 1, "totalt": 1}
    assert cells(made, "antal_personer", "kon") == {"annat_okant": 1, "totalt": 1}
    assert cells(made, "antal_dagar", "kon") == {"annat_okant": 9, "totalt": 9}


def test_kommuner_at_once_are_what_each_is_alone() -> None:
    far = {"kommun": "0180", "leverans_id": 2}
    stays = [stay(date(2019, 3, 1), date(2019, 3, 9)), stay(date(2019, 3, 1), None, "j", "b") | far]
    made = built(stays, [case(), case("b", "q") | far], kommuner=("0114", "0180"))
    assert [cell(made, "antal_dagar", kommun=k) for k in ("0114", "0180")] == [9, 306]


# --- day by day -------------------------------------------------------------------------------------------------------

day = st.dates(date(2018, 12, 20), date(2019, 2, 1)) | st.dates(date(2019, 11, 20), date(2020, 2, 10))
BASE = date(2019, 1, 1)


@st.composite
def registers(draw: st.DrawFn) -> tuple[list[Record], list[Record], date]:
    cases, insatser = [], []
    for n in range(draw(st.integers(1, 4))):
        ends = draw(st.none() | day)
        person = draw(st.sampled_from("pqr"))
        roll = draw(st.sampled_from(["valdsutsatt_vuxen", "barn"]))
        # One sex a person: which case tells it is tested above.
        cases.append(case(f"a{n}", person, roll=roll, slutdatum=ends, kon="man" if person == "r" else "kvinna"))
    for n in range(draw(st.integers(1, 8))):
        begins = draw(st.none() | day)
        lasts = draw(st.none() | st.integers(0, 40))
        insatser.append(
            stay(
                begins,
                begins + timedelta(lasts) if begins and lasts is not None else None,
                f"i{n}",
                f"a{draw(st.integers(0, len(cases)))}",
                insatstyp=draw(st.sampled_from(["skyddat_boende", "skyddat_boende", "stodsamtal", "nytt_boende"])),
                beslut=draw(st.sampled_from(["bifall", "utan_behovsprovning", "bifall", "avbojd"])),
                kostnad_kr=draw(st.none() | st.sampled_from([0.0, 500.0, 12_000.0])),
            )
        )
    return cases, insatser, draw(st.sampled_from([date(2019, 12, 31), date(2020, 1, 10), date(2019, 12, 5)]))


def counted(cases: list[Record], insatser: list[Record], known: date) -> dict[str, Counter[tuple[str, ...]]]:
    """Days a person and stays by what came after, going through every day and every insats."""
    owner = {c["arende_id"]: c for c in cases}
    given = [i | owner[i["arende_id"]] | {"ends": i["slutdatum"], "closes": owner[i["arende_id"]]["slutdatum"]}
             for i in insatser if i["arende_id"] in owner and i["verkstalld"]
             and i["beslut"] in ("bifall", "utan_behovsprovning")]  # fmt: skip
    stays = [i for i in given if i["insatstyp"] == "skyddat_boende"]

    def last_of(i: Record) -> date:
        last: date = i["ends"] or (max(i["closes"], i["verkstalld"]) if i["closes"] else date.max)
        return last

    days: Counter[tuple[str, ...]] = Counter()
    for n in range(365):
        here = BASE + timedelta(n)
        for person in "pqr":
            theirs = [i for i in stays if i["person_id"] == person and i["verkstalld"] <= here <= last_of(i)]
            if theirs and here <= known:
                whose = min(theirs, key=lambda i: (i["verkstalld"], i["roll"] == "barn"))
                days[whose["roll"], whose["kon"]] += 1
    came: Counter[tuple[str, ...]] = Counter()
    order = ["stodsamtal", "skyddat_boende", "nytt_boende"]
    for i in stays:
        if not i["ends"] or i["ends"].year != YEAR:
            continue
        theirs = [o for o in given if o["person_id"] == i["person_id"] and o["insats_id"] != i["insats_id"]]
        horizon = i["ends"] + timedelta(30)
        new = [
            (o["verkstalld"], order.index(o["insatstyp"])) for o in theirs if i["ends"] <= o["verkstalld"] <= horizon
        ]
        if any(o["insatstyp"] == "skyddat_boende" and o["verkstalld"] <= i["ends"] < last_of(o) for o in theirs):
            what = "skyddat_boende"
        elif new:
            what = order[min(new)[1]]
        elif horizon > known:
            what = "okant"
        else:
            what = "arendet_avslutat" if i["closes"] and i["closes"] <= horizon else "ingen_ny_insats"
        came[i["roll"], what, i["kon"]] += 1
    return {"antal_dagar": days, "antal_efterat": came}


@settings(max_examples=15, deadline=None)
@given(registers())
def test_days_and_what_came_after_agree_with_a_count_day_by_day(drawn: tuple[list[Record], list[Record], date]) -> None:
    cases, insatser, known = drawn
    made = built(insatser, cases, known=known)
    for matt, expected in counted(cases, insatser, known).items():
        names = ("roll", "kon") if matt == "antal_dagar" else ("roll", "efterat", "kon")
        found = {k: v for k, v in cells(made, matt, *names).items() if "totalt" not in k and v != "ej_tillampligt"}
        assert found == dict(expected)
        assert cell(made, matt) == expected.total()
