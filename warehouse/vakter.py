"""Which triggers must guard editions, the log and ordered recounts: as the upgrade makes them. Reads nothing.

What each does is in ``warehouse._edition_sql`` and ``warehouse._trace_sql``.
"""

from warehouse import _edition_sql, _trace_sql


def guards() -> list[tuple[str, str, str]]:
    """Table, trigger and function of each, all with their schemas but the trigger."""
    made = [
        (table, name, rest.rpartition("EXECUTE FUNCTION ")[2].removesuffix("()"))
        for table, name, rest in _edition_sql._triggers()
    ]
    made += [(table, "orubblig", "revision.orubblig") for table in _trace_sql._APPEND_ONLY]
    return [*made, ("publicering.utgava", "expedierad", "revision.expedierad")]
