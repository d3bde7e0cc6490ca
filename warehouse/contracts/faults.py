"""Every rule a delivery can break, with a kind Swedish explanation and remedy. Standard library only.

Texts may use ``{kolumn}`` and ``{tillatna}`` (allowed codes or limits from the contract); never a delivered value.
"""

from warehouse.contracts._faults_common import COMMON
from warehouse.contracts._faults_forms import FORMS
from warehouse.contracts._faults_public import PUBLIC
from warehouse.contracts._rule import Rule

__all__ = ["MENDED", "OUTDATED", "RULES", "Rule", "explain"]

MENDED = "rattad_enligt_rattelse"
"""The note on a row that a declared correction has changed."""
OUTDATED = "rattelse_inaktuell"
"""The note on a row that a declared correction no longer fits."""

RULES: dict[str, Rule] = {**COMMON, **FORMS, **PUBLIC}


def explain(regel: str, kolumn: str | None = None, tillatna: str = "") -> tuple[str, str]:
    """The fault and its remedy as sentences."""
    rule = RULES[regel]
    words = {"kolumn": kolumn or "Fältet", "tillatna": tillatna or "se formatbeskrivningen"}
    return rule.fel.format(**words), rule.gor_sa_har.format(**words)
