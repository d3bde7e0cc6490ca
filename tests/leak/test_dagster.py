"""Runs inside Dagster on PostgreSQL, each failing with a planted value in its own way; nothing of it is stored or said.

The failing assets stand beside the real ones, in the definitions that the product builds. What Dagster itself would
store whatever it is set to (a value handed to it as metadata, as a description, or to a typed output) the product never
hands over: that is held by ``test_source``.
"""

import logging
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import psycopg2
import pytest
from pandera.errors import SchemaErrors
from sqlalchemy import text

from assets.columns import Meta, meta
from assets.deliveries import LEVERANSER
from assets.workspace import Workspace
from pipelines.definitions import JOB, build_definitions
from pipelines.home import DAGSTER_URL, write_dagster_yaml
from pipelines.schedules import range_tags
from pipelines.settings import Settings
from quality.validation import ContractBroken, judge
from tests.leak.faulty import CASE, _slip, csv, plant
from tests.leak.planted import EMAIL, NAME, NUMBERS, SENTENCE, STREET, notations
from tests.leak.search import Hit, marked_copies, search_bytes, search_databases, search_tree
from warehouse import load
from warehouse.contracts.register import Arende
from warehouse.database import sibling_url

KEY = dg.AssetKey("provasset")
PNR = notations(NUMBERS[0])[1]


@pytest.fixture(scope="module")
def instance(server: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    """Dagster as the product sets it up, on a database of its own."""
    name = f"kf_{uuid.uuid4().hex[:8]}_dagster"
    server.create(name)
    folder = tmp_path_factory.mktemp("dagster")
    write_dagster_yaml(folder)
    before = dict(os.environ)
    os.environ[DAGSTER_URL] = sibling_url(server.owner_url, name)
    os.environ["DAGSTER_HOME"] = str(folder)
    try:
        with dg.DagsterInstance.from_config(str(folder)) as made:
            yield made
    finally:
        os.environ.clear()
        os.environ.update(before)
    server.drop(name)


class Scene:
    """The product's definitions with one more asset, run once; then everything that was written."""

    def __init__(self, ws: Workspace, instance: dg.DagsterInstance, owner_url: str) -> None:
        self.ws = ws
        self.instance = instance
        self.owner_url = owner_url

    def run(
        self, *assets: Any, resources: dict[str, Any] | None = None, checks: tuple[Any, ...] = ()
    ) -> dg.ExecuteInProcessResult:
        """One run of the given assets, as the product's runner starts them but with every event on stderr."""
        given = {"workspace": dg.ResourceDefinition.hardcoded_resource(self.ws)} | (resources or {})
        keys = [key for asset in assets for key in asset.keys]
        extra = dg.Definitions(
            assets=list(assets),
            asset_checks=list(checks),
            jobs=[dg.define_asset_job("prov", selection=dg.AssetSelection.assets(*keys))],
        )
        merged = dg.Definitions.merge(build_definitions(Settings(home=self.ws.home, first_year=2025), given), extra)
        return merged.resolve_job_def("prov").execute_in_process(instance=self.instance, raise_on_error=False)

    def night(self, *only: dg.AssetKey) -> dg.ExecuteInProcessResult:
        """The nightly job, or a part of it."""
        given = {"workspace": dg.ResourceDefinition.hardcoded_resource(self.ws)}
        job = build_definitions(Settings(home=self.ws.home, first_year=2025), given).resolve_job_def(JOB)
        return job.execute_in_process(
            instance=self.instance,
            raise_on_error=False,
            tags=range_tags((2025, 2026)),
            asset_selection=list(only) or None,
        )

    def deliver(self, number: int = 0) -> None:
        self.ws.make_folders()
        (self.ws.inbox / f"{number}.csv").write_text(csv([CASE | {"arende_id": f"A{number}"}]), encoding="utf-8")
        (self.ws.inbox / f"{number}.csv.foljesedel.yaml").write_text(_slip(tabell="arende"), encoding="utf-8")

    def found(self) -> set[Hit]:
        """Dagster's storage, the warehouse, the home and Dagster's folder."""
        with self.instance.event_log_storage.index_connection() as conn:  # type: ignore[attr-defined]
            storage = str(conn.execute(text("SELECT current_database()")).scalar())
        hits, read = search_databases(self.owner_url, [storage, str(self.ws.database.owner.url.database)])
        assert {f"{storage}: public.{t}" for t in ("event_logs", "runs", "snapshots", "kvs")} <= read
        waiting = {p for p in self.ws.inbox.rglob("*") if p.is_file()}
        return (
            hits
            | search_tree(self.ws.home, (*waiting, *marked_copies(self.ws.home)))
            | search_tree(Path(self.instance.root_directory))
        )


@pytest.fixture
def scene(workspace: Workspace, instance: dg.DagsterInstance, server: Any) -> Scene:
    # What earlier tests' runs stored has been searched by them.
    for storage in (instance.event_log_storage, instance.run_storage, instance.schedule_storage):
        assert storage is not None
        storage.wipe()
    return Scene(workspace, instance, server.owner_url)


def _raised(kind: str) -> Exception:
    errors: dict[str, Callable[[], Exception]] = {
        "value": lambda: ValueError(f"could not convert {SENTENCE}"),
        "key": lambda: KeyError(PNR),
        "os": lambda: FileNotFoundError(2, "No such file", f"/inbox/{SENTENCE}.csv"),
        "nested": _nested,
        "pandera": _pandera,
        "contract": _contract,
        "database": _database,
    }
    return errors[kind]()


def _caught(act: Callable[[], object], kind: type[Exception]) -> Exception:
    with pytest.raises(kind) as caught:
        act()
    return caught.value


def _nested() -> Exception:
    def act() -> None:
        try:
            int(SENTENCE)
        except ValueError as inner:
            raise RuntimeError(f"row {PNR}") from inner

    return _caught(act, RuntimeError)


def _pandera() -> Exception:
    import pandas as pd

    row = pd.DataFrame({c.name: [SENTENCE] for c in Arende.columns()})
    return _caught(lambda: Arende.validate(row, lazy=True), SchemaErrors)


def _contract() -> Exception:
    import pandas as pd

    return _caught(lambda: judge(Arende, pd.DataFrame({NAME: [SENTENCE]})), ContractBroken)


def _database() -> Exception:
    return psycopg2.errors.CheckViolation(f"DETAIL:  Failing row contains ({SENTENCE}).")


KINDS = ["value", "key", "os", "nested", "pandera", "contract", "database"]


def _failing(kind: str) -> list[Any]:
    """Two assets that fail: at once, and after something has been told."""

    @dg.asset(name=f"prov_{kind}")
    def plain() -> None:
        raise _raised(kind)

    @dg.asset(name=f"prov_{kind}_generator")
    def generator() -> Iterator[dg.MaterializeResult[None]]:
        yield dg.MaterializeResult(metadata=meta({Meta.ROW_COUNT: 1}))
        raise _raised(kind)

    return [plain, generator]


def _wrong(place: int, value: Any) -> list[Any]:
    """Two assets that give a record instead of a result, annotated as all of the product's are (see test_source)."""

    @dg.asset(name=f"prov_fel_{place}")
    def plain() -> dg.MaterializeResult[None]:
        return value  # type: ignore[no-any-return]

    @dg.multi_asset(specs=[dg.AssetSpec(f"prov_fel_{place}_generator")], name=f"prov_fel_{place}_g")
    def generator() -> Iterator[dg.MaterializeResult[None]]:
        yield value

    return [plain, generator]


def _quiet(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> set[Hit]:
    out, err = capfd.readouterr()
    hits = search_bytes(out.encode(), "stdout") | search_bytes(err.encode(), "stderr")
    hits |= search_bytes(caplog.text.encode(), "log")
    for record in caplog.records:
        hits |= search_bytes(f"{record.msg} {record.args} {record.exc_info} {record.exc_text}".encode(), "log record")
    return hits


@pytest.fixture(autouse=True)
def listening(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)


def test_assets_that_fail(scene: Scene, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    assets = [asset for kind in KINDS for asset in _failing(kind)]
    assets += [a for place, value in enumerate((SENTENCE, (PNR, NAME), {PNR: EMAIL})) for a in _wrong(place, value)]
    result = scene.run(*assets)
    failed = {event.step_key for event in result.all_events if event.is_step_failure}
    assert failed == {asset.op.name for asset in assets}
    assert scene.found() | _quiet(capfd, caplog) == set()


def test_a_resource_that_fails_to_start_or_to_end(
    scene: Scene, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    @dg.resource
    def starting(_context: Any) -> None:
        raise ValueError(SENTENCE)

    @dg.resource
    def ending(_context: Any) -> Iterator[int]:
        yield 1
        raise ValueError(SENTENCE)

    @dg.asset(key=KEY, required_resource_keys={"prov"})
    def provasset() -> None: ...

    assert not scene.run(provasset, resources={"prov": starting}).success
    scene.run(provasset, resources={"prov": ending})
    assert scene.found() | _quiet(capfd, caplog) == set()


def test_an_io_manager_that_fails(
    scene: Scene, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(dg.IOManager):
        def handle_output(self, _context: dg.OutputContext, obj: object) -> None:
            raise ValueError(f"cannot write {obj!r}")

        def load_input(self, _context: dg.InputContext) -> object:
            raise KeyError(PNR)

    @dg.asset(key=KEY, io_manager_key="prov")
    def provasset() -> Any:
        return SENTENCE

    io = {"prov": dg.IOManagerDefinition.hardcoded_io_manager(Failing())}
    assert not scene.run(provasset, resources=io).success
    assert scene.found() | _quiet(capfd, caplog) == set()


def test_a_check_that_fails(scene: Scene, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    @dg.asset(key=KEY)
    def provasset() -> None: ...

    @dg.asset_check(asset=KEY)
    def provkontroll() -> dg.AssetCheckResult:
        raise KeyError(SENTENCE)

    assert not scene.run(provasset, checks=(provkontroll,)).success
    assert scene.found() | _quiet(capfd, caplog) == set()


def test_a_metadata_key_made_of_a_record(
    scene: Scene, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    key: Any = PNR

    @dg.asset(key=KEY)
    def provasset() -> dg.MaterializeResult[None]:
        return dg.MaterializeResult(metadata=meta({key: 1}))

    assert not scene.run(provasset).success
    assert scene.found() | _quiet(capfd, caplog) == set()


def test_what_is_printed_is_stored_nowhere(
    scene: Scene, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    @dg.asset(key=KEY)
    def provasset() -> None:
        print(SENTENCE)  # noqa: T201
        os.write(2, SENTENCE.encode())

    assert scene.run(provasset).success
    assert scene.found() == set()
    # It does reach the process's own output: product code prints nothing (see test_source).
    assert {hit.place for hit in _quiet(capfd, caplog)} == {"stdout", "stderr"}


@pytest.mark.parametrize("place", ["receive", "record_check"])
def test_the_nightly_job_when_an_inner_step_fails(
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    place: str,
) -> None:
    scene.deliver()

    def fails(*_args: object, **_named: object) -> None:
        raise _raised("nested")

    monkeypatch.setattr(f"assets.deliveries.{place}", fails)
    assert not scene.night(LEVERANSER).success
    assert scene.found() | _quiet(capfd, caplog) == set()


def test_the_nightly_job_on_every_faulty_delivery(
    scene: Scene, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    scene.ws.make_folders()
    planted = plant(scene.ws.inbox)
    result = scene.night()
    assert result.success
    told = [e.materialization.metadata for e in result.get_asset_materialization_events()]
    told += [e.metadata for e in result.get_asset_check_evaluations()]
    assert len(told) > 20
    assert {type(value.value) for metadata in told for value in metadata.values()} == {int}
    assert sum(len(got.results) for got in scene.ws.journal.received) == planted
    assert list(scene.ws.inbox.iterdir()) == []
    assert scene.found() | _quiet(capfd, caplog) == set()


def test_the_nightly_job_when_loading_breaks_a_constraint(
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene.deliver()
    copy_in = load.copy_in
    monkeypatch.setattr(load, "copy_in", lambda conn, c, frame: copy_in(conn, c, frame.assign(kon=STREET, enhet=PNR)))
    scene.night(LEVERANSER)
    assert [len(got.stuck) for got in scene.ws.journal.received] == [1]
    assert scene.found() | _quiet(capfd, caplog) == set()


def test_the_nightly_job_with_a_lost_key(
    scene: Scene, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    scene.deliver()
    assert scene.night(LEVERANSER).success
    (scene.ws.home / "keys" / "master.key").unlink()
    scene.deliver(1)
    assert not scene.night(LEVERANSER).success
    assert len(scene.ws.journal.stopped) == 1
    assert scene.found() | _quiet(capfd, caplog) == set()


def test_a_sensor_whose_file_is_gone(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.ws.make_folders()
    (scene.ws.inbox / f"{NAME} {PNR}.csv").write_text("x", encoding="utf-8")
    defs = build_definitions(Settings(home=scene.ws.home), {})
    monkeypatch.setattr(Path, "read_bytes", _gone)
    data = defs.resolve_sensor_def("inkorgen").evaluate_tick(dg.build_sensor_context(instance=scene.instance))
    assert len(data.run_requests or []) == 1
    assert search_bytes(repr(data).encode(), "tick") == set()


def _gone(path: Path) -> bytes:
    raise FileNotFoundError(2, "No such file", str(path))


def test_the_same_search_finds_what_is_handed_to_dagster(
    scene: Scene, instance: dg.DagsterInstance, server: Any, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The control: a value in metadata, in a message and in a run's tags is found in the event store."""
    name = f"kf_{uuid.uuid4().hex[:8]}_dagster"
    server.create(name)
    folder = tmp_path / "dagster"
    folder.mkdir()
    (folder / "dagster.yaml").write_text(
        (Path(instance.root_directory) / "dagster.yaml").read_text().replace(DAGSTER_URL, "KVINNOFRID_TEST_CONTROL")
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KVINNOFRID_TEST_CONTROL", sibling_url(server.owner_url, name))
        with dg.DagsterInstance.from_config(str(folder)) as own:

            @dg.asset(key=KEY)
            def provasset(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
                context.log.info(STREET)
                return dg.MaterializeResult(metadata={"prov": PNR})

            control = Scene(scene.ws, own, scene.owner_url)
            assert control.run(provasset).success
            hits = control.found()
    server.drop(name)
    assert {hit.place for hit in hits} >= {f"{name}: public.event_logs"}
    assert {"number 0", "street"} <= {hit.kind for hit in hits}
