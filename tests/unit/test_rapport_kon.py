"""What the sexes and the tables are called in the report: in words of those who are counted, and unlike one another."""

import re

import pytest

from assets.report.excel import blad_av
from assets.report.innehall.bilder import diagram
from assets.report.innehall.las import Las
from assets.report.innehall.tabeller import delade_titlar, tabeller, utdrag
from assets.report.modell import Avsnitt, Rapport
from assets.tables.catalogue import TABLES
from assets.tables.sexes import in_full, sex_words, together
from tests.kartlaggning_tools import sample
from tests.rapport_tools import Cell, cell, underlag
from warehouse.contracts.codes import TOTAL

ADULT = {"roll": "valdsutsatt_vuxen"}
KON = (("kvinna", 400), ("man", 30), (TOTAL, 430))


def counts(tabell: str, matt: str, **koder: str) -> list[Cell]:
    return [cell(tabell, matt, kon, n, **koder) for kon, n in KON]


@pytest.mark.parametrize(
    ("tabell", "koder", "ord_"),
    [
        ("arenden", [{}], "Kvinnor, flickor"),
        ("arenden", [ADULT], "Kvinnor"),
        ("arenden", [{"roll": "valdsutovare"}, ADULT], "Kvinnor"),
        ("arenden", [{"roll": "barn"}], "Flickor"),
        ("arenden", [{"roll": "barn"}, ADULT], "Kvinnor, flickor"),
        ("arenden", [{"aldersgrupp": "0_6"}, {"aldersgrupp": "under_18"}], "Flickor"),
        ("arenden", [{"aldersgrupp": "26_40"}, {"aldersgrupp": TOTAL}], "Kvinnor, flickor"),
        ("barn", [{}], "Flickor"),
        ("insatser", [{}], "Kvinnor, flickor"),
        ("kolada", [{}], "Kvinnor"),
        ("valdsutovare", [{}], "Kvinnor"),
        ("anmalda_brott", [{}], "Mot kvinnor och flickor"),
    ],
)
def test_one_function_tells_who_is_counted(tabell: str, koder: list[dict[str, str]], ord_: str) -> None:
    assert sex_words(TABLES[tabell], None, koder)["kvinna"] == ord_


def test_a_measure_of_children_or_adults_alone_is_told_so() -> None:
    boende, risk = TABLES["skyddat_boende"], TABLES["riskbedomning"]
    measures = {m.name: m for spec in (boende, risk) for m in spec.shown_measures}
    assert sex_words(boende, measures["antal_medfoljande_barn"], ({},))["man"] == "Pojkar"
    assert sex_words(risk, measures["antal_arenden_barn"], ({},))["man"] == "Pojkar"
    assert sex_words(risk, measures["antal_bedomda"], ({},))["man"] == "Män"
    assert [in_full(w) for w in ("Män, pojkar", "Män", "Totalt")] == ["Män och pojkar", "Män", "Totalt"]
    assert [together(w) for w in ("Flickor", "Män", "Totalt")] == ["Kvinnor, flickor", "Män, pojkar", "Totalt"]


def test_charts_and_tables_call_girls_and_women_by_who_is_counted() -> None:
    ages = ("0_6", "26_40", "41_60")
    u = underlag(*(c for age in ages for c in counts("arenden", "antal_personer", aldersgrupp=age, **ADULT)),
                 *(c for age in ages for c in counts("arenden", "antal_personer", aldersgrupp=age)))  # fmt: skip

    def drawn(adults: bool) -> tuple[tuple[str, ...], set[str], str]:
        table = utdrag(u, "arenden", "antal_personer", "2025", "Ålder", behall=lambda r: (r["roll"] != TOTAL) == adults)
        assert table is not None
        chart = diagram(Las(u), table, "Ålder", "Antal personer")
        assert chart is not None
        return table.kolumner, {p.serie for p in chart.punkter}, chart.alt

    heads, series, said = drawn(adults=False)
    assert heads[:2] == ("Kvinnor, flickor", "Män, pojkar") and series == {"Kvinnor och flickor", "Män och pojkar"}
    assert "kvinnor och flickor 400, män och pojkar 30" in said
    heads, series, said = drawn(adults=True)
    assert heads[:2] == ("Kvinnor", "Män") and series == {"Kvinnor", "Män"} and "flickor" not in said


def test_the_words_of_a_chart_say_that_something_is_not_drawn() -> None:
    cells = [
        c for kind in ("stodsamtal", "kontaktperson") for c in counts("insatser", "antal_insatser", insatstyp=kind)
    ]
    cells.append(cell("insatser", "antal_insatser", "kvinna", "skyddas", insatstyp="skyddat_boende"))
    u = underlag(*cells)
    table = utdrag(u, "insatser", "antal_insatser", "2025", "Insatser")
    chart = diagram(Las(u), table, "Insatser", "Antal") if table else None
    assert chart is not None and chart.alt.endswith("En skyddad stapel ritas inte. Den kan vara den största.")


def _appendix(*cells: Cell) -> list[str]:
    u = underlag(*cells)
    shared = delade_titlar(u)
    return [t.rubrik.rpartition(", ")[0] for name in u.utgiven.rader for t in tabeller(u, name, shared)]


def test_tables_of_the_appendix_have_titles_of_their_own_without_echo() -> None:
    titles = _appendix(
        *counts("arenden", "antal_arenden"), *counts("arenden", "antal_arenden", **ADULT),
        *counts("heder", "antal_arenden"),
        *counts("heder", "antal_arenden", hederskontext="ja"), *counts("kolada", "antal_u30750_personer"),
        *counts("kolada", "antal_u30751_personer"),
    )  # fmt: skip
    assert "Pågående ärenden (våldsutsatta vuxna, barn och våldsutövare)" in titles
    assert "Pågående ärenden (våld i hederskontext)" in titles
    assert "Koladas nyckeltal U30750–U30752 (aktualiserade under året): antal" in titles
    assert len(titles) == len(set(titles))
    alone = _appendix(*counts("arenden", "antal_arenden"), *counts("arenden", "antal_arenden", **ADULT))
    assert alone == ["Pågående ärenden"]


def test_a_sheet_has_the_same_headings_for_adults_children_and_both() -> None:
    u = underlag(*counts("skyddat_boende", "antal_personer"), *counts("skyddat_boende", "antal_medfoljande_barn"))
    made = tabeller(u, "skyddat_boende", {})
    assert {t.kolumner[0] for t in made} == {"Kvinnor, flickor", "Flickor"}
    report: Rapport = sample()
    (sheet,) = blad_av(
        Rapport(report.framsida, (Avsnitt("t", "Skyddat boende", 2, made, "tabeller"),), report.harkomst)
    )
    assert [k for k in sheet.kolumner if re.match("Kvinn|Flick", k)] == ["Kvinnor, flickor"]
