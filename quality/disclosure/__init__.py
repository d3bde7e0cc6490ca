"""Disclosure control: what may be published of counts about people, and the proof that it may.

Knows counts, relations and patterns only: neither tables, databases nor Dagster. The way through it: ``primary`` says
what must stay unknown, ``protect`` chooses what to hide, ``audit`` (which shares no code with ``protect``) tries to
break it, ``release`` makes the only type that can be published. The method is told in ``docs/rojandekontroll.md``.
"""
