"""Table T13: several jourer side by side, each as it reported, and what a jour does not know said in words."""

from typing import Any

import pandas as pd
import pytest

from assets.tables.builder import build
from assets.tables.iop import SPEC
from assets.tables.spec import Figures, Inputs, Period
from warehouse.contracts.base import typed
from warehouse.contracts.codes import CODES
from warehouse.contracts.omvarld import IopRapport

Row = tuple[str, str, str, int | None, str | None]
"""Jour, post, kon, antal and reason."""


def table(*rows: Row, year: int = 2025, asked: int = 2025) -> Figures:
    names = ["jour", "post", "kon", "antal", "saknas_orsak"]
    frame = pd.DataFrame(list(rows), columns=names).assign(namnd="0114", ar=year, leverans_id=1, rad=2)
    chosen = typed(IopRapport, frame)[[*SPEC.sources["iop_rapport"], "leverans_id"]]
    chosen = chosen.assign(kommun=pd.Categorical(["0114"] * len(chosen)))
    return build(SPEC, Inputs({"iop_rapport": chosen}, ("0114",)), Period(asked, asked))


def said(made: Figures) -> tuple[str, ...]:
    """The notes that the data called for."""
    return made.notes[: len(made.notes) - len(SPEC.notes)]


def cells(made: Figures) -> list[tuple[Any, ...]]:
    plain = made.cells.astype(object).where(made.cells.notna(), None)
    return [(r.jour, r.post, r.kon, r.varde) for r in plain.itertuples()]


def split(jour: str, post: str, *antal: int | None, reason: str | None = None) -> list[Row]:
    return [
        (jour, post, kon, n, reason if n is None else None)
        for kon, n in zip(("kvinna", "man", "annat_okant", "totalt"), antal, strict=True)
    ]


def test_a_year_without_reports_is_an_empty_table() -> None:
    made = table(*split("Jouren A", "kontakter", 1, 2, 3, 6), asked=2024)
    assert (len(made.cells), said(made)) == (0, ())
    assert list(made.cells.columns) == ["kommun", "period", "jour", "post", "kon", "matt", "varde", "status"]


def test_jourer_stand_side_by_side_in_the_forms_order_and_are_never_added() -> None:
    made = table(
        ("Jouren B", "volontarer", "totalt", 5, None),
        *split("Jouren B", "kontakter", 1, 0, 0, 1),
        ("Jouren A", "volontarer", "totalt", 7, None),
        *split("Jouren A", "kontakter_heder", 1, 0, 0, 1),
        *split("Jouren A", "kontakter", 9, 1, 0, 10),
    )
    assert [(jour, post) for jour, post, kon, _ in cells(made) if kon == "totalt"] == [
        ("Jouren A", "kontakter"), ("Jouren A", "kontakter_heder"), ("Jouren A", "volontarer"),
        ("Jouren B", "kontakter"), ("Jouren B", "volontarer"),
    ]  # fmt: skip
    assert [c[2:] for c in cells(made)[:4]] == [("kvinna", 9), ("man", 1), ("annat_okant", 0), ("totalt", 10)]
    assert set(made.cells["jour"]) == {"Jouren A", "Jouren B"}
    assert not made.cells.duplicated(["jour", "post", "kon"]).any()
    assert said(made) == ()


def test_a_zero_is_a_zero_and_a_blank_is_none_with_its_reason_in_a_note() -> None:
    made = table(
        *split("Jouren A", "kontakter_heder", None, None, None, None, reason="raknas_inte"),
        *split("Jouren A", "boende_vuxna", 0, 0, 0, 0),
        ("Jouren A", "volontartimmar", "totalt", None, None),
    )
    assert cells(made) == [
        ("Jouren A", "kontakter_heder", "totalt", None),
        ("Jouren A", "boende_vuxna", "kvinna", 0),
        ("Jouren A", "boende_vuxna", "man", 0),
        ("Jouren A", "boende_vuxna", "annat_okant", 0),
        ("Jouren A", "boende_vuxna", "totalt", 0),
        ("Jouren A", "volontartimmar", "totalt", None),
    ]
    assert said(made) == (
        "Jouren A har inte lämnat: hedersutsatta bland dem som kontaktat jouren (”Vi räknar inte detta”); "
        "Volontärtimmar (utan angiven orsak). Det som saknas är inte noll.",
    )


@pytest.mark.parametrize("known", [(None, None, None, 663), (400, None, None, 663), (None, 3, 0, 663)])
def test_a_total_whose_parts_are_unknown_keeps_its_total_and_says_so(known: tuple[int | None, ...]) -> None:
    made = table(*split("Jouren A", "boendenatter_barn", *known, reason="gar_inte_att_ta_fram"))
    assert [varde for *_, varde in cells(made)] == list(known)
    assert said(made) == (
        "Jouren A har inte lämnat: Barns nätter i jourens boende per kön (”Uppgiften går inte att ta fram”). "
        "Det som saknas är inte noll.",
    )


def test_every_post_of_the_form_can_stand_in_the_table_once() -> None:
    made = table(*(("Jouren A", post, "totalt", place, None) for place, post in enumerate(CODES["iop_post"])))
    assert [(post, varde) for _, post, _, varde in cells(made)] == [(p, n) for n, p in enumerate(CODES["iop_post"])]
    assert list(made.cells["matt"]) == [f"antal_{post}" for post in CODES["iop_post"]]


def test_a_part_without_its_whole_is_told() -> None:
    made = table(
        *split("Jouren A", "kontakter_heder", 1, 0, 0, 1),
        ("Jouren A", "enkat_svar", "totalt", 9, None),
        ("Jouren A", "enkat_hjalpta", "totalt", 7, None),
    )
    (note,) = said(made)
    assert note.startswith("Jouren A: raden ”Våldsutsatta som kontaktat jouren” är inte med.")
    assert "hedersutsatta bland dem som kontaktat jouren" in note
    assert "stödet hjälpt" not in note


def test_jourer_of_the_same_name_in_two_kommuner_are_two() -> None:
    rows = [("0114", 3), ("0180", None)]
    frame = pd.DataFrame(
        {
            "namnd": [k for k, _ in rows], "ar": 2025, "jour": "Jouren A", "post": "volontarer", "kon": "totalt",
            "antal": pd.array([n for _, n in rows], dtype="Int64"), "saknas_orsak": None, "leverans_id": [1, 2],
            "kommun": pd.Categorical([k for k, _ in rows]),
        }
    )  # fmt: skip
    made = build(SPEC, Inputs({"iop_rapport": frame}, ("0114", "0180")), Period(2025, 2025))
    plain = made.cells.astype(object).where(made.cells.notna(), None)
    assert list(zip(plain["kommun"], plain["varde"], plain["status"], strict=True)) == [
        ("0114", 3, "visas"), ("0180", None, "saknas"),
    ]  # fmt: skip
