"""Method, data quality and how to trace a number, in short. The full method is in the project's documentation."""

from assets.report.innehall.kapitel import Bygge
from assets.report.innehall.sprak import stycke
from assets.report.innehall.tabeller import aven_avslut, liten, till_avslut
from assets.report.modell import Faktarad, Innehall
from assets.tables.spec import TableSpec
from warehouse.contracts.codes import label

_OUTCOMES = {"godkand": "godkänd", "varning": "varning", "underkand": "underkänd"}
_CHECKS = {
    "regler": "Alla regler för tabellen",
    "poster_utan_kod": "Alla poster har en känd kod",
    "ar_till_ar": "Rimligt bredvid året före",
}


_WORST = {"godkand": 0, "varning": 1, "underkand": 2}
_ABOUT = {
    "regler": "Alla regler för tabellen: de prövar att delar och totaler hör ihop, att andelar har en bas, att poster "
    "har en kod och att tal är rimliga bredvid året före. En varning gäller någon av de två sista: poster utan kod, "
    "eller tal som skiljer sig mycket från året före.",
    "poster_utan_kod": "Alla poster har en känd kod: varningen gäller poster som saknar kod, och därför bara står i "
    "totalen.",
    "ar_till_ar": "Rimligt bredvid året före: varningen gäller tal som skiljer sig mycket från året före. Det kan vara "
    "en verklig förändring, eller bero på hur det registrerats.",
}
"""What a check that warns is about; never which numbers."""


def metod(b: Bygge) -> tuple[Innehall, ...]:
    """What counts when, what intervals and symbols mean, and when a change is called one."""
    made: list[Innehall] = [
        stycke(
            "Siffrorna räknas ur socialtjänstens register, ur enkäter och ur det som andra rapporterar. Varje tabell "
            "säger vad den räknar och när något hör till året."
        ),
        stycke(
            "Personer, ärenden, insatser och svar är olika saker. En person kan ha flera ärenden, och ett ärende "
            "flera insatser. Tal av olika slag läggs aldrig ihop och delas inte med varandra."
        ),
    ]
    if b.u.edition.typ == "oppen":
        made.append(
            stycke(
                "Tecknet ▪ betyder att siffran skyddas, så att ingen enskild kan kännas igen. En siffra kan skyddas "
                "för att den är liten, eller för att någon annars kunde räkna ut en liten siffra ur den. Skyddet "
                "prövas mot allt som redan är utlämnat. Noll betyder att det är räknat och att det inte var någon."
            )
        )
    made += [
        stycke(
            "Ett intervall följer med en andel: talet ligger rimligen inom intervallet, med hänsyn till slumpen. "
            "Det är ett 95-procentigt intervall enligt Wilson, räknat på personer. Det säger inget om bortfall."
        ),
        stycke(
            "Före och efter jämförs bara för dem som svarat på samma frågor båda gångerna. Skillnaden säger inte vad "
            "den beror på, för det finns ingen grupp att jämföra med som inte fått stöd."
        ),
        stycke(
            "Två år jämförs bara när båda talen är utlämnade som exakta tal. Rapporten skriver fler eller färre "
            "när skillnaden är minst tio och dessutom större än två gånger roten ur de två talens summa, vilket "
            "är mer än slumpen brukar ge. Annars står talen bland dem som är oförändrade inom slumpen. Är båda talen "
            "mindre än trettio är de för små för att säga om det är en förändring."
        ),
        stycke("Medianen är värdet i mitten: hälften ligger på eller under det."),
    ]
    rows = tuple(
        (s.title, s.population, label("enhet", s.enhet), _perioder(b, s))
        for name, s in b.u.plan.items()
        if b.las.har(name)
    )
    if rows:
        made.append(
            Faktarad(
                "vad-raknas", "Vad varje tabell räknar", ("Tabell", "Vad den gäller", "Enhet", "Hör till året"), rows
            )
        )
    return tuple(made)


def _perioder(b: Bygge, s: TableSpec) -> str:
    """When what the table tells belongs to the year: its own rule, and those of measures that have another."""
    told = {r["matt"] for r in b.u.utgiven.rader[s.name]}
    rules = dict.fromkeys([s.period_regel, *(m.period_regel for m in s.shown_measures if m.name in told)])
    words = [label("period_regel", rule) for rule in rules if rule]
    if aven_avslut(s):
        words.append(till_avslut(words[0].lower()))
    return "; ".join([words[0], *(liten(w) for w in words[1:])])


def datakvalitet(b: Bygge) -> tuple[Innehall, ...]:
    """Which checks were made, and what came of them."""
    found: dict[tuple[str, str], str] = {}
    for check in b.u.harkomst.kontroller:
        tabell, _, what = str(check["kontroll"]).partition(".")
        outcome = str(check["utfall"])
        if b.las.har(tabell) and _WORST.get(outcome, 9) >= _WORST.get(found.get((tabell, what), ""), -1):
            found[tabell, what] = outcome
    if not found:
        return (stycke("Inga kontroller är redovisade för tabellerna i utgåvan."),)
    # The verdict of all rules together is no row beside the rule that gave it.
    apart = {tabell for (tabell, what), outcome in found.items() if what != "regler" and outcome != "godkand"}
    rows = tuple(
        (b.u.spec(tabell).title, _CHECKS.get(what, what.replace("_", " ")), _OUTCOMES.get(outcome, outcome))
        for (tabell, what), outcome in found.items()
        if not (what == "regler" and tabell in apart)
    )
    warned = dict.fromkeys(what for (_, what), outcome in found.items() if outcome == "varning")
    about = [stycke(said, slag="punkt") for what, said in _ABOUT.items() if what in warned]
    lead = (
        "Alla kontroller är godkända."
        if set(found.values()) == {"godkand"}
        else "En del kontroller gav varning. En varning betyder att något bör ses över. Den stoppar inte tabellen. Vad "
        "varje varning gäller står inte här, för det kan röra enskilda. Den som har behörighet i förvaltningen kan "
        "läsa det med kommandot kvinnofrid audit."
    )
    return (
        stycke("Tabellerna kontrolleras av regler innan de får lämnas ut. ", lead),
        *about,
        Faktarad("kontroller", "Kontroller av tabellerna", ("Tabell", "Kontroll", "Utfall"), rows),
        stycke("Hur stor andel av frågorna som är besvarade står i avsnittet om det vi inte vet."),
    )


def spara(b: Bygge) -> tuple[Innehall, ...]:
    """How the references work."""
    utgava = b.u.edition.utgava
    table = next((t for t in b.u.plan if b.las.har(t)), "insatser")
    some = f"U{utgava}-{table}-0"
    return (
        stycke(
            "Varje siffra i rapporten har en referens. Den består av utgåvans nummer, tabellens namn och siffrans "
            f"plats i tabellen, till exempel {some}."
        ),
        stycke(
            "På webben visar referensen vägen tillbaka: vilken utgåva siffran står i, vilka leveranser den bygger "
            "på, vilka kontroller som gjorts och vem som lämnat ut den."
        ),
        stycke(f"Den som arbetar med systemet kan också skriva kommandot kvinnofrid trace {some}."),
        stycke("En utlämnad utgåva ändras aldrig. Upptäcks ett fel görs en ny utgåva, och den gamla finns kvar."),
    )
