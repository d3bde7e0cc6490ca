"""Reads files with declared corrections and says, line by line, what is wrong with them. Changes no data.

A file is a YAML list; each item has exactly the keys of ``KEYS``. Every value is read as the text that stands there:
YAML's own types would make the kommunkod 0114 the number 76.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
import yaml

from quality.corrections import Correction, Corrections, holds, same
from quality.identity_scan import mask_name, mask_text
from warehouse.contracts.base import Column, Contract
from warehouse.contracts.errors import UserError
from warehouse.contracts.omvarld import CONTEXT
from warehouse.contracts.reference import kommuner
from warehouse.contracts.yaml_text import YamlError, composed, line_of

KEYS = ("tabell", "nyckel", "kolumn", "gammalt_varde", "nytt_varde", "anledning", "anmald_av", "datum")
MISSING = "saknas"
"""Written where the source has no value, or should have none."""

_NOT_PUBLIC = frozenset({"iop_rapport", "aggregat"})
PUBLIC: Mapping[str, type[Contract]] = MappingProxyType(
    {c.table(): c for c in CONTEXT if c.schema_name() == "omvarld" and c.table() not in _NOT_PUBLIC}
)
"""The tables with public data: what BRÅ, SCB, Kolada and Socialstyrelsen have published."""

_LONGEST = 1_000_000
_NUMBER = re.compile(r"-?\d{1,15}(?:[.,]\d{1,9})?")


def load_corrections(paths: Iterable[Path]) -> Corrections:
    """All corrections of these files.

    Raises:
        UserError: naming file and line of everything that is wrong.
    """
    found: list[Correction] = []
    wrong: list[str] = []
    for path in paths:
        reader = _Reader(mask_name(path.name))
        reader.read(path)
        found += reader.found
        wrong += [f"  {mask_name(path.name)}, rad {line}: {what}" for line, what in sorted(set(reader.wrong))]
    seen: dict[tuple[str, str, str], Correction] = {}
    for c in found:
        key = (c.tabell, str(sorted((name, str(value)) for name, value in c.nyckel.items())), c.kolumn)
        if seen.setdefault(key, c) is not c:
            wrong.append(f"  {c.plats}: samma uppgift rättas också i {seen[key].plats}")
    if wrong:
        raise UserError("Rättelserna går inte att använda:\n" + "\n".join(wrong))
    return Corrections(tuple(found))


class _Reader:
    """One file. Collects what is wrong, so that all of it is mended at once; repeats nothing that stands there."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[Correction] = []
        self.wrong: list[tuple[int, str]] = []

    def read(self, path: Path) -> None:
        """All items of the file: those that hold are in ``found``."""
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            self.wrong.append((1, "filen går inte att läsa: finns den, och är den UTF-8?"))
            return
        for item in self._items(text):
            self._correction(item)

    def _items(self, text: str) -> list[yaml.Node]:
        try:
            node = composed(text, _LONGEST)
        except YamlError as error:
            self.wrong.append((error.line, error.what))
            return []
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.wrong.append((line_of(node), "här ska stå en lista: varje rättelse börjar med - tabell:"))
            return []
        return list(node.value)

    def _correction(self, node: yaml.Node) -> None:
        before = len(self.wrong)
        said = self._pairs(node, KEYS)
        for key in KEYS:
            if key not in said and len(self.wrong) == before:
                self.wrong.append((line_of(node), f"{key} saknas"))
        if len(self.wrong) > before:
            return
        texts = {key: self._text(said[key], key) for key in KEYS if key != "nyckel"}
        if len(self.wrong) > before:
            return
        contract = PUBLIC.get(texts["tabell"])
        if contract is None:
            what = f"tabellen kan inte rättas här; tillåtet: {', '.join(PUBLIC)}"
            self.wrong.append((line_of(said["tabell"]), what))
            return
        columns = {c.name: c for c in contract.delivered()}
        column = columns.get(texts["kolumn"])
        if column is None or column.name in contract.key():
            allowed = [name for name in columns if name not in contract.key()]
            self.wrong.append((line_of(said["kolumn"]), f"kolumnen kan inte rättas; tillåtet: {', '.join(allowed)}"))
            return
        nyckel = self._key(said["nyckel"], contract, columns)
        old = self._typed(said["gammalt_varde"], column)
        new = self._typed(said["nytt_varde"], column)
        found_on = self._day(said["datum"])
        for name in ("anledning", "anmald_av"):
            self._line_of_text(said[name], name)
        if len(self.wrong) > before:
            return
        if same(old, new) if old is not None else new is None:
            self.wrong.append((line_of(said["nytt_varde"]), "gammalt_varde och nytt_varde är lika"))
            return
        correction = Correction(
            tabell=texts["tabell"],
            nyckel=MappingProxyType(nyckel),
            kolumn=column.name,
            gammalt_varde=old,
            nytt_varde=new,
            anledning=texts["anledning"],
            anmald_av=texts["anmald_av"],
            datum=found_on or date.min,
            fil=self.name,
            rad=line_of(node),
        )
        if not holds(contract, correction):
            self.wrong.append((line_of(said["nytt_varde"]), f"nyckeln eller nytt_varde går inte i {column.name}"))
            return
        self.found.append(correction)

    def _pairs(self, node: yaml.Node, known: Iterable[str]) -> dict[str, yaml.Node]:
        out: dict[str, yaml.Node] = {}
        if not isinstance(node, yaml.MappingNode):
            self.wrong.append((line_of(node), "här ska stå nyckel: värde"))
            return out
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if name not in known:
                near = get_close_matches(name.casefold(), list(known), n=1)
                self.wrong.append((line_of(key), "okänd nyckel" + (f"; menades {near[0]}?" if near else "")))
            elif name in out:
                self.wrong.append((line_of(key), f"{name} står två gånger"))
            else:
                out[name] = value
        return out

    def _text(self, node: yaml.Node, key: str) -> str:
        if isinstance(node, yaml.ScalarNode) and node.value.strip():
            return str(node.value).strip()
        self.wrong.append((line_of(node), f"{key}: här ska stå ett enda värde" + _hint(key)))
        return ""

    def _key(self, node: yaml.Node, contract: type[Contract], columns: Mapping[str, Column]) -> dict[str, Any]:
        said = self._pairs(node, contract.key())
        left = [name for name in contract.key() if name not in said]
        if left and isinstance(node, yaml.MappingNode):
            self.wrong.append((line_of(node), f"nyckeln ska vara hel: {', '.join(left)} saknas"))
        out = {name: self._typed(value, columns[name]) for name, value in said.items()}
        if "kommunkod" in out and out["kommunkod"] not in kommuner():
            line = line_of(said["kommunkod"])
            self.wrong.append((line, "kommunkoden finns inte; skriv fyra siffror, till exempel 0114"))
        if any(value is None for value in out.values()):
            self.wrong.append((line_of(node), "ingen del av nyckeln kan saknas"))
        return out

    def _typed(self, node: yaml.Node, column: Column) -> Any:
        raw = self._text(node, column.name)
        if not raw or raw == MISSING:
            return None
        if column.kind in {"integer", "number"}:
            plain = raw.replace(",", ".")
            if not _NUMBER.fullmatch(raw) or (column.kind == "integer" and not float(plain).is_integer()):
                what = "ett heltal" if column.kind == "integer" else "ett tal"
                self.wrong.append((line_of(node), f"{column.name}: här ska stå {what}, eller {MISSING}"))
                return None
            return int(float(plain)) if column.kind == "integer" else float(plain)
        if column.kind == "date":
            day = self._day(node)
            return pd.Timestamp(day) if day else None
        return raw

    def _day(self, node: yaml.Node) -> date | None:
        try:
            return date.fromisoformat(str(node.value))
        except (ValueError, TypeError):
            self.wrong.append((line_of(node), "datum skrivs ÅÅÅÅ-MM-DD"))
            return None

    def _line_of_text(self, node: yaml.Node, key: str) -> None:
        """Words for people: a reason, a role. They are shown, so they must not point at anybody."""
        said = str(node.value)
        if mask_text(said) != said:
            self.wrong.append((line_of(node), f"{key} innehåller något som kan peka ut en person; skriv en roll"))
        elif len(said) > 500 or (key == "anledning" and len(said.strip()) < 5):
            self.wrong.append((line_of(node), f"{key}: skriv mellan 5 och 500 tecken"))


def _hint(key: str) -> str:
    return f" (skriv {MISSING} där källan inte har något)" if key in {"gammalt_varde", "nytt_varde"} else ""
