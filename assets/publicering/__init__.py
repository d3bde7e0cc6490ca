"""From counted tables to a released edition: what is published, in which crossings, protected and audited together.

Knows tables and editions; the rules and engines are in ``quality.disclosure``, storing in ``warehouse.editions``.
"""
