//! Named moments at which the program can be made to die, as by a power cut, to test that nobody is lost and nothing happens twice.
//!
//! The very binary that is used is tested: there is no build of its own with these in it. Nothing happens unless the
//! environment says so when the program starts, as `AANMELDER_CRASH_AT=after-commit`, or `after-commit:3` for the third time; a
//! point that is not asked for costs one look at a value that was read once. Whoever sets the environment of a process may end
//! it anyway. Called by the steps of a mail's way in `daemon` and `mail`; `daemon::run` says in the log what it was told.

use rustix::process::{Signal, getpid, kill_process};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The environment variable that names the point.
pub const VARIABLE: &str = "AANMELDER_CRASH_AT";

/// A moment on a mail's way. Each says what would be lost or doubled if the order there were wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrashPoint {
    /// Mails are fetched, nothing is written down. Lost, if they were marked as read or the cursor was moved before they were taken.
    AfterFetch,
    /// What becomes of the mails is decided, not committed. Doubled, if a letter had gone out before it was remembered.
    BeforeCommit,
    /// Committed; nobody was told, nothing is sent or filed. Lost, if letters were only in memory; doubled, if "this mail is
    /// done" were not in the same transaction.
    AfterCommit,
    /// All mails of a look are committed, the cursor is not. Doubled, if the cursor alone said what is done.
    BeforeCursor,
    /// A command is carried out and committed, its answer not given. Lost, if its letters were not committed with it.
    CommandCommitted,
    /// The clock has decided (an offer lapses, a seat is given), nothing is committed. Doubled, if a letter had gone already.
    BeforeTick,
    /// What the clock decided is committed, its letters are not sent. Lost, if a seat were given in one step and its letter
    /// queued in another; doubled, if the next tick could not see that it was done.
    AfterTick,
    /// A digest is due, nothing is written. Lost, if "told until here" were noted first.
    BeforeDigest,
    /// The digest is queued, and what it tells is noted as told. Doubled, if these were two steps.
    AfterDigest,
    /// It is noted that a letter is about to be tried, nothing has gone. Lost, if the note counted as sent.
    BeforeSend,
    /// The server is ready for the letter's text. Lost, if its recipient's acceptance counted for the letter's.
    BeforeFinalDot,
    /// The server has taken the letter, and we have not written it down: the window that SMTP leaves open. Doubled, if there
    /// were no witness to ask: the sent folder of a provider that files by itself, or our own copy of the same transaction.
    AfterFinalDot,
    /// The connection is closed, the mark still not written. Doubled, as after the dot.
    BeforeSentMark,
    /// The letter is marked as sent. Lost from the sent folder, if the copy there were thought to be made by then.
    AfterSentMark,
    /// A refusal is taken into the lists (an offer ends, the next one is asked), the letter is not marked as refused. Doubled,
    /// if an offer could end twice.
    RefusalCommitted,
    /// A mail is done and about to be filed. Lost to the eye, if the list of what is to be filed were only in memory.
    BeforeFiling,
    /// A mail is marked as read, and still in the inbox. Lost, if "read" meant done and nobody came back for it.
    HalfFiled,
    /// A mail is in its folder, and still on our list. Doubled, if filing it again made a second copy.
    AfterFiling,
}

impl CrashPoint {
    /// All of them, along the way of a mail.
    pub const ALL: [Self; 18] = [
        Self::AfterFetch,
        Self::BeforeCommit,
        Self::AfterCommit,
        Self::BeforeCursor,
        Self::CommandCommitted,
        Self::BeforeTick,
        Self::AfterTick,
        Self::BeforeDigest,
        Self::AfterDigest,
        Self::BeforeSend,
        Self::BeforeFinalDot,
        Self::AfterFinalDot,
        Self::BeforeSentMark,
        Self::AfterSentMark,
        Self::RefusalCommitted,
        Self::BeforeFiling,
        Self::HalfFiled,
        Self::AfterFiling,
    ];

    /// Its name in [`VARIABLE`].
    pub fn name(self) -> &'static str {
        match self {
            Self::AfterFetch => "after-fetch",
            Self::BeforeCommit => "before-commit",
            Self::AfterCommit => "after-commit",
            Self::BeforeCursor => "before-cursor",
            Self::CommandCommitted => "command-committed",
            Self::BeforeTick => "before-tick",
            Self::AfterTick => "after-tick",
            Self::BeforeDigest => "before-digest",
            Self::AfterDigest => "after-digest",
            Self::BeforeSend => "before-send",
            Self::BeforeFinalDot => "before-final-dot",
            Self::AfterFinalDot => "after-final-dot",
            Self::BeforeSentMark => "before-sent-mark",
            Self::AfterSentMark => "after-sent-mark",
            Self::RefusalCommitted => "refusal-committed",
            Self::BeforeFiling => "before-filing",
            Self::HalfFiled => "half-filed",
            Self::AfterFiling => "after-filing",
        }
    }
}

/// Passes a point; the process ends here by SIGKILL when it was told to.
pub fn pass(point: CrashPoint) {
    if let Some(armed) = armed()
        && armed.point == point
        && armed.passes.fetch_add(1, Ordering::SeqCst) + 1 == armed.at
    {
        die();
    }
}

/// The point at which this process is to end, for the log.
pub fn told() -> Option<CrashPoint> {
    armed().map(|armed| armed.point)
}

/// A point that was asked for.
#[derive(Debug)]
struct Armed {
    point: CrashPoint,
    /// At which pass of it, from 1.
    at: u32,
    passes: AtomicU32,
}

fn armed() -> Option<&'static Armed> {
    static ARMED: OnceLock<Option<Armed>> = OnceLock::new();
    ARMED.get_or_init(|| read(&std::env::var(VARIABLE).ok()?)).as_ref()
}

/// Reads `after-commit` or `after-commit:3`; what names no point arms none.
fn read(text: &str) -> Option<Armed> {
    let (name, at) = text.split_once(':').map_or((text, Some(1)), |(name, at)| (name, at.parse().ok()));
    let point = CrashPoint::ALL.into_iter().find(|point| point.name() == name)?;
    Some(Armed { point, at: at.filter(|at| *at > 0)?, passes: AtomicU32::new(0) })
}

/// No destructor runs, nothing is flushed: what the system had not been given is gone.
fn die() {
    let _ = kill_process(getpid(), Signal::KILL);
    // The signal ends the process before this returns; where it could not be sent, nothing may go on either.
    std::process::abort();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_point_is_read_by_its_name() {
        for point in CrashPoint::ALL {
            let armed = read(point.name()).unwrap();
            assert_eq!((armed.point, armed.at), (point, 1));
        }
        let third = read("after-commit:3").unwrap();
        assert_eq!((third.point, third.at), (CrashPoint::AfterCommit, 3));
    }

    #[test]
    fn what_names_no_point_arms_none() {
        for text in ["", "after", "after-commit:", "after-commit:0", "after-commit:x", "AFTER-COMMIT"] {
            assert!(read(text).is_none(), "{text:?}");
        }
    }
}
