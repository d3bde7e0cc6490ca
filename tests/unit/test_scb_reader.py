"""SCB's population, from CSV and from json-stat2: faults first, then that no figure and no total changes."""

import csv
import random
from collections.abc import Callable
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.validation import parse
from sources import scb
from sources.base import Part, Reading, Unreadable
from sources.recognition import recognise
from sources.registry import SOURCES
from sources.scb.codes import ages, alder, kon
from tests.scb_tables import REGIONS, SEXES, Pairs, population, raw
from warehouse.contracts.base import typed
from warehouse.contracts.delivery import Fault
from warehouse.contracts.faults import RULES, explain
from warehouse.contracts.omvarld import Befolkning

EXAMPLE = Path(__file__).parents[2] / "examples" / "scb_befolkning_2019.csv"
FIXTURE = Path(__file__).parents[1] / "fixtures" / "scb_TAB6471_utdrag.json"
HEADER = "kommunkod,kommun,kon,ar,folkmangd"
AGE_HEADER = "kommunkod;ar;kon;alder;folkmangd"
YEARS = [(str(i), f"{i} år") for i in range(100)] + [("100+", "100+ år")]
TENS: Pairs = [
    ("-9", "0-9 år"),
    *((f"{i}-{i + 9}", f"{i}-{i + 9} år") for i in range(10, 100, 10)),
    ("100+10", "100+ år"),
]
ALL = [("tot", "totalt ålder")]

Record = dict[str, Any]


def of_csv(*lines: str, header: str = HEADER) -> Reading:
    return scb.read("\n".join([header, *lines, ""]).encode(), {})


def of_json(data: Any) -> Reading:
    return scb.read(raw(data), {"_fil": "svar.json"})


def part(reading: Reading) -> Part:
    (only,) = reading.parts
    assert only.tabell == "befolkning"
    return only


def records(reading: Reading) -> list[Record]:
    frame = part(reading).table.frame.astype(object)
    return frame.where(frame.notna(), None).to_dict("records")


def figures(reading: Reading) -> dict[tuple[str, str, str, str], str | None]:
    found = {(r["kommunkod"], r["ar"], r["kon"], r["alder"]): r["antal"] for r in records(reading)}
    assert len(found) == len(records(reading))
    return found


def people(region: str, age: str, sex: str, year: str) -> int:
    """Any figures whose parts give their totals."""
    parts = [3, 4] if sex.startswith("totalt") else [3] if sex == "män" else [4]
    spans = {"totalt ålder": 101, "100+ år": 1}
    whole = spans.get(age, 10 if "-" in age else 1)
    return sum(parts) * whole * (1 + REGIONS.index(next(r for r in REGIONS if r[0] == region)))


# CSV


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("0115,Vallentuna,1,2019,16899", Fault("okand_kod", 5, "kon")),
        ("0115,Vallentuna,2,2019,16899", Fault("okand_kod", 5, "kon")),
        ("0115,Vallentuna,TotSa,2019,16899", Fault("okand_kod", 5, "kon")),
        ("0114,Upplands Väsby,Totalt,2019,46787", Fault("summa", 5, "antal")),
        ("0114,Upplands Väsby,Totalt,2019,46785", Fault("summa", 5, "antal")),
        ("0115,Vallentuna,Kvinnor,2019", Fault("fel_antal_falt", 5)),
        ("0115,Vallentuna,Kvinnor,2019,1,2", Fault("fel_antal_falt", 5)),
    ],
)
def test_a_bad_population_row_is_named_by_place_and_the_rest_is_read(line: str, fault: Fault) -> None:
    reading = of_csv(
        "0114,Upplands Väsby,Kvinnor,2019,23262",
        "0114,Upplands Väsby,Män,2019,23524",
        "0114,Upplands Väsby,Totalt,2019,46786",
        line,
    )
    assert part(reading).table.faults == (fault,)
    assert list(part(reading).table.rows) == [2, 3, 4]


@pytest.mark.parametrize("column", ["kommunkod", "kon", "ar", "folkmangd"])
def test_a_population_file_without_a_column_is_refused_by_its_name(column: str) -> None:
    with pytest.raises(Unreadable) as refused:
        of_csv("0114,Upplands Väsby,Kvinnor,2019,23262", header=HEADER.replace(column, "annat"))
    assert refused.value.faults == (Fault("saknad_kolumn", 1, column),)


@pytest.mark.parametrize("age", ["20-tal", "150", "30-20", "20_20", "-5", "vuxna", "1;5"])
def test_an_age_that_is_none_costs_its_row(age: str) -> None:
    reading = of_csv("0114;2024;Kvinnor;5;7", f'0114;2024;Kvinnor;"{age}";9', header=AGE_HEADER)
    assert part(reading).table.faults == (Fault("okand_kod", 3, "alder"),)
    assert figures(reading) == {("0114", "2024", "kvinna", "5"): "7"}


def test_an_age_that_is_not_given_is_left_for_validation_to_miss() -> None:
    reading = of_csv("0114;2024;Kvinnor;;7", "0114;2024;Kvinnor;6;7", header=AGE_HEADER)
    kept, faults = parse(Befolkning, part(reading).table, date(2025, 3, 1))
    assert faults == [Fault("saknas", 2, "alder", bokstav="D")]
    assert list(kept["alder"]) == ["6"]


@pytest.mark.parametrize(
    ("written", "contract"),
    [
        ("0 år", "0"),
        ("7", "7"),
        ("07", "7"),
        ("99 år", "99"),
        ("100+ år", "100_plus"),
        ("100+", "100_plus"),
        ("100+5", "100_plus"),
        ("100_plus", "100_plus"),
        ("65+ år", "65_plus"),
        ("65 år och äldre", "65_plus"),
        ("65-w år", "65_plus"),
        ("0-9 år", "0_9"),
        ("20–29 år", "20_29"),
        ("20_29", "20_29"),
        ("totalt ålder", "totalt"),
        ("totalt, samtliga åldrar", "totalt"),
        ("tot", "totalt"),
        ("Totalt", "totalt"),
    ],
)
def test_an_age_is_read_however_it_is_written_and_fits_the_contract(written: str, contract: str) -> None:
    reading = of_csv(f'0114;2024;Kvinnor;"{written}";7', header=AGE_HEADER)
    assert figures(reading) == {("0114", "2024", "kvinna", contract): "7"}
    kept, faults = parse(Befolkning, part(reading).table, date(2025, 3, 1))
    assert (len(kept), faults) == (1, [])


@given(year=st.integers(1975, 2060), noise=st.integers(-15, 15), women=st.integers(100, 10**6))
@settings(max_examples=60, deadline=None)
def test_totals_are_exact_to_2024_and_within_the_cell_key_noise_after(year: int, noise: int, women: int) -> None:
    reading = of_csv(
        f"0114,x,Totalt,{year},{women + 50_000 + noise}", f"0114,x,Kvinnor,{year},{women}", f"0114,x,Män,{year},50000"
    )
    holds = abs(noise) <= (9 if year >= 2025 else 0)
    assert part(reading).table.faults == (() if holds else (Fault("summa", 2, "antal"),))


def test_a_year_that_is_none_does_not_widen_the_period() -> None:
    lines = [f"0114,x,Kvinnor,{year},7" for year in ("2023", "198503779913", "2024-12-31", "20245", "1024", "")]
    assert of_csv(*lines).facts["period"] == "2023"


def test_sex_is_read_by_name_in_any_order() -> None:
    rows = records(of_csv("0114,x,Totalt,2019,3", "0114,x,Män,2019,2", "0114,x,Kvinnor,2019,1"))
    assert {r["kon"]: r["antal"] for r in rows} == {"totalt": "3", "man": "2", "kvinna": "1"}


def test_a_total_is_not_judged_when_a_part_is_missing() -> None:
    reading = of_csv("0114,x,Totalt,2019,3", "0114,x,Män,2019,1", "0114,x,Kvinnor,2019,..")
    assert part(reading).table.faults == ()
    assert records(reading)[2]["antal"] is None


def test_all_population_rows_of_the_example_come_out_with_the_figures_of_the_file() -> None:
    with EXAMPLE.open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    reading = scb.read(EXAMPLE.read_bytes(), {})
    word = {"Kvinnor": "kvinna", "Män": "man", "Totalt": "totalt"}
    assert len(expected) == 870
    assert [(r["kommunkod"], r["ar"], r["kon"], r["alder"], r["antal"]) for r in records(reading)] == [
        (r["kommunkod"], r["ar"], word[r["kon"]], "totalt", r["folkmangd"]) for r in expected
    ]
    assert sum(int(r["antal"]) for r in records(reading) if r["kon"] == "totalt") == 10_327_589
    assert part(reading).table.faults == part(reading).warnings == ()
    assert (reading.facts["urval"], reading.facts["period"]) == ("kon", "2019")


# json-stat2: what is refused


def relabelled(dimension: str, code: str, label: str) -> dict[str, Any]:
    data = population(people, ages=[*ALL, ("5", "5 år")])
    data["dimension"][dimension]["category"]["label"][code] = label
    return data


def recoded(dimension: str, old: str, new: str) -> dict[str, Any]:
    data = population(people)
    category = data["dimension"][dimension]["category"]
    for name in ("index", "label"):
        category[name] = {new if code == old else code: value for code, value in category[name].items()}
    return data


def renamed(dimension: str, name: str) -> dict[str, Any]:
    data = population(people)
    data["id"] = [name if i == dimension else i for i in data["id"]]
    data["dimension"][name] = data["dimension"].pop(dimension)
    data["role"] = {}
    return data


def with_civil_status(*pairs: tuple[str, str]) -> dict[str, Any]:
    data = population(people)
    data["id"].insert(1, "Civilstand")
    data["size"].insert(1, len(pairs))
    data["dimension"]["Civilstand"] = {"category": {"index": [c for c, _ in pairs], "label": dict(pairs)}}
    data["value"] = data["value"] * len(pairs)
    return data


BAD: dict[str, tuple[Callable[[], dict[str, Any]], str, str]] = {
    "months": (lambda: recoded("Tid", "2024", "2026M01"), "scb_period", "Tid"),
    "quarters": (lambda: recoded("Tid", "2024", "2024K1"), "scb_period", "Tid"),
    "five years as one": (lambda: recoded("Tid", "2024", "2020-2024"), "scb_period", "Tid"),
    "sex by number only": (lambda: relabelled("Kon", "2", "2"), "scb_kategori", "Kon"),
    "sex in English": (lambda: relabelled("Kon", "2", "women"), "scb_kategori", "Kon"),
    "another sex": (lambda: relabelled("Kon", "1", "uppgift saknas"), "scb_kategori", "Kon"),
    "an unknown age": (lambda: relabelled("Alder", "5", "5 månader"), "scb_kategori", "Alder"),
    "an age group that goes backwards": (lambda: relabelled("Alder", "5", "9-5 år"), "scb_kategori", "Alder"),
    "an unknown kind of area": (lambda: recoded("Region", "0114", "FA01"), "scb_kategori", "Region"),
    "an area in a kommun": (lambda: recoded("Region", "0114", "0114A0010"), "scb_kategori", "Region"),
    "another content by its label": (
        lambda: relabelled("ContentsCode", "BE0101N1", "Folkökning"),
        "scb_innehall",
        "ContentsCode",
    ),
    "another content with a word more": (
        lambda: relabelled("ContentsCode", "BE0101N1", "Folkmängdsförändring"),
        "scb_innehall",
        "ContentsCode",
    ),
    "a mean": (lambda: relabelled("ContentsCode", "BE0101N1", "Medelfolkmängd"), "scb_innehall", "ContentsCode"),
    "no area": (lambda: renamed("Region", "Land"), "scb_indelning", "Region"),
    "no time": (lambda: renamed("Tid", "Tidpunkt"), "scb_indelning", "Tid"),
    "sex under another name": (lambda: renamed("Kon", "Sex"), "scb_indelning", "region, ålder, kön eller år"),
    "one civil status": (lambda: with_civil_status(("OG", "ogifta")), "scb_indelning", "region, ålder, kön eller år"),
    "civil status beside its total": (
        lambda: with_civil_status(("SC", "totalt, samtliga civilstånd"), ("OG", "ogifta")),
        "scb_indelning",
        "region, ålder, kön eller år",
    ),
    "län only": (
        lambda: population(lambda *_: 1, regions=[("00", "Riket"), ("01", "Stockholms län")]),
        "scb_inga_kommuner",
        "Region",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_another_table_than_population_a_year_is_refused_with_its_dimension(kind: str) -> None:
    make, regel, place = BAD[kind]
    with pytest.raises(Unreadable) as refused:
        of_json(make())
    assert refused.value.faults == (Fault(regel, kolumn=place),)
    assert RULES[regel].hel
    assert all(len(text) > 10 for text in explain(regel, place))


def test_two_contents_in_one_table_are_refused() -> None:
    data = population(people)
    data["dimension"]["ContentsCode"]["category"] = {
        "index": ["BE0101N1", "BE0101N2"],
        "label": {"BE0101N1": "Folkmängd", "BE0101N2": "Folkökning"},
    }
    data["size"][data["id"].index("ContentsCode")] = 2
    data["value"] = data["value"] * 2
    with pytest.raises(Unreadable) as refused:
        of_json(data)
    assert refused.value.faults == (Fault("scb_innehall", kolumn="ContentsCode"),)


def test_a_real_table_of_months_is_refused_as_such() -> None:
    with pytest.raises(Unreadable) as refused:
        scb.read(FIXTURE.read_bytes(), {})
    assert refused.value.faults == (Fault("scb_period", kolumn="Tid"),)


@pytest.mark.parametrize("content", [b"", b"[1]", b"<html>", b'"0114"', b'{"class": "dataset"'])
def test_a_json_file_is_never_read_as_csv(content: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        scb.read(content, {"_fil": "SVAR.JSON"})
    assert {f.regel for f in refused.value.faults} <= {"tom_fil", "json_fel", "jsonstat_fel"}


# json-stat2: what costs a row


@pytest.mark.parametrize(
    ("value", "regel"),
    [("många", "heltal"), (12.5, "heltal"), (-4, "utanfor_granser"), (None, "saknas"), ("..", "saknas")],
)
def test_a_value_that_is_no_count_is_reported_at_its_place_in_the_list(value: Any, regel: str) -> None:
    data = population(people, sexes=SEXES[:2])
    data["value"][2] = value
    kept, faults = parse(Befolkning, part(of_json(data)).table, date(2025, 3, 1))
    assert faults == [Fault(regel, 3, "antal")]
    assert list(kept["rad"]) == [1, 2, 4]


def test_a_mark_for_nothing_to_count_is_zero_and_one_for_not_known_is_missing() -> None:
    data = population(lambda *_: None, sexes=SEXES[:2], status={"0": "-", "1": ".."})
    assert list(figures(of_json(data)).values()) == ["0", None, None, None]


def test_an_unknown_kommun_costs_its_rows_only() -> None:
    data = population(lambda *_: 5, sexes=None, regions=[("0114", "Upplands Väsby"), ("1917", "Heby")])
    kept, faults = parse(Befolkning, part(of_json(data)).table, date(2025, 3, 1))
    assert faults == [Fault("okand_kommunkod", 2, "kommunkod")]
    assert list(kept["kommunkod"]) == ["0114"]


def test_the_same_age_with_other_people_is_a_fault_and_with_the_same_it_is_once() -> None:
    hundred: Pairs = [("100+", "100+ år"), ("100+5", "100+ år"), ("100+10", "100+ år")]
    same = of_json(population(people, ages=hundred))
    assert len(figures(same)) == 2 * 3
    assert part(same).table.faults == ()
    data = population(people, ages=hundred, sexes=SEXES[:1])
    data["value"][1] += 1
    assert part(of_json(data)).table.faults == (Fault("samma_nyckel_olika_nummer", 2, "antal"),)


def test_a_total_of_the_sexes_that_cannot_be_is_refused_for_its_age_alone() -> None:
    data = population(people, ages=[("5", "5 år"), ("6", "6 år")])
    data["value"][5] += 1  # 0114, 6 years, total
    table = part(of_json(data)).table
    assert table.faults == (Fault("summa", 6, "antal"),)
    assert list(table.rows) == [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12]


@pytest.mark.parametrize(("ages_", "cells"), [(YEARS, 101), (TENS, 11)])
@pytest.mark.parametrize("year", ["2024", "2025"])
def test_a_total_of_ages_is_exact_to_2024_and_then_within_three_for_each_cell(
    ages_: Pairs, cells: int, year: str
) -> None:
    most = 3 * (cells + 1) if year == "2025" else 0
    for off, faults in ((most, ()), (-most, ()), (most + 1, (Fault("summa", 1, "antal"),))):
        data = population(people, ages=[*ALL, *ages_], sexes=SEXES[1:2], years=[year], regions=REGIONS[:1])
        data["value"][0] += off
        assert part(of_json(data)).table.faults == faults


@pytest.mark.parametrize("gone", [0, 50, 100])
def test_a_total_of_ages_is_not_judged_by_a_set_with_a_gap(gone: int) -> None:
    ages_ = YEARS[:gone] + YEARS[gone + 1 :]
    data = population(people, ages=[*ALL, *ages_], sexes=SEXES[1:2])
    assert part(of_json(data)).table.faults == ()


def test_years_and_groups_beside_each_other_are_each_judged() -> None:
    sound = population(people, ages=[*ALL, *YEARS, *TENS], sexes=SEXES[1:2], regions=REGIONS[:1])
    assert part(of_json(sound)).table.faults == ()
    for place in (3, len(YEARS) + 3):  # a single year, a group
        data = population(people, ages=[*ALL, *YEARS, *TENS], sexes=SEXES[1:2], regions=REGIONS[:1])
        data["value"][place] += 1
        assert part(of_json(data)).table.faults == (Fault("summa", 1, "antal"),)


# json-stat2: what is read


def test_wider_areas_are_left_out_and_said_so() -> None:
    regions: Pairs = [("00", "Riket"), ("01", "Stockholms län"), *REGIONS]
    reading = of_json(population(lambda r, *_: int(r), sexes=None, regions=regions))
    assert {k[0]: v for k, v in figures(reading).items()} == {"0114": "114", "0115": "115"}
    assert part(reading).warnings == (Fault("utelamnat_omrade"),)
    assert list(part(reading).table.rows) == [3, 4]
    assert not RULES["utelamnat_omrade"].hel


def test_women_are_women_whatever_their_code_and_place() -> None:
    for pairs in ([("1", "kvinnor"), ("2", "män")], [("2", "kvinnor"), ("1", "män")], [("x", "Män"), ("y", "Kvinnor")]):
        reading = of_json(population(lambda *cell: {"män": 8, "kvinnor": 9}[cell[2].lower()], sexes=pairs))
        assert {k[2]: v for k, v in figures(reading).items()} == {"man": "8", "kvinna": "9"}


def test_the_published_total_is_used_as_it_stands_also_when_its_parts_differ() -> None:
    data = population(lambda *cell: {"män": 4, "kvinnor": 18}.get(cell[2], 25), years=["2025"])
    assert figures(of_json(data))["0114", "2025", "totalt", "totalt"] == "25"


def test_a_table_without_sex_and_age_is_of_all() -> None:
    reading = of_json(population(lambda *_: 46786, sexes=None))
    assert figures(reading)["0114", "2024", "totalt", "totalt"] == "46786"
    assert reading.facts["urval"] == "kon"


def test_civil_status_in_total_is_taken_as_all() -> None:
    for label in ("totalt, samtliga civilstånd", "Totalt"):
        assert figures(of_json(with_civil_status(("SC", label)))) == figures(of_json(population(people)))


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("000007ME", "Folkmängd"),
        ("000007SF", "Folkmängden per månad"),
        ("BE0101N1", "BE0101N1"),
        ("000007ME", "Folkmängden den 31 december"),
    ],
)
def test_population_is_known_by_its_label_and_by_code_where_it_has_none(code: str, label: str) -> None:
    data = population(people)
    data["dimension"]["ContentsCode"]["category"] = {"index": {code: 0}, "label": {code: label}}
    assert len(figures(of_json(data))) == 6


def test_several_years_give_a_period_and_ages_their_own_part_of_the_source() -> None:
    reading = of_json(population(people, ages=YEARS[:2], years=["2023", "2024"]))
    assert reading.facts == {
        "kalla": "scb",
        "namnd": "0000",
        "avsandare": "Statistiska centralbyrån (SCB)",
        "omfang": "periodutdrag",
        "period": "2023-2024",
        "urval": "kon_alder",
    }
    assert (reading.facts["period"], len(figures(reading))) == ("2023-2024", 2 * 2 * 3 * 2)


def test_the_real_figures_of_2019_are_the_same_as_json_and_as_csv() -> None:
    with EXAMPLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    there = {(r["kommunkod"], r["kon"].casefold()): int(r["folkmangd"]) for r in rows}
    regions = list({r["kommunkod"]: r["kommun"] for r in rows}.items())
    data = population(
        lambda region, _age, sex, _year: there[region, sex.partition(",")[0]], regions=regions, years=["2019"]
    )
    assert figures(of_json(data)) == figures(scb.read(EXAMPLE.read_bytes(), {}))


@given(
    ages_=st.lists(st.sampled_from([*ALL, *YEARS, *TENS[:-1]]), min_size=1, max_size=6, unique=True),
    years=st.lists(st.integers(1975, 2024).map(str), min_size=1, max_size=3, unique=True),
    index=st.sampled_from(["object", "list"]),
    value=st.sampled_from(["list", "sparse"]),
    seed=st.integers(0, 10**6),
)
@settings(max_examples=60, deadline=None)
def test_every_cell_of_a_table_is_a_row_with_its_own_figure(
    ages_: Pairs, years: list[str], index: str, value: str, seed: int
) -> None:
    """Read in any shape: expected from the labels that each figure was made for, in the order that they were made."""
    dice = random.Random(seed)
    made: list[tuple[tuple[str, ...], int]] = []

    def count(*cell: str) -> int:
        made.append((cell, dice.randrange(10**6)))
        return made[-1][1]

    data = population(count, ages=ages_, years=years, sexes=SEXES[:2], index=index, value=value)
    reading = of_json(data)
    expected = {(r, y, kon(s), alder(a)): str(n) for (r, a, s, y), n in made}
    assert figures(reading) == expected
    assert list(part(reading).table.rows) == list(range(1, len(made) + 1))
    assert part(reading).table.faults == ()
    frame = part(reading).table.frame.assign(leverans_id=1, rad=part(reading).table.rows)
    Befolkning.validate(typed(Befolkning, frame), lazy=True)


@given(low=st.integers(0, 99), width=st.integers(1, 50))
def test_a_group_of_ages_is_its_first_and_last_year(low: int, width: int) -> None:
    assert ages(alder(f"{low}-{low + width} år") or "") == (low, low + width)
    assert ages(alder(f"{low}+ år") or "") == (low, None)
    assert ages(alder(f"{low} år") or "") == (low, low)


@pytest.mark.parametrize("name", ["svar.json", "TAB638.JSON"])
def test_a_population_table_is_recognised_without_a_note(name: str) -> None:
    for content in (
        raw(population(people)),
        FIXTURE.read_bytes(),
        raw(population(people)).replace("ä".encode(), b"\\u00e4"),
    ):
        assert recognise(content, name, SOURCES, {}).kalla == "scb"


def test_other_json_is_not_taken_for_population() -> None:
    (source,) = scb.SOURCES
    for content in (b'{"values": [], "count": 0}', b'{"class": "dataset", "label": "Medellivsl\xc3\xa4ngd"}'):
        with pytest.raises(Unreadable):
            recognise(content, "svar.json", [source], {})


def test_every_combination_of_shapes_gives_the_same_rows() -> None:
    shapes = product(["object", "list"], ["list", "sparse"])
    read = [records(of_json(population(people, ages=TENS, index=i, value=v))) for i, v in shapes]
    assert read[0]
    assert all(rows == read[0] for rows in read)
