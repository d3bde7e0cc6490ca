"""A month of nights in one process: corrections, nothing new, faults, refusals and repeats end as one clean night."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from pipelines.runner import Night, run_job
from pipelines.settings import Settings
from pipelines.work import working
from sources.synthetic import Plan, generate
from sources.synthetic.deliver import Frames, sender, write_frames
from tests.soak.homes import connected, tables
from warehouse.embedded import EmbeddedPostgres

pytestmark = pytest.mark.soak

NAMND = "0114"
FIRST_NIGHT = date(2026, 3, 1)
KEEP_DAYS, KEEP_REFUSED_DAYS = 9, 4
MEGABYTE = 1024 * 1024

SCRIPT: tuple[str, ...] = (
    *("new", "nothing", "again", "corrected", "nothing", "faulty", "refused", "nothing", "corrected", "older"),
    *("nothing", "again", "nothing", "new", "refused", "faulty", "nothing", "corrected", "again", "nothing"),
    *("refused", "corrected", "new", "nothing", "faulty", "again", "corrected", "nothing", "nothing", "nothing"),
)


@dataclass
class Sent:
    """What the nights have sent, and what should be current after them."""

    current: dict[str, tuple[Frames, date]] = field(default_factory=dict)
    """By table: the frame of the last accepted helbild, and its uttagsdatum."""


@dataclass
class Month:
    """What was seen night by night."""

    home: Path
    sent: Sent
    last_day: date
    nights: list[tuple[str, Night]] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    connections: list[int] = field(default_factory=list)
    runs: list[int] = field(default_factory=list)


def _corrected(frames: Frames, number: int) -> Frames:
    """The same records with one case taken back and a decision changed."""
    gone = frames["arende"]["arende_id"].iloc[number]
    kept = {n: f[f["arende_id"] != gone].copy() if "arende_id" in f else f.copy() for n, f in frames.items()}
    kept["insats"].loc[kept["insats"].index[number], "insatstyp"] = "annan_insats"
    return kept


def _deliver(inbox: Path, frames: Frames, day: date) -> None:
    write_frames(frames, inbox, NAMND, day, None, sender(NAMND))


def _send(kind: str, number: int, today: date, inbox: Path, sent: Sent, base: Frames) -> None:
    """Put in the inbox what a night of this kind brings, and note what should be current after it."""
    if kind == "nothing":
        return
    if kind == "refused":
        (inbox / f"okand{number}.csv").write_text(f"nyckel;tal\na;{number}\n", encoding="utf-8")
        return
    if kind == "older":
        _deliver(inbox, {"arende": _corrected(base, number)["arende"]}, today - timedelta(days=60))
        return
    if kind == "again":
        frame, day = sent.current["arende"]
        _deliver(inbox, frame, day)
        return
    if kind == "new":
        made = _corrected(base, number)
    elif kind == "corrected":
        made = {n: _corrected(base, number)[n] for n in ("arende", "insats")}
    else:
        made = {"insats": base["insats"].copy()}
        made["insats"].loc[made["insats"].index[number], "insatstyp"] = "finns_inte"
    _deliver(inbox, made, today)
    sent.current |= {name: ({name: frame}, today) for name, frame in made.items() if not frame.empty}


def _settings(home: Path, today: date) -> Settings:
    return Settings(
        home=home,
        database_url=None,
        dagster_url=None,
        first_year=2023,
        today=today.isoformat(),
        keep_days=KEEP_DAYS,
        keep_refused_days=KEEP_REFUSED_DAYS,
    )


def _one(url: str, query: str) -> Any:
    engine = create_engine(url)
    try:
        with engine.connect() as conn:
            return conn.execute(text(query)).scalar_one()
    finally:
        engine.dispose()


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    before = dict(os.environ)
    home = tmp_path_factory.mktemp("manad") / "hem"
    (home / "inbox").mkdir(parents=True)
    base = generate(Plan(NAMND, (2024, 2025), 25, seed=3, omfang="helbild"))
    seen = Month(home, Sent(), FIRST_NIGHT + timedelta(days=len(SCRIPT) - 1))
    with EmbeddedPostgres(home / "postgres") as running:
        url = running.url("postgres", role="owner")
        for number, kind in enumerate(SCRIPT):
            today = FIRST_NIGHT + timedelta(days=number)
            _send(kind, number, today, home / "inbox", seen.sent, base)
            with working(_settings(home, today)) as (opened, ws):
                seen.nights.append((kind, run_job(opened, ws)))
            seen.connections.append(
                _one(
                    url,
                    "SELECT count(*) FROM pg_stat_activity WHERE datname IN ('kvinnofrid', 'dagster')"
                    " AND backend_type = 'client backend'",  # the server's own vacuum is nobody's
                )
            )
            seen.sizes.append(_one(url, "SELECT pg_database_size('kvinnofrid')::bigint + pg_database_size('dagster')"))
            seen.runs.append(_one(running.url("dagster"), "SELECT count(*) FROM runs"))
        yield seen
    os.environ.clear()
    os.environ.update(before)


def test_the_month_ends_in_the_tables_of_one_night_with_the_final_deliveries(month: Month, tmp_path: Path) -> None:
    fresh = tmp_path / "hem"
    (fresh / "inbox").mkdir(parents=True)
    for frame, day in month.sent.current.values():
        _deliver(fresh / "inbox", frame, day)
    with working(_settings(fresh, month.last_day)) as (home, ws):
        run_job(home, ws)
    with connected(fresh, "kvinnofrid") as conn:
        expected = tables(conn)
    with connected(month.home, "kvinnofrid") as conn:
        assert tables(conn) == expected
    assert {row[0] for row in expected[0]} > {"arenden", "insatser", "utfall", "vald", "bortfall", "kolada"}


def test_what_each_night_did_is_what_it_was_sent(month: Month) -> None:
    told = {
        "new": {"ny"},
        "corrected": {"ny"},
        "faulty": {"ny"},
        "older": {"aldre"},
        "again": {"oforandrad"},
        "refused": {"avvisad"},
        "nothing": set(),
    }
    for kind, night in month.nights:
        changes = {r.andring for got in night.journal.received for r in got.results}
        if kind == "new":  # a helbild of everything: what nobody corrected is the same file again
            changes.discard("oforandrad")
        assert changes == told[kind], kind
        assert not any(got.stuck for got in night.journal.received)
    faulty = [r for kind, n in month.nights if kind == "faulty" for g in n.journal.received for r in g.results]
    assert {r.rader_karantan for r in faulty} == {1}


def test_a_night_with_nothing_new_starts_no_run(month: Month) -> None:
    for number, (kind, night) in enumerate(month.nights):
        if kind == "nothing":
            assert night.run_ids == []
            assert month.runs[number] == month.runs[number - 1]
        else:
            assert len(night.run_ids) in (1, 2)  # the second for years that no delivery note told of


def test_only_nights_that_changed_something_count_anything(month: Month) -> None:
    for kind, night in month.nights:
        assert bool(night.journal.counted) == (kind in {"new", "corrected", "faulty"}), kind


def test_no_connection_outlives_its_night(month: Month) -> None:
    assert max(month.connections) == 0


def test_the_databases_grow_by_what_was_delivered_and_no_more(month: Month) -> None:
    grown = {"nothing": [0], "other": [0]}
    for number in range(1, len(SCRIPT)):
        which = "nothing" if SCRIPT[number] == "nothing" else "other"
        grown[which].append(month.sizes[number] - month.sizes[number - 1])
    assert max(grown["nothing"]) < MEGABYTE
    assert month.sizes[-1] - month.sizes[0] < len(SCRIPT) * 3 * MEGABYTE
    half = len(SCRIPT) // 2
    assert month.sizes[-1] - month.sizes[half] < 2 * (month.sizes[half] - month.sizes[0])


def test_originals_past_their_day_are_gone_and_the_others_are_there(month: Month) -> None:
    with connected(month.home, "kvinnofrid") as conn:
        receipts = conn.execute(
            text("SELECT sha256, max(original_tas_bort) AS dag FROM mottagning.leverans GROUP BY sha256")
        ).all()
    kept = {p.stem for p in (month.home / "archive").rglob("*.enc")}
    gone = {r.sha256 for r in receipts if r.dag <= month.last_day}
    assert gone
    assert kept & gone == set()
    assert kept == {r.sha256 for r in receipts} - gone


def test_nothing_is_left_in_the_inbox(month: Month) -> None:
    assert list((month.home / "inbox").iterdir()) == []
