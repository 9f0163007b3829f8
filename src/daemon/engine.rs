//! The engine: the one writer. It holds the store and the state in step, takes mails, commands and the clock through the
//! pure rules, and commits what comes out.
//!
//! Nothing here waits for a network; the calls block on the disk, so the daemon's tasks make them with `spawn_blocking`.
//! The demo, and commands without a daemon, use it as it is.

use crate::config::{self, Config, ConfigError, SecretSource};
use crate::crash_points::{CrashPoint, pass};
use crate::daemon::backlog::Look;
use crate::daemon::digests::NewsSoFar;
use crate::daemon::health::Health;
use crate::handle::{self, Setting};
use crate::ids::{Address, MailKey};
use crate::letters::{Letters, TemplateProblem};
use crate::mail::letter_ids::LetterSecret;
use crate::mail::{Halt, Location, RawMail, SendResult, message};
use crate::outcome::{Cause, JournalEntry, Letter, LetterHead, Outcome};
use crate::registration::{self, Decision, State};
use crate::secret::{self, SecretError};
use crate::store::{Store, StoreError};
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How often a mail may make the reader panic before it is set aside.
const PANICS: u32 = 2;
/// How often the process may end while a mail is being handled before that mail is set aside. More than once or twice, for power
/// cuts and restarts come in series, and strike mails that have nothing to do with it.
const DEATHS: u32 = 6;
/// Deaths within so short a time count as one: whatever comes that often comes from outside. What starts the program anew after
/// a death of its own (`RestartSec`) takes longer.
const DEATHS_APART: SignedDuration = SignedDuration::from_secs(10);
/// The named value of the store that keeps the secret of our Message-IDs.
pub(super) const SECRET_NAME: &str = "letter-secret";

/// The rules by which a mail is handled.
type Rules = fn(&RawMail, &State, &Setting<'_>, Timestamp) -> Outcome;

/// The one writer.
pub struct Engine {
    config: Config,
    store: Store,
    letters: Letters,
    secret: LetterSecret,
    state: Mutex<State>,
    pub(super) news: Mutex<NewsSoFar>,
    /// How the daemon fares; written by its tasks.
    pub health: Health,
}

/// Why the engine could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The secret for our Message-IDs could not be read.
    #[error("het geheim voor onze Message-ID's is niet te lezen: {0}")]
    Secret(#[from] SecretError),
    /// The folder of templates could not be read.
    #[error(transparent)]
    Templates(#[from] ConfigError),
}

impl EngineError {
    /// Can nothing go right any more before the store is opened anew?
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Store(StoreError::Failed { .. } | StoreError::Corrupt { .. }))
    }
}

impl Engine {
    /// Opens the store and reads the state, the templates and the secret.
    ///
    /// Broken templates do not stop it: the built-in ones are used, and what is wrong is given back.
    ///
    /// # Errors
    /// When the store cannot be opened or read, or the secret or the template folder cannot.
    pub fn open(config: Config, now: Timestamp) -> Result<(Self, Vec<TemplateProblem>), EngineError> {
        let (letters, problems) = match &config.templates {
            Some(folder) => Letters::with_overrides(&config::template_files(folder)?),
            None => (Letters::built_in(), Vec::new()),
        };
        let store = Store::open(&config.store, now)?;
        store.keep_logbook(config.keeping.logbook.is_some())?;
        let secret = letter_secret(&store, config.trust.secret.as_ref())?;
        let state = Mutex::new(store.state()?);
        let health = Health::new(&config);
        Ok((Self { config, store, letters, secret, state, news: Mutex::default(), health }, problems))
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The store: for the queue, the filing and the journal. Outcomes are committed through the engine alone.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The state as it is now.
    pub fn state(&self) -> State {
        self.lock().clone()
    }

    /// Is this somebody whom we know: registered, or invited, or did he write before?
    pub fn knows(&self, address: &Address) -> bool {
        self.lock().people.contains_key(&address.person())
    }

    /// The secret of our Message-IDs.
    pub fn secret(&self) -> &LetterSecret {
        &self.secret
    }

    /// What stays the same from mail to mail.
    pub fn setting(&self) -> Setting<'_> {
        Setting {
            network: &self.config.network,
            coordinator: &self.config.coordinator,
            authserv_id: self.config.trust.authserv_id.as_deref(),
            secret: &self.secret,
            caps: &self.config.caps,
            letters: &self.letters,
        }
    }

    /// Takes mails out of the folder of spam: as [`take`](Self::take) does, by the rules for such mails.
    ///
    /// # Errors
    /// As for [`take`](Self::take).
    pub fn take_spam(&self, mails: &[RawMail], now: Timestamp) -> Result<Vec<Outcome>, EngineError> {
        let mut fresh = Vec::new();
        for mail in mails {
            if !self.store.is_done(&handle::listed_key(&message::key(&mail.bytes)))? {
                fresh.push(mail.clone());
            }
        }
        self.take_by(handle::handle_spam, &fresh, now)
    }

    /// Takes mails, in the order given, each once: those that are done already change nothing, and a duplicate of one is noted to be
    /// filed like the first.
    ///
    /// All of them are committed in one transaction, durable when this returns. Gives the outcome of each new one.
    ///
    /// # Errors
    /// When the store fails; then nothing was committed, and the mails are to be taken again.
    pub fn take(&self, mails: &[RawMail], now: Timestamp) -> Result<Vec<Outcome>, EngineError> {
        let outcomes = self.take_by(handle::handle, mails, now)?;
        let is_new =
            |mail: &RawMail| outcomes.iter().flat_map(|new| &new.mail).any(|new| new.location == mail.location);
        let mut duplicates = Vec::new();
        for mail in mails.iter().filter(|mail| !is_new(mail)) {
            if let Some((first, to_file)) = self.store.done(&message::key(&mail.bytes))? {
                duplicates.extend(handle::file_duplicate(mail, &first, to_file, now));
            }
        }
        if !duplicates.is_empty() {
            self.store.commit(&duplicates)?;
        }
        Ok(outcomes)
    }

    fn take_by(&self, rules: Rules, mails: &[RawMail], now: Timestamp) -> Result<Vec<Outcome>, EngineError> {
        let mut fresh = Vec::new();
        let swept = self.store.swept_before()?;
        for mail in mails.iter().filter(|mail| swept.is_none_or(|swept| mail.received_at >= swept)) {
            let key = message::key(&mail.bytes);
            if !self.store.is_done(&key)? && !fresh.iter().any(|(known, _)| *known == key) {
                tracing::debug!(mail = %key, bytes = mail.bytes.len(), "mail fetched");
                fresh.push((key, mail));
            }
        }
        let keys: Vec<MailKey> = fresh.iter().map(|(key, _)| key.clone()).collect();
        let fresh = fresh.into_iter().zip(self.store.tries(&keys)?).map(|((key, mail), tries)| (key, mail, tries));
        let fresh: Vec<_> = fresh.collect();
        // A mail that brought the whole process down was in a batch with innocent ones: from the second try on each goes alone,
        // in its turn all the same, for seats go in the order of arrival. A try is counted when its turn has come, not before:
        // else whatever waits behind others would be thought guilty of each death.
        let mut outcomes = Vec::with_capacity(fresh.len());
        for together in fresh.chunk_by(|(_, _, one), (_, _, next)| *one == 0 && *next == 0) {
            let keys: Vec<MailKey> = together.iter().map(|(key, ..)| key.clone()).collect();
            let tries = self.store.note_tries(&keys, now, DEATHS_APART)?;
            let begun = together.iter().zip(tries).map(|((key, mail, _), tries)| (key.clone(), *mail, tries));
            outcomes.extend(self.take_together(rules, &begun.collect::<Vec<_>>(), now)?);
        }
        Ok(outcomes)
    }

    fn take_together(
        &self,
        rules: Rules,
        mails: &[(MailKey, &RawMail, u32)],
        now: Timestamp,
    ) -> Result<Vec<Outcome>, EngineError> {
        let mut state = self.lock();
        self.take_back_if_lapsed(&mut state, now)?;
        let mut after = state.clone();
        let mut outcomes = Vec::with_capacity(mails.len());
        for (key, mail, tries) in mails {
            let outcome = self.handle_carefully(rules, key, mail, *tries, &after, now);
            outcome.changes.iter().for_each(|change| after.apply(change));
            outcomes.push(outcome);
        }
        pass(CrashPoint::BeforeCommit);
        self.store.commit(&outcomes)?;
        pass(CrashPoint::AfterCommit);
        *state = after;
        self.health.mails_done(&outcomes);
        Ok(outcomes)
    }

    /// Handles one mail behind a panic boundary: what makes the reader fail twice is set aside, unread, for the coordinator.
    pub(super) fn handle_carefully(
        &self,
        rules: Rules,
        key: &MailKey,
        mail: &RawMail,
        tries: u32,
        state: &State,
        now: Timestamp,
    ) -> Outcome {
        if tries > DEATHS {
            return handle::set_aside(mail, "Bij deze mail stopte het programma telkens.", now);
        }
        for _ in 0..PANICS {
            match catch_unwind(AssertUnwindSafe(|| rules(mail, state, &self.setting(), now))) {
                Ok(outcome) => return outcome,
                Err(_) => tracing::error!(mail = %key, "a mail made the reader panic"),
            }
        }
        handle::set_aside(mail, "Deze mail liet het programma twee keer vastlopen.", now)
    }

    /// Looks at the headers of mails, without taking them.
    pub fn look_at_heads(&self, heads: BTreeMap<Location, Vec<u8>>) -> BTreeMap<Location, Look> {
        let (state, setting) = (self.lock(), self.setting());
        let look = |(location, bytes): (Location, Vec<u8>)| {
            let head = RawMail { location: location.clone(), received_at: Timestamp::UNIX_EPOCH, bytes };
            let author = message::author(&head.bytes).map(|author| author.person());
            let matters = catch_unwind(AssertUnwindSafe(|| handle::may_matter(&head, &state, &setting)));
            // What brings the reader down is taken, and set aside, like any other mail.
            (location, Look { author, matters: matters.unwrap_or(true) })
        };
        heads.into_iter().map(look).collect()
    }

    /// Sets a mail aside unread, with a word to the coordinator.
    ///
    /// # Errors
    /// When the store fails.
    pub fn set_aside(&self, mail: &RawMail, why: &str, now: Timestamp) -> Result<(), EngineError> {
        let outcome = handle::set_aside(mail, why, now);
        self.store.commit(std::slice::from_ref(&outcome))?;
        self.health.mails_done(&[outcome]);
        Ok(())
    }

    /// Carries out what time brings: offers lapse, seats are given. Says when to look next.
    ///
    /// # Errors
    /// When the store fails; then nothing changed.
    pub fn tick(&self, now: Timestamp) -> Result<Option<Timestamp>, EngineError> {
        let mut state = self.lock();
        self.take_back_if_lapsed(&mut state, now)?;
        let decision = registration::tick(&state, now);
        if decision != Decision::default() {
            pass(CrashPoint::BeforeTick);
            self.commit_decision(&mut state, decision, Cause::Clock, "de tijd", now)?;
            pass(CrashPoint::AfterTick);
        }
        Ok(registration::next_tick(&state, now))
    }

    /// Decides on a command and commits what was decided, with nothing coming between: a decision holds only for the state
    /// that it was made on. A refusal comes back as it is and changes nothing.
    ///
    /// # Errors
    /// When the store fails; then nothing changed.
    pub(super) fn carry_out<E>(
        &self,
        decide: impl FnOnce(&State) -> Result<Decision, E>,
        words: &str,
        now: Timestamp,
    ) -> Result<Result<Outcome, E>, EngineError> {
        let mut state = self.lock();
        self.take_back_if_lapsed(&mut state, now)?;
        match decide(&state) {
            Ok(decision) => {
                let cause = Cause::Command(words.to_owned());
                let outcome = self.commit_decision(&mut state, decision, cause, words, now)?;
                pass(CrashPoint::CommandCommitted);
                Ok(Ok(outcome))
            }
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// Commits a decision that no mail led to and that was made on this very state; gives the outcome.
    pub(super) fn commit_decision(
        &self,
        state: &mut State,
        decision: Decision,
        cause: Cause,
        reason: &str,
        now: Timestamp,
    ) -> Result<Outcome, EngineError> {
        let (outcome, after) = self.outcome_of(state, decision, cause, reason, now);
        self.store.commit(std::slice::from_ref(&outcome))?;
        *state = after;
        Ok(outcome)
    }

    /// The outcome of a decision that no mail led to, and the state after it.
    pub(super) fn outcome_of(
        &self,
        state: &State,
        decision: Decision,
        cause: Cause,
        reason: &str,
        now: Timestamp,
    ) -> (Outcome, State) {
        let mut after = state.clone();
        decision.changes.iter().for_each(|change| after.apply(change));
        let seed = match &cause {
            Cause::Command(words) => format!("command/{words}/{now}"),
            Cause::Mail { key, .. } => key.to_string(),
            Cause::Clock => format!("clock/{now}"),
        };
        let (letters, problems) = handle::write_letters(&decision.letters, None, &after, &self.setting(), &seed, now);
        let people: Vec<_> = decision.notes.iter().filter_map(|note| note.person.clone()).collect();
        let entry = JournalEntry {
            at: now,
            cause,
            person: people.first().cloned(),
            requests: Vec::new(),
            disposition: None,
            reason: reason.to_owned(),
            evidence: Vec::new(),
            notes: decision.notes.into_iter().chain(problems).collect(),
            letters: letters.iter().map(|letter| letter.head.id.clone()).collect(),
        };
        (Outcome { mail: None, changes: decision.changes, letters, entry: Some(entry) }, after)
    }

    /// Writes down how a letter fared. Whoever cannot be reached for good is marked, and a seat on offer to him is released.
    ///
    /// # Errors
    /// When the store fails.
    pub fn letter_fared(&self, letter: &Letter, result: &SendResult, now: Timestamp) -> Result<(), EngineError> {
        let result = &self.or_given_up(letter, result, now)?;
        let LetterHead { id, kind, person, event, .. } = &letter.head;
        if let (SendResult::Refused(why), Some(person)) = (result, person) {
            // Before the mark: a crash between the two repeats the refusal, and a seat is released once however often.
            let mut state = self.lock();
            let decision = registration::letter_bounced(&state, person, event.as_ref(), *kind, why, now);
            self.commit_decision(&mut state, decision, Cause::Clock, "een brief is geweigerd", now)?;
            pass(CrashPoint::RefusalCommitted);
        }
        Ok(self.store.mark_letter(id, result, now)?)
    }

    /// A letter that has been put off for days and often enough is as good as refused.
    fn or_given_up(&self, letter: &Letter, result: &SendResult, now: Timestamp) -> Result<SendResult, EngineError> {
        let put_off = match result {
            SendResult::Later(why) | SendResult::Unknown(why) | SendResult::Halted { halt: Halt::Broken, why } => why,
            _ => return Ok(result.clone()),
        };
        Ok(match self.store.letter(&letter.head.id)? {
            Some(record) if record.is_tried_enough(now) => {
                SendResult::Refused(format!("{put_off}; na dagen proberen opgegeven"))
            }
            _ => result.clone(),
        })
    }

    /// The state, also after a panic elsewhere: it is replaced whole or not at all, so it is never half changed.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The secret that the configuration names, or the one that was made at the first start.
fn letter_secret(store: &Store, source: Option<&SecretSource>) -> Result<LetterSecret, EngineError> {
    if let Some(source) = source {
        return Ok(LetterSecret::from_passphrase(secret::read(source)?.expose_secret()));
    }
    if let Some(bytes) = store.meta_get::<[u8; 32]>(SECRET_NAME)? {
        return Ok(LetterSecret::new(bytes));
    }
    let bytes: [u8; 32] = rand::random();
    store.meta_set(SECRET_NAME, &bytes)?;
    Ok(LetterSecret::new(bytes))
}

#[cfg(test)]
mod tests;
