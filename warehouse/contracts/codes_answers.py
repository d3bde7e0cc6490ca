"""Code lists of outcomes and of what is not answered, as ``codes`` has them: no other code lists stand here."""

from collections.abc import Mapping
from types import MappingProxyType


def codes(**labels: str) -> Mapping[str, str]:
    """A code list: codes with their Swedish labels, in order."""
    return MappingProxyType(labels)


ANSWERS: Mapping[str, Mapping[str, str]] = {
    "utfallsmatt": codes(trygghet="Upplevd trygghet (1–5)", halsa="Upplevd hälsa (1–5)"),
    "utfall_vald": codes(
        fysiskt="Fysiskt våld",
        psykiskt="Psykiskt våld",
        sexuellt="Sexuellt våld",
        ekonomiskt="Ekonomiskt våld",
        materiellt="Materiellt våld",
        forsummelse="Försummelse",
    ),
    "utfall_fraga": codes(trygghet="Upplevd trygghet", halsa="Upplevd hälsa", vald="Våld de senaste tre månaderna"),
    "utfall_fas": codes(fore="Före", efter="Efter"),
    "svarslage": codes(
        har_svar="Har svar",
        ej_tillfragad="Inte tillfrågad",
        ville_inte="Ville inte svara",
        kunde_inte="Kunde inte svara",
        avbrutet="Kontakten avbröts",
        annat="Annan orsak",
        utan_orsak="Mätning utan svar, orsaken inte angiven",
        ingen_matning="Ingen mätning inom tiden",
    ),
    "startegenskap": codes(
        alder_under_18="Ålder: under 18 år",
        alder_18_25="Ålder: 18–25 år",
        alder_26_40="Ålder: 26–40 år",
        alder_41_60="Ålder: 41–60 år",
        alder_61_plus="Ålder: 61 år och äldre",
        alder_okand="Ålder: okänd",
        heder_ja="Hederskontext: ja",
        heder_nej="Hederskontext: nej",
        heder_okant="Hederskontext: okänt",
        grad_mindre_grovt="Svårighetsgrad: mindre grovt våld",
        grad_grovt="Svårighetsgrad: grovt våld",
        grad_mycket_grovt="Svårighetsgrad: mycket grovt våld",
        grad_okand="Svårighetsgrad: okänd",
        grad_saknas="Svårighetsgrad: uppgift saknas",
    ),
    "svar_fore": MappingProxyType(
        {
            "1": "1",
            "2": "2",
            "3": "3",
            "4": "4",
            "5": "5",
            "ja": "Ja, något slags våld",
            "nej": "Nej, inget slags våld",
        }
    ),
    "bortfall_variabel": codes(
        arende_aldersgrupp="Ärende: åldersgrupp",
        arende_verksamhetsomrade="Ärende: verksamhetsområde",
        arende_enhet="Ärende: enhet",
        arende_valdstyp="Ärende: våldstyp",
        arende_svarighetsgrad="Ärende: svårighetsgrad",
        arende_relation_till_utovare="Ärende: relation till utövaren",
        arende_utovarens_kon="Ärende: utövarens kön",
        arende_hederskontext="Ärende: hederskontext",
        arende_avslutsorsak="Ärende: avslutsorsak",
        arende_overgripande_mal_finns="Ärende: övergripande mål finns",
        arende_mal_bedomning="Ärende: målbedömning",
        arende_mal_bedomt_av="Ärende: mål bedömt av",
    ),
    "bortfall_insats": codes(
        insats_verkstalld="Insats: verkställd",
        insats_utforare_id="Insats: utförare",
        insats_riktad_hedersutsatt="Insats: riktad till hedersutsatt",
        insats_antal_tillfallen="Insats: antal tillfällen",
        insats_kostnad_kr="Insats: kostnad",
        insats_plan_mal_natt="Insats: planens mål nått",
        insats_anpassningsbehov="Insats: behov av anpassning",
        insats_anpassning_tillgodosedd="Insats: anpassning tillgodosedd",
    ),
    "bortfall_fraga": codes(
        vald_fysiskt="Fysiskt våld",
        vald_psykiskt="Psykiskt våld",
        vald_sexuellt="Sexuellt våld",
        vald_ekonomiskt="Ekonomiskt våld",
        vald_materiellt="Materiellt våld",
        vald_forsummelse="Försummelse",
        trygghet="Trygghet",
        halsa="Hälsa",
    ),
}
