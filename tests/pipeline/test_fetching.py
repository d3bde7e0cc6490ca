"""Asking public sources: what they answer is delivered, revised and taken away like any other delivery."""

from dataclasses import replace
from typing import Any

import dagster as dg
import pytest

from assets.fetching import fetch
from assets.public import build_public
from assets.receiving import receive
from assets.workspace import Workspace
from tests.pipeline.helpers import case, deliver, query, rows_now
from tests.replay import Asked, Replay, Reply, json_reply
from warehouse.contracts.errors import UserError

KPI = "U30750"


class Kolada:
    """One nyckeltal of two areas and two years, as v3 answers."""

    def __init__(self) -> None:
        self.values = {("0114", 2023): 10.5, ("0114", 2024): 11.0, ("0000", 2024): 9.0}

    def __call__(self, asked: Asked) -> Reply:
        kind, *rest = asked.path.strip("/").split("/")
        if kind == "municipality":
            return _list(
                [
                    {"id": "0000", "title": "Riket", "type": "L"},
                    {"id": "0001", "title": "Region Stockholm", "type": "L"},
                    {"id": "0114", "title": "Upplands Väsby", "type": "K"},
                ]
            )
        if kind == "kpi":
            return _list(
                [{"id": KPI, "title": "Aktualiserade", "is_divided_by_gender": False}] if KPI in rest[0] else []
            )
        ids, areas, years = (part.split(",") for part in rest[1::2])
        said = {"gender": "T", "count": 1, "status": "", "isdeleted": False}
        return _list(
            [
                {"kpi": KPI, "municipality": area, "period": year, "values": [said | {"value": value}]}
                for (area, year), value in self.values.items()
                if KPI in ids and area in areas and str(year) in years
            ]
        )


def _list(values: list[Any]) -> Reply:
    return json_reply({"values": values, "count": len(values), "next_url": None})


def at(ws: Workspace, **servers: Replay) -> Workspace:
    return replace(ws, addresses={name: server.url for name, server in servers.items()})


def forget(ws: Workspace) -> None:
    """Let the cached answers be old."""
    for path in (ws.home / "cache").rglob("*"):
        if path.is_file():
            path.unlink()


def held(ws: Workspace) -> list[tuple[Any, ...]]:
    rows = rows_now(ws, ("omrade_typ", "omrade", "ar", "varde"), table="kolada_varde")
    return sorted(map(tuple, rows.astype(object).to_numpy().tolist()))


# ---- what cannot be asked --------------------------------------------------------------------------------------------


def test_an_unknown_source_an_address_or_a_kommun_that_is_missing_is_said_before_anything_is_asked(
    workspace: Workspace,
) -> None:
    with pytest.raises(UserError, match="Välj bland: kolada, scb, bra"):
        fetch(workspace, ["brottsdatabasen"], kommuner=["0114"])
    with pytest.raises(UserError, match="KVINNOFRID_BRA_URL"):
        fetch(workspace, ["bra"], kommuner=["0114"])
    with Replay(Kolada()) as server:
        with pytest.raises(UserError, match="--kommun 0114"):
            fetch(at(workspace, kolada=server), ["kolada"])
        assert server.asked == []
    assert list(workspace.inbox.iterdir()) == []


def test_a_source_that_fails_costs_no_other(workspace: Workspace) -> None:
    with Replay(Reply(status=404)) as broken, Replay(Kolada()) as kolada:
        done = fetch(at(workspace, scb=broken, kolada=kolada), ["scb", "kolada"], kommuner=["0114"])
    assert list(done.failed) == ["scb"]
    assert "SCB" in done.failed["scb"]
    assert done.files["scb"] == []
    assert len(done.files["kolada"]) == 2
    got = receive(workspace)
    assert got.stuck == []
    assert {r.status for r in got.results} == {"godkand"}


# ---- what is answered ------------------------------------------------------------------------------------------------


def test_answers_are_delivered_and_the_same_again_changes_nothing(workspace: Workspace) -> None:
    with Replay(Kolada()) as server:
        ws = at(workspace, kolada=server)
        fetch(ws, ["kolada"], kommuner=["0114"])
        first = receive(ws).results
        assert {r.andring for r in first} == {"ny"}
        assert held(ws) == [
            ("kommun", "0114", 2023, 10.5),
            ("kommun", "0114", 2024, 11.0),
            ("riket", "riket", 2024, 9.0),
        ]
        count = len(server.asked)
        fetch(ws, ["kolada"], kommuner=["0114"])
        assert len(server.asked) == count  # from the cache
        forget(ws)
        fetch(ws, ["kolada"], kommuner=["0114"])
        assert len(server.asked) == 2 * count
        assert {r.andring for r in receive(ws).results} == {"oforandrad"}


def test_a_revised_and_a_removed_value_make_a_new_delivery_that_counts_them(workspace: Workspace) -> None:
    answers = Kolada()
    with Replay(answers) as server:
        ws = at(workspace, kolada=server)
        fetch(ws, ["kolada"], kommuner=["0114"])
        receive(ws)
        answers.values[("0114", 2024)] = 12.0
        del answers.values[("0114", 2023)]
        answers.values[("0114", 2022)] = 1.0
        forget(ws)
        fetch(ws, ["kolada"], kommuner=["0114"])
        changed = [r for r in receive(ws).results if r.andring == "ny" and r.tabell == "kolada_varde"]
    (found,) = [r.revision for r in changed]
    assert found is not None
    assert (found.nya, found.andrade, found.borttagna) == (1, 1, 1)
    assert held(ws) == [("kommun", "0114", 2022, 1.0), ("kommun", "0114", 2024, 12.0), ("riket", "riket", 2024, 9.0)]
    kept = query(ws, "SELECT count(*) FROM omvarld.kolada_varde WHERE varde = 10.5")
    assert kept == [(1,)]  # what was known then is still there


def test_without_kommuner_those_that_have_delivered_are_asked_for(workspace: Workspace) -> None:
    deliver(workspace, [case()])
    with Replay(Kolada()) as server:
        fetch(at(workspace, kolada=server), ["kolada"])
        assert any("/municipality/0114/" in asked.path for asked in server.asked)


def test_dagsters_asset_delivers_and_says_by_counts_only_who_did_not_answer(workspace: Workspace) -> None:
    with Replay(Kolada()) as kolada, Replay(Reply(status=404)) as scb, dg.DagsterInstance.ephemeral() as instance:
        deliver(workspace, [case()])
        ws = at(workspace, kolada=kolada, scb=scb)
        done = dg.materialize(
            [build_public(("kolada", "scb"))],
            resources={"workspace": dg.ResourceDefinition.hardcoded_resource(ws)},
            instance=instance,
        )
    assert done.success
    (check,) = done.get_asset_check_evaluations()
    assert (check.check_name, check.passed) == ("kallorna_svarade", False)
    (made,) = done.get_asset_materialization_events()
    assert made.materialization.metadata["leveranser"].value == 2
    assert len(ws.journal.notices) == 1
