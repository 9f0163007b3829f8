//! The whole way, with the program as it is built, between a real Dovecot and a real Exim: mails go in over SMTP, and what
//! counts is what lies in people's own mailboxes afterwards, read over IMAP.

#[path = "journeys/alone.rs"]
mod alone;
#[path = "journeys/burst.rs"]
mod burst;
#[path = "journeys/evening.rs"]
mod evening;
#[path = "journeys/flow.rs"]
mod flow;
#[path = "journeys/killed.rs"]
mod killed;
#[path = "journeys/new_machine.rs"]
mod new_machine;
#[path = "journeys/seasons.rs"]
mod seasons;
mod support;
#[path = "journeys/troubles.rs"]
mod troubles;
