"""All tables of the tabellplan, in order. A new family is added here and nowhere else."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from assets.tables import (
    anmalda_brott,
    arenden,
    aterkommande,
    barn,
    behov_utbud,
    bortfall,
    brukarenkat,
    eige,
    heder,
    insatser,
    iop,
    kolada,
    lokala_variabler,
    maluppfyllelse,
    oj,
    riskbedomning,
    skyddat_boende,
    utfall,
    utfall_bortfall,
    utfall_vald,
    vald,
    valdsutovare,
)
from assets.tables.spec import Dimension, TableSpec
from warehouse.contracts.codes import TOTAL
from warehouse.views import PlannedCode, PlannedMeasure, PlannedTable

Plan = Mapping[str, TableSpec]

TABLES: Plan = MappingProxyType(
    {
        spec.name: spec
        for spec in (
            *(
                arenden.SPEC,
                aterkommande.SPEC,
                insatser.SPEC,
                *utfall.SPECS,
                *utfall_vald.SPECS,
                *utfall_bortfall.SPECS,
                heder.SPEC,
                vald.SPEC,
            ),
            *(barn.SPEC, valdsutovare.SPEC, skyddat_boende.SPEC, riskbedomning.SPEC, maluppfyllelse.SPEC),
            *(brukarenkat.SPEC, anmalda_brott.SPEC, iop.SPEC, oj.SPEC, behov_utbud.SPEC),
            *bortfall.SPECS,
            kolada.SPEC,
            eige.SPEC,
            lokala_variabler.SPEC,
        )
    }
)


def planned(plan: Plan = TABLES) -> tuple[PlannedTable, ...]:
    """The plan as the database tells about it: what its views and its tables ``plan``, ``matt`` and ``kod`` hold."""
    return tuple(
        PlannedTable(
            spec.name,
            spec.title,
            spec.population,
            spec.malgrupp,
            spec.period_regel,
            spec.enhet,
            spec.view_columns,
            spec.public,
            spec.figures is None,
            tuple(
                PlannedMeasure(
                    m.name,
                    m.title,
                    m.enhet or spec.enhet,
                    m.period_regel or spec.period_regel,
                    m.how,
                    m.shape,
                    m.parts,
                    m.unit,
                    m.adds_up,
                    m.bas,
                    m.intern,
                )
                for m in spec.shown_measures
            ),
            tuple(code for d in spec.dimensions for code in _codes(d)),
        )
        for spec in plan.values()
    )


def _codes(dimension: Dimension) -> Iterable[PlannedCode]:
    """The declared codes of a dimension; open dimensions have none."""
    for code in dimension.values:
        yield PlannedCode(dimension.name, code, dimension.word(code), None)
    for group in dimension.groups:
        yield PlannedCode(dimension.name, group.code, group.title, group.members)
    if dimension.total:
        yield PlannedCode(dimension.name, TOTAL, dimension.word(TOTAL), None)
