"""An invented IOP report, shown in the form and delivered as an example. No jour has these figures."""

from collections.abc import Mapping

from sources.iop.layout import LATEST, Cell

_EXAMPLE: Mapping[str, tuple[int, ...]] = {
    "kontakter": (118, 4, 2, 124), "kontakter_heder": (9, 1, 0, 10), "kontakter_under_18": (6, 0, 0, 6),
    "kontakttillfallen": (731,), "boende_vuxna": (17, 0, 0, 17), "boende_barn": (11, 10, 0, 21),
    "boendenatter": (1475,), "boendenatter_vuxna": (812, 0, 0, 812), "nekade_platsbrist": (26, 1, 0, 27),
    "nekade_barn_platsbrist": (0, 0, 0, 0), "barn_skolplats": (9,), "enkat_tillfragade": (60,), "enkat_svar": (41,),
    "enkat_hjalpta": (37,), "utatriktade_aktiviteter": (12,), "utatriktade_deltagare": (430,), "volontarer": (14,),
    "volontartimmar": (1260,), "fast_anstallda": (3,),
}  # fmt: skip
EXAMPLE_REASONS = {"boendenatter_barn": "gar_inte_att_ta_fram", "otillrackliga_insatser": "raknas_inte"}
"""What the invented report does not know: nights of the children by sex, and how often help did not suffice."""
EXAMPLE_FIGURES: Mapping[Cell, int] = {
    **{
        (post, kon): antal
        for post, antal_by_kon in _EXAMPLE.items()
        for kon, antal in zip(LATEST.posts[post][1].kon, antal_by_kon, strict=True)
    },
    ("boendenatter_barn", "totalt"): 663,
}
"""An invented report: zeros that were counted, a total without its parts, and figures that are missing."""
