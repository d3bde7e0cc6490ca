"""What the database itself holds of tracing: the auditors' view of versions, and how a recount is ordered.

Made anew at each upgrade. Who may read the ledger of editions is in ``warehouse.roles``.
"""

from sqlalchemy import Connection

_SAFE = "SET search_path = pg_catalog, pg_temp"

# For auditors, who have no right to schema tabell. No digest of what is counted, nor how many cells: guesses at hidden
# counts could be tried against them. The run that made the edition is not here either, for it keeps its own digest from
# being guessed at.
_VERSIONS = """
CREATE VIEW revision.utgava_version AS
SELECT u.utgava, v.version_id, v.tabell, v.kommun, v.ar, v.skapad, v.kodversion, v.korning_id
FROM publicering.utgava u JOIN tabell.utgava d USING (utgava)
CROSS JOIN LATERAL unnest(d.versioner) n (version_id) JOIN revision.tabellversion v USING (version_id)"""

_MEMBERS = """
CREATE VIEW publicering.deltagare WITH (security_barrier) AS
SELECT u.utgava, m.del::integer AS del
FROM publicering.utgava u JOIN revision.handelse h ON h.utgava = u.utgava AND h.steg = 'utkast'
CROSS JOIN LATERAL jsonb_array_elements_text(coalesce(h.uppgifter -> 'deltagare', '[]')) m (del)
WHERE u.typ = 'oppen'"""

# No number is given with an order, and none comes back: there is nothing to try guesses with.
_ORDER = f"""
CREATE OR REPLACE FUNCTION revision.bestall_omrakning(
    p_utgava integer, p_tabell text, p_ordning integer, p_uppgiven text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER {_SAFE} AS $$
DECLARE
    v_id bigint;
BEGIN
    IF coalesce(revision.namn(p_uppgiven), '') = '' OR p_uppgiven ~ '[[:cntrl:]]' OR length(p_uppgiven) > 200 THEN
        PERFORM revision.neka('KV003');
    END IF;
    IF NOT EXISTS (SELECT FROM publicering.cell c JOIN publicering.utgava u USING (utgava)
                   WHERE c.utgava = p_utgava AND c.tabell = p_tabell AND c.ordning = p_ordning AND u.typ = 'oppen') THEN
        PERFORM revision.neka('KV018');
    END IF;
    INSERT INTO revision.omrakning (utgava, tabell, ordning, bestalld, av_login, uppgiven, styrkt)
    VALUES (p_utgava, p_tabell, p_ordning, clock_timestamp(), session_user, btrim(p_uppgiven),
        revision.personlig(session_user))
    RETURNING omrakning_id INTO v_id;
    RETURN v_id;
END $$"""

_APPEND_ONLY = ("revision.omrakning", "revision.omrakningssvar")


def refresh(conn: Connection) -> None:
    """Make views, function and triggers anew, in the caller's transaction (the upgrade's, as the owner)."""
    run = conn.exec_driver_sql
    for name, made in (("revision.utgava_version", _VERSIONS), ("publicering.deltagare", _MEMBERS)):
        run(f"DROP VIEW IF EXISTS {name}")
        run(made)
    run(_ORDER)
    run("REVOKE ALL ON FUNCTION revision.bestall_omrakning(integer, text, integer, text) FROM PUBLIC")
    for table in _APPEND_ONLY:
        when = f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT"
        run(f"CREATE OR REPLACE TRIGGER orubblig {when} EXECUTE FUNCTION revision.orubblig()")
        run(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER orubblig")
