//! The loop that reads, answers and files, and everything that it needs around it.

pub mod control;
pub mod metrics;
pub mod socket;
pub mod systemd;
