//! The build script: packs the weights that `understanding` has learnt and the senses of words, so that the program carries
//! them in the smallest form.

#[path = "understanding/folding.rs"]
mod folding;
#[path = "understanding/packed.rs"]
#[allow(dead_code, reason = "it only packs")]
mod packed;

use folding::fold;
use packed::SENSES;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let out = env::var_os("OUT_DIR").map(PathBuf::from).ok_or(io::ErrorKind::NotFound)?;
    let read = |file: PathBuf| {
        println!("cargo::rerun-if-changed={}", file.display());
        fs::read_to_string(file)
    };
    let understanding = Path::new("src/understanding");
    for reader in ["clause_reader", "seats", "verdict"] {
        let file = read(understanding.join(reader).join("weights.tsv"))?;
        fs::write(out.join(reader).with_extension("weights"), packed::weights(&file))?;
    }
    let lists =
        ["decisions", "life", "work"].map(|list| read(understanding.join("senses").join(list).with_extension("txt")));
    let lists = lists.into_iter().collect::<io::Result<String>>()?;
    let first_names = read(understanding.join("people/first_names.txt"))?;
    fs::write(out.join("first_names.packed"), packed::pack(set(&first_names)))?;
    let (senses, names) = senses(&lists);
    fs::write(out.join("senses.packed"), senses)?;
    fs::write(out.join("senses.names"), names.join("\n"))
}

/// The folded words of a list, each with a row that says no more than that it is there.
fn set(list: &str) -> Vec<(u64, Vec<u8>)> {
    let words = list.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace).map(fold);
    words.map(|word| (packed::hash(&[&word]), vec![1])).collect()
}

/// Packs lists of words by sense: a row for each folded word with the numbers of its senses, counted from 1. Gives the names of
/// the senses too, in the order of their numbers.
///
/// A sense's name stands in brackets on a line of its own, above its words. Lines with `#` say what the list is.
fn senses(lists: &str) -> (Vec<u8>, Vec<&str>) {
    let (mut names, mut words) = (Vec::new(), BTreeMap::<String, Vec<u8>>::new());
    for line in lists.lines().filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            names.push(name);
            continue;
        }
        for word in line.split_whitespace().map(fold) {
            let (senses, sense) = (words.entry(word).or_default(), names.len() as u8);
            if senses.len() < SENSES && !senses.contains(&sense) {
                senses.push(sense);
            }
        }
    }
    let row = |(word, mut senses): (String, Vec<u8>)| {
        senses.resize(SENSES, 0);
        (packed::hash(&[&word]), senses)
    };
    (packed::pack(words.into_iter().map(row).collect()), names)
}
