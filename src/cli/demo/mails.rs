//! The demo's inbox: 25 mails as they came in, oldest first, with the meeting's ups and downs.
//!
//! The files lie beside this one. All people, companies and addresses are made up; Gmail wrote its lines above each mail.

use crate::config::Network;
use crate::ids::EventId;
use crate::letters::event_uid;
use crate::outcome::Letter;

/// A mail and when it came in.
pub struct Mail {
    /// Its file name, without `.eml`.
    pub name: &'static str,
    /// When the server took it in.
    pub received: &'static str,
    /// The mail, but for what only our letters can tell: `{{brief:ADDRESS}}`, `{{uid}}`.
    pub bytes: &'static [u8],
}

/// The mails.
pub const MAILS: &[Mail] = &[
    Mail {
        name: "01-sanne-komt",
        received: "2017-10-30T09:12:24+01:00",
        bytes: include_bytes!("mails/01-sanne-komt.eml"),
    },
    Mail {
        name: "02-henk-met-compagnon",
        received: "2017-10-30T12:47:24+01:00",
        bytes: include_bytes!("mails/02-henk-met-compagnon.eml"),
    },
    Mail {
        name: "03-nieuwsbrief",
        received: "2017-10-31T07:00:24+01:00",
        bytes: include_bytes!("mails/03-nieuwsbrief.eml"),
    },
    Mail {
        name: "04-fatima-iphone",
        received: "2017-10-31T20:31:24+01:00",
        bytes: include_bytes!("mails/04-fatima-iphone.eml"),
    },
    Mail {
        name: "05-kees-typefouten",
        received: "2017-11-01T21:58:24+01:00",
        bytes: include_bytes!("mails/05-kees-typefouten.eml"),
    },
    Mail {
        name: "06-afwezigheid",
        received: "2017-11-02T08:03:24+01:00",
        bytes: include_bytes!("mails/06-afwezigheid.eml"),
    },
    Mail {
        name: "07-emma-engels",
        received: "2017-11-02T10:26:24+01:00",
        bytes: include_bytes!("mails/07-emma-engels.eml"),
    },
    Mail {
        name: "08-roel-vraag",
        received: "2017-11-03T16:40:24+01:00",
        bytes: include_bytes!("mails/08-roel-vraag.eml"),
    },
    Mail {
        name: "09-joke-pitch",
        received: "2017-11-03T19:15:24+01:00",
        bytes: include_bytes!("mails/09-joke-pitch.eml"),
    },
    Mail {
        name: "10-sanne-nog-eens",
        received: "2017-11-04T11:05:24+01:00",
        bytes: include_bytes!("mails/10-sanne-nog-eens.eml"),
    },
    Mail {
        name: "11-ans-en-bert",
        received: "2017-11-05T14:22:24+01:00",
        bytes: include_bytes!("mails/11-ans-en-bert.eml"),
    },
    Mail {
        name: "12-willem-misschien",
        received: "2017-11-06T09:48:24+01:00",
        bytes: include_bytes!("mails/12-willem-misschien.eml"),
    },
    Mail {
        name: "13-ahmet-alleen-html",
        received: "2017-11-06T13:37:24+01:00",
        bytes: include_bytes!("mails/13-ahmet-alleen-html.eml"),
    },
    Mail {
        name: "14-joris-laatste-plek",
        received: "2017-11-07T08:19:24+01:00",
        bytes: include_bytes!("mails/14-joris-laatste-plek.eml"),
    },
    Mail {
        name: "15-onbestelbaar",
        received: "2017-11-07T08:20:24+01:00",
        bytes: include_bytes!("mails/15-onbestelbaar.eml"),
    },
    Mail { name: "16-mirjam", received: "2017-11-07T20:05:24+01:00", bytes: include_bytes!("mails/16-mirjam.eml") },
    Mail { name: "17-saskia", received: "2017-11-08T09:30:24+01:00", bytes: include_bytes!("mails/17-saskia.eml") },
    Mail {
        name: "18-kees-toch-alleen",
        received: "2017-11-08T22:41:24+01:00",
        bytes: include_bytes!("mails/18-kees-toch-alleen.eml"),
    },
    Mail {
        name: "19-henk-zegt-af",
        received: "2017-11-09T08:55:24+01:00",
        bytes: include_bytes!("mails/19-henk-zegt-af.eml"),
    },
    Mail {
        name: "20-ahmet-bedankt",
        received: "2017-11-09T12:10:24+01:00",
        bytes: include_bytes!("mails/20-ahmet-bedankt.eml"),
    },
    Mail {
        name: "21-van-de-lijst",
        received: "2017-11-10T17:20:24+01:00",
        bytes: include_bytes!("mails/21-van-de-lijst.eml"),
    },
    Mail {
        name: "22-roel-agenda",
        received: "2017-11-12T10:30:24+01:00",
        bytes: include_bytes!("mails/22-roel-agenda.eml"),
    },
    Mail { name: "23-dirk", received: "2017-11-13T09:02:24+01:00", bytes: include_bytes!("mails/23-dirk.eml") },
    Mail {
        name: "24-fatima-ziek-kind",
        received: "2017-11-14T09:41:24+01:00",
        bytes: include_bytes!("mails/24-fatima-ziek-kind.eml"),
    },
    Mail { name: "25-dirk-ja", received: "2017-11-14T10:12:24+01:00", bytes: include_bytes!("mails/25-dirk-ja.eml") },
];

/// The mail as its author sent it: an answer names the last letter that he got, a calendar reply the entry that we sent.
pub fn filled_in(bytes: &[u8], sent: &[Letter], network: &Network) -> Vec<u8> {
    let mut text = String::from_utf8_lossy(bytes).into_owned();
    for letter in sent.iter().rev() {
        text = text.replace(&format!("{{{{brief:{}}}}}", letter.head.to), letter.head.id.as_str());
    }
    if let Ok(event) = EventId::new(super::EVENT) {
        text = text.replace("{{uid}}", &event_uid(&event, network));
    }
    text.replace('\n', "\r\n").into_bytes()
}
