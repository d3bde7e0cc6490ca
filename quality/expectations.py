"""Great Expectations on what is *stored*: suites run, and pages that auditors can read.

What is examined stands in ``expectations_rows`` (records) and ``expectations_tables`` (counted tables, public sources).
Nothing here is in the nightly path. No value of a row and no address reaches the folder: results hold counts only,
the connection is kept in memory, and pages are written only when every expectation could be evaluated.
"""

import html
import logging
import os
import re
import shutil
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.contracts.errors import KvinnofridError

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
<th scope="col">Förväntningar</th><th scope="col">Brister</th><th scope="col">Anmärkningar</th>
<th scope="col">Resultat</th></tr></thead><tbody>
{rows}
</tbody></table>
{remarks}</body></html>
"""
_KINDS = {"gallande": "gällande", "alla": "alla lagrade", "celler": "celler", "regler": "regler"}

Expectations = Callable[[Any], Iterator[Any]]
"""Makes the expectations, given Great Expectations (which takes seconds to import)."""


@dataclass(frozen=True, slots=True)
class Suite:
    """What a table or view, or the rows of a query, must be. An expectation of severity ``warning`` is a note."""

    name: str
    """``schema.table.kind``, or ``schema.kind``; the kind is a key of ``_KINDS``."""
    title: str
    expectations: Expectations
    view: tuple[str, str] | None = None
    query: str = ""


class ExpectationsError(KvinnofridError):
    """The stored tables could not be examined; says where, never what stood there."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the examination came to: counts, and the page to open."""

    success: bool
    expectations: int
    failed: int
    """Expectations that do not hold and matter."""
    noted: int
    """Expectations that do not hold and are only noted."""
    page: Path


def validate(url: str, folder: Path, suites: Sequence[Suite], remarks: Sequence[str] = ()) -> Outcome:
    """Run the suites; the pages under ``folder`` replace earlier ones.

    Args:
        url: SQLAlchemy address of the warehouse; stays in memory.
        folder: Made with rights 0700, for this and nothing else.
        suites: What to examine.
        remarks: Lines that the page also tells, counts alone.

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
            context, result = _run(url, site, suites)
            results = {run.suite_name: list(run.results) for run in result.run_results.values()}
            broken = sum(_raised(one.exception_info) for many in results.values() for one in many)
            if not broken:
                context.build_data_docs()
                return _pages(folder, suites, results, remarks)
    except Exception as error:
        # The text of these errors can hold the address or a row; half-made pages are no pages.
        shutil.rmtree(site, ignore_errors=True)
        raise ExpectationsError(f"De lagrade tabellerna gick inte att granska ({type(error).__name__}).") from None
    raise ExpectationsError(
        f"{broken} förväntningar gick inte att pröva. Är schemat uppdaterat? Kör: kvinnofrid db upgrade"
    )


def _pages(folder: Path, suites: Sequence[Suite], results: dict[str, list[Any]], remarks: Sequence[str]) -> Outcome:
    """Make Great Expectations' pages stand on their own, and write the page that leads to them."""
    for page in (folder / SITE).rglob("*.html"):
        page.write_text(_FOREIGN.sub("", page.read_text("utf-8")).replace("<head>", f"<head>{_HEAD}", 1), "utf-8")
    rows, failed, noted = [], 0, 0
    for suite in sorted(suites, key=lambda s: s.name):
        table, kind = suite.name.rsplit(".", 1)
        broken = [one for one in results[suite.name] if not one.success]
        notes = sum(_only_noted(one) for one in broken)
        failed, noted = failed + len(broken) - notes, noted + notes
        page = next((folder / SITE / "validations").glob(f"{suite.name.replace('.', '/')}/**/*.html"))
        rows.append(
            f'<tr><th scope="row">{html.escape(suite.title)} ({table})</th><td>{_KINDS[kind]}</td>'
            f"<td>{len(results[suite.name])}</td><td>{len(broken) - notes}</td><td>{notes}</td>"
            f'<td><a href="{page.relative_to(folder).as_posix()}">{_verdict(len(broken) - notes)}</a></td></tr>'
        )
    many = sum(len(one) for one in results.values())
    notes_said = "1 ger en anmärkning" if noted == 1 else f"{noted} ger anmärkningar"
    summary = f"{many} förväntningar prövades, {failed} uppfylls inte" + (f" och {notes_said}." if noted else ".")
    index = folder / "index.html"
    said = "".join(f"<li>{html.escape(line)}</li>\n" for line in remarks)
    listed = f"<h2>Regler som inte håller, och tryckta siffror</h2>\n<ul>\n{said}</ul>\n" if said else ""
    index.write_text(_PAGE.format(head=_HEAD, summary=summary, rows="\n".join(rows), remarks=listed), "utf-8")
    return Outcome(failed == 0, many, failed, noted, index)


def _only_noted(one: Any) -> bool:
    severity = one.expectation_config.severity
    return str(getattr(severity, "value", severity)) == "warning"


def _verdict(failed: int) -> str:
    return "stämmer inte" if failed else "stämmer"


def _run(url: str, site: Path, suites: Sequence[Suite]) -> tuple[Any, Any]:
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
    for wanted in suites:
        if wanted.view:
            asset = source.add_table_asset(wanted.name, table_name=wanted.view[1], schema_name=wanted.view[0])
        else:
            asset = source.add_query_asset(wanted.name, query=wanted.query)
        suite = context.suites.add(gx.ExpectationSuite(name=wanted.name, expectations=list(wanted.expectations(gx))))
        batch = asset.add_batch_definition_whole_table("hela")
        definition = gx.ValidationDefinition(name=wanted.name, data=batch, suite=suite)
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
