//! Each rule by short mails whose clauses are labelled by hand: what they come to.

use super::super::page::Page;
use super::super::tests::input;
use super::super::{EventInfo, Input, Request, Situation};
use super::*;
use jiff::civil::date;
use jiff::tz::TimeZone;

fn event(id: &str, number: u32, day: jiff::civil::Date, venue: &str) -> EventInfo {
    EventInfo {
        id: EventId::new(id).unwrap(),
        title: format!("{number}e bijeenkomst"),
        start: day.at(14, 15, 0, 0),
        end: day.at(17, 0, 0, 0),
        venue: venue.into(),
        address: "Den Haag".into(),
        capacity: 25,
        uid: None,
    }
}

fn autumn() -> EventInfo {
    event("b16", 16, date(2017, 11, 15), "De Geest")
}

fn winter() -> EventInfo {
    event("b17", 17, date(2018, 1, 24), "Stadsboerderij Pluk")
}

/// What a mail comes to, read with these labels, one a clause: "+b16 2" sets, "^b16 1" adds, "-b16 1" drops, "?" asks.
fn comes_to(typed: &str, labels: &str, open: &[EventInfo], registered: &[(&str, &[&str])]) -> String {
    comes_to_in(Some("b16"), typed, labels, open, registered)
}

/// The same of a mail that answers a letter about this event, or none.
fn comes_to_in(
    thread: Option<&str>,
    typed: &str,
    labels: &str,
    open: &[EventInfo],
    registered: &[(&str, &[&str])],
) -> String {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let situation = Situation {
        received: date(2017, 11, 3)
            .at(9, 0, 0, 0)
            .to_zoned_datetime(TimeZone::get("Europe/Amsterdam").unwrap())
            .unwrap(),
        events: open.to_vec(),
        registered: registered.iter().map(|(id, party)| (EventId::new(*id).unwrap(), names(party))).collect(),
        offered: BTreeMap::new(),
        thread_event: thread.map(|id| EventId::new(id).unwrap()),
        asked: false,
    };
    let input = Input { is_reply: thread.is_some(), ..input(typed, "", "") };
    let page = Page::of(&input, &situation);
    let given: Vec<&str> = labels.split_whitespace().collect();
    let text = page.sights.iter().filter(|sight| sight.clause.zone != Zone::Subject).count();
    let clauses: Vec<&str> = page.sights.iter().map(|sight| page.parsed.written(&sight.clause.tokens)).collect();
    assert_eq!(text, given.len(), "{clauses:?}");
    let mut labels = given.into_iter();
    let says = page.sights.iter().map(|sight| {
        let letter = if sight.clause.zone == Zone::Subject { "o" } else { labels.next().unwrap() };
        Says::ALL.into_iter().find(|says| says.letter() == letter).unwrap()
    });
    let says: Vec<Says> = says.collect();
    told(&judge(&super::super::case(&input, &situation, &page, &says)))
}

/// Each of these mails, with its labels and what it comes to.
fn come_to(open: &[EventInfo], registered: &[(&str, &[&str])], mails: &[(&str, &str, &str)]) {
    for (typed, labels, want) in mails {
        assert_eq!(comes_to(typed, labels, open, registered), *want, "{typed}");
    }
}

fn told(judgement: &Judgement) -> String {
    if judgement.disposition != Some(Disposition::Act) {
        return "?".to_owned();
    }
    let mut told: Vec<String> = judgement.requests.iter().map(one).collect();
    told.sort();
    told.join(" ")
}

fn one(request: &Request) -> String {
    match request {
        Request::Register { event, seats, mode: Mode::Set, .. } => format!("+{event}:{seats}"),
        Request::Register { event, seats, mode: Mode::Add, .. } => format!("^{event}:{seats}"),
        Request::Cancel { event, seats: Some(seats), .. } => format!("-{event}:{seats}"),
        Request::Cancel { event, seats: None, .. } => format!("-{event}"),
        other => format!("{other:?}"),
    }
}

#[test]
fn who_comes_along() {
    come_to(
        &[autumn()],
        &[],
        &[
            ("Ik kom en mijn vrouw ook.", "C c", "+b16:2"),
            ("Ik ga naar jullie, en Marga gaat mee.", "C c", "+b16:2"),
            ("Ik kom niet. Mijn drie zoons, Bas, Tom en Jan komen wel.", "N c c c", "+b16:3"),
            ("Ik kom met mijn zus, als chauffeur.", "C c", "+b16:2"),
            ("Ik kom met mijn vennoot de heer Bol.", "C", "+b16:2"),
            ("Ik kom, in gezelschap.", "C c", "?"),
            ("Dag lieve Ans, ik kan niet. Jan, mijn man, en Evelien, mijn nicht, komen.", "o N c c c c c", "+b16:2"),
            ("Mijn broer en aanhang komen.", "c", "?"),
            ("Wij komen. Piet en consorten", "C o", "?"),
            ("Wij komen met drie man. Piet, soufiane en milan.", "C k k", "+b16:3"),
            ("Wij komen met vier man. Ans en ik.", "C k", "?"),
            ("Graag een stoel voor Roos.", "C", "+b16:1"),
            ("Lieke de Boer en Fenna Smit komen.", "C", "+b16:2"),
            ("Mijn broers en ik slaan over. Alle drie.", "N k", "-b16"),
            ("Ik kom met wat aanhang.", "C", "?"),
            ("Ik kom in gezelschap van mijn vrouw.", "C", "+b16:2"),
            ("Ik kom. Wietske idem.", "C c", "+b16:2"),
            ("Mijn zus wil dit al jaren. Zij en ik komen.", "o C", "+b16:2"),
            ("Ik meld er drie aan. Emmy Blankestijn. Saar Heuvelink en Quirijn de Roo.", "c k k", "+b16:3"),
            ("Ik kom niet zelf. Saar Heuvelink en Quirijn de Roo.", "N c", "+b16:2"),
            ("Ik kom niet zelf. Quirijn de Roo.", "N c", "+b16:1"),
            ("Inschrijving. Piet Bos.", "C k", "+b16:1"),
            ("Het hele kantoor komt.", "C", "?"),
            ("Ik kom met mijn vrouw en onze kinderen.", "C", "?"),
            ("Ik en mijn broers komen.", "C", "?"),
            ("Ik kom met een handjevol collega's.", "C", "?"),
        ],
    );
}

#[test]
fn which_numbers_count_people() {
    come_to(
        &[autumn()],
        &[],
        &[
            ("Graag driemaal inschrijven.", "C", "+b16:3"),
            ("Zet Bos x 2 op de lijst.", "C", "+b16:2"),
            ("Twee Bossen staan klaar om te komen.", "C", "+b16:2"),
            ("Er komen drie Jansens aan.", "C", "+b16:3"),
            ("Die middag pak ik met beide handen aan.", "C", "+b16:1"),
            ("Nog 1 stoel voor mij.", "C", "+b16:1"),
            ("Graag 2 of 3 stoelen.", "C", "?"),
            ("Wij worden een groepje van drie.", "C", "+b16:3"),
            ("Graag plaats voor vier.", "C", "+b16:4"),
            ("Ik kom om tien voor zes.", "C", "+b16:1"),
            ("Zet een half dozijn op de lijst.", "C", "+b16:6"),
            ("Twee kaartjes graag.", "C", "+b16:2"),
            ("Ja. Twee.", "C k", "+b16:2"),
            ("Wij zijn er alle 3 bij.", "C", "+b16:3"),
            ("Twee keer ja!", "C", "+b16:1"),
            ("Naast mijzelf komen ook Jan en Els.", "C", "+b16:3"),
            ("Buiten mij reken je op mijn twee broers.", "C", "+b16:3"),
            ("Ik ben erbij. Samen met drie anderen.", "C C", "+b16:4"),
            ("Ja graag ook voor mijn dochter.", "C", "+b16:2"),
            ("Drie plaatsen graag: twee voor mijn ouders, een voor mij.", "C k k", "+b16:3"),
            ("Ik neem drie mensen mee.", "C", "+b16:4"),
            ("Ik kom met iemand.", "C", "+b16:2"),
            ("Piet Bos + 2 personen", "C", "+b16:3"),
            ("Ikzelf en nog drie mensen.", "C", "+b16:4"),
            ("Ik kom met iemand. Ria Vos.", "C k", "+b16:2"),
            ("Wij komen met z'n tweeën in plaats van met z'n drieën.", "C", "+b16:2"),
            ("Ik kom met mijn gezin.", "C", "?"),
            ("Mijn hele gezin komt.", "C", "?"),
            ("Ik kom met een aantal mannen.", "C", "?"),
            ("I will come with my family.", "C", "?"),
            ("I will come with my business partner.", "C", "+b16:2"),
            ("Wir kommen zu dritt.", "C", "+b16:3"),
            ("Opgave van P. Bos en E. Bos.", "C", "+b16:2"),
        ],
    );
    let party: &[(&str, &[&str])] = &[("b16", &["Piet Bos", "Els Bos", "Bo Kat"])];
    come_to(
        &[autumn()],
        party,
        &[
            ("Min een. Els is ziek.", "k n", "-b16:1"),
            ("Er valt iemand af. Els kan niet.", "n n", "-b16:1"),
            ("Zet er nog drie bij. Emmy Blom. Saar Heuvel. Quirijn en Jan.", "c k k k", "?"),
            ("Zet er nog drie bij. Emmy Blom. Saar Heuvel. Quirijn.", "c k k k", "^b16:3"),
            ("Els en Bo liggen plat. Streep hen weg.", "B n", "-b16:2"),
            ("Els komt ook, dus drie.", "c c", "+b16:3"),
            ("Els ruil ik in voor Tom.", "n", "+b16:3"),
            ("Ik kan niet en Els ook niet.", "N", "-b16:2"),
            ("bo en els vallen af.", "n", "-b16:2"),
            ("Els is ziek. Ik blijf bij haar. Twee stoelen mogen weg.", "n N n", "-b16:2"),
        ],
    );
}

#[test]
fn who_stays_is_not_signed_off_with_the_others() {
    let party: &[(&str, &[&str])] = &[("b16", &["Piet Bos", "Els Bos"])];
    come_to(
        &[autumn()],
        party,
        &[
            ("Els heeft het druk. Zij komt niet. Ik wel.", "n n C", "-b16:1"),
            ("Els gaat niet. Tante Bep evenmin.", "n n", "-b16:1"),
            ("Ik moet werken. Mijn beide mannen gaan wel.", "N c", "-b16:1"),
        ],
    );
}

#[test]
fn whether_a_seat_may_go_to_another_is_asked() {
    let party: &[(&str, &[&str])] = &[("b16", &["Piet Bos"])];
    come_to(
        &[autumn()],
        party,
        &[
            ("Mijn collega Els komt in mijn plaats.", "S", "+b16:1"),
            ("Mag mijn collega Els in mijn plaats komen?", "S", "?"),
            ("Els Vos komt in mijn plaats. Is dat goed?", "S q", "?"),
            ("Els Vos neemt mijn stoel over, met jullie goedvinden.", "S S", "?"),
        ],
    );
}

#[test]
fn the_mailing_list_is_another_list() {
    let party: &[(&str, &[&str])] = &[("b16", &["Piet Bos"])];
    come_to(
        &[autumn()],
        party,
        &[
            ("Uitschrijven graag.", "N", "-b16"),
            ("Mijn naam moet van de lijst af voor november.", "N", "-b16"),
            ("Haal me van de 15e af en van de mailinglijst ook.", "N", "-b16 Unsubscribe"),
            ("Ik kom niet. Laat me wel op de mailinglijst staan.", "N L", "-b16"),
            ("Ik kom niet. Zet me op de mailinglijst.", "N L", "-b16 Subscribe"),
            ("Verwijder mij uit de verzendlijst.", "F", "Unsubscribe"),
            ("Wis al mijn gegevens.", "F", "Forget"),
            ("Streep mij door en wis al mijn gegevens.", "N", "-b16 Forget"),
            ("Schrijf mij in voor 15 november en op de mailinglijst.", "C", "+b16:1 Subscribe"),
        ],
    );
}

#[test]
fn who_is_registered_is_a_name_however_it_is_written() {
    let party: &[(&str, &[&str])] = &[("b16", &["Piet Bos", "Joke Vos", "Wil Haak"])];
    assert_eq!(comes_to("Streep joke en Wil door.", "n", &[autumn()], party), "-b16:2");
    assert_eq!(comes_to("Ik wil komen.", "C", &[autumn()], party), "+b16:3");
}

#[test]
fn which_of_two_meetings_is_meant() {
    let open = [autumn(), winter()];
    come_to(
        &open,
        &[],
        &[
            ("Schrijf mij op voor beide lijsten.", "C", "+b16:1 +b17:1"),
            ("Tweemaal ja voor mij.", "C", "+b16:1 +b17:1"),
            ("De eerste red ik niet. De tweede wel.", "N C", "+b17:1 -b16"),
            ("In november kom ik. De volgende sla ik over.", "C N", "+b16:1 -b17"),
            ("November ga ik doen en januari zeker niet.", "C", "+b16:1 -b17"),
            ("Ik kom op 15 november naar de Stadsboerderij.", "C", "?"),
            ("Leuk dat het op 15 november op de Stadsboerderij is! Ik kom daar graag heen.", "o C", "?"),
            ("Ik kom in november of in januari.", "C", "?"),
            ("Ik kom naar de volgende.", "C", "?"),
            ("Ik kom op de zeventiende.", "C", "+b17:1"),
            ("Ik kom op vrijdag de 17e.", "C", "?"),
            ("Als het op 22 november is, dan kom ik graag.", "P C", "?"),
            ("Nov en jan allebei niet.", "N", "-b16 -b17"),
            ("Niet in november en niet in januari.", "N", "-b16 -b17"),
            ("Nov kan ik wel, jan kan ik niet.", "C N", "+b16:1 -b17"),
            ("De januarieditie sla ik over.", "N", "-b17"),
            ("Ik neem ze allebei.", "C", "+b16:1 +b17:1"),
            ("Zij en ik komen allebei op 15 november.", "C", "+b16:2"),
            ("Mijn man en ik komen allebei.", "C", "+b16:2"),
            ("Ik doe mee met de eerste van de twee data.", "C", "+b16:1"),
            ("Noteer mij voor de latere van de twee middagen.", "C", "+b17:1"),
            ("Ik kom bij een van de twee.", "C", "?"),
            ("De eerste doe ik en de tweede ook.", "C", "+b16:1 +b17:1"),
            ("Eerste keer lukt niet. Tweede keer wel.", "N C", "+b17:1 -b16"),
            ("De eerste lukt niet. De andere wel.", "N C", "+b17:1 -b16"),
            ("De komende sla ik over. Die daarop kom ik.", "N C", "+b17:1 -b16"),
            ("Schrijf me in voor nummer zestien en zeventien.", "C", "+b16:1 +b17:1"),
            ("Noch de een noch de ander.", "N", "-b16 -b17"),
            ("Geen van tweeën.", "N", "-b16 -b17"),
            ("Twee keer nee.", "N", "-b16 -b17"),
            ("Alle twee graag.", "C", "+b16:1 +b17:1"),
            ("2x ja", "C", "+b16:1 +b17:1"),
            ("ja en ja", "C", "+b16:1 +b17:1"),
            ("nov nee jan ja", "C", "+b17:1 -b16"),
            ("Ik zeg ja tegen november en nee tegen januari.", "C", "+b16:1 -b17"),
            ("In november tref je mij niet aan en in januari net zo min.", "N", "-b16 -b17"),
            ("De komende twee keren doe ik mee.", "C", "+b16:1 +b17:1"),
            ("Ik kruis twee data aan.", "C", "+b16:1 +b17:1"),
            ("Pluk doe ik.", "C", "+b17:1"),
            ("Zet mij op voor de boerderijmiddag.", "C", "+b17:1"),
            ("Ik kom de derde woensdag van januari.", "C", "?"),
            ("Ik kom de laatste woensdag van november.", "C", "?"),
            ("Begin januari kom ik.", "C", "?"),
            ("Eind januari kom ik.", "C", "+b17:1"),
            ("In maart kom ik graag.", "C", "?"),
            ("Overmorgen, de 15e, kom ik.", "C C C", "?"),
            ("Ik kom op 15 en op 24 november.", "C", "?"),
            ("Voor die van 14 november en die van 24 januari zet ik mijn naam.", "C", "?"),
            ("Schrijf mij in voor de bijeenkomst van 15 november op de stadsboerderij.", "C", "?"),
            ("Wat leuk, 15 december bij Pluk. Daar kom ik graag heen.", "o o C", "?"),
            ("Tot 31 januari bij Pluk!", "C", "?"),
            ("Zondag de 15e? Ik kom!", "o C", "?"),
            ("De 17e? Ik kom!", "o C", "+b17:1"),
            ("Mijn keuring is pas vrijdag, dus ik kom.", "o C", "+b16:1"),
            ("Ik kom bij de herfstbijeenkomst. Bij de winterbijeenkomst niet.", "C N", "+b16:1 -b17"),
            ("Deze en de volgende doe ik.", "C", "+b16:1 +b17:1"),
            ("Die van 24 januari neem ik. Die in de herfst moet ik missen.", "C N", "+b17:1 -b16"),
        ],
    );
    let party: &[(&str, &[&str])] = &[("b16", &["Piet Bos"])];
    for moved in ["Niet november maar januari graag.", "Boek mij om naar 24 januari.", "Zet me maar over naar januari."]
    {
        assert_eq!(comes_to(moved, "C", &open, party), "+b17:1 -b16", "{moved}");
    }
}

#[test]
fn beiden_are_people_where_there_are_any() {
    let open = [autumn(), winter()];
    let party: &[(&str, &[&str])] = &[("b16", &["Piet Bos", "Els Bos"])];
    assert_eq!(comes_to("Wij komen geen van beiden.", "N", &open, party), "-b16");
    assert_eq!(comes_to("Geen van beiden.", "N", &open, &[]), "-b16 -b17");
}

#[test]
fn when_it_is_told_may_be_when_there_is_no_meeting() {
    let open = [autumn(), winter()];
    // Of the third of November, a Friday: the next Wednesday is no meeting's.
    assert_eq!(comes_to_in(None, "Ik kom woensdag.", "C", &open, &[]), "?");
    assert_eq!(comes_to_in(Some("b16"), "Ik kom woensdag.", "C", &open, &[]), "+b16:1");
    assert_eq!(comes_to_in(None, "Ik kom woensdag.", "C", &open[..1], &[]), "+b16:1");
    for other in ["In november kom ik.", "Eind november kom ik.", "Begin januari kom ik."] {
        assert_eq!(comes_to_in(None, other, "C", &open[1..], &[]), "?", "{other}");
    }
    assert_eq!(comes_to_in(None, "Deze week meld ik mij aan.", "C", &open[1..], &[]), "+b17:1");
}

#[test]
fn who_is_registered_for_two_meetings_is_asked_which_wednesday_he_means() {
    let (open, party) = ([autumn(), winter()], ["Piet Bos"].as_slice());
    let both: &[(&str, &[&str])] = &[("b16", party), ("b17", party)];
    let typed = "Die woensdag kan ik niet.";
    assert_eq!(comes_to_in(None, typed, "N", &open, both), "?");
    assert_eq!(comes_to_in(None, typed, "N", &open, &both[..1]), "-b16");
    assert_eq!(comes_to_in(Some("b16"), typed, "N", &open, both), "-b16");
    assert_eq!(comes_to_in(None, "De 15e kan ik niet.", "N", &open, both), "-b16");
}

#[test]
fn a_reason_and_nothing_else_is_a_no_to_who_asked() {
    let reason = "Dan poets ik de ramen van de kerk.";
    let read = |thread, typed, labels| comes_to_in(thread, typed, labels, &[autumn()], &[]);
    assert_eq!(read(Some("b16"), reason, "B"), "-b16");
    assert_eq!(read(None, reason, "B"), "?");
    assert_eq!(read(Some("b16"), &format!("{reason} Begint het om drie uur?"), "B q"), "?");
}

#[test]
fn a_turn_settles_what_was_not_sure() {
    assert_eq!(comes_to("Ik twijfel nog. Nee wacht. Ik kom.", "M X C", &[autumn()], &[]), "+b16:1");
    assert_eq!(comes_to("Ik twijfel nog. Ik kom.", "M C", &[autumn()], &[]), "?");
    assert_eq!(comes_to("Tot 24 februari!", "C", &[autumn()], &[]), "?");
}
