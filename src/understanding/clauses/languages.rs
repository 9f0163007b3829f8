//! Languages: in which each clause is written, for phrases of one language mean nothing in another.
//!
//! Called by `clauses`, once a mail.

use super::super::lexicon::{Lexicon, Role, Tongue};
use super::{Parsed, Zone};

/// Tells the language of each sentence by its function words; a sentence that has none takes the mail's.
pub(super) fn tell_languages(parsed: &mut Parsed, lexicon: &Lexicon) {
    let mut counts = vec![[0_u32; 4]; parsed.sentences];
    let mut total = [0_u32; 4];
    for clause in &parsed.clauses {
        for token in parsed.tokens.get(clause.tokens.clone()).unwrap_or_default() {
            let Some(word) = token.word.filter(|&word| lexicon.is(Some(word), Role::Function)) else { continue };
            for tongue in Tongue::ALL {
                if lexicon.speaks(word, tongue) {
                    if let Some(count) = counts.get_mut(clause.sentence).and_then(|row| row.get_mut(tongue as usize)) {
                        *count += 1;
                    }
                    if clause.zone != Zone::Closing
                        && let Some(count) = total.get_mut(tongue as usize)
                    {
                        *count += 1;
                    }
                }
            }
        }
    }
    let mail = best(&total, Tongue::Nl);
    for clause in &mut parsed.clauses {
        clause.tongue = counts.get(clause.sentence).map_or(mail, |row| best(row, mail));
        clause.any_tongue = counts.get(clause.sentence).is_none_or(|row| row.iter().all(|&count| count == 0));
    }
}

fn best(counts: &[u32; 4], default: Tongue) -> Tongue {
    let of = |tongue: Tongue| counts.get(tongue as usize).copied().unwrap_or(0);
    Tongue::ALL.into_iter().fold(default, |best, tongue| if of(tongue) > of(best) { tongue } else { best })
}
