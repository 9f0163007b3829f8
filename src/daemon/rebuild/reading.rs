//! What the mailbox still tells: its logbook, every mail there is, and which of those can be unknown.

use super::{Options, Progress, RECENT, RebuildError};
use crate::config::Config;
use crate::daemon::engine::Engine;
use crate::daemon::{TAKEN_SINCE, blocking};
use crate::logbook::plan::Plan;
use crate::logbook::{What, mail};
use crate::mail::inbox::{Found, Inbox, Listed, Place, batches};
use crate::mail::letter_ids::LetterSecret;
use crate::secret;
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret;
use std::sync::Arc;

/// How far before the end of the logbook mails are looked at again: so long a mail may have been under way to it.
const MARGIN: SignedDuration = SignedDuration::from_hours(48);

/// Reads the logbook, as far as it can be believed.
pub async fn read_logbook(
    inbox: &mut Inbox,
    config: &Config,
    tell: &mut dyn FnMut(Progress),
) -> Result<Plan, RebuildError> {
    let configured = match config.trust.secret.clone() {
        Some(source) => {
            let text = blocking(move || secret::read(&source)).await?;
            Some(LetterSecret::from_passphrase(text.expose_secret()))
        }
        None => None,
    };
    let Some(folder) = &config.keeping.logbook else { return Ok(Plan::default()) };
    let account = inbox.account().ok_or(RebuildError::NoAccount)?;
    let listed = account.list_logbook(folder).await?;
    let mut carried = Vec::with_capacity(listed.len());
    for batch in batches(&listed) {
        let fetched = account.fetch_anywhere(batch).await?;
        carried.extend(fetched.mails.iter().map(|raw| mail::read(&raw.bytes)));
        carried.extend(fetched.refused.iter().map(|_| None));
        tell(Progress::Logbook { done: carried.len(), of: listed.len() });
    }
    let plan = Plan::of(&carried, configured.as_ref());
    if plan.newer > 0 && plan.snapshot.is_none() {
        return Err(RebuildError::Newer);
    }
    if plan.is_empty() && plan.damaged > 0 {
        return Err(RebuildError::Unproven(plan.damaged));
    }
    Ok(plan)
}

/// Every mail of the account that is not ours, in the order in which the server got them.
pub async fn survey(inbox: &mut Inbox, config: &Config) -> Result<Vec<Found>, RebuildError> {
    let account = inbox.account().ok_or(RebuildError::NoAccount)?;
    let ours: Vec<&str> = config.keeping.logbook.iter().chain(&config.lease).map(String::as_str).collect();
    let mut found = account.survey(&ours).await?;
    found.sort_by(|a, b| (a.mail.received_at, &a.mail.location).cmp(&(b.mail.received_at, &b.mail.location)));
    Ok(found)
}

/// The mails that matter.
pub struct Chosen {
    /// To be taken, by the moment when they came in.
    pub to_take: Vec<Listed>,
    /// How many are left for the next run.
    pub left: usize,
}

/// Of all mails those that can be unknown.
pub async fn choose(
    engine: &Arc<Engine>,
    plan: &Plan,
    survey: &[Found],
    options: Options,
    now: Timestamp,
) -> Result<Chosen, RebuildError> {
    let engine_there = engine.clone();
    let mut moments = blocking(move || engine_there.store().done_since()).await?;
    for line in &plan.lines {
        if let What::Outcome(logged) = &line.what {
            moments.extend(logged.mail.iter().map(|mail| mail.received_at));
        }
    }
    // Servers give the moment of receipt (INTERNALDATE, RFC 3501, 2.3.3) in whole seconds.
    let whole_second = |since: Timestamp| Timestamp::from_second(since.as_second()).unwrap_or(since);
    let since = options.since.or_else(|| taken_since(engine, plan)).map(whole_second);
    let sure_until = plan.whole_until().map(|until| until - MARGIN);
    let mut chosen = Chosen { to_take: Vec::new(), left: 0 };
    for found in survey {
        let at = found.mail.received_at;
        if since.is_some_and(|since| at < since) {
            continue;
        }
        let known = moments.contains(&at);
        let late = sure_until.is_none_or(|until| at >= until);
        if !late && (known || found.place != Place::Filed) {
            continue;
        }
        // With a logbook it was not done before the end of that; without one only its age tells.
        if found.place == Place::Inbox && (sure_until.is_some() || now.duration_since(at) < RECENT) {
            // Those that are known are no work for the next run either.
            chosen.left += usize::from(!known);
            continue;
        }
        chosen.to_take.push(found.mail.clone());
    }
    Ok(chosen)
}

/// From when on mail was taken, as the logbook tells.
fn taken_since(engine: &Engine, plan: &Plan) -> Option<Timestamp> {
    let told = plan.lines.iter().rev().find_map(|line| match &line.what {
        What::Setting { name, value } if name == TAKEN_SINCE => serde_json::from_value(value.clone()).ok(),
        _ => None,
    });
    told.or_else(|| engine.store().meta_get(TAKEN_SINCE).ok().flatten())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use crate::mail::Location;

    const CONFIG: &str = "[network]\nname = \"ZZP\"\naddress = \"bot@zzp.example\"\n[coordinator]\nname = \"Marijke\"\n\
                          address = \"marijke@zzp.example\"\n[maildir]\npath = \".\"\n[letters]\nfolder = \"uit\"\n";

    fn filed(received_at: &str) -> Found {
        let location = Location::Maildir { name: received_at.to_owned() };
        Found { mail: Listed { location, received_at: received_at.parse().unwrap(), size: 1 }, place: Place::Filed }
    }

    #[tokio::test]
    async fn a_mail_of_the_second_in_which_the_program_was_first_started_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("aanmelder.toml");
        std::fs::write(&path, CONFIG).unwrap();
        let started: Timestamp = "2017-11-01T10:00:00.7Z".parse().unwrap();
        let (engine, _) = Engine::open(config::load(&path).unwrap(), started).unwrap();
        let survey = [filed("2017-11-01T09:59:59Z"), filed("2017-11-01T10:00:00Z")];
        let options = Options { since: Some(started), ..Options::default() };
        let chosen = choose(&Arc::new(engine), &Plan::default(), &survey, options, started).await.unwrap();
        assert_eq!(chosen.to_take, [survey[1].mail.clone()]);
    }
}
