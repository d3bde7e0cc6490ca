"""What Dagster is told, and what the nightly job does there: assets, checks, partitions, schedule, sensor, runs."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from sqlalchemy import text

from assets.publicering.plan import PUBLICERAS
from assets.tables.catalogue import TABLES, Plan
from assets.tables.counting import Setup
from assets.workspace import Workspace
from pipelines.definitions import JOB, build_definitions, partitions
from pipelines.home import write_dagster_yaml
from pipelines.schedules import range_tags
from pipelines.settings import Settings
from sources.synthetic import upplands_vasby_2019
from sources.synthetic.deliver import extract_day, sender, write_frames

ROOT = Path(__file__).parents[2]

RECORDS = (
    "arenden",
    "aterkommande",
    "insatser",
    "utfall",
    "utfall_insatstyp",
    "utfall_poang",
    "utfall_vald",
    "utfall_vald_samlat",
    "utfall_vald_insatstyp",
    "utfall_utovare",
    "utfall_utovare_samlat",
    "utfall_bortfall",
    "utfall_bortfallna",
    "utfall_bortfallna_svar",
    "utfall_utovare_bortfall",
    "utfall_utovare_bortfallna",
    "utfall_utovare_bortfallna_svar",
    "heder",
    "vald",
    "barn",
    "valdsutovare",
    "skyddat_boende",
    "riskbedomning",
    "maluppfyllelse",
    "brukarenkat",
    "bortfall",
    "bortfall_enhet",
    "bortfall_insats",
    "bortfall_fas",
    "bortfall_orsak",
    "bortfall_fas_enhet",
    "eige",
    "lokala_variabler",
)
PUBLIC = (
    "anmalda_brott",
    "iop",
    "oj",
)
BOTH = ("behov_utbud", "kolada")
"""The tables, by what they are counted from: records, context, or both."""

GRAPH = {
    "offentliga_kallor": ([], ["kallorna_svarade"]),
    "leveranser": ([], ["inget_fastnade", "inget_i_karantan", "rattelserna_galler"]),
    "register": (
        ["leveranser"],
        [
            "barn_har_arende",
            "bedomning_har_arende",
            "insats_har_arende",
            "kontrakt_aktualisering",
            "kontrakt_arende",
            "kontrakt_barn",
            "kontrakt_bedomning",
            "kontrakt_brukarenkat",
            "kontrakt_enkat_utskick",
            "kontrakt_insats",
            "kontrakt_insats_avidentifierad",
            "kontrakt_lokal_deklaration",
            "kontrakt_lokal_variabel",
            "kontrakt_matning",
            "lokal_variabel_har_arende",
            "matning_har_arende",
            "samma_kon_per_person",
            "vuxen_stammer_med_alder",
        ],
    ),
    "omvarld": (
        ["leveranser"],
        [
            "aldrarna_ger_alla_aldrar",
            "del_ryms_i_helhet",
            "folkmangd_for_alla_kommuner",
            "kontrakt_aggregat",
            "kontrakt_befolkning",
            "kontrakt_bra_brott",
            "kontrakt_bra_handlagda",
            "kontrakt_bra_indikator",
            "kontrakt_forekomst",
            "kontrakt_iop_rapport",
            "kontrakt_kolada_nyckeltal",
            "kontrakt_kolada_varde",
            "kontrakt_oj_indikator",
            "kvinnor_och_man_ger_totalen",
        ],
    ),
    **{f"tabell/{name}": (["register"], ["celler_haller"]) for name in RECORDS},
    "tabell/insatser": (["register"], ["avstamning", "celler_haller"]),
    **{f"tabell/{name}": (["omvarld"], ["celler_haller"]) for name in PUBLIC},
    **{f"tabell/{name}": (["omvarld", "register"], ["celler_haller"]) for name in BOTH},
    "intern_sida": (sorted(f"tabell/{name}" for name in (*RECORDS, *PUBLIC, *BOTH)), []),
    "publicering/utkast": (sorted(f"tabell/{name}" for name in PUBLICERAS), ["granskad"]),
    "publicering/rapport": (["publicering/utkast"], ["bara_utgivna_tal"]),
}
"""Asset: what it stands on, and its checks."""
NIGHT = {
    name: about for name, about in GRAPH.items() if name != "offentliga_kallor" and not name.startswith("publicering/")
}
"""What a night makes: public sources are asked, drafts of editions made and reports written in jobs of their own."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", database_url=None, first_year=2017, today="2026-02-01")


def _graph(settings: Settings) -> Any:
    return build_definitions(settings).resolve_asset_graph()


Night = Callable[..., dg.ExecuteInProcessResult]


FEW = {name: TABLES[name] for name in ("arenden", "insatser", "utfall", "anmalda_brott", "iop")}
"""Enough where the subject is the night and not its tables."""


@pytest.fixture
def night(settings: Settings, workspace: Workspace) -> Night:
    """Run the job with few tables on the fresh warehouse, as the command line does."""
    return _night(settings, replace(workspace, setup=Setup(plan=FEW)), FEW)


@pytest.fixture
def whole_night(settings: Settings, workspace: Workspace) -> Night:
    """The same with all tables."""
    return _night(settings, workspace, None)


def _night(settings: Settings, workspace: Workspace, plan: Plan | None) -> Night:
    instance = dg.DagsterInstance.ephemeral()
    defs = build_definitions(settings, {"workspace": dg.ResourceDefinition.hardcoded_resource(workspace)}, plan)
    job = defs.resolve_job_def(JOB)

    def run(
        years: tuple[int, int], kommuner: Sequence[str] = (), only: Sequence[dg.AssetKey] | None = None
    ) -> dg.ExecuteInProcessResult:
        tables = {"ops": {"tabeller": {"config": {"kommuner": list(kommuner)}}}}
        quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
        return job.execute_in_process(
            instance=instance, tags=range_tags(years), run_config=quiet | tables, asset_selection=only
        )

    return run


def _materialised(result: dg.ExecuteInProcessResult) -> list[str]:
    return sorted({e.asset_key.to_user_string() for e in result.get_asset_materialization_events() if e.asset_key})


def _deliver_vasby(workspace: Workspace) -> None:
    write_frames(upplands_vasby_2019(), workspace.inbox, "0114", extract_day(2019), 2019, sender("0114"))


def _counted(workspace: Workspace) -> set[tuple[str, str, int]]:
    with workspace.database.begin() as conn:
        rows = conn.execute(text("SELECT DISTINCT tabell, kommun, ar FROM tabell.cell"))
        return {(r.tabell, r.kommun, r.ar) for r in rows}


# -- what it is told


def test_loading_the_definitions_opens_nothing(tmp_path: Path) -> None:
    """No folder, no server, no database: the address leads nowhere, and nobody goes there."""
    home = tmp_path / "hem"
    code = "import pipelines.definitions as d; print(len(list(d.defs.resolve_asset_graph().get_all_asset_keys())))"
    env = {
        "PATH": "/usr/bin:/bin",
        "KVINNOFRID_HOME": str(home),
        "KVINNOFRID_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
    }
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(len(GRAPH))
    assert not home.exists()


def test_all_definitions_can_be_loaded_together(settings: Settings) -> None:
    dg.Definitions.validate_loadable(build_definitions(settings))


def test_the_workspace_file_names_the_definitions() -> None:
    found = yaml.safe_load((ROOT / "workspace.yaml").read_text(encoding="utf-8"))
    assert found == {"load_from": [{"python_module": "pipelines.definitions"}]}


def test_the_assets_what_they_stand_on_and_their_checks(settings: Settings) -> None:
    graph = _graph(settings)
    found = {
        key.to_user_string(): (
            sorted(p.to_user_string() for p in graph.get(key).parent_keys),
            sorted(c.name for c in graph.get(key).check_keys),
        )
        for key in graph.get_all_asset_keys()
    }
    assert found == GRAPH


def test_each_asset_says_what_it_is_whose_it_is_and_what_it_is_made_with(settings: Settings) -> None:
    graph = _graph(settings)
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description, key
        assert node.owners == ["team:data"], key
        assert "python" in node.kinds, key
        assert node.group_name != "default", key


def test_each_stored_table_shows_its_columns(settings: Settings) -> None:
    graph = _graph(settings)
    for name in set(GRAPH) - {"leveranser", "intern_sida", "publicering/utkast", "publicering/rapport"}:
        schema = graph.get(dg.AssetKey(name.split("/"))).metadata["dagster/column_schema"]
        assert schema.columns, name
    cases = graph.get(dg.AssetKey("register")).metadata["dagster/column_schema"].columns
    person = next(c for c in cases if c.name == "arende.person_id")
    assert person.description
    assert person.tags["kanslighet"]


def test_every_check_says_what_it_counts(settings: Settings) -> None:
    graph = _graph(settings)
    for key in graph.asset_check_keys:
        assert graph.get_check_spec(key).description, key


def test_years_are_partitions_and_the_current_one_is_open(settings: Settings) -> None:
    years = partitions(settings).get_partition_keys()
    assert years[0] == "2017"
    assert years == [str(y) for y in range(2017, 2017 + len(years))]
    whole = partitions(settings).get_last_partition_window()
    assert whole is not None
    assert years[-1] == str(whole.start.year)


def test_a_span_of_years_is_one_run(settings: Settings) -> None:
    graph = _graph(settings)
    for name in GRAPH:
        node = graph.get(dg.AssetKey(name.split("/")))
        if name.startswith("tabell/"):
            assert node.partitions_def == partitions(settings)
            assert node.backfill_policy == dg.BackfillPolicy.single_run()
        else:
            assert node.partitions_def is None


@pytest.mark.parametrize(("on", "status"), [(False, "STOPPED"), (True, "RUNNING")])
def test_schedule_and_sensor_are_off_until_the_settings_switch_them_on(
    settings: Settings, on: bool, status: str
) -> None:
    wanted = settings.model_copy(update={"schedule_on": on, "sensor_on": on})
    (sensor,) = build_definitions(wanted).get_repository_def().sensor_defs
    schedule = _schedule(wanted, "natten")
    assert schedule.cron_schedule == "0 4 * * *"
    assert schedule.execution_timezone == "Europe/Stockholm"
    assert schedule.default_status.value == status
    assert sensor.default_status.value == status


@pytest.mark.parametrize(
    ("on", "fetch", "status"), [(True, (), "STOPPED"), (False, ("scb",), "STOPPED"), (True, ("scb",), "RUNNING")]
)
def test_public_sources_are_asked_weekly_only_when_some_are_named(
    settings: Settings, on: bool, fetch: tuple[str, ...], status: str
) -> None:
    schedule = _schedule(settings.model_copy(update={"schedule_on": on, "fetch": fetch}), "veckan")
    assert (schedule.job_name, schedule.cron_schedule) == ("hamta", "30 3 * * 0")
    assert schedule.default_status.value == status


def test_the_schedule_asks_for_one_run_over_all_years(settings: Settings) -> None:
    schedule = _schedule(settings, "natten")
    with dg.DagsterInstance.ephemeral() as instance:
        asked = schedule.evaluate_tick(dg.build_schedule_context(instance)).run_requests
    assert asked is not None
    (request,) = asked
    assert request.tags["dagster/asset_partition_range_start"] == "2017"
    assert request.tags["dagster/asset_partition_range_end"] == partitions(settings).get_partition_keys()[-1]


def _schedule(settings: Settings, name: str) -> dg.ScheduleDefinition:
    return build_definitions(settings).get_repository_def().get_schedule_def(name)


# -- the sensor


def _asked(settings: Settings) -> list[dg.RunRequest]:
    (sensor,) = build_definitions(settings).get_repository_def().sensor_defs
    with dg.DagsterInstance.ephemeral() as instance:
        return list(sensor.evaluate_tick(dg.build_sensor_context(instance)).run_requests or [])


def test_an_inbox_that_is_empty_or_missing_asks_for_nothing(settings: Settings) -> None:
    assert _asked(settings) == []
    inbox = settings.home / "inbox"
    inbox.mkdir(parents=True)
    (inbox / "a.csv.foljesedel.yaml").write_text("tabell: arende\n", encoding="utf-8")
    (inbox / "a.csv.part").write_text("half", encoding="utf-8")
    (inbox / ".DS_Store").write_text("x", encoding="utf-8")
    assert _asked(settings) == []


def test_what_lies_in_the_inbox_is_asked_for_once_and_is_not_touched(settings: Settings) -> None:
    inbox = settings.home / "inbox"
    inbox.mkdir(parents=True)
    delivered = inbox / "a.csv"
    delivered.write_text("x;y\n", encoding="utf-8")
    before = delivered.stat()
    (first,), (again,) = _asked(settings), _asked(settings)
    assert first.run_key == again.run_key
    assert sorted(p.name for p in settings.home.rglob("*")) == ["a.csv", "inbox"]
    assert (delivered.stat().st_mtime_ns, delivered.stat().st_size) == (before.st_mtime_ns, before.st_size)


def test_another_path_and_another_content_are_other_deliveries(settings: Settings) -> None:
    inbox = settings.home / "inbox"
    inbox.mkdir(parents=True)
    delivered = inbox / "a.csv"
    keys = []
    for content in ("x;y\n", "x;z\n"):
        delivered.write_text(content, encoding="utf-8")
        keys += [r.run_key for r in _asked(settings)]
    delivered.rename(inbox / "b.csv")
    keys += [r.run_key for r in _asked(settings)]
    assert len(set(keys)) == 3


def test_the_run_key_does_not_show_what_was_delivered(settings: Settings) -> None:
    inbox = settings.home / "inbox"
    inbox.mkdir(parents=True)
    (inbox / "189001019802.csv").write_text("189001019802\n", encoding="utf-8")
    (request,) = _asked(settings)
    assert "189001019802" not in f"{request.run_key}{request.tags}{request.run_config}"


# -- runs


def test_a_night_counts_what_was_delivered_and_checks_it_by_counts_only(
    whole_night: Night, workspace: Workspace
) -> None:
    _deliver_vasby(workspace)
    first = whole_night((2018, 2019))
    assert first.success
    assert _materialised(first) == sorted(NIGHT)
    # What the set has no source of is not counted.
    unheard = {"brukarenkat", "lokala_variabler"}
    assert _counted(workspace) == {(t, "0114", 2019) for t in {*RECORDS, *BOTH} - unheard}
    checks = first.get_asset_check_evaluations()
    assert sorted((e.asset_key.to_user_string(), e.check_name) for e in checks) == sorted(
        (asset, check) for asset, (_, names) in NIGHT.items() for check in names
    )
    assert [e.check_name for e in checks if not e.passed and e.severity is dg.AssetCheckSeverity.ERROR] == []
    for shown in [e.metadata for e in checks] + [
        e.materialization.metadata for e in first.get_asset_materialization_events()
    ]:
        assert {type(value) for value in shown.values()} <= {dg.IntMetadataValue}


def test_a_night_with_nothing_new_succeeds_and_materialises_nothing(night: Night, workspace: Workspace) -> None:
    _deliver_vasby(workspace)
    assert night((2018, 2019)).success
    second = night((2018, 2019))
    assert second.success
    assert _materialised(second) == []
    assert all(e.passed for e in second.get_asset_check_evaluations())


def test_each_materialisation_tells_how_many_rows(night: Night, workspace: Workspace) -> None:
    _deliver_vasby(workspace)
    rows = {
        e.asset_key.to_user_string(): e.materialization.metadata["dagster/row_count"].value
        for e in night((2019, 2019)).get_asset_materialization_events()
        if e.asset_key and "dagster/row_count" in e.materialization.metadata
    }
    delivered = sum(len(frame) for frame in upplands_vasby_2019().values())
    assert rows["leveranser"] == rows["register"] == delivered
    assert rows["omvarld"] == 0
    with workspace.database.begin() as conn:
        cells = conn.execute(text("SELECT tabell, count(*) AS n FROM tabell.cell GROUP BY tabell")).all()
    for row in cells:
        assert rows[f"tabell/{row.tabell}"] == row.n
    assert len(cells) == 3


def test_one_table_of_one_year_can_be_counted_alone(night: Night, workspace: Workspace) -> None:
    _deliver_vasby(workspace)
    night((2018, 2018))  # takes in; 2019 lies outside, so nothing is counted
    assert _counted(workspace) == set()
    key = dg.AssetKey(["tabell", "insatser"])
    alone = night((2019, 2019), only=[key])
    assert _materialised(alone) == ["tabell/insatser"]
    assert _counted(workspace) == {("insatser", "0114", 2019)}
    assert {e.partition for e in alone.get_asset_materialization_events()} == {"2019"}


def test_kommuner_in_the_run_config_limit_what_is_counted(night: Night, workspace: Workspace) -> None:
    _deliver_vasby(workspace)
    cases = upplands_vasby_2019()["arende"].iloc[:20]
    write_frames({"arende": cases}, workspace.inbox, "0580", extract_day(2019), 2019, sender("0580"))
    night((2019, 2019), kommuner=["0580"])
    assert {kommun for _, kommun, _ in _counted(workspace)} == {"0580"}
    night((2019, 2019))
    assert {kommun for _, kommun, _ in _counted(workspace)} == {"0114", "0580"}


def test_a_delivery_with_faults_is_a_warning_and_not_an_error(night: Night, workspace: Workspace) -> None:
    frames = upplands_vasby_2019()
    frames["insats"].loc[0, "insatstyp"] = "okand_kod"
    write_frames(frames, workspace.inbox, "0114", extract_day(2019), 2019, sender("0114"))
    result = night((2019, 2019))
    found = {(e.check_name, e.passed, e.severity.value) for e in result.get_asset_check_evaluations()}
    assert ("inget_i_karantan", False, "WARN") in found
    assert ("inget_fastnade", True, "ERROR") in found
    assert "tabell/insatser" in _materialised(result)


# -- Dagster's own settings


def test_dagsters_settings_file_keeps_no_output_and_reports_to_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_dagster_yaml(tmp_path)
    found = yaml.safe_load((tmp_path / "dagster.yaml").read_text(encoding="utf-8"))
    assert found["telemetry"] == {"enabled": False}
    assert found["compute_logs"]["class"] == "NoOpComputeLogManager"
    assert found["concurrency"]["runs"]["max_concurrent_runs"] == 1
    assert found["storage"] == {"postgres": {"postgres_url": {"env": "KVINNOFRID_DAGSTER_STORAGE"}}}


def test_dagsters_settings_file_is_mended_when_changed_and_left_alone_otherwise(tmp_path: Path) -> None:
    write_dagster_yaml(tmp_path)
    target = tmp_path / "dagster.yaml"
    wanted = target.read_text(encoding="utf-8")
    before = target.stat().st_mtime_ns
    write_dagster_yaml(tmp_path)
    assert target.stat().st_mtime_ns == before
    target.write_text("telemetry:\n  enabled: true\n", encoding="utf-8")
    write_dagster_yaml(tmp_path)
    assert target.read_text(encoding="utf-8") == wanted
    assert [p.name for p in tmp_path.iterdir()] == ["dagster.yaml"]
