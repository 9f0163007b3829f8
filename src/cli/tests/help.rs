use crate::cli::{Cli, usage};
use clap::CommandFactory;

/// The most lines that fit on a screen.
const ONE_PAGE: usize = 40;

#[test]
fn every_help_page() {
    let mut command = usage::in_dutch(Cli::command().term_width(100));
    insta::with_settings!({ snapshot_suffix => "", prepend_module_to_snapshot => false }, {
        pages(&mut command, "help");
    });
}

fn pages(command: &mut clap::Command, name: &str) {
    let page = command.render_help().to_string();
    assert!(page.lines().count() <= ONE_PAGE, "{name} is longer than a page");
    for english in ["Usage", "Options", "Commands", "Arguments", "[default", "[possible", "Print"] {
        assert!(!page.contains(english), "{name} has `{english}`:\n{page}");
    }
    insta::assert_snapshot!(name.to_owned(), page);
    for sub in command.get_subcommands_mut() {
        let name = format!("{name}-{}", sub.get_name());
        pages(sub, &name);
    }
}

#[test]
fn no_argument_is_defined_twice() {
    Cli::command().debug_assert();
}
