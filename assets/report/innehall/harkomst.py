"""Where the figures come from: deliveries, table versions, audits and steps, as far as a reader may know them."""

from collections.abc import Iterable
from typing import Any

from assets.report.innehall.kapitel import Bygge
from assets.report.innehall.sprak import stycke
from assets.report.modell import Faktarad, Innehall
from quality.identity_scan import mask_name
from warehouse.contracts.ord import GRANSKNING, KALLA, STEG
from warehouse.contracts.swedish import day, versal


def harkomst(b: Bygge) -> tuple[Innehall, ...]:
    """Everything of ``Provenance``, as tables of words."""
    known = b.u.harkomst
    e = b.u.edition
    made: list[Innehall] = [
        stycke(
            f"Utgåva {e.utgava} gjordes {day(known.tillkomst.get('skapad'))} och expedierades {day(e.expedierad)} med "
            f"diarienummer {e.dnr}."
        ),
        Faktarad(
            "program",
            "Programmet",
            ("Uppgift", "Värde"),
            (("Programversion", str(known.tillkomst.get("kodversion") or "okänd")),),
        ),
        stycke(
            "Siffrorna räknades ur de här leveranserna. SHA-256 är filens fingeravtryck: stämmer det är filen "
            "densamma. Antal rader och fingeravtryck visas inte där de kunde avslöja något om enskilda."
        ),
    ]
    rows: tuple[tuple[str, ...], ...] = tuple(
        (
            str(d.get("leverans_id", "")),
            _masked(d.get("filnamn")),
            versal(KALLA.get(str(d.get("kalla")), str(d.get("kalla") or "–"))),
            str(d.get("avsandare") or "–"),
            str(d.get("period") or "Helbild"),
            day(d.get("uttagsdatum")),
            day(d.get("mottagen")),
            str(d.get("sha256") or "visas inte"),
        )
        for d in _once(known.leveranser, "leverans_id")
    )
    made.append(
        Faktarad(
            "leveranser",
            "Leveranser",
            ("Nr", "Fil", "Källa", "Avsändare", "Period", "Uttagen", "Mottagen", "SHA-256"),
            rows,
        )
        if rows
        else stycke("Inga leveranser är redovisade.")
    )
    rows = tuple(
        (_titled(b, str(v["tabell"])), str(v["ar"]), str(v["version_id"]), day(v["skapad"])) for v in known.versioner
    )
    if rows:
        made.append(Faktarad("tabellversioner", "Versioner av tabellerna", ("Tabell", "År", "Version", "Gjord"), rows))
    rows = tuple(
        (
            versal(GRANSKNING.get(str(g["metod"]), str(g["metod"]))),
            "godkänd" if g["godkand"] else "underkänd",
            day(g["skapad"]),
        )
        for g in known.granskningar
    )
    if rows:
        made.append(Faktarad("granskningar", "Prövning av skyddet", ("Metod", "Utfall", "Gjord"), rows))
    rows = tuple(
        (
            day(h["tid"]),
            versal(STEG.get(str(h["steg"]), str(h["steg"]))),
            str(h["uppgiven"] or "–"),
            "ja" if h["styrkt"] else "nej",
            str(h["sha256"] or "–"),
        )
        for h in known.handelser
    )
    if rows:
        made.append(
            Faktarad(
                "steg",
                "Vägen till expediering",
                ("Dag", "Steg", "Av (uppgivet namn)", "Styrkt identitet", "Fingeravtryck i loggen"),
                rows,
            )
        )
    return tuple(made)


def _once(rows: Iterable[Any], key: str) -> list[Any]:
    return list({r.get(key): r for r in rows}.values())


def _titled(b: Bygge, tabell: str) -> str:
    return b.u.spec(tabell).title if tabell in b.u.plan else tabell


def _masked(name: Any) -> str:
    return mask_name(str(name)) if name else "–"
