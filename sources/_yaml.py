"""A mapping in YAML as entries: every scalar as its own text, every key with its line. No knowledge of the keys."""

from dataclasses import dataclass

import yaml

from warehouse.contracts.yaml_text import YamlError, composed

__all__ = ["Entry", "YamlError", "entries"]

LONGEST = 200_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One key with its value: a text (None when empty), a list of texts or further entries. Lines count from 1."""

    key: str
    line: int
    value: "str | list[str] | list[Entry] | None"


def entries(text: str) -> list[Entry]:
    """The top level's keys in order; an empty text has none. Raises YamlError."""
    node = composed(text, LONGEST)
    return [] if node is None else _entries(node, depth=0)


def _entries(node: yaml.Node, depth: int) -> list[Entry]:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        raise YamlError(line, "här ska stå nyckel: värde")
    if depth > 6:
        raise YamlError(line, "för många nivåer")
    out: list[Entry] = []
    seen: set[str] = set()
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise YamlError(line, "nyckeln ska vara ett ord")
        if key.value in seen:
            raise YamlError(line, "nyckeln står två gånger")
        seen.add(key.value)
        out.append(Entry(key.value, line, _value(value, depth)))
    return out


def _value(node: yaml.Node, depth: int) -> "str | list[str] | list[Entry] | None":
    if isinstance(node, yaml.MappingNode):
        return _entries(node, depth + 1)
    if isinstance(node, yaml.SequenceNode):
        if not all(isinstance(item, yaml.ScalarNode) for item in node.value):
            raise YamlError(node.start_mark.line + 1, "listan ska bara ha enkla värden")
        return [item.value for item in node.value]
    return None if node.tag == "tag:yaml.org,2002:null" else str(node.value)
