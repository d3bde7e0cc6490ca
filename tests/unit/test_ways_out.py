"""Every way out goes through release: what writes to people reads ``publicering``, but for a short list with reasons.

Readers of the inner schemas stand in the packages that write to nobody; everything else that uses one must be listed.
Modules are read as text (ast): nothing is imported or run.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("pipelines", "assets", "warehouse", "quality", "sources")
READS = re.compile(r"\b(?:tabell|register)\.[a-z_{]")
"""A table or view of the inner schemas, as SQL names it."""
INNER = {"tabell", "register"}
DECLARED = re.compile(r"\btabell\.(?:plan|matt|kod)\b")
"""What tables are, not what they hold."""
MAKERS = ("warehouse.views", "warehouse.roles", "warehouse.schema", "warehouse._edition_sql")
"""Make views, functions and rights: no rows leave them."""
WORDS = {"quality.consistency.describe"}
"""Takes words out of what holds a query too."""
SOURCES = {"warehouse.reading.read_table", "warehouse.load.current"}
"""Readers whose SQL is put together from parts. ``read_table`` with an edition reads what is released."""
BELOW = ("warehouse", "quality", "assets.publicering", "assets.tables.counting")
"""Where readers may stand: these write to nobody. Whoever else uses such a reader is found."""
ALLOWED: Mapping[str, str] = {
    "pipelines.tables._internal": "--layer tabell: asked for, allowed by the login's role, marked within secrecy",
    "pipelines.tables.read_as_of": "the same, counted anew for a day; needs the right to register too",
    "pipelines.attack": "what is published; a draft or an external release with the right to tabell, and marked",
    "pipelines.explain.explained": "for kvalitetsenheten: needs the right to tabell and revision, marked",
    "assets.page_html.write_page": "the internal page, marked within secrecy and no edition",
    "assets.page_html._table": "the internal page",
    "assets.checking": "Dagster's checks: rules and how many break them",
    "assets.deliveries.leveranser": "takes deliveries in: its checks tell how many rows break a rule",
    "assets.tables.asset": "counts the tables: Dagster is told how many cells there are",
    "assets.tables.dictionary._INTRODUCTION": "a text about the layers, no query",
    "pipelines.demo": "invented records only: refuses to run beside real ones",
    "pipelines.audit.audit_stored": "kvinnofrid audit: rules, counts of faults, and public printed figures",
    "pipelines.runner.run_job": "counts what is due: hands out names of tables, kommuner and years",
    "pipelines.definitions.build_definitions": "the draft's asset: tells Dagster how many cells and failed audits",
    "pipelines.release": "makes drafts: hands out statuses and how many cells, no figures",
    "pipelines.release_read": "reviewers see a draft as it would be printed, protected cells protected",
    "pipelines.release_audit": "which editions and lines of the log do not hold: numbers of editions, no figures",
    "pipelines.trace_verify": "trace --verify: verified or not, no number; needs the rights to ledger and register",
    "pipelines.recount": "ordered recounts: equal, unequal or why it cannot be done",
    "pipelines.release_external": "what left another way, to those who registered it; codes of a table's rows",
}
"""Output code that reads within secrecy (a part, or a whole module), and why that is no way out."""


@dataclass
class Part:
    """A function, class or value at the top of a module: what it refers to, and whether it reads inside itself."""

    name: str
    module: str
    refers: set[str]
    reads: bool


def parts_of(module: str, source: str) -> Iterator[Part]:
    """The parts of a module."""
    nodes = [(top, list(ast.walk(top))) for top in ast.parse(source).body]
    aliases: dict[str, str] = {}
    for node in (n for _, inside in nodes for n in inside):
        if isinstance(node, ast.Import):
            aliases |= {
                a.asname or a.name.split(".")[0]: a.name if a.asname else a.name.split(".")[0] for a in node.names
            }
        elif isinstance(node, ast.ImportFrom) and node.module:
            aliases |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    for top, inside in nodes:
        if isinstance(top, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names = [top.name]
        elif isinstance(top, (ast.Assign, ast.AnnAssign)):
            targets = top.targets if isinstance(top, ast.Assign) else [top.target]
            names = [n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)] or ["<värde>"]
        else:
            names = ["<modul>"]
        refers, reads = _looked_through(module, inside, aliases)
        yield from (Part(f"{module}.{name}", module, refers, reads) for name in names)


def _looked_through(module: str, nodes: Sequence[ast.AST], aliases: Mapping[str, str]) -> tuple[set[str], bool]:
    """What nodes refer to, and whether they name a table of the inner schemas."""
    refers, skipped, reads = set(), set(), False
    for node in nodes:  # the outer comes before the inner
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if isinstance(node.body[0], ast.Expr):
                skipped.add(id(node.body[0].value))  # a docstring
        elif isinstance(node, ast.Call):
            if any(k.arg == "edition" and not _none(k.value) for k in node.keywords):
                skipped.add(id(node.func))  # reads what is released
            if _declares(module):
                said = [*node.args, *(k.value for k in node.keywords)]
                reads |= any(isinstance(a, ast.Constant) and a.value in INNER for a in said)
        elif id(node) in skipped:
            continue
        elif isinstance(node, ast.JoinedStr):
            reads |= _names_inner(
                module, "".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in node.values)
            )
        elif isinstance(node, ast.Constant):
            reads |= isinstance(node.value, str) and _names_inner(module, node.value)
        elif isinstance(node, ast.Name):
            refers |= {aliases.get(node.id, ""), f"{module}.{node.id}"}
        elif isinstance(node, ast.Attribute):
            refers.add(_dotted(node, aliases))
    return refers, reads


def _declares(module: str) -> bool:
    return module.startswith("warehouse._") and module.endswith("_tables")


def _names_inner(module: str, text: str) -> bool:
    if _declares(module):  # foreign keys name other tables there
        return False
    return "." in text and bool(READS.search(DECLARED.sub("", text)))


def _none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _dotted(node: ast.expr, aliases: Mapping[str, str]) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value, aliases)}.{node.attr}"
    return aliases.get(node.id, node.id) if isinstance(node, ast.Name) else ""


def way_out(module: str) -> bool:
    """Whether a module is one of those that are held to have a way to people: all but the readers' own."""
    return not module.startswith(BELOW)


def readers_in_output(modules: Mapping[str, str]) -> set[str]:
    """The parts of output code that read inside themselves, or use a reader that stands below."""
    parts = [p for name, source in modules.items() for p in parts_of(name, source)]
    below = [p for p in parts if p.module.startswith(BELOW) and p.module not in MAKERS and p.name not in WORDS]
    inside = {p.name for p in below if p.reads} | SOURCES
    inside -= {f"warehouse._cell_tables.{name}" for name in ("plan", "matt", "kod")}
    # Tables are known by two names.
    inside |= {f"warehouse.tables.{n.rpartition('.')[2]}" for n in inside if n.startswith("warehouse._")}
    while more := {p.name for p in below if p.name not in inside and p.refers & inside}:
        inside |= more
    return {p.name for p in parts if way_out(p.module) and (p.reads or p.refers & inside)}


def everything() -> dict[str, str]:
    """All modules by dotted name."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path.read_text(encoding="utf-8")
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in path.parts
    }


def test_output_code_reads_what_is_released_but_for_a_short_list() -> None:
    found = readers_in_output(everything())
    allowed = {name for name in found if name in ALLOWED or name.rpartition(".")[0] in ALLOWED}
    assert found - allowed == set(), "read publicering, or say in ALLOWED why this is no way out"
    unused = {a for a in ALLOWED if not any(name == a or name.rpartition(".")[0] == a for name in allowed)}
    assert unused == set(), "no longer needed in ALLOWED"


BELOW_THEM = {
    "warehouse.reading": "def read_table(conn, *, edition=None): ...",
    "warehouse._new_tables": "cells = Table('new', metadata, schema='tabell')",
    "warehouse.new": "from warehouse import tables as t\ndef rows(conn): return conn.execute(select(t.cells))",
    "quality.sums": "from warehouse.new import rows\ndef biggest(conn): return max(rows(conn))",
}


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("pipelines.cli_new", "def show(c): return c.execute(text('SELECT varde FROM tabell.cell'))"),
        ("pipelines.cli_new", "def show(c, t): return c.execute(text(f'SELECT varde FROM tabell.{t}_bred'))"),
        ("pipelines.cli_new", "Q = 'SELECT * FROM register.arende_gallande'\ndef show(c): ..."),
        ("pipelines.cli_new", "from warehouse import reading\ndef show(c): return reading.read_table(c)"),
        ("pipelines.cli_new", "from warehouse import reading\ndef show(c): return reading.read_table(c, edition=None)"),
        ("pipelines.cli_new", "from warehouse.reading import read_table as r\ndef show(c): return r(c)"),
        ("pipelines.cli_new", "from warehouse.reading import read_table\ndef show(c): return map(read_table, c)"),
        ("pipelines.cli_new", "def show(c):\n from quality import sums\n return sums.biggest(c)"),
        ("pipelines.cli_new", "from quality.sums import biggest\nclass Show:\n def all(self, c): return biggest(c)"),
        ("assets.report_html", "from warehouse import tables\ndef show(c): return c.execute(select(tables.cells))"),
        ("assets.rapport.sida", "from warehouse import new\ndef show(c): return new.rows(c)"),
    ],
)
def test_a_reader_of_what_is_inside_is_found(module: str, source: str) -> None:
    found = readers_in_output(BELOW_THEM | {module: source})
    assert {name.rpartition(".")[0] for name in found} == {module}


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("pipelines.cli_new", "from warehouse import reading\ndef show(c): return reading.read_table(c, edition=3)"),
        ("pipelines.cli_new", "def show(c): return c.execute(text('SELECT * FROM publicering.cell'))"),
        ("pipelines.cli_new", "def show(c): return c.execute(text('SELECT titel FROM tabell.plan'))"),
        ("pipelines.cli_new", "def show(c):\n 'Reads no tabell.cell.'"),
        ("assets.tables.counting", "def count(c): return c.execute(text('SELECT * FROM register.arende'))"),
    ],
)
def test_what_is_released_declared_or_writes_to_nobody_is_left_alone(module: str, source: str) -> None:
    assert readers_in_output(BELOW_THEM | {module: source}) == set()
