//! Help pages and complaints about what was typed, in Dutch: clap's own are English.

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, Error};
use std::fmt::Write as _;

const TEMPLATE: &str = "{about-with-newline}\n{usage-heading} {usage}\n\n{all-args}{after-help}";

/// The command with Dutch headings, usage lines and help options, all the way down.
pub fn in_dutch(command: Command) -> Command {
    let mut command = with_headings(command.disable_help_subcommand(true));
    command.build();
    with_usage(command)
}

fn with_headings(command: Command) -> Command {
    let has_version = command.get_version().is_some();
    let command = command
        .disable_help_flag(true)
        .disable_version_flag(true)
        .subcommand_help_heading("Opdrachten")
        .subcommand_value_name("OPDRACHT")
        .mut_args(|arg| {
            let heading = if arg.is_positional() { "Wat" } else { "Opties" };
            let arg = arg.help_heading(heading);
            let takes_value = !matches!(arg.get_action(), ArgAction::SetTrue | ArgAction::SetFalse | ArgAction::Count);
            if takes_value { arg.hide_possible_values(true).hide_default_value(true) } else { arg }
        })
        .mut_subcommands(with_headings)
        .arg(option("help", 'h', ArgAction::Help, "Toon deze hulp"));
    if has_version { command.arg(option("version", 'V', ArgAction::Version, "Toon de versie")) } else { command }
}

fn option(name: &'static str, short: char, action: ArgAction, help: &'static str) -> Arg {
    Arg::new(name).long(name).short(short).action(action).help(help).help_heading("Opties").display_order(999)
}

fn with_usage(mut command: Command) -> Command {
    let usage = command.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").replace("[OPTIONS]", "[OPTIES]").replace('\n', " ");
    let template = StyledStr::from(TEMPLATE.replace("{usage-heading}", "Gebruik:"));
    command.override_usage(usage).help_template(template).mut_subcommands(with_usage)
}

/// Shows help or version, or says what is wrong with what was typed, and ends the program.
pub fn end_with(error: &Error) -> ! {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let _ = error.print();
            std::process::exit(0)
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            std::process::exit(2)
        }
        _ => {
            anstream::eprintln!("aanmelder: {}", complaint(error));
            std::process::exit(2)
        }
    }
}

/// What is wrong with what was typed, in one Dutch sentence.
fn complaint(error: &Error) -> String {
    let get = |kind| error.get(kind).map(plain).unwrap_or_default();
    let (arg, value) = (get(ContextKind::InvalidArg), get(ContextKind::InvalidValue));
    let mut text = match error.kind() {
        ErrorKind::UnknownArgument => format!("`{arg}` ken ik niet"),
        ErrorKind::InvalidSubcommand => format!("de opdracht `{}` ken ik niet", get(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingRequiredArgument => format!("er ontbreekt {arg}"),
        ErrorKind::MissingSubcommand => "er ontbreekt een opdracht".to_owned(),
        ErrorKind::ArgumentConflict => {
            format!("{arg} kan niet samen met {}", get(ContextKind::PriorArg))
        }
        ErrorKind::InvalidValue if value.is_empty() => format!("bij {arg} hoort een waarde"),
        ErrorKind::InvalidValue => {
            format!("bij {arg} kan `{value}` niet; kies uit {}", get(ContextKind::ValidValue))
        }
        ErrorKind::ValueValidation => match std::error::Error::source(error) {
            Some(why) => format!("bij {arg}: {why}"),
            None => format!("bij {arg} kan `{value}` niet"),
        },
        _ => return error.to_string().trim_start_matches("error: ").trim_end().to_owned(),
    };
    let suggestion = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand].map(get).join("");
    if suggestion.is_empty() {
        let _ = write!(text, "; --help vertelt wat er kan");
    } else {
        let _ = write!(text, "; bedoel je `{suggestion}`?");
    }
    text
}

fn plain(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        ContextValue::Number(number) => number.to_string(),
        _ => String::new(),
    }
}
