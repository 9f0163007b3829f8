//! The letters as their readers get them: words, HTML and whole mails, taken apart again by a mail parser.

mod coordinator;
mod hostile;
mod whole_mail;
mod words;

use aanmelder::letters::Letters;
use aanmelder::letters::samples::{Sample, Setting, setting};
use aanmelder::understanding::Language;

fn all() -> (Setting, Vec<Sample>) {
    let setting = setting().unwrap();
    let samples = [Language::Nl, Language::En].into_iter().flat_map(|language| setting.samples(language)).collect();
    (setting, samples)
}

fn sample(setting: &Setting, name: &str) -> Sample {
    let language = if name.ends_with(".en") { Language::En } else { Language::Nl };
    setting.samples(language).into_iter().find(|sample| sample.name == name).unwrap()
}

fn bytes(setting: &Setting, sample: &Sample) -> Vec<u8> {
    setting.write(&Letters::built_in(), sample).unwrap().bytes
}

/// The header lines of a mail, unfolded.
fn header(mail: &[u8]) -> Vec<String> {
    let text = String::from_utf8(mail.to_vec()).unwrap();
    let head = text.split_once("\r\n\r\n").unwrap().0;
    head.replace("\r\n ", " ").split("\r\n").map(str::to_owned).collect()
}

fn field(mail: &[u8], name: &str) -> Option<String> {
    header(mail).into_iter().find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned))
}

/// Nothing from elsewhere, no script, and every table and cell closed.
fn assert_plain_html(name: &str, html: &str) {
    for remote in ["http:", "https:", "src=", "url(", "@import", "<script", "<link", "<img"] {
        assert!(!html.contains(remote), "{name} has {remote}");
    }
    for needed in ["prefers-color-scheme:dark", "color-scheme\" content=\"light dark", "viewport", "lang=\""] {
        assert!(html.contains(needed), "{name} lacks {needed}");
    }
    for tag in ["table", "tr", "td", "p", "strong", "span", "h1", "ul", "li", "a", "s", "div"] {
        let opened = html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
        assert_eq!(opened, html.matches(&format!("</{tag}>")).count(), "{name}: <{tag}>");
    }
}

/// CRLF at every line end and nowhere else, ASCII only, no line over the limit of RFC 5322, 2.1.1.
fn assert_wire_safe(bytes: &[u8]) {
    assert!(bytes.is_ascii());
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    assert!(!text.replace("\r\n", "").contains(['\r', '\n', '\0']));
    for line in text.split("\r\n") {
        assert!(line.len() <= 998, "{} bytes", line.len());
    }
}
