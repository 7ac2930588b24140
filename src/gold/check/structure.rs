//! Gold article → what is wrong about its spans and links.
//!
//! Invariant: an article without a problem here can be scored: every span slices, every link leads somewhere.

use crate::gold::{GoldArticle, GoldSpan, GoldStatement, span};
use crate::labels::{EntityType, Part};
use crate::text::Text;

/// Everything that is wrong with the article, in order.
pub fn problems(article: &GoldArticle) -> Vec<String> {
    let mut found = Vec::new();
    let texts = [Text::new(article.title.as_str()), Text::new(article.text.as_str())];
    let text = |part: Part| &texts[usize::from(part == Part::Text)];
    if article.text.trim().is_empty() {
        found.push("the text is empty".to_owned());
    }
    for &run in &article.discard {
        found.extend(bad_span("discard", run, text(Part::Text)));
    }
    let statements = article.statements.as_deref().unwrap_or_default();
    for (index, statement) in statements.iter().enumerate() {
        let problems = of_statement(statement, text(statement.part()));
        let nesting = of_nesting(statements, index);
        let twice = statements[..index].contains(statement).then(|| "stands there twice".to_owned());
        found.extend(problems.into_iter().chain(nesting).chain(twice).map(|what| format!("statement {index}: {what}")));
    }
    for (index, mention) in article.mentions.iter().flatten().enumerate() {
        let mut add = |what: String| found.push(format!("mention {index}: {what}"));
        bad_span("it", [mention.start, mention.end], text(mention.part())).map(&mut add);
        if mention.kind == EntityType::Unnamed {
            add("the type UNNAMED is for sources without a name; a mention is PER, ORG, LOC or MISC".to_owned());
        }
        let before = article.mentions.iter().flatten().take(index);
        if let Some(other) = before.clone().find(|m| m.part() == mention.part() && m.span().overlaps(mention.span())) {
            add(format!("overlaps the mention {}; mentions stand beside each other", other.span()));
        }
    }
    found
}

fn bad_span(role: &str, run: GoldSpan, text: &Text) -> Option<String> {
    let (at, length) = (span(run), text.len());
    if at.is_empty() {
        Some(format!("{role} {at} is empty; a span is [start, end] with the end after the start"))
    } else if at.end > length {
        Some(format!("{role} {at} does not slice: there are {length} characters (code points, not bytes)"))
    } else {
        text.slice(at).trim().is_empty().then(|| format!("{role} {at} is white space"))
    }
}

fn of_statement(statement: &GoldStatement, text: &Text) -> Vec<String> {
    let mut found = Vec::new();
    let (source, cue) = (statement.source_span, statement.cue_span);
    let roles = [("source", source), ("cue", cue), ("addressee", statement.addressee_span)];
    let content = statement.content_spans.iter().map(|&run| ("content", Some(run)));
    let all: Vec<(&str, GoldSpan)> =
        roles.into_iter().chain(content).filter_map(|(role, run)| Some((role, run?))).collect();
    found.extend(all.iter().filter_map(|&(role, run)| bad_span(role, run, text)));
    for (at, &(a, x)) in all.iter().enumerate() {
        for &(b, y) in &all[at + 1..] {
            if a != "addressee" && b != "addressee" && span(x).overlaps(span(y)) {
                found.push(format!("{a} {} overlaps {b} {}", span(x), span(y)));
            }
        }
    }
    if statement.content_spans.windows(2).any(|pair| pair[0] > pair[1]) {
        found.push("the parts of its content are not in order".to_owned());
    }
    if cue.is_none() && statement.content_spans.is_empty() {
        found.push("it has neither cue nor content; label at least one".to_owned());
    }
    for flag in statement.flags.iter().filter(|f| !["negated", "hedged", "unreal"].contains(&f.as_str())) {
        found.push(format!("the flag `{flag}` is none of negated, hedged, unreal"));
    }
    found
}

fn of_nesting(statements: &[GoldStatement], index: usize) -> Option<String> {
    let parent = statements[index].nested_in?;
    let Some(other) = statements.get(parent) else {
        return Some(format!("nested_in {parent} names no statement; there are {}, counted from 0", statements.len()));
    };
    let mut at = Some(index);
    for _ in 0..=statements.len() {
        at = at.and_then(|at| statements.get(at)?.nested_in);
    }
    if at.is_some() {
        return Some(format!("nested_in {parent} leads in a circle"));
    }
    let anchor = statements[index].anchor()?;
    let inside = other.content_spans.iter().any(|&run| span(run).contains(anchor));
    (!inside).then(|| format!("nested_in {parent}, but it does not lie in a content part of that statement"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems_of(statements: &str) -> Vec<String> {
        let line = format!(r#"{{"id":"a","text":"Ann said Bo warned that fog is near.","statements":{statements}}}"#);
        problems(&serde_json::from_str(&line).unwrap())
    }

    const GOOD: &str = r#"[{"source_span":[0,3],"cue_span":[4,8],"content_spans":[[9,35]]},
        {"source_span":[9,11],"cue_span":[12,18],"content_spans":[[19,35]],"nested_in":0}]"#;

    #[test]
    fn good_gold_has_no_problem() {
        assert_eq!(problems_of(GOOD), Vec::<String>::new());
    }

    /// Each change breaks one thing, and its name must come out.
    #[test]
    fn what_is_broken_is_named() {
        for (from, to, named) in [
            ("[9,35]", "[9,99]", "does not slice"),
            ("[12,18]", "[12,12]", "is empty"),
            ("[12,18]", "[10,18]", "source 9-11 overlaps cue 10-18"),
            ("[0,3]", "[3,4]", "white space"),
            ("\"nested_in\":0", "\"nested_in\":2", "names no statement"),
            ("\"nested_in\":0", "\"nested_in\":1", "circle"),
            ("[9,35]", "[19,35]", "does not lie in"),
            ("\"nested_in\":0", "\"flags\":[\"loud\"]", "`loud`"),
        ] {
            let problems = problems_of(&GOOD.replace(from, to));
            assert!(problems.iter().any(|what| what.contains(named)), "{to}: {problems:?}");
        }
    }

    #[test]
    fn mentions_do_not_overlap() {
        let line = r#"{"id":"a","text":"Ann Lee","mentions":[{"start":0,"end":7,"type":"PER"},{"start":4,"end":7,"type":"PER"}]}"#;
        let problems = problems(&serde_json::from_str(line).unwrap());
        assert!(problems.len() == 1 && problems[0].contains("mention 1: overlaps"), "{problems:?}");
    }
}
