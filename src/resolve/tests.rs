//! What the resolver promises, on articles about invented people: examples, and what must not change anything.

use super::*;
use crate::article::{Mention, Passage, Statement};
use crate::labels::{EntityType, Flags, How, Part, Quotation, Role, Stance, Status};
use crate::text::{Span, Text};
use proptest::prelude::*;

mod particulars;

/// An article in which names and statements are found by their words.
#[derive(Default)]
struct Draft {
    text: String,
    mentions: Vec<(&'static str, EntityType)>,
    /// Source, cue, content, and the number of the statement around it.
    statements: Vec<(&'static str, &'static str, &'static str, Option<usize>)>,
    published: &'static str,
}

/// Where some words stand, from a place on; whole words only.
fn place(text: &str, words: &str, from: usize) -> Option<(usize, usize)> {
    let mut from = from;
    while let Some(at) = text.get(from..)?.find(words).map(|at| from + at) {
        let whole = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
        if whole(text[..at].chars().next_back()) && whole(text[at + words.len()..].chars().next()) {
            return Some((at, at + words.len()));
        }
        from = at + words.len();
    }
    None
}

impl Draft {
    fn new(
        text: &str,
        mentions: &[(&'static str, EntityType)],
        statements: &[(&'static str, &'static str, &'static str, Option<usize>)],
    ) -> Self {
        Draft { text: text.to_owned(), mentions: mentions.to_vec(), statements: statements.to_vec(), published: "" }
    }

    /// The article and what a faultless network would find in it.
    fn read(&self) -> (Record, Article, Findings) {
        let text = Text::new(self.text.clone());
        let span = |(a, b): (usize, usize)| Span::new(text.code_point_of(a), text.code_point_of(b));
        let mut findings = Findings::default();
        let mut longest = self.mentions.clone();
        longest.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        for (name, kind) in longest {
            let mut from = 0;
            while let Some(found) = place(&self.text, name, from) {
                from = found.1;
                let mention = Mention { part: Part::Text, span: span(found), kind, score: 0.99 };
                if !findings.mentions.iter().any(|m| m.span.overlaps(mention.span)) {
                    findings.mentions.push(mention);
                }
            }
        }
        findings.mentions.sort_by_key(|m| m.span);
        for &(source, cue, content, nested_in) in &self.statements {
            let content = place(&self.text, content, 0).expect(content);
            let around = self.text[..content.0].rfind("\n\n").map_or(0, |at| at + 2);
            let before = |words: &str| {
                let found =
                    std::iter::successors(place(&self.text, words, around), |last| place(&self.text, words, last.1));
                found.take_while(|f| f.1 <= content.0).last()
            };
            let near = |words: &str| {
                (!words.is_empty())
                    .then(|| before(words).or_else(|| place(&self.text, words, around)).map(span))
                    .flatten()
            };
            findings.statements.push(Statement {
                part: Part::Text,
                cue: near(cue),
                source: near(source),
                addressee: None,
                content: vec![span(content)],
                stance: Stance::Say,
                stance_score: 0.9,
                flags: Flags::default(),
                quotation: if self.text[content.0..].starts_with('“') {
                    Quotation::Direct
                } else {
                    Quotation::Indirect
                },
                score: 0.9,
                nested_in,
            });
        }
        let mut sentences = Vec::new();
        let mut start = 0;
        for piece in self.text.split_inclusive(". ").flat_map(|s| s.split_inclusive("\n\n")) {
            let whole = span((start, start + piece.len()));
            sentences.push(text.trim(whole));
            start += piece.len();
        }
        let record = Record {
            doc_id: "d1".to_owned(),
            path: "a.txt".to_owned(),
            record: 1,
            title: String::new(),
            text: self.text.clone(),
            published: self.published.to_owned(),
            url: String::new(),
            publisher: String::new(),
            carried: Vec::new(),
            status: Status::Ok,
            reason: String::new(),
            remark: String::new(),
            language: "en".to_owned(),
        };
        (record, Article { passages: vec![Passage { part: Part::Text, text, sentences }] }, findings)
    }

    fn cast(&self, resolver: &Resolver) -> Cast {
        let (record, article, findings) = self.read();
        resolver.resolve(&record, &article, &findings)
    }

    /// For each statement the names of its sources and how they are known.
    fn sources(&self, resolver: &Resolver) -> Vec<Vec<(String, How)>> {
        let cast = self.cast(resolver);
        let of = |i: usize| cast.participants.iter().filter(move |p| p.statement == i && p.role == Role::Source);
        (0..self.statements.len())
            .map(|i| of(i).map(|p| (cast.entities[p.entity].name.clone(), p.how)).collect())
            .collect()
    }
}

fn resolver() -> Resolver {
    Resolver::new(&ResolveOptions::default()).expect("no file is read")
}

fn one(name: &str, how: How) -> Vec<(String, How)> {
    vec![(name.to_owned(), how)]
}

#[test]
fn surnames_titles_pronouns_and_offices_lead_to_one_person() {
    let draft = Draft::new(
        "Harbour Minister Ada Lund said the quay was safe. She added that divers had looked.\n\nLund rejected a delay. The minister promised a report.",
        &[("Ada Lund", EntityType::Per), ("Lund", EntityType::Per)],
        &[
            ("Harbour Minister Ada Lund", "said", "the quay was safe", None),
            ("She", "added", "that divers had looked", None),
            ("Lund", "rejected", "a delay", None),
            ("The minister", "promised", "a report", None),
        ],
    );
    let name = "Ada Lund";
    assert_eq!(
        draft.sources(&resolver()),
        [one(name, How::Name), one(name, How::Pronoun), one(name, How::Alias), one(name, How::Description)]
    );
    let cast = draft.cast(&resolver());
    assert!(cast.participants.iter().all(|p| p.position == "Harbour Minister"), "{:?}", cast.participants);
    assert_eq!(cast.entities[0].sector, "government");
}

#[test]
fn mr_and_ms_of_one_surname_stay_apart_and_so_does_the_company() {
    let draft = Draft::new(
        "Olga Brandt met Piet Brandt in Oslo.\n\nMs Brandt said the sale was off.\n\nMr Brandt denied a quarrel.\n\nBrandt announced new lorries.",
        &[
            ("Olga Brandt", EntityType::Per),
            ("Piet Brandt", EntityType::Per),
            ("Brandt", EntityType::Per),
            ("Oslo", EntityType::Loc),
        ],
        &[("Ms Brandt", "said", "the sale was off", None), ("Mr Brandt", "denied", "a quarrel", None)],
    );
    assert_eq!(draft.sources(&resolver()), [one("Olga Brandt", How::Alias), one("Piet Brandt", How::Alias)]);
    let alone = Draft::new(
        "Olga Brandt opened the fair.\n\nMr Brandt denied a quarrel.",
        &[("Olga Brandt", EntityType::Per), ("Brandt", EntityType::Per)],
        &[("Mr Brandt", "denied", "a quarrel", None)],
    );
    assert_eq!(alone.sources(&resolver()), [one("Brandt", How::Name)]);
    let company = Draft::new(
        "Olga Brandt left.\n\nBrandt announced new lorries.",
        &[("Olga Brandt", EntityType::Per), ("Brandt", EntityType::Org)],
        &[("Brandt", "announced", "new lorries", None)],
    );
    let cast = company.cast(&resolver());
    assert_eq!(cast.entities[cast.participants[0].entity].kind, Some(EntityType::Org));
}

#[test]
fn acronyms_and_bodies_by_their_nouns() {
    let draft = Draft::new(
        "The Northern Ferry Union (NFU) called a strike.\n\nThe NFU demanded higher pay. The union warned of delays. It rejected an offer.",
        &[("Northern Ferry Union", EntityType::Org), ("NFU", EntityType::Org)],
        &[
            ("The NFU", "demanded", "higher pay", None),
            ("The union", "warned of", "delays", None),
            ("It", "rejected", "an offer", None),
        ],
    );
    let name = "Northern Ferry Union";
    assert_eq!(
        draft.sources(&resolver()),
        [one(name, How::Alias), one(name, How::Description), one(name, How::Pronoun)]
    );
}

#[test]
fn coordinated_sources_split_and_groups_find_their_members() {
    let draft = Draft::new(
        "Kestrel Foods and Marlow Dairies agreed to merge.\n\nBoth companies denied job cuts. They praised the deal.",
        &[("Kestrel Foods", EntityType::Org), ("Marlow Dairies", EntityType::Org)],
        &[
            ("Kestrel Foods and Marlow Dairies", "agreed", "to merge", None),
            ("Both companies", "denied", "job cuts", None),
            ("They", "praised", "the deal", None),
        ],
    );
    let both = |how| vec![("Kestrel Foods".to_owned(), how), ("Marlow Dairies".to_owned(), how)];
    assert_eq!(draft.sources(&resolver()), [both(How::Group), both(How::Group), both(How::Pronoun)]);
}

#[test]
fn first_persons_speak_for_the_source_around_them() {
    let draft = Draft::new(
        "Bo Falk, a spokesman for Ostbank, said: “I think we promised too much.”",
        &[("Bo Falk", EntityType::Per), ("Ostbank", EntityType::Org)],
        &[
            ("Bo Falk, a spokesman for Ostbank", "said", "“I think we promised too much.”", None),
            ("I", "think", "we promised too much", Some(0)),
            ("we", "promised", "too much", Some(1)),
        ],
    );
    let sources = draft.sources(&resolver());
    assert_eq!(sources[1], one("Bo Falk", How::Pronoun));
    assert_eq!(sources[2], one("Ostbank", How::Pronoun));
    let cast = draft.cast(&resolver());
    let source = cast.participants.iter().find(|p| p.role == Role::Source).expect("a source");
    assert_eq!((source.position.as_str(), source.affiliation.as_str()), ("spokesman", "Ostbank"));
}

#[test]
fn unnamed_sources_stay_descriptions_and_private_to_their_article() {
    let draft = Draft::new(
        "Norwegian officials said the road was closed.\n\nA source familiar with the matter denied it.",
        &[("Norwegian", EntityType::Misc)],
        &[
            ("Norwegian officials", "said", "the road was closed", None),
            ("A source familiar with the matter", "denied", "it", None),
        ],
    );
    let cast = draft.cast(&resolver());
    let unnamed: Vec<_> = cast.entities.iter().filter(|e| e.kind == Some(EntityType::Unnamed)).collect();
    assert_eq!(
        unnamed.iter().map(|e| e.name.as_str()).collect::<Vec<_>>(),
        ["Norwegian officials", "A source familiar with the matter"]
    );
    assert!(unnamed.iter().all(|e| e.apart == "d1"));
    assert_eq!((unnamed[0].country.as_str(), unnamed[0].sector.as_str()), ("NOR", "government"));
}

#[test]
fn a_free_standing_quotation_continues_the_speaker_before_it() {
    let draft = Draft::new(
        "“We begin in May,” said Ada Lund.\n\n“The quay comes first.”",
        &[("Ada Lund", EntityType::Per)],
        &[("Ada Lund", "said", "“We begin in May,”", None), ("", "", "“The quay comes first.”", None)],
    );
    assert_eq!(draft.sources(&resolver())[1], one("Ada Lund", How::Implicit));
}

#[test]
fn a_pronoun_of_the_other_gender_has_no_answer() {
    let draft = Draft::new(
        "Ms Ada Lund opened the fair. He denied everything.",
        &[("Ada Lund", EntityType::Per)],
        &[("He", "denied", "everything", None)],
    );
    assert_eq!(draft.sources(&resolver()), [vec![]]);
}

#[test]
fn the_users_aliases_win_within_their_dates() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("aliases.csv");
    std::fs::write(
        &path,
        "alias,entity,type,from,to\nthe Old Quay,Harbour Bonds,ORG,,\nLund,Ada Lund-Holm,PER,2020-01-01,2020-12-31\n",
    )
    .expect("a file");
    let resolver = Resolver::new(&ResolveOptions { aliases: Some(path) }).expect("a good file");
    let mut draft = Draft::new(
        "The Old Quay warned of losses.\n\nLund denied a crisis.",
        &[("Lund", EntityType::Per)],
        &[("The Old Quay", "warned of", "losses", None), ("Lund", "denied", "a crisis", None)],
    );
    draft.published = "2020-06-01";
    let names =
        |draft: &Draft| draft.sources(&resolver).into_iter().flatten().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names(&draft), ["Harbour Bonds", "Ada Lund-Holm"]);
    draft.published = "2021-06-01";
    assert_eq!(names(&draft), ["Harbour Bonds", "Lund"]);
}

#[test]
fn contents_name_whom_they_are_about() {
    let draft = Draft::new(
        "Ada Lund accused Kestrel Foods of fraud in Oslo.",
        &[("Ada Lund", EntityType::Per), ("Kestrel Foods", EntityType::Org), ("Oslo", EntityType::Loc)],
        &[("Ada Lund", "accused", "Kestrel Foods of fraud in Oslo", None)],
    );
    let cast = draft.cast(&resolver());
    let about: Vec<_> = cast
        .participants
        .iter()
        .filter(|p| p.role == Role::About)
        .map(|p| cast.entities[p.entity].name.as_str())
        .collect();
    assert_eq!(about, ["Kestrel Foods", "Oslo"]);
}

/// The article of the metamorphic tests, with the name of its first speaker.
fn story(full: &'static str, surname: &'static str, swapped: bool) -> Draft {
    let first = format!("Mayor {full} said the bridge was closed. {surname} warned of queues. He urged patience.");
    let second = "Kestrel Foods announced a new plant. The company promised forty jobs.";
    let text = if swapped { format!("{second}\n\n{first}") } else { format!("{first}\n\n{second}") };
    let mut statements = vec![
        (full, "said", "the bridge was closed", None),
        (surname, "warned of", "queues", None),
        ("He", "urged", "patience", None),
        ("Kestrel Foods", "announced", "a new plant", None),
        ("The company", "promised", "forty jobs", None),
    ];
    if swapped {
        statements.rotate_left(3);
    }
    Draft::new(
        &text,
        &[(full, EntityType::Per), (surname, EntityType::Per), ("Kestrel Foods", EntityType::Org)],
        &statements,
    )
}

#[test]
fn renaming_a_person_renames_exactly_their_rows() {
    let before = story("Ivo Maren", "Maren", false).sources(&resolver());
    let after = story("Tal Quist", "Quist", false).sources(&resolver());
    for (before, after) in before.iter().zip(&after) {
        let expected: Vec<_> =
            before.iter().map(|(name, how)| (name.replace("Ivo Maren", "Tal Quist"), *how)).collect();
        assert_eq!(&expected, after);
    }
    assert_eq!(before[2], one("Ivo Maren", How::Pronoun));
}

#[test]
fn swapping_paragraphs_that_do_not_refer_to_each_other_changes_nothing_else() {
    let mut plain = story("Ivo Maren", "Maren", false).sources(&resolver());
    let swapped = story("Ivo Maren", "Maren", true).sources(&resolver());
    plain.rotate_left(3);
    assert_eq!(plain, swapped);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever the network says, there is an answer of the right shape, and the same one every time.
    #[test]
    fn any_findings_give_a_sound_cast(
        text in "([A-Z][a-z]{1,6}|he|she|they|the|minister|and|of|said|,|\\.|“|”|\n){1,40}( [A-Za-zé’\u{1F600}]{1,8}| ,| and| of| 's| \\(){0,40}",
        spans in prop::collection::vec((0usize..120, 1usize..12, 0u8..4), 0..12),
        rows in prop::collection::vec((0usize..120, 1usize..12, 0usize..120, 1usize..30, 0usize..8), 0..8),
    ) {
        let whole = Text::new(text.clone());
        let end = whole.len();
        let clip = |start: usize, length: usize| Span::new(start.min(end), (start + length).min(end));
        let kinds = [EntityType::Per, EntityType::Org, EntityType::Loc, EntityType::Misc];
        let mut mentions: Vec<Mention> = spans.iter().map(|&(start, length, kind)| Mention { part: Part::Text, span: clip(start, length), kind: kinds[kind as usize], score: 0.5 }).collect();
        mentions.sort_by_key(|m| m.span);
        mentions.dedup_by(|b, a| a.span.overlaps(b.span) || b.span.is_empty());
        mentions.retain(|m| !m.span.is_empty());
        let statements = rows.iter().enumerate().map(|(i, &(start, length, content, long, parent))| Statement {
            part: Part::Text, cue: Some(clip(start, 2)), source: Some(clip(start, length)), addressee: Some(clip(content, 3)), content: vec![clip(content, long)],
            stance: Stance::Say, stance_score: 0.5, flags: Flags::default(), quotation: Quotation::Direct, score: 0.5, nested_in: (parent < i).then_some(parent),
        }).collect();
        let findings = Findings { mentions, statements };
        let (record, _, _) = Draft::new("", &[], &[]).read();
        let article = Article { passages: vec![Passage { part: Part::Text, text: whole, sentences: vec![Span::new(0, end)] }] };
        let resolver = resolver();
        let cast = resolver.resolve(&record, &article, &findings);
        prop_assert_eq!(&cast, &resolver.resolve(&record, &article, &findings));
        prop_assert_eq!(cast.mention_entity.len(), findings.mentions.len());
        prop_assert!(cast.participants.windows(2).all(|p| (p[0].statement, p[0].role) <= (p[1].statement, p[1].role)));
        for participant in &cast.participants {
            prop_assert!(participant.entity < cast.entities.len() && participant.score > 0.0 && participant.score <= 1.0);
        }
        prop_assert!(cast.entities.iter().all(|e| e.kind.is_some()));
    }
}
