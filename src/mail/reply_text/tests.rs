//! Single shapes; the fixtures per client lie in `tests/reply_text/`.

use super::*;

fn typed(text: &str) -> String {
    split(text).typed
}

#[test]
fn marked_quotes_go_and_answers_between_them_stay() {
    let text = "Op ma 30 okt. 2017 om 09:00 schreef ZZP Loosduinen <\nzzp@gmail.com>:\n\n> Er is plaats voor 25.\n\n24 dus.\n\n> Wil je een pitch?\n\nLiever niet.\n";
    assert_eq!(typed(text), "24 dus.\n\nLiever niet.");
    assert!(split(text).quoted.contains("Er is plaats voor 25.\n\nWil je een pitch?"));
}

#[test]
fn header_blocks_cut_to_the_end() {
    let text = "Ik kom.\n\nVan: ZZP Loosduinen <zzp@gmail.com>\nVerzonden: maandag 30 oktober 2017 09:00\nAan: Jan\nOnderwerp: Uitnodiging\n\nKom je ook?";
    assert_eq!(typed(text), "Ik kom.");
}

#[test]
fn a_letter_head_is_typed() {
    let text = "Van: W. de Boer\nAan: ZZP Loosduinen\nDatum: 3 november 2017\nOnderwerp: aanmelding\n\nHierbij meld ik mij aan.";
    assert!(typed(text).contains("Hierbij meld ik mij aan."));
}

#[test]
fn closings_take_the_name_with_them() {
    let split =
        split("Ik kom graag.\n\nMet vriendelijke groet,\n\nJan Bos\nBos Bouw\n06-12345678\n\nPS Piet komt ook.");
    assert_eq!(split.typed, "Ik kom graag.\n\nPS Piet komt ook.");
    assert_eq!(split.signature, "Met vriendelijke groet,\n\nJan Bos\nBos Bouw\n06-12345678");
}

#[test]
fn a_sentence_after_the_closing_is_typed() {
    assert_eq!(typed("Ik kom.\nGroetjes en tot woensdag"), "Ik kom.\nGroetjes en tot woensdag");
    assert_eq!(typed("Ik kom.\nGroetjes Jan, ik neem Piet mee"), "Ik kom.\nGroetjes Jan, ik neem Piet mee");
    assert_eq!(typed("Ik kom.\n\nGroet, Jan\n\nO ja, mijn man komt ook."), "Ik kom.\n\nO ja, mijn man komt ook.");
}

#[test]
fn device_lines_go() {
    for line in [
        "Verstuurd vanaf mijn iPhone",
        "Verzonden vanaf Samsung-tablet.",
        "Outlook voor iOS downloaden",
        "Sent from my iPad",
    ] {
        assert_eq!(typed(&format!("Ja!\n\n{line}")), "Ja!", "{line}");
    }
}

#[test]
fn the_author_is_known_by_his_name() {
    let with = split_by("Top, ik kom.\n\nWendy\nBloemen & zo", "Wendy de Wit");
    assert_eq!((with.typed.as_str(), with.signature.as_str()), ("Top, ik kom.", "Wendy\nBloemen & zo"));
    assert_eq!(split_by("Graag twee plekken voor:\n\nJan Bos\nPiet Bos", "Jan Bos").signature, "");
    assert_eq!(split_by("Wendy", "Wendy de Wit").typed, "Wendy");
}
