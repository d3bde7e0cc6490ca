"""Every number the synthetic records are drawn from, with its source. Shares only: no drawing and no frames.

"Published" figures are those of the SU-Kvinnofrid follow-up (SKR 2021-2024, NCK, press notice January 2024); the rest
is chosen to be plausible and says nothing about the world. Where shares do not sum to 1 the rest is a missing answer.
"""

from collections.abc import Mapping

Shares = Mapping[str, float]

# Published, SKR May 2023 (32 kommuner, 2 090 cases): women 93 %, men 6 %, the rest neither or missing.
KON_UTSATT: Shares = {"kvinna": 0.93, "man": 0.06, "annat_okant": 0.01}
# Chosen: the published sex split concerns adults exposed to violence, so the other two roles have their own.
KON_BARN: Shares = {"kvinna": 0.52, "man": 0.46, "annat_okant": 0.02}
KON_UTOVARE: Shares = {"kvinna": 0.1, "man": 0.89, "annat_okant": 0.01}
ROLL: Shares = {"valdsutsatt_vuxen": 0.88, "barn": 0.07, "valdsutovare": 0.05}

# Published, NCK on round 1: the majority is 26-40, few over 60. Press 2024: in honour context younger.
ALDER: Shares = {"18_25": 0.17, "26_40": 0.54, "41_60": 0.25, "61_plus": 0.04}
ALDER_HEDER: Shares = {"18_25": 0.46, "26_40": 0.44, "41_60": 0.09, "61_plus": 0.01}
ALDER_BARN: Shares = {"0_6": 0.3, "7_12": 0.4, "13_17": 0.3}

# Published, SKR May 2023: hederskontext 11 % of cases.
HEDER: Shares = {"ja": 0.11, "nej": 0.83, "okant": 0.06}
# Published, press 2024: mycket grovt våld in one of five; somewhat graver in honour context.
GROVHET: Shares = {"mindre_grovt": 0.28, "grovt": 0.42, "mycket_grovt": 0.19, "okand": 0.06}
GROVHET_HEDER: Shares = {"mindre_grovt": 0.19, "grovt": 0.44, "mycket_grovt": 0.27, "okand": 0.05}

# Published, SKR May 2023: 1 528 of 2 090 closed (73 %). An exponential length of this mean gives that share for
# three years of cases seen a fortnight after the third.
LENGTH_MEAN_DAYS = 275
LENGTH_LEAST_DAYS = 30
RETURNING = 0.12  # chosen: cases whose person had an earlier, closed case in the same kommun

# Published, SKR May 2023: FREDA in 48 % of cases, samtal utan metod in 43 %.
FREDA = 0.48
SAMTAL_UTAN_METOD = 0.43

# Published, press 2024: at least 27 % of insatser concern housing; stödsamtal most common.
INSATSTYP: Shares = {
    "stodsamtal": 0.41, "skyddat_boende": 0.18, "tillfalligt_boende": 0.1, "nytt_boende": 0.05, "kontaktperson": 0.05,
    "ekonomiskt_bistand": 0.11, "barninsats": 0.04, "annan_insats": 0.06,
}  # fmt: skip
INSATSTYP_BARN: Shares = {"barninsats": 0.7, "stodsamtal": 0.15, "skyddat_boende": 0.15}
INSATSTYP_UTOVARE: Shares = {"samtal_utovare": 0.85, "annan_insats": 0.15}
EXTRA_INSATSER = 0.5  # chosen; mean beyond the first
EXTRA_INSATSER_HEDER = 1.0  # published only that they are more
BESLUT: Shares = {"bifall": 0.84, "avslag": 0.06, "avbojd": 0.1}
# The law that allows insatser without individual assessment came into force on this day (SoL 2025:400).
FROM_UTAN_BEHOVSPROVNING = "2025-07-01"
UTAN_BEHOVSPROVNING = 0.2  # chosen, of what is not housing: about 15 % of all
# Published, Roks 2017: 56 nights in a shelter on average. The others are chosen.
INSATS_MEAN_DAYS: Mapping[str, int] = {
    "stodsamtal": 140, "skyddat_boende": 56, "tillfalligt_boende": 70, "nytt_boende": 200, "kontaktperson": 180,
    "ekonomiskt_bistand": 90, "samtal_utovare": 150, "barninsats": 120, "annan_insats": 60,
}  # fmt: skip

# Published, NCK on round 1: 78 % of those answering say that their situation has improved.
IMPROVED = 0.78
# Published, SKR May 2023: 567 answers on 1 528 closed (37 %); the measurement "efter" is set a little above.
EFTER_OF_CLOSED = 0.66
EFTER_ANSWERED = 0.7
FORE_OF_CASES = 0.92
FORE_ANSWERED = 0.88
UNDER_COUNT = (0.35, 0.3, 0.2, 0.15)  # none, one, two, three
UNDER_ANSWERED = 0.86

# Chosen. Violence of several kinds; the order is the code list's.
VALDSTYP = (0.7, 0.85, 0.24, 0.3, 0.2, 0.05, 0.22, 0.16)
RELATION: Shares = {
    "partner": 0.36, "fd_partner": 0.44, "foralder": 0.05, "syskon": 0.03, "barn": 0.04, "annan_slakting": 0.03,
    "annan_narstaende": 0.02, "okand": 0.01,
}  # fmt: skip
RELATION_HEDER: Shares = {
    "partner": 0.22, "fd_partner": 0.2, "foralder": 0.28, "syskon": 0.12, "annan_slakting": 0.13, "okand": 0.02,
}  # fmt: skip
RELATION_BARN: Shares = {"foralder": 0.86, "syskon": 0.05, "annan_slakting": 0.04, "annan_narstaende": 0.03}
OMRADE: Shares = {"vald": 0.72, "vuxen": 0.1, "barn_unga": 0.07, "ekonomiskt_bistand": 0.05, "missbruk": 0.03}
AVSLUT: Shares = {"mal_natt": 0.55, "klientens_onskan": 0.2, "flyttat": 0.1, "overgatt_till_annan": 0.07, "annat": 0.05}
MAL: Shares = {"helt": 0.27, "delvis": 0.4, "inte": 0.13, "ej_bedomt": 0.16}
# Published, press 2024: goals met slightly more often in honour context.
MAL_HEDER: Shares = {"helt": 0.31, "delvis": 0.43, "inte": 0.09, "ej_bedomt": 0.14}

# Chosen: about 1.4 contacts a case, of which a quarter of a contact leads to nothing.
AKTUALISERING_LOOSE = 0.25
AKTUALISERING_ONGOING = 0.15
VAG: Shares = {
    "ansokan": 0.34, "orosanmalan": 0.2, "polis": 0.2, "vard": 0.08, "skola": 0.03, "annan_enhet": 0.09, "jour": 0.04,
    "annan_kommun": 0.02,
}  # fmt: skip
WITH_CHILDREN = 0.5
CHILDREN = (0.45, 0.37, 0.14, 0.04)  # one, two, three, four
LATE = 0.05  # chosen: insatser and measurements entered two months after the event
LATE_DAYS = 60

# Published, SKR May 2023: 567 answers on 1 528 closed cases (37 %); of those answering on round 1 (NCK) 78 % say that
# their situation has improved. The other shares are chosen.
ENKAT_OF_CLOSED = 0.37
ENKAT_ASKED_OF_OTHERS = 0.6  # chosen: of those closed cases that gave no answer, how many were asked
ENKAT_SITUATION: Shares = {"battre": 0.76, "oforandrad": 0.15, "samre": 0.04, "vet_ej": 0.03}
ENKAT_BETYDELSE: Shares = {"stor": 0.6, "viss": 0.27, "ingen": 0.06, "vet_ej": 0.05}
ENKAT_FIVE = (0.03, 0.06, 0.16, 0.35, 0.4)
