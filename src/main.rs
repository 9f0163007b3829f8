//! The program: reads what was typed, has `cli` carry it out, and says in one sentence what went wrong.

use aanmelder::cli;
use aanmelder::daemon::DaemonError;
use std::io::ErrorKind;
use std::process::ExitCode;

/// The exit code after which the service is not to be started again by itself (sysexits.h: EX_CONFIG); see the unit file.
const NEEDS_A_PERSON: u8 = 78;

fn main() -> ExitCode {
    match cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read our output has seen enough: `aanmelder list | head -1`.
        Err(error) if error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == ErrorKind::BrokenPipe) => {
            ExitCode::SUCCESS
        }
        Err(error) => {
            anstream::eprintln!("aanmelder: {}", cli::sentence(&error));
            let error = error.downcast_ref::<DaemonError>();
            if error.is_some_and(DaemonError::needs_a_person) {
                ExitCode::from(NEEDS_A_PERSON)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}
