"""Code lists with their Swedish labels, in the order tables show them. Standard library only: imported at start-up.

Codes are made on entry and are the same everywhere (database, tables, JSON). Labels are for people.
"""

from collections.abc import Mapping
from types import MappingProxyType

from warehouse.contracts.codes_answers import ANSWERS
from warehouse.contracts.codes_answers import codes as _codes

TOTAL = "totalt"

JA_NEJ = _codes(ja="Ja", nej="Nej", okant="Okänt")

CODES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "kon": _codes(kvinna="Kvinna", man="Man", annat_okant="Annat eller okänt"),
        "ja_nej": JA_NEJ,
        "roll": _codes(valdsutsatt_vuxen="Våldsutsatt vuxen", barn="Barn", valdsutovare="Våldsutövare"),
        "malgrupp": _codes(
            valdsutsatt_vuxen="Våldsutsatt vuxen",
            barn="Barn som utsatts för eller bevittnat våld",
            valdsutovare="Våldsutövare",
        ),
        "aldersgrupp": MappingProxyType(
            {
                "0_6": "0–6 år",
                "7_12": "7–12 år",
                "13_17": "13–17 år",
                "18_25": "18–25 år",
                "26_40": "26–40 år",
                "41_60": "41–60 år",
                "61_plus": "61 år och äldre",
                "okand": "Okänd ålder",
            }
        ),
        "vag": _codes(
            ansokan="Ansökan",
            orosanmalan="Orosanmälan",
            polis="Polis",
            vard="Hälso- och sjukvård",
            skola="Skola",
            annan_enhet="Annan enhet i socialtjänsten",
            jour="Kvinnojour eller annan jour",
            annan_kommun="Annan kommun",
        ),
        "verksamhetsomrade": _codes(
            barn_unga="Barn och unga",
            vuxen="Vuxna",
            ekonomiskt_bistand="Ekonomiskt bistånd",
            missbruk="Skadligt bruk och beroende",
            funktionshinder="Funktionsnedsättning",
            aldre="Äldre",
            socialpsykiatri="Socialpsykiatri",
            vald="Våld i nära relationer",
        ),
        "aktualisering_utfall": _codes(
            utredning_inledd="Utredning inledd",
            pagaende_arende="Hör till pågående ärende",
            inte_inledd="Utredning inte inledd",
            tackat_nej="Har tackat nej",
            hanvisad="Hänvisad till annan",
        ),
        "valdstyp": _codes(
            fysiskt="Fysiskt våld",
            psykiskt="Psykiskt våld",
            sexuellt="Sexuellt våld",
            ekonomiskt="Ekonomiskt våld",
            materiellt="Materiellt våld",
            forsummelse="Försummelse",
            latent="Latent våld",
            digitalt="Digitalt våld",
        ),
        "svarighetsgrad": _codes(
            mindre_grovt="Mindre grovt våld",
            grovt="Grovt våld",
            mycket_grovt="Mycket grovt våld",
            okand="Okänd svårighetsgrad",
        ),
        "relation": _codes(
            partner="Partner",
            fd_partner="Före detta partner",
            foralder="Förälder",
            syskon="Syskon",
            barn="Barn",
            annan_slakting="Annan släkting",
            annan_narstaende="Annan närstående",
            okand="Okänd relation",
        ),
        "avslutsorsak": _codes(
            mal_natt="Målet är nått helt eller delvis",
            klientens_onskan="Klientens önskan",
            flyttat="Flyttat",
            overgatt_till_annan="Övergått till annan",
            annat="Annan orsak",
        ),
        "mal_bedomning": _codes(helt="Helt", delvis="Delvis", inte="Inte", ej_bedomt="Ej bedömt"),
        "mal_bedomt_av": _codes(handlaggare="Handläggaren", klient="Klienten", gemensamt="Gemensamt", annan="Annan"),
        "utsatt_eller_bevittnat": _codes(
            utsatt="Utsatt för våld", bevittnat="Bevittnat våld", bada="Utsatt och bevittnat", okant="Okänt"
        ),
        "insatstyp": _codes(
            stodsamtal="Stödsamtal",
            skyddat_boende="Skyddat boende",
            tillfalligt_boende="Tillfälligt boende",
            nytt_boende="Nytt permanent boende",
            kontaktperson="Kontaktperson",
            ekonomiskt_bistand="Ekonomiskt bistånd",
            samtal_utovare="Samtal med våldsutövare",
            barninsats="Insats för barn",
            annan_insats="Annan insats",
        ),
        "beslut": _codes(bifall="Bifall", avslag="Avslag", avbojd="Avböjd", utan_behovsprovning="Utan behovsprövning"),
        "instrument_bedomning": _codes(
            freda_kortfragor="FREDA kortfrågor",
            freda_beskrivning="FREDA beskrivning",
            freda_farlighet="FREDA farlighetsbedömning",
            patriark="PATRIARK",
            sara="SARA",
            samtal_utan_metod="Samtal utan bedömningsmetod",
        ),
        "syfte": _codes(upptackt="Upptäckt", risk="Riskbedömning"),
        "niva": _codes(lag="Låg", medel="Medel", hog="Hög", ej_bedomd="Ej bedömd"),
        "fas": _codes(fore="Före", under="Under", efter="Efter"),
        "instrument_matning": _codes(
            uppfoljningsfragor="Uppföljningsfrågor", freda_beskrivning="FREDA beskrivning", annat="Annat"
        ),
        "uppgiftslamnare": _codes(klient="Klienten", handlaggare="Handläggaren"),
        "perspektiv": _codes(utsatt="Utsatt", utovat="Utövat"),
        "saknas_orsak": _codes(
            ej_tillfragad="Inte tillfrågad",
            ville_inte="Ville inte svara",
            kunde_inte="Kunde inte svara",
            avbrutet="Kontakten avbröts",
            annat="Annan orsak",
        ),
        "saknas_orsak_jour": _codes(
            raknas_inte="Vi räknar inte detta",
            gar_inte_att_ta_fram="Uppgiften går inte att ta fram",
            galler_inte="Gäller inte oss",
            annat="Annan orsak",
        ),
        "plats": _codes(inomhus="Inomhus", utomhus="Utomhus"),
        "brottsrelation": _codes(
            parrelation="parrelation",
            slaktskap_familj="släktskap eller familj",
            annan="annan slags relation",
            bekant="bekant med offret",
            obekant="obekant med offret",
        ),
        "omfang": _codes(helbild="Helbild", periodutdrag="Periodutdrag"),
        "leveransstatus": _codes(
            mottagen="Mottagen",
            godkand="Godkänd",
            delvis_godkand="Delvis godkänd",
            avvisad="Avvisad",
            ersatt="Ersatt",
        ),
        "kontroll": _codes(godkand="godkänd", varning="varning", underkand="underkänd"),
        "cellstatus": _codes(
            visas="Visas", skyddas="Skyddas", intervall="Intervall", saknas="Saknas", ej_tillampligt="Ej tillämpligt"
        ),
        "period_regel": _codes(
            aktualiserad="Aktualiserade under året",
            beslutad="Beslutade under året",
            startad="Startade under året",
            pagaende="Pågående någon gång under året",
            avslutad="Avslutade under året",
            utredning_inledd="Utredning inledd under året",
            utredning_avslutad="Utredning avslutad under året",
            anmald="Anmälda under året",
            rapporterad="Rapporterade för året",
            undersokt="Enligt årets undersökning",
            olika="Det som raden säger",
            given="Givna under årets månader",
            gjord="Gjorda under året",
            besvarad="Besvarade under året",
            bedomd="Bedömda under året",
        ),
        "enhet": _codes(
            person="Person",
            arende="Ärende",
            insats="Insats",
            tillfalle="Tillfälle",
            kontakt="Kontakt",
            aktualisering="Aktualisering",
            rapporterat="Som jouren rapporterat",
            svar="Svar",
            olika="Det som raden säger",
            brott="Brott",
            matning="Mätning",
            barn="Barn",
            bedomning="Bedömning",
            dag="Dag",
            krona="Krona",
            enkatsvar="Enkätsvar",
            per_10000_vuxna="Per 10 000 vuxna",
            per_10000_inv="Per 10 000 invånare",
            per_100000_inv="Per 100 000 invånare",
        ),
        "iop_post": _codes(
            kontakter="Våldsutsatta som kontaktat jouren",
            kontakter_heder="– därav hedersutsatta",
            kontakter_under_18="– därav under 18 år",
            kontakttillfallen="Stödkontakter (samtal, chatt och besök)",
            boende_vuxna="Vuxna som bott i jourens boende",
            boende_barn="Medföljande barn som bott i jourens boende",
            boendenatter="Nätter i jourens boende",
            boendenatter_vuxna="Vuxnas nätter i jourens boende",
            boendenatter_barn="Barns nätter i jourens boende",
            nekade_platsbrist="Vuxna som nekats plats på grund av platsbrist",
            nekade_barn_platsbrist="Medföljande barn som nekats plats på grund av platsbrist",
            barn_skolplats="Medföljande barn med förskole- eller skolplats",
            enkat_tillfragade="Tillfrågade i brukarundersökning",
            enkat_svar="Svar i brukarundersökning",
            enkat_hjalpta="– därav som svarat att stödet hjälpt",
            otillrackliga_insatser="Tillfällen då insatserna inte räckte till",
            utatriktade_aktiviteter="Utåtriktade aktiviteter",
            utatriktade_deltagare="Deltagare i utåtriktade aktiviteter",
            volontarer="Volontärer",
            volontartimmar="Volontärtimmar",
            fast_anstallda="Fast anställda",
        ),
        **ANSWERS,
        "enkat_fraga": _codes(
            betydelse="Stödets betydelse",
            situation_nu="Situationen nu jämfört med före stödet",
            bemotande="Bemötande (1–5)",
            delaktighet="Delaktighet (1–5)",
        ),
        "enkat_svar": MappingProxyType(
            {
                "stor": "Stor betydelse",
                "viss": "Viss betydelse",
                "ingen": "Ingen betydelse",
                "battre": "Bättre",
                "oforandrad": "Oförändrad",
                "samre": "Sämre",
                "1": "1 (lägst)",
                "2": "2",
                "3": "3",
                "4": "4",
                "5": "5 (högst)",
                "vet_ej": "Vet ej",
            }
        ),
        "enkat_betydelse": _codes(
            stor="Stor betydelse", viss="Viss betydelse", ingen="Ingen betydelse", vet_ej="Vet ej"
        ),
        "enkat_situation": _codes(battre="Bättre", oforandrad="Oförändrad", samre="Sämre", vet_ej="Vet ej"),
        "omrade_typ": _codes(
            kommun="Kommun",
            stadsdel="Stadsdel",
            lan="Län",
            region="Region",
            riket="Riket",
            grupp="Grupp av kommuner",
            enhet="Enhet",
        ),
        "jamfort_omrade": _codes(kommun="Kommunen", lan="Länet", riket="Riket"),
        "kalla_matt": _codes(
            forekomst="Utsatthet enligt undersökning (skattning)",
            brott="Anmälda brott",
            jour="Jourens rapport",
            arenden="Nämndens ärenden",
            insatser="Nämndens insatser",
        ),
        "barnalder": MappingProxyType(
            {
                "0_6": "0–6 år",
                "7_12": "7–12 år",
                "13_17": "13–17 år",
                "fran_18": "18 år och äldre",
                "okand": "Okänd ålder",
            }
        ),
        "barn_fraga": _codes(
            eget_beslut="Har ett eget beslut",
            tillfragad_om_vald="Har tillfrågats om våld",
            utredning="Utredning har inletts för barnet",
        ),
        "mal_utfall": _codes(helt="Helt", delvis="Delvis", inte="Inte", ej_bedomt="Ej bedömt", saknas="Uppgift saknas"),
        "barn_i_arendet": _codes(med_barn="Med barn i ärendet", utan_barn="Utan barn i ärendet"),
        "efter_boende": _codes(
            stodsamtal="Stödsamtal",
            skyddat_boende="Skyddat boende",
            tillfalligt_boende="Tillfälligt boende",
            nytt_boende="Nytt permanent boende",
            kontaktperson="Kontaktperson",
            ekonomiskt_bistand="Ekonomiskt bistånd",
            samtal_utovare="Samtal med våldsutövare",
            barninsats="Insats för barn",
            annan_insats="Annan insats",
            arendet_avslutat="Ingen ny insats, ärendet avslutat",
            ingen_ny_insats="Ingen ny insats, ärendet pågick",
            okant="Går inte att veta ännu",
        ),
        "oj_svar": _codes(ja="Ja", delvis="Delvis", nej="Nej"),
        "oj_bortfall": _codes(
            inte_svarat="Har inte svarat",
            ej_aktuellt="Ej aktuellt",
            for_fa="För få svar för att redovisas",
            okant="Uppgift saknas",
        ),
        "periodtyp": _codes(ar="År", manad="Månad", kvartal="Kvartal"),
    }
)


def label(code_list: str, code: str) -> str:
    """The Swedish label of a code (``totalt`` has one in every list); the code itself where none is known."""
    if code == TOTAL:
        return "Totalt"
    return CODES.get(code_list, {}).get(code, code)
