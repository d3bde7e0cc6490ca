"""What is not known: what is protected or missing, who did not answer; and what changed between editions."""

import re
from collections import Counter
from dataclasses import replace
from functools import partial

from assets.report.innehall.bilder import diagram
from assets.report.innehall.enkat import OKAND_SVARSFREKVENS, svarsfrekvens
from assets.report.innehall.kapitel import Bygge, Kapitel, med_bild
from assets.report.innehall.las import Las
from assets.report.innehall.ordning import KAPITEL
from assets.report.innehall.sprak import stycke
from assets.report.innehall.tabeller import VID_AVSLUT, forsta_utdrag, till_avslut
from assets.report.modell import Faktarad, Innehall, Rad, Stycke, Tabell
from assets.report.underlag import Row, Underlag
from assets.tables.sexes import in_full, sex_words
from warehouse.contracts.codes import CODES, TOTAL
from warehouse.contracts.swedish import number, period_name, versal

VANLIGA = {
    "anmalda_brott": "anmälda brott",
    "oj": "Öppna jämförelser",
    "iop": "jourernas arbete",
    "brukarenkat": "vad de som fått hjälp tycker",
    "utfall": "hur de mådde före och efter",
    "maluppfyllelse": "om målen nåddes",
    "skyddat_boende": "skyddat boende",
    "barn": "barn",
}
"""Tables that a reader would look for, and what they are about."""


def raknade(u: Underlag) -> Counter[str]:
    """How many numbers of the edition have each status: counts of signs, of the edition itself."""
    return Counter(
        str(r["status"]) for t, rows in u.utgiven.rader.items() if t in u.plan for r in rows if not _bara_andel(t, r)
    )


def _bara_andel(tabell: str, row: Row) -> bool:
    """Whether it is a count of the län or the country, which Öppna jämförelser only has shares for."""
    elsewhere = tabell == "oj" and row.get("omrade") in ("lan", "riket")
    return elsewhere and row["status"] == "saknas" and row["matt"] != "andel_ja_kalla"


def rakning(u: Underlag) -> list[Stycke]:
    """How many numbers are protected or missing, of how many: the only sentence with numbers that are no cells."""
    found = raknade(u)
    whole = sum(found.values()) - found["ej_tillampligt"]
    if not whole or u.edition.typ != "oppen":
        return []
    said = [f"Utgåvan har {number(whole)} tal."]
    if found["skyddas"]:
        said.append(f"{number(found['skyddas'])} av dem skyddas och visas som ▪, så att ingen enskild kan kännas igen.")
    if found["intervall"]:
        said.append(f"{number(found['intervall'])} visas som ett spann.")
    if found["saknas"]:
        said.append(f"{number(found['saknas'])} saknas: uppgiften finns inte, eller går inte att veta ännu.")
    return [stycke(" ".join(said))]


def tomma(b: Bygge) -> list[str]:
    """What the edition has tables about but can tell no number of."""
    return [k.heter for k in _tysta(b) if any(r["status"] == "skyddas" for r in _rader(b, k))]


def saknade(b: Bygge) -> list[str]:
    """What a reader would look for and the edition has no table about, or none but missing figures."""
    silent = [k.heter for k in _tysta(b) if all(r["status"] != "skyddas" for r in _rader(b, k))]
    return [words for tabell, words in VANLIGA.items() if not b.las.har(tabell)] + silent


def _tysta(b: Bygge) -> list[Kapitel]:
    """Chapters with a table but nothing to say."""
    return [k for k in KAPITEL if k.heter and any(map(b.las.har, k.tabeller)) and not b.sagt.get(k.id)]


def _rader(b: Bygge, k: Kapitel) -> list[Row]:
    return [r for t in k.tabeller if b.las.har(t) for r in b.u.utgiven.rader[t]]


def vet_inte(b: Bygge) -> tuple[Innehall, ...]:
    """Protected, missing, unanswered; and what no register knows."""
    made: list[Innehall] = [*rakning(b.u)]
    empty, gone = tomma(b), saknade(b)
    if empty:
        made.append(
            stycke("Det finns uppgifter om det här, men inget tal kan visas utan att enskilda kan kännas igen:")
        )
        made += [stycke(f"{w}", slag="punkt") for w in empty]
    if gone:
        made.append(stycke("Utgåvan har inga uppgifter om det här:"))
        made += [stycke(f"{w}", slag="punkt") for w in gone]
    made += _per_table(b)
    made += _unanswered(b)
    made += [p for p in svarsfrekvens(b.las) if p.text == OKAND_SVARSFREKVENS]
    made += [
        stycke("Det här kan inget register svara på:"),
        stycke("hur många som utsätts för våld utan att söka hjälp", slag="punkt"),
        stycke("hur det gick för dem som inte svarat på frågorna före och efter", slag="punkt"),
        stycke("hur det gick för dem som flyttat eller fått hjälp i en annan kommun", slag="punkt"),
        stycke("om en förändring beror på stödet eller på något annat", slag="punkt"),
    ]
    return tuple(made)


def _per_table(b: Bygge) -> list[Innehall]:
    rows: list[tuple[str, ...]] = []
    for name, spec in b.u.plan.items():
        if not b.las.har(name):
            continue
        found = Counter(
            "noll" if r["status"] == "visas" and r["varde"] == 0 else str(r["status"])
            for r in b.u.utgiven.rader[name]
            if not _bara_andel(name, r)
        )
        said = [number(found[s]) for s in ("visas", "noll", "intervall", "skyddas", "saknas")]
        rows.append((spec.title, *said))
    if not rows or b.u.edition.typ != "oppen":
        return []
    heads: tuple[str, ...] = ("Tabell", "Visas", "Noll", "Spann", "Skyddas (▪)", "Saknas (–)")
    if all(r[3] == "0" for r in rows):
        heads, rows = (*heads[:3], *heads[4:]), [(*r[:3], *r[4:]) for r in rows]
    return [Faktarad("skyddade-tal", "Hur många tal som visas i varje tabell", heads, tuple(rows))]


def _unanswered(b: Bygge) -> tuple[Innehall, ...]:
    made: list[Innehall] = []
    for about, title, codes in (
        ("start", "startade ärenden", tuple(c for c in CODES["bortfall_variabel"] if c not in VID_AVSLUT)),
        ("avslut", "avslutade ärenden", VID_AVSLUT),
    ):
        table = forsta_utdrag(
            b.las, "bortfall", "andel_besvarade", f"Andel {title} med svar, efter uppgift",
            behall=partial(_about, codes), kapitel=f"bortfall-{about}",
        )  # fmt: skip
        if table is None:
            continue
        rule = table.regel if about == "start" else till_avslut(table.regel)
        named = tuple(replace(r, namn=(_fraga(r.namn[0]),)) for r in table.rader)
        table = replace(table, rader=named, regel=rule)
        heading = f"Hur stor andel av periodens {title} som har svar på varje fråga"
        made += med_bild(diagram(b.las, table, heading, "Andel med svar, procent"), table)
    if not made:
        return ()
    lead = (
        "Alla frågor är inte besvarade i alla ärenden. Ju lägre andel svar, desto mindre säkert är det som rapporten "
        "säger om just den frågan."
    )
    return (stycke(lead), *made)


def _about(codes: tuple[str, ...], row: Row) -> bool:
    return row["variabel"] in codes


def _fraga(name: str) -> str:
    return versal(name.removeprefix("Ärende: "))


_BREAK = re.compile(r"^Serien bryts ([0-9-]+): (.+)$")


def seriebrott(b: Bygge) -> tuple[Innehall, ...]:
    """Where series cannot be read across, with the tables that each break touches."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, spec in b.u.plan.items():
        for note in b.u.utgiven.noter.get(name, ()):
            if hit := _BREAK.match(note):
                found.setdefault((hit[1], hit[2]), []).append(spec.title)
    rows = tuple((when, what, ", ".join(tables)) for (when, what), tables in sorted(found.items()))
    if not rows:
        return (stycke("Ingen känd ändring gör att tabellernas siffror inte kan jämföras över åren."),)
    return (
        stycke("Lagar, rutiner och sätt att räkna har ändrats. Tal från före och efter går inte att jämföra rakt av."),
        Faktarad(
            "seriebrott", "Där siffror inte kan jämföras", ("Från", "Vad som ändrades", "Tabeller som berörs"), rows
        ),
    )


def rattat(b: Bygge) -> tuple[Innehall, ...]:
    """What differs from the edition that this one replaced: both numbers, where both are shown."""
    before = b.u.foregaende
    if before is None:
        return (stycke(f"Utgåva {b.u.edition.utgava} ersätter ingen tidigare utgåva för {b.u.edition.ar}."),)
    made: list[Innehall] = [
        stycke(
            f"Utgåva {b.u.edition.utgava} ersätter utgåva {before.edition.utgava}.",
            f" Från den som lämnat ut utgåvan: {b.u.edition.text}" if b.u.edition.text else "",
        )
    ]
    old = Las(b.u, before)
    rows, hidden = [], 0
    for name in b.u.plan:
        for row in b.u.utgiven.rader.get(name, ()) if b.las.har(name) else ():
            was = old.rad(name, str(row["matt"]), str(row["kon"]), str(row["period"]), **_codes(row))
            if was is None or (was["status"], was["varde"], was["fran"]) == (row["status"], row["varde"], row["fran"]):
                continue
            if was["status"] == row["status"] == "visas":
                rows.append(
                    Rad((b.u.spec(name).title, _named(b, name, row)), (old.ruta(name, was), b.las.ruta(name, row)))
                )
            else:
                hidden += 1
    if rows:
        made.append(
            Tabell(
                f"rattade-tal-{before.edition.utgava}-{b.u.edition.utgava}",
                rows[0].rutor[1].ref.tabell if rows[0].rutor[1].ref else "",
                "Tal som har ändrats",
                "Båda talen är utlämnade.",
                ("Tabell", "Tal"),
                (f"Utgåva {before.edition.utgava}", f"Utgåva {b.u.edition.utgava}"),
                tuple(rows[:60]),
            )
        )
    if hidden:
        made.append(stycke("En del tal visas i den ena utgåvan men inte i den andra."))
    if not rows and not hidden:
        made.append(stycke("Inget tal skiljer sig mellan de två utgåvorna."))
    return tuple(made)


def _codes(row: Row) -> dict[str, str]:
    fixed = ("ordning", "period", "kon", "matt", "varde", "fran", "till", "status")
    return {n: str(v) for n, v in row.items() if n not in fixed}


def _named(b: Bygge, tabell: str, row: Row) -> str:
    spec, measure = b.u.spec(tabell), b.u.measure(tabell, str(row["matt"]))
    words = [
        d.word(str(row[d.name])) for d in spec.dimensions if d.name in row and d.name != "kon" and row[d.name] != TOTAL
    ]
    sex = [in_full(sex_words(spec, measure, (row,))[str(row["kon"])])] if row["kon"] != TOTAL else []
    return ", ".join([measure.title if measure else "", *words, *sex, period_name(str(row["period"]))])
