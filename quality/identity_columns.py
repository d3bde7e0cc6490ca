"""Columns that are not collected, known by their names. What may be collected is declared in the contracts."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType

_WHO = (
    *("utovare", "utovaren", "utovarens", "forovare", "forovaren", "forovarens", "garningsman", "garningsmannen"),
    *("garningsmannens", "misstankt", "misstankte", "misstanktes"),
)
_WHAT = ("namn", "fornamn", "efternamn", "pers", "pnr", "id_", "_id_", "identitet", "fodelse", "adress", "telefon")

_REASONS: Mapping[str, tuple[str, ...]] = {
    "utovarens_identitet": tuple(who + what for who in _WHO for what in _WHAT),
    "sexuell_laggning": ("sexuelllaggning", "sexuellaggning", "sexuellalaggning", "hbtq", "homosexuell"),
    "konsidentitet": ("konsidentitet", "konsuttryck", "transperson"),
    "etnicitet": ("etnicitet", "etnisk", "folkgrupp", "_ras_"),
    "religion": ("religi", "trosuppfattning", "trossamfund"),
    "diagnos": ("diagnos", "_icd_", "icd10"),
    "fodelseland": ("fodelseland", "ursprungsland", "hemland", "fodd_i_land"),
    "polis_domstol_nummer": (
        *(
            "malnummer",
            "malsnummer",
            "_malnr",
            "_mal_nr",
            "malsnr",
            "diarienummer",
            "diarienr",
            "_dnr_",
            "_k_nummer",
            "_knummer",
        ),
        *("_k_nr_", "_knr_", "anmalningsnummer", "anmalansnummer", "anmalningsnr", "anmalansnr", "polisnummer"),
    ),
    "barnets_skola": (
        *("skolnamn", "skolansnamn", "skolensnamn", "skolenhet", "barnetsskola", "barnsskola", "barnskola", "_skola_"),
        *("_forskola_", "forskolenamn", "forskolansnamn", "barnetsforskola", "skolans_namn", "skoladress"),
    ),
    "boendets_plats": (
        *("boendeadress", "boendetsadress", "boendetadress", "boendeort_", "boendetsort_", "boendeplats_"),
        *("boendetsplats_", "platsforboende", "adressforboende", "adresstillboende", "placeringsort_"),
        *("placeringsadress", "vistelseort_", "vistelseadress", "bostadsort_", "_ort_", "postort", "postnummer"),
        *("_postnr", "koordinat", "latitud", "longitud", "fastighetsbeteckning"),
    ),
    "fritext": ("fritext", "_text_", "anteckning", "kommentar", "notering", "anmarkning", "journaltext"),
    "fodelsedatum": ("fodelsedatum", "fodelsedag", "fodelsetid", "_fodd_", "_fodddatum", "birthdate", "birth_date"),
    "epost": ("_epost", "_e_post", "epostadress", "email", "_e_mail", "_mail_", "mejl"),
    "telefon": (
        *("telefonnummer", "telefonnr", "_telefon_", "hemtelefon", "mobiltelefon", "mobilnummer", "mobilnr"),
        *("_mobil_", "_tel_", "_tfn_", "_telnr"),
    ),
    "adress": ("adress", "address"),
    "namn": (
        *("fornamn", "efternamn", "mellannamn", "tilltalsnamn", "klientnamn", "klientensnamn", "personnamn"),
        *("personensnamn", "barnnamn", "barnetsnamn", "brukarnamn", "brukarensnamn", "handlaggarnamn", "_namn_"),
    ),
}

FORBIDDEN_COLUMNS: Mapping[str, str] = MappingProxyType(
    {fragment: reason for reason, fragments in _REASONS.items() for fragment in fragments}
)
"""Fragment of a normalised name (``_`` marks the edge of a word) -> why such a column is not collected."""

# Asked of no person: whether school was arranged, what an organisation or a code is called.
_ALLOWED = re.compile(
    r"forskola_skola_ordnad|(?:kommun|lan|namnd|enhet|enhetens|utforare|utforarens|forening|foreningens|jour|jourens"
    r"|insats|instrument|fil)_?namn(?=_)"
)
_WORD_EDGE = re.compile(r"(?<=[a-zåäö])(?=[A-ZÅÄÖ])")
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def refused_columns(names: Sequence[str]) -> list[tuple[int, str]]:
    """Index of each column that is not collected, with its reason key."""
    return [(place, reason) for place, name in enumerate(names) if (reason := _reason(name))]


def _reason(name: str) -> str | None:
    words = _ALLOWED.sub("", _normalised(name))
    forms = (words, f"_{words.replace('_', '')}_")
    return next((why for part, why in FORBIDDEN_COLUMNS.items() if any(part in form for form in forms)), None)


def _normalised(name: str) -> str:
    """``Födelse-Datum`` -> ``_fodelse_datum_``."""
    split = _WORD_EDGE.sub("_", unicodedata.normalize("NFKC", name))
    plain = unicodedata.normalize("NFD", split.casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return f"_{_NOT_WORD.sub('_', letters).strip('_')}_"
