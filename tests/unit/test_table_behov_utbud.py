"""Table T15: what is not delivered is unknown, unlike units are never added, and every cell by plain Python."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.tables.behov_utbud import SPEC, figures
from assets.tables.builder import build
from assets.tables.reported import ledger
from assets.tables.spec import Figures, Inputs, Period
from warehouse.contracts.reference import brottstyper

Record = dict[str, Any]
Key = tuple[str, str, str, str, str, str]
YEAR = 2024
ROLES = ("valdsutsatt_vuxen", "barn", "valdsutovare")
DATES = ("startdatum", "slutdatum", "beslutsdatum", "verkstalld")
CODED = ("roll", "kon", "aldersgrupp", "beslut", "omrade_typ", "post")
HOT = {"kvinna": 14336, "man": 14323}
"""Olaga hot against a woman and a man by a partner."""
HOT_NAME = "Olaga hot, 18+, närstående genom parrelation"


def case(n: int, person: str = "", **other: Any) -> Record:
    return {
        "arende_id": f"a{n}", "person_id": person or f"p{n}", "roll": "valdsutsatt_vuxen", "kon": "kvinna",
        "aldersgrupp": "26_40", "startdatum": date(YEAR, 2, 1), "slutdatum": None, "kommun": "0330", "leverans_id": 1,
    } | other  # fmt: skip


def insats(n: int, case_: int, **other: Any) -> Record:
    return {
        "insats_id": f"i{n}", "arende_id": f"a{case_}", "beslutsdatum": date(YEAR, 3, 1), "beslut": "bifall",
        "verkstalld": date(YEAR, 3, 9), "slutdatum": None, "kommun": "0330", "leverans_id": 2,
    } | other  # fmt: skip


def crime(kon: str, antal: int | None, **other: Any) -> Record:
    return {"kommunkod": "0330", "period": str(YEAR), "brott_id": HOT[kon], "antal": antal, "leverans_id": 3} | other


def people(kon: str, alder: str, antal: int, **other: Any) -> Record:
    return {"kommunkod": "0330", "ar": YEAR, "kon": kon, "alder": alder, "antal": antal, "leverans_id": 4} | other


def estimate(kon: str, share: float | None, **other: Any) -> Record:
    return {
        "omrade_typ": "riket", "omrade": "riket", "ar": 2022, "undersokning": "ntu", "fraga": "vald",
        "titel": "Utsatta för våld", "alder": "16_84", "kon": kon, "andel_procent": share, "lag_procent": None,
        "hog_procent": None, "leverans_id": 5,
    } | other  # fmt: skip


def report(kon: str, antal: int | None, **other: Any) -> Record:
    return {
        "namnd": "0330", "ar": YEAR, "jour": "Jouren A", "post": "kontakter", "kon": kon, "antal": antal,
        "leverans_id": 6,
    } | other  # fmt: skip


PEOPLE = [
    people(kon, alder, antal)
    for kon, young, old in (("kvinna", 1_000, 4_000), ("man", 1_100, 3_900), ("totalt", 2_100, 7_900))
    for alder, antal in (("0_17", young), ("18_plus", old), ("totalt", young + old))
]


def inputs(
    kommuner: tuple[str, ...] = ("0330",), absent: dict[str, frozenset[str]] | None = None, **rows: list[Record]
) -> Inputs:
    frames = {}
    for source, columns in SPEC.sources.items():
        frame = pd.DataFrame(rows.get(source, []), columns=[*columns, "leverans_id", "kommun"])
        frame["kommun"] = frame["kommun"].fillna(frame.get("kommunkod", frame.get("namnd", kommuner[0])))
        for name in frame:
            if name in DATES:
                frame[name] = pd.to_datetime(frame[name]).astype("datetime64[us]")
            elif name in (*CODED, "kommun"):
                frame[name] = pd.Categorical(frame[name])
            elif name in ("antal", "andel_procent", "lag_procent", "hog_procent"):
                frame[name] = frame[name].astype("float64")
            elif name in ("ar", "brott_id", "leverans_id"):
                frame[name] = frame[name].astype("int64")
            else:
                frame[name] = frame[name].astype("str")
        frames[source] = frame
    return Inputs(frames, kommuner, absent=absent or {})


def made(*args: Any, year: int = YEAR, **kwargs: Any) -> Figures:
    return build(SPEC, inputs(*args, **kwargs), Period(year, year))


def cells(found: Figures) -> dict[Key, float | str]:
    """Values by kommun, source, row, area, sex and measure; the status where there is no value."""
    c = found.cells
    key = zip(c["kommun"], c["kalla_matt"], c["vad"], c["omrade"], c["kon"], c["matt"], strict=True)
    value = [s if pd.isna(v) else v for v, s in zip(c["varde"], c["status"], strict=True)]
    out = dict(zip(key, value, strict=True))
    assert len(out) == len(c)
    return out


def of(found: Figures, kind: str, vad: str, matt: str, omrade: str = "kommun") -> dict[str, float | str]:
    return {k[4]: v for k, v in cells(found).items() if k[1:4] == (kind, vad, omrade) and k[5] == matt}


def told(found: Figures) -> str:
    return " ".join(n for n in found.notes if n not in SPEC.notes)


# --- what is not known ------------------------------------------------------------------------------------------------


def test_without_any_delivery_cases_are_unknown_and_nothing_is_zero() -> None:
    found = made(absent={"0330": frozenset(SPEC.sources)})
    assert {k[1] for k in cells(found)} == {"arenden", "insatser"}
    assert set(cells(found).values()) == {"saknas"}
    for part in ("Ingen undersökning", "Anmälda brott för 2024 är inte levererade", "Rapport från någon jour",
                 "Folkmängd saknas", "Folkmängd efter ålder saknas"):  # fmt: skip
        assert part in told(found)


def test_insatser_are_unknown_where_their_cases_or_they_are_not_delivered_and_cases_are_not() -> None:
    for lacking in ("insats", "arende"):
        found = made(arende=[case(1)], insats=[insats(1, 1)], befolkning=PEOPLE, absent={"0330": frozenset({lacking})})
        assert set(of(found, "insatser", "valdsutsatt_vuxen", "antal").values()) == {"saknas"}
        known = of(found, "arenden", "valdsutsatt_vuxen", "antal")
        assert known == (
            {"kvinna": 1, "man": 0, "totalt": 1} if lacking == "insats" else dict.fromkeys(known, "saknas")
        )


def test_insatser_without_their_case_are_told_and_not_counted() -> None:
    found = made(arende=[case(1)], insats=[insats(1, 1), insats(2, 7)])
    assert of(found, "insatser", "valdsutsatt_vuxen", "antal")["totalt"] == 1
    assert "1 insats är inte räknad" in told(found)


def test_where_ages_are_not_delivered_rates_are_by_all_and_it_is_said() -> None:
    found = made(arende=[case(1)], befolkning=[p for p in PEOPLE if p["alder"] == "totalt"])
    assert set(of(found, "arenden", "valdsutsatt_vuxen", "per_10000_vuxna").values()) == {"saknas"}
    assert of(found, "arenden", "valdsutsatt_vuxen", "per_10000_alla")["kvinna"] == pytest.approx(10_000 / 5_000)
    assert "Läs i stället raderna per 10 000 i alla åldrar" in told(found)


@pytest.mark.parametrize(("year", "used"), [(2023, True), (2025, True), (2026, False)])
def test_another_years_population_is_told_and_one_after_the_next_is_not_used(year: int, used: bool) -> None:
    found = made(arende=[case(1)], befolkning=[p | {"ar": year} for p in PEOPLE])
    rate = of(found, "arenden", "valdsutsatt_vuxen", "per_10000_vuxna")["kvinna"]
    assert rate == (pytest.approx(10_000 / 4_000) if used else "saknas")
    assert (f"31 december {year}" in told(found)) == used


def test_a_count_that_the_source_does_not_say_is_unknown_with_its_rate() -> None:
    found = made(bra_brott=[crime("kvinna", None), crime("man", 0)], befolkning=PEOPLE)
    assert of(found, "brott", HOT_NAME, "antal") == {"kvinna": "saknas", "man": 0}
    assert of(found, "brott", HOT_NAME, "per_10000_vuxna") == {"kvinna": "saknas", "man": 0}


# --- side by side -----------------------------------------------------------------------------------------------------


def test_offences_of_both_sexes_share_a_row_and_are_not_added() -> None:
    found = made(bra_brott=[crime("kvinna", 12), crime("man", 3)], befolkning=PEOPLE)
    assert of(found, "brott", HOT_NAME, "antal") == {"kvinna": 12, "man": 3}
    assert of(found, "brott", HOT_NAME, "per_10000_vuxna") == {
        "kvinna": pytest.approx(12 * 10_000 / 4_000), "man": pytest.approx(3 * 10_000 / 3_900),
    }  # fmt: skip


def test_only_whole_years_and_offences_by_someone_close_are_there() -> None:
    others = [k.brott_id for k in brottstyper().values() if k.brott_id not in HOT.values()]
    rows = [crime("kvinna", 1, brott_id=i) for i in others] + [crime("kvinna", 9, period=f"{YEAR}Q1")]
    shown = {k[2] for k in cells(made(bra_brott=rows)) if k[1] == "brott"}
    assert "Grov kvinnofridskränkning" in shown
    assert "Grov fridskränkning, 18+, närstående genom släktskap eller familj" in shown
    assert HOT_NAME not in shown
    for word in ("kvinna", "man ", "obekant", "Totalt", "uppgift saknas", "0-17"):
        assert not [s for s in shown if word in s]


def test_two_jourer_are_two_rows_and_what_one_does_not_know_by_sex_is_left_out() -> None:
    rows = [report(k, n) for k, n in (("kvinna", 50), ("man", 2), ("annat_okant", 1), ("totalt", 53))]
    rows += [report(k, None, jour="Jouren B") for k in ("kvinna", "man", "annat_okant", "totalt")]
    rows += [report("totalt", 400, jour="Jouren B", post="kontakttillfallen"), report("totalt", 9, post="boende_barn")]
    found = made(iop_rapport=rows, befolkning=PEOPLE)
    a, b = "Jouren A: Våldsutsatta som kontaktat jouren", "Jouren B: Våldsutsatta som kontaktat jouren"
    assert of(found, "jour", a, "antal") == {"kvinna": 50, "man": 2, "annat_okant": 1, "totalt": 53}
    assert of(found, "jour", a, "per_10000_vuxna") == {
        "kvinna": pytest.approx(125), "man": pytest.approx(2 / 0.39), "annat_okant": "ej_tillampligt",
        "totalt": pytest.approx(53 / 0.79),
    }  # fmt: skip
    assert of(found, "jour", b, "antal") == {"totalt": "saknas"}
    assert {k[2] for k in cells(found) if k[1] == "jour"} == {a, b, "Jouren B: Stödkontakter (samtal, chatt och besök)"}


def test_an_estimate_stands_with_its_year_area_and_age_and_the_latest_counts() -> None:
    rows = [
        estimate("kvinna", 15.2, lag_procent=14.0, hog_procent=16.5),
        estimate("man", 11.7),
        estimate("totalt", 13.6),
    ]
    rows += [
        estimate("kvinna", 1.0, ar=2021),
        estimate("kvinna", 2.0, ar=2025),
        estimate("man", 3.0, ar=2018, fraga="x"),
    ]
    rows += [estimate("kvinna", 20.0, omrade_typ="lan", omrade="03", alder="16_plus", ar=2024)]
    rows += [
        estimate("kvinna", 30.0, omrade_typ="lan", omrade="25"),
        estimate("man", None, fraga="y", titel="Utsatta Y"),
    ]
    found = made(forekomst=rows)
    name = "Utsatta för våld, 16–84 år (ntu 2022)"
    assert of(found, "forekomst", name, "andel", "riket") == pytest.approx(
        {"kvinna": 0.152, "man": 0.117, "totalt": 0.136}
    )
    assert of(found, "forekomst", name, "andel_lag", "riket") == {"kvinna": pytest.approx(0.14)}
    assert of(found, "forekomst", name, "andel_hog", "riket") == {"kvinna": pytest.approx(0.165)}
    assert of(found, "forekomst", "Utsatta för våld, 16 år och äldre (ntu 2024)", "andel", "lan") == {"kvinna": 0.2}
    assert of(found, "forekomst", "Utsatta Y, 16–84 år (ntu 2022)", "andel", "riket") == {"man": "saknas"}
    assert len({k[2] for k in cells(found) if k[1] == "forekomst"}) == 3
    assert "gäller länet och riket och svar från 2022, 2024" in told(found)
    assert not [k for k in cells(found) if k[1] == "forekomst" and not k[5].startswith("andel")]


def test_a_person_with_two_cases_or_two_sexes_is_one_person_and_children_have_no_rate() -> None:
    rows = [
        case(1, "p", kon="man"), case(2, "p", startdatum=date(YEAR, 5, 1)), case(3),
        case(4, roll="barn", kon="annat_okant"),
        case(5, slutdatum=date(YEAR - 1, 12, 31), startdatum=date(YEAR - 1, 1, 1)),
    ]  # fmt: skip
    found = made(arende=rows, befolkning=PEOPLE)
    assert of(found, "arenden", ROLES[0], "antal") == {"kvinna": 2, "man": 1, "annat_okant": 0, "totalt": 3}
    assert of(found, "arenden", ROLES[0], "antal_personer") == {"kvinna": 2, "man": 0, "annat_okant": 0, "totalt": 2}
    rate = of(found, "arenden", ROLES[0], "personer_per_10000_vuxna")
    assert rate == {
        "kvinna": pytest.approx(5), "man": 0, "annat_okant": "ej_tillampligt", "totalt": pytest.approx(2 / 0.79),
    }  # fmt: skip
    assert of(found, "arenden", "barn", "antal")["annat_okant"] == 1
    assert {k[5] for k in cells(found) if k[2] == "barn"} == {"antal", "antal_personer"}


def test_insatser_are_those_given_by_the_day_of_decision() -> None:
    decisions = ("bifall", "avslag", "avbojd", "utan_behovsprovning")
    rows = [insats(n, 1, beslut=b) for n, b in enumerate(decisions)]
    rows += [
        insats(8, 1, beslut="utan_behovsprovning", beslutsdatum=None),
        insats(9, 1, beslutsdatum=date(YEAR - 1, 12, 31)),
    ]
    found = made(arende=[case(1)], insats=rows)
    assert of(found, "insatser", ROLES[0], "antal")["kvinna"] == 3
    assert of(found, "insatser", ROLES[0], "antal_personer")["kvinna"] == 1


# --- against plain Python ---------------------------------------------------------------------------------------------


def register(seed: int) -> dict[str, list[Record]]:
    """Cases and insatser of two kommuner at random, sexes that change, ends that are open."""
    random = Random(seed)
    cases, given_ = [], []
    for n in range(random.randint(0, 25)):
        start = date(random.choice((YEAR - 1, YEAR, YEAR + 1)), random.randint(1, 12), random.randint(1, 28))
        end = random.choice((None, start, date(start.year, 12, 31), date(start.year + 1, 1, 1)))
        kommun = random.choice(("0330", "2582"))
        cases.append(
            case(
                n, f"{kommun}p{random.randint(0, 8)}", kommun=kommun, startdatum=start, slutdatum=end,
                kon=random.choice(("kvinna", "man", "annat_okant")), roll=random.choice(ROLES),
                leverans_id=random.choice((10, 11)),
            )
        )  # fmt: skip
        for i in range(random.randint(0, 3)):
            day = date(random.choice((YEAR - 1, YEAR)), random.randint(1, 12), 5)
            given_.append(
                insats(
                    10 * n + i, n, kommun=kommun, beslut=random.choice(("bifall", "avslag", "utan_behovsprovning")),
                    beslutsdatum=random.choice((day, None)), verkstalld=random.choice((day, None)),
                )
            )  # fmt: skip
    return {"arende": cases, "insats": given_}


def expected(rows: dict[str, list[Record]]) -> dict[Key, float]:
    """Counts and persons by the records one by one."""
    cases = {c["arende_id"]: c for c in rows["arende"]}
    first, last = date(YEAR, 1, 1), date(YEAR, 12, 31)

    def sex(person: str, otherwise: str) -> str:
        theirs = [c for c in cases.values() if c["person_id"] == person and c["startdatum"] <= last]
        order: Callable[[Record], Any] = lambda c: (c["startdatum"], c["slutdatum"] or date.max, c["kon"])  # noqa: E731
        return str(max(theirs, key=order)["kon"]) if theirs else otherwise

    picked = {
        "arenden": [c for c in cases.values() if c["startdatum"] <= last and (c["slutdatum"] or last) >= first],
        "insatser": [
            cases[i["arende_id"]]
            for i in rows["insats"]
            if i["beslut"] != "avslag" and ((i["beslutsdatum"] or i["verkstalld"]) or date.min).year == YEAR
        ],
    }
    out: dict[Key, float] = defaultdict(float)
    for kind, found in picked.items():
        seen = set()
        for c in found:
            for kon in (c["kon"], "totalt"):
                out[c["kommun"], kind, c["roll"], "kommun", kon, "antal"] += 1
            person = (c["roll"], c["person_id"])
            if person not in seen:
                seen.add(person)
                for kon in (sex(c["person_id"], c["kon"]), "totalt"):
                    out[c["kommun"], kind, c["roll"], "kommun", kon, "antal_personer"] += 1
    return dict(out)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_counts_of_two_kommuner_together_are_those_of_the_records_and_rest_on_as_many_rows(seed: int) -> None:
    rows = register(seed)
    found = inputs(("0330", "2582"), arende=rows["arende"], insats=rows["insats"])
    frame = figures(found, Period(YEAR, YEAR))
    counts = {k: v for k, v in cells(Figures(frame)).items() if k[5] in ("antal", "antal_personer")}
    assert {k: v for k, v in counts.items() if v != 0} == expected(rows)
    behind = ledger(frame["bakom"]).groupby("cell")["rader"].sum()
    plain = frame[frame["matt"].isin(["antal", "antal_personer"])]
    assert [behind.get(at, 0) for at in plain.index] == plain["varde"].tolist()


def test_every_declared_measure_and_dimension_has_its_words() -> None:
    by_name = {d.name: d for d in SPEC.dimensions}
    assert [by_name["vad"].word(r) for r in ROLES] == ["Våldsutsatt vuxen", "Barn", "Våldsutövare"]
    assert not any(d.total for d in SPEC.dimensions if d.name != "kon")  # unlike units are never added
    assert all(m.title for m in SPEC.measures)
