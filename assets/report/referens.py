"""A reference in the kommun's own text (``insatser antal_insatser kvinna``) to the released cell that it names.

Where it names none, what it may name is told: codes of the plan are no personal data. What was written is repeated
only where it looks like such a code, for it may be anything.
"""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from assets.report.innehall.las import Las
from assets.report.underlag import Row, Underlag
from quality.identity_scan import mask_text
from warehouse.contracts.codes import TOTAL
from warehouse.contracts.errors import UserError
from warehouse.contracts.swedish import in_order
from warehouse.released import Ref

_MOST = 12
"""So many names that may stand are listed."""
_CODE = re.compile(r"(?!.*\d{5})[a-z0-9_]{1,39}")
_HETER = {"matt": ("måttet", "Mått"), "kon": ("könet", "Kön"), "period": ("perioden", "Perioder")}


def slag_upp(said: str, u: Underlag, editions: Sequence[Las]) -> tuple[Las, str, Row]:
    """The edition, table and cell of a reference. The first of ``editions`` is the report's own.

    Raises:
        UserError: There is no such cell. Says what is wrong with the reference, and what there is.
    """
    if re.match(r"[Uu]\d+-", said):
        return _by_ref(said, u, editions)
    names, codes = _parts(said)
    tabell, matt, kon = names
    period = codes.pop("period", "")
    las = next((e for e in editions if period[:4] == str(e.ar)), editions[0])
    if not las.har(tabell):
        tables = [name for name in u.plan if las.har(name)]
        raise UserError(
            f"tabellen{_said(tabell)} finns inte i utgåva {las.of.edition.utgava}{_may(tabell, tables, 'Tabeller')}"
        )
    columns = u.spec(tabell).view_columns
    wrong = next((name for name in codes if name not in columns), None)
    if wrong is not None:
        there = _may(wrong, columns, "Uppdelningar") if columns else f"; tabellen {tabell} har inga"
        raise UserError(f"uppdelningen{_said(wrong)} finns inte{there}")
    asked = {"matt": matt, "kon": kon, **({"period": period} if period else {}), **codes}
    return las, tabell, _row(tabell, las, editions, asked)


def _by_ref(said: str, u: Underlag, editions: Sequence[Las]) -> tuple[Las, str, Row]:
    try:
        ref = Ref.of(said)
    except UserError:
        raise UserError("referensen känns inte igen; den skrivs som i rapporten, till exempel U1-insatser-37") from None
    for las in editions:
        row = las.rader_efter_ref.get(ref)
        if row is not None and u.measure(ref.tabell, str(row["matt"])) is not None:
            return las, ref.tabell, row
    now = u.edition.utgava
    raise UserError(
        "referensen finns inte i utgåvan; kolla den i rapporten" if ref.utgava == now else
        f"referensen gäller en annan utgåva än {now}; skriv i stället tabell, mått och kön, så följer talet med"
    )  # fmt: skip


def _parts(said: str) -> tuple[tuple[str, str, str], dict[str, str]]:
    """Table, measure and sex, and the codes by dimension."""
    words = said.split()
    names = [w for w in words if "=" not in w]
    if len(names) not in (2, 3):
        raise UserError("referensen ska vara tabell, mått och kön, till exempel insatser antal_insatser kvinna")
    tabell, matt, kon = (*names, TOTAL)[:3]
    return (tabell, matt, kon), dict(w.split("=", 1) for w in words if "=" in w)


def _row(tabell: str, las: Las, editions: Sequence[Las], asked: Mapping[str, str]) -> Row:
    """The cell, found part by part: the first part that leaves none is the one to mend."""
    every = [r for r in las.of.rader.get(tabell, ()) if las.u.measure(tabell, str(r["matt"])) is not None]
    unsaid = {"period": str(las.ar)} | dict.fromkeys(las.u.spec(tabell).view_columns, TOTAL)
    rows = every
    for name, wanted in (*asked.items(), *((k, v) for k, v in unsaid.items() if k not in asked)):
        left = [r for r in rows if r.get(name, TOTAL) == wanted]
        if not left:
            what, kinds = _HETER.get(name, (f"koden för {name}", "Koder"))
            there = list(dict.fromkeys(str(r.get(name, TOTAL)) for r in rows))
            if name == "period":
                there = in_order([*there, *(str(e.ar) for e in editions if e.har(tabell))])
            if name not in asked:
                raise UserError(f"lägg till {name}= i referensen{_may('', there, kinds)}")
            known = any(r.get(name, TOTAL) == wanted for r in every)
            like = "" if known or name == "period" else wanted  # a year that is near is no better guess
            lacks = "finns inte tillsammans med resten av referensen" if known else f"finns inte i tabellen {tabell}"
            raise UserError(f"{what}{_said(wanted)} {lacks}{_may(like, there, kinds)}")
        rows = left
    return rows[0]


def _said(said: str) -> str:
    """What was written, where it can be nothing but a code."""
    return f" {said}" if _CODE.fullmatch(said) and mask_text(said) == said else ""


def _may(said: str, there: Sequence[str], kinds: str) -> str:
    """What may stand: the nearest, and all of it; where that is much, what is most like what was written."""
    near = get_close_matches(said.casefold(), there, n=1)
    like = get_close_matches(said.casefold(), there, n=_MOST, cutoff=0) if said and len(there) > _MOST else there
    listed = [name for name in there if name in like][:_MOST]
    more = f" och {len(there) - len(listed)} till" if len(listed) < len(there) else ""
    return f". {f'Menade ni {near[0]}? ' if near else ''}{kinds} som finns: {', '.join(listed)}{more}"
