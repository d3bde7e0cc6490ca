"""Audits of a protected system: each tries in its own way to work out what must stay unknown.

``certificate`` checks with whole numbers what the engine handed over; ``lp`` and ``milp`` work out intervals with their
own models; ``singletons`` and ``informed`` ask what someone learns who knows more than the publication. They share
nothing with ``protect``. What cannot be decided, for whatever reason, is unsafe. Ids and outcomes leave, no values.
"""

from quality.disclosure.audit.intervals import lp
from quality.disclosure.audit.own import Singletons, informed, singletons
from quality.disclosure.audit.whole import milp
from quality.disclosure.audit.witnesses import certificate

__all__ = ["Singletons", "certificate", "informed", "lp", "milp", "singletons"]
