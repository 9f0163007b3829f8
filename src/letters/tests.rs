use super::samples::setting;
use super::*;

#[test]
fn every_built_in_template_compiles() {
    let mut templates = Templates::built_in();
    for (name, source) in BUILT_IN {
        templates.replace(name, source).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn every_sample_can_be_written() {
    let setting = setting().unwrap();
    let letters = Letters::built_in();
    letters.try_samples().unwrap();
    for language in [Language::Nl, Language::En] {
        for sample in setting.samples(language) {
            setting.write(&letters, &sample).unwrap_or_else(|error| panic!("{}: {error}", sample.name));
        }
    }
}
