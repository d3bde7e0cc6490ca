"""What the report says: the document made from a released edition and the kommun's own texts. No form, no files."""

from dataclasses import replace

from assets.publicering.tecken import SYMBOL
from assets.report.bakgrund import VARFOR_SKYDD, standard
from assets.report.eget import Egna
from assets.report.innehall import metod
from assets.report.innehall.forandring import forandringar, jamfort
from assets.report.innehall.framsida import framsida
from assets.report.innehall.harkomst import harkomst
from assets.report.innehall.kapitel import Bygge
from assets.report.innehall.las import Las
from assets.report.innehall.okant import raknade, rattat, seriebrott, vet_inte
from assets.report.innehall.ordlista import ordlista
from assets.report.innehall.ordning import KAPITEL, KOMMUNENS
from assets.report.innehall.sammanfattning import sammanfattning
from assets.report.innehall.sprak import rakna_upp, stycke
from assets.report.innehall.tabeller import delade_titlar, tabeller
from assets.report.modell import Avsnitt, Fritext, Innehall, Rapport
from assets.report.underlag import Underlag


def bygg(u: Underlag, egna: Egna) -> Rapport:
    """The whole report of an edition. The same edition and texts give the same report."""
    b = Bygge(u, Las(u), Las(u, u.forra_aret) if u.forra_aret else None, egna)
    b = replace(b, sagt={k.id: k.bygg(b) if b.las.visar(*k.tabeller) else () for k in KAPITEL})
    front = framsida(u, egna)
    summary = sammanfattning(b, front.laege, front.pahittad, _eget(b, "sammanfattning"))
    rapport = Rapport(
        front,
        (
            *summary,
            *_bakgrund(b),
            *_kapitel(b),
            *_kommunens(b),
            Avsnitt("vet-inte", "Det vi inte vet", 1, (*vet_inte(b), *_eget(b, "vet-inte"))),
            *_andringar(b),
            *_bilagor(b),
            *_tabeller(b),
        ),
        u.harkomst,
        _symbols(u),
    )
    words = Avsnitt("ordlista", "Ordlista", 1, (ordlista(rapport), *_eget(b, "ordlista")), "bilaga")
    at = next(n for n, a in enumerate(rapport.avsnitt) if a.id == "tabeller")
    return replace(rapport, avsnitt=tuple(map(_rensad, (*rapport.avsnitt[:at], words, *rapport.avsnitt[at:]))))


def _symbols(u: Underlag) -> dict[str, str]:
    """What the signs mean; the protected one only where the edition has protection."""
    signs = {
        SYMBOL: "siffran skyddas, så att ingen enskild kan kännas igen",
        "–": "uppgift saknas, eller för få svar för att visa",
        ".": "kan inte förekomma",
        "tom ruta": "redovisas inte för det könet",
        "0": "räknat, inga",
        "[70–81]": "ett 95-procentigt intervall: talet ligger rimligen inom intervallet, med hänsyn till slumpen",
    }
    return signs if u.edition.typ == "oppen" else {k: v for k, v in signs.items() if k != SYMBOL}


def _eget(b: Bygge, name: str) -> tuple[Innehall, ...]:
    """The kommun's own text for a section."""
    own = b.egna.texter.get(name)
    return (own,) if own is not None else ()


def _utan_rubrik(rubrik: str, text: Fritext) -> Fritext:
    """A text without a first heading that says what the section's says."""
    first = text.block[0]
    said = "".join(str(d) for part in first.delar for d in part.delar)
    same = first.slag == "rubrik" and said.strip().casefold() == rubrik.casefold()
    if not same:
        return text
    rest = text.block[1:]
    up = min((b.niva for b in rest if b.slag == "rubrik"), default=1) - 1
    return replace(text, block=tuple(replace(b, niva=b.niva - up) if b.slag == "rubrik" else b for b in rest))


def _rensad(avsnitt: Avsnitt) -> Avsnitt:
    told = tuple(_utan_rubrik(avsnitt.rubrik, s) if isinstance(s, Fritext) else s for s in avsnitt.innehall)
    return replace(avsnitt, innehall=tuple(s for s in told if not isinstance(s, Fritext) or s.block))


def _bakgrund(b: Bygge) -> tuple[Avsnitt, ...]:
    """The background, a part for each heading, every statement with its source."""
    own = b.egna.bakgrund
    hidden = b.u.edition.typ == "oppen" and raknade(b.u)["skyddas"]
    by: dict[str, list[Innehall]] = {}
    for said in own.pastaenden if own and own.pastaenden else standard().pastaenden:
        if said.fran <= f"{b.u.edition.ar}-12-31" and (hidden or said.rubrik != VARFOR_SKYDD):
            by.setdefault(said.rubrik, []).append(stycke(f"{said.text} (Källa: {said.kalla}.)"))
    parts = [Avsnitt(f"bakgrund-{n}", title, 2, tuple(said)) for n, (title, said) in enumerate(by.items(), 1)]
    return (Avsnitt("bakgrund", "Bakgrund och lagstöd", 1, _eget(b, "bakgrund")), *parts)


def _kapitel(b: Bygge) -> tuple[Avsnitt, ...]:
    """The chapters that have something to say, or in which the kommun has said something."""
    made = []
    for k in KAPITEL:
        own = _eget(b, k.id)
        said = b.sagt[k.id]
        if not said and own and k.heter:
            said = (stycke(f"Inget tal om {k.heter} kan visas i den här utgåvan."),)
        if said or own:
            made.append(Avsnitt(k.id, k.rubrik, 1, (*said, *own)))
    return tuple(made)


def _kommunens(b: Bygge) -> tuple[Avsnitt, ...]:
    """The kommun's own chapters, and what there are no tables of yet."""
    made = [Avsnitt(name, title, 1, own) for name, title, _ in KOMMUNENS if (own := _eget(b, name))]
    empty = [[what] for name, _, what in KOMMUNENS if what and not b.egna.texter.get(name)]
    if empty:
        said = stycke(
            "Rapporten har ännu inga uppgifter om ",
            rakna_upp(empty),
            ".",
        )
        made.append(Avsnitt("annu-inte", "Det som ännu inte finns med", 1, (said,)))
    return tuple(made)


def _andringar(b: Bygge) -> tuple[Avsnitt, ...]:
    made = [Avsnitt("andringar", "Vad har ändrats?", 1, _eget(b, "andringar"))]
    compared = (*forandringar(b), *jamfort(b))
    if compared:
        lead = stycke("Fler eller färre står bara där skillnaden är större än vad slumpen brukar ge.")
        made.append(Avsnitt("andringar-ar", "Sedan förra året", 2, (lead, *compared)))
    made.append(Avsnitt("andringar-utgava", "Sedan förra utgåvan", 2, rattat(b)))
    made.append(Avsnitt("andringar-serier", "Där siffror inte kan jämföras över åren", 2, seriebrott(b)))
    return tuple(made)


def _bilagor(b: Bygge) -> tuple[Avsnitt, ...]:
    return tuple(
        Avsnitt(name, title, 1, (*said, *_eget(b, name)), "bilaga")
        for name, title, said in (
            ("metod", "Metod", metod.metod(b)),
            ("datakvalitet", "Datakvalitet", metod.datakvalitet(b)),
            ("spara", "Så spårar du en siffra", metod.spara(b)),
            ("harkomst", "Var siffrorna kommer ifrån", harkomst(b)),
        )
    )


def _tabeller(b: Bygge) -> tuple[Avsnitt, ...]:
    """Every table of the edition, in the plan's order."""
    lead = stycke("Här står alla tabeller i utgåvan.")
    made = [Avsnitt("tabeller", "Tabellbilaga", 1, (lead, *_eget(b, "tabeller")), "tabeller")]
    delade = delade_titlar(b.u)
    for name, spec in b.u.plan.items():
        found = tabeller(b.u, name, delade)
        if found:
            said = stycke(f"{spec.population} Målgrupp: {spec.malgrupp}.")
            made.append(Avsnitt(f"tabell-{name.replace('_', '-')}", spec.title, 2, (said, *found), "tabeller"))
    return tuple(made)
