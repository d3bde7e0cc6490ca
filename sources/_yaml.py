"""YAML as it stands: every scalar as its own text, every key with its line. No knowledge of what the keys mean.

YAML's own types would read the kommunkod 0114 as the octal number 76, and a date as something else than text.
"""

from dataclasses import dataclass

import yaml

LONGEST = 200_000
_MOST_BRACKETS = 500
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """One key with its value: a text (None when empty), a list of texts or further entries. Lines count from 1."""

    key: str
    line: int
    value: "str | list[str] | list[Entry] | None"


class YamlError(ValueError):
    """The text is not a YAML mapping of the simple kind used here. Knows the line, repeats nothing."""

    def __init__(self, line: int, what: str) -> None:
        """Line from 1, and what is wrong, in Swedish."""
        super().__init__(f"rad {line}: {what}")
        self.line = line


def entries(text: str) -> list[Entry]:
    """The top level's keys in order; an empty text has none."""
    if len(text) > LONGEST:
        raise YamlError(1, "filen är orimligt lång")
    if text.count("[") + text.count("{") > _MOST_BRACKETS:  # the parser is slow on lists in lists in lists
        raise YamlError(1, "filen har orimligt många klamrar")
    depth = 0
    try:
        # A few lines of anchors and aliases can unfold to more than fits in memory, and nobody needs them here.
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise YamlError(line, "hänvisningar (*) används inte här")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise YamlError(event.start_mark.line + 1 if event.start_mark else 1, "för många nivåer")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlError(line, "texten är inte giltig YAML") from None
    except (yaml.YAMLError, RecursionError):
        raise YamlError(1, "texten är inte giltig YAML") from None
    if node is None:
        return []
    return _entries(node, depth=0)


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
