//! Roles: what a word can be in a clause, whatever its language: the word classes of the lexicon that code asks for by name.
//!
//! A class in a lexicon file that has the name of a role is that role; other classes serve phrases alone.

macro_rules! roles {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// What a word can be in a clause. The name is that of its class in the lexicon files.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Role { $($(#[$doc])* $variant,)* }
        impl Role {
            /// All of them, with the names of their classes.
            pub(super) const NAMED: &[(&'static str, Self)] = &[$(($name, Self::$variant),)*];

            /// One bit for each.
            pub(super) fn bit(self) -> u64 {
                1 << self as u32
            }
        }
    };
}

roles! {
    /// ik, mij, ondergetekende
    Me = "me",
    /// wij, ons
    Us = "us",
    /// jullie, u, je
    You = "you",
    /// hij, zij, hem, haar: somebody named before
    Them = "them",
    /// mijn, onze, zijn
    My = "my",
    /// man, zus, compagnon
    Kin = "kin",
    /// collega's, ouders
    Kins = "kins",
    /// mevrouw, dhr, ir
    Title = "title",
    /// Piet
    Name = "name",
    /// van, de, ter: inside a name
    Particle = "particle",
    /// places, months and other capitals that are nobody's name
    NoName = "noname",
    /// and, en, und, &, +
    And = "and",
    /// met, with
    With = "with",
    /// voor, namens
    For = "for",
    /// van, bij, door, naar: whoever follows does not come
    Off = "off",
    /// finite verbs
    Verb = "verb",
    /// infinitives that make kunnen or willen about something else
    Infinitive = "infinitive",
    /// words in -en that may follow "kan niet" without making it a matter of something else
    WithCan = "withcan",
    /// words that always open a clause
    Opener = "opener",
    /// words that open a clause when a subject or verb follows
    HalfOpener = "halfopener",
    /// what a clause's subject can be
    Subject = "subject",
    /// abbreviations, whose point ends nothing
    Abbreviation = "abbreviation",
    /// the first word of a greeting line
    Greeting = "greeting",
    /// the first word of a closing line
    Closing = "closing",
    /// ps, nb
    Postscript = "postscript",
    /// function words by which a language is told
    Function = "function",
    /// man, personen, dames: heads that a number counts, nobody in particular
    Heads = "heads",
    /// flessen, jaar, euro: what a number counts that is no people
    Unit = "unit",
    /// tot, naar, maar: before the number that is left over
    Towards = "towards",
    /// ipv, instead: between a new number and the old one
    InsteadOf = "insteadof",
    /// andere, rest: those already known
    Rest = "rest",
    /// iemand: a person without a name
    Someone = "someone",
    /// de, die, dezelfde: before a number that was known before
    Definite = "definite",
    /// alleen, enkel, slechts: nobody else
    Only = "only",
    /// zijn, haar, z'n: of somebody named just before
    Their = "their",
    /// die, hij, haar: somebody spoken of
    Pointing = "pointing",
    /// een paar, wat, enkele: before people without a number
    Quantity = "quantity",
    /// verzetten, doorschuiven: from one meeting to another
    Move = "move",
    /// ook, mee, eveneens: who stands before it joins the author
    Along = "along",
    /// dus, dan, totaal: before the number that it comes to
    Outcome = "outcome",
    /// min, minus: before a number that drops out
    Minus = "minus",
    /// aanhang, gevolg, gezelschap: people without a number
    Company = "company",
    /// keer, maal, x: so many seats for one name
    Times = "times",
    /// of, tot, à: between two numbers of which one is meant
    Between = "between",
    /// keren, data, middagen: meetings, by what they are
    Meetings = "meetings",
    /// beide, allebei: all of them
    All = "all",
    /// volgende, daarna: the one after another
    Next = "next",
    /// ruilen, wisselen: one person for another
    Swap = "swap",
    /// moeder, opa, zoontje: whose illness keeps the author at home
    Dependant = "dependant",
    /// omdat, terwijl, die: first words of a clause that hangs on another
    Hanging = "hanging",
    /// als, mits, tenzij: first words of a condition
    Condition = "condition",
}
