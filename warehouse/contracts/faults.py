"""Every rule a delivery can break, with a kind Swedish explanation and remedy. Standard library only.

Texts may use ``{kolumn}`` and ``{tillatna}`` (allowed codes or limits from the contract); never a delivered value.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """What is wrong, and what to do. ``hel`` rules refuse the whole delivery, the others one row."""

    fel: str
    gor_sa_har: str
    hel: bool = False


RULES: dict[str, Rule] = {
    # the file
    "tom_fil": Rule("Filen är tom.", "Ta ut filen på nytt och kontrollera att den innehåller rader.", hel=True),
    "bara_rubriker": Rule(
        "Filen har rubriker men inga rader.",
        "Kontrollera urvalet i uttaget. Ska perioden vara tom, skriv tom: ja i följesedeln.",
        hel=True,
    ),
    "avkortad_fil": Rule(
        "Filen verkar avkortad: sista raden är inte hel.",
        "Ta ut filen på nytt och låt överföringen gå klart innan den levereras.",
        hel=True,
    ),
    "teckenkodning": Rule(
        "Filens teckenkodning gick inte att läsa.",
        "Spara filen som CSV UTF-8 (eller Windows-1252) och leverera den igen.",
        hel=True,
    ),
    "filformat": Rule(
        "Filen är inte av ett slag som kan läsas här.",
        "Leverera CSV, eller Excel (.xlsx) för IOP-rapporten.",
        hel=True,
    ),
    "okand_kalla": Rule(
        "Det går inte att se vad filen innehåller.",
        "Lägg en följesedel bredvid filen (filnamn.foljesedel.yaml) med kalla och tabell.",
        hel=True,
    ),
    "foljesedel_saknas": Rule(
        "Följesedeln saknas eller är ofullständig: {kolumn}.",
        "Fyll i uppgiften i filnamn.foljesedel.yaml, eller ange den vid kvinnofrid deliver.",
        hel=True,
    ),
    "foljesedel_fel": Rule(
        "Följesedelns uppgift {kolumn} går inte att använda.",
        "Rätta uppgiften. Tillåtet: {tillatna}.",
        hel=True,
    ),
    "identitet_i_foljesedel": Rule(
        "Följesedelns uppgift {kolumn} innehåller något som kan peka ut en person.",
        "Ta bort personnummer, e-post och telefonnummer ur följesedeln och leverera filen igen.",
        hel=True,
    ),
    "redan_mottagen_annorlunda": Rule(
        "Samma innehåll är redan mottaget, men för en annan nämnd, tabell, period eller omfattning.",
        "Kontrollera följesedeln och att det är rätt fil. Är allt rätt: lägg till en tom rad sist i filen och leverera "
        "den igen.",
        hel=True,
    ),
    "okand_kommun": Rule("Kommunkoden finns inte.", "Skriv kommunens fyrsiffriga kod, till exempel 0114.", hel=True),
    "saknad_kolumn": Rule(
        "Kolumnen {kolumn} saknas.",
        "Lägg till kolumnen, eller ange i mappningen vad den heter i filen.",
        hel=True,
    ),
    "dubbel_kolumn": Rule("Kolumnen {kolumn} finns två gånger.", "Behåll den ena.", hel=True),
    "far_inte_samlas_in": Rule(
        "Rubriken i {kolumn} är ett slag av uppgift som inte får samlas in här (till exempel namn, adress, fritext "
        "eller diagnos).",
        "Ta bort kolumnen ur uttaget och leverera hela filen igen.",
        hel=True,
    ),
    "mappning_fel": Rule(
        "Mappningen som följesedeln nämner går inte att använda.",
        "Den som sköter körningen rättar mappningen och säger till när filen kan levereras igen.",
        hel=True,
    ),
    "mappning_saknas": Rule(
        "Mappningen som följesedeln nämner finns inte.",
        "Lägg mappningen i mappen för mappningar, eller rätta namnet i följesedeln.",
        hel=True,
    ),
    "oj_rubriker_saknas": Rule(
        "Inget blad har en rubrikrad som går att känna igen som Öppna jämförelser.",
        "Leverera Socialstyrelsens fil som den är. Tabellen behöver en rubrikrad med kommunkod eller kommun och "
        "indikatorernas namn, eller med indikator och kommunernas namn.",
        hel=True,
    ),
    "oj_indikator_dubbel": Rule(
        "Samma indikator står två gånger, i {kolumn}.",
        "Behåll den som gäller. Namn som bara skiljer sig i stavning räknas som samma indikator.",
        hel=True,
    ),
    "oj_okant_omrade": Rule(
        "Rubriken i {kolumn} är inget område som känns igen, fast det står svar under den.",
        "Skriv kommunens namn, stadsdelen som Göteborg, Centrum, länet som Uppsala län, eller Riket.",
        hel=True,
    ),
    "oj_ar_olika": Rule(
        "Filen och följesedeln, eller två ställen i filen, säger olika undersökningsår.",
        "Se efter vilket år som är rätt, och rätta det andra. I följesedeln heter det period.",
        hel=True,
    ),
    "mappning_okand_fil": Rule(
        "Mappningen säger inte vad en fil med det här namnet innehåller.",
        "Ge filen det namn som mappningen väntar (se filer i den), eller låt den som sköter mappningen lägga till "
        "filnamnet där.",
        hel=True,
    ),
    "bladet_saknas": Rule("Arbetsboken saknar ett blad som behövs.", "Använd mallen som den är.", hel=True),
    "iop_oppnas_inte": Rule(
        "Filen gick inte att öppna som en Excel-arbetsbok (.xlsx).",
        "Öppna rapporten i ert kalkylprogram, spara den som Excel-arbetsbok (.xlsx) utan lösenord och skicka in den.",
        hel=True,
    ),
    "iop_makro": Rule(
        "Arbetsboken innehåller makron, och sådana läses inte.",
        "Spara rapporten som Excel-arbetsbok (.xlsx) utan makron och skicka in den igen.",
        hel=True,
    ),
    "iop_version": Rule(
        "Formuläret är av en version som inte kan läsas här, eller så är raden Formulärversion ändrad.",
        "Be kommunen om ett nytt formulär för året och för över siffrorna dit.",
        hel=True,
    ),
    "iop_ombyggd": Rule(
        "Formuläret är ändrat här: rubriken eller raden är inte den som stod där.",
        "För över siffrorna till formuläret som ni fick, utan att lägga till, flytta eller ta bort rader och kolumner.",
        hel=True,
    ),
    "iop_forsattsblad_tomt": Rule(
        "En uppgift på försättsbladet är tom.",
        "Fyll i den som den stod från början, eller be kommunen om ett nytt formulär.",
        hel=True,
    ),
    "iop_kommunkod": Rule(
        "Kommunkoden på försättsbladet finns inte.", "Skriv kommunens fyrsiffriga kod, till exempel 0114.", hel=True
    ),
    "iop_kommun": Rule(
        "Kommunens namn och kommunkoden på försättsbladet hör inte ihop.",
        "Se efter vilken av dem som är fel, och rätta den.",
        hel=True,
    ),
    "iop_ar": Rule("Året på försättsbladet är inte ett årtal.", "Skriv året med fyra siffror.", hel=True),
    "iop_jour": Rule(
        "Jourens namn på försättsbladet går inte att använda.",
        "Skriv namnet med 2 till 60 tecken, utan siffror och utan e-postadress.",
        hel=True,
    ),
    "iop_pahittad": Rule(
        "Svaret på frågan om uppgifterna är påhittade är varken ja eller nej.",
        "Välj nej om rapporten gäller er verksamhet. Ja är bara för övningar och exempel.",
        hel=True,
    ),
    "iop_inget_ifyllt": Rule(
        "Rapporten är inte ifylld: det finns ingen siffra och ingen orsak i den.",
        "Se efter att det är rätt fil. Fyll i siffrorna, eller välj för varje rad varför de saknas.",
        hel=True,
    ),
    "bra_ingen_tabell": Rule(
        "Sidan har ingen resultattabell från Brås statistikdatabas.",
        "Gör sökningen igen, vänta tills tabellen visas och spara just den sidan (högerklicka i tabellen, visa bara "
        "ramen, spara som hel webbsida).",
        hel=True,
    ),
    "bra_utan_id": Rule(
        "Filen är statistikdatabasens textfil. Den saknar brottens id, och etiketterna räcker inte för att veta vilket "
        "brott som avses.",
        "Spara sidan med resultattabellen som hel webbsida (.html) i stället, och leverera den.",
        hel=True,
    ),
    "bra_ar_saknas": Rule(
        "Filen säger inte vilket år siffrorna gäller.",
        "Skriv ett enda år som period i filnamn.foljesedel.yaml, till exempel period: 2025.",
        hel=True,
    ),
    "bra_inga_blad": Rule(
        "Arbetsboken har inget blad med anmälda brott i den form som kan läsas (rubrik på första raden, sedan område i "
        "första kolumnen och Antal för varje år).",
        "Kontrollera att det är Brås indikatorfil, och leverera den som den laddades ner.",
        hel=True,
    ),
    "json_fel": Rule(
        "Filen är inte hel JSON.",
        "Hämta filen på nytt och låt hämtningen gå klart. Öppna den inte i ett annat program på vägen.",
        hel=True,
    ),
    "jsonstat_fel": Rule(
        "Filen är inte en tabell i json-stat2 som går att läsa: {kolumn} saknas eller har en annan form än väntat.",
        "Hämta tabellen på nytt i formatet json-stat2. Kommer felet igen har källan ändrat formen: säg till den som "
        "sköter körningen.",
        hel=True,
    ),
    "jsonstat_antal": Rule(
        "Antalet värden stämmer inte med tabellens mått: {kolumn}.",
        "Hämta tabellen på nytt; svaret kan ha blivit avkortat.",
        hel=True,
    ),
    "jsonstat_dubbelt": Rule(
        "{kolumn}: samma namn, kod eller plats står två gånger.",
        "Hämta tabellen på nytt. Kommer felet igen är det fel hos källan.",
        hel=True,
    ),
    "jsonstat_stor": Rule(
        "Tabellen har fler värden än vad som läses på en gång.",
        "Hämta färre år eller färre kommuner åt gången.",
        hel=True,
    ),
    "scb_innehall": Rule(
        "Tabellen innehåller annat än folkmängd.",
        "Välj bara Folkmängd som tabellinnehåll när tabellen hämtas hos SCB.",
        hel=True,
    ),
    "scb_period": Rule(
        "Tabellen gäller månader eller annat än hela år. Här lagras folkmängden den 31 december.",
        "Hämta folkmängden per år: TAB638 till och med 2024, TAB5557 från 2025.",
        hel=True,
    ),
    "scb_kategori": Rule(
        "{kolumn} har ett val som inte går att tolka.",
        "Hämta tabellen på svenska (lang=sv). Kön: män, kvinnor, totalt. Ålder: ett år, en grupp eller totalt. Region: "
        "kommuner.",
        hel=True,
    ),
    "scb_indelning": Rule(
        "Tabellen saknar indelningen {kolumn}, eller är indelad på mer än region, ålder, kön och år.",
        "Hämta tabellen med region och år. Välj totalt, eller inget, för civilstånd och andra indelningar.",
        hel=True,
    ),
    "scb_inga_kommuner": Rule(
        "Tabellen har inga kommuner, bara län eller riket.",
        "Välj kommuner som region när tabellen hämtas hos SCB.",
        hel=True,
    ),
    "kolada_form": Rule(
        "Filen är JSON men inte ett svar från Kolada: {kolumn} saknas eller har en annan form än väntat.",
        "Hämta värdena på nytt. Kommer felet igen har Kolada ändrat formen: säg till den som sköter körningen.",
        hel=True,
    ),
    "kolada_sida": Rule(
        "Filen är en av flera sidor: Kolada hänvisar till en sida till.",
        "Fråga efter färre nyckeltal, kommuner eller år, så att svaret ryms på en sida, och spara det på nytt.",
        hel=True,
    ),
    "kolada_inga_varden": Rule(
        "Svaret från Kolada har inga värden.",
        "Kontrollera nyckeltal, kommuner och år i frågan. Ska svaret vara tomt, skriv tom: ja i följesedeln.",
        hel=True,
    ),
    "formularversion": Rule(
        "Formuläret är av en annan version än den som kan läsas, eller så saknas versionen på försättsbladet.",
        "Hämta den senaste mallen, klistra in uppgifterna i den och lämna den. Ändra inte raden Formulärversion.",
        hel=True,
    ),
    "forsattsblad_fel": Rule(
        "Svaret på försättsbladet går inte att använda: {kolumn}.",
        "Rätta svaret på försättsbladet. Förklaringen står bredvid rutan.",
        hel=True,
    ),
    "arbetsbok_tom": Rule(
        "Arbetsboken har inga ifyllda blad.",
        "Fyll i minst ett blad. Finns det inget att redovisa: säg det för varje blad på försättsbladet.",
        hel=True,
    ),
    "okant_blad": Rule(
        "Arbetsboken har ett ifyllt blad som inte hör till formuläret ({kolumn}, räknat från vänster).",
        "Ge bladet det namn som det har i mallen, eller ta bort det.",
        hel=True,
    ),
    "dubbelt_blad": Rule(
        "Samma tabell står i två blad ({kolumn}, räknat från vänster).", "Flytta raderna till ett blad.", hel=True
    ),
    "inget_men_rader": Rule(
        "Försättsbladet säger att det inte finns något att redovisa i bladet, men bladet har rader.",
        "Ta bort svaret på försättsbladet om raderna gäller, annars raderna.",
        hel=True,
    ),
    # a row
    "fel_antal_falt": Rule(
        "Raden har fler eller färre fält än rubrikraden.",
        "Leta efter ett semikolon eller en radbrytning inne i ett fält, och sätt citattecken om fältet.",
    ),
    "saknas": Rule("Kolumnen {kolumn} är tom men måste fyllas i.", "Fyll i uppgiften. Tillåtet: {tillatna}."),
    "okand_kod": Rule("Koden i kolumnen {kolumn} finns inte i kodlistan.", "Använd någon av: {tillatna}."),
    "okand_kommunkod": Rule(
        "Det som står i kolumnen {kolumn} är inte en nuvarande kommunkod.",
        "Skriv kommunens fyrsiffriga kod, till exempel 0114. Gamla koder (Heby 1917) byts mot dagens.",
    ),
    "datum_format": Rule("Det som står i kolumnen {kolumn} är inte ett datum.", "Skriv datum som ÅÅÅÅ-MM-DD."),
    "datum_orimligt": Rule(
        "Datumet i kolumnen {kolumn} ligger utanför rimliga år eller efter uttagsdatum.",
        "Kontrollera året och rätta datumet.",
    ),
    "slut_fore_start": Rule(
        "Slutdatum ligger före startdatum.", "Se efter vilket av datumen som är fel, och rätta det."
    ),
    "slut_fore_verkstalld": Rule(
        "Slutdatum ligger före dagen då insatsen började (verkstalld).",
        "Se efter vilket av datumen som är fel, och rätta det.",
    ),
    "avslutad_fore_inledd": Rule(
        "Utredningen är avslutad före dagen då den inleddes.", "Se efter vilket av datumen som är fel, och rätta det."
    ),
    "alla_rader_fel": Rule(
        "Filen avvisades: alla rader har fel, och inget lästes in.",
        "Rätta raderna i listan och leverera hela filen igen.",
        hel=True,
    ),
    "heltal": Rule("Det som står i kolumnen {kolumn} är inte ett heltal.", "Skriv bara siffror, utan enhet."),
    "tal": Rule(
        "Det som står i kolumnen {kolumn} är inte ett tal.", "Skriv siffror, med komma eller punkt för decimaler."
    ),
    "utanfor_granser": Rule("Talet i kolumnen {kolumn} ligger utanför det rimliga.", "Skriv ett tal: {tillatna}."),
    "form": Rule("Det som står i kolumnen {kolumn} har inte rätt form.", "Skriv så här: {tillatna}."),
    "okand_lokal_kod": Rule(
        "Koden i kolumnen {kolumn} finns inte bland dem som mappningen räknar upp för den lokala variabeln.",
        "Skriv en av koderna, eller låt den som sköter mappningen lägga till den under lokala. Svar som finns: "
        "{tillatna}.",
    ),
    "upprepas_olika": Rule(
        "Raden säger något annat i kolumnen {kolumn} än en tidigare rad om samma post.",
        "Se efter vilken rad som är rätt, och låt posten ha samma uppgift på alla sina rader.",
    ),
    "dubblett": Rule(
        "Samma post finns på en tidigare rad i filen.", "Behåll den rad som gäller och ta bort den andra."
    ),
    "personnummer_kontrollsiffra": Rule(
        "{kolumn}: personnumrets kontrollsiffra stämmer inte.", "Kontrollera numret mot verksamhetssystemet."
    ),
    "personnummer_datum": Rule(
        "{kolumn}: personnumrets datum finns inte.", "Kontrollera numret mot verksamhetssystemet."
    ),
    "identitet_i_fel_kolumn": Rule(
        "{kolumn} innehåller något som kan peka ut en person.",
        "Ta bort personnummer, e-post och telefonnummer ur kolumnen; raden läses inte in förrän dess.",
    ),
    "beslut_utan_datum": Rule(
        "Beslutsdatum saknas trots att beslutet är bifall, avslag eller avböjd.", "Fyll i beslutsdatum."
    ),
    "utan_behovsprovning_utan_datum": Rule(
        "Insatsen är utan behovsprövning men saknar datum.", "Fyll i verkstalld (dagen då insatsen började)."
    ),
    "samma_nyckel_olika_nummer": Rule(
        "Uppgiften står två gånger för samma nyckel, med olika innehåll.", "Behåll den som gäller."
    ),
    "summa": Rule("Delarna ger inte totalen för {kolumn}.", "Räkna om delarna eller totalen."),
    "oj_svar": Rule(
        "Svaret är inte ett av dem som används i Öppna jämförelser.",
        "Skriv 2, 1 eller 0 (ja, delvis eller nej), eller lämna rutan tom om svaret saknas.",
    ),
    "oj_omrade": Rule(
        "Det går inte att se vilken kommun, stadsdel eller vilket län raden gäller.",
        "Skriv kommunens fyrsiffriga kod och namn (0114 och Upplands Väsby), stadsdelen som Göteborg, Centrum, länet "
        "som Uppsala län, eller Riket.",
    ),
    "oj_kod_och_namn": Rule(
        "Koden och namnet på raden hör till olika områden.", "Se efter vilket av dem som är rätt, och rätta det andra."
    ),
    "iop_formel": Rule(
        "Rutan har en formel som slutade i ett felvärde, så det finns ingen siffra.", "Skriv siffran själv i rutan."
    ),
    "iop_orsak": Rule(
        "Orsaken är inte en av dem som finns att välja.", "Välj en orsak ur listan i rutan, eller lämna rutan tom."
    ),
    "iop_summa": Rule(
        "Kvinnor, män och annat eller okänt blir tillsammans inte totalen.",
        "Räkna om delarna eller totalen. Vet ni inte en del: lämna den tom och välj orsak.",
    ),
    "iop_darav": Rule(
        "Siffran är större än den på raden som den är en del av.",
        "Se efter vilken av de två siffrorna som är fel, och rätta den.",
    ),
    "iop_svar": Rule(
        "Svaren är fler än de tillfrågade.", "Se efter vilken av de två siffrorna som är fel, och rätta den."
    ),
    "iop_natter": Rule(
        "Vuxnas och barns nätter blir tillsammans inte alla nätter.",
        "Räkna om nätterna. Vet ni inte hur de fördelas: lämna de två raderna tomma och välj orsak.",
    ),
    "bra_region": Rule(
        "Regionens id är inte en kommun i Brås statistikdatabas, eller så gällde det inte det året.",
        "Välj bara kommuner i sökningen (inte län, polisregioner, hela landet eller stadsdelar). Är det en kommun: be "
        "den som sköter körningen att lägga till id:t.",
    ),
    "bra_omrade": Rule(
        "Namnet i kolumnen {kolumn} är inte en nuvarande kommun.",
        "Kontrollera stavningen mot kommunens namn, till exempel Malung-Sälen. Län och riket kan bara stå i "
        "indikatorfilen.",
    ),
    "bra_id_periodtyp": Rule(
        "Brottets id hör till en annan sorts period: Brå har ett id för år och ett annat för månad och kvartal.",
        "Ta ut siffran på nytt för rätt sorts period, eller rätta id:t.",
    ),
    "bra_cell": Rule(
        "Siffran går inte att knyta till område, brott och period: cellens rubriker saknas eller är ändrade.",
        "Spara sidan på nytt som hel webbsida, och ändra ingenting i den.",
    ),
    "bra_period": Rule(
        "Perioden går inte att läsa, eller så säger etiketten och nyckeln olika.",
        "Skriv perioden som i Brås databas: 2025, 2025 Kvartal 1 eller 2025 Jan.",
    ),
    "bra_status": Rule(
        "Källan säger att siffran saknas, men en siffra står där.",
        "Se efter i Brås databas vilket som gäller, och rätta siffran eller statusen.",
    ),
    "kolada_post": Rule(
        "Posten har inte den form som Kolada svarar med: {kolumn} saknas eller är av fel slag.",
        "Hämta värdena på nytt. Kommer felet igen har Kolada ändrat formen: säg till den som sköter körningen.",
    ),
    "kolada_varde": Rule(
        "Värdet från Kolada är inte ett tal.",
        "Hämta värdena på nytt. Ett tal skrivs utan citattecken, och ett värde som saknas är null.",
    ),
    "kolada_kon": Rule(
        "Det framgår inte vilket kön värdet gäller.", "Hämta värdena på nytt. Kolada skriver T, K (eller F) och M."
    ),
    "kolada_omrade": Rule(
        "Det går inte att se vilket område värdet gäller.",
        "Hämta värdena på nytt. Väntat är riket (0000), en region (0001 till 0025), en kommunkod, en grupp (G) eller "
        "en enhet (V), inom citattecken.",
    ),
    "formelfel": Rule(
        "I rutan står ett formelfel (till exempel #SAKNAS! eller #REFERENS!) i stället för ett svar.",
        "Skriv svaret i rutan, utan formel.",
    ),
    "ruta_0_1": Rule(
        "Rutan för {kolumn} ska vara ett ja eller nej.", "Skriv 1 eller ja, 0 eller nej, eller lämna rutan tom."
    ),
    "flerval_tva_satt": Rule(
        "{kolumn} står både som lista och i egna kolumner, med olika svar.", "Behåll det ena, eller gör dem lika."
    ),
    "avslut_utan_slutdatum": Rule(
        "Avslutet är ifyllt men ärendet har inget slutdatum.",
        "Fyll i slutdatum, eller töm avslutsorsak och målbedömning om ärendet pågår.",
    ),
    # things to know
    "kolada_status": Rule(
        "Kolada har satt en markering på värdet som inte är känd här. Värdet är inläst, men inte markeringen.",
        "Se efter på kolada.se vad markeringen betyder innan värdet används.",
    ),
    "kolada_borttaget": Rule("Kolada anger att värdet är borttaget, och det lästes inte in.", "Inget behöver göras."),
    "iop_aldre": Rule(
        "Rapporten är gjord i en äldre version av formuläret, som inte frågar om allt.",
        "Be kommunen om det nya formuläret till nästa gång. I det äldre kan nekade plats gälla både vuxna och barn.",
    ),
    "iop_tomt": Rule(
        "En eller flera rutor på raden är tomma utan att det står varför.",
        "Skriv 0 om det är noll. Vet ni inte: välj i listan varför siffran saknas.",
    ),
    "iop_orsak_utan_tomt": Rule(
        "En orsak är vald fast alla rutor är ifyllda.", "Ta bort orsaken, eller den siffra som inte stämmer."
    ),
    "iop_fa_natter": Rule(
        "Nätterna är färre än de som bott.", "Se efter att båda siffrorna stämmer. Gör de det räcker det så."
    ),
    "iop_manga_natter": Rule(
        "Nätterna är fler än vad de som bott kan ha haft på ett år.",
        "Se efter att båda siffrorna stämmer. Gör de det räcker det så.",
    ),
    "iop_fa_tillfallen": Rule(
        "Stödkontakterna är färre än personerna som kontaktat jouren.",
        "Se efter att båda siffrorna stämmer. Gör de det räcker det så.",
    ),
    "iop_skolplats": Rule(
        "Barn med förskole- eller skolplats är fler än barn som bott hos er.",
        "Se efter att båda siffrorna stämmer. Gör de det räcker det så.",
    ),
    "iop_volontartimmar": Rule(
        "Timmarna är fler än vad volontärerna kan ha arbetat.",
        "Se efter att båda siffrorna stämmer. Gör de det räcker det så.",
    ),
    "iop_deltagare": Rule(
        "Det finns deltagare men inga aktiviteter.", "Se efter att båda siffrorna stämmer. Gör de det räcker det så."
    ),
    "iop_utanfor": Rule(
        "Något står utanför rutorna som ska fyllas i. Det lästes inte.",
        "Ta bort det. Vill ni berätta mer: gör det i verksamhetsberättelsen, utan uppgifter om enskilda.",
    ),
    "iop_extra_blad": Rule(
        "Arbetsboken har ett eller flera blad som inte hör till formuläret. De lästes inte.",
        "Ta bort bladen. Vill ni berätta mer: gör det i verksamhetsberättelsen, utan uppgifter om enskilda.",
    ),
    "farre_an_forut": Rule(
        "Mer än hälften av posterna i den förra leveransen finns inte med i den här.",
        "Kontrollera urvalet i uttaget. Är det rätt så behöver du inte göra något.",
    ),
    "oj_okant_namn": Rule(
        "Indikatorns namn i {kolumn} finns inte i förteckningen över tidigare namn och räknas som en egen indikator.",
        "Är det en känd indikator med nytt namn: be den som sköter körningen att lägga till namnet i förteckningen.",
    ),
    "oj_antal_ja": Rule(
        "Antalet ja som är tryckt i tabellen är inte det antal ja som står i den. Svaren är inlästa som de står.",
        "Inget behöver göras. Är ett svar fel i källan kan det rättas med en deklarerad rättelse.",
    ),
    "oj_brak": Rule("Andelarna i bladet står som bråk (0,69) och är inlästa som procent (69).", "Inget behöver göras."),
    "oj_anmarkning": Rule(
        "Raden hör inte till något område och är inte inläst.", "Är den en anmärkning behöver inget göras."
    ),
    "rattad_enligt_rattelse": Rule(
        "Värdet i {kolumn} är bytt mot det som en deklarerad rättelse anger.",
        "Inget behöver göras. Källans eget värde står i rättelsen.",
    ),
    "rattelse_inaktuell": Rule(
        "En deklarerad rättelse av {kolumn} passar inte längre: källan anger ett annat värde än det som skulle rättas. "
        "Källans värde är behållet.",
        "Se efter vad källan nu anger. Har källan rättat felet: ta bort rättelsen. Annars: skriv om den.",
    ),
    "efter_fore_avslut": Rule(
        "Efter-mätningen är ifylld men ärendet har inget slutdatum.",
        "Inget behöver göras om ärendet pågår. Är det avslutat: fyll i slutdatum.",
    ),
    "okand_kolumn": Rule(
        "{kolumn} hör inte till formatet och lästes inte in.", "Ta bort den ur uttaget om den inte behövs."
    ),
    "utelamnat_omrade": Rule("Län och riket lästes inte in: folkmängden lagras för kommuner.", "Inget behöver göras."),
    "bra_inte_kommun": Rule(
        "Raden gäller inte en kommun (till exempel en stadsdel eller hela landet) och lästes inte in.",
        "Inget behöver göras.",
    ),
    "bra_blad": Rule(
        "Bladet lästes inte in: det har ingen tabell med anmälda brott i känd form, eller så gäller det NTU.",
        "Inget behöver göras om det stämmer.",
    ),
    "bra_etikett": Rule(
        "Raden lästes inte in: etiketten är ingen av dem som gäller våld i nära relationer eller hedersförtryck.",
        "Inget behöver göras om det stämmer. Annars: rätta etiketten efter Brås tabell.",
    ),
}


def explain(regel: str, kolumn: str | None = None, tillatna: str = "") -> tuple[str, str]:
    """The fault and its remedy as sentences."""
    rule = RULES[regel]
    words = {"kolumn": kolumn or "Fältet", "tillatna": tillatna or "se formatbeskrivningen"}
    return rule.fel.format(**words), rule.gor_sa_har.format(**words)
