//! From the text of the file to a checked [`Config`], or to everything that is wrong with it.
//!
//! Pure: the folder of the file and the home folder come in as values. Which keys there are, what they mean and what they
//! are when they are left out stands here and, for people, in `config/aanmelder.toml`.

use super::sheet::{Complaint, Sheet};
use super::values::{
    Paths, address, addresses, beside_folder, choice, flag, mailbox_name, number, secret, text, time_of_day, time_zone,
};
use super::{
    Beside, Caps, Config, Coordinator, FilingConfig, FilingMode, FilingNames, ImapAccount, Keeping, Log, Login,
    MAX_MAIL_BYTES, Network, SecretSource, Server, Sink, Source, Tls, Trust,
};
use crate::ids::Address;
use crate::registration::{Rules, WaitlistRule};
use jiff::civil::time;
use std::net::IpAddr;
use toml_edit::Value;

/// Reads a configuration.
///
/// # Errors
/// Everything that is wrong with it, by line.
pub fn read(toml: &str, paths: &Paths) -> Result<Config, Vec<Complaint>> {
    let mut sheet = Sheet::new(toml);
    let config = whole(&mut sheet, paths);
    match (config, sheet.complaints()) {
        (Some(config), complaints) if complaints.is_empty() => Ok(config),
        (_, complaints) => Err(complaints),
    }
}

/// Every section is read before the first `?`, so that all of them are complained about.
pub(super) fn whole(sheet: &mut Sheet, paths: &Paths) -> Option<Config> {
    let network = network(sheet);
    let coordinator = coordinator(sheet);
    let our_address = network.as_ref().map(|network| network.address.clone());
    let imap = imap(sheet, paths, our_address.as_ref());
    let maildir = if sheet.has("maildir") {
        sheet.need("maildir", "path", "de Maildir waar de post binnenkomt", |v| paths.path(v))
    } else {
        sheet.get("maildir", "path", |v| paths.path(v))
    };
    let letters_folder = sheet.get("letters", "folder", |v| paths.path(v));
    let imap_server = imap.as_ref().map(|account| &account.server);
    let smtp = smtp(sheet, paths, our_address.as_ref(), imap_server, letters_folder.is_none());
    let templates = sheet.get("letters", "templates", |v| paths.path(v));
    let source = match maildir {
        Some(_) if sheet.has("imap") => {
            sheet.complain_about("maildir", "path", "kies [imap] of [maildir]: post komt van één kant binnen");
            None
        }
        Some(folder) => Some(Source::Maildir(folder)),
        None => imap.map(Source::Imap),
    };
    let sink = match letters_folder {
        Some(_) if sheet.has("smtp") => {
            sheet.complain_about(
                "letters",
                "folder",
                "kies [smtp] of `folder` in [letters]: brieven gaan naar één kant uit",
            );
            None
        }
        Some(folder) => Some(Sink::Folder(folder)),
        None => smtp.map(Sink::Smtp),
    };
    let filing = filing(sheet);
    let own_copy_secs = own_copy_secs(sheet, sink.as_ref(), filing.mode);
    let lease = lease(sheet);
    let store = sheet.get("store", "path", |v| paths.path(v)).unwrap_or_else(|| paths.beside("aanmelder.store"));
    let keeping = keeping(sheet, source.as_ref());
    let trust = trust(sheet, paths, source.as_ref());
    let rules = rules(sheet);
    let caps = caps(sheet);
    let log = log(sheet, paths);
    Some(Config {
        network: network?,
        coordinator: coordinator?,
        source: source?,
        sink: sink?,
        filing,
        own_copy_secs,
        store,
        keeping,
        lease,
        templates,
        trust,
        rules,
        caps,
        log,
    })
}

fn network(sheet: &mut Sheet) -> Option<Network> {
    let name = sheet.need("network", "name", "de naam van het netwerk, zoals die onder de brieven staat", text);
    let address = sheet.need("network", "address", "het adres waar mensen naartoe mailen", address);
    let aliases = sheet.get("network", "aliases", addresses).unwrap_or_default();
    let time_zone = sheet
        .get("network", "time_zone", time_zone)
        .or_else(|| jiff::tz::TimeZone::get("Europe/Amsterdam").ok())
        .unwrap_or(jiff::tz::TimeZone::UTC);
    Some(Network { name: name?, address: address?, aliases, time_zone })
}

fn coordinator(sheet: &mut Sheet) -> Option<Coordinator> {
    let name = sheet.need("coordinator", "name", "de naam van de coördinator", text);
    let address = sheet.need("coordinator", "address", "het adres waar de overzichten naartoe gaan", address);
    let digest_at = sheet.get("coordinator", "digest_at", time_of_day).unwrap_or(time(20, 0, 0, 0));
    let eve_digest_at = sheet.get("coordinator", "eve_digest_at", time_of_day).unwrap_or(time(19, 0, 0, 0));
    Some(Coordinator { name: name?, address: address?, digest_at, eve_digest_at })
}

fn imap(sheet: &mut Sheet, paths: &Paths, ours: Option<&Address>) -> Option<ImapAccount> {
    let wanted = !sheet.has("maildir");
    let host = host(sheet, "imap", wanted, ours.and_then(|a| at_known_provider(a, "imap.gmail.com")));
    let (port, tls) = port_and_tls(sheet, "imap", host.as_deref(), &Ports { implicit: 993, open: 143 });
    let ca_file = sheet.get("imap", "ca_file", |v| paths.path(v));
    let user = sheet.get("imap", "user", text).or_else(|| ours.map(Address::to_string));
    let secret = |v: &Value| secret(v, paths);
    let password = if wanted {
        sheet.need("imap", "password", "waar het wachtwoord te vinden is, zoals { file = \"wachtwoord\" }", secret)
    } else {
        sheet.get("imap", "password", secret)
    };
    let ways = [("password", Login::Password), ("xoauth2", Login::Xoauth2)];
    let login = sheet.get("imap", "login", |v| choice(v, &ways)).unwrap_or_default();
    let timeout_secs = sheet.get("imap", "timeout_seconds", number(2..=600)).unwrap_or(60);
    let poll_secs = sheet.get("imap", "poll_seconds", number(2..=3600)).unwrap_or(60);
    let inbox = sheet.get("imap", "inbox", text).unwrap_or_else(|| "INBOX".to_owned());
    let beside = Beside {
        spam: sheet.get("imap", "spam", beside_folder).unwrap_or_default(),
        archive: sheet.get("imap", "archive", beside_folder).unwrap_or_default(),
    };
    let max_mail_bytes = sheet.get("imap", "max_mail_mb", number(1..=100)).map_or(MAX_MAIL_BYTES, |mb| mb * 1_000_000);
    let server = Server { host: host?, port, tls, ca_file, user: user?, password: password?, login, timeout_secs };
    Some(ImapAccount { server, poll_secs, inbox, beside, max_mail_bytes })
}

/// What [smtp] leaves out is as in [imap]: most people have one account for both.
fn smtp(
    sheet: &mut Sheet,
    paths: &Paths,
    ours: Option<&Address>,
    imap: Option<&Server>,
    wanted: bool,
) -> Option<Server> {
    let host = host(sheet, "smtp", wanted, ours.and_then(|a| at_known_provider(a, "smtp.gmail.com")));
    let (port, tls) = port_and_tls(sheet, "smtp", host.as_deref(), &Ports { implicit: 465, open: 587 });
    let ca_file = sheet.get("smtp", "ca_file", |v| paths.path(v)).or_else(|| imap.and_then(|s| s.ca_file.clone()));
    let user = sheet
        .get("smtp", "user", text)
        .or_else(|| imap.map(|server| server.user.clone()))
        .or_else(|| ours.map(Address::to_string));
    let ways = [("password", Login::Password), ("xoauth2", Login::Xoauth2), ("none", Login::Nothing)];
    let login = sheet.get("smtp", "login", |v| choice(v, &ways));
    let login = login.or_else(|| imap.map(|server| server.login)).unwrap_or_default();
    let secret = |v: &Value| secret(v, paths);
    let password = if login == Login::Nothing {
        // It is not looked for; that it stands there all the same does no harm.
        Some(sheet.get("smtp", "password", secret).unwrap_or(SecretSource::Env(String::new())))
    } else if wanted && sheet.has("maildir") {
        sheet.need("smtp", "password", "waar het wachtwoord te vinden is, zoals { file = \"wachtwoord\" }", secret)
    } else {
        sheet.get("smtp", "password", secret).or_else(|| imap.map(|server| server.password.clone()))
    };
    let timeout_secs = sheet.get("smtp", "timeout_seconds", number(2..=1200)).unwrap_or(300);
    Some(Server { host: host?, port, tls, ca_file, user: user?, password: password?, login, timeout_secs })
}

/// The servers of an address at a provider that everybody may know by heart.
fn at_known_provider(address: &Address, host: &str) -> Option<String> {
    let domain = address.domain().to_lowercase();
    matches!(domain.as_str(), "gmail.com" | "googlemail.com").then(|| host.to_owned())
}

fn host(sheet: &mut Sheet, section: &str, wanted: bool, known: Option<String>) -> Option<String> {
    if wanted && known.is_none() {
        sheet.need(section, "host", "de naam van de mailserver, zoals \"mail.voorbeeld.nl\"", text)
    } else {
        sheet.get(section, "host", text).or(known)
    }
}

/// The usual ports of a protocol (RFC 8314, RFC 6409).
struct Ports {
    implicit: u16,
    open: u16,
}

fn port_and_tls(sheet: &mut Sheet, section: &str, host: Option<&str>, usual: &Ports) -> (u16, Tls) {
    let said = sheet.get(section, "tls", |v| {
        choice(v, &[("implicit", Tls::Implicit), ("starttls", Tls::StartTls), ("plain", Tls::Plain)])
    });
    let port = sheet.get(section, "port", number(1..=65535)).and_then(|port| u16::try_from(port).ok());
    let tls = said.unwrap_or(if port == Some(usual.open) { Tls::StartTls } else { Tls::Implicit });
    if tls == Tls::Plain && host.is_some_and(|host| !is_loopback(host)) {
        sheet.complain_about(
            section,
            "tls",
            format!("`tls = \"plain\"` in [{section}] stuurt het wachtwoord leesbaar over het net en mag alleen naar localhost; kies \"implicit\" of \"starttls\""),
        );
    }
    (port.unwrap_or(if tls == Tls::Implicit { usual.implicit } else { usual.open }), tls)
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn filing(sheet: &mut Sheet) -> FilingConfig {
    let mode = sheet
        .get("filing", "mode", |v| {
            choice(
                v,
                &[
                    ("folders", FilingMode::Folders),
                    ("keywords", FilingMode::Keywords),
                    ("nothing", FilingMode::Nothing),
                ],
            )
        })
        .unwrap_or(FilingMode::Folders);
    let mut name = |key: &str, usual: &str| {
        sheet.get("filing", key, |v| mailbox_name(v, mode)).unwrap_or_else(|| usual.to_owned())
    };
    let names = FilingNames {
        registered: name("registered", "Aangemeld"),
        waitlist: name("waitlist", "Wachtlijst"),
        cancelled: name("cancelled", "Afgemeld"),
        question: name("question", "Vraag"),
        undeliverable: name("undeliverable", "Onbestelbaar"),
    };
    let sent = sheet.get("filing", "sent", text);
    FilingConfig { mode, names, sent }
}

/// Gmail keeps what goes out by itself, and where nothing in the mailbox is to be touched nothing of ours is to lie there.
fn own_copy_secs(sheet: &mut Sheet, sink: Option<&Sink>, mode: FilingMode) -> u64 {
    let said = sheet.get("smtp", "own_copy_seconds", number(0..=3600));
    let files_itself = |host: &str| matches!(host.to_lowercase().as_str(), "smtp.gmail.com" | "smtp.googlemail.com");
    match sink {
        Some(Sink::Smtp(server)) if !files_itself(&server.host) && mode != FilingMode::Nothing => said.unwrap_or(120),
        Some(Sink::Smtp(_)) => said.unwrap_or(0),
        _ => 0,
    }
}

/// The folder in which the program says that it reads the mailbox; an empty name asks for none.
fn lease(sheet: &mut Sheet) -> Option<String> {
    sheet.get("store", "lease", own_folder).unwrap_or_else(|| Some("Aanmelder/Dienst".to_owned()))
}

/// A folder of our own in the mailbox; `None` for an empty name, which asks for none.
fn own_folder(value: &Value) -> Result<Option<String>, String> {
    match value.as_str() {
        Some("") => Ok(None),
        _ => mailbox_name(value, FilingMode::Folders).map(Some),
    }
}

/// A Maildir lies on the same disk as the store, so it has no logbook. An empty name asks for none.
fn keeping(sheet: &mut Sheet, source: Option<&Source>) -> Keeping {
    let usual = Keeping::default();
    let logbook = sheet.get("store", "logbook", own_folder);
    if matches!((source, &logbook), (Some(Source::Maildir(_)), Some(Some(_)))) {
        sheet.complain_about(
            "store",
            "logbook",
            "een logboek kan alleen in een mailbox bij [imap], niet in een Maildir",
        );
    }
    let by_itself = if matches!(source, Some(Source::Maildir(_))) { None } else { usual.logbook };
    Keeping { logbook: logbook.unwrap_or(by_itself), months: small(sheet, "store", "keep_months", 1, usual.months) }
}

fn trust(sheet: &mut Sheet, paths: &Paths, source: Option<&Source>) -> Trust {
    let at_google = source.and_then(Source::server).is_some_and(|server| server.host == "imap.gmail.com");
    let authserv_id = sheet.get("trust", "authserv_id", text).or_else(|| at_google.then(|| "mx.google.com".to_owned()));
    let secret = sheet.get("trust", "secret", |v| secret(v, paths));
    Trust { authserv_id, secret }
}

fn rules(sheet: &mut Sheet) -> Rules {
    let usual = Rules::default();
    let mut count = |key: &str, usual: u32, least: u64| small(sheet, "rules", key, least, usual);
    let rules = Rules {
        max_party: count("max_party", usual.max_party, 1),
        give_above_hours: count("give_above_hours", usual.give_above_hours, 0),
        offer_above_hours: count("offer_above_hours", usual.offer_above_hours, 0),
        offers_at_once: count("offers_at_once", usual.offers_at_once, 1),
        waitlist: sheet
            .get("rules", "waitlist", |v| choice(v, &[("fill", WaitlistRule::Fill), ("strict", WaitlistRule::Strict)]))
            .unwrap_or(usual.waitlist),
    };
    if rules.offer_above_hours > rules.give_above_hours {
        sheet.complain_about(
            "rules",
            "offer_above_hours",
            "`offer_above_hours` in [rules] mag niet groter zijn dan `give_above_hours`",
        );
    }
    rules
}

fn caps(sheet: &mut Sheet) -> Caps {
    let usual = Caps::default();
    let mut cap = |key: &str, usual: u32| small(sheet, "caps", key, 1, usual);
    Caps {
        person_hour: cap("person_hour", usual.person_hour),
        person_day: cap("person_day", usual.person_day),
        thread_day: cap("thread_day", usual.thread_day),
        total_hour: cap("total_hour", usual.total_hour),
        letters_day: cap("letters_day", usual.letters_day),
    }
}

fn small(sheet: &mut Sheet, section: &str, key: &str, least: u64, usual: u32) -> u32 {
    sheet.get(section, key, number(least..=100_000)).and_then(|n| u32::try_from(n).ok()).unwrap_or(usual)
}

fn log(sheet: &mut Sheet, paths: &Paths) -> Log {
    let filter = sheet.get("log", "filter", |v| {
        let filter = text(v)?;
        match filter.parse::<tracing_subscriber::filter::Targets>() {
            Ok(_) => Ok(filter),
            Err(_) => Err("dit is geen filter; schrijf \"info\", \"warn\" of \"info,aanmelder=debug\"".to_owned()),
        }
    });
    let json = sheet.get("log", "format", |v| choice(v, &[("text", false), ("json", true)]));
    let full_addresses = sheet.get("log", "full_addresses", flag);
    let metrics_file = sheet.get("log", "metrics_file", |v| paths.path(v));
    Log {
        filter: filter.unwrap_or_else(|| "info".to_owned()),
        json: json.unwrap_or(false),
        full_addresses: full_addresses.unwrap_or(false),
        metrics_file,
    }
}
