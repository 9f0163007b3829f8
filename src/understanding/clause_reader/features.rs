//! What of a clause tells what it says: the features that the clause reader's weights belong to.

use super::super::clauses::Zone;
use super::super::concepts::Concept;
use super::super::page::Page;
use super::super::senses;

/// The features of a mail's clauses, each told in parts that make its name.
pub(super) struct Features<'a> {
    page: &'a Page,
}

impl<'a> Features<'a> {
    pub(super) fn of(page: &'a Page) -> Self {
        Self { page }
    }

    /// The features of a clause by itself.
    pub(super) fn own(&self, number: usize, mut tell: impl FnMut(&[&str])) {
        let page = self.page;
        let (Some(sight), Some(shapes)) = (page.sights.get(number), self.page.shapes.get(number)) else { return };
        let at = |index: usize| shapes.get(index).map_or("$", String::as_str);
        let mut before = "^";
        for index in 0..shapes.len() {
            let word = at(index);
            tell(&["w:", word]);
            tell(&["b:", before, " ", word]);
            for gap in 2..=4 {
                if index + gap < shapes.len() {
                    tell(&["g:", word, " ", at(index + gap)]);
                }
            }
            let letters = word.chars().count();
            if letters >= 6 && !word.starts_with('@') {
                let cut = |at: usize| word.char_indices().nth(at).map_or(word.len(), |(index, _)| index);
                tell(&["p:", word.get(..cut(5)).unwrap_or_default()]);
                tell(&["x:", word.get(cut(letters - 5)..).unwrap_or_default()]);
            }
            if !word.starts_with('@') {
                let after = if index + 1 < shapes.len() { at(index + 1) } else { "$" };
                for sense in senses::of(word) {
                    tell(&["s:", sense]);
                    tell(&["sb:", before, " ", sense]);
                    tell(&["sa:", sense, " ", after]);
                }
            }
            before = word;
        }
        tell(&["b:", before, " $"]);
        let not = sight.has(Concept::Not);
        for (index, hit) in sight.hits.iter().enumerate() {
            tell(&["c:", hit.concept.name(), if not { "-" } else { "" }]);
            for other in sight.hits.iter().skip(index + 1) {
                tell(&["cc:", hit.concept.name(), " ", other.concept.name()]);
            }
        }
        let mut framed = false;
        for frame in page.frames.iter().filter(|frame| frame.clause == number) {
            framed = true;
            let who = match (frame.who.me, frame.who.us, frame.who.others.is_empty()) {
                (true, _, true) => "me",
                (_, true, true) => "us",
                (false, false, false) => "others",
                (_, _, false) => "with",
                _ => "none",
            };
            let way = if frame.coming { "come" } else { "stay" };
            tell(&["f:", way, " ", who]);
            tell(&["f:", way, " ", frame.by.name()]);
            tell(&["f:", way, " ", who, &format!(" {:?} {:?}", frame.strength, frame.certainty)]);
        }
        if !framed {
            tell(&["f:none"]);
        }
        let clause = &sight.clause;
        tell(&["z:", &format!("{:?}", clause.zone), if clause.asks { " asks" } else { "" }]);
        tell(&["z:", if clause.aside { "aside" } else { "" }, if clause.bullet { " bullet" } else { "" }]);
        if clause.asks {
            tell(&["asks:", at(0), " ", at(1)]);
        }
        tell(&["l:", &(usize::BITS - shapes.len().leading_zeros()).to_string()]);
        let standing = page.registered.min(2).to_string();
        let ours = if page.topic.is_our_thread() { "ours" } else { "" };
        tell(&["m:", &standing, ours]);
        tell(&["mt:", page.tie.name(), if page.topic.is_one_event() { "" } else { " several" }]);
        for hit in &sight.hits {
            tell(&["mc:", &standing, ours, " ", hit.concept.name()]);
        }
        let lines = page.rolls.len();
        if lines > 0 {
            let flag = |is: bool| if is { "+" } else { "-" };
            let ((before, after), lines) = (page.rolls.around(number), lines.min(4).to_string());
            tell(&["ro:", flag(page.rolls.holds(number)), &lines]);
            tell(&["ro:", flag(page.rolls.holds(number)), flag(before), flag(after), &lines]);
        }
        let text = page.sights.iter().filter(|sight| matches!(sight.clause.zone, Zone::Text)).count();
        tell(&["ml:", &(usize::BITS - text.leading_zeros()).to_string()]);
    }

    /// The parts of its words, three and four letters long, by which words are known that were never seen.
    pub(super) fn letters(&self, number: usize, mut tell: impl FnMut(&[&str])) {
        let words = self.page.shapes.get(number).into_iter().flatten().filter(|word| !word.starts_with('@'));
        for word in words.filter(|word| word.chars().nth(2).is_some()) {
            let word = format!("<{word}>");
            let starts: Vec<usize> = word.char_indices().map(|(start, _)| start).chain([word.len()]).collect();
            for letters in [3, 4] {
                let pairs = starts.iter().zip(starts.iter().skip(letters));
                pairs.filter_map(|(start, end)| word.get(*start..*end)).for_each(|part| tell(&["y:", part]));
            }
        }
    }

    /// The linear model's other features of a clause: three words in a row, and what stands around it.
    pub(super) fn more(&self, number: usize, mut tell: impl FnMut(&[&str])) {
        let page = self.page;
        let (Some(sight), Some(shapes)) = (page.sights.get(number), self.page.shapes.get(number)) else { return };
        let clause = &sight.clause;
        let first = shapes.first().map_or("$", String::as_str);
        let last = shapes.last().map_or("^", String::as_str);
        let ends = ["^"].into_iter().chain(shapes.iter().map(String::as_str)).chain(["$"]);
        let words: Vec<&str> = ends.collect();
        for three in words.windows(3) {
            if let [before, word, after] = three {
                tell(&["t:", before, " ", word, " ", after]);
            }
        }
        let neighbours = [("-", number.checked_sub(1)), ("+", Some(number + 1))];
        for (side, place) in neighbours {
            match place.and_then(|place| page.sights.get(place)) {
                None => tell(&["e", side]),
                Some(other) => {
                    let same = if other.clause.sentence == clause.sentence { "s" } else { "" };
                    if same.is_empty() {
                        tell(&["e", side, "s"]);
                    }
                    for hit in &other.hits {
                        tell(&["n", side, same, ":", hit.concept.name()]);
                    }
                    let theirs = place.and_then(|place| self.page.shapes.get(place)).map_or(&[][..], Vec::as_slice);
                    for word in theirs {
                        tell(&["n", side, same, "w:", word]);
                    }
                    if let (Some(theirs_first), Some(theirs_last)) = (theirs.first(), theirs.last()) {
                        if side == "+" {
                            tell(&["n+", same, "b:", last, " ", theirs_first]);
                        } else {
                            tell(&["n-", same, "b:", theirs_last, " ", first]);
                        }
                    }
                }
            }
        }
        for concept in
            page.sights.iter().filter(|s| s.clause.zone != Zone::Closing).flat_map(|s| &s.hits).map(|h| h.concept)
        {
            tell(&["mm:", concept.name()]);
        }
        for frame in page.frames.iter().filter(|frame| frame.clause != number) {
            let side = if frame.clause < number { "<" } else { ">" };
            let way = if frame.coming { "come" } else { "stay" };
            let who = if frame.who.me || frame.who.us { "me" } else { "others" };
            tell(&["mf:", side, way, who]);
        }
    }
}
