"""What the figures of an IOP report must agree on, declared once: judged when read, and shown by the sheet itself.

Only figures that are there are compared: a blank is not a zero. Each rule's words are in
``warehouse.contracts.faults``.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sources.iop.layout import LETTERS, LIMIT, PARTS, Cell, Layout
from warehouse.contracts.faults import RULES

NIGHTS, HOURS = 366, 366 * 24
"""The most that one person can have in a year."""

FILL_IN = "Fyll i: skriv 0 om det är noll, eller välj varför siffran saknas."
NUMBERS = "Rätta: skriv bara hela tal från 0 till 1 000 000, utan ord."
NOT_BLANK = "iop_orsak_utan_tomt"
OK = "OK"


@dataclass(frozen=True, slots=True)
class Check:
    """``left`` together are at most ``times`` times ``right`` together. Told at ``at``."""

    regel: str
    at: Cell
    left: tuple[Cell, ...]
    right: tuple[Cell, ...]
    times: int = 1
    odd: bool = False
    """Odd but possible: told, and read."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that some figures break."""

    at: Cell
    regel: str
    odd: bool = False


def checks(layout: Layout) -> tuple[Check, ...]:
    """The rules between boxes that this version of the form has."""
    boxes = set(layout.cells)
    return tuple(check for check in _checks() if boxes >= {check.at, *check.left, *check.right})


def _checks() -> Iterator[Check]:
    total = "totalt"
    for kon in (*PARTS, total):
        for part, whole in (
            ("kontakter_heder", "kontakter"),
            ("kontakter_under_18", "kontakter"),
            ("enkat_svar", "enkat_tillfragade"),
            ("enkat_hjalpta", "enkat_svar"),
        ):
            regel = "iop_svar" if part == "enkat_svar" else "iop_darav"
            yield Check(regel, (part, kon), ((part, kon),), ((whole, kon),))
    nights, adults, children = (("boendenatter" + who, total) for who in ("", "_vuxna", "_barn"))
    for some in ((adults,), (children,), (adults, children)):
        yield Check("iop_natter", nights, some, (nights,))
    yield Check("iop_natter", nights, (nights,), (adults, children))
    housed = (("boende_vuxna", total), ("boende_barn", total))
    yield Check("iop_fa_natter", nights, housed, (nights,), odd=True)
    yield Check("iop_manga_natter", nights, (nights,), housed, NIGHTS, odd=True)
    for kon in (*PARTS, total):
        for who in ("vuxna", "barn"):
            persons, theirs = (f"boende_{who}", kon), (f"boendenatter_{who}", kon)
            yield Check("iop_fa_natter", theirs, (persons,), (theirs,), odd=True)
            yield Check("iop_manga_natter", theirs, (theirs,), (persons,), NIGHTS, odd=True)
    contacts, times = ("kontakter", total), ("kontakttillfallen", total)
    yield Check("iop_fa_tillfallen", times, (contacts,), (times,), odd=True)
    school = ("barn_skolplats", total)
    yield Check("iop_skolplats", school, (school,), (("boende_barn", total),), odd=True)
    hours = ("volontartimmar", total)
    yield Check("iop_volontartimmar", hours, (hours,), (("volontarer", total),), HOURS, odd=True)
    persons = ("utatriktade_deltagare", total)
    yield Check("iop_deltagare", persons, (persons,), (("utatriktade_aktiviteter", total),), LIMIT, odd=True)


def findings(layout: Layout, figures: Mapping[Cell, int]) -> list[Finding]:
    """What the figures break, each rule once a box. ``figures`` holds the boxes that have a possible figure."""
    found = [Finding((post, "totalt"), "iop_summa") for post in layout.posts if not _adds_up(post, figures)]
    for check in checks(layout):
        needed = (*check.left, *check.right)
        if all(cell in figures for cell in needed):
            left, right = (sum(figures[cell] for cell in side) for side in (check.left, check.right))
            if left > check.times * right:
                found.append(Finding(check.at, check.regel, check.odd))
    return list(dict.fromkeys(found))


def _adds_up(post: str, figures: Mapping[Cell, int]) -> bool:
    """The parts that are given are at most the total; all three of them are exactly the total."""
    total = figures.get((post, "totalt"))
    parts = [figures[post, kon] for kon in PARTS if (post, kon) in figures]
    if total is None:
        return True
    return sum(parts) == total if len(parts) == len(PARTS) else sum(parts) <= total


def words(finding: Finding) -> str:
    """A finding as the sheet shows it beside the row."""
    return f"{'Se över' if finding.odd else 'Rätta'}: {RULES[finding.regel].fel}"


def control(layout: Layout, post: str, figures: Mapping[Cell, int], *, reason: bool) -> str:
    """What the box ``Kontroll`` says of a row with possible figures only: as its formula does."""
    _, row = layout.posts[post]
    here = [finding for finding in findings(layout, figures) if finding.at[0] == post]
    for finding in sorted(here, key=lambda f: f.odd):
        return words(finding)
    blank = any((post, kon) not in figures for kon in row.kon)
    if blank and not reason:
        return FILL_IN
    return words(Finding((post, ""), NOT_BLANK, odd=True)) if reason and not blank else OK


def control_formula(layout: Layout, post: str) -> str:
    """The same as ``control``, as the sheet works it out (English function names, as files have them)."""
    number, row = layout.posts[post]
    boxes = f"{LETTERS[row.kon[0]]}{number}:{LETTERS[row.kon[-1]]}{number}"
    reason = f"{LETTERS['saknas_orsak']}{number}"
    tests: list[tuple[str, str]] = [
        (f"COUNT({boxes})<>COUNTA({boxes})", NUMBERS),
        (f"SUMPRODUCT(({boxes}<0)+({boxes}>{LIMIT})+({boxes}<>INT({boxes})))>0", NUMBERS),
    ]
    if len(row.kon) > 1:
        parts, total = f"B{number}:D{number}", f"E{number}"
        unequal = f"AND(COUNT({boxes})=4,SUM({parts})<>{total})"
        tests.append(
            (f"OR({unequal},AND(COUNT({total})=1,SUM({parts})>{total}))", words(Finding((post, ""), "iop_summa")))
        )
    here = [check for check in checks(layout) if check.at[0] == post]
    tests += [
        (_broken(layout, check), words(Finding(check.at, check.regel, check.odd)))
        for check in sorted(here, key=lambda c: c.odd)
    ]
    blank = f"COUNTA({boxes})<{len(row.kon)}"
    tests.append((f'AND({blank},{reason}="")', FILL_IN))
    tests.append((f'AND(NOT({blank}),{reason}<>"")', words(Finding((post, ""), NOT_BLANK, odd=True))))
    return "=" + "".join(f'IF({test},"{text}",' for test, text in tests) + f'"{OK}"' + ")" * len(tests)


def _broken(layout: Layout, check: Check) -> str:
    left, right = _sum(layout, check.left), _sum(layout, check.right)
    cells = ",".join(_name(layout, cell) for cell in (*check.left, *check.right))
    factor = f"{check.times}*" if check.times != 1 else ""
    return f"AND(COUNT({cells})={len(check.left) + len(check.right)},{left}>{factor}{right})"


def _sum(layout: Layout, cells: Iterable[Cell]) -> str:
    return f"SUM({','.join(_name(layout, cell) for cell in cells)})"


def _name(layout: Layout, cell: Cell) -> str:
    number, letter = layout.place(cell)
    return f"{letter}{number}"
