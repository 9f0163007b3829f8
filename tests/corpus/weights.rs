//! Holds the weights of `understanding` to the labelled mails that they are learnt from, and learns them anew.
//!
//! `UPDATE_WEIGHTS=1 cargo test --release --test corpus the_weights` writes the files, in twenty minutes on two cores. `LEAVE_OUT=d18`
//! beside `--nocapture` leaves the mails out whose ids begin so, and prints how they are read by one who never saw them.

use crate::labels::{self, Answer, Mail, World};
use crate::score::{Score, Verdict, verdict};
use crate::{FILES, dress, lessons, writer};
use aanmelder::explain::MadeUp;
use aanmelder::handle;
use aanmelder::mail::{Location, RawMail};
use aanmelder::understanding::{
    self, ClauseReader, ClauseWeights, Disposition, Gist, Input, LabelledMail, Lesson, Readers, Reading, Request, Says,
    SeatLesson, SeatReader, Situation, VerdictLesson, VerdictReader, seat_lesson, train_clause_reader, train_seats,
    train_verdicts, understand_by, verdict_lessons,
};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

const MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/understanding/clause_reader/weights.tsv");
const NETWORKS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/understanding/clause_reader/networks.bin");
const SEATS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/understanding/seats/weights.tsv");
const VERDICTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/understanding/verdict/weights.tsv");
/// Of so many clauses in a hundred the label may be lost because they are cut otherwise today.
const MOST_LOST: usize = 3;
/// Into so many parts the writers are divided, so that the outcomes of each are those of a clause reader that never saw him.
const PARTS: usize = 5;
/// Of every so many mails the features go into the fingerprint.
const LOOKED_AT: usize = 20;

type Clause = (Lesson, Option<Says>);

/// A labelled mail with what a clause reader learns from it.
struct Taught {
    mail: Mail,
    writer: String,
    clauses: Vec<Clause>,
}

impl Taught {
    fn labelled(&self) -> LabelledMail<'_> {
        LabelledMail { clauses: &self.clauses, gist: gist(&self.mail) }
    }
}

/// What is wanted of a mail on the whole. None where a person may only have to look because two meetings can be meant: the
/// words are those of a plain wish then.
fn gist(mail: &Mail) -> Option<Gist> {
    if disposition(mail) == Disposition::Ask && mail.open_events.len() > 1 {
        return None;
    }
    let requests = mail.expected.actions.iter().map(|action| {
        let json = serde_json::json!({
            "do": action.verb, "event": action.event, "seats": action.seats, "mode": action.mode, "names": [],
        });
        serde_json::from_value(json).expect("a request")
    });
    Some(Gist::of(disposition(mail), &requests.collect::<Vec<_>>()))
}

/// What is wanted of a mail.
fn disposition(mail: &Mail) -> Disposition {
    serde_json::from_value(serde_json::json!(mail.expected.disposition)).expect("a disposition")
}

/// The labels of each mail's clauses, with the words they stand for.
fn labelled() -> BTreeMap<String, Vec<(Says, String)>> {
    let mut mails = BTreeMap::<String, Vec<(Says, String)>>::new();
    let mut mail = String::new();
    for line in include_str!("clauses.tsv").lines() {
        if let Some((label, words)) = line.split_once('\t') {
            mails.entry(mail.clone()).or_default().push((says(label), words.to_owned()));
        } else if let Some(id) = line.strip_prefix("# ") {
            id.clone_into(&mut mail);
        }
    }
    mails
}

/// What a label means to the reader; it makes less difference than the one who labelled.
fn says(label: &str) -> Says {
    let label = match label {
        "T" => "P",
        "b" => "o",
        other => other,
    };
    Says::ALL.into_iter().find(|says| says.letter() == label).unwrap_or_else(|| panic!("no label {label}"))
}

/// Does what is wanted with what a reader may look at of a mail.
fn look<T>(mail: &Mail, world: &World, with: impl FnOnce(&Input<'_>, &Situation) -> T) -> Option<T> {
    let made_up = MadeUp::from_json(&labels::situation(mail, "a.eml", world)).expect("a sound situation");
    let circumstances = made_up.circumstances();
    let raw = RawMail {
        location: Location::Maildir { name: String::new() },
        received_at: circumstances.situation.received.timestamp(),
        bytes: dress::eml(mail, world),
    };
    let mut seen = None;
    let read = handle::interpret(&raw, &circumstances.identities, |message, _| {
        let situation = circumstances.situation.clone();
        seen = Some(with(&handle::input(message, &circumstances.identities), &situation));
        situation
    });
    read.expect("a readable mail");
    seen
}

fn answer(reading: &Reading) -> Answer {
    let json = serde_json::json!({
        "disposition": reading.disposition, "actions": reading.requests,
        "question": reading.question, "pitch": reading.pitch,
    });
    serde_json::from_value(json).expect("an answer")
}

/// The labelled clauses of every so many mails of the corpus and of the lessons. Fails when too many labels are lost.
fn taught(world: &World, every: usize) -> Vec<Taught> {
    let labelled = labelled();
    let (mut all, mut lost, mut taught) = (0, 0, Vec::new());
    let mut learn = |mail: Mail, writer: String, label: &mut dyn FnMut(&[String]) -> Vec<Option<Says>>| {
        let Some(clauses) = look(&mail, world, understanding::lessons) else { return };
        let words: Vec<String> = clauses.iter().map(|clause| clause.written.clone()).collect();
        let labels = label(&words);
        all += labels.len();
        lost += labels.iter().filter(|label| label.is_none()).count();
        taught.push(Taught { mail, writer, clauses: clauses.into_iter().zip(labels).collect() });
    };
    let mails = FILES.iter().flat_map(|(_, file, _)| labels::mails(file));
    for mail in mails.filter(|mail| labelled.contains_key(&mail.id)).step_by(every) {
        let mut rest = labelled[&mail.id].as_slice();
        let mut label = |words: &[String]| {
            let found = |words: &String| {
                let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
                let at = rest.iter().position(|(_, labelled)| *labelled == words)?;
                let says = rest[at].0;
                rest = &rest[at + 1..];
                Some(says)
            };
            words.iter().map(found).collect()
        };
        let writer = writer(&mail);
        learn(mail, writer, &mut label);
    }
    for lesson in lessons::all(world).into_iter().step_by(every) {
        let mut label = |words: &[String]| {
            let labels = lesson.labels(words.iter().map(String::as_str));
            labels.into_iter().map(|label| label.map(|label| says(&label))).collect()
        };
        learn(lesson.mail.clone(), lesson.file.clone(), &mut label);
    }
    assert!(lost * 100 <= all * MOST_LOST, "{lost} of {all} clauses have no label: clauses are cut otherwise now");
    taught
}

/// What a mail may come to by these readers, with what of it is right by the mail's label.
fn verdict_lesson(mail: &Mail, clauses: &ClauseReader, seats: &SeatReader, world: &World) -> VerdictLesson {
    let outcomes = look(mail, world, |input, situation| verdict_lessons(clauses, seats, input, situation));
    let told =
        |(reading, features): (Reading, Vec<String>)| (features, verdict(mail, &answer(&reading)) == Verdict::Exact);
    VerdictLesson { outcomes: outcomes.unwrap_or_default().into_iter().map(told).collect(), wanted: disposition(mail) }
}

/// What a mail tells of numbers of seats, with the place of the one that is right; none where none is, or none is in question.
fn seats_of(mail: &Mail, clauses: &ClauseReader, world: &World) -> Option<(SeatLesson, usize)> {
    let lesson = look(mail, world, |input, situation| seat_lesson(clauses, input, situation)).flatten()?;
    let is_right = |requests: &Vec<Request>| {
        let actions = serde_json::from_value(serde_json::json!(requests)).expect("actions");
        let act = Answer { disposition: "act".into(), actions, ..mail.expected.clone() };
        verdict(mail, &act) == Verdict::Exact
    };
    let right = lesson.requests.iter().position(is_right)?;
    Some((lesson, right))
}

/// The weights of all readers.
struct Weights {
    clauses: ClauseWeights,
    seats: String,
    verdicts: String,
}

/// The weights of all readers, learnt from these mails; those of the parts are learnt side by side. Each reader learns from
/// what the ones before him make of mails that they never saw.
fn learn(taught: &[Taught], world: &World) -> Weights {
    let writers: BTreeSet<&str> = taught.iter().map(|taught| taught.writer.as_str()).collect();
    let part = |taught: &Taught| writers.iter().position(|writer| *writer == taught.writer).unwrap_or(0) % PARTS;
    let parts: Vec<usize> = taught.iter().map(part).collect();
    let others = |left_out: usize| taught.iter().zip(&parts).filter(move |(_, part)| **part != left_out);
    // The last leaves nobody out.
    let learn_clauses = |left_out: usize| {
        train_clause_reader(&others(left_out).map(|(taught, _)| taught.labelled()).collect::<Vec<_>>())
    };
    let mut clauses = side_by_side(&learn_clauses);
    let all_clauses = clauses.pop().expect("the last");
    let readers: Vec<ClauseReader> = clauses.iter().map(ClauseReader::new).collect();
    let lessons: Vec<Option<(SeatLesson, usize)>> =
        taught.iter().zip(&parts).map(|(one, part)| seats_of(&one.mail, &readers[*part], world)).collect();
    let learn_seats = |left_out: usize| {
        let kept = lessons.iter().zip(&parts).filter(|(_, part)| **part != left_out);
        train_seats(&kept.filter_map(|(lesson, _)| lesson.clone()).collect::<Vec<_>>())
    };
    let mut seats = side_by_side(&learn_seats);
    let all_seats = seats.pop().expect("the last");
    let seats: Vec<SeatReader> = seats.iter().map(|weights| SeatReader::parse(weights)).collect();
    let lessons =
        taught.iter().zip(&parts).map(|(one, part)| verdict_lesson(&one.mail, &readers[*part], &seats[*part], world));
    Weights { clauses: all_clauses, seats: all_seats, verdicts: train_verdicts(&lessons.collect::<Vec<_>>()) }
}

/// What is learnt with each part left out, and last with none.
fn side_by_side<T: Send>(learn: &(impl Fn(usize) -> T + Sync)) -> Vec<T> {
    std::thread::scope(|scope| {
        let learning: Vec<_> = (0..=PARTS).map(|left_out| scope.spawn(move || learn(left_out))).collect();
        learning.into_iter().map(|learnt| learnt.join().expect("learnt")).collect()
    })
}

/// What the weights hang by: the labels, how mails are cut and told, and the other weights.
fn fingerprint(world: &World, Weights { clauses, seats, .. }: &Weights) -> String {
    let mut all = Sha256::new();
    all.update(include_str!("clauses.tsv"));
    all.update(include_str!("world.json"));
    FILES.iter().for_each(|(_, file, _)| all.update(file));
    lessons::files().iter().for_each(|(_, file)| all.update(file));
    let (clause_reader, seat_reader) = (ClauseReader::new(clauses), SeatReader::parse(seats));
    for taught in taught(world, LOOKED_AT) {
        let numbers = seats_of(&taught.mail, &clause_reader, world);
        let outcomes = verdict_lesson(&taught.mail, &clause_reader, &seat_reader, world);
        all.update(format!("{:?}{numbers:?}{outcomes:?}", taught.clauses));
    }
    all.update(&clauses.model);
    all.update(&clauses.networks);
    all.update(seats);
    hex(all)
}

fn hex(digest: Sha256) -> String {
    digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// A weights file: in its first line what it was learnt from, and the digest of the rest.
fn file(weights: &[u8], learnt_from: &str) -> Vec<u8> {
    let mut file = format!("# Learnt from {learnt_from}: {}\n", hex(Sha256::new_with_prefix(weights))).into_bytes();
    file.extend(weights);
    file
}

/// What such a file holds after its first line.
fn kept(path: &str) -> Vec<u8> {
    let file = std::fs::read(path).expect("the weights file can be read");
    file.splitn(2, |byte| *byte == b'\n').nth(1).expect("a first line").to_vec()
}

#[test]
fn the_weights_are_those_of_these_mails() {
    let world = labels::world();
    let left_out = std::env::var("LEAVE_OUT").unwrap_or_default();
    if !left_out.is_empty() {
        return who_never_saw_them(&left_out, &world);
    }
    let files = |weights: &Weights| {
        let from = fingerprint(&world, weights);
        let Weights { clauses, seats, verdicts } = weights;
        let (model, networks) = (clauses.model.as_bytes(), clauses.networks.as_slice());
        let files = [(MODEL, model), (NETWORKS, networks), (SEATS, seats.as_bytes()), (VERDICTS, verdicts.as_bytes())];
        files.map(|(path, weights)| (path, file(weights, &from)))
    };
    if std::env::var_os("UPDATE_WEIGHTS").is_some() {
        for (path, file) in files(&learn(&taught(&world, 1), &world)) {
            std::fs::write(path, file).expect("the weights file can be written");
        }
        return;
    }
    let text = |path| String::from_utf8(kept(path)).expect("text");
    let clauses = ClauseWeights { model: text(MODEL), networks: kept(NETWORKS) };
    for (path, file) in files(&Weights { clauses, seats: text(SEATS), verdicts: text(VERDICTS) }) {
        let sound = std::fs::read(path).expect("the weights file can be read") == file;
        assert!(sound, "{path}: not learnt from these mails as they are; run it in release with UPDATE_WEIGHTS=1");
    }
}

/// Prints how mails are read by weights that were learnt without them.
fn who_never_saw_them(left_out: &str, world: &World) {
    let (unseen, seen): (Vec<Taught>, Vec<Taught>) =
        taught(world, 1).into_iter().partition(|taught| taught.mail.id.starts_with(left_out));
    let learnt = learn(&seen, world);
    let clauses = &ClauseReader::new(&learnt.clauses);
    let (seats, verdicts) = (&SeatReader::parse(&learnt.seats), &VerdictReader::parse(&learnt.verdicts));
    let readers = Readers { clauses, seats, verdicts };
    let mut score = Score::default();
    for Taught { mail, .. } in &unseen {
        let read = look(mail, world, |input, situation| understand_by(readers, input, situation).0);
        let nothing = Answer { disposition: "ignore".into(), actions: Vec::new(), question: false, pitch: false };
        score.add(mail, &read.map_or(nothing, |reading| answer(&reading)));
    }
    println!("{left_out} by one who never saw them: {score}");
}
