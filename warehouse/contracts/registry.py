"""All contracts by table name."""

from collections.abc import Mapping
from types import MappingProxyType

from warehouse.contracts.base import Contract
from warehouse.contracts.omvarld import CONTEXT
from warehouse.contracts.register import REGISTER

CONTRACTS: Mapping[str, type[Contract]] = MappingProxyType({c.table(): c for c in (*REGISTER, *CONTEXT)})
