"""Database roles and what each may do, schema by schema; rows only where an edition is not open to all."""

import re

from sqlalchemy import Connection, text

PIPELINE = "kvinnofrid_pipeline"
ROLES = {
    PIPELINE: "writes what the pipeline makes",
    "kvinnofrid_kvalitet": "kvalitetsenheten: tables, what the organisation reports, receipts",
    "kvinnofrid_revisor": "auditors: released tables, ledger, receipts and faults; never records",
    "kvinnofrid_publik": "released tables only",
    "kvinnofrid_registeransvarig": "answers for the records",
}

READERS = {role.removeprefix("kvinnofrid_"): role for role in ROLES if role != PIPELINE}
"""What a login may be for, by the word that people use."""

_READS = {
    PIPELINE: ("mottagning", "register", "omvarld", "verksamhet", "tabell", "publicering", "revision"),
    "kvinnofrid_kvalitet": ("mottagning", "omvarld", "verksamhet", "tabell", "publicering"),
    "kvinnofrid_revisor": ("mottagning", "omvarld", "publicering", "revision"),
    "kvinnofrid_publik": ("publicering",),
    "kvinnofrid_registeransvarig": ("mottagning", "register"),
}

# Records and ledger are append-only for the pipeline too; only slots, receipts and table cells change in place.
_WRITES = {
    "mottagning": "INSERT",
    "register": "INSERT",
    "omvarld": "INSERT",
    "verksamhet": "INSERT",
    "tabell": "INSERT, UPDATE, DELETE",
    "revision": "INSERT",
}


def _version(conn: Connection) -> int:
    return int(conn.execute(text("SHOW server_version_num")).scalar_one())


def _has_set(conn: Connection) -> bool:
    """From PostgreSQL 16 on, to be a member and to be allowed SET ROLE are two things."""
    return _version(conn) >= 160000


def grant(conn: Connection, owner: str) -> None:
    """Create the roles that are missing and give each its rights, now and for what the owner adds later."""
    for role in ROLES:
        exists = conn.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :r"), {"r": role}).scalar()
        if not exists:
            conn.execute(text(f"CREATE ROLE {role} NOLOGIN"))
    for role, schemas in _READS.items():
        for schema in schemas:
            conn.execute(text(f"GRANT USAGE ON SCHEMA {schema} TO {role}"))
            conn.execute(text(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}"))
            conn.execute(
                text(f'ALTER DEFAULT PRIVILEGES FOR ROLE "{owner}" IN SCHEMA {schema} GRANT SELECT ON TABLES TO {role}')
            )
    for schema, rights in _WRITES.items():
        conn.execute(text(f"GRANT {rights} ON ALL TABLES IN SCHEMA {schema} TO {PIPELINE}"))
        conn.execute(
            text(
                f'ALTER DEFAULT PRIVILEGES FOR ROLE "{owner}" IN SCHEMA {schema} GRANT {rights} ON TABLES TO {PIPELINE}'
            )
        )
    # What the tables are is declared in the code: only the schema's upgrade, as owner, writes it down.
    conn.execute(text(f"REVOKE INSERT, UPDATE, DELETE ON tabell.plan, tabell.matt, tabell.kod FROM {PIPELINE}"))
    _grant_editions(conn)
    # How many rows stand behind each cell is as good as the cell: auditors read which deliveries, by table version.
    for name in ("harkomst", "leveransmangd", "harkomst_cell", "utgava_harkomst"):
        if conn.execute(text("SELECT to_regclass(:n)"), {"n": f"revision.{name}"}).scalar() is not None:
            conn.execute(text(f"REVOKE ALL ON revision.{name} FROM kvinnofrid_revisor"))
    # Guesses at hidden counts could be tried against a digest of them; jourers' small numbers are as small here.
    for name, told in _AUDITED.items():
        conn.execute(text(f"REVOKE SELECT ON revision.{name} FROM kvinnofrid_revisor"))
        conn.execute(text(f"GRANT SELECT ({told}) ON revision.{name} TO kvinnofrid_revisor"))
    for name in ("iop_rapport", "iop_rapport_gallande"):
        conn.execute(text(f"REVOKE ALL ON omvarld.{name} FROM kvinnofrid_revisor"))
    # What is written for readers is read with a reader's rights (``released.as_public``).
    conn.execute(text(f"GRANT kvinnofrid_publik TO {PIPELINE}"))
    # The login itself works as the pipeline (SET ROLE), also where it is no superuser: it needs to be a member.
    superuser = conn.execute(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")).scalar()
    member = conn.execute(
        text(
            f"SELECT pg_has_role('{PIPELINE}', 'SET')"
            if _has_set(conn)
            else f"SELECT pg_has_role('{PIPELINE}', 'MEMBER')"
        )
    ).scalar()
    if not superuser and not member:
        conn.execute(text(f'GRANT {PIPELINE} TO "{owner}"'))
    if _version(conn) >= 170000:  # before that, only owners may, and autovacuum does it in its time
        conn.execute(text(f"GRANT MAINTAIN ON tabell.cell, revision.harkomst TO {PIPELINE}"))
    conn.execute(text(f"GRANT UPDATE (till) ON mottagning.gallande TO {PIPELINE}"))
    changing = "status, original_tas_bort, rader_overlapp, poster_nya, poster_andrade, poster_borttagna, rattad_av"
    conn.execute(text(f"GRANT UPDATE ({changing}) ON mottagning.leverans TO {PIPELINE}"))


_AUDITED = {
    "tabellversion": "version_id, tabell, kommun, ar, korning_id, kodversion, skapad",
    "granskning": "granskning_id, utgava, metod, godkand, osakra, provade, orsak, skapad",
}
"""What auditors read of tables that hold digests of counts too."""

_STEPS = (PIPELINE, "kvinnofrid_kvalitet", "kvinnofrid_registeransvarig")
"""Who may take a step with an edition. Who did is in the log."""

_EDITIONS = f"""
REVOKE INSERT, UPDATE, DELETE ON revision.handelse, revision.utgavor FROM {PIPELINE};
REVOKE UPDATE, DELETE ON tabell.extern FROM {PIPELINE};
GRANT USAGE ON SCHEMA revision TO {", ".join(_STEPS)};
GRANT SELECT ON revision.utgavor, revision.handelse, revision.granskning TO {", ".join(_STEPS)};
GRANT EXECUTE ON FUNCTION revision.steg(integer, text, text, jsonb) TO {", ".join(_STEPS)};
GRANT EXECUTE ON FUNCTION tabell.utgava_sha256(integer) TO {PIPELINE}, kvinnofrid_kvalitet;
GRANT EXECUTE ON FUNCTION publicering.utgava_sha256(integer) TO {PIPELINE}, kvinnofrid_kvalitet;
REVOKE INSERT ON revision.omrakning FROM {PIPELINE};
GRANT SELECT ON revision.omrakning, revision.omrakningssvar, revision.utgava_version TO {PIPELINE}, kvinnofrid_kvalitet;
GRANT EXECUTE ON FUNCTION revision.bestall_omrakning(integer, text, integer, text)
    TO {PIPELINE}, kvinnofrid_kvalitet, kvinnofrid_revisor;
"""
_CLOSED = {
    "utgava": (PIPELINE, "kvinnofrid_kvalitet", "kvinnofrid_revisor"),
    "cell": (PIPELINE, "kvinnofrid_kvalitet"),
    "anmarkning": (PIPELINE, "kvinnofrid_kvalitet"),
}
"""Who reads editions that are not open: auditors see that there is one, and not what it says."""


def _grant_editions(conn: Connection) -> None:
    conn.execute(text(_EDITIONS))
    for table, roles in _CLOSED.items():
        conn.execute(text(f"ALTER TABLE publicering.{table} ENABLE ROW LEVEL SECURITY"))
        open_only = (
            "typ = 'oppen'"
            if table == "utgava"
            else "utgava IN (SELECT u.utgava FROM publicering.utgava u WHERE u.typ = 'oppen')"
        )
        for name, to, which in (("oppna", "PUBLIC", open_only), ("alla", ", ".join(roles), "true")):
            conn.execute(text(f"DROP POLICY IF EXISTS {name} ON publicering.{table}"))
            conn.execute(text(f"CREATE POLICY {name} ON publicering.{table} FOR SELECT TO {to} USING ({which})"))


def fit_for_login(name: str) -> bool:
    """Whether a login may be called so: plain letters, and none of our own roles."""
    return bool(re.fullmatch(r"[a-z][a-z0-9_]{1,39}", name)) and not name.startswith(("kvinnofrid", "pg_"))


def login(conn: Connection, name: str, role: str, password: str) -> None:
    """Make the login a member of one of the readers' roles, or give it a new password; in the owner's transaction.

    A login that has other rights already is refused: it is somebody else's. Both names are checked by the caller.
    """
    from warehouse.contracts.errors import UserError

    known = conn.execute(
        text(
            "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR EXISTS (SELECT 1 FROM pg_auth_members m"
            " JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid AND g.rolname <> :role)"
            " FROM pg_roles r WHERE rolname = :name"
        ),
        {"name": name, "role": role},
    ).scalar()
    if known:
        raise UserError("Inloggningen finns redan och får annat. Välj ett annat namn.")
    verb = "CREATE" if known is None else "ALTER"
    quoted = password.replace("'", "''")
    conn.execute(text(f"{verb} ROLE {name} LOGIN INHERIT PASSWORD '{quoted}'"))
    conn.execute(text(f"GRANT {role} TO {name}"))
