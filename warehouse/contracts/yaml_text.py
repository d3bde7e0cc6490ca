"""YAML that people write, as nodes with lines: nothing is interpreted, and no text can stall or fill the machine.

YAML's own types would read the kommunkod 0114 as the octal number 76, and a date as something else than text.
"""

import yaml

_MOST_BRACKETS = 500
_DEEPEST = 8


class YamlError(ValueError):
    """The text is not YAML of the simple kind used here. Knows the line, repeats nothing."""

    def __init__(self, line: int, what: str) -> None:
        """Line from 1, and what is wrong, in Swedish."""
        super().__init__(f"rad {line}: {what}")
        self.line = line
        self.what = what


def composed(text: str, longest: int) -> yaml.Node | None:
    """The text's one node; None where nothing stands. ``longest`` is in signs.

    Raises:
        YamlError: It is too long, too deep, holds references, or is no YAML.
    """
    if len(text) > longest:
        raise YamlError(1, "filen är orimligt lång")
    if text.count("[") + text.count("{") > _MOST_BRACKETS:  # the parser is slow on lists in lists in lists
        raise YamlError(1, "texten är inte giltig YAML här: orimligt många klamrar")
    depth = 0
    try:
        # A few lines of anchors and aliases can unfold to more than fits in memory, and nobody needs them here.
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                raise YamlError(line_of(event), "hänvisningar (*) används inte här")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise YamlError(line_of(event), "för många nivåer")
        node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlError(line, "texten är inte giltig YAML") from None
    except (yaml.YAMLError, RecursionError):
        raise YamlError(1, "texten är inte giltig YAML") from None
    return node


def line_of(node: yaml.Node | yaml.Event) -> int:
    """The line where it begins, from 1."""
    return int(node.start_mark.line) + 1 if node.start_mark else 1
