"""Population tables with identifiers in every place that a table has, and a server that answers with them.

Public data holds no persons; what is delivered under its name may. Nothing that is written may hold them, nor anything
that is said.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from assets.receiving import receive
from assets.workspace import Workspace
from sources.base import Unreadable
from sources.foljesedel import SUFFIX, write_slip
from sources.polite import Polite, Unavailable
from sources.scb import read
from sources.scb.client import fetch
from tests.leak.planted import NAME, NUMBERS, SENTENCE, WORDS, notations
from tests.leak.search import Hit, search_bytes, search_databases, search_tree
from tests.replay import Asked, Replay, Reply, json_reply
from tests.scb_tables import population, raw
from warehouse.contracts.errors import KvinnofridError

SLIP = {"kalla": "scb", "tabell": "befolkning", "uttagsdatum": "2025-03-01"}


def sound() -> dict[str, Any]:
    return population(lambda *_: 7, ages=[("5", "5 år")])


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value, containers too."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, found in inner:
        yield from _places(found, (*path, key))


PLACES = list(_places(sound()))


def _with(path: tuple[Any, ...], word: str, *, key: bool = False) -> Any:
    """The sound table with a word in a place, or as the name of the place."""
    data: Any = sound()
    if not path:
        return word
    place = data
    for step in path[:-1]:
        place = place[step]
    if key and isinstance(place, dict):
        place[word] = place.pop(path[-1])
    else:
        place[path[-1]] = word
    return data


def _said(error: BaseException) -> set[Hit]:
    """What is found in an error, in all that it carries and in whatever it was raised from."""
    hits: set[Hit] = set()
    following: BaseException | None = error
    while following is not None:
        words = f"{following!s} {following!r} {following.args!r} {getattr(following, 'faults', '')!r}"
        hits |= search_bytes(words.encode(), type(following).__name__)
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)
    return hits


def _tables() -> Iterator[tuple[str, bytes]]:
    for number, path in enumerate(PLACES):
        for key in (False, True):
            yield f"{number}-{key}.json", raw(_with(path, WORDS[number % len(WORDS)], key=key))
    whole = raw(sound())
    for number, code in enumerate(("2024", "0114", "1", "5", "Kon", "Region", "Tid", "BE0101N1", "dataset", "value")):
        for word in (WORDS[number], SENTENCE):
            yield f"{code}-{len(word)}.json", whole.replace(f'"{code}"'.encode(), f'"{word}"'.encode())
    yield "kort.json", whole.replace(b"7, 7", f'"{SENTENCE}"'.encode())
    yield "halv.json", whole[:-40] + SENTENCE.encode()
    yield "sida.json", f"<html>{SENTENCE}</html>".encode()
    yield "dubbel.json", f'{{"{NAME}": 1, "{NAME}": 2}}'.encode()
    yield (
        "rader.csv",
        "\n".join(
            ["kommunkod;ar;kon;alder;folkmangd", "0114;2024;Kvinnor;5;7", *(f"{w};{w};{w};{w};{w}" for w in WORDS)]
            + [f"0114;2024;Kvinnor;{w};7\n0114;2024;{w};5;7\n0114;{w};Män;6;7\n0114;2024;Män;7;{w}" for w in WORDS]
        ).encode(),
    )
    yield "rubriker.csv", f"kommunkod;ar;kon;folkmangd;{SENTENCE}\n0114;2024;Kvinnor;7;{NAME}\n".encode()


def test_no_error_of_reading_says_what_stood_there() -> None:
    refused = 0
    for _, content in _tables():
        error = None
        try:
            reading = read(content, {})
        except Unreadable as raised:
            error = raised
        if error:
            refused += 1
            assert _said(error) == set()
        else:
            told = (
                reading.facts,
                *(part.warnings for part in reading.parts),
                *(part.table.faults for part in reading.parts),
            )
            assert search_bytes(repr(told).encode(), "reading") == set()
    assert refused > len(PLACES)


def test_nothing_of_them_is_stored_or_said(
    workspace: Workspace, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    told: list[str] = []
    workspace.journal.tell = told.append
    planted = 0
    for name, content in _tables():
        (workspace.inbox / name).write_bytes(content)
        write_slip(workspace.inbox / f"{name}{SUFFIX}", SLIP)
        planted += 1
    got = receive(workspace, told.append)
    assert (len(got.results), got.stuck) == (planted, [])
    assert {fault.regel for r in got.results for fault in r.faults} >= {
        *("json_fel", "jsonstat_fel", "jsonstat_antal", "jsonstat_dubbelt", "scb_innehall", "scb_kategori"),
        *("scb_period", "scb_indelning", "okand_kod", "heltal"),
    }
    assert list(workspace.inbox.iterdir()) == []
    name = str(workspace.database.owner.url.database)
    hits, read_ = search_databases(workspace.database.owner.url.render_as_string(hide_password=False), [name])
    assert {f"{name}: mottagning.karantan", f"{name}: omvarld.befolkning"} <= read_
    hits |= search_tree(workspace.home)
    out = capfd.readouterr()
    for words in (told, got, out.out, out.err, caplog.text):
        hits |= search_bytes(f"{words!s} {words!r}".encode(), "words")
    assert hits == set()


def _answers(change: Callable[[str], Reply | None]) -> Callable[[Asked], Reply]:
    """A server whose answers are sound but for those that are changed, by the end of their path."""
    config = {"maxDataCells": 1000, "maxCallsPerTimeWindow": 0, "timeWindow": 1}
    metadata = population(lambda *_: 7, ages=[("tot", "totalt ålder")], sexes=[("1", "män"), ("2", "kvinnor")])
    whole = {"config": config, "metadata": metadata, "data": metadata}

    def answer(asked: Asked) -> Reply:
        end = asked.path.rpartition("/")[2]
        return change(end) or json_reply(whole[end])

    return answer


@pytest.mark.parametrize("end", ["config", "metadata", "data"])
@pytest.mark.parametrize(
    "reply",
    [
        Reply(SENTENCE.encode(), status=500, headers={"X-Fel": notations(NUMBERS[0])[1]}),
        Reply(SENTENCE.encode(), status=400),
        Reply(SENTENCE.encode(), content_type="text/html"),
        Reply(f'{{"{SENTENCE}'.encode(), content_type="application/json"),
        json_reply({NAME: SENTENCE}),
        json_reply(SENTENCE),
        json_reply({"class": "dataset", "version": "2.0", "id": [NAME], "size": [SENTENCE], "dimension": {NAME: 1}}),
        json_reply(_with(("dimension", "Kon", "category", "label", "1"), NAME)),
        json_reply(_with(("dimension", "Region", "category", "label", "0114"), NAME) | {"value": [[SENTENCE]]}),
        json_reply(_with(("dimension", "Kon"), SENTENCE, key=True)),
    ],
    ids=range(10),
)
def test_no_error_of_fetching_says_what_was_answered(end: str, reply: Reply) -> None:
    with (
        Replay(_answers(lambda asked: reply if asked == end else None)) as server,
        Polite(server.url, per_second=1000, attempts=1, kalla="SCB", sleep=lambda _: None) as polite,
        pytest.raises(Unavailable) as failed,
    ):
        list(fetch(polite, years=[2024], sleep=lambda _: None))
    assert isinstance(failed.value, KvinnofridError)
    assert _said(failed.value) == set()


def test_names_of_the_source_are_not_taken_into_what_is_written() -> None:
    """A region's label is the source's own text; the delivery has the register's name instead."""
    data = _with(("dimension", "Region", "category", "label", "0114"), NAME)
    data["dimension"]["Alder"]["category"] = {"index": {"tot": 0}, "label": {"tot": "totalt ålder"}}
    data["value"] = [3, 4, 7, 3, 4, 7]
    with (
        Replay(_answers(lambda end: json_reply(data) if end in {"metadata", "data"} else None)) as server,
        Polite(server.url, per_second=1000) as polite,
    ):
        (delivery,) = fetch(polite, years=[2024], sleep=lambda _: None)
    assert json.loads(delivery.content)["value"] == [4, 3, 7, 4, 3, 7]
    assert search_bytes(delivery.content, "delivery") == set()
