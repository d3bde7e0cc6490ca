"""Reads the YAML that a kommun writes about its tables and breaks: nodes to values, faults by line.

Repeats nothing that stands in a file, for a value may have been pasted there. What the values mean is for ``local``
and ``breaks`` to say.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

import yaml

from quality.identity_scan import mask_name, mask_text
from warehouse.contracts.yaml_text import YamlError, composed, line_of

_LONGEST = 200_000
_JA_NEJ = {"ja": True, "nej": False}


class Page:
    """One file. Collects what is wrong, so that all of it is mended at once."""

    def __init__(self, path: Path) -> None:
        """Nothing is read yet."""
        self.path = path
        self.name = mask_name(path.name)
        self.wrong: list[tuple[int, str]] = []

    @property
    def faults(self) -> list[str]:
        """What is wrong, line by line: file, line, what and what to do."""
        return [f"{self.name}, rad {line}: {what}." for line, what in sorted(set(self.wrong))]

    def fault(self, where: yaml.Node | int, what: str) -> None:
        """Something is wrong at a node or line."""
        self.wrong.append((where if isinstance(where, int) else line_of(where), what))

    def node(self) -> yaml.Node | None:
        """The file's one node; None where it is empty or cannot be read (which is told)."""
        if self.path.exists() and not self.path.is_file():  # a pipe would be read for ever
            self.fault(1, "det här är ingen vanlig fil")
            return None
        try:
            if self.path.stat().st_size > 4 * _LONGEST:
                self.fault(1, "filen är orimligt stor")
                return None
            return composed(self.path.read_text(encoding="utf-8-sig"), _LONGEST)
        except (OSError, UnicodeDecodeError):
            self.fault(1, "filen går inte att läsa: finns den, och är den sparad som UTF-8?")
        except YamlError as error:
            self.fault(error.line, f"{error.what}; kolla indrag, kolon och citattecken")
        return None

    def pairs(self, node: yaml.Node, known: Collection[str], required: Iterable[str] = ()) -> dict[str, yaml.Node]:
        """Key to node; unknown, repeated and missing keys are told."""
        found: dict[str, yaml.Node] = {}
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, f"här ska stå nyckel: värde, med nycklarna {', '.join(known)}")
            return found
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            if name not in known:
                self.fault(key, f"okänd nyckel; {nearest(name, known)}")
            elif name in found:
                self.fault(key, f"{name} står två gånger; behåll en av dem")
            else:
                found[name] = value
        for name in required:
            if name not in found:
                self.fault(node, f"{name} saknas; lägg till den")
        return found

    def word(self, node: yaml.Node | None, key: str) -> str:
        """One value as the text that stands there; empty (and told) where it is none."""
        if node is None:
            return ""
        if isinstance(node, yaml.ScalarNode) and str(node.value).strip():
            return str(node.value).strip()
        self.fault(node, f"{key}: här ska stå ett enda värde")
        return ""

    def one_of(self, node: yaml.Node | None, key: str, allowed: Collection[str]) -> str:
        """One value among the allowed; empty (and told) where it is none of them."""
        said = self.word(node, key)
        if said and said not in allowed and node is not None:
            self.fault(node, f"{key}: värdet går inte att använda; {nearest(said, allowed)}")
            return ""
        return said

    def yes(self, node: yaml.Node | None, key: str) -> bool:
        """``ja`` or ``nej``; nej where nothing stands."""
        return _JA_NEJ.get(self.one_of(node, key, _JA_NEJ), False)

    def named(self, node: yaml.Node | None, key: str, pattern: str, how: str) -> str:
        """A name that matches a pattern; ``how`` says in Swedish what it must look like."""
        said = self.word(node, key)
        if said and not re.fullmatch(pattern, said) and node is not None:
            self.fault(node, f"{key}: {how}")
            return ""
        return said

    def prose(self, node: yaml.Node | None, key: str, longest: int) -> str:
        """Words for readers, on one line. They are shown, so they must not point at anybody."""
        said = " ".join(self.word(node, key).split())
        if said and node is not None:
            if mask_text(said) != said:
                self.fault(
                    node, f"{key} innehåller något som kan peka ut en person; skriv det utan nummer och adresser"
                )
            elif not 3 <= len(said) <= longest:
                self.fault(node, f"{key}: skriv mellan 3 och {longest} tecken")
            elif not said.isprintable():
                self.fault(node, f"{key} innehåller osynliga tecken; skriv om texten")
            else:
                return said
        return ""

    def items(self, node: yaml.Node | None) -> Sequence[yaml.Node]:
        """The nodes of a list; one value may stand without brackets."""
        if node is None:
            return ()
        return list(node.value) if isinstance(node, yaml.SequenceNode) else [node]

    def codes(
        self, node: yaml.Node | None, key: str, allowed: Mapping[str, object] | Collection[str]
    ) -> tuple[str, ...]:
        """A list of allowed values, each once, in the order of ``allowed``."""
        said: list[str] = []
        for item in self.items(node):
            code = self.one_of(item, key, list(allowed))
            if code in said:
                self.fault(item, f"{key}: samma värde står två gånger")
            elif code:
                said.append(code)
        if node is not None and not self.items(node):
            self.fault(node, f"{key}: listan är tom; skriv minst ett värde eller ta bort raden")
        order = list(allowed)
        return tuple(sorted(said, key=order.index))


def nearest(said: str, allowed: Collection[str]) -> str:
    """What may stand instead: the nearest, where one is near, and all that may."""
    near = get_close_matches(said.casefold(), list(allowed), n=1)
    return (f"menades {near[0]}? " if near else "") + f"Tillåtet: {', '.join(allowed)}"
