//! The build script: packs the weights that `understanding` has learnt, so that the program carries them in the smallest form.

#[path = "understanding/linear/packed.rs"]
#[allow(dead_code, reason = "it only packs")]
mod packed;

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let out = env::var_os("OUT_DIR").map(PathBuf::from).ok_or(io::ErrorKind::NotFound)?;
    for reader in ["clause_reader", "seats", "verdict"] {
        let file = Path::new("src/understanding").join(reader).join("weights.tsv");
        println!("cargo::rerun-if-changed={}", file.display());
        fs::write(out.join(reader).with_extension("weights"), packed::pack(&fs::read_to_string(file)?))?;
    }
    Ok(())
}
