//! Certificates of the tests' own servers: good ones, an authority's, and one that ran out.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// A self-signed certificate for this machine: `cert.pem` and `key.pem`.
pub fn write_certificate(folder: &Path) {
    write_signed(folder, &own_name());
}

/// The same, but calling itself an authority, as `openssl req -x509` makes them.
pub fn write_authority(folder: &Path) {
    let mut made = own_name();
    made.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    write_signed(folder, &made);
}

/// An authority, `ca.pem`, and a certificate of it for this machine that ran out years ago.
pub fn write_expired(folder: &Path) {
    let mut authority = rcgen::CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority_key = rcgen::KeyPair::generate().unwrap();
    let authority_certificate = authority.self_signed(&authority_key).unwrap();
    let issuer = rcgen::Issuer::new(authority, authority_key);
    let mut made = own_name();
    made.not_before = rcgen::date_time_ymd(2017, 11, 1);
    made.not_after = rcgen::date_time_ymd(2018, 2, 1);
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = made.signed_by(&key, &issuer).unwrap();
    fs::write(folder.join("ca.pem"), authority_certificate.pem()).unwrap();
    write_pair(folder, &certificate, &key);
}

fn own_name() -> rcgen::CertificateParams {
    rcgen::CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap()
}

fn write_signed(folder: &Path, made: &rcgen::CertificateParams) {
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = made.self_signed(&key).unwrap();
    write_pair(folder, &certificate, &key);
}

fn write_pair(folder: &Path, certificate: &rcgen::Certificate, key: &rcgen::KeyPair) {
    fs::write(folder.join("cert.pem"), certificate.pem()).unwrap();
    fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
    fs::set_permissions(folder.join("key.pem"), fs::Permissions::from_mode(0o600)).unwrap();
}
