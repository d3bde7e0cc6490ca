"""Invented deliveries, seeded, in the very format of real ones. Nothing here reads or judges a delivery."""

from sources.synthetic.deliver import Plan, PlanError, corrected, generate, write
from sources.synthetic.nation import Nation, write_nation
from sources.synthetic.omvarld import write_surroundings
from sources.synthetic.vasby import upplands_vasby_2019, write_demo

__all__ = [
    "Nation",
    "Plan",
    "PlanError",
    "corrected",
    "generate",
    "upplands_vasby_2019",
    "write",
    "write_demo",
    "write_nation",
    "write_surroundings",
]
