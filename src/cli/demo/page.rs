//! The letters of the demo on one page for a browser, in the order in which they went out.

use crate::cli::ask::letter_name;
use crate::mail::message;
use crate::outcome::Letter;
use anyhow::Context;
use std::fmt::Write as _;
use std::path::Path;

/// How much was written.
pub struct Page {
    /// Letters to participants.
    pub letters: usize,
    /// Digests to the coordinator.
    pub digests: usize,
}

/// Writes `index.html` and a page for each letter into the folder.
pub fn write(folder: &Path, sent: &[Letter]) -> anyhow::Result<Page> {
    let pages = folder.join("html");
    std::fs::create_dir_all(&pages).with_context(|| format!("kan de map {} niet maken", pages.display()))?;
    let (mut list, mut letters) = (String::new(), String::new());
    for (at, letter) in (1..).zip(sent) {
        let Some(html) = message::html(&letter.bytes) else { continue };
        let file = pages.join(format!("{at:02}.html"));
        std::fs::write(&file, html).with_context(|| format!("kan {} niet schrijven", file.display()))?;
        let kind = letter.head.kind.map_or("overzicht", letter_name);
        let (to, subject) = (escaped(letter.head.to.as_str()), escaped(&message::subject(&letter.bytes)));
        let _ = writeln!(list, "<a href=\"#b{at}\"><b>{kind}</b> {to}</a>");
        let _ = writeln!(
            letters,
            "<figure id=\"b{at}\"><figcaption><b>{subject}</b><br>aan {to}</figcaption>\
             <iframe src=\"html/{at:02}.html\" title=\"{subject}\" loading=\"lazy\"></iframe></figure>"
        );
    }
    let index = folder.join("index.html");
    let page = INDEX.replace("LIJST", &list).replace("BRIEVEN", &letters);
    std::fs::write(&index, page).with_context(|| format!("kan {} niet schrijven", index.display()))?;
    let digests = sent.iter().filter(|letter| letter.head.kind.is_none()).count();
    Ok(Page { letters: sent.len() - digests, digests })
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const INDEX: &str = r#"<!DOCTYPE html>
<html lang="nl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>De brieven van de demo</title>
<style>
:root{color-scheme:light dark;--ink:#1d2723;--soft:#5d6863;--page:#f6f7f6;--line:#d8dfdb}
@media (prefers-color-scheme:dark){:root{--ink:#e8edea;--soft:#a9b4af;--page:#121715;--line:#37413d}}
body{margin:0;display:grid;grid-template-columns:22rem 1fr;font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page)}
nav{position:sticky;top:0;height:100vh;overflow:auto;box-sizing:border-box;padding:1.5rem;border-right:1px solid var(--line)}
nav a{display:block;padding:.15rem 0;color:var(--soft);text-decoration:none;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
nav a:hover{text-decoration:underline}nav b{font-weight:500;color:var(--ink)}
main{padding:1.5rem 2rem;display:flex;flex-wrap:wrap;gap:2rem}h1{font:400 1.5rem Georgia,serif;margin:0 0 1rem}
figure{margin:0;width:392px}figcaption{height:4.6rem;overflow:hidden;color:var(--soft)}figcaption b{font-weight:500;color:var(--ink)}
iframe{width:390px;height:720px;border:1px solid var(--line);border-radius:12px;background:#fff}
@media (max-width:900px){body{display:block}nav{position:static;height:auto}}
</style></head><body>
<nav><h1>De brieven van de demo</h1>
LIJST</nav>
<main>
BRIEVEN</main></body></html>
"#;
