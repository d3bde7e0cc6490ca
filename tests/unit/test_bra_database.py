"""BRÅ's result page: cells that cannot be placed are told, the rest is read, and no figure changes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.base import Glimpse, Reading, Unreadable
from sources.bra import SOURCES, read
from sources.bra.database import tells
from sources.recognition import recognise
from tests.unit.bra_pages import Figures, Order, page, seen_order
from warehouse.contracts.faults import RULES
from warehouse.contracts.reference import bra_regioner, brottstyper

BODEN, ALE = "8441", "8617"
YEAR = {"2900": ("År", "2025")}
ONE: Figures = {(BODEN, "5036", "2900"): ("2995", "10569")}
PLACES = {BODEN: "Bodens kommun", ALE: "Ale kommun"}
EXAMPLE = Path(__file__).parents[2] / "examples" / "bra_former" / "bra_resultatsida_2582_2025.html"


def of(text: str, encoding: str = "iso-8859-1") -> Reading:
    return read(text.encode(encoding), {})


def records(reading: Reading) -> list[dict[str, Any]]:
    (part,) = reading.parts
    frame = part.table.frame.astype(object)
    return frame.where(frame.notna(), None).to_dict("records")


def rules(reading: Reading) -> list[tuple[str, str | None]]:
    return [(f.regel, f.kolumn) for f in reading.parts[0].table.faults]


# What is wrong


@dataclass(frozen=True)
class Bad:
    change: tuple[str, str]
    regel: str
    kolumn: str | None = None


GOOD = page(
    {
        (BODEN, "5036", "2900"): ("2995", "10569"),
        (BODEN, "11130", "2900"): ("263", "928"),
    },
    YEAR,
    {BODEN: PLACES[BODEN]},
)
CELL = 'headers="2900 280 11130 8441 antal"'
BAD_CELLS = {
    "no ids": Bad((CELL, ""), "bra_cell", "antal"),
    "an id too few": Bad((CELL, 'headers="2900 280 8441 antal"'), "bra_cell", "antal"),
    "a period that no heading has": Bad((CELL, 'headers="2999 280 11130 8441 antal"'), "bra_cell", "antal"),
    "a region that no heading has": Bad((CELL, 'headers="2900 280 11130 8442 antal"'), "bra_cell", "antal"),
    "two measures": Bad((CELL, 'headers="2900 280 11130 8441 antal antal_100"'), "bra_cell", "antal"),
    "an unknown measure": Bad((CELL, 'headers="2900 280 11130 8441 andel"'), "bra_cell", "antal"),
    "two crimes": Bad((CELL, 'headers="2900 280 11130 5036 8441 antal"'), "bra_cell", "antal"),
    "an unknown crime": Bad(("11130", "99999"), "okand_kod", "brott_id"),
    "a monthly crime in a year": Bad(("11130", "13197"), "bra_id_periodtyp", "brott_id"),
    "the same cell twice with another figure": Bad(
        ("263</td>", '263</td><td class="resultatAntal" headers="2900 280 11130 8441 antal">264</td>'),
        "samma_nyckel_olika_nummer",
        "antal",
    ),
}


@pytest.mark.parametrize("kind", BAD_CELLS)
def test_a_bad_cell_is_named_by_its_row_and_the_rest_is_read(kind: str) -> None:
    bad = BAD_CELLS[kind]
    assert bad.change[0] in GOOD
    reading = of(GOOD.replace(*bad.change))
    faults = reading.parts[0].table.faults
    assert (bad.regel, bad.kolumn) in rules(reading)
    assert {f.rad for f in faults} == {7}  # three rows of headings, the region, the row above, 5036, 11130
    assert not any(RULES[f.regel].hel for f in faults)
    assert {"5036"} <= {row["brott_id"] for row in records(reading)}
    assert [row["antal"] for row in records(reading) if row["brott_id"] == "5036"] == ["2995"]


@pytest.mark.parametrize("label", ["Senaste", "År 2025 och 2024", "", "Kvartal 5", "1825"])
def test_a_period_that_cannot_be_read_is_told_and_its_figures_are_not_guessed(label: str) -> None:
    reading = of(page({**ONE, (BODEN, "5036", "2901"): ("1", "1")}, {**YEAR, "2901": ("År", label)}, PLACES))
    assert rules(reading) == [("bra_period", "period")] * 2  # count and rate
    assert [row["antal"] for row in records(reading)] == ["2995"]


@pytest.mark.parametrize(
    ("number", "name"), [("8291", "Hela landet"), ("8318", "Norrbottens län"), ("9999", "Ale kommun")]
)
def test_a_region_that_is_no_kommun_is_told_once_a_row(number: str, name: str) -> None:
    figures = {**ONE, (number, "5036", "2900"): ("17", "1"), (number, "11130", "2900"): ("7", "1")}
    reading = of(page(figures, YEAR, {number: name, BODEN: PLACES[BODEN]}))
    assert [(f.regel, f.kolumn) for f in reading.parts[0].table.faults] == [("bra_region", "kommunkod")] * 2
    assert len({f.rad for f in reading.parts[0].table.faults}) == 2
    assert [row["kommunkod"] for row in records(reading)] == ["2582"]


BAD_PAGES = {
    "nothing": (b"<", "bra_ingen_tabell"),
    "another page": (b"<html><body><table><tr><td>1</td></tr></table></body></html>", "bra_ingen_tabell"),
    "the frame around the result": (b"<html><frameset><frame src='soktabell'></frameset></html>", "bra_ingen_tabell"),
    "an error page": (b"<html><body>Fel/Error</body></html>", "bra_ingen_tabell"),
    "cut in the middle": (GOOD[: len(GOOD) * 2 // 3].encode("cp1252"), "avkortad_fil"),
    "cut inside the table": (GOOD[: GOOD.index("</table>\n\n</BODY>")].encode("cp1252"), "avkortad_fil"),
    "neither encoding": (GOOD.replace("lda", "\x81\x8d").encode("latin-1"), "teckenkodning"),
    "bytes of nothing": (b"<html>\x00" + GOOD.encode("cp1252"), "teckenkodning"),
    "cells without figures": (
        b"<html><table><tr><td class='resultatAntal' headers='1'>..</td></tr></table></html>",
        "bra_ingen_tabell",
    ),
    "a class alone": (b"<html><p class='resultatAntal'>3</p><table></table></html>", "bra_ingen_tabell"),
    "mixed encodings": (GOOD.encode("utf-8").replace(b"/100 000", b"\xe5 100 000"), "teckenkodning"),
}


@pytest.mark.parametrize("kind", BAD_PAGES)
def test_a_page_that_cannot_be_read_is_refused_whole(kind: str) -> None:
    content, regel = BAD_PAGES[kind]
    with pytest.raises(Unreadable) as refused:
        read(content, {})
    assert [f.regel for f in refused.value.faults] == [regel]
    assert RULES[regel].hel


# What is right


def test_the_example_holds_bodens_own_figures_though_parts_do_not_add_up() -> None:
    reading = read(EXAMPLE.read_bytes(), {})
    assert reading.parts[0].table.faults == ()
    found = {row["brott_id"]: (row["antal"], row["per_100000_inv"]) for row in records(reading)}
    # 2 239 + 755 is 2 994: the source's parts do not give its total, and that is no fault of the file.
    assert (found["5036"], found["11084"], found["11085"]) == (("2995", "10569"), ("2239", "7901"), ("755", "2664"))
    assert found["12589"] == ("54", "191")
    assert len(found) == 12
    assert {(r["kommunkod"], r["period"], r["periodtyp"], r["preliminar"]) for r in records(reading)} == {
        ("2582", "2025", "ar", "nej")
    }
    assert reading.facts == {
        "kalla": "bra",
        "namnd": "2582",
        "avsandare": "Brottsförebyggande rådet (BRÅ)",
        "omfang": "periodutdrag",
        "period": "2025",
    }


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("År", "2024"), ("2024", "ar", "nej")),
        (("År", "2016 prel."), ("2016", "ar", "ja")),
        (("2024", "Helår"), ("2024", "ar", "nej")),
    ],
)
def test_years_and_their_standing(texts: tuple[str, str], expected: tuple[str, str, str]) -> None:
    (row,) = records(of(page(ONE, {"2900": texts}, PLACES)))
    assert (row["period"], row["periodtyp"], row["preliminar"]) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("2026 prel.", "Aug"), ("202608", "manad", "ja")),
        (("2025", "Jan"), ("202501", "manad", "nej")),
        (("2025", "December"), ("202512", "manad", "nej")),
        (("2013", "Kvartal 2"), ("2013Q2", "kvartal", "nej")),
        (("2013, Kvartal 2", "2013, Kvartal 2 prel."), ("2013Q2", "kvartal", "ja")),
    ],
)
def test_months_and_quarters_and_their_standing(texts: tuple[str, str], expected: tuple[str, str, str]) -> None:
    group, text = texts if "," not in texts[0] else ("", texts[1])
    (row,) = records(of(page({(BODEN, "13197", "2900"): ("22", "77")}, {"2900": (group, text)}, PLACES)))
    assert (row["period"], row["periodtyp"], row["preliminar"]) == expected


def test_dots_are_missing_and_zero_is_zero() -> None:
    figures = {(BODEN, "5036", "2900"): (None, None), (BODEN, "11130", "2900"): ("0", "0")}
    found = {row["brott_id"]: (row["antal"], row["per_100000_inv"]) for row in records(of(page(figures, YEAR, PLACES)))}
    assert found == {"5036": (None, None), "11130": ("0", "0")}


def test_a_row_above_a_chosen_crime_never_takes_the_place_of_a_figure() -> None:
    cell = '<td class="resultatAntal" headers="2900 280 11130 8441 antal">'
    for text in (
        GOOD.replace("<tr><th headers", f"<tr>{cell}..</td></tr><tr><th headers", 1),
        GOOD.replace("</table>\n\n</BODY>", f"<tr>{cell}..</td></tr></table>\n\n</BODY>"),
        GOOD.replace("</table>\n\n</BODY>", f"<tr>{cell.replace('11130', '99998')}..</td></tr></table></BODY>"),
    ):
        reading = of(text)
        assert rules(reading) == []
        assert {row["brott_id"]: row["antal"] for row in records(reading)} == {"5036": "2995", "11130": "263"}


def test_each_of_hebys_two_ids_speaks_for_its_own_years() -> None:
    before, after = "8608", "8556"
    periods = {"2800": ("År", "2006"), "2801": ("År", "2007")}
    figures = {
        (before, "5036", "2800"): ("61", "1"),
        (before, "5036", "2801"): (None, None),
        (after, "5036", "2800"): (None, None),
        (after, "5036", "2801"): ("71", "1"),
    }
    names = {before: "Heby kommun (Västmanlands län tom 2006)", after: "Heby kommun (Uppsala län from 2007)"}
    reading = of(page(figures, periods, names))
    assert rules(reading) == []
    assert {row["period"]: (row["kommunkod"], row["antal"]) for row in records(reading)} == {
        "2006": ("0331", "61"),
        "2007": ("0331", "71"),
    }
    told = of(page({**figures, (before, "5036", "2801"): ("9", "1")}, periods, names))
    assert rules(told) == [("bra_region", "kommunkod")]
    assert len(records(told)) == 2


def last_first(period: str, group: str, crime: str, region: str, measure: str) -> tuple[str, ...]:
    return measure, region, crime, group, period


def without_group(period: str, group: str, crime: str, region: str, measure: str) -> tuple[str, ...]:
    return period, crime, region, measure


def crime_first(period: str, group: str, crime: str, region: str, measure: str) -> tuple[str, ...]:
    return crime, measure, period, region, group


REGIONS = sorted(str(r) for r, place in bra_regioner().items() if place.fran_ar is None and place.till_ar is None)
CRIMES = sorted(str(i) for i, kind in brottstyper().items() if kind.periodtyp == "ar")
FIGURE = st.one_of(st.none(), st.integers(0, 2_000_000).map(str))


@settings(max_examples=60, deadline=None)
@given(
    figures=st.dictionaries(
        st.tuples(st.sampled_from(REGIONS), st.sampled_from(CRIMES), st.sampled_from(["2900", "2901", "2902"])),
        st.tuples(FIGURE, FIGURE),
        min_size=1,
        max_size=12,
    ),
    order=st.sampled_from([seen_order, last_first, crime_first]),
    axis=st.booleans(),
    saved=st.booleans(),
    encoding=st.sampled_from(["utf-8", "cp1252", "utf-8-sig"]),
    blank=st.sampled_from(["\u00a0", " "]),
)
def test_any_page_reads_back_to_the_same_facts(
    figures: Figures, order: Order, axis: bool, saved: bool, encoding: str, blank: str
) -> None:
    periods = {"2900": ("År", "2023"), "2901": ("År", "2024"), "2902": ("År", "2025 prel.")}
    names = {region: f"Område {i}" for i, region in enumerate(dict.fromkeys(region for region, *_ in figures))}
    text = page(figures, periods, names, order=order, axis=axis, saved=saved, blank=blank)
    reading = of(text, encoding)
    assert rules(reading) == []
    found = {
        (row["kommunkod"], row["brott_id"], row["period"]): (row["antal"], row["per_100000_inv"], row["preliminar"])
        for row in records(reading)
    }
    years = {"2900": "2023", "2901": "2024", "2902": "2025"}
    assert found == {
        (bra_regioner()[int(region)].kommunkod, crime, years[period]): (*pair, "ja" if period == "2902" else "nej")
        for (region, crime, period), pair in figures.items()
    }


def test_counts_alone_and_cells_without_the_group_are_read() -> None:
    (row,) = records(of(page({(BODEN, "5036", "2900"): ("2995", None)}, YEAR, PLACES, measures=["antal"])))
    assert (row["antal"], row["per_100000_inv"]) == ("2995", None)
    (row,) = records(of(page(ONE, {"2900": ("År", "2025")}, PLACES, order=without_group)))
    assert (row["antal"], row["per_100000_inv"]) == ("2995", "10569")


def test_the_letter_of_each_figure_is_where_it_stands() -> None:
    periods = {"2900": ("År", "2024"), "2901": ("År", "2025")}
    figures = {(BODEN, "5036", "2900"): ("1", "2"), (BODEN, "5036", "2901"): ("3", "4")}
    table = of(page(figures, periods, PLACES)).parts[0].table
    assert list(table.rows) == [6, 6]
    assert [(table.letter(i, "antal"), table.letter(i, "per_100000_inv")) for i in (0, 1)] == [("B", "C"), ("D", "E")]


def test_labels_are_never_read() -> None:
    for label in ("Misshandel, Mot man 15 år och äldre ", "Hemligt (upphör)", "5036, 11130"):
        found = records(of(page(ONE, YEAR, {BODEN: "Ale kommun"}, labels={"5036": label})))
        assert [(r["kommunkod"], r["brott_id"]) for r in found] == [("2582", "5036")]


def test_a_page_gives_itself_away() -> None:
    assert tells(Glimpse(".html", start=GOOD[:4000]))
    assert not tells(Glimpse(".html", start="<html><title>Annat</title>"))
    (source,) = [s for s in SOURCES if s.tabell == "bra_brott"]
    assert {".html", ".htm", ".csv"} <= set(source.suffixes)
    assert source.tells(Glimpse(".html", start=GOOD[:4000]))
    assert recognise(EXAMPLE.read_bytes(), EXAMPLE.name, SOURCES, {}) is source
