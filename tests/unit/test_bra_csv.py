"""BRÅ's figures as CSV: a municipality's harvest and the yearly file of all kommuner, faults first."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.base import Glimpse, Reading, Unreadable
from sources.bra import SOURCES, read
from sources.bra.words import period_of, place_of
from warehouse.contracts.delivery import Fault
from warehouse.contracts.faults import RULES
from warehouse.contracts.reference import bra_regioner, brottstyper, kommuner

EXAMPLE = Path(__file__).parents[2] / "examples" / "bra_anmalda_brott_2582_2025.csv"
HARVEST = [
    "År",
    "Månad",
    "Kvartal",
    "Periodtyp",
    "Periodetikett",
    "Periodnyckel",
    "Period_start",
    "Period_slut",
    "Preliminär",
    "Kommun",
    "Region_ID",
    "Brott",
    "Brott_ID",
    "Brottsnivå",
    "Förälder_ID",
    "Förälder",
    "Nivå1",
    "Nivå2",
    "Nivå3",
    "Nivå4",
    "Nivå5",
    "Antal",
    "Per100000",
    "Status_Antal",
    "Status_Per100000",
]
GOOD = {
    "År": "2025",
    "Periodtyp": "Helår",
    "Periodetikett": "2025",
    "Periodnyckel": "2025",
    "Preliminär": "False",
    "Kommun": "Boden",
    "Region_ID": "8441",
    "Brott": "Brott mot brottsbalken, 3-7 kap., Misshandel inkl. grov (5, 6 §)",
    "Brott_ID": "11130",
    "Antal": "263.0",
    "Per100000": "928.0",
}
MONTH = {"Periodtyp": "Månad", "Periodetikett": "2026 prel., Aug", "Periodnyckel": "202608", "Brott_ID": "13197"}


def harvest(*rows: dict[str, str], encoding: str = "utf-8-sig") -> Reading:
    frame = pd.DataFrame([{name: row.get(name, "") for name in HARVEST} for row in rows], columns=HARVEST)
    return read(frame.to_csv(index=False, lineterminator="\n").encode(encoding), {})


def yearly(*lines: str, slip: dict[str, Any] | None = None, header: bool = True) -> Reading:
    text = "\r\n".join([*(["Kommun;Antal;Per 100 000 inv."] if header else []), *lines, ""])
    return read(text.encode("utf-8-sig"), {"period": "2023"} if slip is None else slip)


def records(reading: Reading) -> list[dict[str, Any]]:
    (part,) = reading.parts
    frame = part.table.frame.astype(object)
    return frame.where(frame.notna(), None).to_dict("records")


def faults(reading: Reading) -> tuple[Fault, ...]:
    return reading.parts[0].table.faults


# The harvest


BAD_ROWS: dict[str, tuple[dict[str, str], str, str]] = {
    "an unknown region": ({"Region_ID": "8291"}, "bra_region", "kommunkod"),
    "no region": ({"Region_ID": ""}, "bra_region", "kommunkod"),
    "a region in words": ({"Region_ID": "Boden"}, "bra_region", "kommunkod"),
    "Heby's old id in a new year": ({"Region_ID": "8608"}, "bra_region", "kommunkod"),
    "an unknown offence": ({"Brott_ID": "99999"}, "okand_kod", "brott_id"),
    "a monthly offence in a year": ({"Brott_ID": "13197"}, "bra_id_periodtyp", "brott_id"),
    "a yearly offence in a month": (
        {"Periodtyp": "Månad", "Periodetikett": "2025, Jan", "Periodnyckel": "202501"},
        "bra_id_periodtyp",
        "brott_id",
    ),
    "a month that calls itself a year": ({"Periodetikett": "", "Periodnyckel": "202501"}, "form", "period"),
    "a quarter that calls itself a month": (
        MONTH | {"Periodetikett": "", "Periodnyckel": "2025Q1"},
        "form",
        "period",
    ),
    "label and key of different years": ({"Periodetikett": "2024"}, "bra_period", "period"),
    "label and key of different months": (MONTH | {"Periodnyckel": "202607"}, "bra_period", "period"),
    "missing by status and yet there": ({"Status_Antal": "missing"}, "bra_status", "antal"),
    "missing rate and yet there": ({"Status_Per100000": "missing"}, "bra_status", "per_100000_inv"),
    "another figure for the same key": ({"Antal": "264.0"}, "samma_nyckel_olika_nummer", "antal"),
}


@pytest.mark.parametrize("kind", BAD_ROWS)
def test_a_bad_row_of_the_harvest_is_named_by_place_and_the_rest_is_read(kind: str) -> None:
    changes, regel, kolumn = BAD_ROWS[kind]
    last = GOOD | {"Brott_ID": "12589", "Antal": "54.0", "Per100000": "191.0"}
    reading = harvest(GOOD, GOOD | changes, last)
    assert faults(reading) == (Fault(regel, 3, kolumn),)
    assert not RULES[regel].hel
    assert [row["antal"] for row in records(reading)] == ["263", "54"]
    assert list(reading.parts[0].table.rows) == [2, 4]


@pytest.mark.parametrize("column", ["Periodtyp", "Region_ID", "Brott_ID", "Antal", "Per100000"])
def test_a_harvest_without_a_column_is_refused_by_its_name(column: str) -> None:
    content = ",".join(HARVEST).replace(f",{column},", ",Annat,") + "\n" + ",".join("1" for _ in HARVEST)
    with pytest.raises(Unreadable) as refused:
        read(content.encode(), {})
    assert [(f.regel, f.kolumn) for f in refused.value.faults] in (
        [("saknad_kolumn", column.casefold())],
        [("bra_utan_id", None)],
    )


def test_the_databases_text_file_has_no_ids_and_is_refused_with_what_to_do() -> None:
    content = "Region;Brott;År;Period;Antal;/100 000 inv\nBodens kommun;Totalt antal brott;År;2025;2995;10569;\n"
    with pytest.raises(Unreadable) as refused:
        read(content.encode("iso-8859-1"), {})
    assert [f.regel for f in refused.value.faults] == ["bra_utan_id"]
    assert "webbsida" in RULES["bra_utan_id"].gor_sa_har


def test_counts_as_floats_are_the_same_counts() -> None:
    for written in ("263.0", "263", "263,0"):
        (row,) = records(harvest(GOOD | {"Antal": written}))
        assert (row["antal"], row["per_100000_inv"]) == ("263", "928")


@pytest.mark.parametrize("blank", ["", "..", " "])
def test_a_missing_count_is_not_zero_and_zero_is(blank: str) -> None:
    missing = GOOD | {"Antal": blank, "Per100000": blank, "Status_Antal": "missing", "Status_Per100000": "missing"}
    (row,) = records(harvest(missing))
    assert (row["antal"], row["per_100000_inv"]) == (None, None)
    (row,) = records(harvest(GOOD | {"Antal": "0.0", "Per100000": "0.0"}))
    assert (row["antal"], row["per_100000_inv"]) == ("0", "0")


@pytest.mark.parametrize(
    ("changes", "preliminar"),
    [
        ({}, "nej"),
        ({"Preliminär": "True"}, "ja"),
        ({"Preliminär": "", "Periodetikett": "2025 prel."}, "ja"),
        ({"Preliminär": "", "Periodetikett": ""}, "nej"),
    ],
)
def test_what_is_preliminary_stays_so(changes: dict[str, str], preliminar: str) -> None:
    assert [row["preliminar"] for row in records(harvest(GOOD | changes))] == [preliminar]


FIGURE = st.one_of(st.none(), st.integers(0, 2_000_000))
REGIONS = sorted(r for r, place in bra_regioner().items() if place.fran_ar is None and place.till_ar is None)
YEARLY = sorted(i for i, kind in brottstyper().items() if kind.periodtyp == "ar")
MONTHLY = sorted(i for i, kind in brottstyper().items() if kind.periodtyp == "manad")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "Maj", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dec")
KEYS = st.one_of(
    st.tuples(st.sampled_from(REGIONS), st.integers(1996, 2026).map(str), st.sampled_from(YEARLY)),
    st.tuples(
        st.sampled_from(REGIONS),
        st.tuples(st.integers(1996, 2026), st.sampled_from([*(f"{m:02d}" for m in range(1, 13)), "Q1", "Q4"])).map(
            lambda pair: f"{pair[0]}{pair[1]}"
        ),
        st.sampled_from(MONTHLY),
    ),
)


Said = tuple[int | None, int | None, bool]
"""Count, rate, whether preliminary."""


def as_harvest(region: int, period: str, brott_id: int, said: Said) -> dict[str, str]:
    antal, rate, prel = said
    kind = "Helår" if len(period) == 4 else "Kvartal" if "Q" in period else "Månad"
    rest = {"Helår": "", "Kvartal": f", Kvartal {period[-1]}"}.get(kind)
    if rest is None:
        rest = f", {MONTHS[int(period[4:]) - 1]}"
    return GOOD | {
        "År": period[:4],
        "Periodtyp": kind,
        "Periodetikett": f"{period[:4]}{' prel.' if prel else ''}{rest}",
        "Periodnyckel": period,
        "Preliminär": str(prel),
        "Region_ID": str(region),
        "Brott_ID": str(brott_id),
        "Antal": "" if antal is None else f"{antal}.0",
        "Per100000": "" if rate is None else f"{rate}.0",
        "Status_Antal": "missing" if antal is None else "",
        "Status_Per100000": "missing" if rate is None else "",
    }


def as_own(region: int, period: str, brott_id: int, said: Said) -> dict[str, str]:
    antal, rate, prel = said
    kind = "År" if len(period) == 4 else "Kvartal" if "Q" in period else "Månad"
    return {
        "kommun": "",
        "kommunkod": bra_regioner()[region].kommunkod,
        "bra_region_id": str(region),
        "period": period,
        "periodtyp": f"{kind} (prel.)" if prel else kind,
        "brott_id": str(brott_id),
        "antal": ".." if antal is None else str(antal),
        "per_100000_inv": ".." if rate is None else str(rate),
    }


@settings(max_examples=60, deadline=None)
@given(
    rows=st.dictionaries(KEYS, st.tuples(FIGURE, FIGURE, st.booleans()), min_size=1, max_size=15),
    write=st.sampled_from([as_harvest, as_own]),
    separator=st.sampled_from(",;\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]),
)
def test_any_rows_read_back_to_the_same_facts(
    rows: dict[tuple[int, str, int], Said],
    write: Callable[..., dict[str, str]],
    separator: str,
    encoding: str,
) -> None:
    text = io.StringIO()
    pd.DataFrame([write(*key, said) for key, said in rows.items()]).to_csv(
        text, index=False, sep=separator, lineterminator="\r\n"
    )
    reading = read(text.getvalue().encode(encoding), {})
    assert faults(reading) == ()

    def figure(text: str | None) -> int | None:
        return None if text is None else int(text)

    found = [
        (
            r["kommunkod"],
            r["period"],
            int(r["brott_id"]),
            figure(r["antal"]),
            figure(r["per_100000_inv"]),
            r["preliminar"],
        )
        for r in records(reading)
    ]
    assert found == [
        (bra_regioner()[region].kommunkod, period, brott_id, antal, rate, "ja" if prel else "nej")
        for (region, period, brott_id), (antal, rate, prel) in rows.items()
    ]


# The yearly file of all kommuner


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("Alle;12;40", Fault("bra_omrade", 3, "kommunkod")),
        ("Habo kommunn;12;40", Fault("bra_omrade", 3, "kommunkod")),
        ("Upplandsväsby;12;40", Fault("bra_omrade", 3, "kommunkod")),
        ("Köping Stad AB;12;40", Fault("bra_omrade", 3, "kommunkod")),
        ("2582;12;40", Fault("bra_omrade", 3, "kommunkod")),
        ("Stockholm/Solna;12;40", Fault("bra_omrade", 3, "kommunkod")),
        (";12;40", Fault("saknas", 3, "kommunkod")),
        ("Ale kommun;2538;7810", Fault("samma_nyckel_olika_nummer", 3, "antal")),
        ("Ale;..;7810", Fault("samma_nyckel_olika_nummer", 3, "antal")),
        ("Boden;12", Fault("fel_antal_falt", 3)),
        ("Boden;12;40;5", Fault("fel_antal_falt", 3)),
    ],
)
def test_a_bad_row_of_the_yearly_file_is_named_by_place_and_the_rest_is_read(line: str, fault: Fault) -> None:
    for header in (True, False):
        reading = yearly("Ale;2537;7810", line, "Österåkers kommun;1 234;2 345", header=header)
        up = 0 if header else 1
        assert faults(reading) == (Fault(fault.regel, 3 - up, fault.kolumn),)
        assert [(r["kommunkod"], r["antal"]) for r in records(reading)] == [("1440", "2537"), ("0117", "1234")]
        assert list(reading.parts[0].table.rows) == [2 - up, 4 - up]


@pytest.mark.parametrize("slip", [{}, {"period": "2019-2023"}, {"period": ""}, {"period": "i fjol"}])
def test_the_year_of_the_yearly_file_must_be_said(slip: dict[str, Any]) -> None:
    for header in (True, False):
        with pytest.raises(Unreadable) as refused:
            yearly("Ale;2537;7810", slip=slip, header=header)
        assert refused.value.faults == (Fault("bra_ar_saknas", kolumn="period"),)
    assert RULES["bra_ar_saknas"].hel


@pytest.mark.parametrize(
    ("content", "regel"),
    [
        ("", "tom_fil"),
        ("Kommun;Antal;Per 100 000 inv.\n", "bara_rubriker"),
        ("Kommun;Per 100 000 inv.\nAle;7810\n", "saknad_kolumn"),
        ("Kommun;Antal;Antal\nAle;1;2\n", "dubbel_kolumn"),
        ('Kommun;Antal;Per 100 000 inv.\n"Ale;1', "avkortad_fil"),
        ("%PDF-1.7", "filformat"),
        ("Brott;Antal;Per 100 000 inv.;Region\nx;1;2;Ale\n", "bra_utan_id"),
    ],
)
def test_a_yearly_file_that_cannot_be_read_is_refused_whole(content: str, regel: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(content.encode(), {"period": "2023"})
    assert {f.regel for f in refused.value.faults} == {regel}


def test_the_yearly_file_holds_totals_of_a_year_and_replaces_only_itself() -> None:
    reading = yearly("Ale;2537;7810", "Malung–Sälen;1 001;9 876,5", "Bodens kommun;..;..", "Borås;0;0")
    assert [tuple(row.values()) for row in records(reading)] == [
        ("1440", "2023", "ar", "nej", "5036", "2537", "7810"),
        ("2023", "2023", "ar", "nej", "5036", "1001", "9876.5"),
        ("2582", "2023", "ar", "nej", "5036", None, None),
        ("1490", "2023", "ar", "nej", "5036", "0", "0"),
    ]
    assert (reading.facts["urval"], reading.facts["namnd"], reading.facts["period"]) == ("kommunfil", "0000", "2023")


@pytest.mark.parametrize("name", ["Rinkeby-Kista stadsdelsområde", "Stadsdel Angered", "Hela landet", "Skåne län"])
def test_what_is_no_kommun_is_left_out_with_a_note(name: str) -> None:
    reading = yearly("Ale;2537;7810", f"{name};12;40")
    assert faults(reading) == ()
    assert reading.parts[0].warnings == (Fault("bra_inte_kommun", 3),)
    assert len(records(reading)) == 1


def genitive(name: str) -> str:
    return name if name.endswith(("s", "x", "z")) else f"{name}s"


WRITINGS: Sequence[Callable[[str], str]] = (
    str,
    lambda name: f"{name} kommun",
    lambda name: f"{genitive(name)} kommun",
    lambda name: f"{genitive(name)} stad",
    lambda name: name.upper(),
    lambda name: name.replace("-", "–"),
    lambda name: name.replace(" ", "\u00a0"),
)


@settings(max_examples=40, deadline=None)
@given(
    rows=st.dictionaries(
        st.sampled_from(sorted(kommuner())),
        st.tuples(FIGURE, FIGURE, st.sampled_from(WRITINGS)),
        min_size=1,
        max_size=20,
    ),
    header=st.booleans(),
    blank=st.sampled_from([" ", "\u00a0", ""]),
)
def test_any_yearly_file_reads_back_to_the_same_facts(
    rows: dict[str, tuple[int | None, int | None, Callable[[str], str]]], header: bool, blank: str
) -> None:
    def said(figure: int | None) -> str:
        return ".." if figure is None else f"{figure:,}".replace(",", blank)

    lines = [f"{how(kommuner()[code])};{said(antal)};{said(rate)}" for code, (antal, rate, how) in rows.items()]
    reading = yearly(*lines, header=header)
    assert faults(reading) == ()
    found = {row["kommunkod"]: (row["antal"], row["per_100000_inv"]) for row in records(reading)}
    assert found == {
        code: tuple(None if figure is None else str(figure) for figure in said[:2]) for code, said in rows.items()
    }


def test_every_kommun_is_found_by_every_way_of_writing_its_name() -> None:
    for code, name in kommuner().items():
        for how in WRITINGS:
            place = place_of(how(name))
            assert place is not None and (place.omrade_typ, place.omrade) == ("kommun", code), how(name)


# What a file is


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"kommunkod", "period", "periodtyp", "brott_id", "antal", "per_100000_inv"}, True),
        ({"periodnyckel", "region_id", "brott_id", "antal"}, True),
        ({"kommun", "antal", "per_100_000_inv"}, True),
        ({"kommun", "antal"}, False),
        ({"kommunkod", "kon", "folkmangd"}, False),
        (set(), False),
    ],
)
def test_a_csv_file_gives_itself_away_by_its_headers(headers: set[str], told: bool) -> None:
    (source,) = [s for s in SOURCES if s.tabell == "bra_brott"]
    assert source.tells(Glimpse(".csv", headers=frozenset(headers))) is told


@pytest.mark.parametrize("label", ["", "2024 2025", "År", "Kvartal 2", "2025, Kvartal 5", "2025 Vår", "20250"])
def test_a_label_that_names_no_one_period_is_none(label: str) -> None:
    assert period_of(label) is None
