//! Text → its language, where that is certain.
//!
//! Invariant: a text counts as foreign only if it is so at its beginning and in its middle, so that an English
//! article with a long quotation, or a list of foreign names, is read.

use whatlang::Lang;

/// A text with fewer letters is too short to tell.
const LETTERS: usize = 200;

/// Bytes of the text that are looked at, at its beginning and again in its middle.
const SAMPLE: usize = 3_000;

/// In English one word in fifteen is "the", in other languages none: this share of them is a sign of English.
const SIGN_OF_ENGLISH: usize = 50;

/// A language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Language {
    /// ISO 639-1.
    pub code: &'static str,
    /// In English.
    pub name: &'static str,
    pub is_english: bool,
}

/// The language of a text of 200 letters or more, if it has a probability of 0.9 and all samples agree.
pub(super) fn of(text: &str) -> Option<Language> {
    text.chars().filter(|c| c.is_alphabetic()).nth(LETTERS - 1)?;
    let samples = samples(text);
    let mut found = None;
    for sample in &samples {
        let info = whatlang::detect(sample).filter(|info| info.confidence() >= 0.9)?;
        if found.is_some_and(|lang| lang != info.lang()) {
            return None;
        }
        found = Some(info.lang());
    }
    let lang = found?;
    let is_english = lang == Lang::Eng;
    if !is_english && samples.iter().any(|sample| has_sign_of_english(sample)) {
        return None;
    }
    Some(Language { code: code(lang), name: lang.eng_name(), is_english })
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

    fn code_of(text: &str) -> Option<&'static str> {
        of(text).map(|language| language.code)
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
        for (text, code) in [(GERMAN, "de"), (ENGLISH, "en"), (french, "fr"), (spanish, "es"), (russian, "ru")] {
            assert_eq!(code_of(text), Some(code));
        }
    }

    #[test]
    fn a_short_text_has_no_language() {
        assert_eq!(code_of("Der Minister warnte vor den Folgen."), None);
    }

    #[test]
    fn an_english_article_with_a_long_quotation_is_not_foreign() {
        assert_ne!(code_of(&format!("{GERMAN}{ENGLISH}")), Some("de"));
        let opening = GERMAN.repeat(2 + SAMPLE / GERMAN.len());
        assert_eq!(code_of(&format!("{opening}{}", ENGLISH.repeat(40))), None);
        assert_eq!(code_of(&opening.repeat(9)), Some("de"));
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
