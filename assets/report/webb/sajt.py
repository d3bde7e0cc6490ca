"""The site: which pages there are, what each is given, and writing them. How they look is in ``templates``."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from assets.report.modell import Avsnitt, Del, Fritext, Rapport, Ruta, Tal
from assets.report.underlag import Underlag, Utgiven
from assets.report.webb import jamfor, sidor
from assets.report.webb.fritext import trad
from assets.report.webb.siffror import Siffror, refs_of, tabeller_av
from assets.report.webb.svg import inbaddad
from assets.tables.sexes import sex_words
from warehouse.contracts.codes import TOTAL
from warehouse.released import Ref

if TYPE_CHECKING:
    from assets.report.diagram import Bild

SIDOR = (
    ("index.html", "Översikt", "Utgåvan, de viktigaste siffrorna och alla format."),
    ("rapport.html", "Rapporten", "Hela kartläggningen att läsa, i en enda fil."),
    ("tabeller.html", "Tabeller", "Alla utgivna tabeller: sortera, filtrera och hämta."),
    ("jamfor.html", "Jämför", "Året mot året före, och vad som ändrats sedan förra utgåvan."),
    ("utgavor.html", "Utgåvor", "Alla utgåvor, vilken som gäller och varför andra inte gör det."),
    ("granskning.html", "Granskning", "För revisorn: kvitton, kontroller, logg och hur allt kan verifieras."),
)
"""The pages that every page leads to: file, name, what it is for."""


def skriv(
    rapport: Rapport, underlag: Underlag, bilder: "Mapping[str, Bild]", mapp: Path, filer: Mapping[str, str]
) -> None:
    """Write the site.

    Args:
        rapport: The report.
        underlag: The edition that it is made of, and those beside it.
        bilder: The charts by id.
        mapp: Folder to write in; made where there is none. Files with other names are left alone.
        filer: The other forms of the report that are written, by name, with addresses from the report's folder.
    """
    for name, text in sorted(_pages(rapport, underlag, bilder, filer).items()):
        path = mapp / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def _pages(rapport: Rapport, u: Underlag, bilder: "Mapping[str, Bild]", filer: Mapping[str, str]) -> dict[str, str]:
    siffror = Siffror(u)
    forms = sidor.adresser(filer)
    shared: dict[str, Any] = {
        "u": u, "siffror": siffror, "sidor": SIDOR, "former": forms, "logotyp": sidor.bild(rapport.framsida.logotyp),
        "csv": forms.get("CSV", "").rstrip("/"),
    }  # fmt: skip

    def page(mall: str, titel: str, *, lank: Callable[[Ref], str] | None = None, rot: str = "", **more: Any) -> str:
        def there(ref: Ref) -> str:
            siffror.of(ref)
            return f"{rot}{siffror.fil(ref.utgava, ref.tabell)}#c{ref.ordning}"

        script: tuple[str, ...] = ("tabeller.js", "gemensam.js") if mall == "tabeller" else ("gemensam.js",)
        return sidor.sida(
            mall, rapport, titel=titel, rot=rot, lank=lank or there, script=script, **{**shared, **more}
        )  # fmt: skip

    own = refs_of(rapport)
    sides, changed = jamfor.ar_mot_ar(u), jamfor.andringar(u)
    pages = {
        "index.html": page(
            "index", rapport.framsida.titel, nyckeltal=nyckeltal(u), sammanfattning=sammanfattning(rapport)
        ),
        "rapport.html": page(
            "rapport", rapport.framsida.titel, lank=lambda ref: f"#{siffror.of(ref).ref}",
            siffergrupper=list(siffror.per_tabell(own)), harkomst=_harkomst(rapport),
            **_report(rapport, bilder),
        ),
        "tabeller.html": page("tabeller", "Tabeller", tabeller=tabeller_av(rapport, u)),
        "jamfor.html": page("jamfor", "Jämför", sidvis=sides, andringar=changed),
        "utgavor.html": page("utgavor", "Utgåvor"),
        "granskning.html": page(
            "granskning", "Granskning", kvitton=leveranser(u), exempel=str(own[0]) if own else ""
        ),
    }  # fmt: skip
    linked = {(r.utgava, r.tabell) for r in [*own, *jamfor.refs(sides, changed)]}
    for edition in siffror.utgivna:
        for tabell in edition.rader:
            if edition is u.utgiven or (edition.edition.utgava, tabell) in linked:
                name = siffror.fil(edition.edition.utgava, tabell)
                title = f"Siffrorna i {siffror.titel(tabell)}"
                pages[name] = page("spar", title, rot="../", **_trace(siffror, edition, tabell))
    return pages


def _trace(siffror: Siffror, edition: Utgiven, tabell: str) -> dict[str, Any]:
    u = siffror.underlag
    own = edition is u.utgiven
    h = u.harkomst
    return {
        "utgiven": edition,
        "egen": own,
        "tabell": tabell,
        "spec": u.plan.get(tabell),
        "matt": siffror.matt(edition, tabell),
        "versioner": [v for v in h.versioner if own and v["tabell"] == tabell],
        "leveranser": leveranser(u, tabell) if own else [],
        "kontroller": [k for k in h.kontroller if own and str(k["kontroll"]).startswith(f"{tabell}.")],
    }


def leveranser(u: Underlag, tabell: str | None = None) -> list[dict[str, Any]]:
    """Each delivery behind a table (or any table) once, with the tables and years that it went to."""
    found: dict[Any, dict[str, Any]] = {}
    for one in u.harkomst.leveranser:
        if tabell is None or one["till_tabell"] == tabell:
            known = found.setdefault(one["leverans_id"], {**one, "ar": [], "tabeller": []})
            known["ar"] += [one["till_ar"]] if one["till_ar"] not in known["ar"] else []
            known["tabeller"] += [one["till_tabell"]] if one["till_tabell"] not in known["tabeller"] else []
    return [found[key] for key in sorted(found)]


def _harkomst(rapport: Rapport) -> str:
    """The section that tells where the numbers come from, to lead to within the report."""
    named = [a.id for a in rapport.avsnitt if "harkomst" in a.id or "sparbar" in a.id or "kommer ifrån" in a.rubrik]
    return named[0] if named else ""


def _report(rapport: Rapport, bilder: "Mapping[str, Bild]") -> dict[str, Any]:
    """What the report's page needs worked out: charts as markup, own text as trees, tables that stand once."""
    trees = {
        id(thing): trad(thing.block, min(avsnitt.niva + 1, 5))
        for avsnitt, thing in rapport.alla()
        if isinstance(thing, Fritext)
    }
    taken: Counter[str] = Counter()

    def anchor(said: str) -> str:
        """The anchor of what is about to be written: its own, with a number where it has stood before."""
        taken[said] += 1
        return said if taken[said] == 1 else f"{said}-{taken[said]}"

    return {
        "trad": lambda text: trees[id(text)],
        "ankare": anchor,
        "svg": lambda d, at: inbaddad(bilder[d.id].svg, at, d.alt) if d.id in bilder else Markup(""),
        "kapitel": _chapters(rapport.avsnitt),
    }


def _chapters(avsnitt: tuple[Avsnitt, ...]) -> list[tuple[Avsnitt, list[Avsnitt]]]:
    """Chapters with their parts, for the table of contents."""
    out: list[tuple[Avsnitt, list[Avsnitt]]] = []
    for one in avsnitt:
        if one.niva == 1 or not out:
            out.append((one, []))
        else:
            out[-1][1].append(one)
    return out


_NYCKELTAL: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("Utsatta vuxna med pågående ärende", "arenden", "antal_personer", {"roll": "valdsutsatt_vuxen"}),
    ("Barn med eget pågående ärende", "barn", "antal_barn_eget_arende", {}),
    ("Beviljade insatser", "insatser", "antal_insatser", {}),
    ("Vuxna som bodde i skyddat boende", "skyddat_boende", "antal_personer", {"roll": "valdsutsatt_vuxen"}),
    (
        "Tryggare efter stödet, av dem som svarat före och efter", "utfall", "andel_forbattrade",
        {"utfallsmatt": "trygghet"},
    ),
    (
        "Nådde målet helt eller delvis, av de ärenden där det bedömts", "maluppfyllelse", "andel_mal_natt",
        {"roll": "valdsutsatt_vuxen"},
    ),
)  # fmt: skip
"""Figures that the overview shows large: what, table, measure, codes."""


def nyckeltal(u: Underlag) -> list[tuple[str, list[tuple[str, Ruta, tuple[Del, ...]]]]]:
    """Key figures for women, men and all, each of which at least one is shown. What is not shown has no place there.

    Beneath a share stands what it is of, as far as that is released.
    """
    found = []
    for said, tabell, matt, codes in _NYCKELTAL:
        spec = u.plan.get(tabell)
        words = sex_words(spec, u.measure(tabell, matt), (codes,)) if spec else {}
        cells = [
            (words[kon], u.ruta(tabell, u.utgiven.rad(tabell, matt, kon, **codes)), kon)
            for kon in ("kvinna", "man", TOTAL)
            if kon in words
        ]
        there = [
            (word, cell, _av(u, tabell, kon, codes) if cell.status == "visas" else ())
            for word, cell, kon in cells
            if cell.status in ("visas", "intervall")
        ]
        if there:
            found.append((said, there))
    return found


def _av(u: Underlag, tabell: str, kon: str, codes: Mapping[str, str]) -> tuple[Del, ...]:
    """What an outcome is of: how many, and how many of those it could be of. Only released numbers."""

    def tal(matt: str, **more: str) -> Tal | None:
        return u.tal(tabell, matt, kon, None, of=None, **{**codes, **more})

    if tabell == "utfall":
        better, pairs, share = tal("antal_forbattrade"), tal("antal_par"), tal("andel_par")
        first = _joined(better, " av ", pairs, " svar") or _joined(pairs, " svar")
        second = _joined("svar före och efter finns i ", share, " av de avslutade ärendena")
    elif tabell == "maluppfyllelse":
        whole, part = tal("antal_mal", mal_utfall="helt"), tal("antal_mal", mal_utfall="delvis")
        reached, judged = tal("antal_mal_natt"), tal("antal_mal_bedomda")
        first = (
            _joined(whole, " helt, ", part, " delvis av ", judged, " bedömda")
            or _joined(reached, " av ", judged, " bedömda")
            or _joined(judged, " bedömda")
        )
        second = ()
    else:
        return ()
    return (*first, "; ", *second) if first and second else first or second


def _joined(*pieces: Del | None) -> tuple[Del, ...]:
    """The pieces where all are there, otherwise nothing."""
    return tuple(p for p in pieces if p is not None) if None not in pieces else ()


def sammanfattning(rapport: Rapport) -> list[Avsnitt]:
    """The first chapter with its parts."""
    chapters = [n for n, a in enumerate(rapport.avsnitt) if a.niva == 1]
    return list(rapport.avsnitt[: chapters[1] if len(chapters) > 1 else None])
