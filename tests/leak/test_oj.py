"""Öppna jämförelser: planted identifiers in a file reach nothing that a run writes, wherever they stand."""

import csv
import io
from collections.abc import Callable

import pytest

from assets.receiving import receive
from assets.workspace import Workspace
from tests.leak.planted import EMAIL, NAME, NUMBERS, PHONE, SENTENCE, STREET, WORDS, notations
from tests.leak.search import Hit, search_bytes, search_databases, search_tree
from tests.pipeline.helpers import put, query

FOUND = (notations(NUMBERS[0])[1], NUMBERS[1], EMAIL, PHONE, SENTENCE)
"""Texts in which a machine can find an identifier, so that they are never stored even as an indicator's name."""
PLANTED = (*FOUND, NAME, STREET)

SLIP = {
    "kalla": "oj",
    "tabell": "oj_indikator",
    "namnd": "0000",
    "avsandare": "Socialstyrelsen",
    "uttagsdatum": "2026-01-15",
    "omfang": "periodutdrag",
    "period": "2015",
}
KNOWN = "Social jourverksamhet"


def written(*rows: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    return out.getvalue().encode()


def deliveries() -> dict[str, bytes]:
    """File name to content: sound rows with planted ones among them, and files that are none at all."""
    long = ["kommun", "kommunkod", "indikator", "svar", "ar"]
    files = {
        "kommuner.csv": written(
            ["Kommunkod", "Kommun", KNOWN, NAME],  # a column of nobody's: nothing is answered there
            ["1281", "Lund", "2", ""],
            *(["0138", "Tyresö", word, ""] for word in PLANTED),
            *([word, "Tyresö", "2", ""] for word in PLANTED),
            *(["0138", word, "2", ""] for word in PLANTED),
            *(["1480", f"Göteborg, {word}", "2", ""] for word in FOUND),
            ["2482", "Skellefteå", "0", SENTENCE],
            *([word] for word in PLANTED),
        ),
        "indikatorer.csv": written(
            ["Indikator", "Lund", NAME],
            [KNOWN, "2", ""],
            *(["Stödsamtal till vuxna som utövat våld", word, ""] for word in PLANTED),
            *([word] for word in PLANTED),
        ),
        "svar.csv": written(
            long,
            ["Lund", "1281", KNOWN, "ja", "2015"],
            *([word, "1281", KNOWN, "ja", "2015"] for word in PLANTED),
            *(["Lund", word, KNOWN, "ja", "2015"] for word in PLANTED),
            *(["Lund", "1281", KNOWN, word, "2015"] for word in PLANTED),
            *(["Lund", "1281", KNOWN, "ja", word] for word in PLANTED),
        ),
        "alla.csv": written(["Kommun", KNOWN], *(["Lund", word] for word in WORDS)),
        "lan.csv": written(["Län", KNOWN], *([word, "10"] for word in PLANTED), *(["Uppsala län", w] for w in PLANTED)),
        "titel.csv": written([SENTENCE, "", ""], ["Kommun", KNOWN, ""], ["Lund", "2", ""]),
        "omrade.csv": written(["Indikator", SENTENCE], [KNOWN, "2"]),
        "inga.csv": written(["a", SENTENCE], [NAME, "2"]),
        "text.csv": SENTENCE.encode(),
        "kodning.csv": written(["Kommun", KNOWN], ["Lund", SENTENCE])[:-1] + b"\xe5\x00",
    }
    files |= {f"rubrik-{i}.csv": written(["Kommun", w, KNOWN], ["Lund", "2", "2"]) for i, w in enumerate(FOUND)}
    files |= {f"rad-{i}.csv": written(["Indikator", "Lund"], [w, "2"], [KNOWN, "2"]) for i, w in enumerate(FOUND)}
    return files


def everything(ws: Workspace, *told: object) -> set[Hit]:
    name = str(ws.database.owner.url.database)
    hits, read = search_databases(ws.database.owner.url.render_as_string(hide_password=False), [name])
    assert {f"{name}: omvarld.oj_indikator", f"{name}: mottagning.karantan"} <= read
    hits |= search_tree(ws.home)
    for words in told:
        hits |= search_bytes(f"{words!s} {words!r}".encode(), "words")
    return hits


@pytest.mark.parametrize("stated", [True, False], ids=["with a slip", "without"])
def test_planted_values_reach_nothing(
    stated: bool,
    make_workspace: Callable[..., Workspace],
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    recwarn: pytest.WarningsRecorder,
) -> None:
    caplog.set_level(0)
    told: list[str] = []
    ws = make_workspace()
    ws.journal.tell = told.append
    for name, content in deliveries().items():
        put(ws, content, name, slip=SLIP if stated else None)
    got = receive(ws, told.append)

    assert got.stuck == [] and list(ws.inbox.iterdir()) == []
    rules = {fault.regel for result in got.results for fault in result.faults}
    assert rules >= {"oj_svar", "oj_omrade"} | ({"tal", "far_inte_samlas_in"} if stated else {"okand_kalla"})
    if stated:  # the paths were walked: sound rows are stored, the planted ones set aside, whole files refused
        assert query(ws, "SELECT count(*) FROM omvarld.oj_indikator")[0][0] >= 4
        assert rules >= {"oj_kod_och_namn", "utanfor_granser", "oj_okant_omrade", "oj_rubriker_saknas"}
        assert {r.status for r in got.results} == {"delvis_godkand", "avvisad", "godkand"}
    out = capfd.readouterr()
    assert everything(ws, told, got, out.out, out.err, caplog.text, [str(w.message) for w in recwarn]) == set()
