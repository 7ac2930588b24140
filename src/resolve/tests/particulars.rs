//! Single rules of resolution, each on an invented example.

use super::*;

#[test]
fn a_byline_names_who_writes() {
    let text = "By Ada Lund\n\nThe harbour sleeps. I doubt that it will wake.";
    let statements = [("I", "doubt", "that it will wake", None)];
    let signed = Draft::new(text, &[("Ada Lund", EntityType::Per)], &statements);
    assert_eq!(signed.sources(&resolver()), [one("Ada Lund", How::Pronoun)]);
    let unsigned = Draft::new(&text.replace("By Ada Lund\n\n", ""), &[], &statements);
    assert_eq!(unsigned.sources(&resolver()), [one("the author", How::Pronoun)]);
}

#[test]
fn his_majesty_is_the_king_and_nobodys_property() {
    let draft = Draft::new(
        "King Harald Lund landed with General Bo Falk.\n\nHis Majesty praised the crew.",
        &[("Harald Lund", EntityType::Per), ("Bo Falk", EntityType::Per)],
        &[("His Majesty", "praised", "the crew", None)],
    );
    assert_eq!(draft.sources(&resolver()), [one("Harald Lund", How::Description)]);
}

#[test]
fn one_person_with_two_offices_is_one() {
    let draft = Draft::new(
        "The chair and founder of Kestrel Foods warned of losses.",
        &[("Kestrel Foods", EntityType::Org)],
        &[("The chair and founder of Kestrel Foods", "warned of", "losses", None)],
    );
    assert_eq!(draft.sources(&resolver())[0].len(), 1);
}

#[test]
fn a_name_before_the_noun_of_others_is_not_who_speaks() {
    let draft = Draft::new(
        "Ada Lund stayed at home.\n\nLund campaign aides denied a quarrel.",
        &[("Ada Lund", EntityType::Per), ("Lund", EntityType::Per)],
        &[("Lund campaign aides", "denied", "a quarrel", None)],
    );
    assert_eq!(draft.sources(&resolver()), [one("Lund campaign aides", How::Description)]);
}

#[test]
fn who_after_an_apposition_is_the_person_named_before_it() {
    let draft = Draft::new(
        "“It will rain,” said Ada Lund, a consultant in Oslo who doubted the forecast.",
        &[("Ada Lund", EntityType::Per), ("Oslo", EntityType::Loc)],
        &[("who", "doubted", "the forecast", None)],
    );
    assert_eq!(draft.sources(&resolver()), [one("Ada Lund", How::Pronoun)]);
}

#[test]
fn all_authors_of_a_document_speak_through_it() {
    let draft = Draft::new(
        "A study by Ada Lund and Bo Falk warned of floods.",
        &[("Ada Lund", EntityType::Per), ("Bo Falk", EntityType::Per)],
        &[("A study by Ada Lund and Bo Falk", "warned of", "floods", None)],
    );
    let names = [("Ada Lund".to_owned(), How::Description), ("Bo Falk".to_owned(), How::Description)];
    assert_eq!(draft.sources(&resolver()), [names]);
}

#[test]
fn many_of_a_nation_are_not_their_country() {
    let draft = Draft::new(
        "Many wealthy Chinese feared the decree.",
        &[("Chinese", EntityType::Misc)],
        &[("Many wealthy Chinese", "feared", "the decree", None)],
    );
    assert!(draft.sources(&resolver())[0].iter().all(|(name, _)| name != "China"));
}

#[test]
fn every_choice_can_be_listed_with_what_it_was_made_among() {
    let draft = Draft::new(
        "Ada Lund said the quay was safe. She praised the divers.",
        &[("Ada Lund", EntityType::Per)],
        &[("Ada Lund", "said", "the quay was safe", None), ("She", "praised", "the divers", None)],
    );
    let (record, article, findings) = draft.read();
    let weighings = resolver().weighed(&record, &article, &findings);
    let [weighing] = &weighings[..] else { panic!("one choice: {weighings:?}") };
    assert_eq!((weighing.kind, article.slice(weighing.part, weighing.span)), ("person", "She"));
    assert_eq!(weighing.candidates[0].0, ["Ada Lund"]);
    assert_eq!(weighing.weights.len(), weighing.candidates[0].1.len() + 1);
}
