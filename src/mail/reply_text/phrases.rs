//! The words by which `closing` knows formulas, device lines, notices and afterthoughts, all in lower case.
//!
//! Lists, kept in rows by kind rather than one word a line.

/// Closings that stand on a line of their own.
#[rustfmt::skip]
pub(super) const BARE: &[&str] = &[
    "hoogachtend", "met de meeste hoogachting", "hartelijks", "liefs", "veel liefs", "xx", "xxx", "hgr",
    "hochachtungsvoll", "met de beste wensen", "met achting", "hoogachtend en met vriendelijke groet", "houdoe",
    "de mazzel", "de groetjes", "herzlichst", "je vous embrasse", "bien à vous", "bien a vous",
];

/// Closings only with a comma behind them: by themselves they are answers.
#[rustfmt::skip]
pub(super) const COMMA: &[&str] = &[
    "best", "love", "yours", "salut", "ciao", "danki", "thanks", "many thanks", "thank you", "met dank", "grazie", "obrigado", "obrigada", "merci",
    "namaste", "namasté", "dikke zoen", "brasa", "teşekkürler", "saygılar", "gracias", "dziękuję", "pozdrav", "oant sjen", "hartelijk dank", "dank", "bedankt",
];

/// Words that are a greeting by themselves.
#[rustfmt::skip]
pub(super) const GREETINGS: &[&str] = &[
    "groet", "groeten", "groetjes", "groetje", "groetnis", "gr", "grt", "grtz", "grtjs", "grjs", "groetn", "mvg",
    "mvrgr", "vrgr", "hgr", "vgr", "mfg", "lg", "vg", "regards", "wishes", "cheers", "sincerely", "faithfully",
    "liefs", "hoogachtend", "grüße", "grüßen", "gruß", "grüsse", "grüssen", "gruss", "gruesse", "gruessen",
    "cordialement", "salutations", "amicalement", "bisous", "pozdrawiam", "saludos", "hälsningar", "kus", "kusje",
    "kusjes", "x", "xx", "xxx", "xxxx", "m.v.g", "m.vr.gr", "vr.gr", "v.gr", "h.gr", "kr", "br", "hoogachting",
];

/// Words that may stand before a greeting.
#[rustfmt::skip]
pub(super) const BEFORE: &[&str] = &[
    "met", "een", "de", "mijn", "onze", "hele", "heel", "veel", "dank", "bedankt", "thanks", "en", "and", "&", "vr",
    "vriendelijke", "hartelijke", "vr.", "hart.", "m.", "v.", "alvast", "kind", "best", "warm", "with", "all", "my",
    "many", "yours", "mit", "freundlichen", "freundliche", "freundlichem", "herzlichen", "herzliche", "viele",
    "vielen", "liebe", "lieben", "beste", "besten", "schöne", "schönen", "bien", "très", "mes", "meilleures",
    "sincères", "dikke", "dag", "doei", "m", "v", "h", "sunny", "/", "-", "vriendelijk", "vriendelijken", "hartelijk",
    "friendly", "greetings", "tot", "ziens",
];

/// Small words that stand within names and closings.
#[rustfmt::skip]
pub(super) const PARTICLES: &[&str] = &[
    "van", "de", "der", "den", "het", "ter", "ten", "te", "uit", "vanuit", "en", "and", "und", "et", "namens", "mede",
    "'t", "t", "von", "&", "een", "in", "op", "bij", "from", "the", "of", "van:", "aus", "alle", "allen", "allemaal",
    "ook", "la", "le", "du", "el", "al", "zonnige", "zonnig", "voor", "iedereen", "jou", "jullie", "all", "everyone",
    "weer", "alvast", "team", "fam", "familie",
];

/// Words that no name holds, however they are spelt: with one of them a line goes on as a sentence.
#[rustfmt::skip]
pub(super) const SENTENCE_WORDS: &[&str] = &[
    "ik", "we", "wij", "ps", "p.s", "oh", "o", "oja", "nb", "maar", "wil", "kan", "mag", "is", "hij", "zij", "ze", "het",
    "dit", "dat", "tot", "graag", "ja", "nee", "mijn", "i", "see", "kom", "komt", "komen", "neem", "mee", "met", "niet",
    "ben", "doe", "zet", "aan", "af", "come", "with", "not",
];

/// How the line of a phone or mail program opens, where one of `DEVICE_WORDS` follows.
#[rustfmt::skip]
pub(super) const DEVICE_STARTS: &[&str] = &[
    "verstuurd vanaf", "verstuurd via", "verstuurd met", "verstuurd van", "verzonden vanaf", "verzonden via",
    "verzonden met", "verzonden van", "verstuurt via", "gestuurd vanaf", "gestuurd met", "sent from", "sent via",
    "sent with", "gesendet mit", "gesendet von", "gesendet über", "von meinem", "envoyé de", "envoyé depuis",
    "envoyé à partir", "geschreven op", "getikt op", "getypt op", "this email was sent from",
    "dit bericht is verzonden", "dit bericht is verstuurd", "deze e-mail is verzonden",
    "dit e-mailbericht is verzonden", "vanaf mijn", "van mijn", "diese nachricht wurde",
];

/// Words with which somebody speaks on such a line.
#[rustfmt::skip]
pub(super) const SPOKEN: &[&str] = &[
    "ik", "we", "wij", "kom", "komt", "komen", "maar", "dus", "neem", "kan", "lukt", "niet", "graag", "i", "i'm", "i'll", "ich", "je", "jullie",
];

/// What such a line names.
#[rustfmt::skip]
pub(super) const DEVICE_WORDS: &[&str] = &[
    "iphone", "ipad", "ipod", "android", "samsung", "galaxy", "smartphone", "telefoon", "mobiel", "tablet", "phone",
    "outlook", "mail voor windows", "mail for windows", "mail für windows", "windows 10", "windows-phone", "gmail",
    "yahoo", "ziggo", "kpn", "xs4all", "huawei", "xperia", "htc", "nokia", "lumia", "motorola", "oneplus", "xiaomi",
    "handy", "blackberry", "apparaat", "device", "webmail", "proton", "hotmail", "bluemail", "mail-app", "mail app",
    "k-9", "k9", "thunderbird", "myMail", "mac", "fairphone", "toestel", "boxer", "workspace", "tutanota",
    "aqua mail", "spark", "laptop", "computer", "mailbox",
];

/// Such lines that need no second sign.
#[rustfmt::skip]
pub(super) const DEVICE_LINES: &[&str] = &[
    "outlook voor ios", "outlook voor android", "outlook for ios", "outlook for android", "outlook für ios",
    "outlook für android", "get outlook for", "download outlook", "haal outlook", "ontvang outlook",
    "outlook downloaden", "mail voor windows", "mail for windows", "virusvrij", "virus-free", "virenfrei",
    "dit e-mailbericht is gecontroleerd op virussen", "deze e-mail is gecontroleerd op virussen",
    "deze e-mail is door avast", "this email has been checked for viruses", "diese e-mail wurde von avast",
    "www.avast.com", "www.avg.com", "posteo", "hol dir outlook", "laden sie outlook", "télécharger outlook",
];

/// How a legal or environmental notice opens.
#[rustfmt::skip]
pub(super) const DISCLAIMER_STARTS: &[&str] = &[
    "disclaimer", "proclaimer:", "p denk aan het milieu", "denk aan het milieu", "please consider the environment",
    "think before you print", "think before printing", "bitte denken sie an die umwelt",
    "de informatie in dit e-mail", "de informatie in deze e-mail", "de informatie verzonden",
    "de inhoud van dit bericht", "de inhoud van deze e-mail", "the information in this e",
    "the information contained in this", "this e-mail and any", "this email and any", "this message is intended",
    "this e-mail is intended", "this email is intended", "this message (including", "this e-mail message",
    "dit bericht is uitsluitend", "dit bericht kan informatie", "dit e-mailbericht is uitsluitend",
    "dit e-mailbericht is vertrouwelijk", "deze e-mail is uitsluitend", "deze e-mail is vertrouwelijk",
    "deze e-mail en eventuele", "dit bericht en eventuele", "deze e-mail is alleen bestemd",
    "dit bericht is alleen bestemd", "aan dit bericht kunnen geen rechten", "aan deze e-mail kunnen geen rechten",
    "diese e-mail enthält", "diese e-mail ist vertraulich", "der inhalt dieser e-mail", "ce message est confidentiel",
    "ce message et toutes", "ce courriel", "spaar een boom", "print deze e-mail niet",
    "moet u deze mail echt printen", "confidentiality notice", "op al onze", "op onze diensten",
    "op onze overeenkomsten", "op alle opdrachten", "op alle werkzaamheden",
];

/// Terms of a legal notice; two of them in one paragraph make it one.
#[rustfmt::skip]
pub(super) const DISCLAIMER_WORDS: &[&str] = &[
    "uitsluitend bestemd", "vertrouwelijk", "geadresseerde", "ten onrechte", "abusievelijk", "te vernietigen",
    "geen rechten", "algemene voorwaarden", "aansprakelijk", "onbevoegd", "niet toegestaan", "wordt u verzocht",
    "verzoeken wij u", "confidential", "intended recipient", "addressee", "unauthorized", "unauthorised", "in error",
    "liability", "liable", "disclose", "privileged", "vertraulich", "irrtümlich", "destinataire", "confidentiel",
    "printen", "e-mail print", "openbaarmaking", "verspreiding", "general terms", "terms and conditions",
    "kamer van koophandel", "virussen", "viruses", "leveringsvoorwaarden",
];

/// How something opens that came to mind after signing.
#[rustfmt::skip]
pub(super) const AFTERTHOUGHTS: &[&str] = &[
    "ps", "p.s", "p.s.", "pps", "p.p.s", "nb", "n.b", "n.b.", "oja", "o ja", "oh ja", "ohja", "oh en", "oh",
    "o wacht", "trouwens", "nog even", "nog iets", "nog een", "vergeten", "bijna vergeten", "naschrift", "edit",
    "correctie", "by the way", "btw,", "p.s:", "ach ja", "ps.", "wacht", "en nog", "o, en", "o en",
];

/// Words of a person who speaks of himself.
#[rustfmt::skip]
pub(super) const SELF_WORDS: &[&str] = &[
    "ik", "mij", "me", "mijn", "m'n", "mn", "ikzelf", "i", "i'm", "i'll", "my", "ich", "meine", "mein", "mich", "je",
    "jullie", "wij", "we", "zij", "hij", "ze", "j'ai",
];

/// Words about somebody's coming.
#[rustfmt::skip]
pub(super) const COMING: &[&str] = &[
    "komt", "komen", "mee", "meekomen", "meekomt", "neemt", "erbij", "coming", "comes", "kommt", "kommen", "vient", "viennent",
];

/// Words of office notices.
#[rustfmt::skip]
pub(super) const NOTICE_WORDS: &[&str] = &[
    "gesloten", "bereikbaar", "aanwezig", "afwezig", "kantoor", "werkdagen", "openingstijden", "geopend", "spreekuur", "offerte", "gratis", "nieuwsbrief", "korting", "showroom", "webshop",
    "klanten", "diensten", "aanbieding", "werkzaam", "milieu", "printen", "print", "voorwaarden", "office", "closed", "newsletter", "specialist", "specialisten", "facebook", "linkedin", "instagram", "bestellen", "workshop", "webinar", "training",
];

/// Words with which an advertisement calls upon its reader.
#[rustfmt::skip]
pub(super) const CALLS: &[&str] = &[
    "meld", "schrijf", "bestel", "boek", "volg", "like", "bezoek", "ontdek", "download", "kijk", "lees", "bekijk", "vraag", "reserveer", "actie", "afspraak", "free", "available", "sinds", "vakantie", "follow", "visit", "book", "wist", "gerust", "langs",
];

/// Phrases of advertising that its author may put into the first person.
#[rustfmt::skip]
pub(super) const ADVERTISING: &[&str] = &[
    "meld u", "meld je", "schrijf u", "schrijf je", "wist u", "wist je", "volg mij", "volg me", "volg ons", "website", "like mij", "like ons", "follow me", "follow us", "sign up", "subscribe",
];

/// Words with which a business speaks of itself and to its customers.
#[rustfmt::skip]
pub(super) const BUSINESS: &[&str] = &["u", "uw", "ons", "onze", "our", "your", "unser", "unsere", "ihr", "ihre", "nos", "vos", "notre", "votre"];
