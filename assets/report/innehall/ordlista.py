"""Words that a reader may need explained. Only those that occur in the report are listed."""

import re
from collections.abc import Iterable

from assets.report.modell import Avsnitt, Diagram, Faktarad, Lista, Rapport, Stycke, Tabell

ORD = (
    ("Aktualisering", "En kontakt som når nämnden: ansökan, orosanmälan, polis, vård, skola eller annan väg."),
    ("Anmält brott", "Ett brott som anmälts, räknat som brott och inte som person, på den kommun där det begåtts."),
    ("Avidentifierad insats", "Insats som getts utan att personen registrerats. Läggs inte ihop med de andra."),
    ("Avslag", "Beslut att inte ge den insats som någon ansökt om."),
    ("Bifall", "Beslut att ge en insats."),
    ("Bortfall", "Det som fattas: frågor utan svar, eller personer som inte svarat."),
    ("Brukarenkät", "Frågor till dem som fått stöd. Svaren är anonyma och knyts inte till något ärende."),
    ("Brå", "Brottsförebyggande rådet, som för statistik över anmälda brott."),
    ("Expedierad", "Att utgåvan har lämnat nämnden. Därefter ändras den aldrig."),
    ("Fastställd", "Att nämnden har beslutat om utgåvan."),
    ("FREDA", "Ett bedömningsinstrument med kortfrågor, beskrivning och farlighetsbedömning."),
    (
        "Hederskontext",
        "Att våldet sker i ett sammanhang av heder, enligt handläggarens bedömning. Ja, nej eller okänt.",
    ),
    ("Idéburet offentligt partnerskap (IOP)", "Avtal mellan kommunen och en jour, som jouren rapporterar om varje år."),
    ("Insats", "Det stöd som ges i ett ärende, till exempel stödsamtal eller skyddat boende."),
    ("Intervall", "Talet ligger rimligen inom det, med hänsyn till slumpen. Räknar inte in bortfall."),
    (
        "Kartläggning",
        "Kommunens årliga bild av våldet, av vilka som får vilket stöd och av om stödet svarar mot behovet.",
    ),
    ("Kolada", "Databas med nyckeltal för kommuner."),
    ("Kvinnojour", "Jour som ger stöd åt våldsutsatta, i en del kommuner under avtal."),
    ("Leverans", "En fil med uppgifter som siffrorna räknats ur."),
    ("Median", "Värdet i mitten: hälften ligger på eller under det."),
    ("Par", "Ett svar före och ett efter i samma ärende, på samma fråga."),
    ("Placering", "En tid i skyddat boende, från den dag den börjar till den dag den slutar."),
    ("Sekretessbilaga", "De sanna siffrorna till en namngiven mottagare, inom sekretess."),
    ("Skyddat boende", "Boende där våldsutsatta och medföljande barn får skydd. Var det ligger samlas aldrig in."),
    ("Stödsamtal", "Samtal som stöd för den som utsatts för våld."),
    ("Tertial", "En tredjedel av året, fyra månader."),
    ("Utan behovsprövning", "Insats som ges utan att behovet prövats individuellt."),
    ("Utgåva", "De tabeller som släppts för en kommun och ett år. Ändras aldrig sedan."),
    ("Våldsutövare", "Person som utövat våld och som socialtjänsten möter i ett eget ärende."),
    ("Väntetid", "Dagar från beslut till start, för insatser med känd startdag."),
    ("Ärende", "En persons kontakt med socialtjänsten, från start till avslut. En person kan ha flera."),
    ("Öppna jämförelser", "Enkät till kommunerna om hur de arbetar, med svar för kommun, län och riket."),
    ("Övergripande mål", "Det individuella målet för ett ärende."),
)
"""(word, explanation), in order."""


def ordlista(rapport: Rapport) -> Lista:
    """The words that occur."""
    text = " ".join(_words(rapport.avsnitt)).casefold()
    used = tuple((word, said) for word, said in ORD if _stem(word) in text)
    return Lista(used or ORD[:1])


def _stem(word: str) -> str:
    """What every form of the word begins with."""
    word = re.sub(r" \(.*\)$", "", word).casefold()
    return re.sub(r"(?:a|e|en|et|t)$", "", word) if len(word) > 6 else word


def _words(avsnitt: Iterable[Avsnitt]) -> Iterable[str]:
    for part in avsnitt:
        yield part.rubrik
        for thing in part.innehall:
            if isinstance(thing, Stycke):
                yield thing.text
            elif isinstance(thing, Tabell):
                yield from (thing.rubrik, thing.regel, *thing.noter, *(n for rad in thing.rader for n in rad.namn))
            elif isinstance(thing, Diagram):
                yield from (thing.rubrik, thing.axel)
            elif isinstance(thing, Faktarad):
                yield from (thing.rubrik, *thing.huvud, *(c for row in thing.rader for c in row))
