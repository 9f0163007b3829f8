//! Ports of one's own, for servers that are told where to listen.
//!
//! To ask the system for a free port and to hand its number on is a race: until the server listens, another test's server or an
//! outgoing connection may get the same one. So the numbers lie below those that systems give out by themselves (from 32768 on
//! Linux), and who takes one holds a lock on a file of that name until his process ends, however it ends.

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::sync::Mutex;

const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;

static HELD: Mutex<Vec<File>> = Mutex::new(Vec::new());

/// A port that nobody else's test gets while this process lives, and on which nobody listens.
pub fn own_port() -> u16 {
    let folder = std::env::temp_dir().join("aanmelder-test-ports");
    fs::create_dir_all(&folder).unwrap();
    // Whoever runs the tests next may be somebody else.
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).ok();
    let mut held = HELD.lock().unwrap();
    // Each process begins elsewhere, so that it seldom knocks at a door that is taken.
    let begin = std::process::id().wrapping_mul(61) % u32::from(COUNT);
    let from = u16::try_from(begin).unwrap();
    for step in 0..COUNT {
        let port = FIRST + (from + step) % COUNT;
        let Ok(file) = File::options().create(true).truncate(false).write(true).open(folder.join(port.to_string()))
        else {
            continue;
        };
        let mine = rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive).is_ok();
        if mine && TcpListener::bind(("127.0.0.1", port)).is_ok() {
            held.push(file);
            return port;
        }
    }
    panic!("no port is free between {FIRST} and {}", FIRST + COUNT);
}
