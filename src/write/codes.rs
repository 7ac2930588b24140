//! A stance → its nearest codes in CAMEO and PLOVER, for users of event data.
//!
//! Invariant: a code is given only where the stance's definition fits it; where it does not, the code is empty
//! and the note says why. The codes are for the act of speaking: what a content tells of events is not coded.
//!
//! Sources: CAMEO codebook 1.1b3 (Schrodt 2012); PLOVER manual and the CAMEO-to-PLOVER table of 2021 (Open Event
//! Data Alliance). PLOVER has no class for comments, so what is CAMEO root 01 has no PLOVER type.

use crate::labels::Stance;

/// The nearest codes of a stance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Codes {
    /// CAMEO root, two digits.
    pub cameo: &'static str,
    /// The root's name in CAMEO.
    pub cameo_name: &'static str,
    /// PLOVER 2021 event type; empty where none fits.
    pub plover: &'static str,
    /// What to know before converting.
    pub note: &'static str,
}

impl Stance {
    /// What the label means, in a sentence.
    pub fn definition(self) -> &'static str {
        match self {
            Stance::Accuse => "Alleges wrongdoing or blames an identifiable party.",
            Stance::Admit => {
                "Concedes, acknowledges, apologises, or confirms something against its interest or unconfirmed until then."
            }
            Stance::Announce => "Makes an official decision, plan, result or appointment known.",
            Stance::Ask => "Asks a question, wonders.",
            Stance::Claim => {
                "Asserts an opinion, argument or judgement that could be contested and that no other label fits."
            }
            Stance::Criticise => "Condemns, mocks, faults or disapproves, without alleging a specific wrong.",
            Stance::Decline => "Declines to comment or to answer.",
            Stance::Demand => "Orders or insists with pressure or authority.",
            Stance::Deny => "Rejects an allegation or report as untrue, disclaims knowledge or responsibility.",
            Stance::Expect => "Predicts, expects, hopes, fears.",
            Stance::Oppose => "Rejects, refuses or stands against a plan, request or person.",
            Stance::Praise => "Commends, thanks, congratulates, welcomes.",
            Stance::Promise => "Commits itself to a future act that harms nobody.",
            Stance::Say => "Reports information, facts, events or own experience; anything neutral left over.",
            Stance::Support => "Endorses, backs, defends or sides with a person, policy or action.",
            Stance::Threaten => "Announces harm or sanctions that it would do itself.",
            Stance::Urge => "Asks, advises, appeals or recommends that somebody act.",
            Stance::Warn => "Alerts to a danger or bad consequence not of its own making.",
        }
    }

    /// The nearest codes of event data.
    pub fn codes(self) -> Codes {
        let codes = |cameo, plover, note| Codes { cameo, cameo_name: cameo_name(cameo), plover, note };
        match self {
            Stance::Accuse => codes("11", "ACCUSE", "CAMEO 112."),
            Stance::Admit => codes(
                "01",
                "",
                "CAMEO 015; an apology is CAMEO 055. PLOVER has no type for it; its manual puts regret under CONCEDE, its conversion table apologies under SUPPORT.",
            ),
            Stance::Announce => codes("01", "", "What is announced may be an event of its own, with its own code."),
            Stance::Ask => codes("01", "", "Questions have no code; CAMEO 010 takes every other public statement."),
            Stance::Claim => codes("01", "", "CAMEO 010. PLOVER does not code comments."),
            Stance::Criticise => codes("11", "ACCUSE", "CAMEO 111."),
            Stance::Decline => codes("01", "", "CAMEO 011. PLOVER does not code comments."),
            Stance::Demand => codes("10", "REQUEST", "Called DEMAND in drafts of PLOVER and in its conversion table."),
            Stance::Deny => codes(
                "01",
                "",
                "CAMEO 016 (deny responsibility). CAMEO 12 and PLOVER REJECT are for requests and proposals, see oppose.",
            ),
            Stance::Expect => codes("01", "", "CAMEO 012 or 013 (pessimistic, optimistic comment)."),
            Stance::Oppose => {
                codes("12", "REJECT", "Opposition that only voices disapproval is CAMEO 11, PLOVER ACCUSE.")
            }
            Stance::Praise => codes("05", "SUPPORT", "CAMEO 051."),
            Stance::Promise => codes(
                "03",
                "AGREE",
                "Only where the promise is to another actor; a plan that concerns the speaker alone has no code.",
            ),
            Stance::Say => codes("01", "", "CAMEO 010. PLOVER does not code comments."),
            Stance::Support => codes("05", "SUPPORT", "CAMEO 051 to 053."),
            Stance::Threaten => codes("13", "THREATEN", ""),
            Stance::Urge => {
                codes("02", "REQUEST", "REQUEST is wider: it holds demands too. Drafts of PLOVER left appeals out.")
            }
            Stance::Warn => codes(
                "01",
                "",
                "CAMEO 012 at most. CAMEO 13 and PLOVER THREATEN are for harm that the speaker would do, see threaten.",
            ),
        }
    }
}

fn cameo_name(root: &str) -> &'static str {
    match root {
        "01" => "Make public statement",
        "02" => "Appeal",
        "03" => "Express intent to cooperate",
        "05" => "Engage in diplomatic cooperation",
        "10" => "Demand",
        "11" => "Disapprove",
        "12" => "Reject",
        "13" => "Threaten",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The event types of PLOVER as published in 2021.
    const PLOVER: &[&str] = &[
        "AGREE",
        "CONSULT",
        "SUPPORT",
        "CONCEDE",
        "COOPERATE",
        "AID",
        "RETREAT",
        "REQUEST",
        "ACCUSE",
        "REJECT",
        "THREATEN",
        "PROTEST",
        "SANCTION",
        "MOBILIZE",
        "COERCE",
        "ASSAULT",
    ];

    #[test]
    fn every_code_is_one_of_its_ontology_and_every_gap_is_explained() {
        for stance in Stance::ALL {
            let codes = stance.codes();
            assert!(!codes.cameo_name.is_empty(), "{stance}");
            assert!(codes.plover.is_empty() || PLOVER.contains(&codes.plover), "{stance}");
            assert!(!codes.plover.is_empty() || !codes.note.is_empty(), "{stance}");
        }
    }
}
