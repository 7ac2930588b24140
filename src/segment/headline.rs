//! Does a text begin with its own headline?

/// Whether `text` opens with `title`, compared by letters and digits alone.
pub fn opens(title: &str, text: &str) -> bool {
    let mut rest = letters(text);
    let mut any = false;
    for wanted in letters(title) {
        any = true;
        if rest.next() != Some(wanted) {
            return false;
        }
    }
    any
}

fn letters(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}
