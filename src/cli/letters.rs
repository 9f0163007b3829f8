//! `aanmelder letters`: looking at the letters, and taking their templates out to change them.

use crate::config::{self, Config};
use crate::letters::samples::{self, Sample, Setting};
use crate::letters::{BUILT_IN, Letters, Words};
use crate::understanding::Language;
use anyhow::Context;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[derive(clap::Subcommand)]
pub enum Command {
    /// Maak van elke brief een voorbeeld, in het Nederlands en het Engels, met een bladzijde om ze naast elkaar te zien
    Preview(Preview),
    /// Schrijf de sjablonen van de brieven uit, om ze te veranderen
    Templates(Templates),
}

#[derive(clap::Args)]
#[command(
    after_help = "Met --config BESTAND komen de naam en het adres van het eigen netwerk in de voorbeelden, en gelden de eigen sjablonen. Bijvoorbeeld:\n  aanmelder letters preview /tmp/brieven"
)]
pub struct Preview {
    /// De map waar de voorbeelden komen; wordt gemaakt als hij er niet is
    #[arg(value_name = "MAP")]
    folder: PathBuf,
}

#[derive(clap::Args)]
#[command(
    after_help = "Noem de map in de configuratie bij [letters] als `templates`. Wat je niet verandert, kun je weghalen: dan geldt het ingebouwde sjabloon. Bestanden die er al zijn, blijven zoals ze zijn."
)]
pub struct Templates {
    /// De map waar de sjablonen komen
    #[arg(value_name = "MAP")]
    folder: PathBuf,
}

/// Carries it out.
pub fn run(command: Command, config: Option<&Path>) -> anyhow::Result<String> {
    match command {
        Command::Preview(args) => preview(&args.folder, config),
        Command::Templates(args) => templates(&args.folder),
    }
}

fn preview(folder: &Path, config: Option<&Path>) -> anyhow::Result<String> {
    let mut setting = samples::setting().context("de voorbeelden ontbreken")?;
    let (letters, problems) = match config.map(config::load).transpose()? {
        Some(config) => own(&mut setting, config)?,
        None => (Letters::built_in(), Vec::new()),
    };
    std::fs::create_dir_all(folder).with_context(|| format!("kan de map {} niet maken", folder.display()))?;
    let (mut rows, mut digests) = (Vec::new(), Vec::new());
    for (dutch, english) in setting.samples(Language::Nl).iter().zip(&setting.samples(Language::En)) {
        for sample in [dutch, english] {
            write_sample(folder, &letters, &setting, sample)?;
        }
        rows.push((dutch.name.clone(), english.name.clone()));
    }
    for (name, digest) in setting.digests() {
        let occasion = setting.digest_occasion(name);
        let letter = letters.digest(&digest, &occasion)?;
        write_forms(folder, name, &letter.bytes, &letters.digest_words(&digest, &occasion)?)?;
        digests.push(name);
    }
    for (name, alarm) in setting.alarms() {
        let occasion = setting.alarm_occasion(name);
        let letter = letters.alarm(&alarm, &occasion)?;
        write_forms(folder, name, &letter.bytes, &letters.alarm_words(&alarm, &occasion)?)?;
        digests.push(name);
    }
    write(&folder.join("index.html"), page(&rows, &digests).as_bytes())?;
    let mut told = format!("{} brieven staan in {}.\n", rows.len() * 2 + digests.len(), folder.display());
    for problem in problems {
        writeln!(told, "Let op: {problem}.")?;
    }
    writeln!(told, "Open {} in een browser.", folder.join("index.html").display())?;
    Ok(told)
}

/// The network and the templates of a configuration.
fn own(setting: &mut Setting, config: Config) -> anyhow::Result<(Letters, Vec<String>)> {
    let sources = config.templates.as_deref().map(config::template_files).transpose()?.unwrap_or_default();
    let (letters, problems) = Letters::with_overrides(&sources);
    setting.network = config.network;
    setting.coordinator = config.coordinator;
    Ok((letters, problems.iter().map(ToString::to_string).collect()))
}

fn write_sample(folder: &Path, letters: &Letters, setting: &Setting, sample: &Sample) -> anyhow::Result<()> {
    let letter = setting.write(letters, sample)?;
    let words = letters.words(&sample.order, &setting.occasion(sample, &samples::asked()))?;
    write_forms(folder, &sample.name, &letter.bytes, &words)
}

/// A letter as a mail, as HTML and as text.
fn write_forms(folder: &Path, name: &str, mail: &[u8], words: &Words) -> anyhow::Result<()> {
    write(&folder.join(format!("{name}.eml")), mail)?;
    write(&folder.join(format!("{name}.html")), words.html.as_bytes())?;
    write(&folder.join(format!("{name}.txt")), format!("{}\n\n{}", words.subject, words.text).as_bytes())
}

fn templates(folder: &Path) -> anyhow::Result<String> {
    let (mut written, mut kept) = (0, 0);
    for (name, source) in BUILT_IN {
        let path = folder.join(name);
        if path.exists() {
            kept += 1;
            continue;
        }
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).with_context(|| format!("kan de map {} niet maken", parent.display()))?;
        }
        write(&path, source.as_bytes())?;
        written += 1;
    }
    Ok(format!("{written} sjablonen staan in {}; {kept} waren er al en zijn niet veranderd.\n", folder.display()))
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("kan {} niet schrijven", path.display()))
}

/// The page with all letters side by side, Dutch beside English, each as wide as a phone. The names are our own.
fn page(rows: &[(String, String)], digests: &[&str]) -> String {
    let mut list = String::new();
    let mut letters = String::new();
    let pairs = rows.iter().map(|(dutch, english)| vec![dutch.as_str(), english.as_str()]);
    for names in pairs.chain(digests.iter().map(|name| vec![*name])) {
        let Some(first) = names.first() else { continue };
        let title = first.trim_end_matches(".nl").replace('-', " ");
        let _ = writeln!(list, "<a href=\"#{first}\">{title}</a>");
        let _ = writeln!(letters, "<section id=\"{first}\"><h2>{title}</h2><div class=\"pair\">");
        for name in names {
            let _ = writeln!(
                letters,
                "<figure><iframe src=\"{name}.html\" title=\"{name}\" loading=\"lazy\"></iframe><figcaption>\
                 <a href=\"{name}.html\">alleen</a> <a href=\"{name}.txt\">als tekst</a> <a href=\"{name}.eml\">als mail</a>\
                 </figcaption></figure>"
            );
        }
        letters.push_str("</div></section>\n");
    }
    INDEX.replace("LIJST", &list).replace("BRIEVEN", &letters)
}

const INDEX: &str = r#"<!DOCTYPE html>
<html lang="nl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Alle brieven</title>
<style>
:root{color-scheme:light dark;--ink:#1d2723;--soft:#5d6863;--page:#f6f7f6;--line:#d8dfdb}
@media (prefers-color-scheme:dark){:root{--ink:#e8edea;--soft:#a9b4af;--page:#121715;--line:#37413d}}
body{margin:0;display:grid;grid-template-columns:15rem 1fr;font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page)}
nav{position:sticky;top:0;height:100vh;overflow:auto;box-sizing:border-box;padding:1.5rem;border-right:1px solid var(--line)}
nav a{display:block;padding:.1rem 0;color:inherit;text-decoration:none}nav a:hover{text-decoration:underline}
main{padding:1.5rem 2rem}h1{font:400 1.5rem Georgia,serif;margin:0 0 1rem}h2{font:400 1.3rem Georgia,serif;margin:0 0 .7rem}
section{padding:0 0 2.5rem}.pair{display:flex;flex-wrap:wrap;gap:1.5rem}
figure{margin:0}iframe{width:390px;height:760px;border:1px solid var(--line);border-radius:12px;background:#fff}
figcaption{padding:.3rem .2rem;color:var(--soft)}figcaption a{color:inherit;margin-right:.8rem}
@media (max-width:900px){body{display:block}nav{position:static;height:auto}}
</style></head><body>
<nav><h1>Alle brieven</h1>
LIJST</nav>
<main>
BRIEVEN</main></body></html>
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_can_be_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        let told = preview(&folder.path().join("brieven"), None).unwrap();
        assert!(told.contains("index.html"), "{told}");
        let page = std::fs::read_to_string(folder.path().join("brieven/index.html")).unwrap();
        let shown: Vec<&str> = page.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(shown.len() >= 64, "{}", shown.len());
        for name in shown {
            assert!(folder.path().join("brieven").join(name).exists(), "{name}");
        }
    }

    #[test]
    fn templates_are_written_once_and_can_be_used_again() {
        let folder = tempfile::tempdir().unwrap();
        templates(folder.path()).unwrap();
        let changed = folder.path().join("nl/bevestiging.txt");
        std::fs::write(&changed, "Onderwerp\n\nTekst voor {{ salutation }}\n").unwrap();
        assert!(templates(folder.path()).unwrap().starts_with("0 "));
        let (_, problems) = Letters::with_overrides(&config::template_files(folder.path()).unwrap());
        assert_eq!(problems, []);
        assert!(std::fs::read_to_string(changed).unwrap().starts_with("Onderwerp"));
    }
}
