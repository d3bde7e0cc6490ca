"""How wide the columns of a Word table are: as their texts need, within the page."""

from collections.abc import Sequence

_SIZE = 8.5 * 20
"""Of a table's text, in twentieths of a point."""
_AIR = 150
_NAME_MOST, _NUMBER_MOST, _NUMBER_LEAST = 3800, 2300, 620
_NARROW, _WIDE = frozenset("iljtfrI.,:;'|!()[] \u00a0-"), frozenset("mwMWÅÄÖ%@")


def bredder(names: Sequence[Sequence[str]], numbers: Sequence[Sequence[str]], room: int) -> list[int]:
    """A width for each column, names first; the first text of a column is its heading. In twentieths of a point.

    What is left over goes to the names, so that numbers stay close to one another.
    """
    want = [min(_need(c), _NAME_MOST if numbers else room) for c in names]
    told = [max(min(_need(c), _NUMBER_MOST), _NUMBER_LEAST) for c in numbers]
    total = sum(want) + sum(told)
    if total > room:
        want = _shrunk(want, names, total - room)
        told = _shrunk(told, numbers, sum(want) + sum(told) - room)
        over = min(1.0, room / (sum(want) + sum(told)))
        return [int(w * over) for w in (*want, *told)]
    extra = room - total
    if numbers:
        extra = min(extra, max(0, 5200 - sum(want)) + sum(told) // 3)
    each = extra // max(1, len(want))
    return [*(w + each for w in want), *told]


def _shrunk(widths: Sequence[int], columns: Sequence[Sequence[str]], over: int) -> list[int]:
    """Narrower by so much together, but none narrower than its longest word."""
    least = [min(w, max(_word(c), 700)) for w, c in zip(widths, columns, strict=True)]
    spare = sum(widths) - sum(least)
    share = min(1.0, max(0.0, over / spare)) if spare else 0.0
    return [round(w - (w - low) * share) for w, low in zip(widths, least, strict=True)]


def _need(column: Sequence[str]) -> int:
    """On one line, but for the heading, which may stand on two."""
    head, *cells = column or [""]
    return max([_word([head]), round(0.62 * _length(head)), *(_length(c) for c in cells)]) + _AIR


def _word(column: Sequence[str]) -> int:
    return max((_length(word) for text in column for word in text.split(" ")), default=0) + _AIR


def _length(text: str) -> int:
    return round(
        sum(0.32 if c in _NARROW else 0.86 if c in _WIDE else 0.68 if c.isupper() else 0.56 for c in text) * _SIZE
    )
