"""Declared corrections on the way in: the mended value is stored, and a source that has changed is told loudly."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from assets.receiving import receive
from assets.workspace import Workspace
from sources.foljesedel import SUFFIX
from tests.pipeline.helpers import deliver, put, query, rows_now

HEADERS = "kommun,kommunkod,period,periodtyp,brott_id,antal,per_100000_inv"
SLIP = {
    "kalla": "bra",
    "tabell": "bra_brott",
    "namnd": "2582",
    "avsandare": "Brottsförebyggande rådet (BRÅ)",
    "uttagsdatum": "2026-01-15",
    "omfang": "periodutdrag",
    "period": "2025",
}
CORRECTION = """
- tabell: bra_brott
  nyckel: {{kommunkod: "2582", period: "2025", brott_id: 11130}}
  kolumn: antal
  gammalt_varde: {old}
  nytt_varde: {new}
  anledning: En siffra för mycket i källan
  anmald_av: kvalitetsenheten
  datum: 2026-01-16
"""

EXAMPLES = Path(__file__).parents[2] / "examples"
DELVIS, DELVIS_ROW = "individuell_uppfoljning_vuxna", 3
"""The one answer of Tyresö that is delvis, in the table of 2015."""

Make = Callable[..., Workspace]


@pytest.fixture
def corrected(workspace: Workspace, tmp_path: Path) -> Make:
    """The workspace with one correction: of ``old`` to ``new``."""

    def make(old: object = 2239, new: object = 239) -> Workspace:
        path = tmp_path / "rattelse.yaml"
        path.write_text(CORRECTION.format(old=old, new=new), encoding="utf-8")
        return replace(workspace, corrections=(path,))

    return make


def source(antal: object, other: int = 7) -> str:
    """BRÅ's file: the offence that is corrected, and one that is not."""
    return f"{HEADERS}\nBoden,2582,2025,År,11130,{antal},790\nBoden,2582,2025,År,5036,{other},100\n"


def stored(ws: Workspace) -> list[tuple[int, int | None]]:
    """What is current in the warehouse."""
    found = rows_now(ws, ("brott_id", "antal"), "bra_brott")
    rows = zip(found["brott_id"], found["antal"], strict=True)
    return sorted((int(a), None if pd.isna(b) else int(b)) for a, b in rows)


def noted(ws: Workspace) -> list[tuple[str, int, str, bool]]:
    return [(a, b, c, d) for a, b, c, d in query(ws, "SELECT regel, rad, kolumn, kostar_rad FROM mottagning.karantan")]


def test_the_mended_value_is_stored_and_the_note_is_kept(corrected: Make):
    ws = corrected()
    got = deliver(ws, source(2239), name="bra.csv", slip=SLIP)
    assert got.status == "godkand" and got.rader_godkanda == 2
    assert stored(ws) == [(5036, 7), (11130, 239)]
    assert noted(ws) == [("rattad_enligt_rattelse", 2, "antal", False)]
    assert ws.journal.outdated == []


@pytest.mark.parametrize(("now", "words"), [(239, "källan har rättat"), (2240, "källan har ändrat"), ("..", "ändrat")])
def test_a_source_that_has_changed_is_taken_in_as_it_is_and_told(corrected: Make, now: object, words: str):
    ws = corrected()
    got = deliver(ws, source(now), name="bra.csv", slip=SLIP)
    assert got.status == "godkand"
    assert dict(stored(ws))[11130] == (None if now == ".." else now)
    assert noted(ws) == [("rattelse_inaktuell", 2, "antal", False)]
    assert [f.regel for f in got.notes] == ["rattelse_inaktuell"]
    (notice,) = ws.journal.outdated
    assert words in notice and "rattelse.yaml, rad 2" in notice


def test_the_same_file_is_read_again_when_the_corrections_have_changed(corrected: Make, workspace: Workspace):
    deliver(workspace, source(2239), name="bra.csv", slip=SLIP)
    assert stored(workspace) == [(5036, 7), (11130, 2239)]
    ws = corrected()
    assert deliver(ws, source(2239), name="bra.csv", slip=SLIP).andring == "ny"
    assert stored(ws) == [(5036, 7), (11130, 239)]
    assert deliver(ws, source(2239), name="bra.csv", slip=SLIP).andring == "oforandrad"
    ws = corrected(new=240)
    deliver(ws, source(2239), name="bra.csv", slip=SLIP)
    assert stored(ws) == [(5036, 7), (11130, 240)]


def test_corrections_that_cannot_be_read_make_public_data_wait_and_cost_nothing_else(corrected: Make):
    ws = corrected(new="många")
    public = put(ws, source(2239), name="bra.csv", slip=SLIP)
    put(ws, [{"arende_id": "A1"}], name="fel.csv")
    got = receive(ws)
    assert [name for name, _ in got.stuck] == ["bra.csv"]
    assert "rattelse.yaml, rad 6: antal: här ska stå ett heltal" in got.stuck[0][1]
    assert public.exists()
    assert len(got.results) == 1
    ws = corrected()
    got = receive(ws)
    assert got.stuck == [] and stored(ws) == [(5036, 7), (11130, 239)]


def test_a_jours_figure_and_records_of_persons_are_out_of_reach(corrected: Make, tmp_path: Path):
    ws = corrected()
    ws.corrections[0].write_text(CORRECTION.format(old=1, new=2).replace("bra_brott", "arende"), encoding="utf-8")
    put(ws, source(2239), name="bra.csv", slip=SLIP)
    got = receive(ws)
    assert "tabellen kan inte rättas här" in got.stuck[0][1]


def test_the_tables_of_oppna_jamforelser_stand_side_by_side_and_one_answer_is_corrected(corrected: Make):
    ws = corrected()
    ws.corrections[0].write_text(
        "- tabell: oj_indikator\n"
        f"  nyckel: {{omrade_typ: kommun, omrade: '0138', ar: 2015, indikator: {DELVIS}}}\n"
        "  kolumn: svar\n  gammalt_varde: delvis\n  nytt_varde: ja\n"
        "  anledning: Påhittad, för att pröva\n  anmald_av: kvalitetsenheten\n  datum: 2026-01-16\n",
        encoding="utf-8",
    )
    for name in ("oj_2015_kommuner.csv", "oj_2015_riket.csv"):
        for part in (name, name + SUFFIX):
            (ws.inbox / part).write_bytes((EXAMPLES / part).read_bytes())
    got = receive(ws)
    assert [(r.status, r.rader_godkanda) for r in got.results] == [("godkand", 60), ("godkand", 60)]
    found = rows_now(ws, ("omrade", "svar", "andel_procent"), "oj_indikator")
    assert len(found) == 8 * 60 + 60
    answers = list(found[found["omrade"] == "0138"]["svar"])
    assert [answers.count(svar) for svar in ("ja", "delvis", "nej")] == [49, 0, 11]
    assert noted(ws) == [("oj_antal_ja", 62, "svar", False), ("rattad_enligt_rattelse", DELVIS_ROW, "svar", False)]
