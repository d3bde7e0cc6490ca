"""Great Expectations on what is *stored*: suites made from the contracts, and pages that auditors can read.

Nothing here is in the nightly path. No value of a row and no address reaches the folder: results hold counts only,
the connection is kept in memory, and pages are written only when every expectation could be evaluated.
"""

import html
import logging
import os
import re
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.contracts.base import Column, Contract
from warehouse.contracts.errors import KvinnofridError
from warehouse.contracts.registry import CONTRACTS

SITE = "data_docs"

RESULT_FORMAT: dict[str, Any] = {
    "result_format": "SUMMARY",
    "partial_unexpected_count": 0,
    "exclude_unexpected_values": True,
    "include_unexpected_rows": False,
    "return_unexpected_index_query": False,
}
"""How many rows break an expectation, and never which or with what."""

# Great Expectations' pages fetch styles and scripts from the net: a page within secrecy runs nobody else's code.
_FOREIGN = re.compile(
    r"""<script[^>]*\bsrc="https?://[^>]*>\s*</script>|<(?:link|img|iframe)\b[^>]*"https?://[^>]*>|<footer.*?</footer>""",
    re.DOTALL,
)
_HEAD = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self' 'unsafe-inline' data:\">"
    "<style>table{border-collapse:collapse}td,th{border:1px solid #999;padding:.3em .6em;text-align:left}</style>"
)
_PAGE = """<!doctype html>
<html lang="sv"><head><meta charset="utf-8"><title>Granskning av lagrade tabeller</title>{head}
<style>body{{font-family:sans-serif;margin:2em;max-width:60em}}</style></head><body>
<h1>Granskning av lagrade tabeller</h1>
<p>{summary} Sidorna visar antal, aldrig värden ur enskilda rader. De är internt arbetsmaterial.
Detaljsidorna är på engelska.</p>
<table><caption>Förväntningar per tabell</caption><thead><tr><th scope="col">Tabell</th><th scope="col">Rader</th>
<th scope="col">Förväntningar</th><th scope="col">Brister</th><th scope="col">Resultat</th></tr></thead><tbody>
{rows}
</tbody></table></body></html>
"""
_KINDS = {"gallande": "gällande", "alla": "alla lagrade"}

# The second day may not lie before the first.
_ORDER: dict[str, tuple[tuple[str, str], ...]] = {
    "arende": (("startdatum", "slutdatum"), ("utredning_inledd", "utredning_avslutad")),
    "insats": (("verkstalld", "slutdatum"),),
}


class ExpectationsError(KvinnofridError):
    """The stored tables could not be examined; says where, never what stood there."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the examination came to: counts, and the page to open."""

    success: bool
    expectations: int
    failed: int
    page: Path


def validate(url: str, folder: Path) -> Outcome:
    """Examine every current row of the contracts' tables; the pages under ``folder`` replace earlier ones.

    Args:
        url: SQLAlchemy address of the warehouse; stays in memory.
        folder: Made with rights 0700, for this and nothing else.

    Raises:
        ExpectationsError: The database, or an expectation, could not be evaluated.
    """
    site = folder / SITE
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        (folder / "index.html").unlink(missing_ok=True)
        shutil.rmtree(site, ignore_errors=True)
    except OSError as error:
        raise ExpectationsError(f"Mappen {folder} kan inte användas ({error.strerror}).") from None
    try:
        with _quiet():
            context, result = _run(url, site)
            suites = {run.suite_name: list(run.results) for run in result.run_results.values()}
            broken = sum(_raised(one.exception_info) for results in suites.values() for one in results)
            if not broken:
                context.build_data_docs()
                return _pages(folder, suites)
    except Exception as error:
        # The text of these errors can hold the address or a row; half-made pages are no pages.
        shutil.rmtree(site, ignore_errors=True)
        raise ExpectationsError(f"De lagrade tabellerna gick inte att granska ({type(error).__name__}).") from None
    raise ExpectationsError(
        f"{broken} förväntningar gick inte att pröva. Är schemat uppdaterat? Kör: kvinnofrid db upgrade"
    )


def _pages(folder: Path, suites: dict[str, list[Any]]) -> Outcome:
    """Make Great Expectations' pages stand on their own, and write the page that leads to them."""
    for page in (folder / SITE).rglob("*.html"):
        page.write_text(_FOREIGN.sub("", page.read_text("utf-8")).replace("<head>", f"<head>{_HEAD}", 1), "utf-8")
    rows = []
    for name, results in sorted(suites.items()):
        table, kind = name.rsplit(".", 1)
        title = CONTRACTS[table.split(".")[1]].title()
        failed = sum(not one.success for one in results)
        page = next((folder / SITE / "validations").glob(f"{name.replace('.', '/')}/**/*.html"))
        rows.append(
            f'<tr><th scope="row">{html.escape(title)} ({table})</th><td>{_KINDS[kind]}</td><td>{len(results)}</td>'
            f'<td>{failed}</td><td><a href="{page.relative_to(folder).as_posix()}">{_verdict(failed)}</a></td></tr>'
        )
    outcomes = [one for results in suites.values() for one in results]
    failed = sum(not one.success for one in outcomes)
    summary = f"{len(outcomes)} förväntningar prövades, {failed} uppfylls inte."
    index = folder / "index.html"
    index.write_text(_PAGE.format(head=_HEAD, summary=summary, rows="\n".join(rows)), "utf-8")
    return Outcome(failed == 0, len(outcomes), failed, index)


def _verdict(failed: int) -> str:
    return "stämmer inte" if failed else "stämmer"


def _run(url: str, site: Path) -> tuple[Any, Any]:
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    context = gx.get_context(
        mode="ephemeral",
        project_config=DataContextConfig(
            analytics_enabled=False,
            progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
            store_backend_defaults=InMemoryStoreBackendDefaults(),
            data_docs_sites={
                SITE: {
                    "class_name": "SiteBuilder",
                    "show_how_to_buttons": False,
                    "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(site)},
                    "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
                }
            },
        ),
    )
    source = context.data_sources.add_sql("lager", connection_string=url, kwargs={"hide_parameters": True})
    definitions = []
    for contract in CONTRACTS.values():
        table = f"{contract.schema_name()}.{contract.table()}"
        rows = source.add_table_asset(
            f"{table}.gallande", table_name=f"{contract.table()}_gallande", schema_name=contract.schema_name()
        )
        keys = source.add_query_asset(f"{table}.alla", query=_repeated_sql(contract))
        for asset, wanted in ((rows, list(_row_expectations(gx, contract))), (keys, [_none_repeated(gx)])):
            suite = context.suites.add(gx.ExpectationSuite(name=asset.name, expectations=wanted))
            batch = asset.add_batch_definition_whole_table("hela")
            definition = gx.ValidationDefinition(name=asset.name, data=batch, suite=suite)
            definitions.append(context.validation_definitions.add(definition))
    checkpoint = context.checkpoints.add(
        gx.Checkpoint(name="lagrat", validation_definitions=definitions, result_format=RESULT_FORMAT)
    )
    try:
        return context, checkpoint.run()
    finally:
        # Two engines, each with a connection that would outlive the examination.
        source.get_execution_engine().close()
        source.get_engine().dispose()


def _row_expectations(gx: Any, contract: type[Contract]) -> Iterator[Any]:
    """What each current row must be."""
    e = gx.expectations
    columns = list(contract.columns())
    yield e.ExpectTableColumnsToMatchSet(column_set=[c.name for c in columns], exact_match=True)
    for column in columns:
        note = f"{column.title}: {column.description}"
        if not column.nullable:
            yield e.ExpectColumnValuesToNotBeNull(column=column.name, notes=note)
        pattern = _pattern(column)
        if column.kind == "code":
            yield e.ExpectColumnValuesToBeInSet(column=column.name, value_set=list(column.allowed), notes=note)
        elif pattern:
            yield e.ExpectColumnValuesToMatchRegex(column=column.name, regex=pattern, notes=note)
        if column.minimum is not None or column.maximum is not None:
            yield e.ExpectColumnValuesToBeBetween(
                column=column.name, min_value=column.minimum, max_value=column.maximum, notes=note
            )
    if contract.table() == "insats":
        yield from _decisions(e)
    for first, last in _ORDER.get(contract.table(), ()):
        yield e.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A=last, column_B=first, or_equal=True, ignore_row_if="either_value_is_missing"
        )


def _decisions(e: Any) -> Iterator[Any]:
    """A decision has a day; an insats without one has the day it began."""
    from great_expectations.expectations.row_conditions import Column as Where

    yield e.ExpectColumnValuesToNotBeNull(
        column="beslutsdatum",
        row_condition=Where("beslut").is_in(["bifall", "avslag", "avbojd"]),
        notes="Beslutsdatum finns när beslutet är bifall, avslag eller avböjd",
    )
    yield e.ExpectColumnValuesToNotBeNull(
        column="verkstalld",
        row_condition=(Where("beslut") == "utan_behovsprovning") & Where("beslutsdatum").is_null(),
        notes="Utan behovsprövning och utan beslutsdatum: dagen då insatsen började finns",
    )


def _repeated_sql(contract: type[Contract]) -> str:
    """Count the keys that stand twice in one delivery, of all stored rows: the views have already chosen among them.

    Great Expectations' own rule joins the table with itself, which takes minutes and overlooks keys with an empty part.
    """
    key = ", ".join(("leverans_id", *contract.key()))
    table = f"{contract.schema_name()}.{contract.table()}"
    return f"SELECT count(*) AS dubbletter FROM (SELECT 1 FROM {table} GROUP BY {key} HAVING count(*) > 1) d"


def _none_repeated(gx: Any) -> Any:
    return gx.expectations.ExpectColumnValuesToBeInSet(
        column="dubbletter", value_set=[0], notes="En post står en gång i varje leverans"
    )


def _pattern(column: Column) -> str | None:
    """The column's pattern as PostgreSQL reads it."""
    if column.kind == "pseudonym":
        return "^[0-9a-f]{32}$"
    return column.pattern.replace(r"\d", "[0-9]") if column.pattern else None


def _raised(info: Any) -> bool:
    """Whether an expectation met an error (Great Expectations nests these by metric)."""
    if not isinstance(info, dict):
        return False
    return bool(info.get("raised_exception")) or any(_raised(part) for part in info.values())


@contextmanager
def _quiet() -> Iterator[None]:
    """Pages for the owner only, and no log: Great Expectations logs SQL errors with what they met."""
    mask = os.umask(0o077)
    level = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        logging.disable(level)
        os.umask(mask)
