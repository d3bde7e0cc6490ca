"""The cover: whose report it is, which edition, and where that stands."""

from assets.report.eget import Egna
from assets.report.modell import Framsida
from assets.report.underlag import Underlag
from warehouse.contracts.swedish import day, day_of
from warehouse.released import Edition

_PEOPLE = "PÅHITTADE UPPGIFTER"


def framsida(u: Underlag, egna: Egna) -> Framsida:
    """What stands on the cover."""
    e = u.edition
    return Framsida(
        titel(e),
        u.plats,
        egna.namnd,
        e.ar,
        e.utgava,
        e.typ,
        laege(e),
        e.dnr,
        day_of(e.expedierad),
        e.faststalld,
        e.paragraf,
        pahittad(u),
        e.text,
        egna.logotyp,
        "" if e.typ == "oppen" else "Inom sekretess: bara för den som handlingen har lämnats till.",
    )


def titel(e: Edition) -> str:
    """The report's title."""
    what = {"sekretessbilaga": "Sekretessbilaga: ", "tertial": "Delrapport: "}.get(e.typ, "")
    return f"{what}{'kartläggning' if what else 'Kartläggning'} av våld i nära relationer {e.ar}"


def laege(e: Edition) -> str:
    """Where the edition stands, in words."""
    if e.tillstand == "atertagen":
        when = f" {day(e.atertagen)}" if e.atertagen else ""
        return f"återtagen{when}: {e.orsak}" if e.orsak else f"återtagen{when}"
    if e.tillstand == "ersatt":
        return f"ersatt av utgåva {e.ersatt_av}" if e.ersatt_av else "ersatt av en senare utgåva"
    if e.faststalld is not None:
        return f"fastställd av nämnden {e.faststalld}" + (f", {e.paragraf}" if e.paragraf else "")
    return "expedierad, inte fastställd av nämnden"


def pahittad(u: Underlag) -> bool:
    """Whether any table of the edition rests on invented records."""
    told = any(n.startswith(_PEOPLE) for notes in u.utgiven.noter.values() for n in notes)
    return told or any(d.get("syntetisk") for d in u.harkomst.leveranser)
