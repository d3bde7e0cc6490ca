"""What readers of an edition may know of where it came from: views in ``publicering``, made anew at each upgrade.

Numbers of rows and digests of what is counted stay inside: they would tell what is hidden. How many rows a delivery
had, and its digest, are told where the source is public: a small file of codes and dates can be guessed until its
digest fits. The run's id stays inside too: it is the one thing that nobody can guess of what the edition's
own digest is made of, and with that digest guesses at hidden counts could be tried.
"""

from sqlalchemy import Connection

_SEEN = """(u.typ = 'oppen' OR EXISTS (
    SELECT FROM pg_roles r WHERE r.rolname IN ('kvinnofrid_pipeline', 'kvinnofrid_kvalitet')
      AND pg_has_role(current_user, r.oid, 'USAGE')))"""

PUBLIC_SOURCES = ("bra", "scb", "kolada", "oj", "undersokning")
"""Whose files anybody can have."""
_OPEN = f"l.kalla IN ({', '.join(repr(k) for k in PUBLIC_SOURCES)})"

VIEWS = {
    "tabellversion": f"""
SELECT u.utgava, v.version_id, v.tabell, v.ar, v.skapad, v.kodversion
FROM publicering.utgava u JOIN tabell.utgava d USING (utgava)
CROSS JOIN LATERAL unnest(d.versioner) n (version_id) JOIN revision.tabellversion v USING (version_id)
WHERE {_SEEN}""",
    "leverans": f"""
SELECT DISTINCT u.utgava, v.tabell AS till_tabell, v.ar AS till_ar, l.leverans_id, l.kalla, l.tabell, l.form,
       l.avsandare, l.period, l.omfang, l.uttagsdatum, l.filnamn, l.mottagen, l.mappning, l.mappningsversion,
       l.syntetisk, l.dnr, l.rattslig_grund,
       CASE WHEN {_OPEN} THEN l.sha256 END AS sha256,
       CASE WHEN {_OPEN} THEN l.storlek END AS storlek,
       CASE WHEN {_OPEN} THEN l.rader_lasta END AS rader_lasta,
       CASE WHEN {_OPEN} THEN l.rader_godkanda END AS rader_godkanda,
       CASE WHEN {_OPEN} THEN l.rader_karantan END AS rader_karantan
FROM publicering.utgava u JOIN tabell.utgava d USING (utgava)
CROSS JOIN LATERAL unnest(d.versioner) n (version_id) JOIN revision.tabellversion v USING (version_id)
JOIN revision.tabellindata i USING (version_id) JOIN mottagning.leverans l USING (leverans_id)
WHERE {_SEEN}""",
    # Of what is printed only, and not whether hidden counts leapt or lack a code.
    "kontroll": f"""
SELECT DISTINCT ON (u.utgava, k.kontroll, k.ar) u.utgava, k.kontroll, k.ar, k.utfall, k.skapad
FROM publicering.utgava u JOIN tabell.utgava d USING (utgava)
JOIN revision.kontroll k ON k.kommun = u.namnd AND k.ar = u.ar AND k.skapad <= d.skapad
WHERE {_SEEN} AND EXISTS (SELECT FROM publicering.cell c
                          WHERE c.utgava = u.utgava AND c.tabell = split_part(k.kontroll, '.', 1))
  AND split_part(k.kontroll, '.', 2) NOT IN ('ar_till_ar', 'poster_utan_kod')
ORDER BY u.utgava, k.kontroll, k.ar, k.kontroll_id DESC""",
    "granskning": f"""
SELECT u.utgava, g.granskning_id, g.metod, g.godkand, g.skapad
FROM publicering.utgava u JOIN revision.granskning g USING (utgava) WHERE {_SEEN}""",
    "handelse": f"""
SELECT u.utgava, h.nr, h.tid, h.steg, h.uppgiven, h.styrkt, h.sha256
FROM publicering.utgava u JOIN revision.handelse h USING (utgava) WHERE {_SEEN}""",
    "tillkomst": f"""
SELECT u.utgava, d.skapad, d.kodversion
FROM publicering.utgava u JOIN tabell.utgava d USING (utgava) WHERE {_SEEN}""",
    "plan": "SELECT * FROM tabell.plan",
    "matt": "SELECT * FROM tabell.matt WHERE NOT intern",
    "kod": "SELECT * FROM tabell.kod",
}


def refresh(conn: Connection) -> None:
    """Make the views anew, in the caller's transaction (the upgrade's, as the owner)."""
    for name in VIEWS:
        conn.exec_driver_sql(f"DROP VIEW IF EXISTS publicering.{name}")
    for name, query in VIEWS.items():
        conn.exec_driver_sql(f"CREATE VIEW publicering.{name} WITH (security_barrier) AS {query}")
