//! Word → what it says of the person whose name it stands before.
//!
//! Invariant: only words that never belong to a name themselves ("Mr", "Dr", "Sen.") are honorifics.

/// Grammatical gender, where the text gives it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Gender {
    /// "Mr", "he", "actress" and their like.
    Male,
    /// "Ms", "she", "spokeswoman" and their like.
    Female,
}

const MALE: &[&str] = &[
    "mr", "sir", "lord", "baron", "king", "prince", "imam", "father", "señor", "herr", "monsieur", "datuk", "tun",
    "shri", "sri", "pope", "emperor", "sultan", "emir", "amir",
];
const FEMALE: &[&str] = &[
    "mrs", "ms", "miss", "madam", "madame", "mme", "lady", "dame", "queen", "princess", "baroness", "sister", "señora",
    "frau", "smt", "begum", "duchess", "countess",
];
const NEUTRAL: &[&str] = &[
    "dr",
    "prof",
    "professor",
    "doctor",
    "rep",
    "sen",
    "gov",
    "hon",
    "honourable",
    "honorable",
    "rev",
    "reverend",
    "gen",
    "general",
    "lt",
    "col",
    "colonel",
    "maj",
    "major",
    "capt",
    "captain",
    "cpt",
    "sgt",
    "sergeant",
    "cpl",
    "corporal",
    "adm",
    "admiral",
    "brig",
    "brigadier",
    "cmdr",
    "commander",
    "insp",
    "inspector",
    "supt",
    "superintendent",
    "pol",
    "justice",
    "judge",
    "president",
    "senator",
    "representative",
    "congressman",
    "congresswoman",
    "chancellor",
    "ambassador",
    "bishop",
    "archbishop",
    "cardinal",
    "pastor",
    "engr",
    "adv",
    "barrister",
    "constable",
    "detective",
    "lieutenant",
    "marshal",
    "secretary",
    "minister",
    "sheikh",
    "shaikh",
    "mayor",
    "governor",
    "premier",
    "chief",
    "chairman",
    "deputy",
    "speaker",
    "lawmaker",
    "mp",
    "mla",
    "mep",
];

/// The gender that an honorific gives, if the folded word is one that gives a gender.
pub(super) fn gender_of_honorific(word: &str) -> Option<Gender> {
    if MALE.contains(&word) {
        Some(Gender::Male)
    } else if FEMALE.contains(&word) {
        Some(Gender::Female)
    } else {
        None
    }
}

/// Whether a folded word before a name is a title and no part of the name.
pub(super) fn is_title(word: &str) -> bool {
    NEUTRAL.contains(&word) || gender_of_honorific(word).is_some()
}
