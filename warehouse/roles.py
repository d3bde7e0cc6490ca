"""Database roles and what each may do, schema by schema. Row-level security follows with release."""

from sqlalchemy import Connection, text

PIPELINE = "kvinnofrid_pipeline"
ROLES = {
    PIPELINE: "writes what the pipeline makes",
    "kvinnofrid_kvalitet": "kvalitetsenheten: tables, what the organisation reports, receipts",
    "kvinnofrid_revisor": "auditors: released tables, ledger, receipts and faults; never records",
    "kvinnofrid_publik": "released tables only",
    "kvinnofrid_registeransvarig": "answers for the records",
}

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


def _has_set(conn: Connection) -> bool:
    """From PostgreSQL 16 on, to be a member and to be allowed SET ROLE are two things."""
    return int(conn.execute(text("SHOW server_version_num")).scalar_one()) >= 160000


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
    conn.execute(text(f"GRANT UPDATE (till) ON mottagning.gallande TO {PIPELINE}"))
    changing = "status, original_tas_bort, rader_overlapp, poster_nya, poster_andrade, poster_borttagna, rattad_av"
    conn.execute(text(f"GRANT UPDATE ({changing}) ON mottagning.leverans TO {PIPELINE}"))
