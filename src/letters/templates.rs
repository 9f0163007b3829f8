//! The templates: those built into the binary, and a folder's that replace some of them.
//!
//! A letter is two files in its language's folder, `bevestiging.txt` (subject in the first line, then the text) and
//! `bevestiging.html`; files that begin with `_` are parts that the letters share. The only file that names minijinja.

use super::LetterError;
use super::words::counted;
use crate::registration::LetterKind;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Names with the sources that the files of those names have.
macro_rules! built_in {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("../../templates/", $name)))),*] };
}

/// Every built-in template by its name.
pub const BUILT_IN: &[(&str, &str)] = built_in![
    "_kaart.html",
    "_opmaak.html",
    "_strook.html",
    "nl/_afmelden.html",
    "nl/_afmelden.txt",
    "nl/_agenda.txt",
    "nl/_begrepen.html",
    "nl/_begrepen.txt",
    "nl/_genoteerd.html",
    "nl/_genoteerd.txt",
    "nl/_groep.html",
    "nl/_groet.html",
    "nl/_groet.txt",
    "nl/_kaart.txt",
    "nl/_merk.html",
    "nl/_ook.html",
    "nl/_ook.txt",
    "nl/_regel.html",
    "nl/_regel.txt",
    "nl/_stoppen.html",
    "nl/_stoppen.txt",
    "nl/_voet.html",
    "nl/_wachtrij.html",
    "nl/_wachtrij.txt",
    "en/_afmelden.html",
    "en/_afmelden.txt",
    "en/_agenda.txt",
    "en/_begrepen.html",
    "en/_begrepen.txt",
    "en/_genoteerd.html",
    "en/_genoteerd.txt",
    "en/_groet.html",
    "en/_groet.txt",
    "en/_kaart.txt",
    "en/_ook.html",
    "en/_ook.txt",
    "en/_stoppen.html",
    "en/_stoppen.txt",
    "en/_voet.html",
    "en/_wachtrij.html",
    "en/_wachtrij.txt",
    "nl/aanbod-voorbij.html",
    "nl/aanbod-voorbij.txt",
    "nl/aanbod.html",
    "nl/aanbod.txt",
    "nl/afgemeld.html",
    "nl/afgemeld.txt",
    "nl/bevestiging.html",
    "nl/bevestiging.txt",
    "nl/doorgegeven.html",
    "nl/doorgegeven.txt",
    "nl/doorgeschoven.html",
    "nl/doorgeschoven.txt",
    "nl/dubbel-aangemeld.html",
    "nl/dubbel-aangemeld.txt",
    "nl/gaat-niet-door.html",
    "nl/gaat-niet-door.txt",
    "nl/gewijzigd.html",
    "nl/gewijzigd.txt",
    "nl/gewist.html",
    "nl/gewist.txt",
    "nl/klopt-dit.html",
    "nl/klopt-dit.txt",
    "nl/mailinglijst-aan.html",
    "nl/mailinglijst-aan.txt",
    "nl/mailinglijst-af.html",
    "nl/mailinglijst-af.txt",
    "nl/niet-aangemeld.html",
    "nl/niet-aangemeld.txt",
    "nl/overzicht.html",
    "nl/overzicht.txt",
    "nl/storing.html",
    "nl/storing.txt",
    "nl/verplaatst.html",
    "nl/verplaatst.txt",
    "nl/wachtlijst.html",
    "nl/wachtlijst.txt",
    "en/aanbod-voorbij.html",
    "en/aanbod-voorbij.txt",
    "en/aanbod.html",
    "en/aanbod.txt",
    "en/afgemeld.html",
    "en/afgemeld.txt",
    "en/bevestiging.html",
    "en/bevestiging.txt",
    "en/doorgegeven.html",
    "en/doorgegeven.txt",
    "en/doorgeschoven.html",
    "en/doorgeschoven.txt",
    "en/dubbel-aangemeld.html",
    "en/dubbel-aangemeld.txt",
    "en/gaat-niet-door.html",
    "en/gaat-niet-door.txt",
    "en/gewijzigd.html",
    "en/gewijzigd.txt",
    "en/gewist.html",
    "en/gewist.txt",
    "en/klopt-dit.html",
    "en/klopt-dit.txt",
    "en/mailinglijst-aan.html",
    "en/mailinglijst-aan.txt",
    "en/mailinglijst-af.html",
    "en/mailinglijst-af.txt",
    "en/niet-aangemeld.html",
    "en/niet-aangemeld.txt",
    "en/verplaatst.html",
    "en/verplaatst.txt",
    "en/wachtlijst.html",
    "en/wachtlijst.txt",
];

/// The file name of a letter's templates, without folder and ending; the same in each language.
pub fn stem(kind: LetterKind) -> &'static str {
    match kind {
        LetterKind::Confirmed => "bevestiging",
        LetterKind::Waitlisted => "wachtlijst",
        LetterKind::Changed => "gewijzigd",
        LetterKind::AlreadyRegistered => "dubbel-aangemeld",
        LetterKind::Cancelled => "afgemeld",
        LetterKind::NothingToCancel => "niet-aangemeld",
        LetterKind::Promoted => "doorgeschoven",
        LetterKind::Offered => "aanbod",
        LetterKind::OfferEnded => "aanbod-voorbij",
        LetterKind::PleaseConfirm => "klopt-dit",
        LetterKind::PassedOn => "doorgegeven",
        LetterKind::EventMoved => "verplaatst",
        LetterKind::EventCancelled => "gaat-niet-door",
        LetterKind::Subscribed => "mailinglijst-aan",
        LetterKind::Unsubscribed => "mailinglijst-af",
        LetterKind::Forgotten => "gewist",
    }
}

/// A letter in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// The subject that it has when it answers nothing.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The HTML.
    pub html: String,
}

/// A set of templates: the built-in ones and what stands in the place of some of them.
///
/// They are compiled for each letter anew and then let go: that takes less time than to send it, and all of them compiled,
/// twice over, would be a good part of the program's memory.
#[derive(Clone, Debug, Default)]
pub struct Templates {
    replaced: Arc<BTreeMap<String, String>>,
}

impl Templates {
    /// The built-in ones.
    pub fn built_in() -> Self {
        Self::default()
    }

    /// Puts a template in the place of the built-in one of that name.
    ///
    /// # Errors
    /// When it does not compile; nothing has changed then.
    pub fn replace(&mut self, name: &str, source: &str) -> Result<(), LetterError> {
        self.environment().template_from_named_str(name, source).map_err(|error| broken(name, &error))?;
        Arc::make_mut(&mut self.replaced).insert(name.to_owned(), source.to_owned());
        Ok(())
    }

    /// A letter's words: the templates `name` with `.txt` and `.html`, filled in.
    ///
    /// # Errors
    /// When a template is missing, uses something that there is not, or gives an empty subject or text.
    pub fn render(&self, name: &str, view: &impl Serialize) -> Result<Words, LetterError> {
        let (text_name, html_name) = (format!("{name}.txt"), format!("{name}.html"));
        let environment = self.environment();
        let text = filled(&environment, &text_name, view)?;
        let html = filled(&environment, &html_name, view)?;
        let (subject, text) = text.trim_start().split_once('\n').unwrap_or_default();
        let (subject, text) = (subject.trim(), tidied(text));
        if subject.is_empty() || text.trim().is_empty() {
            return Err(LetterError::Empty(text_name));
        }
        Ok(Words { subject: subject.to_owned(), text, html })
    }

    /// One template, filled in.
    ///
    /// # Errors
    /// When it is missing or uses something that there is not.
    pub fn fill(&self, name: &str, view: &impl Serialize) -> Result<String, LetterError> {
        filled(&self.environment(), name, view)
    }

    /// What compiles a template when it is asked for, and those that it includes.
    fn environment(&self) -> Environment<'static> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|name| match name.rsplit_once('.') {
            Some((_, "html")) => AutoEscape::Html,
            _ => AutoEscape::None,
        });
        environment.add_filter("counted", |n: u32, one: String, many: String| counted(n, &one, &many));
        environment.add_filter("capitalised", |text: String| super::words::capitalised(&text));
        environment.add_filter("listed", |items: Vec<String>, language: String| {
            super::words::listed(&items, super::view::language(&language))
        });
        let replaced = Arc::clone(&self.replaced);
        environment.set_loader(move |name| {
            let built_in = || BUILT_IN.iter().find(|(known, _)| *known == name).map(|&(_, source)| source);
            Ok(replaced.get(name).map(String::as_str).or_else(built_in).map(str::to_owned))
        });
        environment
    }
}

fn filled(environment: &Environment<'_>, name: &str, view: &impl Serialize) -> Result<String, LetterError> {
    let template = environment.get_template(name).map_err(|error| broken(name, &error))?;
    template.render(Serde(view)).map_err(|error| broken(name, &error))
}

fn broken(name: &str, error: &Error) -> LetterError {
    LetterError::Template {
        name: error.name().unwrap_or(name).to_owned(),
        line: error.line().unwrap_or(0),
        detail: error.detail().map_or_else(|| error.kind().to_string(), str::to_owned),
    }
}

/// The text with one blank line at most between paragraphs, no space at line ends, and one line end after all.
fn tidied(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = true;
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() && blank {
            continue;
        }
        blank = line.is_empty();
        out.push_str(line);
        out.push('\n');
    }
    format!("{}\n", out.trim_end())
}
