"""All tables of the tabellplan, in order. A new family is added here and nowhere else."""

from collections.abc import Mapping
from types import MappingProxyType

from assets.tables import anmalda_brott, arenden, insatser, iop, lokala_variabler, utfall
from assets.tables.spec import TableSpec

TABLES: Mapping[str, TableSpec] = MappingProxyType(
    {
        spec.name: spec
        for spec in (
            *(arenden.SPEC, insatser.SPEC, utfall.SPEC, anmalda_brott.SPEC, iop.SPEC),
            lokala_variabler.SPEC,
        )
    }
)

VIEWS: tuple[tuple[str, tuple[str, ...]], ...] = tuple((s.name, s.view_columns) for s in TABLES.values())
