"""The source forekomst: faults first, then each estimate as printed, and the example against what the page says."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from sources import forekomst
from sources.base import Reading, Unreadable
from sources.recognition import recognise
from sources.registry import SOURCES
from warehouse.contracts.base import typed
from warehouse.contracts.delivery import Fault
from warehouse.contracts.omvarld import Forekomst

EXAMPLE = Path(__file__).parents[2] / "examples" / "forekomst_partnervald_2022.csv"
HEADER = ";".join(forekomst.COLUMNS)
ROW: dict[str, str] = {
    "omrade_typ": "riket", "omrade": "riket", "ar": "2022", "undersokning": "pahittad", "fraga": "vald",
    "titel": "Utsatta för våld", "alder": "16_84", "kon": "kvinna", "andel_procent": "15,2", "lag_procent": "14,1",
    "hog_procent": "16,4", "svarande": "61 000", "kalldokument": "Påhittad rapport, tabell 1",
}  # fmt: skip


def line(**other: str) -> str:
    return ";".join((ROW | other)[name] for name in forekomst.COLUMNS)


def of(*lines: str, header: str = HEADER, slip: dict[str, Any] | None = None) -> Reading:
    return forekomst.read("\n".join([header, *lines, ""]).encode(), slip or {})


def records(reading: Reading) -> list[dict[str, Any]]:
    frame = reading.parts[0].table.frame.astype(object)
    return [{str(k): v for k, v in row.items()} for row in frame.where(frame.notna(), None).to_dict("records")]


@pytest.mark.parametrize("column", forekomst.COLUMNS)
def test_a_file_without_a_column_is_refused_by_its_name(column: str) -> None:
    names = ["x" if name == column else name for name in forekomst.COLUMNS]
    with pytest.raises(Unreadable) as refused:
        of(line(), header=";".join(names))
    assert [(f.regel, f.kolumn) for f in refused.value.faults] == [("saknad_kolumn", column)]


def test_only_headers_are_refused_unless_the_note_says_that_it_is_empty() -> None:
    with pytest.raises(Unreadable) as refused:
        of()
    assert [f.regel for f in refused.value.faults] == ["bara_rubriker"]
    assert records(of(slip={"tom": "ja"})) == []


@pytest.mark.parametrize(
    ("wrong", "regel", "column"),
    [
        ({"omrade_typ": "kommun", "omrade": "01"}, "form", "omrade"),
        ({"omrade_typ": "kommun", "omrade": "9999"}, "form", "omrade"),
        ({"omrade_typ": "lan", "omrade": "0114"}, "form", "omrade"),
        ({"omrade_typ": "riket", "omrade": "01"}, "form", "omrade"),
        ({"lag_procent": "15,3"}, "utanfor_granser", "lag_procent"),
        ({"hog_procent": "15,1"}, "utanfor_granser", "hog_procent"),
        ({"andel_procent": "..", "lag_procent": "17"}, "utanfor_granser", "lag_procent"),
        ({"kon": "man", "andel_procent": "14,2"}, "samma_nyckel_olika_nummer", "andel_procent"),
        ({"kon": "man"}, "dubblett", "andel_procent"),
    ],
)
def test_a_row_that_contradicts_itself_or_another_is_refused_and_the_others_kept(
    wrong: dict[str, str], regel: str, column: str
) -> None:
    reading = of(line(), line(kon="man"), line(**({"kon": "totalt"} | wrong)))
    assert reading.parts[0].table.faults == (Fault(regel, 4, column),)
    assert [r["kon"] for r in records(reading)] == ["kvinna", "man"]


@pytest.mark.parametrize("mark", ["", "..", "-", "."])
def test_a_mark_is_no_figure_and_never_zero(mark: str) -> None:
    said = dict.fromkeys(("andel_procent", "lag_procent", "hog_procent", "svarande"), mark)
    (row,) = records(of(line(**said)))
    assert [row[name] for name in said] == [None] * 4
    (zero,) = records(of(line(andel_procent="0", lag_procent="0", hog_procent="0,4")))
    assert (zero["andel_procent"], zero["lag_procent"]) == ("0", "0")


def test_a_kommuns_estimate_is_told_by_its_code_and_one_survey_replaces_only_itself() -> None:
    reading = of(line(omrade_typ="kommun", omrade="0114"), line(omrade_typ="lan", omrade="01"), line(ar="2020"))
    assert [r["kommunkod"] for r in records(reading)] == ["0114", None, None]
    assert reading.facts == {
        "kalla": "undersokning", "namnd": "0000", "omfang": "periodutdrag", "period": "2020-2022", "urval": "pahittad",
    }  # fmt: skip
    assert "urval" not in of(line(), line(undersokning="en_annan")).facts


def test_the_file_is_recognised_with_and_without_its_note() -> None:
    content = EXAMPLE.read_bytes()
    for slip in ({}, {"kalla": "undersokning"}, {"tabell": "forekomst"}):
        assert recognise(content, EXAMPLE.name, SOURCES, slip).tabell == "forekomst"


def test_the_example_holds_what_the_page_says_and_no_interval() -> None:
    content = EXAMPLE.read_bytes()
    reading = forekomst.read(content, {})
    assert (reading.parts[0].table.faults, reading.parts[0].warnings) == ((), ())
    found = {(r["fraga"], r["kon"]): r["andel_procent"] for r in records(reading)}
    # Written from the page's figures, not from the file.
    assert found == {
        ("partnervald", "totalt"): "13.6", ("partnervald", "kvinna"): "15.2", ("partnervald", "man"): "11.7",
        ("psykiskt_vald", "kvinna"): "12.9", ("psykiskt_vald", "man"): "10.7",
        ("fysiskt_vald", "kvinna"): "2.6", ("fysiskt_vald", "man"): "2",
        ("sexuellt_vald", "kvinna"): "4.4", ("sexuellt_vald", "man"): "0.9",
    }  # fmt: skip
    assert {(r["lag_procent"], r["hog_procent"], r["svarande"]) for r in records(reading)} == {(None, None, None)}
    frame = reading.parts[0].table.frame.assign(leverans_id=1, rad=reading.parts[0].table.rows)
    assert list(reading.parts[0].table.frame.columns) == [c.name for c in Forekomst.delivered()]
    kept = Forekomst.validate(typed(Forekomst, frame), lazy=True)
    assert len(kept) == 9
    assert not kept.duplicated(list(Forekomst.key())).any()
    slip = yaml.safe_load(EXAMPLE.with_name(EXAMPLE.name + ".foljesedel.yaml").read_text("utf-8"))
    assert {key: slip[key] for key in reading.facts} == reading.facts
    assert slip["syntetisk"] is False
