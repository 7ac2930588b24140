//! Text → its language, where that is certain.
//!
//! Invariant: a text counts as foreign only if it is so at its beginning and in its middle, so that an English
//! article with a long quotation, or a list of foreign names, is read. That it is not English can be certain where
//! two sister languages are hard to tell apart.

use whatlang::{Detector, Lang};

/// A text with fewer letters is too short to tell.
const LETTERS: usize = 200;

/// What counts as certain.
const PROBABILITY: f64 = 0.9;

/// Bytes of the text that are looked at, at its beginning and again in its middle.
const SAMPLE: usize = 3_000;

/// In English one word in fifteen is "the", in other languages none: one in so many is a sign of English.
const SIGN_OF_ENGLISH: usize = 50;

/// What is known about a text's language.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Language {
    /// ISO 639-1, empty if it is not certain.
    pub code: &'static str,
    /// If it is certainly not English: what it is or most likely is, in English.
    pub foreign: Option<&'static str>,
}

/// The language of a text; unknown for one of fewer than 200 letters.
pub(super) fn of(text: &str) -> Language {
    if text.chars().filter(|c| c.is_alphabetic()).nth(LETTERS - 1).is_none() {
        return Language::default();
    }
    let samples = samples(text);
    let found: Vec<_> = samples.iter().filter_map(|sample| whatlang::detect(sample)).collect();
    let Some(first) = found.first().map(|info| info.lang()).filter(|_| found.len() == samples.len()) else {
        return Language::default();
    };
    let is_one = found.iter().all(|info| info.lang() == first && info.confidence() >= PROBABILITY);
    if is_one && first == Lang::Eng {
        return Language { code: code(first), foreign: None };
    }
    let mut each = samples.iter().zip(&found);
    if each.all(|(sample, info)| is_rather(info.lang(), sample) && !has_sign_of_english(sample)) {
        return Language { code: if is_one { code(first) } else { "" }, foreign: Some(first.eng_name()) };
    }
    Language::default()
}

/// Whether of a language and English it is certainly not English.
fn is_rather(lang: Lang, sample: &str) -> bool {
    let found = Detector::with_allowlist(vec![lang, Lang::Eng]).detect(sample);
    found.is_some_and(|info| info.lang() != Lang::Eng && info.confidence() >= PROBABILITY)
}

/// The beginning and the middle of a text; all of one that is hardly longer.
fn samples(text: &str) -> Vec<&str> {
    if text.len() <= 2 * SAMPLE {
        return vec![text];
    }
    let at = |byte: usize| text.floor_char_boundary(byte);
    let middle = text.len() / 2;
    vec![&text[..at(SAMPLE)], &text[at(middle)..at(middle + SAMPLE)]]
}

fn has_sign_of_english(sample: &str) -> bool {
    let words = sample.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let signs = words.clone().filter(|word| word.eq_ignore_ascii_case("the")).count();
    signs > 0 && signs * SIGN_OF_ENGLISH >= words.count()
}

/// ISO 639-1 code of a language.
fn code(lang: Lang) -> &'static str {
    match lang {
        Lang::Afr => "af",
        Lang::Aka => "ak",
        Lang::Amh => "am",
        Lang::Ara => "ar",
        Lang::Aze => "az",
        Lang::Bel => "be",
        Lang::Ben => "bn",
        Lang::Bul => "bg",
        Lang::Cat => "ca",
        Lang::Ces => "cs",
        Lang::Cmn => "zh",
        Lang::Cym => "cy",
        Lang::Dan => "da",
        Lang::Deu => "de",
        Lang::Ell => "el",
        Lang::Eng => "en",
        Lang::Epo => "eo",
        Lang::Est => "et",
        Lang::Fin => "fi",
        Lang::Fra => "fr",
        Lang::Guj => "gu",
        Lang::Heb => "he",
        Lang::Hin => "hi",
        Lang::Hrv => "hr",
        Lang::Hun => "hu",
        Lang::Hye => "hy",
        Lang::Ind => "id",
        Lang::Ita => "it",
        Lang::Jav => "jv",
        Lang::Jpn => "ja",
        Lang::Kan => "kn",
        Lang::Kat => "ka",
        Lang::Khm => "km",
        Lang::Kor => "ko",
        Lang::Lat => "la",
        Lang::Lav => "lv",
        Lang::Lit => "lt",
        Lang::Mal => "ml",
        Lang::Mar => "mr",
        Lang::Mkd => "mk",
        Lang::Mya => "my",
        Lang::Nep => "ne",
        Lang::Nld => "nl",
        Lang::Nob => "nb",
        Lang::Ori => "or",
        Lang::Pan => "pa",
        Lang::Pes => "fa",
        Lang::Pol => "pl",
        Lang::Por => "pt",
        Lang::Ron => "ro",
        Lang::Rus => "ru",
        Lang::Sin => "si",
        Lang::Slk => "sk",
        Lang::Slv => "sl",
        Lang::Sna => "sn",
        Lang::Spa => "es",
        Lang::Srp => "sr",
        Lang::Swe => "sv",
        Lang::Tam => "ta",
        Lang::Tel => "te",
        Lang::Tgl => "tl",
        Lang::Tha => "th",
        Lang::Tuk => "tk",
        Lang::Tur => "tr",
        Lang::Ukr => "uk",
        Lang::Urd => "ur",
        Lang::Uzb => "uz",
        Lang::Vie => "vi",
        Lang::Yid => "yi",
        Lang::Zul => "zu",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GERMAN: &str = "Die Ministerin warnte am Dienstag vor den Folgen der neuen Abgabe. Viele Betriebe im Norden des \
        Landes könnten die Kosten nicht tragen, sagte sie nach einem Gespräch mit den Bürgermeistern. Der Verband der \
        Fischer forderte den Senat auf, die Abgabe noch vor dem Winter zurückzunehmen. ";
    const ENGLISH: &str = "The minister warned on Tuesday that the new levy would hurt the fishing towns of the north. \
        The mayors had told her that many firms could not bear the cost, she said. The fishermen's union urged the \
        senate to withdraw the levy before winter, and denied that its members had been paid to protest. ";

    fn known(text: &str) -> (&'static str, Option<&'static str>) {
        let language = of(text);
        (language.code, language.foreign)
    }

    #[test]
    fn languages_are_told_apart() {
        let french = "La ministre a averti mardi que la nouvelle taxe frapperait les villes du nord. Les maires lui \
            avaient dit que beaucoup d'entreprises ne pourraient pas supporter le coût, a-t-elle déclaré. Le syndicat des \
            pêcheurs a demandé au sénat de retirer la taxe avant l'hiver.";
        let spanish = "La ministra advirtió el martes que el nuevo impuesto perjudicaría a los pueblos del norte. Los \
            alcaldes le habían dicho que muchas empresas no podrían soportar el costo, afirmó. El sindicato de pescadores \
            pidió al senado que retirara el impuesto antes del invierno.";
        let russian = "Министр предупредила во вторник, что новый сбор ударит по северным городам. Мэры сказали ей, что \
            многие предприятия не выдержат расходов, заявила она. Профсоюз рыбаков призвал сенат отменить сбор до зимы, \
            пока лодки ещё выходят в море каждый день.";
        assert_eq!(known(ENGLISH), ("en", None));
        let foreign = [(GERMAN, "de"), (french, "fr"), (spanish, "es"), (russian, "ru")];
        for (text, code) in foreign {
            let language = of(text);
            assert!(language.code == code && language.foreign.is_some(), "{code}: {language:?}");
        }
    }

    #[test]
    fn what_is_certainly_not_english_need_not_be_certain() {
        let repeated = "Die Ministerin warnte vor den Folgen der Abgabe, die viele nicht tragen könnten. ".repeat(4);
        assert_eq!(known(&repeated), ("", Some("German")));
    }

    #[test]
    fn a_short_text_has_no_language() {
        assert_eq!(known("Der Minister warnte vor den Folgen."), ("", None));
    }

    #[test]
    fn an_english_article_with_a_long_quotation_is_not_foreign() {
        assert_eq!(of(&format!("{GERMAN}{ENGLISH}")).foreign, None);
        let opening = GERMAN.repeat(2 + SAMPLE / GERMAN.len());
        assert_eq!(of(&format!("{opening}{}", ENGLISH.repeat(40))).foreign, None);
        assert_eq!(of(&opening.repeat(9)).foreign, Some("German"));
    }

    #[test]
    fn every_code_is_of_iso_639_1() {
        let mut codes: Vec<_> = Lang::all().iter().map(|lang| code(*lang)).collect();
        assert!(codes.iter().all(|code| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_lowercase())));
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), Lang::all().len());
    }
}
