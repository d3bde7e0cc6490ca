"""Habits that runs cannot prove: where the product's own code could put a value, it does not.

What Dagster stores of what it is handed (metadata, descriptions, log lines, typed outputs) no setting can mask.
"""

import ast
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.storage.noop_compute_log_manager import NoOpComputeLogManager

from pipelines.definitions import build_definitions
from pipelines.home import DAGSTER_YAML
from pipelines.settings import Settings
from warehouse._pgcluster import server_settings

ROOT = Path(__file__).parents[2]
PACKAGES = ("pipelines", "assets", "quality", "sources", "warehouse")
# Errors of our own, whose text is written to be shown.
OWN = {"Unmarkable", "KvinnofridError", "UserError", "YamlError", "Unreadable", "EmbeddedError", "OriginalDamaged"}
OWN |= {"WarehouseError", "Fault", "NoEdition", "NotReleased"}
LOUD = {"print", "pprint", "print_exc", "format_exc", "print_exception", "format_exception", "warn", "breakpoint"}
LOG = {"debug", "info", "warning", "error", "exception", "critical", "log"}


def _modules(*packages: str) -> Iterator[tuple[str, ast.Module]]:
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def _last(node: ast.expr) -> str:
    """``a.b.c`` is ``c``."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _loud(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        to_console = isinstance(node.func, ast.Attribute) and "console" in ast.unparse(node.func.value).lower()
        logs = (
            isinstance(node.func, ast.Attribute)
            and node.func.attr in LOG
            and _last(node.func.value) in {"logger", "logging", "log"}
        )
        if logs or (_last(node.func) in LOUD and not to_console) or any(k.arg == "exc_info" for k in node.keywords):
            yield node.lineno


def _chained(tree: ast.AST) -> Iterator[int]:
    """Errors raised with another one behind them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and node.cause is not None and not _is_none(node.cause):
            yield node.lineno
        if isinstance(node, ast.ExceptHandler):
            for inner in ast.walk(node):
                again = isinstance(inner, ast.Raise) and (inner.exc is None or _last(inner.exc) == (node.name or "-"))
                if isinstance(inner, ast.Raise) and inner.cause is None and not again:
                    yield inner.lineno


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _quoted(tree: ast.AST) -> Iterator[int]:
    """Errors of others whose text is used: anything but their type and their attributes."""
    for handler in ast.walk(tree):
        if not isinstance(handler, ast.ExceptHandler) or not handler.name or handler.type is None:
            continue
        kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        if all(_last(kind) in OWN for kind in kinds):
            continue
        harmless: set[int] = set()
        for node in ast.walk(handler):
            if isinstance(node, ast.Attribute) and node.attr not in {"args", "orig", "doc", "object"}:
                harmless.add(id(node.value))
            if isinstance(node, ast.Call) and _last(node.func) in {"type", "isinstance"}:
                harmless.add(id(node.args[0]))
        for node in ast.walk(handler):
            if isinstance(node, ast.Name) and node.id == handler.name and id(node) not in harmless:
                yield node.lineno


def _found(rule: Any, *packages: str) -> list[str]:
    return [f"{name}:{line}" for name, tree in _modules(*(packages or PACKAGES)) for line in rule(tree)]


def test_nothing_is_printed_or_logged() -> None:
    assert _found(_loud) == []


def test_no_error_carries_another() -> None:
    assert _found(_chained) == []


# These look into errors of others, and give on only what is named.
LOOKED_INTO = {
    "warehouse/database.py": "SQLSTATE, table and constraint",
    "warehouse/embedded.py": "the system's error number and its words",
    "warehouse/editions.py": "SQLSTATE of class KV and the key that our own functions in the database send with it",
}


def test_no_text_of_an_error_that_is_not_ours_is_used() -> None:
    assert {place.partition(":")[0] for place in _found(_quoted)} == set(LOOKED_INTO)


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        (_loud, "print(x)", "show.console.print(x)"),
        (_loud, "logger.warning('x', exc_info=True)", "logging.getLogger('x')"),
        (_loud, "context.log.info(x)", "math.log(x)"),
        (_chained, "try:\n x()\nexcept ValueError as e:\n raise A() from e", "raise A() from None"),
        (_chained, "try:\n x()\nexcept ValueError:\n raise A()", "try:\n x()\nexcept ValueError:\n raise"),
        (_quoted, "try:\n x()\nexcept ValueError as e:\n y(str(e))", "try:\n x()\nexcept UserError as e:\n y(str(e))"),
        (
            _quoted,
            "try:\n x()\nexcept Exception as e:\n y(f'{e!r}')",
            "try:\n x()\nexcept OSError as e:\n y(e.strerror)",
        ),
        (_quoted, "try:\n x()\nexcept Exception as e:\n y(e.args)", "try:\n x()\nexcept Exception as e:\n y(type(e))"),
    ],
)
def test_the_rules_find_what_they_are_for(rule: Any, bad: str, good: str) -> None:
    assert list(rule(ast.parse(bad)))
    assert not list(rule(ast.parse(good)))


def test_metadata_keys_are_those_declared() -> None:
    told = []
    for name, tree in _modules("assets", "pipelines"):
        for node in ast.walk(tree):
            for keyword in node.keywords if isinstance(node, ast.Call) else ():
                if keyword.arg != "metadata":
                    continue
                value = keyword.value
                ours = (
                    isinstance(value, ast.Call) and _last(value.func) == "meta" and isinstance(value.args[0], ast.Dict)
                )
                keys = value.args[0].keys if ours else [None]  # type: ignore[attr-defined]
                if not all(isinstance(k, ast.Attribute) and _last(k.value) == "Meta" for k in keys):
                    told.append(f"{name}:{node.lineno}")
    assert told == []


def test_no_asset_promises_a_type_that_dagster_would_show_a_value_against() -> None:
    """A wrong value of a promised type is quoted in the event store; nothing and anything promise none."""
    defs = build_definitions(Settings(), {})
    asset_graph = defs.resolve_asset_graph()
    kinds = {
        output.dagster_type.unique_name
        for definition in asset_graph.assets_defs
        if definition.is_executable
        for output in definition.op.output_defs
    }
    assert kinds <= {"Any", "Nothing"}
    assert kinds


def test_dagster_masks_errors_and_keeps_no_output(tmp_path: Path) -> None:
    assert os.environ["DAGSTER_REDACT_USER_CODE_ERRORS"] == "1"
    quiet = DAGSTER_YAML.replace(
        "storage:\n  postgres:\n    postgres_url:\n      env: KVINNOFRID_DAGSTER_STORAGE\n", ""
    )
    assert quiet != DAGSTER_YAML
    (tmp_path / "dagster.yaml").write_text(quiet, encoding="utf-8")
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert isinstance(instance.compute_log_manager, NoOpComputeLogManager)
        assert not instance.telemetry_enabled


def test_the_server_is_told_to_log_no_statement_and_no_detail(tmp_path: Path) -> None:
    settings = server_settings(tmp_path, None, {})
    wanted = {
        "log_error_verbosity": "terse",
        "log_min_messages": "log",
        "log_min_error_statement": "panic",
        "log_statement": "none",
    }
    assert settings.items() >= wanted.items()
