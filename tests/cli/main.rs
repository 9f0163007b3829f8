//! The program as it is typed: the real binary, real files, a real store, in a folder of its own.

mod bad_config;
mod by_hand;
mod home;
mod with_daemon;
