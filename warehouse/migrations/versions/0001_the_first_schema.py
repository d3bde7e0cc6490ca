"""The first schema: receipts, register, context, cells, ledger. Views and rights are made after each upgrade."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the first schema."""
    for schema in ("mottagning", "register", "omvarld", "verksamhet", "tabell", "publicering", "revision"):
        op.execute(f"CREATE SCHEMA {schema}")
    op.create_table(
        "bra_brottstyp",
        sa.Column("brott_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("periodtyp", sa.Text(), nullable=False),
        sa.Column("grupp", sa.Text(), nullable=False),
        sa.Column("kon", sa.Text(), nullable=False),
        sa.Column("alder", sa.Text(), nullable=True),
        sa.Column("plats", sa.Text(), nullable=True),
        sa.Column("relation", sa.Text(), nullable=True),
        sa.Column(
            "gren",
            sa.Text(),
            nullable=False,
            comment="Grenarna kön och ålder beskriver samma brott och läggs aldrig ihop",
        ),
        sa.Column("foralder_id", sa.BigInteger(), nullable=True),
        sa.Column("etikett", sa.Text(), nullable=False),
        sa.CheckConstraint("kon IN ('kvinna', 'man', 'totalt')", name=op.f("ck_bra_brottstyp_kon")),
        sa.PrimaryKeyConstraint("brott_id", name=op.f("pk_bra_brottstyp")),
        schema="omvarld",
        comment="BRÅ:s id för brott och vad de står för",
    )
    op.create_table(
        "lan",
        sa.Column("lanskod", sa.Text(), nullable=False),
        sa.Column("namn", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("lanskod", name=op.f("pk_lan")),
        schema="omvarld",
        comment="Län",
    )
    op.create_table(
        "kontroll",
        sa.Column("kontroll_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("korning_id", sa.Text(), nullable=False),
        sa.Column("kontroll", sa.Text(), nullable=False),
        sa.Column("kommun", sa.Text(), nullable=True),
        sa.Column("ar", sa.Integer(), nullable=True),
        sa.Column("utfall", sa.Text(), nullable=False),
        sa.Column("antal", sa.BigInteger(), nullable=False, comment="Antal poster som inte stämmer"),
        sa.Column("skapad", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("utfall IN ('godkand', 'varning', 'underkand')", name=op.f("ck_kontroll_utfall")),
        sa.PrimaryKeyConstraint("kontroll_id", name=op.f("pk_kontroll")),
        schema="revision",
        comment="Kontrollernas utfall, bara antal",
    )
    op.create_table(
        "tabellversion",
        sa.Column("version_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tabell", sa.Text(), nullable=False),
        sa.Column("kommun", sa.Text(), nullable=False),
        sa.Column("ar", sa.Integer(), nullable=False),
        sa.Column(
            "indata_sha256", sa.CHAR(length=64), nullable=False, comment="Fingeravtryck av leveranserna och koden bakom"
        ),
        sa.Column("innehall_sha256", sa.CHAR(length=64), nullable=False),
        sa.Column("celler", sa.Integer(), nullable=False),
        sa.Column("korning_id", sa.Text(), nullable=False),
        sa.Column("kodversion", sa.Text(), nullable=False),
        sa.Column("skapad", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_tabellversion")),
        schema="revision",
        comment="Varje gång en tabell räknats",
    )
    op.create_index(
        "ix_tabellversion_tabell",
        "tabellversion",
        ["tabell", "kommun", "ar", "version_id"],
        unique=False,
        schema="revision",
    )
    op.create_table(
        "kommun",
        sa.Column("kommunkod", sa.Text(), nullable=False),
        sa.Column("namn", sa.Text(), nullable=False),
        sa.Column("lanskod", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["lanskod"], ["omvarld.lan.lanskod"], name=op.f("fk_kommun_lanskod")),
        sa.PrimaryKeyConstraint("kommunkod", name=op.f("pk_kommun")),
        schema="omvarld",
        comment="Kommuner; 0000 står för offentliga uppgifter som inte är någon kommuns",
    )
    op.create_table(
        "leverans",
        sa.Column("leverans_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kalla", sa.Text(), nullable=True),
        sa.Column("tabell", sa.Text(), nullable=True),
        sa.Column("namnd", sa.Text(), nullable=True),
        sa.Column("avsandare", sa.Text(), nullable=True),
        sa.Column("period", sa.Text(), nullable=True),
        sa.Column("omfang", sa.Text(), nullable=True),
        sa.Column("uttagsdatum", sa.Date(), nullable=True),
        sa.Column("filnamn", sa.Text(), nullable=False, comment="Utan sådant som kan peka ut en person"),
        sa.Column("storlek", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.CHAR(length=64), nullable=False),
        sa.Column("mottagen", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("dnr", sa.Text(), nullable=True),
        sa.Column("rattslig_grund", sa.Text(), nullable=True),
        sa.Column("mappning", sa.Text(), nullable=True),
        sa.Column("mappningsversion", sa.Text(), nullable=True),
        sa.Column("syntetisk", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("rader_lasta", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rader_godkanda", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rader_karantan", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rader_overlapp", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("nyckelversion", sa.Integer(), nullable=True),
        sa.Column("forsta_ar", sa.Integer(), nullable=True, comment="Första år som raderna berör"),
        sa.Column("sista_ar", sa.Integer(), nullable=True, comment="Sista år som raderna berör"),
        sa.Column("original_tas_bort", sa.Date(), nullable=True, comment="Dag då det krypterade originalet tas bort"),
        sa.CheckConstraint("(omfang = 'helbild') = (period IS NULL)", name=op.f("ck_leverans_period")),
        sa.CheckConstraint("omfang IN ('helbild', 'periodutdrag')", name=op.f("ck_leverans_omfang")),
        sa.CheckConstraint(
            "status = 'avvisad' OR (kalla IS NOT NULL AND tabell IS NOT NULL AND namnd IS NOT NULL AND avsandare IS NOT NULL AND omfang IS NOT NULL AND uttagsdatum IS NOT NULL)",
            name=op.f("ck_leverans_uppgifter"),
        ),
        sa.CheckConstraint(
            "status IN ('mottagen', 'godkand', 'delvis_godkand', 'avvisad', 'ersatt')", name=op.f("ck_leverans_status")
        ),
        sa.CheckConstraint("rader_lasta = rader_godkanda + rader_karantan", name=op.f("ck_leverans_rader")),
        sa.ForeignKeyConstraint(["namnd"], ["omvarld.kommun.kommunkod"], name=op.f("fk_leverans_namnd")),
        sa.PrimaryKeyConstraint("leverans_id", name=op.f("pk_leverans")),
        schema="mottagning",
        comment="Kvitto för varje leverans",
    )
    op.create_index(
        "uq_leverans_sha256",
        "leverans",
        ["sha256"],
        unique=True,
        schema="mottagning",
        postgresql_where=sa.text("status <> 'avvisad'"),
    )
    op.create_table(
        "nyckel",
        sa.Column("namnd", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kontrollvarde", sa.Text(), nullable=False),
        sa.Column("skapad", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["namnd"], ["omvarld.kommun.kommunkod"], name=op.f("fk_nyckel_namnd")),
        sa.PrimaryKeyConstraint("namnd", "version", name=op.f("pk_nyckel")),
        schema="mottagning",
        comment="Kontrollvärde för nämndens nyckel, så att en förlorad eller fel nyckel märks",
    )
    op.create_table(
        "utgava",
        sa.Column("utgava", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("namnd", sa.Text(), nullable=False),
        sa.Column("ar", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["namnd"], ["omvarld.kommun.kommunkod"], name=op.f("fk_utgava_namnd")),
        sa.PrimaryKeyConstraint("utgava", name=op.f("pk_utgava")),
        schema="publicering",
        comment="Utgåvor; inga kan finnas förrän röjandekontrollen finns",
    )
    op.create_table(
        "anmarkning",
        sa.Column("tabell", sa.Text(), nullable=False),
        sa.Column("kommun", sa.Text(), nullable=False),
        sa.Column("ar", sa.Integer(), nullable=False),
        sa.Column("ordning", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["kommun"], ["omvarld.kommun.kommunkod"], name=op.f("fk_anmarkning_kommun")),
        sa.PrimaryKeyConstraint("tabell", "kommun", "ar", "ordning", name=op.f("pk_anmarkning")),
        schema="tabell",
        comment="Anmärkningar som hör till en tabell och ett år",
    )
    op.create_table(
        "cell",
        sa.Column("tabell", sa.Text(), nullable=False),
        sa.Column("kommun", sa.Text(), nullable=False),
        sa.Column("ar", sa.Integer(), nullable=False),
        sa.Column("ordning", sa.Integer(), nullable=False, comment="Cellens plats i tabellen"),
        sa.Column("dimensioner", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("kon", sa.Text(), nullable=False),
        sa.Column("matt", sa.Text(), nullable=False),
        sa.Column("varde", sa.Double(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.CheckConstraint("(status = 'visas') = (varde IS NOT NULL)", name=op.f("ck_cell_varde")),
        sa.CheckConstraint("kon IN ('kvinna', 'man', 'annat_okant', 'totalt')", name=op.f("ck_cell_kon")),
        sa.CheckConstraint("status IN ('visas', 'skyddas', 'saknas', 'ej_tillampligt')", name=op.f("ck_cell_status")),
        sa.ForeignKeyConstraint(["kommun"], ["omvarld.kommun.kommunkod"], name=op.f("fk_cell_kommun")),
        sa.PrimaryKeyConstraint("tabell", "kommun", "ar", "ordning", name=op.f("pk_cell")),
        sa.UniqueConstraint("tabell", "kommun", "ar", "kon", "matt", "dimensioner", name="uq_cell_koordinater"),
        schema="tabell",
        comment="En rad för varje cell i tabellplanens tabeller",
    )
    op.create_table(
        "gallande",
        sa.Column("gallande_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("leverans_id", sa.BigInteger(), nullable=False),
        sa.Column("kalla", sa.Text(), nullable=False),
        sa.Column("tabell", sa.Text(), nullable=False),
        sa.Column("namnd", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=True),
        sa.Column("avsandare", sa.Text(), nullable=False),
        sa.Column("uttagsdatum", sa.Date(), nullable=False),
        sa.Column("fran", sa.DateTime(timezone=True), nullable=False),
        sa.Column("till", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("till >= fran", name=op.f("ck_gallande_ordning")),
        sa.ForeignKeyConstraint(
            ["leverans_id"], ["mottagning.leverans.leverans_id"], name=op.f("fk_gallande_leverans_id")
        ),
        sa.PrimaryKeyConstraint("gallande_id", name=op.f("pk_gallande")),
        schema="mottagning",
        comment="Vilken leverans som gäller för varje plats, från och till",
    )
    op.create_index(
        "ix_gallande_namnd",
        "gallande",
        ["namnd", "tabell"],
        unique=False,
        schema="mottagning",
        postgresql_where=sa.text("till IS NULL"),
    )
    op.create_index(
        "uq_gallande_plats",
        "gallande",
        ["kalla", "tabell", "namnd", "period", "avsandare"],
        unique=True,
        schema="mottagning",
        postgresql_where=sa.text("till IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "karantan",
        sa.Column("karantan_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("leverans_id", sa.BigInteger(), nullable=False),
        sa.Column("blad", sa.Text(), nullable=True),
        sa.Column("rad", sa.BigInteger(), nullable=True),
        sa.Column("kolumn", sa.Text(), nullable=True),
        sa.Column("regel", sa.Text(), nullable=False),
        sa.Column("kostar_rad", sa.Boolean(), nullable=False, comment="Falskt för sådant som bara är bra att veta"),
        sa.ForeignKeyConstraint(
            ["leverans_id"], ["mottagning.leverans.leverans_id"], name=op.f("fk_karantan_leverans_id")
        ),
        sa.PrimaryKeyConstraint("karantan_id", name=op.f("pk_karantan")),
        schema="mottagning",
        comment="Vad som var fel och var, aldrig vad som stod där",
    )
    op.create_index(op.f("ix_karantan_leverans_id"), "karantan", ["leverans_id"], unique=False, schema="mottagning")
    op.create_table(
        "befolkning",
        sa.Column(
            "leverans_id", sa.BigInteger(), nullable=False, comment="Leverans. Leveransen som raden kom med [intern]"
        ),
        sa.Column("rad", sa.BigInteger(), nullable=False, comment="Rad. Radens nummer i den levererade filen [intern]"),
        sa.Column("kommunkod", sa.Text(), nullable=False, comment="Kommun. Kommunkod [oppen]"),
        sa.Column("ar", sa.BigInteger(), nullable=False, comment="År. Folkmängd 31 december detta år [oppen]"),
        sa.Column("kon", sa.Text(), nullable=False, comment="Kön. kvinna, man eller totalt [oppen]"),
        sa.Column("antal", sa.BigInteger(), nullable=False, comment="Antal. Personer [oppen]"),
        sa.CheckConstraint("kommunkod ~ '^[0-9]{4}$'", name=op.f("ck_befolkning_kommunkod")),
        sa.CheckConstraint("kon ~ '^(kvinna|man|totalt)$'", name=op.f("ck_befolkning_kon")),
        sa.CheckConstraint("antal >= 0", name=op.f("ck_befolkning_antal")),
        sa.CheckConstraint("ar >= 1975 AND ar <= 2100", name=op.f("ck_befolkning_ar")),
        sa.CheckConstraint("rad >= 1", name=op.f("ck_befolkning_rad")),
        sa.ForeignKeyConstraint(["kommunkod"], ["omvarld.kommun.kommunkod"], name=op.f("fk_befolkning_kommunkod")),
        sa.ForeignKeyConstraint(
            ["leverans_id"], ["mottagning.leverans.leverans_id"], name=op.f("fk_befolkning_leverans_id")
        ),
        sa.PrimaryKeyConstraint("leverans_id", "rad", "kon", name=op.f("pk_befolkning")),
        sa.UniqueConstraint(
            "leverans_id", "kommunkod", "ar", "kon", name="uq_befolkning_nyckel", postgresql_nulls_not_distinct=True
        ),
        schema="omvarld",
        comment="Befolkning (SCB)",
    )
    op.create_table(
        "bra_brott",
        sa.Column(
            "leverans_id", sa.BigInteger(), nullable=False, comment="Leverans. Leveransen som raden kom med [intern]"
        ),
        sa.Column("rad", sa.BigInteger(), nullable=False, comment="Rad. Radens nummer i den levererade filen [intern]"),
        sa.Column("kommunkod", sa.Text(), nullable=False, comment="Kommun. Kommunkod för brottsplatsen [oppen]"),
        sa.Column("period", sa.Text(), nullable=False, comment="Period. 2025, 2025Q1 eller 202501 [oppen]"),
        sa.Column("periodtyp", sa.Text(), nullable=False, comment="Periodtyp. År, kvartal eller månad [oppen]"),
        sa.Column("preliminar", sa.Text(), nullable=False, comment="Preliminär. Är siffran preliminär [oppen]"),
        sa.Column(
            "brott_id",
            sa.BigInteger(),
            nullable=False,
            comment="Brott. BRÅ:s id för brottet; etiketter är inga nycklar [oppen]",
        ),
        sa.Column(
            "antal",
            sa.BigInteger(),
            nullable=True,
            comment="Antal. Anmälda brott; tomt betyder att källan inte anger något [oppen]",
        ),
        sa.Column(
            "per_100000_inv",
            sa.Double(),
            nullable=True,
            comment="Per 100 000 invånare. Källans eget tal: hela befolkningen, också för brott mot kvinnor [oppen]",
        ),
        sa.CheckConstraint("kommunkod ~ '^[0-9]{4}$'", name=op.f("ck_bra_brott_kommunkod")),
        sa.CheckConstraint("period ~ '^[0-9]{4}(Q[1-4]|0[1-9]|1[0-2])?$'", name=op.f("ck_bra_brott_period")),
        sa.CheckConstraint("periodtyp IN ('ar', 'manad', 'kvartal')", name=op.f("ck_bra_brott_periodtyp")),
        sa.CheckConstraint("preliminar IN ('ja', 'nej', 'okant')", name=op.f("ck_bra_brott_preliminar")),
        sa.CheckConstraint("antal >= 0", name=op.f("ck_bra_brott_antal")),
        sa.CheckConstraint("brott_id >= 1", name=op.f("ck_bra_brott_brott_id")),
        sa.CheckConstraint("per_100000_inv >= 0", name=op.f("ck_bra_brott_per_100000_inv")),
        sa.CheckConstraint("rad >= 1", name=op.f("ck_bra_brott_rad")),
        sa.ForeignKeyConstraint(["brott_id"], ["omvarld.bra_brottstyp.brott_id"], name=op.f("fk_bra_brott_brott_id")),
        sa.ForeignKeyConstraint(["kommunkod"], ["omvarld.kommun.kommunkod"], name=op.f("fk_bra_brott_kommunkod")),
        sa.ForeignKeyConstraint(
            ["leverans_id"], ["mottagning.leverans.leverans_id"], name=op.f("fk_bra_brott_leverans_id")
        ),
        sa.PrimaryKeyConstraint("leverans_id", "rad", name=op.f("pk_bra_brott")),
        sa.UniqueConstraint(
            "leverans_id",
            "kommunkod",
            "period",
            "brott_id",
            name="uq_bra_brott_nyckel",
            postgresql_nulls_not_distinct=True,
        ),
        schema="omvarld",
        comment="Anmälda brott (BRÅ)",
    )
    op.create_table(
        "iop_rapport",
        sa.Column(
            "leverans_id", sa.BigInteger(), nullable=False, comment="Leverans. Leveransen som raden kom med [intern]"
        ),
        sa.Column("rad", sa.BigInteger(), nullable=False, comment="Rad. Radens nummer i den levererade filen [intern]"),
        sa.Column("namnd", sa.Text(), nullable=False, comment="Nämnd. Kommunkod för kommunen som har avtalet [intern]"),
        sa.Column("ar", sa.BigInteger(), nullable=False, comment="År. Verksamhetsår [intern]"),
        sa.Column("jour", sa.Text(), nullable=False, comment="Jour. Jourens namn [intern]"),
        sa.Column("post", sa.Text(), nullable=False, comment="Post. Vad som räknats [intern]"),
        sa.Column("kon", sa.Text(), nullable=False, comment="Kön. kvinna, man, annat_okant eller totalt [intern]"),
        sa.Column("antal", sa.BigInteger(), nullable=True, comment="Antal. Tomt om det saknas [intern]"),
        sa.Column("saknas_orsak", sa.Text(), nullable=True, comment="Saknas, orsak. Varför siffran saknas [intern]"),
        sa.CheckConstraint("jour ~ '^[^0-9@;]{2,60}$'", name=op.f("ck_iop_rapport_jour")),
        sa.CheckConstraint("kon ~ '^(kvinna|man|annat_okant|totalt)$'", name=op.f("ck_iop_rapport_kon")),
        sa.CheckConstraint("namnd ~ '^[0-9]{4}$'", name=op.f("ck_iop_rapport_namnd")),
        sa.CheckConstraint(
            "post IN ('kontakter', 'barn_skolplats', 'boende_vuxna', 'boende_barn', 'boendenatter', 'nekade_platsbrist', 'volontarer', 'volontartimmar', 'fast_anstallda', 'utatriktade_aktiviteter')",
            name=op.f("ck_iop_rapport_post"),
        ),
        sa.CheckConstraint(
            "saknas_orsak IN ('raknas_inte', 'gar_inte_att_ta_fram', 'galler_inte', 'annat')",
            name=op.f("ck_iop_rapport_saknas_orsak"),
        ),
        sa.CheckConstraint("antal >= 0 AND antal <= 1000000", name=op.f("ck_iop_rapport_antal")),
        sa.CheckConstraint("ar >= 1975 AND ar <= 2100", name=op.f("ck_iop_rapport_ar")),
        sa.CheckConstraint("rad >= 1", name=op.f("ck_iop_rapport_rad")),
        sa.ForeignKeyConstraint(
            ["leverans_id"], ["mottagning.leverans.leverans_id"], name=op.f("fk_iop_rapport_leverans_id")
        ),
        sa.ForeignKeyConstraint(["namnd"], ["omvarld.kommun.kommunkod"], name=op.f("fk_iop_rapport_namnd")),
        sa.PrimaryKeyConstraint("leverans_id", "rad", "kon", name=op.f("pk_iop_rapport")),
        sa.UniqueConstraint(
            "leverans_id",
            "namnd",
            "ar",
            "jour",
            "post",
            "kon",
            name="uq_iop_rapport_nyckel",
            postgresql_nulls_not_distinct=True,
        ),
        schema="omvarld",
        comment="IOP-rapport",
    )
    op.create_table(
        "cell",
        sa.Column("utgava", sa.Integer(), nullable=False),
        sa.Column("tabell", sa.Text(), nullable=False),
        sa.Column("kommun", sa.Text(), nullable=False),
        sa.Column("ar", sa.Integer(), nullable=False),
        sa.Column("ordning", sa.Integer(), nullable=False, comment="Cellens plats i tabellen"),
        sa.Column("dimensioner", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("kon", sa.Text(), nullable=False),
        sa.Column("matt", sa.Text(), nullable=False),
        sa.Column("varde", sa.Double(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.CheckConstraint("(status = 'visas') = (varde IS NOT NULL)", name=op.f("ck_cell_varde")),
        sa.CheckConstraint("kon IN ('kvinna', 'man', 'annat_okant', 'totalt')", name=op.f("ck_cell_kon")),
        sa.CheckConstraint("status IN ('visas', 'skyddas', 'saknas', 'ej_tillampligt')", name=op.f("ck_cell_status")),
        sa.ForeignKeyConstraint(["kommun"], ["omvarld.kommun.kommunkod"], name=op.f("fk_cell_kommun")),
        sa.ForeignKeyConstraint(["utgava"], ["publicering.utgava.utgava"], name=op.f("fk_cell_utgava")),
        sa.PrimaryKeyConstraint("utgava", "tabell", "kommun", "ar", "ordning", name=op.f("pk_cell")),
        sa.UniqueConstraint(
            "utgava", "tabell", "kommun", "ar", "kon", "matt", "dimensioner", name="uq_cell_koordinater"
        ),
        schema="publicering",
        comment="En rad för varje cell i tabellplanens tabeller",
    )
    op.create_table(
        "aktualisering",
        sa.Column(
            "leverans_id", sa.BigInteger(), nullable=False, comment="Leverans. Leveransen som raden kom med [intern]"
        ),
        sa.Column("rad", sa.BigInteger(), nullable=False, comment="Rad. Radens nummer i den levererade filen [intern]"),
        sa.Column(
            "namnd",
            sa.Text(),
            nullable=False,
            comment="Nämnd. Kommunkod för den nämnd som är personuppgiftsansvarig [intern]",
        ),
        sa.Column(
            "nyckelversion",
            sa.BigInteger(),
            nullable=False,
            comment="Nyckelversion. Version av nämndens nyckel bakom pseudonymerna [intern]",
        ),
        sa.Column(
            "aktualisering_id",
            sa.Text(),
            nullable=False,
            comment="Aktualisering. Aktualiseringens id, pseudonymiserat [pseudonym]",
        ),
        sa.Column(
            "arende_id", sa.Text(), nullable=True, comment="Ärende. Ärendet som den hör till, om något [pseudonym]"
        ),
        sa.Column("datum", sa.Date(), nullable=False, comment="Datum. Dag då kontakten nådde nämnden [begransad]"),
        sa.Column("vag", sa.Text(), nullable=False, comment="Väg. Hur kontakten nådde nämnden [begransad]"),
        sa.Column(
            "verksamhetsomrade",
            sa.Text(),
            nullable=True,
            comment="Verksamhetsområde. Område i socialtjänsten [begransad]",
        ),
        sa.Column("malgrupp", sa.Text(), nullable=False, comment="Målgrupp. Vem det gäller [kanslig]"),
        sa.Column(
            "kon",
            sa.Text(),
            nullable=False,
            comment="Kön. Kön enligt eget fält, aldrig härlett ur personnummer [begransad]",
        ),
        sa.Column("aldersgrupp", sa.Text(), nullable=False, comment="Åldersgrupp. Ålder i grupper [begransad]"),
        sa.Column("utfall", sa.Text(), nullable=False, comment="Utfall. Vad aktualiseringen ledde till [begransad]"),
        sa.CheckConstraint("aktualisering_id ~ '^[0-9a-f]{32}$'", name=op.f("ck_aktualisering_aktualisering_id")),
        sa.CheckConstraint(
            "aldersgrupp IN ('0_6', '7_12', '13_17', '18_25', '26_40', '41_60', '61_plus', 'okand')",
            name=op.f("ck_aktualisering_aldersgrupp"),
        ),
        sa.CheckConstraint("arende_id ~ '^[0-9a-f]{32}$'", name=op.f("ck_aktualisering_arende_id")),
        sa.CheckConstraint("kon IN ('kvinna', 'man', 'annat_okant')", name=op.f("ck_aktualisering_kon")),
        sa.CheckConstraint(
            "malgrupp IN ('valdsutsatt_vuxen', 'barn', 'valdsutovare')", name=op.f("ck_aktualisering_malgrupp")
        ),
        sa.CheckConstraint("namnd ~ '^[0-9]{4}$'", name=op.f("ck_aktualisering_namnd")),
        sa.CheckConstraint(
            "utfall IN ('utredning_inledd', 'pagaende_arende', 'inte_inledd', 'tackat_nej', 'hanvisad')",
            name=op.f("ck_aktualisering_utfall"),
        ),
        sa.CheckConstraint(
            "vag IN ('ansokan', 'orosanmalan', 'polis', 'vard', 'skola', 'annan_enhet', 'jour', 'annan_kommun')",
            name=op.f("ck_aktualisering_vag"),
        ),
        sa.CheckConstraint(
            "verksamhetsomrade IN ('barn_unga', 'vuxen', 'ekonomiskt_bistand', 'missbruk', 'funktionshinder', 'aldre', 'socialpsykiatri', 'vald')",
            name=op.f("ck_aktualisering_verksamhetsomrade"),
        ),
        sa.CheckConstraint("nyckelversion >= 1", name=op.f("ck_aktualisering_nyckelversion")),
        sa.CheckConstraint("rad >= 1", name=op.f("ck_aktualisering_rad")),
        sa.ForeignKeyConstraint(
            ["leverans_id"], ["mottagning.leverans.leverans_id"], name=op.f("fk_aktualisering_leverans_id")
        ),
        sa.ForeignKeyConstraint(["namnd"], ["omvarld.kommun.kommunkod"], name=op.f("fk_aktualisering_namnd")),
        sa.PrimaryKeyConstraint("leverans_id", "rad", name=op.f("pk_aktualisering")),
        sa.UniqueConstraint(
            "leverans_id", "aktualisering_id", name="uq_aktualisering_nyckel", postgresql_nulls_not_distinct=True
        ),
        schema="register",
        comment="Aktualiseringar",
    )
    op.create_table(
        "arende",
        sa.Column(
            "leverans_id", sa.BigInteger(), nullable=False, comment="Leverans. Leveransen som raden kom med [intern]"
        ),
        sa.Column("rad", sa.BigInteger(), nullable=False, comment="Rad. Radens nummer i den levererade filen [intern]"),
        sa.Column(
            "namnd",
            sa.Text(),
            nullable=False,
            comment="Nämnd. Kommunkod för den nämnd som är personuppgiftsansvarig [intern]",
        ),
        sa.Column(
            "nyckelversion",
            sa.BigInteger(),
            nullable=False,
            comment="Nyckelversion. Version av nämndens nyckel bakom pseudonymerna [intern]",
        ),
        sa.Column("arende_id", sa.Text(), nullable=False, comment="Ärende. Ärendets id, pseudonymiserat [pseudonym]"),
        sa.Column(
            "person_id",
            sa.Text(),
            nullable=False,
            comment="Person. Personens id, pseudonymiserat med nämndens nyckel [pseudonym]",
        ),
        sa.Column("roll", sa.Text(), nullable=False, comment="Roll. Personens roll i ärendet [kanslig]"),
        sa.Column(
            "vuxen", sa.Text(), nullable=False, comment="Vuxen. Var personen 18 år eller äldre vid start [begransad]"
        ),
        sa.Column(
            "kon",
            sa.Text(),
            nullable=False,
            comment="Kön. Kön enligt eget fält, aldrig härlett ur personnummer [begransad]",
        ),
        sa.Column(
            "aldersgrupp",
            sa.Text(),
            nullable=False,
            comment="Åldersgrupp. Ålder vid ärendets start, i grupper [begransad]",
        ),
        sa.Column(
            "verksamhetsomrade",
            sa.Text(),
            nullable=True,
            comment="Verksamhetsområde. Område i socialtjänsten [begransad]",
        ),
        sa.Column("enhet", sa.Text(), nullable=True, comment="Enhet. Enhetens kod, till exempel enhet_1 [begransad]"),
        sa.Column(
            "valdstyp", sa.Text(), nullable=True, comment="Våldstyp. En eller flera, åtskilda med semikolon [kanslig]"
        ),
        sa.Column("svarighetsgrad", sa.Text(), nullable=True, comment="Svårighetsgrad. Våldets grovhet [kanslig]"),
        sa.Column(
            "relation_till_utovare",
            sa.Text(),
            nullable=True,
            comment="Relation till utövaren. Utövarens relation till den utsatta [kanslig]",
        ),
        sa.Column(
            "utovarens_kon", sa.Text(), nullable=True, comment="Utövarens kön. Kön på den som utövat våldet [kanslig]"
        ),
        sa.Column("hederskontext", sa.Text(), nullable=False, comment="Hederskontext. Våld i hederskontext [kanslig]"),
        sa.Column(
            "skyddade_personuppgifter",
            sa.Text(),
            nullable=True,
            comment="Skyddade personuppgifter. Styr hanteringen, redovisas aldrig [kanslig]",
        ),
        sa.Column("utredning_inledd", sa.Date(), nullable=True, comment="Utredning inledd. Dag [begransad]"),
        sa.Column("utredning_avslutad", sa.Date(), nullable=True, comment="Utredning avslutad. Dag [begransad]"),
        sa.Column("startdatum", sa.Date(), nullable=False, comment="Startdatum. Dag då ärendet började [begransad]"),
        sa.Column(
            "slutdatum",
            sa.Date(),
            nullable=True,
            comment="Slutdatum. Dag då ärendet avslutades, tomt om det pågår [begransad]",
        ),
        sa.Column(
            "avslutsorsak", sa.Text(), nullable=True, comment="Avslutsorsak. Varför ärendet avslutades [begransad]"
        ),
        sa.Column(
            "overgripande_mal_finns",
            sa.Text(),
            nullable=True,
            comment="Övergripande mål finns. Fanns ett individuellt övergripande mål [begransad]",
        ),
        sa.Column(
            "mal_bedomning", sa.Text(), nullable=True, comment="Målbedömning. I vilken grad målet nåddes [kanslig]"
        ),
        sa.Column("mal_bedomt_av", sa.Text(), nullable=True, comment="Mål bedömt av. Vem som bedömde [begransad]"),
        sa.CheckConstraint(
            "aldersgrupp IN ('0_6', '7_12', '13_17', '18_25', '26_40', '41_60', '61_plus', 'okand')",
            name=op.f("ck_arende_aldersgrupp"),
        ),
        sa.CheckConstraint("arende_id ~ '^[0-9a-f]{32}$'", name=op.f("ck_arende_arende_id")),
        sa.CheckConstraint(
            "avslutsorsak IN ('mal_natt', 'klientens_onskan', 'flyttat', 'overgatt_till_annan', 'annat')",
            name=op.f("ck_arende_avslutsorsak"),
        ),
        sa.CheckConstraint(
            "enhet ~ '^(enhet|team|jour|boende|oppenvard|utforare)_[0-9]{1,3}$'", name=op.f("ck_arende_enhet")
        ),
        sa.CheckConstraint("hederskontext IN ('ja', 'nej', 'okant')", name=op.f("ck_arende_hederskontext")),
        sa.CheckConstraint("kon IN ('kvinna', 'man', 'annat_okant')", name=op.f("ck_arende_kon")),
        sa.CheckConstraint(
            "mal_bedomning IN ('helt', 'delvis', 'inte', 'ej_bedomt')", name=op.f("ck_arende_mal_bedomning")
        ),
        sa.CheckConstraint(
            "mal_bedomt_av IN ('handlaggare', 'klient', 'gemensamt', 'annan')", name=op.f("ck_arende_mal_bedomt_av")
        ),
        sa.CheckConstraint("namnd ~ '^[0-9]{4}$'", name=op.f("ck_arende_namnd")),
        sa.CheckConstraint(
            "overgripande_mal_finns IN ('ja', 'nej', 'okant')", name=op.f("ck_arende_overgripande_mal_finns")
        ),
        sa.CheckConstraint("person_id ~ '^[0-9a-f]{32}$'", name=op.f("ck_arende_person_id")),
        sa.CheckConstraint(
            "relation_till_utovare IN ('partner', 'fd_partner', 'foralder', 'syskon', 'barn', 'annan_slakting', 'annan_narstaende', 'okand')",
            name=op.f("ck_arende_relation_till_utovare"),
        ),
        sa.CheckConstraint("roll IN ('valdsutsatt_vuxen', 'barn', 'valdsutovare')", name=op.f("ck_arende_roll")),
        sa.CheckConstraint(
            "skyddade_personuppgifter IN ('ja', 'nej', 'okant')", name=op.f("ck_arende_skyddade_personuppgifter")
        ),
        sa.CheckConstraint(
            "svarighetsgrad IN ('mindre_grovt', 'grovt', 'mycket_grovt', 'okand')",
            name=op.f("ck_arende_svarighetsgrad"),
        ),
        sa.CheckConstraint("utovarens_kon IN ('kvinna', 'man', 'annat_okant')", name=op.f("ck_arende_utovarens_kon")),
        sa.CheckConstraint(
            "valdstyp ~ '^(fysiskt|psykiskt|sexuellt|ekonomiskt|materiellt|forsummelse|latent|digitalt)(;(fysiskt|psykiskt|sexuellt|ekonomiskt|materiellt|forsummelse|latent|digitalt))*$'",
            name=op.f("ck_arende_valdstyp"),
        ),
        sa.CheckConstraint(
            "verksamhetsomrade IN ('barn_unga', 'vuxen', 'ekonomiskt_bistand', 'missbruk', 'funktionshinder', 'aldre', 'socialpsykiatri', 'vald')",
            name=op.f("ck_arende_verksamhetsomrade"),
        ),
        sa.CheckConstraint("vuxen IN ('ja', 'nej', 'okant')", name=op.f("ck_arende_vuxen")),
        sa.CheckConstraint("nyckelversion >= 1", name=op.f("ck_arende_nyckelversion")),
        sa.CheckConstraint("rad >= 1", name=op.f("ck_arende_rad")),
        sa.ForeignKeyConstraint(
            ["leverans_id"], ["mottagning.leverans.leverans_id"], name=op.f("fk_arende_leverans_id")
        ),
        sa.ForeignKeyConstraint(["namnd"], ["omvarld.kommun.kommunkod"], name=op.f("fk_arende_namnd")),
        sa.PrimaryKeyConstraint("leverans_id", "rad", name=op.f("pk_arende")),
        sa.UniqueConstraint("leverans_id", "arende_id", name="uq_arende_nyckel", postgresql_nulls_not_distinct=True),
        schema="register",
        comment="Ärenden",
    )
    op.create_table(
        "barn",
        sa.Column(
            "leverans_id", sa.BigInteger(), nullable=False, comment="Leverans. Leveransen som raden kom med [intern]"
        ),
        sa.Column("rad", sa.BigInteger(), nullable=False, comment="Rad. Radens nummer i den levererade filen [intern]"),
        sa.Column(
            "namnd",
            sa.Text(),
            nullable=False,
            comment="Nämnd. Kommunkod för den nämnd som är personuppgiftsansvarig [intern]",
        ),
        sa.Column(
            "nyckelversion",
            sa.BigInteger(),
            nullable=False,
            comment="Nyckelversion. Version av nämndens nyckel bakom pseudonymerna [intern]",
        ),
        sa.Column("barn_id", sa.Text(), nullable=False, comment="Barn. Barnets id, pseudonymiserat [pseudonym]"),
        sa.Column("arende_id", sa.Text(), nullable=False, comment="Ärende. Förälderns ärende [pseudonym]"),
        sa.Column("aldersgrupp", sa.Text(), nullable=False, comment="Åldersgrupp. Barnets ålder i grupper [begransad]"),
        sa.Column("kon", sa.Text(), nullable=False, comment="Kön. Kön enligt eget fält [begransad]"),
        sa.Column(
            "utsatt_eller_bevittnat",
            sa.Text(),
            nullable=False,
            comment="Utsatt eller bevittnat. Hur barnet berörts av våldet [kanslig]",
        ),
        sa.Column(
            "eget_beslut", sa.Text(), nullable=True, comment="Eget beslut. Har barnet ett eget beslut [begransad]"
        ),
        sa.Column(
            "forskola_skola_ordnad",
            sa.Text(),
            nullable=True,
            comment="Förskola eller skola ordnad. Under vistelse i skyddat boende [begransad]",
        ),
        sa.Column(
            "tillfragad_om_vald",
            sa.Text(),
            nullable=True,
            comment="Tillfrågad om våld. Har barnet tillfrågats [begransad]",
        ),
        sa.Column(
            "utredning", sa.Text(), nullable=True, comment="Utredning. Har utredning inletts för barnet [begransad]"
        ),
        sa.CheckConstraint(
            "aldersgrupp IN ('0_6', '7_12', '13_17', '18_25', '26_40', '41_60', '61_plus', 'okand')",
            name=op.f("ck_barn_aldersgrupp"),
        ),
        sa.CheckConstraint("arende_id ~ '^[0-9a-f]{32}$'", name=op.f("ck_barn_arende_id")),
        sa.CheckConstraint("barn_id ~ '^[0-9a-f]{32}$'", name=op.f("ck_barn_barn_id")),
        sa.CheckConstraint("eget_beslut IN ('ja', 'nej', 'okant')", name=op.f("ck_barn_eget_beslut")),
        sa.CheckConstraint(
            "forskola_skola_ordnad IN ('ja', 'nej', 'okant')", name=op.f("ck_barn_forskola_skola_ordnad")
        ),
        sa.CheckConstraint("kon IN ('kvinna', 'man', 'annat_okant')", name=op.f("ck_barn_kon")),
        sa.CheckConstraint("namnd ~ '^[0-9]{4}$'", name=op.f("ck_barn_namnd")),
        sa.CheckConstraint("tillfragad_om_vald IN ('ja', 'nej', 'okant')", name=op.f("ck_barn_tillfragad_om_vald")),
        sa.CheckConstraint("utredning IN ('ja', 'nej', 'okant')", name=op.f("ck_barn_utredning")),
        sa.CheckConstraint(
            "utsatt_eller_bevittnat IN ('utsatt', 'bevittnat', 'bada', 'okant')",
            name=op.f("ck_barn_utsatt_eller_bevittnat"),
        ),
        sa.CheckConstraint("nyckelversion >= 1", name=op.f("ck_barn_nyckelversion")),
        sa.CheckConstraint("rad >= 1", name=op.f("ck_barn_rad")),
        sa.ForeignKeyConstraint(["leverans_id"], ["mottagning.leverans.leverans_id"], name=op.f("fk_barn_leverans_id")),
        sa.ForeignKeyConstraint(["namnd"], ["omvarld.kommun.kommunkod"], name=op.f("fk_barn_namnd")),
        sa.PrimaryKeyConstraint("leverans_id", "rad", name=op.f("pk_barn")),
        sa.UniqueConstraint(
            "leverans_id", "arende_id", "barn_id", name="uq_barn_nyckel", postgresql_nulls_not_distinct=True
        ),
        schema="register",
        comment="Barn",
    )
    op.create_table(
        "bedomning",
        sa.Column(
            "leverans_id", sa.BigInteger(), nullable=False, comment="Leverans. Leveransen som raden kom med [intern]"
        ),
        sa.Column("rad", sa.BigInteger(), nullable=False, comment="Rad. Radens nummer i den levererade filen [intern]"),
        sa.Column(
            "namnd",
            sa.Text(),
            nullable=False,
            comment="Nämnd. Kommunkod för den nämnd som är personuppgiftsansvarig [intern]",
        ),
        sa.Column(
            "nyckelversion",
            sa.BigInteger(),
            nullable=False,
            comment="Nyckelversion. Version av nämndens nyckel bakom pseudonymerna [intern]",
        ),
        sa.Column(
            "arende_id", sa.Text(), nullable=False, comment="Ärende. Ärendet som bedömningen hör till [pseudonym]"
        ),
        sa.Column("instrument", sa.Text(), nullable=False, comment="Instrument. Bedömningsmetod [begransad]"),
        sa.Column(
            "instrumentversion", sa.Text(), nullable=True, comment="Instrumentets version. Till exempel 2.0 [intern]"
        ),
        sa.Column("syfte", sa.Text(), nullable=False, comment="Syfte. Upptäckt eller riskbedömning [begransad]"),
        sa.Column("datum", sa.Date(), nullable=False, comment="Datum. Dag för bedömningen [begransad]"),
        sa.Column("niva", sa.Text(), nullable=True, comment="Nivå. Bedömd nivå [kanslig]"),
        sa.CheckConstraint("arende_id ~ '^[0-9a-f]{32}$'", name=op.f("ck_bedomning_arende_id")),
        sa.CheckConstraint(
            "instrument IN ('freda_kortfragor', 'freda_beskrivning', 'freda_farlighet', 'patriark', 'sara', 'samtal_utan_metod')",
            name=op.f("ck_bedomning_instrument"),
        ),
        sa.CheckConstraint(
            "instrumentversion ~ '^[0-9]{1,4}(\\.[0-9]{1,3})?$'", name=op.f("ck_bedomning_instrumentversion")
        ),
        sa.CheckConstraint("namnd ~ '^[0-9]{4}$'", name=op.f("ck_bedomning_namnd")),
        sa.CheckConstraint("niva IN ('lag', 'medel', 'hog', 'ej_bedomd')", name=op.f("ck_bedomning_niva")),
        sa.CheckConstraint("syfte IN ('upptackt', 'risk')", name=op.f("ck_bedomning_syfte")),
        sa.CheckConstraint("nyckelversion >= 1", name=op.f("ck_bedomning_nyckelversion")),
        sa.CheckConstraint("rad >= 1", name=op.f("ck_bedomning_rad")),
        sa.ForeignKeyConstraint(
            ["leverans_id"], ["mottagning.leverans.leverans_id"], name=op.f("fk_bedomning_leverans_id")
        ),
        sa.ForeignKeyConstraint(["namnd"], ["omvarld.kommun.kommunkod"], name=op.f("fk_bedomning_namnd")),
        sa.PrimaryKeyConstraint("leverans_id", "rad", name=op.f("pk_bedomning")),
        sa.UniqueConstraint(
            "leverans_id",
            "arende_id",
            "instrument",
            "syfte",
            "datum",
            name="uq_bedomning_nyckel",
            postgresql_nulls_not_distinct=True,
        ),
        schema="register",
        comment="Bedömningar",
    )
    op.create_table(
        "insats",
        sa.Column(
            "leverans_id", sa.BigInteger(), nullable=False, comment="Leverans. Leveransen som raden kom med [intern]"
        ),
        sa.Column("rad", sa.BigInteger(), nullable=False, comment="Rad. Radens nummer i den levererade filen [intern]"),
        sa.Column(
            "namnd",
            sa.Text(),
            nullable=False,
            comment="Nämnd. Kommunkod för den nämnd som är personuppgiftsansvarig [intern]",
        ),
        sa.Column(
            "nyckelversion",
            sa.BigInteger(),
            nullable=False,
            comment="Nyckelversion. Version av nämndens nyckel bakom pseudonymerna [intern]",
        ),
        sa.Column("insats_id", sa.Text(), nullable=False, comment="Insats. Insatsens id, pseudonymiserat [pseudonym]"),
        sa.Column("arende_id", sa.Text(), nullable=False, comment="Ärende. Ärendet som insatsen hör till [pseudonym]"),
        sa.Column("insatstyp", sa.Text(), nullable=False, comment="Insatstyp. Slag av insats [begransad]"),
        sa.Column("beslutsdatum", sa.Date(), nullable=True, comment="Beslutsdatum. Dag för beslut [begransad]"),
        sa.Column("beslut", sa.Text(), nullable=False, comment="Beslut. Beslutets utfall [begransad]"),
        sa.Column("verkstalld", sa.Date(), nullable=True, comment="Verkställd. Dag då insatsen började [begransad]"),
        sa.Column("slutdatum", sa.Date(), nullable=True, comment="Slutdatum. Dag då insatsen slutade [begransad]"),
        sa.Column(
            "utforare_id", sa.Text(), nullable=True, comment="Utförare. Utförarens kod, till exempel jour_2 [begransad]"
        ),
        sa.Column(
            "riktad_hedersutsatt",
            sa.Text(),
            nullable=True,
            comment="Riktad till hedersutsatt. Är insatsen riktad till hedersutsatta [kanslig]",
        ),
        sa.Column(
            "antal_tillfallen",
            sa.BigInteger(),
            nullable=True,
            comment="Antal tillfällen. Genomförda samtal eller besök [begransad]",
        ),
        sa.Column("kostnad_kr", sa.Double(), nullable=True, comment="Kostnad. Kostnad i kronor [begransad]"),
        sa.Column(
            "plan_mal_natt",
            sa.Text(),
            nullable=True,
            comment="Planens mål nått. Målet i genomförandeplanen [begransad]",
        ),
        sa.Column("anpassningsbehov", sa.Text(), nullable=True, comment="Behov av anpassning. Finns behov [kanslig]"),
        sa.Column(
            "anpassning_tillgodosedd",
            sa.Text(),
            nullable=True,
            comment="Anpassning tillgodosedd. Möttes behovet [begransad]",
        ),
        sa.CheckConstraint(
            "anpassning_tillgodosedd IN ('ja', 'nej', 'okant')", name=op.f("ck_insats_anpassning_tillgodosedd")
        ),
        sa.CheckConstraint("anpassningsbehov IN ('ja', 'nej', 'okant')", name=op.f("ck_insats_anpassningsbehov")),
        sa.CheckConstraint("arende_id ~ '^[0-9a-f]{32}$'", name=op.f("ck_insats_arende_id")),
        sa.CheckConstraint(
            "beslut IN ('bifall', 'avslag', 'avbojd', 'utan_behovsprovning')", name=op.f("ck_insats_beslut")
        ),
        sa.CheckConstraint("insats_id ~ '^[0-9a-f]{32}$'", name=op.f("ck_insats_insats_id")),
        sa.CheckConstraint(
            "insatstyp IN ('stodsamtal', 'skyddat_boende', 'tillfalligt_boende', 'nytt_boende', 'kontaktperson', 'ekonomiskt_bistand', 'samtal_utovare', 'barninsats', 'annan_insats')",
            name=op.f("ck_insats_insatstyp"),
        ),
        sa.CheckConstraint("namnd ~ '^[0-9]{4}$'", name=op.f("ck_insats_namnd")),
        sa.CheckConstraint(
            "plan_mal_natt IN ('helt', 'delvis', 'inte', 'ej_bedomt')", name=op.f("ck_insats_plan_mal_natt")
        ),
        sa.CheckConstraint("riktad_hedersutsatt IN ('ja', 'nej', 'okant')", name=op.f("ck_insats_riktad_hedersutsatt")),
        sa.CheckConstraint(
            "utforare_id ~ '^(enhet|team|jour|boende|oppenvard|utforare)_[0-9]{1,3}$'",
            name=op.f("ck_insats_utforare_id"),
        ),
        sa.CheckConstraint(
            "antal_tillfallen >= 0 AND antal_tillfallen <= 2000", name=op.f("ck_insats_antal_tillfallen")
        ),
        sa.CheckConstraint("kostnad_kr >= 0 AND kostnad_kr <= 50000000", name=op.f("ck_insats_kostnad_kr")),
        sa.CheckConstraint("nyckelversion >= 1", name=op.f("ck_insats_nyckelversion")),
        sa.CheckConstraint("rad >= 1", name=op.f("ck_insats_rad")),
        sa.ForeignKeyConstraint(
            ["leverans_id"], ["mottagning.leverans.leverans_id"], name=op.f("fk_insats_leverans_id")
        ),
        sa.ForeignKeyConstraint(["namnd"], ["omvarld.kommun.kommunkod"], name=op.f("fk_insats_namnd")),
        sa.PrimaryKeyConstraint("leverans_id", "rad", name=op.f("pk_insats")),
        sa.UniqueConstraint("leverans_id", "insats_id", name="uq_insats_nyckel", postgresql_nulls_not_distinct=True),
        schema="register",
        comment="Insatser",
    )
    op.create_table(
        "insats_avidentifierad",
        sa.Column(
            "leverans_id", sa.BigInteger(), nullable=False, comment="Leverans. Leveransen som raden kom med [intern]"
        ),
        sa.Column("rad", sa.BigInteger(), nullable=False, comment="Rad. Radens nummer i den levererade filen [intern]"),
        sa.Column(
            "namnd",
            sa.Text(),
            nullable=False,
            comment="Nämnd. Kommunkod för den nämnd som är personuppgiftsansvarig [intern]",
        ),
        sa.Column(
            "nyckelversion",
            sa.BigInteger(),
            nullable=False,
            comment="Nyckelversion. Version av nämndens nyckel bakom pseudonymerna [intern]",
        ),
        sa.Column("enhet", sa.Text(), nullable=False, comment="Enhet. Enhetens kod, till exempel enhet_1 [intern]"),
        sa.Column("insatstyp", sa.Text(), nullable=False, comment="Insatstyp. Slag av insats [begransad]"),
        sa.Column("manad", sa.Text(), nullable=False, comment="Månad. ÅÅÅÅ-MM [begransad]"),
        sa.Column("kon", sa.Text(), nullable=False, comment="Kön. Kön på dem som fick insatsen [begransad]"),
        sa.Column("antal", sa.BigInteger(), nullable=False, comment="Antal. Antal insatser [begransad]"),
        sa.CheckConstraint(
            "enhet ~ '^(enhet|team|jour|boende|oppenvard|utforare)_[0-9]{1,3}$'",
            name=op.f("ck_insats_avidentifierad_enhet"),
        ),
        sa.CheckConstraint(
            "insatstyp IN ('stodsamtal', 'skyddat_boende', 'tillfalligt_boende', 'nytt_boende', 'kontaktperson', 'ekonomiskt_bistand', 'samtal_utovare', 'barninsats', 'annan_insats')",
            name=op.f("ck_insats_avidentifierad_insatstyp"),
        ),
        sa.CheckConstraint("kon IN ('kvinna', 'man', 'annat_okant')", name=op.f("ck_insats_avidentifierad_kon")),
        sa.CheckConstraint(
            "manad ~ '^(19|20)[0-9][0-9]-(0[1-9]|1[0-2])$'", name=op.f("ck_insats_avidentifierad_manad")
        ),
        sa.CheckConstraint("namnd ~ '^[0-9]{4}$'", name=op.f("ck_insats_avidentifierad_namnd")),
        sa.CheckConstraint("antal >= 0 AND antal <= 100000", name=op.f("ck_insats_avidentifierad_antal")),
        sa.CheckConstraint("nyckelversion >= 1", name=op.f("ck_insats_avidentifierad_nyckelversion")),
        sa.CheckConstraint("rad >= 1", name=op.f("ck_insats_avidentifierad_rad")),
        sa.ForeignKeyConstraint(
            ["leverans_id"], ["mottagning.leverans.leverans_id"], name=op.f("fk_insats_avidentifierad_leverans_id")
        ),
        sa.ForeignKeyConstraint(["namnd"], ["omvarld.kommun.kommunkod"], name=op.f("fk_insats_avidentifierad_namnd")),
        sa.PrimaryKeyConstraint("leverans_id", "rad", name=op.f("pk_insats_avidentifierad")),
        sa.UniqueConstraint(
            "leverans_id",
            "enhet",
            "insatstyp",
            "manad",
            "kon",
            name="uq_insats_avidentifierad_nyckel",
            postgresql_nulls_not_distinct=True,
        ),
        schema="register",
        comment="Avidentifierade insatser",
    )
    op.create_table(
        "matning",
        sa.Column(
            "leverans_id", sa.BigInteger(), nullable=False, comment="Leverans. Leveransen som raden kom med [intern]"
        ),
        sa.Column("rad", sa.BigInteger(), nullable=False, comment="Rad. Radens nummer i den levererade filen [intern]"),
        sa.Column(
            "namnd",
            sa.Text(),
            nullable=False,
            comment="Nämnd. Kommunkod för den nämnd som är personuppgiftsansvarig [intern]",
        ),
        sa.Column(
            "nyckelversion",
            sa.BigInteger(),
            nullable=False,
            comment="Nyckelversion. Version av nämndens nyckel bakom pseudonymerna [intern]",
        ),
        sa.Column("arende_id", sa.Text(), nullable=False, comment="Ärende. Ärendet som mätningen hör till [pseudonym]"),
        sa.Column("insats_id", sa.Text(), nullable=True, comment="Insats. Insatsen som den gäller, om en [pseudonym]"),
        sa.Column("fas", sa.Text(), nullable=False, comment="Fas. Före, under eller efter [begransad]"),
        sa.Column("matdatum", sa.Date(), nullable=False, comment="Mätdatum. Dag för mätningen [begransad]"),
        sa.Column("instrument", sa.Text(), nullable=False, comment="Instrument. Frågorna som användes [begransad]"),
        sa.Column("uppgiftslamnare", sa.Text(), nullable=False, comment="Uppgiftslämnare. Vem som svarade [begransad]"),
        sa.Column(
            "perspektiv", sa.Text(), nullable=False, comment="Perspektiv. Utsatt för eller utövat våld [kanslig]"
        ),
        sa.Column("vald_fysiskt", sa.Text(), nullable=True, comment="Fysiskt våld. De senaste tre månaderna [kanslig]"),
        sa.Column(
            "vald_psykiskt", sa.Text(), nullable=True, comment="Psykiskt våld. De senaste tre månaderna [kanslig]"
        ),
        sa.Column(
            "vald_sexuellt", sa.Text(), nullable=True, comment="Sexuellt våld. De senaste tre månaderna [kanslig]"
        ),
        sa.Column(
            "vald_ekonomiskt", sa.Text(), nullable=True, comment="Ekonomiskt våld. De senaste tre månaderna [kanslig]"
        ),
        sa.Column(
            "vald_materiellt", sa.Text(), nullable=True, comment="Materiellt våld. De senaste tre månaderna [kanslig]"
        ),
        sa.Column(
            "vald_forsummelse", sa.Text(), nullable=True, comment="Försummelse. De senaste tre månaderna [kanslig]"
        ),
        sa.Column(
            "trygghet", sa.BigInteger(), nullable=True, comment="Trygghet. 1 mycket låg till 5 mycket hög [kanslig]"
        ),
        sa.Column("halsa", sa.BigInteger(), nullable=True, comment="Hälsa. 1 mycket dålig till 5 mycket god [kanslig]"),
        sa.Column("poang", sa.Double(), nullable=True, comment="Poäng. Instrumentets poäng [kanslig]"),
        sa.Column("saknas_orsak", sa.Text(), nullable=True, comment="Saknas, orsak. Varför svar saknas [begransad]"),
        sa.CheckConstraint("arende_id ~ '^[0-9a-f]{32}$'", name=op.f("ck_matning_arende_id")),
        sa.CheckConstraint("fas IN ('fore', 'under', 'efter')", name=op.f("ck_matning_fas")),
        sa.CheckConstraint("insats_id ~ '^[0-9a-f]{32}$'", name=op.f("ck_matning_insats_id")),
        sa.CheckConstraint(
            "instrument IN ('uppfoljningsfragor', 'freda_beskrivning', 'annat')", name=op.f("ck_matning_instrument")
        ),
        sa.CheckConstraint("namnd ~ '^[0-9]{4}$'", name=op.f("ck_matning_namnd")),
        sa.CheckConstraint("perspektiv IN ('utsatt', 'utovat')", name=op.f("ck_matning_perspektiv")),
        sa.CheckConstraint(
            "saknas_orsak IN ('ej_tillfragad', 'ville_inte', 'kunde_inte', 'avbrutet', 'annat')",
            name=op.f("ck_matning_saknas_orsak"),
        ),
        sa.CheckConstraint("uppgiftslamnare IN ('klient', 'handlaggare')", name=op.f("ck_matning_uppgiftslamnare")),
        sa.CheckConstraint("vald_ekonomiskt IN ('ja', 'nej', 'okant')", name=op.f("ck_matning_vald_ekonomiskt")),
        sa.CheckConstraint("vald_forsummelse IN ('ja', 'nej', 'okant')", name=op.f("ck_matning_vald_forsummelse")),
        sa.CheckConstraint("vald_fysiskt IN ('ja', 'nej', 'okant')", name=op.f("ck_matning_vald_fysiskt")),
        sa.CheckConstraint("vald_materiellt IN ('ja', 'nej', 'okant')", name=op.f("ck_matning_vald_materiellt")),
        sa.CheckConstraint("vald_psykiskt IN ('ja', 'nej', 'okant')", name=op.f("ck_matning_vald_psykiskt")),
        sa.CheckConstraint("vald_sexuellt IN ('ja', 'nej', 'okant')", name=op.f("ck_matning_vald_sexuellt")),
        sa.CheckConstraint("halsa >= 1 AND halsa <= 5", name=op.f("ck_matning_halsa")),
        sa.CheckConstraint("nyckelversion >= 1", name=op.f("ck_matning_nyckelversion")),
        sa.CheckConstraint("poang >= 0 AND poang <= 1000", name=op.f("ck_matning_poang")),
        sa.CheckConstraint("rad >= 1", name=op.f("ck_matning_rad")),
        sa.CheckConstraint("trygghet >= 1 AND trygghet <= 5", name=op.f("ck_matning_trygghet")),
        sa.ForeignKeyConstraint(
            ["leverans_id"], ["mottagning.leverans.leverans_id"], name=op.f("fk_matning_leverans_id")
        ),
        sa.ForeignKeyConstraint(["namnd"], ["omvarld.kommun.kommunkod"], name=op.f("fk_matning_namnd")),
        sa.PrimaryKeyConstraint("leverans_id", "rad", name=op.f("pk_matning")),
        sa.UniqueConstraint(
            "leverans_id",
            "arende_id",
            "insats_id",
            "fas",
            "matdatum",
            "instrument",
            "uppgiftslamnare",
            "perspektiv",
            name="uq_matning_nyckel",
            postgresql_nulls_not_distinct=True,
        ),
        schema="register",
        comment="Mätningar",
    )
    op.create_table(
        "tabellindata",
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("leverans_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["leverans_id"], ["mottagning.leverans.leverans_id"], name=op.f("fk_tabellindata_leverans_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["revision.tabellversion.version_id"], name=op.f("fk_tabellindata_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "leverans_id", name=op.f("pk_tabellindata")),
        schema="revision",
        comment="Leveranserna bakom varje tabellversion",
    )
    op.create_table(
        "aggregat",
        sa.Column(
            "leverans_id", sa.BigInteger(), nullable=False, comment="Leverans. Leveransen som raden kom med [intern]"
        ),
        sa.Column("rad", sa.BigInteger(), nullable=False, comment="Rad. Radens nummer i den levererade filen [intern]"),
        sa.Column("namnd", sa.Text(), nullable=False, comment="Nämnd. Kommunkod [intern]"),
        sa.Column("ar", sa.BigInteger(), nullable=False, comment="År. Året siffran gäller [intern]"),
        sa.Column(
            "tabell", sa.Text(), nullable=False, comment="Tabell. Tabellen i tabellplanen som siffran hör till [intern]"
        ),
        sa.Column(
            "dimensioner",
            sa.Text(),
            nullable=True,
            comment="Dimensioner. namn=kod, åtskilda med semikolon, i namnordning [intern]",
        ),
        sa.Column("kon", sa.Text(), nullable=False, comment="Kön. kvinna, man, annat_okant eller totalt [intern]"),
        sa.Column("matt", sa.Text(), nullable=False, comment="Mått. antal_insatser, antal_personer, ... [intern]"),
        sa.Column("varde", sa.Double(), nullable=True, comment="Värde. Siffran som den står i källan [intern]"),
        sa.Column(
            "kalldokument", sa.Text(), nullable=False, comment="Källdokument. Dokumentet där siffran står [intern]"
        ),
        sa.CheckConstraint(
            "dimensioner ~ '^([a-z_]+=[a-z0-9_]+(;[a-z_]+=[a-z0-9_]+)*)?$'", name=op.f("ck_aggregat_dimensioner")
        ),
        sa.CheckConstraint("kalldokument ~ '^[^;@]{2,200}$'", name=op.f("ck_aggregat_kalldokument")),
        sa.CheckConstraint("kon ~ '^(kvinna|man|annat_okant|totalt)$'", name=op.f("ck_aggregat_kon")),
        sa.CheckConstraint("matt ~ '^[a-z0-9_]{2,40}$'", name=op.f("ck_aggregat_matt")),
        sa.CheckConstraint("namnd ~ '^[0-9]{4}$'", name=op.f("ck_aggregat_namnd")),
        sa.CheckConstraint("tabell ~ '^[a-z_]{2,40}$'", name=op.f("ck_aggregat_tabell")),
        sa.CheckConstraint("ar >= 1975 AND ar <= 2100", name=op.f("ck_aggregat_ar")),
        sa.CheckConstraint("rad >= 1", name=op.f("ck_aggregat_rad")),
        sa.ForeignKeyConstraint(
            ["leverans_id"], ["mottagning.leverans.leverans_id"], name=op.f("fk_aggregat_leverans_id")
        ),
        sa.ForeignKeyConstraint(["namnd"], ["omvarld.kommun.kommunkod"], name=op.f("fk_aggregat_namnd")),
        sa.PrimaryKeyConstraint("leverans_id", "rad", "kon", name=op.f("pk_aggregat")),
        sa.UniqueConstraint(
            "leverans_id",
            "namnd",
            "ar",
            "tabell",
            "dimensioner",
            "kon",
            "matt",
            "kalldokument",
            name="uq_aggregat_nyckel",
            postgresql_nulls_not_distinct=True,
        ),
        schema="verksamhet",
        comment="Rapporterade siffror",
    )
