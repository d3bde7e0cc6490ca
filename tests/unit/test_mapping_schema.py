"""The JSON Schema of a mapping: current, valid, and of the loader's mind about what may be written."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from quality.identity_columns import refused_columns
from sources._yaml import Entry, entries
from sources.mapping import load_mapping
from sources.mapping.schema import schema, text
from warehouse.contracts.errors import UserError

ROOT = Path(__file__).parents[2]
STORED = ROOT / "docs" / "mappning.schema.json"
VALIDATOR = Draft202012Validator(schema())
EXAMPLES = sorted((ROOT / "examples" / "mappningar").glob("*.yaml"))


def plain(value: Any) -> Any:
    """What our reader makes of YAML, as plain data: every scalar as its text, nothing between brackets as braces."""
    if isinstance(value, list) and all(isinstance(e, Entry) for e in value):
        return {e.key: [] if e.key == "tomma" and e.value == [] else plain(e.value) for e in value}
    return value


def by_schema(yaml: str) -> bool:
    return bool(VALIDATOR.is_valid(plain(entries(yaml))))


def by_loader(yaml: str) -> bool:
    try:
        load_mapping(yaml, refused=refused_columns)
    except UserError:
        return False
    return True


def test_the_stored_schema_is_the_one_that_the_contracts_give() -> None:
    assert STORED.read_text("utf-8") == text(), "stale: python -m sources.mapping.schema > docs/mappning.schema.json"


def test_the_command_writes_the_same_bytes_whatever_the_locale() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sources.mapping.schema"],
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )
    assert done.stdout == STORED.read_bytes()


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(json.loads(STORED.read_text("utf-8")))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_every_example_passes_both(path: Path) -> None:
    yaml = path.read_text("utf-8")
    assert [e.message for e in VALIDATOR.iter_errors(plain(entries(yaml)))] == []
    load_mapping(path, refused=refused_columns)


HEAD = "namn: a\nversion: 1\n"
LOCAL = (
    "lokala:\n  boende:\n    titel: Hur personen bor\n    kolumn: Bo\n    koder: {'1': eget}\n"
    "    etiketter: {eget: Eget}\n"
)
FILE = 'filer:\n  "a*.csv":\n    tabeller: [arende, insats]\n'


@pytest.mark.parametrize(
    "yaml",
    [
        HEAD,
        HEAD + "encoding: UTF-8\nseparator: TAB\ndatumformat: Excel\ntomma: []\n",
        HEAD + "kolumner:\nkoder: {}\n",
        HEAD + "koder:\n  kon: {1: kvinna, '': annat_okant}\n",
        HEAD + "koder:\n  valdstyp: {FP: fysiskt;psykiskt}\n",
        HEAD + "standardvarden: {valdstyp: fysiskt;latent, enhet: enhet_1}\n",
        HEAD + "tabeller:\n  arende:\n    upprepas: ja\n  barn:\n",
        HEAD + "tabeller:\n  arende:\n    upprepas: true\n",
        HEAD + FILE,
        HEAD + FILE + "    encoding: windows-1252\n    separator: ','\n    hoppa_over: 0\n",
        HEAD + 'filer:\n  "*.xlsx":\n    tabeller: [barn]\n    blad: Uttag 1\n    rubrikrad: 4\n',
        HEAD + LOCAL,
        HEAD + LOCAL + "    flera: nej\n    tabell: arende\n",
    ],
)
def test_what_may_be_written_may_be_so_for_both(yaml: str) -> None:
    assert (by_schema(yaml), by_loader(yaml)) == (True, True)


@pytest.mark.parametrize(
    "yaml",
    [
        "version: 1\n",
        "namn: a\n",
        "namn: ../a\nversion: 1\n",
        "namn:\nversion: 1\n",
        HEAD + "kolumer: {}\n",
        HEAD + "encoding: ebcdic\n",
        HEAD + "separator: '|'\n",
        HEAD + "datumformat: us\n",
        HEAD + "tomma: NULL\n",
        HEAD + "kolumner: Kön\n",
        HEAD + "kolumner: {kn: Kön}\n",
        HEAD + "kolumner: {kon: [a, b]}\n",
        HEAD + "kolumner: {kon: ' '}\n",
        HEAD + "kolumner: {leverans_id: Nr}\n",
        HEAD + "koder: {kon: {1: kvinnna}}\n",
        HEAD + "koder: {kon: {1: }}\n",
        HEAD + "koder: {startdatum: {x: y}}\n",
        HEAD + "koder: {alder: {x: y}}\n",
        HEAD + "koder: {valdstyp: {x: fysiskt;}}\n",
        HEAD + "standardvarden: {kon: x}\n",
        HEAD + "standardvarden: {person_id: x}\n",
        HEAD + "standardvarden: {startdatum: 2019-01-01}\n",
        HEAD + "tabeller: {arnde: {}}\n",
        HEAD + "tabeller: {lokal_variabel: {}}\n",
        HEAD + "tabeller: {barn: {kolumner: {roll: x}}}\n",
        HEAD + "tabeller: {insats: {kolumner: {alder: x}}}\n",
        HEAD + "tabeller: {arende: {upprepas: kanske}}\n",
        HEAD + "upprepas: ja\n",
        HEAD + "filer: [a.csv]\n",
        HEAD + "filer: {a.csv: {}}\n",
        HEAD + "filer: {a.csv: {tabeller: []}}\n",
        HEAD + "filer: {a.csv: {tabeller: arende}}\n",
        HEAD + "filer: {a.csv: {tabeller: [arende, arende]}}\n",
        HEAD + "filer: {a.csv: {tabeller: [brott]}}\n",
        HEAD + "filer: {mapp/a.csv: {tabeller: [arende]}}\n",
        HEAD + "filer: {a.csv: {tabeller: [arende], rubrikrad: 0}}\n",
        HEAD + "filer: {a.csv: {tabeller: [arende], hoppa_over: 1001}}\n",
        HEAD + "filer: {a.csv: {tabeller: [arende], hoppa_over: två}}\n",
        HEAD + "filer: {a.csv: {tabeller: [arende], encoding: x}}\n",
        HEAD + "filer: {a.xlsx: {tabeller: [arende], blad: 'a/b'}}\n",
        HEAD + "filer: {a.csv: {tabeller: [arende], sida: 1}}\n",
        HEAD + LOCAL.replace("  boende:", "  Boende:"),
        HEAD + LOCAL.replace("    titel: Hur personen bor\n", ""),
        HEAD + LOCAL.replace("    kolumn: Bo\n", ""),
        HEAD + LOCAL.replace("    koder: {'1': eget}\n", ""),
        HEAD + LOCAL.replace("{'1': eget}", "{}"),
        HEAD + LOCAL.replace("'1'", "''"),
        HEAD + LOCAL.replace("'1': eget", "'1': Eget bo"),
        HEAD + LOCAL.replace("    etiketter: {eget: Eget}\n", ""),
        HEAD + LOCAL.replace("eget: Eget", "eget: 'a;b'"),
        HEAD + LOCAL.replace("Hur personen bor", "x"),
        HEAD + LOCAL + "    tabell: insats\n",
        HEAD + LOCAL + "    flera: kanske\n",
        HEAD + LOCAL + "    fritext: ja\n",
    ],
)
def test_what_is_wrong_by_itself_is_wrong_for_both(yaml: str) -> None:
    assert (by_schema(yaml), by_loader(yaml)) == (False, False)


@pytest.mark.parametrize(
    "yaml",
    [
        HEAD + "kolumner: {kon: Kön, vuxen: kön}\n",
        HEAD + "kolumner: {enhet: Diagnoskod}\n",
        HEAD + "koder: {kon: {Q: kvinna, q: man}}\n",
        HEAD + "filer: {a.csv: {tabeller: [arende], rubrikrad: 2, hoppa_over: 1}}\n",
        HEAD + "filer: {a.csv: {tabeller: [arende], blad: Uttag}}\n",
        HEAD + "filer: {a.xlsx: {tabeller: [arende], encoding: utf-8}}\n",
        HEAD + LOCAL.replace("{eget: Eget}", "{eget: Eget, annat: Annat}"),
        HEAD + LOCAL.replace("{'1': eget}", "{'1': eget, '2': annat}"),
        HEAD + LOCAL.replace("Hur personen bor", "Fråga nummer 123456"),
        HEAD + LOCAL.replace("Hur personen bor", "Religion"),
        HEAD + "kolumner: {enhet: Bo}\n" + LOCAL,
    ],
)
def test_what_only_the_loader_can_know(yaml: str) -> None:
    assert (by_schema(yaml), by_loader(yaml)) == (True, False)


_scalars = st.sampled_from(["", "ja", "kvinna", "1", "Kön", "arende", "eget", "utf-8", "a" * 50, "-"])
_keys = st.sampled_from(["kon", "roll", "arende", "kolumner", "koder", "boende", "a.csv", "tabeller", "titel", "x y"])
_values = st.recursive(
    _scalars | st.lists(_scalars, max_size=2), lambda below: st.dictionaries(_keys, below, max_size=2), max_leaves=6
)
_top = st.sampled_from(["kolumner", "koder", "standardvarden", "tabeller", "filer", "lokala", "tomma", "encoding"])


@given(st.dictionaries(_top, _values, max_size=3))
def test_what_the_schema_takes_by_itself_the_loader_can_only_refuse_for_what_stands_together(found: Any) -> None:
    """The other way round it holds without exception: what the loader takes, the schema takes."""
    yaml = json.dumps({"namn": "a", "version": "1", **found}, ensure_ascii=False)
    if by_loader(yaml):
        assert by_schema(yaml)
