//! The build script: packs the weights that `understanding` has learnt, so that the program carries them in the smallest form.

#[path = "understanding/linear/packed.rs"]
#[allow(dead_code, reason = "it only packs")]
mod packed;

use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The files with weights, and how many kinds each tells apart.
const FILES: [(&str, usize); 2] = [("clause_reader", 19), ("verdict", 4)];

fn main() -> io::Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    for (name, kinds) in FILES {
        let path = Path::new("src/understanding").join(name).join("weights.tsv");
        println!("cargo::rerun-if-changed={}", path.display());
        fs::write(out.join(format!("{name}.weights")), packed::pack(&fs::read_to_string(&path)?, kinds))?;
    }
    println!("cargo::rerun-if-changed=src/understanding/linear/packed.rs");
    Ok(())
}
