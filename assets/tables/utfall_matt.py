"""Measures and notes that every outcome table has: who is behind a result, who was lost, shares, means, intervals.

Which answers make a pair is decided in ``utfall_par``; the tables that show these stand in the other ``utfall`` files.
"""

from collections.abc import Iterator

from assets.tables import statistik
from assets.tables.measures import andel
from assets.tables.rules import Regler
from assets.tables.spec import Measure

SCALE = (1, 2, 3, 4, 5)
LINEAGE = ("leverans_id", "lev_fore", "lev_under", "lev_efter")
Words = tuple[tuple[str, str], ...]
"""For better, the same and worse: the end of the measure's name and its title."""
CHANGES = ("battre", "lika", "samre")
"""The columns that say how a pair changed."""

STANDING = (
    "Människor söker stöd i kris, skyddat boende avbryter utsattheten och de som svarar skiljer sig från de andra. "
    "Skillnaden mellan före och efter säger inte vad den beror på."
)
STANDING_UTOVARE = (
    "Människor söker stöd i kris, den som använt våld kan ha skäl att inte berätta om det, och de som svarar skiljer "
    "sig från de andra. Skillnaden mellan före och efter säger inte vad den beror på."
)
INTERVALS = (
    "Antal och andelar räknar ärenden. Intervallen räknar en person en gång per år, med det av personens ärenden med "
    "par som avslutades först. De beskriver bara slumpen, inte bortfallet."
)
TYPE_NOTE = (
    "Ett ärende räknas en gång för varje insatstyp det haft (bifall eller utan behovsprövning). Insatstyperna får inte "
    "läggas ihop, jämföras eller rangordnas, och inte heller enheter eller jourer: de möter olika personer i olika "
    "lägen."
)
COUNTED = (
    "Resultatet gäller bara dem som har ett par. Ett ärende kan sakna svar både före och efter. Hur de som saknar par "
    "skiljer sig från de andra står i tabellen om bortfallna."
)
SCALE_NOTE = "Svaren är steg på en skala: se fördelningen först. Ett medelvärde förutsätter att stegen är lika stora."


def windows(rules: Regler) -> str:
    """Which measurements count, in words."""
    return (
        f"Före är det sista svaret från {rules.fore_innan} dagar före till {rules.fore_efter} dagar efter ärendets "
        f"start, efter är det första svaret från {rules.efter_innan} dagar före till {rules.efter_efter} dagar efter "
        "avslutet. Ett par har samma instrument, uppgiftslämnare och perspektiv, och efter ligger på en senare dag än "
        "före."
    )


def smallest(rules: Regler) -> str:
    """What is not shown."""
    return (
        f"Resultat visas bara där basen är minst {rules.minsta_bas}. Annars står uppgift saknas, och det är inte noll."
    )


def bases(what: str = "svar") -> Iterator[Measure]:
    """Who is behind the result, and who was lost."""
    yield Measure("antal_arenden", "Avslutade ärenden")
    yield Measure("antal_med_fore", f"Ärenden med {what} före", where="har_fore")
    yield Measure("antal_med_efter", f"Ärenden med {what} efter", where="har_efter")
    yield Measure("antal_par", f"Ärenden med {what} både före och efter som bildar ett par", where="par")
    yield andel("andel_par", "Andel av de avslutade ärendena som har ett par", "antal_par", "antal_arenden")
    yield Measure("antal_utan_fore", f"Utan {what} före", where="utan_fore")
    yield Measure("antal_utan_efter", f"Utan {what} efter", where="utan_efter")
    yield Measure(
        "antal_ej_jamforbara", f"Med {what} både före och efter som inte bildar ett par", where="ej_jamforbara"
    )
    yield Measure(
        "antal_personer_intervall",
        "Personer med minst ett par: bas för intervall",
        where="forsta",
        enhet="person",
    )


def share(name: str, title: str, counts: tuple[str, str], persons: tuple[str, str]) -> Iterator[Measure]:
    """The share of cases, with a Wilson interval in which each person counts once; each (numerator, base)."""
    yield andel(name, title, *counts, bas=counts[1])
    yield Measure(
        f"{name}_lag", f"{title}, 95 % intervall från (Wilson, en gång per person)", "harledd", parts=persons,
        formula=statistik.wilson_lag, bas=persons[1], form="andel", enhet="person",
    )  # fmt: skip
    yield Measure(
        f"{name}_hog", f"{title}, 95 % intervall till (Wilson, en gång per person)", "harledd", parts=persons,
        formula=statistik.wilson_hog, bas=persons[1], form="andel", enhet="person",
    )  # fmt: skip


def distribution() -> Iterator[Measure]:
    """The pairs' answers step by step, before, between and after."""
    for name, word, base in (("fore", "före", "antal_par"), ("under", "under", "antal_med_under"),
                             ("efter", "efter", "antal_par")):  # fmt: skip
        if name == "under":
            yield Measure("antal_med_under", "Par som också har ett svar under tiden mellan", where="med_under")
        for step in SCALE:
            yield Measure(f"{name}_{step}", f"Svarade {step} {word} (av paren)", where=f"{name}_{step}", bas=base)


def direction(words: Words) -> Iterator[Measure]:
    """How many pairs changed which way, their shares with intervals, and the sign test."""
    for where, (name, title) in zip(CHANGES, words, strict=True):
        yield Measure(f"antal_{name}", title, where=where, bas="antal_par")
    for where, (name, title) in zip(CHANGES, words, strict=True):
        yield person_count(f"personer_{name}", f"{title}: personer i intervallet", f"{where}_person")
        yield from share(
            f"andel_{name}",
            f"{title}, andel av paren",
            (f"antal_{name}", "antal_par"),
            (f"personer_{name}", "antal_personer_intervall"),
        )
    (better, _), _, (worse, _) = words
    yield Measure(
        "tecken_p",
        "Teckentest, p (för intern granskning, publiceras aldrig)",
        "harledd",
        parts=(f"personer_{better}", f"personer_{worse}"),
        formula=statistik.tecken_p,
        bas="antal_personer_intervall",
        form="tal",
        enhet="person",
        intern=True,
    )


def person_count(name: str, title: str, where: str, bas: str = "antal_personer_intervall") -> Measure:
    """How many of the persons in an interval's base."""
    return Measure(name, title, where=where, bas=bas, enhet="person")


def levels(about: str = "") -> Iterator[Measure]:
    """Means and medians of the pairs, and the mean change with its interval."""
    for name, word in (("fore", "före"), ("efter", "efter"), ("forandring", "förändring (efter minus före)")):
        for how, stat in (("medel", "Medelvärde"), ("median", "Median")):
            yield Measure(
                f"{how}_{name}", f"{stat} {word}{about}", how, value=name, where="par", bas="antal_par",  # type: ignore[arg-type]
            )  # fmt: skip
    yield Measure(
        "medel_under",
        f"Medelvärde under{about} (par som också har det)",
        "medel",
        value="under",
        where="med_under",
        bas="antal_med_under",
    )
    yield Measure("summa_person", "", "summa", value="forandring_person", where="forsta", hidden=True)
    yield Measure("kvadrat_person", "", "summa", value="forandring2_person", where="forsta", hidden=True)
    for end, word, formula in (("lag", "från", statistik.t_lag), ("hog", "till", statistik.t_hog)):
        yield Measure(
            f"medel_forandring_{end}", f"Medelförändring, 95 % intervall {word} (t, en gång per person)", "harledd",
            parts=("antal_personer_intervall", "summa_person", "kvadrat_person"), formula=formula,
            bas="antal_personer_intervall", form="tal", enhet="person",
        )  # fmt: skip
