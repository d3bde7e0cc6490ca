"""The kommun's own text as a tree: list items gathered in lists, headings without jumps. Marks nothing up."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assets.report.modell import Text, TextBlock


@dataclass(slots=True)
class Nod:
    """A block, or a list of points with what stands under each."""

    slag: Literal["stycke", "rubrik", "punkter", "nummer", "punkt", "citat"]
    delar: tuple[Text, ...] = ()
    niva: int = 1
    barn: list["Nod"] = field(default_factory=list)


def trad(block: Sequence[TextBlock], under: int) -> list[Nod]:
    """The tree of a text. ``under``: level of the heading that it stands below (1 to 6)."""
    out: list[Nod] = []
    open_lists: list[tuple[int, Nod]] = []
    levels = _levels(b.niva for b in block if b.slag == "rubrik")
    for one in block:
        if one.slag not in ("punkt", "nummer"):
            open_lists.clear()
            niva = min(6, under + next(levels)) if one.slag == "rubrik" else 1
            out.append(Nod(one.slag, one.delar, niva))
            continue
        kind: Literal["punkter", "nummer"] = "punkter" if one.slag == "punkt" else "nummer"
        while open_lists and open_lists[-1][0] > one.niva:
            open_lists.pop()
        if open_lists and open_lists[-1][0] == one.niva and open_lists[-1][1].slag != kind:
            open_lists.pop()
        if not open_lists or open_lists[-1][0] < one.niva:
            made = Nod(kind)
            (open_lists[-1][1].barn[-1].barn if open_lists else out).append(made)
            open_lists.append((one.niva, made))
        open_lists[-1][1].barn.append(Nod("punkt", one.delar))
    return out


def _levels(said: Iterable[int]) -> Iterator[int]:
    """Levels of headings from 1, where none is more than one below that before it."""
    stack: list[int] = []
    for level in said:
        while stack and stack[-1] >= level:
            stack.pop()
        stack.append(level)
        yield len(stack)
