//! What ties a mail to our meetings. Without a tie nothing is carried out, however much it sounds like a yes.
//!
//! The world is full of mails that say "yes, I'll be there": to others. A mail is ours when its author is known to us, when
//! it answers a letter of ours, or when it names one of our meetings or the business of signing up. A short Dutch mail of its
//! own that was written to us and names none of it may be ours: the verdict has learnt from such mails and weighs it. Called
//! for every mail that is taken apart, and before a request is let through.

use super::dates::token::{Token, cut};
use super::event_choice::{By, Hit, Strength, named_in, title_words};
use super::{Disposition, Input, Language, Reading, Request, Situation};

/// A mail of at most so many words may name its meeting by no more than the weekday or month.
const SHORT: usize = 60;
/// Nobody who does not know us writes so many words in another language to sign up; who sends an offer or a plea does.
const LONG: usize = 120;
/// So many characters of a text are read.
const READ: usize = 4000;
/// What signing up, dropping out and the meetings are called, by the start of the word: in languages in which strangers
/// seldom write to us. English words are too common in the mails of the world to tie one to us.
const BUSINESS: [&str; 34] = [
    "aanmeld",
    "aangemeld",
    "meldaan",
    "afmeld",
    "afgemeld",
    "afzeg",
    "afgezegd",
    "inschrijv",
    "ingeschreven",
    "inschrif",
    "opgave",
    "opgeven",
    "opgegeven",
    "opgeef",
    "uitschrijv",
    "deelnem",
    "deelname",
    "bijeenkomst",
    "netwerkmiddag",
    "netwerkborrel",
    "netwerkbijeenkomst",
    "wachtlijst",
    "mailinglijst",
    "maillijst",
    "deelnemerslijst",
    "zzp",
    "anmeld",
    "angemeldet",
    "abmeld",
    "abgemeldet",
    "inscri",
    "desinscri",
    "netzwerktreffen",
    "presentielijst",
];
/// The same business in verbs that are split over the clause: "meld mij maar aan".
const SPLIT: [(&[&str], &[&str]); 4] = [
    (&["meld", "meldt", "melden"], &["aan", "af"]),
    (&["schrijf", "schrijft", "schrijven", "noteer"], &["in", "mij", "me", "ons"]),
    (&["geef", "geeft", "geven"], &["op"]),
    (&["zeg", "zegt", "zeggen"], &["af"]),
];
/// English words for the meetings, and for what people do about them: a short mail with one of each is ours.
const MEETINGS: [&str; 8] =
    ["meeting", "meetup", "gathering", "network", "networking", "pitch", "freelancers", "self-employed"];
const DEEDS: [&str; 15] = [
    "sign",
    "register",
    "registration",
    "attend",
    "attending",
    "rsvp",
    "seat",
    "seats",
    "place",
    "places",
    "spot",
    "spots",
    "list",
    "cancel",
    "join",
];

/// What ties a mail to our meetings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tie {
    /// Its author, the letter that it answers, or its words.
    Known,
    /// Nothing but that somebody wrote it to us: a short Dutch mail of its own.
    Addressed,
    /// Nothing.
    None,
}

impl Tie {
    /// Its name among the features.
    pub fn name(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Addressed => "addressed",
            Self::None => "none",
        }
    }
}

/// What ties this mail, written in this language, to our meetings? `plainly_dutch` is one with words that nobody writes Dutch
/// without: what has no word that is known is taken for Dutch too.
pub fn tie(input: &Input<'_>, language: Language, plainly_dutch: bool, situation: &Situation) -> Tie {
    let dutch = language == Language::Nl && plainly_dutch;
    match () {
        () if is_ours(input, language, situation) => Tie::Known,
        () if dutch && is_to_us(input) && is_short(input) => Tie::Addressed,
        () => Tie::None,
    }
}

/// Do we know its author, answers it a letter of ours, or names it our meetings or business?
fn is_ours(input: &Input<'_>, language: Language, situation: &Situation) -> bool {
    if situation.knows_author() || situation.thread_event.is_some() {
        return true;
    }
    let words = input.typed.split_whitespace().take(LONG + 1).count();
    if language != Language::Nl && !input.is_reply && words > LONG {
        return false;
    }
    does_business(input)
        || [input.subject, input.typed].iter().any(|text| names_us(text, is_short(input), situation))
        || names_us(input.quoted, false, situation)
}

/// What a reading rests on that nothing ties to us.
#[derive(Clone, Copy, Debug)]
pub struct Ground {
    /// Does the mail name the mailing list in words that the grammar knows?
    pub names_list: bool,
    /// Do the clauses that led to the reading speak of their author?
    pub of_himself: bool,
}

/// What becomes of a reading that nothing ties to us: a short Dutch mail is looked at by a person, and what it asks about
/// the mailing list is done where it names that; in another language one is looked at in which somebody wants something for
/// himself ("I want to come, and my wife too"). Anything else is left to those whom it concerns.
pub fn leave_to_others(input: &Input<'_>, ground: Ground, reading: &mut Reading) {
    let near = reading.language == Language::Nl && is_short(input);
    let seats = |request: &Request| matches!(request, Request::Register { .. } | Request::Cancel { .. });
    if near && (reading.disposition == Disposition::Ask || ground.names_list && !reading.requests.iter().any(seats)) {
        return;
    }
    let wished = reading.disposition == Disposition::Act && ground.of_himself && is_to_us(input) && is_short(input);
    let disposition = if near || wished { Disposition::Ask } else { Disposition::Ignore };
    reading.leave(disposition, "niets in de mail gaat over onze bijeenkomsten");
}

/// Is it a mail of its own that was written to us?
fn is_to_us(input: &Input<'_>) -> bool {
    input.addressed && !input.is_reply && input.quoted.trim().is_empty()
}

fn is_short(input: &Input<'_>) -> bool {
    input.typed.split_whitespace().take(SHORT + 1).count() <= SHORT
}

/// Does a text name a meeting of ours: by day, number or place, by a word of its title, or in a `short` mail by weekday?
fn names_us(text: &str, short: bool, situation: &Situation) -> bool {
    let text = head(text);
    let titles: Vec<String> = situation.events.iter().flat_map(title_words).collect();
    let titled = |word: &str| titles.iter().any(|title| word.starts_with(title.as_str()));
    if cut(text).iter().filter_map(Token::word).any(titled) {
        return true;
    }
    let tells = |hit: &Hit| match hit.by {
        By::Date | By::Ordinal | By::Venue if hit.strength == Strength::Strong => true,
        By::All => short && hit.strength == Strength::Strong,
        _ => short,
    };
    named_in(text, situation).hits.iter().any(tells)
}

/// The beginning of a text: what ties a mail to us stands there, and a mail of a hundred pages is not read to the end for it.
fn head(text: &str) -> &str {
    text.char_indices().nth(READ).map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}

fn does_business(input: &Input<'_>) -> bool {
    let (mut meeting, mut deed) = (false, false);
    for text in [input.subject, input.typed] {
        let tokens = cut(head(text));
        let words: Vec<&str> = tokens.iter().filter_map(Token::word).collect();
        let split = |(verbs, particles): &(&[&str], &[&str])| {
            let verb = words.iter().position(|word| verbs.contains(word));
            verb.is_some_and(|at| words.iter().skip(at + 1).take(8).any(|word| particles.contains(word)))
        };
        if SPLIT.iter().any(split) {
            return true;
        }
        for word in words {
            if BUSINESS.iter().any(|start| word.starts_with(start)) {
                return true;
            }
            meeting |= MEETINGS.contains(&word);
            deed |= DEEDS.contains(&word);
        }
    }
    meeting && deed && is_short(input)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understanding::EventInfo;

    fn read<'a>(subject: &'a str, typed: &'a str, quoted: &'a str) -> Input<'a> {
        let (signature, author, calendar) = ("", "Sanne de Wit", None);
        Input { subject, typed, signature, quoted, author, calendar, is_reply: false, addressed: true }
    }

    fn november() -> Situation {
        let event = EventInfo {
            id: crate::ids::EventId::new("b16").unwrap(),
            title: "16e bijeenkomst ZZP Loosduinen".into(),
            start: "2017-11-15T14:15".parse().unwrap(),
            end: "2017-11-15T17:00".parse().unwrap(),
            venue: "De Geest".into(),
            address: "Georges Bizetstraat 25, Den Haag".into(),
            capacity: 25,
            uid: None,
        };
        Situation {
            received: "2017-11-06T10:00[Europe/Amsterdam]".parse().unwrap(),
            events: vec![event],
            registered: Default::default(),
            offered: Default::default(),
            thread_event: None,
            asked: false,
        }
    }

    #[test]
    fn a_yes_to_others_is_not_ours() {
        for (subject, typed, quoted) in [
            ("Re: [ILUG] lunch", "Yes, I will be there, with two friends!", "Lunch on Friday, anyone?"),
            ("dearest one", "I am Kevin George and all my uncles would come along", ""),
            ("Conference news", "Register now for our conference. UNSUBSCRIBE", ""),
            ("Re: vrijdag", "Gezellig, wij komen met zijn tweeën!", "Kom je vrijdag eten?"),
        ] {
            assert!(!is_ours(&read(subject, typed, quoted), Language::Nl, &november()), "{subject}");
        }
    }

    #[test]
    fn a_short_mail_that_was_written_to_us_may_be_ours() {
        let tied = |input: Input<'_>, language| tie(&input, language, true, &november());
        let plain = read("", "Henk Poot komt", "");
        assert_eq!(tied(plain.clone(), Language::Nl), Tie::Addressed);
        assert_eq!(tied(Input { typed: "Henk Poot komt op 15 november", ..plain.clone() }, Language::Nl), Tie::Known);
        assert_eq!(tied(plain.clone(), Language::En), Tie::None);
        assert_eq!(tie(&plain, Language::Nl, false, &november()), Tie::None);
        assert_eq!(tied(Input { addressed: false, ..plain.clone() }, Language::Nl), Tie::None);
        assert_eq!(tied(Input { is_reply: true, ..plain.clone() }, Language::Nl), Tie::None);
        assert_eq!(tied(Input { quoted: "Wie komt er vrijdag?", ..plain.clone() }, Language::Nl), Tie::None);
        assert_eq!(tied(Input { typed: &"Henk Poot komt ".repeat(30), ..plain }, Language::Nl), Tie::None);
    }

    #[test]
    fn a_word_of_ours_is_enough() {
        for (subject, typed, quoted) in [
            ("15 november", "Ik kom", ""),
            ("", "Meld mij maar aan", ""),
            ("woensdag", "ik ben erbij", ""),
            ("Re: hoi", "Ja!", "Op woensdag 15 november is de 16e bijeenkomst"),
            ("hoi", "tot in De Geest!", ""),
            ("Meeting", "Please sign me up", ""),
            ("", "Meldt u ons aan", ""),
        ] {
            assert!(is_ours(&read(subject, typed, quoted), Language::Nl, &november()), "{subject} {typed}");
        }
    }

    /// What becomes of a reading to take a stranger off the list, in this language and on this ground.
    fn left(language: Language, names_list: bool, of_himself: bool, input: &Input<'_>) -> (Disposition, usize) {
        let mut reading = Reading {
            disposition: Disposition::Act,
            requests: vec![Request::Unsubscribe],
            question: false,
            pitch: false,
            plain_answer: None,
            language,
            reason: String::new(),
            evidence: Vec::new(),
            doubts: Vec::new(),
        };
        leave_to_others(input, Ground { names_list, of_himself }, &mut reading);
        (reading.disposition, reading.requests.len())
    }

    #[test]
    fn of_a_stranger_only_what_names_the_list_is_done_to_it() {
        let left =
            |names_list| left(Language::Nl, names_list, false, &read("Make thousands just sending emails", "", ""));
        assert_eq!(left(false), (Disposition::Ask, 0));
        assert_eq!(left(true), (Disposition::Act, 1));
    }

    #[test]
    fn in_another_language_a_person_looks_where_a_stranger_wants_something_for_himself() {
        let mail = read("Mailing list", "Please take my address off your mailing list.", "");
        assert_eq!(left(Language::En, true, true, &mail), (Disposition::Ask, 0));
        assert_eq!(left(Language::En, true, false, &mail), (Disposition::Ignore, 0));
        for others in [
            Input { addressed: false, ..mail.clone() },
            Input { is_reply: true, ..mail.clone() },
            Input { quoted: "To: a list", ..mail.clone() },
            Input { typed: &"Please take my address off. ".repeat(20), ..mail.clone() },
        ] {
            assert_eq!(left(Language::En, true, true, &others), (Disposition::Ignore, 0), "{others:?}");
        }
    }

    #[test]
    fn who_is_registered_needs_no_word() {
        let mut known = november();
        known.registered.insert(crate::ids::EventId::new("b16").unwrap(), vec!["Sanne".into()]);
        assert!(is_ours(&read("hoi", "het lukt toch niet", ""), Language::Nl, &known));
        let roadshow = format!("Join us on 15 November. {}", "New products for agents. ".repeat(40));
        assert!(!is_ours(&read("Roadshow", &roadshow, ""), Language::En, &november()));
        assert!(is_ours(&read("Roadshow", &roadshow, ""), Language::En, &known));
    }
}
