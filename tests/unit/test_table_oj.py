"""Table T14: unknown areas first, then cells by plain Python, and the printed tables of 2015."""

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from assets.tables.breaks import break_notes
from assets.tables.builder import build
from assets.tables.oj import SPEC, figures
from assets.tables.reported import ledger
from assets.tables.spec import Figures, Inputs, Period
from sources.oj import read
from warehouse.contracts.base import typed
from warehouse.contracts.omvarld import OjIndikator
from warehouse.contracts.reference import kommuner, lan

EXAMPLES = Path(__file__).parents[2] / "examples"
Key = tuple[str, str, str, str]
UPPSALA = [k for k in kommuner() if k.startswith("03")]


def answer(kommun: str, svar: str | None, indikator: str = "bedomningsmetod", **other: Any) -> dict[str, Any]:
    return {
        "omrade_typ": "kommun", "omrade": kommun, "kommunkod": kommun, "ar": 2024, "indikator": indikator,
        "svar": svar, "andel_procent": None, "bortfall": None if svar else "inte_svarat", "leverans_id": 1,
    } | other  # fmt: skip


def stated(kind: str, area: str, percent: float | None, **other: Any) -> dict[str, Any]:
    return answer(area, None, omrade_typ=kind, kommunkod=None, andel_procent=percent, leverans_id=9) | other


def inputs(rows: list[dict[str, Any]], *asked: str) -> Inputs:
    frame = pd.DataFrame(rows, columns=[*SPEC.sources["oj_indikator"], "bortfall", "leverans_id"])
    frame = typed(OjIndikator, frame.assign(namn="Indikator", rad=1))
    return Inputs({"oj_indikator": frame[[*SPEC.sources["oj_indikator"], "leverans_id"]]}, asked)


def made(rows: list[dict[str, Any]], *asked: str, year: int = 2024) -> Figures:
    return build(SPEC, inputs(rows, *asked), Period(year, year))


def cells(figures_: Figures) -> dict[Key, float | str]:
    """Values by kommun, indicator, area and measure; the status where there is no value."""
    found = figures_.cells
    assert set(found["kon"]) <= {"totalt"}
    key = zip(found["kommun"], found["indikator"], found["omrade"], found["matt"], strict=True)
    value = [s if pd.isna(v) else v for v, s in zip(found["varde"], found["status"], strict=True)]
    assert all((s == "visas") == (not pd.isna(v)) for v, s in zip(found["varde"], found["status"], strict=True))
    out = dict(zip(key, value, strict=True))
    assert len(out) == len(found)
    return out


def told(figures_: Figures) -> list[str]:
    return [n for n in figures_.notes if n not in SPEC.notes]


# --- what is not known ----------------------------------------------------------------------------------------------


def test_a_year_without_answers_has_no_cells() -> None:
    assert len(made([answer("0330", "ja")], "0330", year=2023).cells) == 0
    assert len(made([], "0330").cells) == 0


def test_a_lan_with_a_kommun_missing_is_unknown_and_has_the_sources_share() -> None:
    rows = [answer(k, "ja") for k in UPPSALA[:-1]] + [stated("lan", "03", 75), stated("riket", "riket", 61.5)]
    found = made(rows, UPPSALA[0])
    by = cells(found)
    for area, share in (("lan", 0.75), ("riket", 0.615)):
        counts = [by[UPPSALA[0], "bedomningsmetod", area, f"antal_{m}"] for m in ("svar", "ja", "delvis", "nej")]
        assert counts == ["saknas"] * 4
        assert by[UPPSALA[0], "bedomningsmetod", area, "andel_ja"] == "saknas"
        assert by[UPPSALA[0], "bedomningsmetod", area, "andel_ja_kalla"] == pytest.approx(share)
    assert by[UPPSALA[0], "totalt", "lan", "antal_ja"] == "saknas"
    assert f"Svar finns från 7 av {len(UPPSALA)} kommuner i länet" in " ".join(told(found))
    assert f"Svar finns från 7 av {len(kommuner())} kommuner i riket" in " ".join(told(found))


def test_a_lan_is_unknown_for_the_one_indicator_that_a_kommun_lacks() -> None:
    rows = [answer(k, "nej", i) for k in UPPSALA for i in ("bedomningsmetod", "kartlaggning_vuxna")][:-1]
    by = cells(made(rows, UPPSALA[0]))
    assert by[UPPSALA[0], "bedomningsmetod", "lan", "antal_nej"] == len(UPPSALA)
    assert by[UPPSALA[0], "kartlaggning_vuxna", "lan", "antal_nej"] == "saknas"
    assert by[UPPSALA[0], "totalt", "lan", "antal_nej"] == "saknas"
    assert by[UPPSALA[0], "totalt", "kommun", "antal_nej"] == 2


def test_no_answer_is_no_no_and_a_share_of_nobody_is_not_applicable() -> None:
    by = cells(made([answer(k, None) for k in UPPSALA], UPPSALA[0]))
    place = (UPPSALA[0], "bedomningsmetod")
    assert [by[(*place, "kommun", f"antal_{m}")] for m in ("svar", "nej", "utan_svar")] == [0, 0, 1]
    assert by[(*place, "lan", "antal_utan_svar")] == len(UPPSALA)
    assert by[(*place, "lan", "andel_ja")] == "ej_tillampligt"
    assert by[(*place, "lan", "andel_ja_kalla")] == "saknas"


# --- what is known --------------------------------------------------------------------------------------------------


def test_a_whole_lan_is_counted_from_its_answers_beside_the_sources_share() -> None:
    said = dict(zip(UPPSALA, ["ja", "ja", "delvis", "nej", "nej", None, "ja", "nej"], strict=True))
    found = made([*(answer(k, s) for k, s in said.items()), stated("lan", "03", 43)], *UPPSALA)
    by = cells(found)
    count = Counter(said.values())
    for kommun in UPPSALA:
        for indikator in ("bedomningsmetod", "totalt"):
            place = (kommun, indikator, "lan")
            assert by[(*place, "antal_svar")] == 7
            assert [by[(*place, f"antal_{s}")] for s in ("ja", "delvis", "nej")] == [
                count["ja"],
                count["delvis"],
                count["nej"],
            ]
            assert by[(*place, "antal_utan_svar")] == 1
            assert by[(*place, "andel_ja")] == pytest.approx(3 / 7)
        assert by[kommun, "bedomningsmetod", "lan", "andel_ja_kalla"] == pytest.approx(0.43)
        own = [by[kommun, "bedomningsmetod", "kommun", f"antal_{s}"] for s in ("ja", "delvis", "nej", "utan_svar")]
        assert own == [said[kommun] == "ja", said[kommun] == "delvis", said[kommun] == "nej", said[kommun] is None]
    assert not [k for k in by if k[2] == "kommun" and k[3].startswith("andel")]


def test_gotland_is_a_lan_by_itself() -> None:
    assert [k for k in kommuner() if k.startswith("09")] == ["0980"]
    by = cells(made([answer("0980", "ja")], "0980"))
    assert (by["0980", "bedomningsmetod", "lan", "antal_ja"], by["0980", "bedomningsmetod", "riket", "antal_ja"]) == (
        1,
        "saknas",
    )


def test_the_country_is_counted_where_every_kommun_is_there() -> None:
    rows = [answer(k, "ja" if int(k) % 3 else "nej") for k in kommuner()]
    found = made(rows, "0330", "2582")
    ja = sum(1 for k in kommuner() if int(k) % 3)
    for kommun in ("0330", "2582"):
        assert cells(found)[kommun, "bedomningsmetod", "riket", "antal_ja"] == ja
        assert cells(found)[kommun, "bedomningsmetod", "riket", "andel_ja"] == pytest.approx(ja / len(kommuner()))


def test_stadsdelar_answer_for_their_kommun_each_and_a_note_says_so() -> None:
    rows = [
        answer("1480", svar, omrade_typ="stadsdel", omrade=f"1480_{name}")
        for name, svar in (("centrum", "ja"), ("angered", "delvis"), ("lundby", "ja"))
    ]
    found = made(rows, "1480")
    by = cells(found)
    assert [by["1480", "bedomningsmetod", "kommun", f"antal_{m}"] for m in ("svar", "ja", "delvis", "nej")] == [
        3,
        2,
        1,
        0,
    ]
    assert any("stadsdelar" in n for n in told(found))


@pytest.mark.parametrize(("percent", "differs"), [(38.0, False), (37.0, False), (36.0, True), (39.0, True)])
def test_a_printed_share_that_the_answers_do_not_give_is_told(percent: float, differs: bool) -> None:
    said = ["ja"] * 3 + ["nej"] * 5  # 37.5 percent: a half may be printed up or down
    rows = [answer(k, s) for k, s in zip(UPPSALA, said, strict=True)]
    notes = told(made([*rows, stated("lan", "03", percent)], UPPSALA[0]))
    assert any("skiljer sig källans egen andel" in n for n in notes) == differs


def test_behind_each_count_stand_the_answers_that_it_counts() -> None:
    rows = [answer(k, "ja", leverans_id=1 + at % 2) for at, k in enumerate(UPPSALA)] + [stated("lan", "03", 100)]
    frame = figures(inputs(rows, UPPSALA[0]), Period(2024, 2024))
    behind = ledger(frame["bakom"])
    for at, cell in frame.iterrows():
        rader = behind[behind["cell"] == at]
        if cell["matt"] == "andel_ja_kalla" and cell["omrade"] == "lan":
            assert rader[["leverans_id", "rader"]].to_numpy().tolist() == [[9, 1]]
        elif cell["omrade"] == "lan":
            assert rader[["leverans_id", "rader"]].to_numpy().tolist() == [[1, 4], [2, 4]]
        elif cell["omrade"] == "riket":
            assert rader.empty
        else:
            assert rader["rader"].sum() == 1


def test_an_indicator_has_its_name_and_an_unknown_one_its_own_words() -> None:
    (dimension,) = (d for d in SPEC.dimensions if d.name == "indikator")
    assert dimension.word("bedomningsmetod") == "Använder standardiserad bedömningsmetod"
    assert dimension.word("namn_har_rutin_for_platser") == "har rutin for platser"
    assert dimension.word("totalt") == "Totalt"


def test_the_longer_follow_up_of_2024_is_told_as_a_break() -> None:
    assert [len(break_notes(SPEC, "0138", year, ())) for year in (2023, 2024, 2029, 2030)] == [0, 1, 1, 0]


# --- the printed tables of 2015 ---------------------------------------------------------------------------------------

NAMES = {"Höganäs": "1284", "Lund": "1281", "Nykvarn": "0140", "Ronneby": "1081", "Skellefteå": "2482",
         "Trollhättan": "1488", "Tyresö": "0138", "Göteborg, Askim, Frölunda, Högsbo": "1480"}  # fmt: skip


def printed(name: str) -> list[dict[str, str]]:
    with (EXAMPLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_the_eight_of_2015_are_counted_as_printed_but_for_tyreso_where_the_document_says_one_more() -> None:
    frames = [
        read((EXAMPLES / name).read_bytes(), {"period": "2015"}).parts[0].table.frame.assign(leverans_id=at, rad=1)
        for at, name in enumerate(("oj_2015_kommuner.csv", "oj_2015_riket.csv"), start=1)
    ]
    frame = typed(OjIndikator, pd.concat(frames, ignore_index=True))[[*SPEC.sources["oj_indikator"], "leverans_id"]]
    found = build(SPEC, Inputs({"oj_indikator": frame}, tuple(NAMES.values())), Period(2015, 2015))
    by = cells(found)
    *table, last = printed("oj_2015_kommuner.csv")
    assert last["Indikator"] == "Antal ja"
    for name, kommun in NAMES.items():
        counted = Counter(row[name] for row in table)
        got = [by[kommun, "totalt", "kommun", f"antal_{s}"] for s in ("ja", "delvis", "nej", "svar")]
        assert got == [counted["2"], counted["1"], counted["0"], 60]
        assert int(last[name]) - int(got[0]) == (1 if name == "Tyresö" else 0)
    assert [by["0138", "totalt", "kommun", f"antal_{s}"] for s in ("ja", "delvis")] == [48, 1]
    shares = sorted(int(row["Andel ja (procent)"]) for row in printed("oj_2015_riket.csv"))
    got_shares = [v for k, v in by.items() if k[0] == "0138" and k[2:] == ("riket", "andel_ja_kalla")]
    assert sorted(round(100 * float(v)) for v in got_shares) == shares
    assert {by[k] for k in by if k[2] == "riket" and k[3] == "antal_svar"} == {"saknas"}
    assert set(lan()) >= {k[:2] for k in NAMES.values()}
