//! A labelled mail as a real one: in the dress of its mail client, with the quoted letter in that client's own style.
//!
//! Deterministic: the same mail gives the same bytes. What a client leaves open is chosen by the mail's id.

use super::encode::{base64, bytes, flowed, header, quoted_printable, windows_1252};
use super::labels::{Mail, World};
use jiff::ZonedDateTime;
use jiff::fmt::strtime;
use serde_json::Value;
use sha2::{Digest, Sha256};

const BOT: (&str, &str) = ("ZZP Loosduinen", "zzploosduinen@gmail.com");
const DAYS: [&str; 7] = ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"];
const MONTHS: [&str; 12] = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
];

/// The letter that is quoted along.
struct Quoted {
    date: ZonedDateTime,
    subject: String,
    text: String,
}

/// The whole mail, headers first, lines ended by CRLF.
pub fn eml(mail: &Mail, world: &World) -> Vec<u8> {
    let quoted = quoted(mail, world);
    let received = date(&mail.received);
    let address = &mail.from.address;
    let domain = address.rsplit('@').next().unwrap_or_default();
    let charset = match mail.client.as_str() {
        "outlook" => "windows-1252",
        "webmail" => "iso-8859-1",
        _ => "utf-8",
    };
    let kind = if matches!(mail.client.as_str(), "outlook" | "samsung" | "ios") { 'B' } else { 'Q' };
    let stamp = rfc2822(&received);
    let mut fields: Vec<(String, String)> = [
        ("Return-Path", format!("<{address}>")),
        ("Delivered-To", BOT.1.to_owned()),
        ("Received", format!("from mail.{domain} (mail.{domain} [192.0.2.25]) by mx.google.com with ESMTPS id {} for <{}>; {stamp}", mail.id, BOT.1)),
        ("Authentication-Results", format!("mx.google.com; dkim=pass header.i=@{domain}; spf=pass smtp.mailfrom={address}; dmarc=pass header.from={domain}")),
        ("MIME-Version", "1.0".to_owned()),
        ("Date", stamp.clone()),
        ("Message-ID", format!("<{}.{}@{domain}>", mail.id, &hash(&mail.id)[..12])),
        ("From", mailbox(&mail.from.name, address, charset)),
        ("To", mailbox(BOT.0, BOT.1, charset)),
        ("Subject", header(&mail.subject, charset, kind)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec();
    let mailer = match mail.client.as_str() {
        "outlook" => Some(("X-Mailer", "Microsoft Outlook 16.0")),
        "apple" => Some(("X-Mailer", "Apple Mail (2.3445.4.7)")),
        "ios" => Some(("X-Mailer", "iPhone Mail (15B93)")),
        "webmail" => Some(("X-Mailer", "Roundcube Webmail/1.2.3")),
        "thunderbird" => {
            Some(("User-Agent", "Mozilla/5.0 (Windows NT 10.0; WOW64; rv:52.0) Gecko/20100101 Thunderbird/52.4.0"))
        }
        "mutt" => Some(("User-Agent", "NeoMutt/20170609 (1.8.3)")),
        _ => None,
    };
    fields.extend(mailer.map(|(name, value)| (name.to_owned(), value.to_owned())));
    if let Value::String(letter) = &mail.quote {
        let event = mail.registered.keys().next().map_or("b16", String::as_str);
        let parent = format!("<{letter}.{event}@zzploosduinen.example>");
        fields.push(("In-Reply-To".to_owned(), parent.clone()));
        fields.push(("References".to_owned(), parent));
    }
    let mut own_type = None;
    for (name, value) in &mail.headers {
        let value = header(value, "utf-8", 'Q').replace("\r\n", "\n").replace('\n', "\r\n");
        if name.eq_ignore_ascii_case("content-type") {
            own_type = Some(value);
        } else if let Some(known) = fields.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            known.1 = value;
        } else {
            fields.push((name.clone(), value));
        }
    }
    let head: String = fields.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let mut whole = head.into_bytes();
    whole.extend(match own_type {
        Some(kind) if kind.starts_with("multipart/report") => report(mail, &kind, &plain(mail, quoted.as_ref())),
        Some(kind) => part(&without_charset(&kind), "utf-8", "8bit", &plain(mail, quoted.as_ref())),
        None => body(mail, quoted.as_ref()),
    });
    whole
}

fn quoted(mail: &Mail, world: &World) -> Option<Quoted> {
    match &mail.quote {
        Value::String(name) => {
            let letter = &world.letters[name];
            let registered = mail.registered.values().next().and_then(|names| names.get(0)).and_then(Value::as_str);
            let name = registered.unwrap_or(&mail.from.name).split_whitespace().next().unwrap_or_default();
            let text = letter.text.replace("{name}", name);
            Some(Quoted { date: date(&letter.date), subject: letter.subject.clone(), text })
        }
        Value::Object(quote) => {
            let text = quote.get("text").and_then(Value::as_str).unwrap_or_default().to_owned();
            Some(Quoted { date: date(&mail.received), subject: mail.subject.clone(), text })
        }
        _ => None,
    }
}

/// The body with its MIME headers.
fn body(mail: &Mail, quoted: Option<&Quoted>) -> Vec<u8> {
    let text = plain(mail, quoted);
    let fits = windows_1252(&text).is_some();
    match mail.client.as_str() {
        "mutt" => {
            let kind = if pick(&mail.id, "flowed", 2) == 0 { "text/plain; format=flowed" } else { "text/plain" };
            part(kind, "utf-8", "8bit", &text)
        }
        "webmail" => part("text/plain", if fits { "iso-8859-1" } else { "UTF-8" }, "quoted-printable", &text),
        "thunderbird" => part("text/plain; format=flowed", "utf-8", "8bit", &flowed(&text)),
        client => {
            let charset = if client == "outlook" && fits { "windows-1252" } else { "utf-8" };
            let html = html(mail, quoted).replace("CHARSET", charset);
            if client == "outlook" && pick(&mail.id, "html-only", 4) == 0 {
                return part("text/html", charset, "base64", &html);
            }
            let how = match client {
                "samsung" => "base64",
                "gmail" if text.chars().filter(|c| !c.is_ascii()).count() > text.len() / 8 => "base64",
                _ => "quoted-printable",
            };
            let html_how = if client == "samsung" { "base64" } else { "quoted-printable" };
            let pieces = [part("text/plain", charset, how, &text), part("text/html", charset, html_how, &html)];
            multipart("multipart/alternative", &format!("----=_{}", &hash(&mail.id)[..24]), &pieces)
        }
    }
}

fn multipart(kind: &str, boundary: &str, pieces: &[Vec<u8>]) -> Vec<u8> {
    let mut whole = format!("Content-Type: {kind}; boundary=\"{boundary}\"\r\n\r\n").into_bytes();
    for piece in pieces {
        whole.extend(format!("--{boundary}\r\n").into_bytes());
        whole.extend(piece);
        whole.extend(b"\r\n");
    }
    whole.extend(format!("--{boundary}--\r\n").into_bytes());
    whole
}

fn part(kind: &str, charset: &str, how: &str, text: &str) -> Vec<u8> {
    let mut whole =
        format!("Content-Type: {kind}; charset=\"{charset}\"\r\nContent-Transfer-Encoding: {how}\r\n\r\n").into_bytes();
    let raw = bytes(&text.replace('\n', "\r\n"), charset);
    match how {
        "base64" => whole.extend(base64(&raw).into_bytes()),
        "quoted-printable" => whole.extend(quoted_printable(&raw).into_bytes()),
        _ => {
            whole.extend(raw);
            whole.extend(b"\r\n");
        }
    }
    whole
}

/// A delivery report (RFC 3464) or a read receipt (RFC 8098) with the text as its readable part.
fn report(mail: &Mail, kind: &str, text: &str) -> Vec<u8> {
    let machine = if kind.contains("disposition") {
        format!(
            "Content-Type: message/disposition-notification\r\n\r\nReporting-UA: mail.example; Microsoft Outlook 16.0\r\n\
             Final-Recipient: rfc822;{}\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n",
            mail.from.address
        )
    } else {
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n\
         Final-Recipient: rfc822; onbekend@mail.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
            .to_owned()
    };
    let pieces = [part("text/plain", "utf-8", "8bit", text), machine.into_bytes()];
    multipart(kind, &format!("=_report_{}", &hash(&mail.id)[..16]), &pieces)
}

fn without_charset(kind: &str) -> String {
    kind.split(';')
        .map(str::trim)
        .filter(|piece| !piece.to_lowercase().starts_with("charset"))
        .collect::<Vec<_>>()
        .join("; ")
}

/// The text part: what was typed and what the client quotes below or above it.
fn plain(mail: &Mail, quoted: Option<&Quoted>) -> String {
    let (client, typed) = (mail.client.as_str(), &mail.body);
    let Some(quoted) = quoted else { return typed.clone() };
    match client {
        "outlook" | "samsung" => format!("{typed}\n\n{}\n\n{}", header_block(mail, quoted), quoted.text),
        "mutt" => format!("{}\n{}\n\n{typed}", attribution(client, &quoted.date), marked(&quoted.text)),
        _ => format!("{typed}\n\n{}\n\n{}", attribution(client, &quoted.date), marked(&quoted.text)),
    }
}

fn marked(text: &str) -> String {
    text.split('\n').map(|line| format!("> {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

fn html(mail: &Mail, quoted: Option<&Quoted>) -> String {
    let client = mail.client.as_str();
    match client {
        "outlook" => {
            let quote = quoted.map_or_else(String::new, |quoted| {
                let rows = header_block(mail, quoted);
                let rows = rows.split('\n').filter_map(|row| row.split_once(':'));
                let head: Vec<String> =
                    rows.map(|(name, value)| format!("<b>{}:</b>{}", escape(name), escape(value))).collect();
                format!(
                    "<div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>\
                     <p class=MsoNormal>{}<o:p></o:p></p></div></div>{}",
                    head.join("<br>"),
                    paragraphs(&quoted.text)
                )
            });
            format!(
                "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=CHARSET\">\
                 <style><!--\np.MsoNormal {{margin:0cm; font-size:11.0pt; font-family:\"Calibri\",sans-serif;}}\n--></style></head>\
                 <body lang=NL link=blue vlink=purple><div class=WordSection1>{}{quote}</div></body></html>",
                paragraphs(&mail.body)
            )
        }
        "samsung" => {
            let quote = quoted.map_or_else(String::new, |quoted| {
                let head = escape(&header_block(mail, quoted)).replace('\n', "</div><div>");
                format!("<div><br></div><div style=\"font-size:100%;color:#000000\"><!-- originalMessage --><div>{head}</div><div><br></div></div>{}", divs(&quoted.text))
            });
            format!(
                "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=UTF-8\"></head><body>{}{quote}</body></html>",
                divs(&mail.body)
            )
        }
        "apple" | "ios" => {
            let quote = quoted.map_or_else(String::new, |quoted| {
                let line = escape(&attribution(client, &quoted.date));
                let text = divs(&quoted.text);
                if client == "ios" {
                    return format!("<div dir=\"ltr\"><br><blockquote type=\"cite\">{line}<br><br></blockquote></div><blockquote type=\"cite\"><div dir=\"ltr\">\u{feff}{text}</div></blockquote>");
                }
                format!("<br><blockquote type=\"cite\"><div>{line}</div><br class=\"Apple-interchange-newline\"><div>{text}</div></blockquote>")
            });
            format!(
                "<html><head><meta http-equiv=\"content-type\" content=\"text/html; charset=utf-8\"></head><body style=\"word-wrap: break-word;\">{}{quote}</body></html>",
                divs(&mail.body)
            )
        }
        _ => {
            let quote = quoted.map_or_else(String::new, |quoted| {
                format!(
                    "<br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">Op {} schreef {}:<br></div>\
                     <blockquote class=\"gmail_quote\" style=\"margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex\">{}</blockquote></div>",
                    short(&quoted.date),
                    escape(&format!("{} <{}>", BOT.0, BOT.1)),
                    escape(&quoted.text).replace('\n', "<br>")
                )
            });
            format!("<div dir=\"ltr\">{}</div>{quote}\n", escape(&mail.body).replace('\n', "<br>"))
        }
    }
}

fn paragraphs(text: &str) -> String {
    let one = |line: &str| {
        format!(
            "<p class=MsoNormal>{}<o:p></o:p></p>",
            if line.is_empty() { "&nbsp;".to_owned() } else { escape(line) }
        )
    };
    text.split('\n').map(one).collect::<Vec<_>>().join("\n")
}

fn divs(text: &str) -> String {
    text.split('\n')
        .map(|line| format!("<div>{}</div>", if line.is_empty() { "<br>".to_owned() } else { escape(line) }))
        .collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#x27;")
}

fn attribution(client: &str, date: &ZonedDateTime) -> String {
    let (name, address) = BOT;
    let day_month = format!("{} {} {}", date.day(), short_month(date), date.year());
    let at = |format: &str| strtime::format(format, date).expect("a sound format");
    match client {
        "gmail" => format!("Op {} schreef {name} <\n{address}>:", short(date)),
        "apple" => format!("Op {day_month}, om {} heeft {name} <{address}> het volgende geschreven:", at("%H:%M")),
        "ios" => format!("Op {day_month} om {} heeft {name} <{address}> het volgende geschreven:", at("%H:%M")),
        "thunderbird" => format!("Op {} schreef {name}:", at("%d-%m-%Y om %H:%M")),
        "webmail" => format!("{name} schreef op {}:", at("%Y-%m-%d %H:%M")),
        _ => format!("On {}, {name} wrote:", at("%a, %b %d, %Y at %H:%M:%S %z")),
    }
}

fn header_block(mail: &Mail, quoted: &Quoted) -> String {
    let ((name, address), date) = (BOT, &quoted.date);
    let at = |format: &str| strtime::format(format, date).expect("a sound format");
    let to = format!("{} <{}>", mail.from.name, mail.from.address);
    if mail.client == "samsung" {
        return format!(
            "-------- Oorspronkelijk bericht --------\nVan: {name} <{address}> \nDatum: {} (GMT+01:00) \nAan: {to} \nOnderwerp: {} ",
            at("%d-%m-%y %H:%M"),
            quoted.subject
        );
    }
    let weekday = DAYS[usize::try_from(date.weekday().to_monday_zero_offset()).expect("not negative")];
    format!(
        "Van: {name} <{address}>\nVerzonden: {weekday} {} {} {} {}\nAan: {to}\nOnderwerp: {}",
        date.day(),
        month(date),
        date.year(),
        at("%H:%M"),
        quoted.subject
    )
}

fn short(date: &ZonedDateTime) -> String {
    let weekday = DAYS[usize::try_from(date.weekday().to_monday_zero_offset()).expect("not negative")];
    let time = strtime::format("%H:%M", date).expect("a sound format");
    format!("{} {} {} {} om {time}", &weekday[..2], date.day(), short_month(date), date.year())
}

fn month(date: &ZonedDateTime) -> &'static str {
    MONTHS[usize::try_from(date.month() - 1).expect("not negative")]
}

fn short_month(date: &ZonedDateTime) -> String {
    match month(date) {
        "maart" => "mrt.".to_owned(),
        "mei" => "mei".to_owned(),
        long => format!("{}.", &long[..3]),
    }
}

fn mailbox(name: &str, address: &str, charset: &str) -> String {
    if name.is_empty() {
        return address.to_owned();
    }
    let special = name.chars().any(|c| "()<>[]:;@\\,.\"".contains(c));
    match (name.is_ascii(), special) {
        (true, true) => format!("\"{}\" <{address}>", name.replace('\\', "\\\\").replace('"', "\\\"")),
        (true, false) => format!("{name} <{address}>"),
        (false, _) => format!("{} <{address}>", header(name, charset, 'Q')),
    }
}

/// A moment with its own offset kept, as the clients write it.
fn date(text: &str) -> ZonedDateTime {
    let pieces = jiff::fmt::temporal::DateTimeParser::new().parse_timestamp(text).expect("a sound moment");
    pieces.to_zoned_datetime(jiff::tz::TimeZone::get("Europe/Amsterdam").expect("a known zone"))
}

fn rfc2822(date: &ZonedDateTime) -> String {
    strtime::format("%a, %d %b %Y %H:%M:%S %z", date).expect("a sound format")
}

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A stable choice for this mail among so many.
fn pick(id: &str, salt: &str, options: u8) -> u8 {
    Sha256::digest(format!("{id}/{salt}").as_bytes())[0] % options
}
