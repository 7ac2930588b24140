//! Letter case as token types: the vocabulary is uncased, names are not.

/// Names of the shapes, by number; the last is not in use.
pub const SHAPES: [&str; 6] = ["lower", "capitalised", "upper", "mixed", "digit", "unused"];

/// Shape of a word: any digit 4; no capital 0; two or more letters, all capital 2; only the first letter
/// capital 1; else 3.
pub fn shape(word: &str) -> u8 {
    let mut letters = 0;
    let mut capitals = 0;
    let mut first_capital = false;
    for c in word.chars() {
        if c.is_numeric() {
            return 4;
        }
        if c.is_alphabetic() {
            let capital = c.is_uppercase();
            first_capital |= letters == 0 && capital;
            letters += 1;
            capitals += usize::from(capital);
        }
    }
    match capitals {
        0 => 0,
        n if n == letters && letters >= 2 => 2,
        1 if first_capital => 1,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::shape;

    #[test]
    fn the_first_rule_that_fits_wins() {
        for (word, expected) in [
            ("the", 0),
            (".", 0),
            ("Ada", 1),
            ("A", 1),
            ("EU", 2),
            ("McKay", 3),
            ("iOS", 3),
            ("G7", 4),
            ("1990s", 4),
            ("Élan", 1),
        ] {
            assert_eq!(shape(word), expected, "{word}");
        }
    }
}
