//! The program: reads what was typed, has `cli` carry it out, and says in one sentence what went wrong.

use aanmelder::cli;
use std::io::ErrorKind;
use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read our output has seen enough: `aanmelder list | head -1`.
        Err(error) if error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == ErrorKind::BrokenPipe) => {
            ExitCode::SUCCESS
        }
        Err(error) => {
            anstream::eprintln!("aanmelder: {}", cli::sentence(&error));
            ExitCode::FAILURE
        }
    }
}
