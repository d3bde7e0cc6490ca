"""How the database itself guards editions: functions, triggers and views, made anew at each upgrade.

Nobody writes to ``publicering`` or to the log but ``revision.steg``. Refusals: see ``_edition_errors``.
"""

from sqlalchemy import Connection

_SAFE = "SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1"
# What is text is joined as jsonb arrays, so that no two editions can be written the same. extra_float_digits: a double
# is always written with all its digits, whatever the session says.
_CELL = "tabell, kommun, ar, period, ordning, dimensioner, kon, matt, status, varde, fran, till"


def _digest(name: str, head: str, cells: str, notes: str) -> str:
    """A function that gives SHA-256 of an edition: head, cells in order, notes in order."""
    return f"""
CREATE OR REPLACE FUNCTION {name}(p_utgava integer) RETURNS text LANGUAGE sql STABLE {_SAFE} AS $$
SELECT encode(sha256(convert_to(concat_ws(E'\\n',
    (SELECT jsonb_build_array(h.utgava, h.namnd, h.ar, h.niva, h.typ, h.variant, h.regel, u.system_sha256,
        u.monster_sha256, u.kodversion, u.korning_id, u.versioner, u.logg_nr)::text
     FROM {head} h JOIN tabell.utgava u USING (utgava) WHERE h.utgava = p_utgava),
    (SELECT string_agg(jsonb_build_array({_CELL})::text, E'\\n' ORDER BY tabell COLLATE "C", ordning)
     FROM {cells} WHERE utgava = p_utgava),
    (SELECT string_agg(jsonb_build_array(tabell, ordning, text)::text, E'\\n' ORDER BY tabell COLLATE "C", ordning)
     FROM {notes} WHERE utgava = p_utgava)
), 'UTF8')), 'hex') $$"""


_DIGESTS = (
    _digest("tabell.utgava_sha256", "tabell.utgava", "tabell.utgava_cell", "tabell.utgava_not"),
    _digest("publicering.utgava_sha256", "publicering.utgava", "publicering.cell", "publicering.anmarkning"),
)

_NEKA = f"""
CREATE OR REPLACE FUNCTION revision.neka(p_kod text, p_ord text DEFAULT '') RETURNS void LANGUAGE plpgsql {_SAFE} AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = p_kod, MESSAGE = p_ord;
END $$"""

# Names are compared by their words, in any order: spaces, capitals, dots and how letters are composed do not count.
# lower() alone leaves Å, Ä, Ö in a database without a locale.
_NAMN = f"""
CREATE OR REPLACE FUNCTION revision.namn(p_namn text) RETURNS text LANGUAGE sql IMMUTABLE {_SAFE} AS $$
SELECT string_agg(DISTINCT w, ' ') FROM regexp_split_to_table(regexp_replace(translate(lower(normalize(p_namn, NFKC)),
    'ÅÄÖÆØÉÈÜÁÀËÏÓÍÚÑÇ', 'åäöæøéèüáàëïóíúñç'), '[^[:alpha:][:space:]]', '', 'g'), '[[:space:]]+') w WHERE w <> '' $$"""

_PERSONLIG = f"""
CREATE OR REPLACE FUNCTION revision.personlig(p_login text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
{_SAFE} AS $$ SELECT p_login NOT IN ('kvinnofrid_pipeline', current_user) $$"""

# Every field is written with its length, so that no two events can be written the same. warehouse/audit_log.py writes
# the same text, and hashes it outside the database.
EVENT_TEXT = (
    "SELECT string_agg(CASE WHEN f IS NULL THEN '-' ELSE octet_length(convert_to(f, 'UTF8')) || ':' || f END, ','"
    " ORDER BY i) FROM unnest(ARRAY[h.nr::text, to_char(h.tid AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US'),"
    " h.utgava::text, h.steg, h.av_login, h.uppgiven, h.styrkt::text, h.uppgifter::text]) WITH ORDINALITY AS u (f, i)"
)

_LOGGA = f"""
CREATE OR REPLACE FUNCTION revision.logga(
    p_utgava integer, p_steg text, p_uppgiven text, p_styrkt boolean, p_uppgifter jsonb
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER {_SAFE} AS $$
DECLARE
    h revision.handelse;
    v_forra text;
BEGIN
    -- One writer at a time: each event is bound to the one before it.
    LOCK TABLE revision.handelse IN SHARE ROW EXCLUSIVE MODE;
    SELECT nr, sha256 INTO h.nr, v_forra FROM revision.handelse ORDER BY nr DESC LIMIT 1;
    h.nr := coalesce(h.nr, 0) + 1;
    h.forra_sha256 := coalesce(v_forra, repeat('0', 64));
    h.tid := clock_timestamp();
    h.utgava := p_utgava;
    h.steg := p_steg;
    h.av_login := session_user;
    h.uppgiven := btrim(p_uppgiven);
    h.styrkt := p_styrkt;
    h.uppgifter := p_uppgifter;
    h.sha256 := encode(sha256(convert_to(h.forra_sha256 || ({EVENT_TEXT}), 'UTF8')), 'hex');
    INSERT INTO revision.handelse SELECT h.*;
    RETURN h.nr;
END $$"""

# Both audits must have passed, last time they ran, for exactly this content and for what the head says.
_PROVAD = f"""
CREATE OR REPLACE FUNCTION revision.provad(d tabell.utgava, p_innehall text) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER {_SAFE} AS $$
DECLARE
    v_metod text;
    g revision.granskning;
    v_nr bigint;
BEGIN
    FOREACH v_metod IN ARRAY ARRAY['certifikat', 'lp'] LOOP
        SELECT * INTO g FROM revision.granskning WHERE utgava = d.utgava AND metod = v_metod
        ORDER BY granskning_id DESC LIMIT 1;
        IF NOT FOUND THEN
            PERFORM revision.neka('KV004', v_metod);
        ELSIF NOT g.godkand OR g.osakra <> 0 THEN
            PERFORM revision.neka('KV005', v_metod);
        ELSIF (g.innehall_sha256, g.system_sha256, g.monster_sha256)
            IS DISTINCT FROM (p_innehall::character(64), d.system_sha256, d.monster_sha256) THEN
            PERFORM revision.neka('KV006', v_metod);
        END IF;
    END LOOP;
    -- What was released after the draft's system was read is not in what was audited. Readers of open editions have
    -- no others; who is given an appendix has the open ones too.
    SELECT h.nr INTO v_nr FROM revision.handelse h
    LEFT JOIN publicering.utgava p ON p.utgava = h.utgava
    LEFT JOIN tabell.extern e ON h.steg = 'extern' AND e.extern_id = (h.uppgifter ->> 'extern_id')::bigint
    WHERE h.nr > d.logg_nr AND h.steg IN ('expedierad', 'extern')
      AND (h.steg = 'extern' OR p.typ IN ('oppen', d.typ))
      AND revision.hor_ihop(d.namnd, coalesce(p.namnd, e.namnd))
      AND coalesce(p.ar, e.ar) >= (SELECT min(left(c.period, 4)::integer) FROM tabell.utgava_cell c
                                   WHERE c.utgava = d.utgava)
      AND d.ar >= coalesce((SELECT min(left(c.period, 4)::integer) FROM publicering.cell c
                            WHERE c.utgava = p.utgava), left(e.period, 4)::integer, e.ar)
    ORDER BY h.nr LIMIT 1;
    IF FOUND THEN
        PERFORM revision.neka('KV014', 'händelse ' || v_nr);
    END IF;
    -- What was counted again since, with another result, is not what was audited.
    IF EXISTS (
        SELECT 1 FROM unnest(d.versioner) u (version_id) JOIN revision.tabellversion v USING (version_id)
        WHERE v.innehall_sha256 <> (SELECT n.innehall_sha256 FROM revision.tabellversion n WHERE (n.tabell, n.kommun,
            n.ar) = (v.tabell, v.kommun, v.ar) ORDER BY n.version_id DESC LIMIT 1)
    ) THEN
        PERFORM revision.neka('KV017');
    END IF;
END $$"""

# A kommun's figures are part of its län's, of the nation's, and may be part of any group's.
_HOR_IHOP = f"""
CREATE OR REPLACE FUNCTION revision.hor_ihop(a text, b text) RETURNS boolean LANGUAGE sql IMMUTABLE {_SAFE} AS $$
SELECT CASE
    WHEN a = b OR a = 'riket' OR b = 'riket' OR left(a, 6) = 'grupp:' OR left(b, 6) = 'grupp:' THEN true
    WHEN left(a, 4) = 'lan:' THEN right(a, 2) = left(b, 2)
    WHEN left(b, 4) = 'lan:' THEN right(b, 2) = left(a, 2)
    ELSE false END $$"""

_STEG = f"""
CREATE OR REPLACE FUNCTION revision.steg(
    p_utgava integer, p_steg text, p_uppgiven text, p_uppgifter jsonb DEFAULT '{{}}'
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER {_SAFE} AS $$
DECLARE
    d tabell.utgava;
    g revision.handelse;
    v_nu text;
    v_innehall text;
    v_forra integer;
    v_annan integer;
    v_dag date;
    v_nr bigint;
    v_styrkt boolean := revision.personlig(session_user);
    v_egna jsonb := '{{}}';
    v_utan text[] := ARRAY['innehall_sha256', 'av', 'login'];
BEGIN
    LOCK TABLE revision.handelse IN SHARE ROW EXCLUSIVE MODE;
    IF jsonb_typeof(p_uppgifter) IS DISTINCT FROM 'object' THEN
        p_uppgifter := '{{}}';
    END IF;
    SELECT * INTO d FROM tabell.utgava WHERE utgava = p_utgava FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM revision.neka('KV001');
    END IF;
    IF coalesce(revision.namn(p_uppgiven), '') = '' OR p_uppgiven ~ '[[:cntrl:]]' OR length(p_uppgiven) > 200 THEN
        PERFORM revision.neka('KV003');
    END IF;
    SELECT steg INTO v_nu FROM revision.handelse WHERE utgava = p_utgava ORDER BY nr DESC LIMIT 1;
    IF NOT (CASE p_steg
        WHEN 'utkast' THEN v_nu IS NULL
        WHEN 'granskad' THEN v_nu = 'utkast'
        WHEN 'godkand' THEN v_nu = 'granskad'
        WHEN 'expedierad' THEN v_nu = 'godkand'
        WHEN 'faststalld' THEN v_nu = 'expedierad'
        WHEN 'atertagen' THEN v_nu IN ('expedierad', 'faststalld')
        WHEN 'forkastad' THEN v_nu IN ('utkast', 'granskad', 'godkand')
        ELSE false END IS TRUE) THEN
        PERFORM revision.neka('KV002', coalesce(v_nu, ''));
    END IF;

    IF p_steg IN ('utkast', 'granskad', 'godkand', 'expedierad') THEN
        v_innehall := tabell.utgava_sha256(p_utgava);
        v_egna := jsonb_build_object('innehall_sha256', v_innehall);
    END IF;
    IF p_steg = 'utkast' AND NOT EXISTS (SELECT FROM tabell.utgava_cell WHERE utgava = p_utgava) THEN
        PERFORM revision.neka('KV013');
    END IF;
    IF p_steg IN ('granskad', 'godkand', 'expedierad') THEN
        PERFORM revision.provad(d, v_innehall);
    END IF;
    IF p_steg IN ('godkand', 'expedierad') THEN
        SELECT * INTO g FROM revision.handelse WHERE utgava = p_utgava AND steg = 'granskad' ORDER BY nr DESC LIMIT 1;
        IF g.uppgifter ->> 'innehall_sha256' IS DISTINCT FROM v_innehall THEN
            PERFORM revision.neka('KV006');
        END IF;
    END IF;
    IF p_steg = 'godkand' THEN
        IF revision.namn(p_uppgiven) IS NOT DISTINCT FROM revision.namn(g.uppgiven)
            OR (session_user = g.av_login AND revision.personlig(session_user)) THEN
            PERFORM revision.neka('KV007');
        END IF;
        -- Two persons are proved only by two logins that are persons'.
        v_styrkt := v_styrkt AND g.styrkt AND session_user <> g.av_login;
        v_egna := v_egna || jsonb_build_object('login', CASE WHEN session_user = g.av_login THEN 'samma'
            ELSE 'olika' END);
    ELSIF p_steg = 'expedierad' THEN
        IF btrim(coalesce(p_uppgifter ->> 'dnr', '')) = '' THEN
            PERFORM revision.neka('KV008');
        END IF;
        IF d.typ = 'sekretessbilaga' AND btrim(coalesce(p_uppgifter ->> 'mottagare', '')) = '' THEN
            PERFORM revision.neka('KV015');
        END IF;
        SELECT u.utgava INTO v_forra FROM revision.utgavor u WHERE u.namnd = d.namnd AND u.ar = d.ar AND u.typ = d.typ
            AND u.tillstand IN ('expedierad', 'faststalld') ORDER BY u.utgava DESC LIMIT 1;
        INSERT INTO publicering.utgava (utgava, namnd, ar, niva, typ, variant, regel, dnr, expedierad, innehall_sha256,
            ersatter, text)
        VALUES (d.utgava, d.namnd, d.ar, d.niva, d.typ, d.variant, d.regel, btrim(p_uppgifter ->> 'dnr'),
            clock_timestamp(), v_innehall, v_forra, coalesce(p_uppgifter ->> 'text', ''));
        INSERT INTO publicering.cell (utgava, {_CELL}) SELECT utgava, {_CELL} FROM tabell.utgava_cell
        WHERE utgava = p_utgava;
        INSERT INTO publicering.anmarkning (utgava, tabell, ordning, text) SELECT utgava, tabell, ordning, text
        FROM tabell.utgava_not WHERE utgava = p_utgava;
        -- Whatever somebody does to the draft meanwhile: what is out is what was audited, or nothing is.
        IF publicering.utgava_sha256(p_utgava) IS DISTINCT FROM v_innehall THEN
            PERFORM revision.neka('KV006');
        END IF;
    ELSIF p_steg = 'faststalld' THEN
        BEGIN
            v_dag := (p_uppgifter ->> 'datum')::date;
        EXCEPTION WHEN data_exception THEN
            v_dag := NULL;
        END;
        IF v_dag IS NULL OR p_uppgifter ->> 'datum' !~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$'
            OR v_dag > (clock_timestamp() AT TIME ZONE 'Europe/Stockholm')::date
            OR v_dag < (SELECT (expedierad AT TIME ZONE 'Europe/Stockholm')::date FROM publicering.utgava
                        WHERE utgava = p_utgava) THEN
            PERFORM revision.neka('KV009');
        END IF;
        IF btrim(coalesce(p_uppgifter ->> 'paragraf', '')) = '' THEN
            PERFORM revision.neka('KV010');
        END IF;
    ELSIF p_steg = 'atertagen' AND btrim(coalesce(p_uppgifter ->> 'orsak', '')) = '' THEN
        PERFORM revision.neka('KV011');
    END IF;

    v_nr := revision.logga(p_utgava, p_steg, p_uppgiven, v_styrkt, (p_uppgifter - v_utan) || v_egna);
    -- What the new one replaces. Names of those who took the step stand for both.
    FOR v_annan IN SELECT u.utgava FROM revision.utgavor u WHERE u.namnd = d.namnd AND u.ar = d.ar AND u.typ = d.typ
        AND u.utgava <> p_utgava AND CASE p_steg
            WHEN 'utkast' THEN u.tillstand IN ('utkast', 'granskad', 'godkand')
            WHEN 'expedierad' THEN u.tillstand IN ('expedierad', 'faststalld')
            ELSE false END
        ORDER BY u.utgava
    LOOP
        PERFORM revision.logga(v_annan, CASE p_steg WHEN 'utkast' THEN 'forkastad' ELSE 'ersatt' END, p_uppgiven,
            v_styrkt, jsonb_build_object('av', p_utgava));
    END LOOP;
    RETURN v_nr;
END $$"""

_EXTERN = f"""
CREATE OR REPLACE FUNCTION revision.extern_in() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {_SAFE} AS $$
BEGIN
    IF coalesce(revision.namn(NEW.uppgiven), '') = '' OR NEW.uppgiven ~ '[[:cntrl:]]' OR length(NEW.uppgiven) > 200 THEN
        PERFORM revision.neka('KV003');
    END IF;
    IF NEW.datum > (clock_timestamp() AT TIME ZONE 'Europe/Stockholm')::date THEN
        PERFORM revision.neka('KV016');
    END IF;
    NEW.av_login := session_user;
    NEW.uppgiven := btrim(NEW.uppgiven);
    NEW.styrkt := revision.personlig(session_user);
    NEW.registrerad := clock_timestamp();
    PERFORM revision.logga(NULL, 'extern', NEW.uppgiven, NEW.styrkt, jsonb_build_object(
        'extern_id', NEW.extern_id, 'namnd', NEW.namnd, 'ar', NEW.ar,
        'sha256', encode(sha256(convert_to((to_jsonb(NEW) - 'registrerad')::text, 'UTF8')), 'hex')));
    RETURN NEW;
END $$"""

_ORUBBLIG = f"""
CREATE OR REPLACE FUNCTION revision.orubblig() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {_SAFE} AS $$
BEGIN
    PERFORM revision.neka('KV012', TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME);
    RETURN NULL;
END $$"""

# The lock makes whoever changes a draft wait for a dispatch of it under way, and see it.
_FRYST = f"""
CREATE OR REPLACE FUNCTION revision.fryst() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {_SAFE} AS $$
BEGIN
    PERFORM FROM tabell.utgava WHERE utgava IN (SELECT utgava FROM rorda) FOR KEY SHARE;
    IF EXISTS (SELECT FROM revision.handelse h WHERE h.steg = 'expedierad'
               AND h.utgava IN (SELECT utgava FROM rorda)) THEN
        PERFORM revision.neka('KV012', TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME);
    END IF;
    RETURN NULL;
END $$"""

# Runs when the transaction ends: what stands in publicering has been dispatched by the book.
_EXPEDIERAD = f"""
CREATE OR REPLACE FUNCTION revision.expedierad() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {_SAFE} AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM revision.handelse h WHERE h.utgava = NEW.utgava AND h.steg = 'expedierad'
                   AND h.uppgifter ->> 'innehall_sha256' = NEW.innehall_sha256) THEN
        PERFORM revision.neka('KV012', 'publicering.utgava');
    END IF;
    RETURN NULL;
END $$"""

_FUNCTIONS = (
    *(_NEKA, _NAMN, _PERSONLIG, _LOGGA, _HOR_IHOP, _PROVAD, _STEG),
    *(_EXTERN, _ORUBBLIG, _FRYST, _EXPEDIERAD),
)

_APPEND_ONLY = (
    *("publicering.utgava", "publicering.cell", "publicering.anmarkning"),
    *("revision.handelse", "revision.granskning", "tabell.extern"),
)
_DRAFTS = (*(f"tabell.utgava{n}" for n in ("", "_cell", "_not", "_underlag")), "revision.utgava_harkomst")


def _triggers() -> list[tuple[str, str, str]]:
    """Table, name and the rest of each trigger."""
    made = [
        (table, "orubblig", "BEFORE UPDATE OR DELETE OR TRUNCATE ON {} FOR EACH STATEMENT", "revision.orubblig")
        for table in _APPEND_ONLY
    ]
    for table in _DRAFTS:
        made.append((table, "orubblig", "BEFORE TRUNCATE ON {} FOR EACH STATEMENT", "revision.orubblig"))
        for event, seen in (("DELETE", "OLD"), ("UPDATE", "OLD"), ("INSERT", "NEW")):
            when = f"AFTER {event} ON {{}} REFERENCING {seen} TABLE AS rorda FOR EACH STATEMENT"
            made.append((table, f"fryst_{event.lower()}", when, "revision.fryst"))
        # Rows must not be moved into an edition that is out either.
        when = "AFTER UPDATE ON {} REFERENCING NEW TABLE AS rorda FOR EACH STATEMENT"
        made.append((table, "fryst_till", when, "revision.fryst"))
    for table in ("publicering.cell", "publicering.anmarkning"):
        when = "AFTER INSERT ON {} REFERENCING NEW TABLE AS rorda FOR EACH STATEMENT"
        made.append((table, "fryst_insert", when, "revision.fryst"))
    made.append(("tabell.extern", "logga", "BEFORE INSERT ON {} FOR EACH ROW", "revision.extern_in"))
    return [
        (table, name, f"{when.format(table)} EXECUTE FUNCTION {function}()") for table, name, when, function in made
    ]


_UTGAVOR = """
CREATE VIEW revision.utgavor AS
SELECT u.utgava, u.namnd, u.ar, u.niva, u.typ, u.variant, u.regel, h.tillstand, u.skapad, h.granskad_av, h.godkand_av,
       coalesce(h.styrkt, false) AS styrkt, p.dnr, p.expedierad, h.faststalld, h.paragraf, p.ersatter, h.ersatt_av,
       h.atertagen, h.orsak, p.text, p.innehall_sha256
FROM tabell.utgava u
LEFT JOIN publicering.utgava p USING (utgava)
CROSS JOIN LATERAL (
    SELECT (array_agg(e.steg ORDER BY e.nr DESC))[1] AS tillstand,
           max(e.uppgiven) FILTER (WHERE e.steg = 'granskad') AS granskad_av,
           max(e.uppgiven) FILTER (WHERE e.steg = 'godkand') AS godkand_av,
           bool_or(e.styrkt) FILTER (WHERE e.steg = 'godkand') AS styrkt,
           max((e.uppgifter ->> 'datum')::date) FILTER (WHERE e.steg = 'faststalld') AS faststalld,
           max(e.uppgifter ->> 'paragraf') FILTER (WHERE e.steg = 'faststalld') AS paragraf,
           max((e.uppgifter ->> 'av')::integer) FILTER (WHERE e.steg IN ('ersatt', 'forkastad')) AS ersatt_av,
           max(e.tid) FILTER (WHERE e.steg = 'atertagen') AS atertagen,
           max(e.uppgifter ->> 'orsak') FILTER (WHERE e.steg IN ('atertagen', 'forkastad')) AS orsak
    FROM revision.handelse e WHERE e.utgava = u.utgava
) h
WHERE h.tillstand IS NOT NULL
"""

# A view reads with its owner's rights, past row-level security: so it says itself who may see what is not open.
_PUBLIC = """
CREATE VIEW publicering.utgavor WITH (security_barrier) AS
SELECT u.utgava, u.namnd, u.ar, u.niva, u.typ, u.variant, u.regel, u.tillstand, u.dnr, u.expedierad, u.faststalld,
       u.paragraf, u.ersatter, u.ersatt_av, u.atertagen, u.orsak, u.text, u.innehall_sha256
FROM revision.utgavor u
WHERE u.expedierad IS NOT NULL AND (u.typ = 'oppen' OR EXISTS (
    SELECT FROM pg_roles r
    WHERE r.rolname IN ('kvinnofrid_pipeline', 'kvinnofrid_kvalitet', 'kvinnofrid_revisor')
      AND pg_has_role(current_user, r.oid, 'USAGE')
))
"""


def refresh(conn: Connection) -> None:
    """Make functions, triggers and views anew, in the caller's transaction (the upgrade's, as the owner)."""
    run = conn.exec_driver_sql
    run("DROP VIEW IF EXISTS publicering.utgavor")
    run("DROP VIEW IF EXISTS revision.utgavor")
    run(_UTGAVOR)
    run(_PUBLIC)
    for function in (*_DIGESTS, *_FUNCTIONS):
        run(function)
    run("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA revision, tabell, publicering FROM PUBLIC")
    for table, name, rest in _triggers():
        run(f"CREATE OR REPLACE TRIGGER {name} {rest}")
        run(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
    table = "publicering.utgava"
    run(f"DROP TRIGGER IF EXISTS expedierad ON {table}")
    run(
        f"CREATE CONSTRAINT TRIGGER expedierad AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
        " EXECUTE FUNCTION revision.expedierad()"
    )
    run(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER expedierad")
