//! The one place that asks the system for the time; everything else is given it.

use jiff::Timestamp;

/// This moment.
#[expect(clippy::disallowed_methods, reason = "this is the wrapper that the rule points to")]
pub fn now() -> Timestamp {
    Timestamp::now()
}
