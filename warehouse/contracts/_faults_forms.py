"""What the workbooks and forms of ours can break (IOP, arbetsbok, ärendeblad). Standard library only."""

from warehouse.contracts._rule import Rule

FORMS: dict[str, Rule] = {
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
    "formularversion": Rule(
        "Formuläret är av en annan version än den som kan läsas, eller så saknas versionen på försättsbladet.",
        "Hämta den senaste mallen, klistra in uppgifterna i den och lämna den. Ändra inte raden Formulärversion.",
        hel=True,
    ),
    "forsattsblad_tomt": Rule(
        "En ruta på försättsbladet är tom: {kolumn}.",
        "Fyll i rutan på försättsbladet. Förklaringen står bredvid den.",
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
    "efter_fore_avslut": Rule(
        "Efter-mätningen är ifylld men ärendet har inget slutdatum.",
        "Inget behöver göras om ärendet pågår. Är det avslutat: fyll i slutdatum.",
    ),
}
