"""What any delivery can break: the file, its delivery note, a row, and things to know. Standard library only."""

from warehouse.contracts._rule import Rule

COMMON: dict[str, Rule] = {
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
    "mappning_okand_fil": Rule(
        "Mappningen säger inte vad en fil med det här namnet innehåller.",
        "Ge filen det namn som mappningen väntar (se filer i den), eller låt den som sköter mappningen lägga till "
        "filnamnet där.",
        hel=True,
    ),
    "bladet_saknas": Rule("Arbetsboken saknar ett blad som behövs.", "Använd mallen som den är.", hel=True),
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
    "datum_format": Rule(
        "Det som står i kolumnen {kolumn} är inte ett datum, eller en dag som inte finns.",
        "Skriv datum som ÅÅÅÅ-MM-DD, och se efter att dagen finns.",
    ),
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
        "Alla rader har fel, så inga av dem lästes in.",
        "Rätta raderna i listan och leverera hela filen igen.",
        hel=True,
    ),
    "heltal": Rule(
        "Det som står i kolumnen {kolumn} är inte ett heltal.",
        "Skriv ett helt tal med bara siffror, utan ord och decimaler.",
    ),
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
        "Ta bort personnummer, e-post och telefonnummer ur kolumnen; raden läses in först då.",
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
    "farre_an_forut": Rule(
        "Mer än hälften av posterna i den förra leveransen finns inte med i den här.",
        "Kontrollera urvalet i uttaget. Är det rätt så behöver du inte göra något.",
    ),
    "okand_kolumn": Rule(
        "{kolumn} hör inte till formatet och lästes inte in.", "Ta bort den ur uttaget om den inte behövs."
    ),
}
