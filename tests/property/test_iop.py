"""Any IOP report written to the form reads back to the same facts, and any one faulty cell is told at that cell."""

import io
from datetime import date
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.validation import parse
from sources import iop
from sources.iop.form import EXAMPLE_FIGURES, EXAMPLE_REASONS
from warehouse.contracts.codes import CODES
from warehouse.contracts.omvarld import IopRapport

Cell = tuple[str, str]
SPLIT = ("kvinna", "man", "annat_okant")
REASONS = list(CODES["saknas_orsak_jour"])
COUNT = st.integers(0, 30_000)
# Rows of the form by what they ask, as one reads them from the top.
ROW = dict(zip(CODES["iop_post"], [3, 4, 5, 6, *range(8, 15), 16, 18, 19, 20, 22, 24, 25, 27, 28, 29], strict=True))
LETTER = {"kvinna": "B", "man": "C", "annat_okant": "D", "totalt": "E"}


def split(post: str, parts: tuple[int, int, int]) -> dict[Cell, int]:
    return {(post, kon): antal for kon, antal in zip(SPLIT, parts, strict=True)} | {(post, "totalt"): sum(parts)}


@st.composite
def reports(draw: st.DrawFn) -> dict[Cell, int]:
    """A report whose figures agree because they were counted from the same persons, with any of them left out."""
    figures: dict[Cell, int] = {}
    three = st.tuples(COUNT, COUNT, COUNT)
    contacts = draw(three)
    figures |= split("kontakter", contacts)
    for post in ("kontakter_heder", "kontakter_under_18"):
        figures |= split(post, tuple(draw(st.integers(0, n)) for n in contacts))  # type: ignore[arg-type]
    for post in ("boende_vuxna", "boende_barn", "nekade_platsbrist", "nekade_barn_platsbrist"):
        figures |= split(post, draw(three))
    adults, children = draw(three), draw(three)
    figures |= split("boendenatter_vuxna", adults) | split("boendenatter_barn", children)
    figures["boendenatter", "totalt"] = sum(adults) + sum(children)
    asked = draw(COUNT)
    answered = draw(st.integers(0, asked))
    figures |= {("enkat_tillfragade", "totalt"): asked, ("enkat_svar", "totalt"): answered}
    figures["enkat_hjalpta", "totalt"] = draw(st.integers(0, answered))
    for post in ("kontakttillfallen", "barn_skolplats", "otillrackliga_insatser", "utatriktade_aktiviteter",
                 "utatriktade_deltagare", "volontarer", "volontartimmar", "fast_anstallda"):  # fmt: skip
        figures[post, "totalt"] = draw(st.integers(0, 1_000_000))
    gone = draw(st.sets(st.sampled_from(sorted(figures)), max_size=20))
    return {cell: antal for cell, antal in figures.items() if cell not in gone}


@given(
    figures=reports(),
    reasons=st.dictionaries(st.sampled_from(list(ROW)), st.sampled_from(REASONS), max_size=8),
    jour=st.text(alphabet="abcåäöÅÄÖé –&()/", min_size=2, max_size=60).filter(lambda t: t == t.strip()),
    year=st.integers(1975, 2100),
    invented=st.booleans(),
)
@settings(max_examples=8, deadline=None)
def test_any_report_reads_back_to_the_same_facts(
    tmp_path_factory: pytest.TempPathFactory,
    figures: dict[Cell, int],
    reasons: dict[str, str],
    jour: str,
    year: int,
    invented: bool,
) -> None:
    path = tmp_path_factory.mktemp("form") / "form.xlsx"
    iop.write_form(path, kommun="2582", ar=year, jour=jour, figures=figures, reasons=reasons, pahittad=invented)
    reading = iop.read(path.read_bytes(), {})
    (part,) = reading.parts
    good, faults = parse(IopRapport, part.table, date(2020, 1, 31))
    assert (part.table.faults, faults) == ((), [])
    assert reading.facts == {
        "kalla": "iop", "namnd": "2582", "avsandare": jour, "omfang": "periodutdrag", "period": str(year),
        **({"syntetisk": True} if invented else {}),
    }  # fmt: skip
    rows = good.to_dict("records")
    assert {(r["post"], r["kon"]): r["antal"] for r in rows if not is_missing(r["antal"])} == figures
    assert {r["post"] for r in rows} == set(ROW)
    assert {(r["namnd"], r["ar"], r["jour"]) for r in rows} == {("2582", year, jour)}
    for r in rows:
        why = None if is_missing(r["saknas_orsak"]) else r["saknas_orsak"]
        assert why == (reasons.get(r["post"]) if is_missing(r["antal"]) else None)
        assert r["rad"] == ROW[r["post"]]


def is_missing(value: Any) -> bool:
    return bool(pd.isna(value))


BAD = st.one_of(
    st.text(alphabet="abcdefghijklmnopqrståäö?", min_size=1, max_size=12),
    st.integers(-10_000_000, -1),
    st.integers(1_000_001, 10**9),
    st.decimals(0, 1000, places=2).filter(lambda d: d != d.to_integral_value()).map(float),
    st.sampled_from(["#REF!", "1 st", "1/2", "12-13", "1e", "½", "~10", "12;", "a1", "5 5"]),
)


@given(cell=st.sampled_from(sorted(EXAMPLE_FIGURES)), bad=BAD)
@settings(max_examples=10, deadline=None)
def test_any_one_faulty_cell_is_told_at_its_sheet_row_and_letter(
    tmp_path_factory: pytest.TempPathFactory, cell: Cell, bad: Any
) -> None:
    path = tmp_path_factory.mktemp("form") / "form.xlsx"
    iop.write_form(path, kommun="0114", ar=2019, jour="Jouren Prov", figures=EXAMPLE_FIGURES, reasons=EXAMPLE_REASONS)
    book = openpyxl.load_workbook(path)
    post, kon = cell
    book["Uppgifter"][f"{LETTER[kon]}{ROW[post]}"] = bad
    out = io.BytesIO()
    book.save(out)
    table = iop.read(out.getvalue(), {}).parts[0].table
    good, faults = parse(IopRapport, table, date(2020, 1, 31))
    (fault,) = [*table.faults, *faults]
    assert (fault.blad, fault.rad, fault.bokstav, fault.kolumn) == ("Uppgifter", ROW[post], LETTER[kon], "antal")
    kept = {(r.post, r.kon): r.antal for r in good.itertuples() if r.rad != ROW[post] and not is_missing(r.antal)}
    assert kept == {c: n for c, n in EXAMPLE_FIGURES.items() if c[0] != post}
