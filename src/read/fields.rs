//! Names of fields → which of them holds the text, the id and so on.
//!
//! Invariant: a field that the user names is that field or an error; only unnamed ones are guessed.

use super::ReadOptions;

/// Which fields hold what. `None`: the first of the usual names that is there, in any letter case.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    /// The text.
    pub text: Option<String>,
    /// The id.
    pub id: Option<String>,
    /// The headline.
    pub title: Option<String>,
    /// The date.
    pub date: Option<String>,
    /// The address.
    pub url: Option<String>,
    /// The publisher.
    pub publisher: Option<String>,
}

/// What a field can hold for us.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Slot {
    Text,
    Id,
    Title,
    Date,
    Url,
    Publisher,
}

impl Slot {
    pub const ALL: [Slot; 6] = [Slot::Text, Slot::Id, Slot::Title, Slot::Date, Slot::Url, Slot::Publisher];

    /// The option that names its field.
    pub fn flag(self) -> &'static str {
        match self {
            Slot::Text => "--text-field",
            Slot::Id => "--id-field",
            Slot::Title => "--title-field",
            Slot::Date => "--date-field",
            Slot::Url => "--url-field",
            Slot::Publisher => "--publisher-field",
        }
    }

    /// The usual names of its field, the likeliest first.
    pub fn usual(self) -> &'static [&'static str] {
        match self {
            Slot::Text => {
                &["text", "body", "content", "article", "article_text", "full_text", "fulltext", "maintext", "story"]
            }
            Slot::Id => &["id", "doc_id", "docid", "document_id", "article_id", "_id", "uid", "uuid", "guid"],
            Slot::Title => &["title", "headline", "head", "heading"],
            Slot::Date => &[
                "date",
                "published",
                "published_at",
                "publishedat",
                "publication_date",
                "pub_date",
                "pubdate",
                "date_published",
                "date_publish",
                "publish_date",
                "datetime",
                "timestamp",
            ],
            Slot::Url => &["url", "link", "uri", "href", "source_url", "web_url"],
            Slot::Publisher => &[
                "publisher",
                "source",
                "outlet",
                "source_name",
                "newspaper",
                "publication",
                "source_domain",
                "domain",
                "site",
            ],
        }
    }
}

impl Fields {
    /// The name that the user gave for a slot.
    pub(super) fn named(&self, slot: Slot) -> Option<&str> {
        match slot {
            Slot::Text => self.text.as_deref(),
            Slot::Id => self.id.as_deref(),
            Slot::Title => self.title.as_deref(),
            Slot::Date => self.date.as_deref(),
            Slot::Url => self.url.as_deref(),
            Slot::Publisher => self.publisher.as_deref(),
        }
    }
}

/// Which of a record's fields holds what.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    slots: [Option<usize>; 6],
    /// For each field of `--carry` its place, if it is there.
    pub carry: Vec<Option<usize>>,
    /// Slots whose field is wanted and not there: the text, and those that the user names.
    pub absent: Vec<Slot>,
    /// Names in `--carry` that are not there.
    pub not_carried: Vec<String>,
}

impl Columns {
    /// Finds the columns by name. Of guessed fields one that `filled` accepts goes before one that it does not.
    pub fn find(names: &[&str], options: &ReadOptions, filled: impl Fn(usize) -> bool) -> Self {
        let mut columns = Columns::default();
        for slot in Slot::ALL {
            let named = options.fields.named(slot);
            let place = match named {
                Some(name) => position(names, name),
                None => {
                    let usual = slot.usual().iter().filter_map(|name| position(names, name));
                    usual.clone().find(|&at| filled(at)).or_else(|| usual.clone().next())
                }
            };
            if place.is_none() && (named.is_some() || slot == Slot::Text) {
                columns.absent.push(slot);
            }
            columns.slots[slot as usize] = place;
        }
        for name in &options.carry {
            let place = position(names, name);
            if place.is_none() {
                columns.not_carried.push(name.clone());
            }
            columns.carry.push(place);
        }
        columns
    }

    /// The place of a slot's field.
    pub fn get(&self, slot: Slot) -> Option<usize> {
        self.slots[slot as usize]
    }
}

/// The place of a name: as spelled, else in any letter case.
fn position(names: &[&str], name: &str) -> Option<usize> {
    let same = |other: &&str| other.trim().eq_ignore_ascii_case(name.trim());
    names.iter().position(|other| *other == name).or_else(|| names.iter().position(same))
}

/// What to tell about a field that is not there.
pub(super) fn missing(slot: Slot, names: &[&str], options: &ReadOptions) -> String {
    let flag = slot.flag();
    match options.fields.named(slot) {
        Some(name) => format!("no field {name:?} ({flag}); fields there: {}", listed(names)),
        None => format!("no field for the text; fields there: {}; name one with {flag}", listed(names)),
    }
}

/// What to tell about fields that `--carry` names and that are not there.
pub(super) fn not_carried(absent: &[String]) -> String {
    match absent {
        [] => String::new(),
        some => format!("no field {} to carry", some.iter().map(|n| format!("{n:?}")).collect::<Vec<_>>().join(", ")),
    }
}

/// Names as a reason shows them: at most 30, none longer than 40 characters.
fn listed(names: &[&str]) -> String {
    let shown = names.iter().take(30).map(|name| {
        let short: String = name.chars().take(40).collect();
        if short.len() < name.len() { format!("{:?}", short + "…") } else { format!("{short:?}") }
    });
    let mut list = shown.collect::<Vec<_>>().join(", ");
    if names.is_empty() {
        list.push_str("none");
    } else if names.len() > 30 {
        list.push_str(&format!(" and {} more", names.len() - 30));
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_names_are_found_in_any_letter_case_and_the_likeliest_first() {
        let columns = Columns::find(&["Content", "TEXT", "Headline"], &ReadOptions::default(), |_| true);
        assert_eq!((columns.get(Slot::Text), columns.get(Slot::Title)), (Some(1), Some(2)));
        let columns = Columns::find(&["Content", "TEXT"], &ReadOptions::default(), |at| at == 0);
        assert_eq!(columns.get(Slot::Text), Some(0), "a filled field goes before an empty one");
    }

    #[test]
    fn a_named_field_is_never_guessed() {
        let fields = Fields { text: Some("lead".into()), ..Fields::default() };
        let options = ReadOptions { fields, ..ReadOptions::default() };
        assert_eq!(Columns::find(&["text", "Lead"], &options, |_| true).get(Slot::Text), Some(1));
        let columns = Columns::find(&["text"], &options, |_| true);
        assert_eq!(columns.absent, [Slot::Text]);
        let reason = missing(Slot::Text, &["text"], &options);
        assert_eq!(reason, r#"no field "lead" (--text-field); fields there: "text""#);
    }

    #[test]
    fn a_reason_stays_short_whatever_the_names() {
        let long = "x".repeat(10_000);
        let names = vec![long.as_str(); 10_000];
        assert!(listed(&names).len() < 2_000);
    }
}
