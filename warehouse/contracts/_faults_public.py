"""What files and answers of public sources can break, and declared corrections. Standard library only."""

from warehouse.contracts._rule import Rule

PUBLIC: dict[str, Rule] = {
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
    "kolada_status": Rule(
        "Kolada har satt en markering på värdet som inte är känd här. Värdet är inläst, men inte markeringen.",
        "Se efter på kolada.se vad markeringen betyder innan värdet används.",
    ),
    "kolada_borttaget": Rule("Kolada anger att värdet är borttaget, och det lästes inte in.", "Inget behöver göras."),
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
