"""Counts of several tables that are each other, or parts of each other, by what the tables say that they count."""

from assets.publicering.plan import Ref, Samband

_ROLES = ("valdsutsatt_vuxen", "barn", "valdsutovare")
_CHILDREN = ("0_6", "7_12", "13_17")
_CASES = ("antal_arenden", "antal_startade", "antal_personer", "antal_utredningar_inledda", "antal_aktualiseringar")
_STARTED = ("aldersgrupp", "verksamhetsomrade", "enhet", "valdstyp", "svarighetsgrad", "hederskontext")


def _lika(one: Ref, *other: Ref) -> Samband:
    return Samband(one, other)


def _ar(matt: str, **koder: str) -> Ref:
    return Ref("arenden", matt, koder)


SAMBAND: tuple[Samband, ...] = (
    # A child is under 18, an adult is not: the roles say what the ages say.
    *(_lika(_ar(m, aldersgrupp="under_18"), _ar(m, roll="barn")) for m in _CASES),
    *(_lika(_ar(m, aldersgrupp="fran_18"), _ar(m, roll=_ROLES[0]), _ar(m, roll=_ROLES[2])) for m in _CASES),
    _lika(Ref("heder", "antal_arenden"), _ar("antal_arenden", roll=_ROLES[0]), _ar("antal_arenden", roll="barn")),
    _lika(Ref("heder", "antal_personer"), _ar("antal_personer", roll=_ROLES[0]), _ar("antal_personer", roll="barn")),
    _lika(Ref("vald", "antal_arenden"), Ref("heder", "antal_arenden")),
    _lika(Ref("riskbedomning", "antal_arenden"), _ar("antal_arenden", roll=_ROLES[0])),
    _lika(Ref("valdsutovare", "antal_arenden"), _ar("antal_arenden", roll=_ROLES[2])),
    _lika(Ref("valdsutovare", "antal_personer"), _ar("antal_personer", roll=_ROLES[2])),
    _lika(Ref("barn", "antal_barn_eget_arende"), _ar("antal_personer", roll="barn")),
    *(
        _lika(Ref("barn", "antal_barn_eget_arende", {"barnalder": a}), _ar("antal_personer", aldersgrupp=a))
        for a in _CHILDREN
    ),
    *(_lika(Ref("bortfall", "antal_forvantade", {"variabel": f"arende_{v}"}), _ar("antal_startade")) for v in _STARTED),
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
    Samband(Ref("insatser", "antal_insatser"), (Ref("heder", "antal_riktade_beviljade"),), "hogst"),
)
