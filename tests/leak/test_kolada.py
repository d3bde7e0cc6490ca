"""Kolada's path: planted identifiers in a file of theirs reach nothing that a run writes, wherever they stand."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from assets.receiving import receive
from assets.workspace import Workspace
from sources.kolada import MARK, SOURCES
from sources.kolada.client import fetch
from sources.polite import Polite, Unavailable
from tests.leak.planted import EMAIL, NAME, NUMBERS, PHONE, SENTENCE, STREET, WORDS, notations
from tests.leak.search import Hit, search_bytes, search_databases, search_tree
from tests.pipeline.helpers import put, query
from tests.replay import Asked, Replay, Reply, json_reply

FOUND = (notations(NUMBERS[0])[1], NUMBERS[1], EMAIL, PHONE, SENTENCE)
"""Texts in which a machine can find an identifier, so that they are never stored even as free text."""
PLANTED = (*FOUND, NAME, STREET)

SLIP = {
    "kalla": "kolada",
    "tabell": SOURCES[0].tabell,
    "namnd": "0000",
    "avsandare": "Kolada",
    "uttagsdatum": "2026-01-15",
    "omfang": "periodutdrag",
    "period": "2023",
}


def value(**more: Any) -> dict[str, Any]:
    return {"gender": "T", "value": 1.5, "count": 1, "status": "", "isdeleted": False} | more


def entry(*values: Any, **more: Any) -> dict[str, Any]:
    return {"kpi": "U30750", "municipality": "0114", "period": 2023, "values": list(values) or [value()]} | more


def written(*entries: Any, **more: Any) -> bytes:
    return json.dumps({"values": list(entries)} | more, ensure_ascii=False).encode()


def kpi(**more: Any) -> dict[str, Any]:
    return {"id": "U30750", "title": "Vuxna", "description": "Antal", "is_divided_by_gender": False} | more


def bad_entries(word: str) -> Iterator[Any]:
    """The word wherever a text can stand in the values."""
    yield from (entry(value(**{name: word})) for name in value())
    yield from (entry(value(**{name: [word]})) for name in value())
    yield from (entry(**{name: word}) for name in entry())
    yield from (entry(**{name: {word: word}}) for name in entry())
    yield entry(word, [word], value(**{word: word}), **{word: word})
    yield word


def deliveries() -> dict[str, bytes]:
    """File name to content: sound values with planted ones among them, and files that are none at all."""
    good = entry(value(), value(gender="K"), municipality="0115")
    whole = written(good)
    found = {f"varden-{i}.json": written(good, *bad_entries(word)) for i, word in enumerate(PLANTED)}
    found |= {
        "nyckeltal.json": written(
            good,
            kpi=[
                kpi(id="N00945"),
                *(kpi(title=word, id=f"N1000{i}") for i, word in enumerate(FOUND)),
                *(kpi(description=word, id=f"N2000{i}") for i, word in enumerate(FOUND)),
                *(kpi(publication_date=word, id=f"N3000{i}") for i, word in enumerate(PLANTED)),
                *(kpi(id=word) for word in PLANTED),
                *(kpi(title=[word]) for word in PLANTED),
                *PLANTED,
            ],
            municipality=[{"id": word, "title": word, "type": word} for word in PLANTED],
            format=MARK,
        ),
        "alla.json": written(*(entry(value(gender=word)) for word in WORDS)),
        "sida.json": written(good, next_url=f"https://kolada.example/{EMAIL}"),
        "form.json": written(good, kpi=SENTENCE),
        "urval.json": written(good, format=MARK, urval=SENTENCE, period=SENTENCE),
        "fel.json": json.dumps({"detail": SENTENCE}).encode(),
        "text.json": SENTENCE.encode(),
        "avkortad.json": whole[:-9] + SENTENCE.encode(),
        "kodning.json": whole[:-2] + SENTENCE.encode("cp1252") + b"\xe5",
        "html.json": f"<html>{SENTENCE}".encode(),
        "inga.json": written(**{SENTENCE: SENTENCE}),
    }
    return found


def everything(ws: Workspace, *told: object) -> set[Hit]:
    name = str(ws.database.owner.url.database)
    hits, read = search_databases(ws.database.owner.url.render_as_string(hide_password=False), [name])
    assert {f"{name}: omvarld.kolada_varde", f"{name}: mottagning.karantan"} <= read
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
    files = deliveries()
    for name, content in files.items():
        put(ws, content, name, slip=SLIP if stated else None)
    got = receive(ws, told.append)

    assert got.stuck == [] and list(ws.inbox.iterdir()) == []
    # The paths were walked: sound rows are stored, the planted ones set aside, whole files refused.
    assert query(ws, "SELECT count(*) FROM omvarld.kolada_varde")[0][0] >= 2 * len(PLANTED)
    assert query(ws, "SELECT count(*) FROM omvarld.kolada_nyckeltal")[0][0] >= 1 + len(PLANTED)
    rules = {fault.regel for result in got.results for fault in result.faults}
    expected = {"kolada_post", "kolada_kon", "kolada_varde", "kolada_omrade", "alla_rader_fel", "json_fel"}
    assert rules >= expected | {"identitet_i_fel_kolumn"} | ({"kolada_form"} if stated else {"okand_kalla"})
    out = capfd.readouterr()
    assert everything(ws, told, got, out.out, out.err, caplog.text, [str(w.message) for w in recwarn]) == set()


BAD: dict[str, Callable[[str], Reply]] = {
    "plain": lambda word: Reply(word.encode(), content_type="text/html"),
    "status": lambda word: Reply(word.encode(), 404, headers={"X-Fel": word.encode().decode("latin-1")}),
    "half": lambda word: Reply(word.encode(), content_type="application/json"),
    "detail": lambda word: json_reply({"detail": word}),
    "values": lambda word: json_reply({"values": [word]}),
    "id": lambda word: json_reply({"values": [{"id": [word], word: word}]}),
    "next": lambda word: json_reply({"values": [], "next_url": f"https://{word}/"}),
    "next here": lambda word: json_reply({"values": [], "next_url": word}),
    "moved": lambda word: Reply(
        status=302, headers={"Location": f"https://a.example/{word}".encode().decode("latin-1")}
    ),
    "type": lambda word: Reply(b"{}", content_type=word.encode().decode("latin-1")),
    "later": lambda word: Reply(status=429, headers={"Retry-After": word.encode().decode("latin-1")}),
}


@pytest.mark.parametrize("where", ["municipality", "kpi", "data"])
@pytest.mark.parametrize("kind", BAD)
def test_no_error_of_the_client_tells_what_was_answered(
    kind: str, where: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("INFO")

    def answer(asked: Asked) -> Reply:
        if asked.path.startswith(f"/{where}"):
            return BAD[kind](SENTENCE)
        areas = [{"id": "0114", "title": "Upplands Väsby", "type": "K"}, {"id": "0000", "title": "Riket", "type": "L"}]
        return json_reply({"values": areas if asked.path.startswith("/municipality") else [kpi()]})

    with (
        Replay(answer) as server,
        Polite(server.url, per_second=1e6, attempts=2, sleep=lambda _: None) as polite,
        pytest.raises(Unavailable) as caught,
    ):
        list(fetch(polite, kommuner=["0114"], years=[2023], kpi=["U30750"], regioner=False))
    error = caught.value
    out = capfd.readouterr()
    told = [f"{error} {error!r} {error.args!r}", out.out, out.err]
    # What a relative next_url says is asked for, so the HTTP library's own line of what was asked may show it.
    told += [record.getMessage() for record in caplog.records if record.name.startswith(("sources", "stamina"))]
    assert (error.__cause__, error.__suppress_context__ or error.__context__ is None) == (None, True)
    assert search_bytes("\n".join(told).encode(), "words") == set()
