"""Counts of several tables that are each other, or parts of each other, by what the tables say that they count."""

from assets.publicering.plan import Ref, Samband
from warehouse.contracts.codes import CODES, TOTAL

_ROLES = ("valdsutsatt_vuxen", "barn", "valdsutovare")
_CHILDREN = ("0_6", "7_12", "13_17")
_CASES = ("antal_arenden", "antal_startade", "antal_personer", "antal_utredningar_inledda", "antal_aktualiseringar")
_STARTED = ("aldersgrupp", "verksamhetsomrade", "enhet", "valdstyp", "svarighetsgrad", "hederskontext")


def _lika(one: Ref, *other: Ref) -> Samband:
    return Samband(one, other)


def _ar(matt: str, **koder: str) -> Ref:
    return Ref("arenden", matt, koder)


def _bortfall(matt: str, variabel: str) -> Ref:
    return Ref("bortfall", matt, {"variabel": f"arende_{variabel}"})


def _mal(matt: str, **koder: str) -> Ref:
    return Ref("maluppfyllelse", matt, koder)


def _okand(matt: str) -> Ref:
    return _ar(matt, aldersgrupp="okand")


SAMBAND: tuple[Samband, ...] = (
    # A child is under 18, an adult is not: the roles say what the ages say.
    *(_lika(_ar(m, aldersgrupp="under_18"), _ar(m, roll="barn")) for m in _CASES),
    *(_lika(_ar(m, aldersgrupp="fran_18"), _ar(m, roll=_ROLES[0]), _ar(m, roll=_ROLES[2])) for m in _CASES),
    _lika(Ref("heder", "antal_arenden"), _ar("antal_arenden", roll=_ROLES[0]), _ar("antal_arenden", roll="barn")),
    _lika(Ref("heder", "antal_personer"), _ar("antal_personer", roll=_ROLES[0]), _ar("antal_personer", roll="barn")),
    _lika(Ref("vald", "antal_arenden"), Ref("heder", "antal_arenden")),
    _lika(Ref("vald", "antal_arenden"), _ar("antal_arenden", roll=_ROLES[0]), _ar("antal_arenden", roll="barn")),
    _lika(Ref("riskbedomning", "antal_arenden"), _ar("antal_arenden", roll=_ROLES[0])),
    _lika(Ref("valdsutovare", "antal_arenden"), _ar("antal_arenden", roll=_ROLES[2])),
    _lika(Ref("valdsutovare", "antal_personer"), _ar("antal_personer", roll=_ROLES[2])),
    _lika(Ref("barn", "antal_barn_eget_arende"), _ar("antal_personer", roll="barn")),
    *(
        _lika(Ref("barn", "antal_barn_eget_arende", {"barnalder": a}), _ar("antal_personer", aldersgrupp=a))
        for a in _CHILDREN
    ),
    # Someone in an ungdom's years who is no child in the register has used violence.
    *(Samband(_ar(m, aldersgrupp="under_18"), (_ar(m, roll="barn"),), "rest") for m in _CASES),
    # Those whose age is not known are some of each role, not all of any.
    *(Samband(_ar(m, roll="barn"), (_ar(m, aldersgrupp="under_18"), _okand(m)), "minst") for m in _CASES),
    *(
        Samband(_ar(m, aldersgrupp="fran_18"), (_ar(m, roll=_ROLES[0]), _ar(m, roll=_ROLES[2])), "minst")
        for m in _CASES
    ),
    *(
        _lika(
            Ref("barn", "antal_barn_eget_arende", {"barnalder": a}), _ar("antal_personer", roll="barn", aldersgrupp=a)
        )
        for a in (*_CHILDREN, "okand")
    ),
    *(_lika(_bortfall("antal_forvantade", v), _ar("antal_startade")) for v in _STARTED),
    # The same where the cases themselves are not printed.
    *(_lika(_bortfall("antal_forvantade", v), _bortfall("antal_forvantade", _STARTED[0])) for v in _STARTED[1:]),
    _lika(_ar("antal_startade"), _bortfall("antal_besvarade", "aldersgrupp"), _okand("antal_startade")),
    _lika(
        _bortfall("antal_forvantade", "relation_till_utovare"),
        _ar("antal_startade", roll=_ROLES[0]),
        _ar("antal_startade", roll="barn"),
    ),
    _lika(_bortfall("antal_forvantade", "avslutsorsak"), *(_mal("antal_avslutade", roll=r) for r in _ROLES)),
    _lika(_bortfall("antal_forvantade", "mal_bedomning"), *(_mal("antal_mal", roll=r) for r in _ROLES)),
    _lika(_bortfall("antal_besvarade", "mal_bedomning"), *(_mal("antal_mal_bedomda", roll=r) for r in _ROLES)),
    _lika(
        _bortfall("antal_besvarade", "mal_bedomt_av"),
        *(_mal("antal_mal_bedomda", roll=r, mal_bedomt_av=a) for r in _ROLES for a in CODES["mal_bedomt_av"]),
    ),
    _lika(
        Ref("bortfall", "antal_forvantade", {"variabel": "arende_utovarens_kon"}),
        Ref("bortfall", "antal_forvantade", {"variabel": "arende_relation_till_utovare"}),
    ),
    _lika(
        Ref("bortfall", "antal_forvantade", {"variabel": "arende_overgripande_mal_finns"}),
        Ref("bortfall", "antal_forvantade", {"variabel": "arende_avslutsorsak"}),
    ),
    _lika(
        Ref("bortfall", "antal_forvantade", {"variabel": "arende_mal_bedomt_av"}),
        Ref("bortfall", "antal_besvarade", {"variabel": "arende_mal_bedomning"}),
    ),
    *(
        _lika(Ref("aterkommande", "antal_kohort", {"roll": r}), Ref("maluppfyllelse", "antal_avslutade", {"roll": r}))
        for r in _ROLES
    ),
    _lika(
        Ref("utfall", "antal_arenden", {"utfallsmatt": "trygghet"}),
        Ref("utfall", "antal_arenden", {"utfallsmatt": "halsa"}),
    ),
    _lika(Ref("utfall_vald_samlat", "antal_arenden"), Ref("utfall", "antal_arenden", {"utfallsmatt": "halsa"})),
    _lika(
        Ref("utfall_vald_samlat", "antal_arenden"),
        *(Ref("maluppfyllelse", "antal_avslutade", {"roll": r}) for r in _ROLES[:2]),
    ),
    # What was closed in the year was going on in it.
    *(Samband(_ar("antal_arenden", roll=r), (_mal("antal_avslutade", roll=r),), "hogst") for r in _ROLES),
    Samband(_ar("antal_arenden"), (_bortfall("antal_forvantade", "avslutsorsak"),), "hogst"),
    Samband(Ref("heder", "antal_arenden"), (Ref("utfall_vald_samlat", "antal_arenden"),), "hogst"),
    *(
        Samband(_mal("antal_avslutade", roll=r), (Ref("aterkommande", "antal_kohort", {"roll": r}),), "hogst")
        for r in _ROLES
    ),
    # Whoever has stayed has stayed a day.
    *(
        Samband(
            Ref("skyddat_boende", "antal_dagar", {"roll": r}),
            (Ref("skyddat_boende", "antal_personer", {"roll": r}),),
            "hogst",
        )
        for r in (TOTAL, *_ROLES)
    ),
    *(
        Samband(
            Ref("insatser", "antal_insatser", {"insatstyp": t}),
            (Ref("heder", "antal_riktade_beviljade", {"insatstyp": t}),),
            "hogst",
        )
        for t in (TOTAL, *CODES["insatstyp"])
    ),
)
