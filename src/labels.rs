//! The labels, in the spelling in which they stand in the tables.
//!
//! Invariant: what `as_str` writes, `parse` reads back.

use serde::{Deserialize, Serialize};

/// An enum whose variants are written as fixed words.
macro_rules! labels {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant),+
        }

        impl $name {
            /// Every label, in the order of the network's logits and of the tables' schema.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// Their words, in the same order.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The label as written in the tables.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

            /// The label of a word in the tables' spelling.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some($name::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

labels! {
    /// What the source does with the content. Alphabetical, as the stance head's logits are.
    Stance {
        /// Alleges wrongdoing or blames an identifiable party.
        Accuse = "accuse",
        /// Concedes, acknowledges, apologises, confirms something against its interest.
        Admit = "admit",
        /// Makes an official decision, plan, result or appointment known.
        Announce = "announce",
        /// Asks a question, wonders.
        Ask = "ask",
        /// Asserts an opinion or judgement that could be contested and that no other label fits.
        Claim = "claim",
        /// Condemns, mocks, faults, disapproves, without alleging a specific wrong.
        Criticise = "criticise",
        /// Declines to comment or answer.
        Decline = "decline",
        /// Orders or insists with pressure or authority.
        Demand = "demand",
        /// Rejects an allegation or report as untrue.
        Deny = "deny",
        /// Predicts, expects, hopes, fears.
        Expect = "expect",
        /// Rejects, refuses or stands against a plan, request or person.
        Oppose = "oppose",
        /// Commends, thanks, congratulates, welcomes.
        Praise = "praise",
        /// Commits itself to a future act that harms nobody.
        Promise = "promise",
        /// Reports information, facts, events, own experience; anything neutral left over.
        Say = "say",
        /// Endorses, backs, defends, sides with.
        Support = "support",
        /// Announces harm or sanctions that it would do itself.
        Threaten = "threaten",
        /// Asks, advises, appeals, recommends that somebody act.
        Urge = "urge",
        /// Alerts to a danger not of its own making.
        Warn = "warn",
    }
}

labels! {
    /// How much of the content stands in quotation marks.
    Quotation {
        /// All of it.
        Direct = "direct",
        /// A part of it.
        Mixed = "mixed",
        /// None of it.
        Indirect = "indirect",
    }
}

labels! {
    /// The part of an article that offsets count in.
    Part {
        /// The headline field.
        Title = "title",
        /// The text field.
        Text = "text",
    }
}

labels! {
    /// What kind of thing an entity is.
    EntityType {
        /// A person.
        Per = "PER",
        /// An organisation.
        Org = "ORG",
        /// A place, a country, a building.
        Loc = "LOC",
        /// Another name: a nationality, an event, a law, a product.
        Misc = "MISC",
        /// No name at all: its description names it ("police", "a spokesman").
        Unnamed = "UNNAMED",
    }
}

labels! {
    /// The part that an entity plays in a statement.
    Role {
        /// Who speaks, writes or thinks.
        Source = "source",
        /// Whom it is told to, asked of, urged or warned.
        Addressee = "addressee",
        /// Who or what the content mentions.
        About = "about",
    }
}

labels! {
    /// How a participant's entity is known.
    How {
        /// The span is, or holds, the entity's full name.
        Name = "name",
        /// The span is, or holds, a shorter or other name of it.
        Alias = "alias",
        /// A pronoun stands for it.
        Pronoun = "pronoun",
        /// The span names several: "both companies", "X and Y".
        Group = "group",
        /// A description stands for it: "the minister".
        Description = "description",
        /// Nothing in the statement names it: the neighbouring statement does.
        Implicit = "implicit",
    }
}

labels! {
    /// What became of an input record.
    Status {
        /// Read whole.
        Ok = "ok",
        /// Read, but not all of it is as in the file (bytes were replaced).
        Partial = "partial",
        /// Not read on purpose: no text, or another language.
        Skipped = "skipped",
        /// Could not be read.
        Failed = "failed",
    }
}

impl Default for Status {
    /// Nothing is known against it.
    fn default() -> Self {
        Status::Ok
    }
}

/// Reservations about whether the act took place.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Flags {
    /// The act itself is reported as not done ("did not deny").
    pub negated: bool,
    /// The journalist distances from whether it happened ("reportedly urged").
    pub hedged: bool,
    /// Future, conditional, hypothetical or requested act ("would say").
    pub unreal: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stance_reads_back_and_they_stand_in_alphabetical_order() {
        let words: Vec<_> = Stance::ALL.iter().map(|s| s.as_str()).collect();
        let mut sorted = words.clone();
        sorted.sort_unstable();
        assert_eq!(words, sorted);
        assert_eq!(words.len(), 18);
        assert!(Stance::ALL.iter().all(|s| Stance::parse(s.as_str()) == Some(*s)));
    }
}
