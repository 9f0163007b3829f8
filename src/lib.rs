//! aanmelder: the sign-up for meetings, run entirely by e-mail.
//!
//! A mail goes one way, and each step gives a value of its own type to the next:
//!
//! ```text
//! mail::inbox, mail::maildir   server        -> RawMail
//! mail::message, reply_text    RawMail       -> Message      what was sent, and what the person typed
//! mail::safety, authenticity   Message       -> Screened     who wrote it; may it be acted on, answered
//! understanding                Screened      -> Reading      what is asked, with the words that say so
//! registration                 Reading       -> Decision     what changes, which letters, where it is filed
//! letters                      Decision      -> Letter       final bytes
//! handle                       all of the above in one pure function: RawMail + State -> Outcome
//! store                        Outcome       -> Committed    one durable transaction a mail
//! mail::outbox                 queued Letter -> SendResult
//! ```
//!
//! Everything between fetching and committing is pure: no I/O, no clock, no randomness, no logging; the time comes in as
//! a value. `daemon` owns every connection, retry and timer, `cli` is the only one that prints, `clock` the only one that
//! asks for the time. `build.rs` packs what `understanding` has learnt and its lists of words. `crash_points` names the
//! moments at which tests kill the real program. The files that name a foreign mail, store or template type are listed in
//! `tests/architecture.rs`.
#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::string_slice, clippy::panic)
)]

pub mod backup;
pub mod cli;
pub mod clock;
pub mod config;
pub mod coordinator;
pub mod crash_points;
pub mod daemon;
pub mod dates_nl;
pub mod explain;
pub mod handle;
pub mod ids;
pub mod letters;
pub mod logbook;
pub mod mail;
pub mod outcome;
pub mod registration;
pub mod secret;
pub mod store;
pub mod subject_prefix;
pub mod understanding;
