"""Every source: forms that fill several tables, public context, local variables, revisions and corrections."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what every source needs; a row of a form may give several records, so a delivery's row is no key."""
    op.create_table(
        "bra_handlagda",
        sa.Column(
            "leverans_id", sa.BigInteger(), nullable=False, comment="Leverans. Leveransen som raden kom med [intern]"
        ),
        sa.Column("rad", sa.BigInteger(), nullable=False, comment="Rad. Radens nummer i den levererade filen [intern]"),
        sa.Column("ar", sa.BigInteger(), nullable=False, comment="År. Året då brotten handlades [oppen]"),
        sa.Column(
            "brott",
            sa.Text(),
            nullable=False,
            comment="Brott. Källans etikett utan skiljetecken, så att små skrivfel inte gör ett nytt brott [oppen]",
        ),
        sa.Column(
            "etikett", sa.Text(), nullable=False, comment="Etikett. Källans etikett, med enkla blanksteg [oppen]"
        ),
        sa.Column("kon", sa.Text(), nullable=False, comment="Kön. kvinna, man eller totalt, enligt etiketten [oppen]"),
        sa.Column("plats", sa.Text(), nullable=True, comment="Plats. Enligt etiketten [oppen]"),
        sa.Column("relation", sa.Text(), nullable=True, comment="Relation. Enligt etiketten [oppen]"),
        sa.Column(
            "handlagda", sa.BigInteger(), nullable=True, comment="Handlagda. Brott; utredda och direktavskrivna [oppen]"
        ),
        sa.Column("utredda", sa.BigInteger(), nullable=True, comment="Utredda. Brott [oppen]"),
        sa.Column("direktavskrivna", sa.BigInteger(), nullable=True, comment="Direktavskrivna. Brott [oppen]"),
        sa.Column("lagforingsprocent", sa.Double(), nullable=True, comment="Lagföringsprocent. Procent [oppen]"),
        sa.Column(
            "personuppklaringsprocent", sa.Double(), nullable=True, comment="Personuppklaringsprocent. Procent [oppen]"
        ),
        sa.CheckConstraint(
            "brott ~ '^[a-z0-9_]{2,}$' AND char_length(brott) <= 300", name=op.f("ck_bra_handlagda_brott")
        ),
        sa.CheckConstraint(
            "etikett ~ '^[^;@]{2,}$' AND char_length(etikett) <= 400", name=op.f("ck_bra_handlagda_etikett")
        ),
        sa.CheckConstraint("kon ~ '^(kvinna|man|totalt)$'", name=op.f("ck_bra_handlagda_kon")),
        sa.CheckConstraint("plats IN ('inomhus', 'utomhus')", name=op.f("ck_bra_handlagda_plats")),
        sa.CheckConstraint(
            "relation IN ('parrelation', 'slaktskap_familj', 'annan', 'bekant', 'obekant')",
            name=op.f("ck_bra_handlagda_relation"),
        ),
        sa.CheckConstraint("ar >= 1975 AND ar <= 2100", name=op.f("ck_bra_handlagda_ar")),
        sa.CheckConstraint("direktavskrivna >= 0", name=op.f("ck_bra_handlagda_direktavskrivna")),
        sa.CheckConstraint("handlagda >= 0", name=op.f("ck_bra_handlagda_handlagda")),
        sa.CheckConstraint(
            "lagforingsprocent >= 0 AND lagforingsprocent <= 100", name=op.f("ck_bra_handlagda_lagforingsprocent")
        ),
        sa.CheckConstraint(
            "personuppklaringsprocent >= 0 AND personuppklaringsprocent <= 100",
            name=op.f("ck_bra_handlagda_personuppklaringsprocent"),
        ),
        sa.CheckConstraint("rad >= 1", name=op.f("ck_bra_handlagda_rad")),
        sa.CheckConstraint("utredda >= 0", name=op.f("ck_bra_handlagda_utredda")),
        sa.ForeignKeyConstraint(
            ["leverans_id"], ["mottagning.leverans.leverans_id"], name=op.f("fk_bra_handlagda_leverans_id")
        ),
        sa.PrimaryKeyConstraint("leverans_id", "ar", "brott", name=op.f("pk_bra_handlagda")),
        schema="omvarld",
        comment="Handlagda brott (BRÅ)",
    )
    op.create_table(
        "bra_indikator",
        sa.Column(
            "leverans_id", sa.BigInteger(), nullable=False, comment="Leverans. Leveransen som raden kom med [intern]"
        ),
        sa.Column("rad", sa.BigInteger(), nullable=False, comment="Rad. Radens nummer i den levererade filen [intern]"),
        sa.Column("omrade_typ", sa.Text(), nullable=False, comment="Slag av område. Kommun, län eller riket [oppen]"),
        sa.Column("omrade", sa.Text(), nullable=False, comment="Område. Kommunkod, länskod eller riket [oppen]"),
        sa.Column("kommunkod", sa.Text(), nullable=True, comment="Kommun. Kommunkod där området är en kommun [oppen]"),
        sa.Column("ar", sa.BigInteger(), nullable=False, comment="År. Året siffran gäller [oppen]"),
        sa.Column(
            "indikator", sa.Text(), nullable=False, comment="Indikator. Bladets rubrik utan skiljetecken [oppen]"
        ),
        sa.Column("titel", sa.Text(), nullable=False, comment="Titel. Bladets rubrik [oppen]"),
        sa.Column("antal", sa.BigInteger(), nullable=True, comment="Antal. Anmälda brott [oppen]"),
        sa.Column(
            "per_100000_inv", sa.Double(), nullable=True, comment="Per 100 000 invånare. Källans eget tal [oppen]"
        ),
        sa.CheckConstraint("indikator ~ '^[a-z0-9_]{2,200}$'", name=op.f("ck_bra_indikator_indikator")),
        sa.CheckConstraint("kommunkod ~ '^[0-9]{4}$'", name=op.f("ck_bra_indikator_kommunkod")),
        sa.CheckConstraint(
            "omrade ~ '^(riket|[0-9]{2}|[0-9]{4}|[0-9]{4}_[a-z0-9_]{1,100}|[A-Z][0-9A-Z]{2,20})$'",
            name=op.f("ck_bra_indikator_omrade"),
        ),
        sa.CheckConstraint(
            "omrade_typ IN ('kommun', 'stadsdel', 'lan', 'region', 'riket', 'grupp', 'enhet')",
            name=op.f("ck_bra_indikator_omrade_typ"),
        ),
        sa.CheckConstraint("titel ~ '^[^;@]{2,}$' AND char_length(titel) <= 300", name=op.f("ck_bra_indikator_titel")),
        sa.CheckConstraint("antal >= 0", name=op.f("ck_bra_indikator_antal")),
        sa.CheckConstraint("ar >= 1975 AND ar <= 2100", name=op.f("ck_bra_indikator_ar")),
        sa.CheckConstraint("per_100000_inv >= 0", name=op.f("ck_bra_indikator_per_100000_inv")),
        sa.CheckConstraint("rad >= 1", name=op.f("ck_bra_indikator_rad")),
        sa.ForeignKeyConstraint(["kommunkod"], ["omvarld.kommun.kommunkod"], name=op.f("fk_bra_indikator_kommunkod")),
        sa.ForeignKeyConstraint(
            ["leverans_id"], ["mottagning.leverans.leverans_id"], name=op.f("fk_bra_indikator_leverans_id")
        ),
        sa.PrimaryKeyConstraint(
            "leverans_id", "omrade_typ", "omrade", "ar", "indikator", name=op.f("pk_bra_indikator")
        ),
        schema="omvarld",
        comment="Indikatorer (BRÅ)",
    )
    op.create_table(
        "kolada_nyckeltal",
        sa.Column(
            "leverans_id", sa.BigInteger(), nullable=False, comment="Leverans. Leveransen som raden kom med [intern]"
        ),
        sa.Column("rad", sa.BigInteger(), nullable=False, comment="Rad. Radens nummer i den levererade filen [intern]"),
        sa.Column("kpi", sa.Text(), nullable=False, comment="Nyckeltal. Koladas id [oppen]"),
        sa.Column("titel", sa.Text(), nullable=False, comment="Titel. Koladas titel [oppen]"),
        sa.Column("beskrivning", sa.Text(), nullable=True, comment="Beskrivning. Koladas beskrivning [oppen]"),
        sa.Column("konsuppdelad", sa.Text(), nullable=True, comment="Könsuppdelad. Finns nyckeltalet per kön [oppen]"),
        sa.Column("publicerad", sa.Date(), nullable=True, comment="Publicerad. Dag, enligt Kolada [oppen]"),
        sa.CheckConstraint("konsuppdelad IN ('ja', 'nej', 'okant')", name=op.f("ck_kolada_nyckeltal_konsuppdelad")),
        sa.CheckConstraint("kpi ~ '^[NU][0-9]{5}$'", name=op.f("ck_kolada_nyckeltal_kpi")),
        sa.CheckConstraint("titel ~ '^.{2,}$' AND char_length(titel) <= 500", name=op.f("ck_kolada_nyckeltal_titel")),
        sa.CheckConstraint("char_length(beskrivning) <= 10000", name=op.f("ck_kolada_nyckeltal_beskrivning")),
        sa.CheckConstraint("rad >= 1", name=op.f("ck_kolada_nyckeltal_rad")),
        sa.ForeignKeyConstraint(
            ["leverans_id"], ["mottagning.leverans.leverans_id"], name=op.f("fk_kolada_nyckeltal_leverans_id")
        ),
        sa.PrimaryKeyConstraint("leverans_id", "kpi", name=op.f("pk_kolada_nyckeltal")),
        schema="omvarld",
        comment="Nyckeltal i Kolada",
    )
    op.create_table(
        "kolada_varde",
        sa.Column(
            "leverans_id", sa.BigInteger(), nullable=False, comment="Leverans. Leveransen som raden kom med [intern]"
        ),
        sa.Column("rad", sa.BigInteger(), nullable=False, comment="Rad. Radens nummer i den levererade filen [intern]"),
        sa.Column("kpi", sa.Text(), nullable=False, comment="Nyckeltal. Koladas id [oppen]"),
        sa.Column(
            "omrade_typ",
            sa.Text(),
            nullable=False,
            comment="Slag av område. Koladas regioner har nummer som liknar kommunkoder [oppen]",
        ),
        sa.Column(
            "omrade", sa.Text(), nullable=False, comment="Område. Kommunkod, Koladas region-id eller riket [oppen]"
        ),
        sa.Column("kommunkod", sa.Text(), nullable=True, comment="Kommun. Kommunkod där området är en kommun [oppen]"),
        sa.Column("ar", sa.BigInteger(), nullable=False, comment="År. Året värdet gäller [oppen]"),
        sa.Column("kon", sa.Text(), nullable=False, comment="Kön. kvinna, man eller totalt [oppen]"),
        sa.Column(
            "varde",
            sa.Double(),
            nullable=True,
            comment="Värde. Tomt: Kolada anger inget värde (skyddat eller saknas) [oppen]",
        ),
        sa.Column("antal", sa.BigInteger(), nullable=True, comment="Antal. Kommuner bakom ett ovägt medel [oppen]"),
        sa.Column("status", sa.Text(), nullable=True, comment="Status. Koladas egen markering [oppen]"),
        sa.CheckConstraint("kommunkod ~ '^[0-9]{4}$'", name=op.f("ck_kolada_varde_kommunkod")),
        sa.CheckConstraint("kon ~ '^(kvinna|man|totalt)$'", name=op.f("ck_kolada_varde_kon")),
        sa.CheckConstraint("kpi ~ '^[NU][0-9]{5}$'", name=op.f("ck_kolada_varde_kpi")),
        sa.CheckConstraint(
            "omrade ~ '^(riket|[0-9]{2}|[0-9]{4}|[0-9]{4}_[a-z0-9_]{1,100}|[A-Z][0-9A-Z]{2,20})$'",
            name=op.f("ck_kolada_varde_omrade"),
        ),
        sa.CheckConstraint(
            "omrade_typ IN ('kommun', 'stadsdel', 'lan', 'region', 'riket', 'grupp', 'enhet')",
            name=op.f("ck_kolada_varde_omrade_typ"),
        ),
        sa.CheckConstraint("status ~ '^[\\w .-]{1,40}$'", name=op.f("ck_kolada_varde_status")),
        sa.CheckConstraint("antal >= 0", name=op.f("ck_kolada_varde_antal")),
        sa.CheckConstraint("ar >= 1975 AND ar <= 2100", name=op.f("ck_kolada_varde_ar")),
        sa.CheckConstraint("rad >= 1", name=op.f("ck_kolada_varde_rad")),
        sa.ForeignKeyConstraint(["kommunkod"], ["omvarld.kommun.kommunkod"], name=op.f("fk_kolada_varde_kommunkod")),
        sa.ForeignKeyConstraint(
            ["leverans_id"], ["mottagning.leverans.leverans_id"], name=op.f("fk_kolada_varde_leverans_id")
        ),
        sa.PrimaryKeyConstraint(
            "leverans_id", "kpi", "omrade_typ", "omrade", "ar", "kon", name=op.f("pk_kolada_varde")
        ),
        schema="omvarld",
        comment="Värden i Kolada",
    )
    op.create_table(
        "oj_indikator",
        sa.Column(
            "leverans_id", sa.BigInteger(), nullable=False, comment="Leverans. Leveransen som raden kom med [intern]"
        ),
        sa.Column("rad", sa.BigInteger(), nullable=False, comment="Rad. Radens nummer i den levererade filen [intern]"),
        sa.Column(
            "omrade_typ", sa.Text(), nullable=False, comment="Slag av område. Kommun, stadsdel, län eller riket [oppen]"
        ),
        sa.Column(
            "omrade",
            sa.Text(),
            nullable=False,
            comment="Område. Kommunkod, länskod, riket eller stadsdelens namn [oppen]",
        ),
        sa.Column("kommunkod", sa.Text(), nullable=True, comment="Kommun. Kommunkod, också för en stadsdel [oppen]"),
        sa.Column("ar", sa.BigInteger(), nullable=False, comment="År. Undersökningens år [oppen]"),
        sa.Column(
            "indikator",
            sa.Text(),
            nullable=False,
            comment="Indikator. Samma id över åren, också när namnet har ändrats [oppen]",
        ),
        sa.Column("namn", sa.Text(), nullable=False, comment="Namn. Indikatorns namn det året [oppen]"),
        sa.Column("svar", sa.Text(), nullable=True, comment="Svar. Ja, delvis eller nej [oppen]"),
        sa.Column("andel_procent", sa.Double(), nullable=True, comment="Andel. Procent som svarat ja [oppen]"),
        sa.Column("bortfall", sa.Text(), nullable=True, comment="Bortfall. Varför svar saknas [oppen]"),
        sa.CheckConstraint(
            "bortfall IN ('inte_svarat', 'ej_aktuellt', 'for_fa', 'okant')", name=op.f("ck_oj_indikator_bortfall")
        ),
        sa.CheckConstraint("indikator ~ '^[a-z0-9_]{1,150}$'", name=op.f("ck_oj_indikator_indikator")),
        sa.CheckConstraint("kommunkod ~ '^[0-9]{4}$'", name=op.f("ck_oj_indikator_kommunkod")),
        sa.CheckConstraint("namn ~ '^[^;@]{2,}$' AND char_length(namn) <= 400", name=op.f("ck_oj_indikator_namn")),
        sa.CheckConstraint(
            "omrade ~ '^(riket|[0-9]{2}|[0-9]{4}|[0-9]{4}_[a-z0-9_]{1,100}|[A-Z][0-9A-Z]{2,20})$'",
            name=op.f("ck_oj_indikator_omrade"),
        ),
        sa.CheckConstraint(
            "omrade_typ IN ('kommun', 'stadsdel', 'lan', 'region', 'riket', 'grupp', 'enhet')",
            name=op.f("ck_oj_indikator_omrade_typ"),
        ),
        sa.CheckConstraint("svar IN ('ja', 'delvis', 'nej')", name=op.f("ck_oj_indikator_svar")),
        sa.CheckConstraint("andel_procent >= 0 AND andel_procent <= 100", name=op.f("ck_oj_indikator_andel_procent")),
        sa.CheckConstraint("ar >= 1975 AND ar <= 2100", name=op.f("ck_oj_indikator_ar")),
        sa.CheckConstraint("rad >= 1", name=op.f("ck_oj_indikator_rad")),
        sa.ForeignKeyConstraint(["kommunkod"], ["omvarld.kommun.kommunkod"], name=op.f("fk_oj_indikator_kommunkod")),
        sa.ForeignKeyConstraint(
            ["leverans_id"], ["mottagning.leverans.leverans_id"], name=op.f("fk_oj_indikator_leverans_id")
        ),
        sa.PrimaryKeyConstraint("leverans_id", "omrade_typ", "omrade", "ar", "indikator", name=op.f("pk_oj_indikator")),
        schema="omvarld",
        comment="Öppna jämförelser",
    )
    op.create_table(
        "brukarenkat",
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
        sa.Column(
            "period", sa.Text(), nullable=False, comment="Period. ÅÅÅÅ eller ÅÅÅÅT1 till ÅÅÅÅT3 (tertial) [intern]"
        ),
        sa.Column("svar_nr", sa.BigInteger(), nullable=False, comment="Svar nr. Enkätens löpnummer i högen [intern]"),
        sa.Column("kon", sa.Text(), nullable=False, comment="Kön. Kön enligt svaret [begransad]"),
        sa.Column(
            "betydelse",
            sa.Text(),
            nullable=True,
            comment="Stödets betydelse. Vilken betydelse insatserna har haft [kanslig]",
        ),
        sa.Column(
            "situation_nu", sa.Text(), nullable=True, comment="Situationen nu. Jämfört med före insatserna [kanslig]"
        ),
        sa.Column(
            "bemotande",
            sa.BigInteger(),
            nullable=True,
            comment="Bemötande. 1 mycket dåligt till 5 mycket gott [kanslig]",
        ),
        sa.Column(
            "delaktighet",
            sa.BigInteger(),
            nullable=True,
            comment="Delaktighet. 1 inte alls till 5 helt och hållet [kanslig]",
        ),
        sa.CheckConstraint("betydelse IN ('stor', 'viss', 'ingen', 'vet_ej')", name=op.f("ck_brukarenkat_betydelse")),
        sa.CheckConstraint(
            "enhet ~ '^(enhet|team|jour|boende|oppenvard|utforare)_[0-9]{1,3}$'", name=op.f("ck_brukarenkat_enhet")
        ),
        sa.CheckConstraint("kon IN ('kvinna', 'man', 'annat_okant')", name=op.f("ck_brukarenkat_kon")),
        sa.CheckConstraint("namnd ~ '^[0-9]{4}$'", name=op.f("ck_brukarenkat_namnd")),
        sa.CheckConstraint("period ~ '^(19|20)[0-9][0-9](T[1-3])?$'", name=op.f("ck_brukarenkat_period")),
        sa.CheckConstraint(
            "situation_nu IN ('battre', 'oforandrad', 'samre', 'vet_ej')", name=op.f("ck_brukarenkat_situation_nu")
        ),
        sa.CheckConstraint("bemotande >= 1 AND bemotande <= 5", name=op.f("ck_brukarenkat_bemotande")),
        sa.CheckConstraint("delaktighet >= 1 AND delaktighet <= 5", name=op.f("ck_brukarenkat_delaktighet")),
        sa.CheckConstraint("nyckelversion >= 1", name=op.f("ck_brukarenkat_nyckelversion")),
        sa.CheckConstraint("rad >= 1", name=op.f("ck_brukarenkat_rad")),
        sa.CheckConstraint("svar_nr >= 1 AND svar_nr <= 100000", name=op.f("ck_brukarenkat_svar_nr")),
        sa.ForeignKeyConstraint(
            ["leverans_id"], ["mottagning.leverans.leverans_id"], name=op.f("fk_brukarenkat_leverans_id")
        ),
        sa.ForeignKeyConstraint(["namnd"], ["omvarld.kommun.kommunkod"], name=op.f("fk_brukarenkat_namnd")),
        sa.PrimaryKeyConstraint("leverans_id", "enhet", "period", "svar_nr", name=op.f("pk_brukarenkat")),
        schema="register",
        comment="Brukarenkät",
    )
    op.create_table(
        "lokal_deklaration",
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
        sa.Column("variabel", sa.Text(), nullable=False, comment="Variabel. Variabelns namn i mappningen [intern]"),
        sa.Column("titel", sa.Text(), nullable=False, comment="Titel. Vad variabeln heter för läsaren [intern]"),
        sa.Column("varde", sa.Text(), nullable=False, comment="Värde. Kod [intern]"),
        sa.Column("etikett", sa.Text(), nullable=False, comment="Etikett. Vad koden betyder [intern]"),
        sa.CheckConstraint("etikett ~ '^[^;@]{1,120}$'", name=op.f("ck_lokal_deklaration_etikett")),
        sa.CheckConstraint("namnd ~ '^[0-9]{4}$'", name=op.f("ck_lokal_deklaration_namnd")),
        sa.CheckConstraint("titel ~ '^[^;@]{2,120}$'", name=op.f("ck_lokal_deklaration_titel")),
        sa.CheckConstraint("varde ~ '^[a-z][a-z0-9_]{0,39}$'", name=op.f("ck_lokal_deklaration_varde")),
        sa.CheckConstraint("variabel ~ '^[a-z][a-z0-9_]{0,39}$'", name=op.f("ck_lokal_deklaration_variabel")),
        sa.CheckConstraint("nyckelversion >= 1", name=op.f("ck_lokal_deklaration_nyckelversion")),
        sa.CheckConstraint("rad >= 1", name=op.f("ck_lokal_deklaration_rad")),
        sa.ForeignKeyConstraint(
            ["leverans_id"], ["mottagning.leverans.leverans_id"], name=op.f("fk_lokal_deklaration_leverans_id")
        ),
        sa.ForeignKeyConstraint(["namnd"], ["omvarld.kommun.kommunkod"], name=op.f("fk_lokal_deklaration_namnd")),
        sa.PrimaryKeyConstraint("leverans_id", "variabel", "varde", name=op.f("pk_lokal_deklaration")),
        schema="register",
        comment="Lokala variablers betydelse",
    )
    op.create_table(
        "lokal_variabel",
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
        sa.Column("arende_id", sa.Text(), nullable=False, comment="Ärende. Ärendet som svaret hör till [pseudonym]"),
        sa.Column("variabel", sa.Text(), nullable=False, comment="Variabel. Variabelns namn i mappningen [intern]"),
        sa.Column("varde", sa.Text(), nullable=False, comment="Värde. Svarets kod enligt mappningen [kanslig]"),
        sa.CheckConstraint("arende_id ~ '^[0-9a-f]{32}$'", name=op.f("ck_lokal_variabel_arende_id")),
        sa.CheckConstraint("namnd ~ '^[0-9]{4}$'", name=op.f("ck_lokal_variabel_namnd")),
        sa.CheckConstraint("varde ~ '^[a-z][a-z0-9_]{0,39}$'", name=op.f("ck_lokal_variabel_varde")),
        sa.CheckConstraint("variabel ~ '^[a-z][a-z0-9_]{0,39}$'", name=op.f("ck_lokal_variabel_variabel")),
        sa.CheckConstraint("nyckelversion >= 1", name=op.f("ck_lokal_variabel_nyckelversion")),
        sa.CheckConstraint("rad >= 1", name=op.f("ck_lokal_variabel_rad")),
        sa.ForeignKeyConstraint(
            ["leverans_id"], ["mottagning.leverans.leverans_id"], name=op.f("fk_lokal_variabel_leverans_id")
        ),
        sa.ForeignKeyConstraint(["namnd"], ["omvarld.kommun.kommunkod"], name=op.f("fk_lokal_variabel_namnd")),
        sa.PrimaryKeyConstraint("leverans_id", "arende_id", "variabel", "varde", name=op.f("pk_lokal_variabel")),
        schema="register",
        comment="Lokala variabler",
    )
    op.add_column("gallande", sa.Column("urval", sa.Text(), nullable=True), schema="mottagning")
    op.drop_index(
        op.f("uq_gallande_plats"),
        table_name="gallande",
        schema="mottagning",
        postgresql_where="(till IS NULL)",
        postgresql_nulls_not_distinct=True,
    )
    op.create_index(
        "uq_gallande_plats",
        "gallande",
        ["kalla", "tabell", "namnd", "period", "avsandare", "urval"],
        unique=True,
        schema="mottagning",
        postgresql_where=sa.text("till IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.add_column(
        "karantan",
        sa.Column("tabell", sa.Text(), nullable=True, comment="Tabellen, där en fil fyller flera"),
        schema="mottagning",
    )
    op.add_column(
        "karantan",
        sa.Column("bokstav", sa.Text(), nullable=True, comment="Kolumnen som ett kalkylblad kallar den"),
        schema="mottagning",
    )
    op.add_column(
        "leverans",
        sa.Column(
            "form", sa.Text(), nullable=True, comment="Tabellen, eller formen för en fil som fyller flera tabeller"
        ),
        schema="mottagning",
    )
    op.add_column(
        "leverans",
        sa.Column("urval", sa.Text(), nullable=True, comment="Vilken del av källan leveransen talar för"),
        schema="mottagning",
    )
    op.add_column(
        "leverans",
        sa.Column(
            "poster_nya", sa.Integer(), nullable=True, comment="Poster som inte fanns i det som leveransen ersatte"
        ),
        schema="mottagning",
    )
    op.add_column(
        "leverans",
        sa.Column(
            "poster_andrade",
            sa.Integer(),
            nullable=True,
            comment="Poster med annat innehåll än i det som leveransen ersatte",
        ),
        schema="mottagning",
    )
    op.add_column(
        "leverans",
        sa.Column(
            "poster_borttagna",
            sa.Integer(),
            nullable=True,
            comment="Poster som fanns i det som leveransen ersatte men inte i den",
        ),
        schema="mottagning",
    )
    op.add_column(
        "leverans",
        sa.Column("rattad_av", sa.BigInteger(), nullable=True, comment="Leveransen som rättade den här"),
        schema="mottagning",
    )
    op.drop_index(
        op.f("uq_leverans_sha256"),
        table_name="leverans",
        schema="mottagning",
        postgresql_where="(status <> 'avvisad'::text)",
    )
    op.create_index(
        "uq_leverans_sha256",
        "leverans",
        ["sha256", "tabell", "mappningsversion"],
        unique=True,
        schema="mottagning",
        postgresql_where=sa.text("status <> 'avvisad'"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_foreign_key(
        op.f("fk_leverans_rattad_av"),
        "leverans",
        "leverans",
        ["rattad_av"],
        ["leverans_id"],
        source_schema="mottagning",
        referent_schema="mottagning",
    )
    op.add_column(
        "befolkning",
        sa.Column(
            "alder",
            sa.Text(),
            server_default="totalt",
            nullable=False,
            comment="Ålder. totalt, ett år (0 till 99), 100_plus, eller en grupp som 20_29 och 65_plus [oppen]",
        ),
        schema="omvarld",
    )
    op.alter_column("befolkning", "alder", server_default=None, schema="omvarld")
    op.execute("UPDATE mottagning.leverans SET form = tabell")
    op.drop_constraint(op.f("pk_befolkning"), "befolkning", schema="omvarld", type_="primary")
    op.drop_constraint(op.f("uq_befolkning_nyckel"), "befolkning", schema="omvarld", type_="unique")
    op.drop_constraint(op.f("pk_bra_brott"), "bra_brott", schema="omvarld", type_="primary")
    op.drop_constraint(op.f("uq_bra_brott_nyckel"), "bra_brott", schema="omvarld", type_="unique")
    op.drop_constraint(op.f("ck_iop_rapport_post"), "iop_rapport", schema="omvarld", type_="check")
    op.drop_constraint(op.f("pk_iop_rapport"), "iop_rapport", schema="omvarld", type_="primary")
    op.drop_constraint(op.f("uq_iop_rapport_nyckel"), "iop_rapport", schema="omvarld", type_="unique")
    op.drop_constraint(op.f("pk_aktualisering"), "aktualisering", schema="register", type_="primary")
    op.drop_constraint(op.f("uq_aktualisering_nyckel"), "aktualisering", schema="register", type_="unique")
    op.drop_constraint(op.f("pk_arende"), "arende", schema="register", type_="primary")
    op.drop_constraint(op.f("uq_arende_nyckel"), "arende", schema="register", type_="unique")
    op.drop_constraint(op.f("pk_barn"), "barn", schema="register", type_="primary")
    op.drop_constraint(op.f("uq_barn_nyckel"), "barn", schema="register", type_="unique")
    op.drop_constraint(op.f("pk_bedomning"), "bedomning", schema="register", type_="primary")
    op.drop_constraint(op.f("uq_bedomning_nyckel"), "bedomning", schema="register", type_="unique")
    op.drop_constraint(op.f("pk_insats"), "insats", schema="register", type_="primary")
    op.drop_constraint(op.f("uq_insats_nyckel"), "insats", schema="register", type_="unique")
    op.drop_constraint(op.f("pk_insats_avidentifierad"), "insats_avidentifierad", schema="register", type_="primary")
    op.drop_constraint(
        op.f("uq_insats_avidentifierad_nyckel"), "insats_avidentifierad", schema="register", type_="unique"
    )
    op.drop_constraint(op.f("pk_matning"), "matning", schema="register", type_="primary")
    op.drop_constraint(op.f("pk_aggregat"), "aggregat", schema="verksamhet", type_="primary")
    op.create_check_constraint(
        op.f("ck_leverans_rattad_av"), "leverans", sa.text("rattad_av <> leverans_id"), schema="mottagning"
    )
    op.create_check_constraint(
        op.f("ck_befolkning_alder"),
        "befolkning",
        sa.text("alder ~ '^(totalt|[0-9]{1,2}|[0-9]{1,3}_[0-9]{1,3}|[0-9]{1,3}_plus)$'"),
        schema="omvarld",
    )
    op.create_primary_key(
        op.f("pk_befolkning"), "befolkning", ["leverans_id", "kommunkod", "ar", "kon", "alder"], schema="omvarld"
    )
    op.create_primary_key(
        op.f("pk_bra_brott"), "bra_brott", ["leverans_id", "kommunkod", "period", "brott_id"], schema="omvarld"
    )
    op.create_check_constraint(
        op.f("ck_iop_rapport_post"),
        "iop_rapport",
        sa.text(
            "post IN ('kontakter', 'kontakter_heder', 'kontakter_under_18', 'kontakttillfallen', 'boende_vuxna', 'boende_barn', 'boendenatter', 'boendenatter_vuxna', 'boendenatter_barn', 'nekade_platsbrist', 'nekade_barn_platsbrist', 'barn_skolplats', 'enkat_tillfragade', 'enkat_svar', 'enkat_hjalpta', 'otillrackliga_insatser', 'utatriktade_aktiviteter', 'utatriktade_deltagare', 'volontarer', 'volontartimmar', 'fast_anstallda')"
        ),
        schema="omvarld",
    )
    op.create_primary_key(
        op.f("pk_iop_rapport"), "iop_rapport", ["leverans_id", "namnd", "ar", "jour", "post", "kon"], schema="omvarld"
    )
    op.create_primary_key(
        op.f("pk_aktualisering"), "aktualisering", ["leverans_id", "aktualisering_id"], schema="register"
    )
    op.create_primary_key(op.f("pk_arende"), "arende", ["leverans_id", "arende_id"], schema="register")
    op.create_primary_key(op.f("pk_barn"), "barn", ["leverans_id", "arende_id", "barn_id"], schema="register")
    op.create_primary_key(
        op.f("pk_bedomning"),
        "bedomning",
        ["leverans_id", "arende_id", "instrument", "syfte", "datum"],
        schema="register",
    )
    op.create_primary_key(op.f("pk_insats"), "insats", ["leverans_id", "insats_id"], schema="register")
    op.create_primary_key(
        op.f("pk_insats_avidentifierad"),
        "insats_avidentifierad",
        ["leverans_id", "enhet", "insatstyp", "manad", "kon"],
        schema="register",
    )
