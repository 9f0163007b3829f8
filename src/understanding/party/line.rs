//! Line: what one clause says of one event, as the tally takes it.

use super::super::people::Person;

/// A number of people that a clause names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// So many in all.
    Total(u32),
    /// So many more.
    More(u32),
    /// So many fewer.
    Fewer(u32),
    /// Half of those registered drop out.
    Half,
    /// Several, without a number.
    Several,
    /// One of two numbers, or about so many.
    Vague,
}

/// What one clause says of who comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// The author comes, with those named.
    Comes,
    /// The author stays away, with those named.
    StaysAway,
    /// Those named come.
    OtherComes,
    /// Those named stay away.
    OtherStaysAway,
    /// Those named come in the author's or another's place.
    Instead,
    /// Only a list or a number.
    Counts,
    /// Why those named, or the author, cannot come: it counts where nothing plainer is said.
    Excuse,
    /// What may be such a reason: it counts only beside something plainer about others.
    Reason,
    /// It is not sure.
    Unsure,
    /// What was said before was a joke.
    Joke,
}

/// How the author stands in a clause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Me {
    /// He is not named.
    #[default]
    Unnamed,
    /// He is named as the one who writes: "ik meld twee mensen aan".
    Writes,
    /// He is named as one of those it is about.
    Counted,
}

/// One clause.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it says.
    pub deed: Deed,
    /// Does it stand in the subject line?
    pub heading: bool,
    /// Does it go against what was said before?
    pub turn: bool,
    /// The author in it.
    pub me: Me,
    /// "Wij", without more.
    pub us: bool,
    /// The others in it.
    pub others: Vec<Person>,
    /// The numbers in it.
    pub counts: Vec<Count>,
    /// Does it name somebody spoken of before: "ze heet Lotte"?
    pub names_last: bool,
    /// How many items it has as a part of a list: 2 for "Tilly en Liesbeth", known for people or not.
    pub items: u32,
    /// Does an "en" join its people?
    pub joined: bool,
    /// Does it say that nobody else comes?
    pub only: bool,
    /// Does it point at somebody by a pronoun?
    pub pronoun: bool,
    /// Does it say that somebody comes, in words that do not tell who?
    pub unnamed: bool,
    /// Does it settle what was not sure before: "twijfel... nee wacht, ik kom"?
    pub settles: bool,
}

impl Line {
    /// A line that says this and nothing more.
    pub fn of(deed: Deed) -> Self {
        let (me, others, counts) = (Me::Unnamed, Vec::new(), Vec::new());
        let (heading, turn, us) = (false, false, false);
        let (names_last, joined, only, pronoun, unnamed, settles) = (false, false, false, false, false, false);
        let items = 0;
        Self { items, deed, heading, turn, me, us, others, counts, names_last, joined, only, pronoun, unnamed, settles }
    }
}
