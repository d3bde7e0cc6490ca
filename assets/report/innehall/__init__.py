"""What the report says: the document made from a released edition and the kommun's own texts. No form, no files."""

from assets.publicering.tecken import SPOKEN
from assets.report.egna import Egna
from assets.report.innehall.framsida import framsida
from assets.report.innehall.tabeller import tabeller
from assets.report.modell import Avsnitt, Rapport, Stycke
from assets.report.underlag import Underlag


def bygg(u: Underlag, egna: Egna) -> Rapport:
    """The whole report of an edition."""
    bilaga = []
    for name, spec in u.plan.items():
        made = tabeller(u, name)
        if made:
            said = Stycke((spec.population,))
            bilaga.append(Avsnitt(f"tabell-{name.replace('_', '-')}", spec.title, 2, (said, *made), "tabeller"))
    front = framsida(u, egna)
    return Rapport(
        front,
        (
            Avsnitt("sammanfattning", "Sammanfattning", 1, _summary(u)),
            Avsnitt("tabeller", "Alla tabeller", 1, (), "tabeller"),
            *bilaga,
        ),
        u.harkomst,
        {sign: said for sign, said in SPOKEN.items()},
    )


def _summary(u: Underlag) -> tuple[Stycke, ...]:
    found = u.tal("arenden", "antal_personer", "kvinna")
    if found is None:
        return (Stycke(("Antalet personer kan inte visas utan att enskilda kan kännas igen.",)),)
    return (Stycke((f"Under {u.edition.ar} hade ", found, " kvinnor och flickor ett pågående ärende.")),)
