//! [`ArticleRows`] → one line of JSON, for programs that read articles one by one.
//!
//! Invariant: one line per record, without a line break inside; the same columns and values as in the tables.
//! Entities are those of the article: the run is not known before its end.

use serde_json::{Map, Value, json};

use super::assemble::ArticleRows;
use super::entities::of_article;

/// The line of an article, without its line end: `document`, `statements`, `participants`, `mentions` and
/// `entities`, each with the columns of its table. `carried` are the headers of the carried columns (`x_<name>`).
pub fn line(rows: &ArticleRows, carried: &[String]) -> String {
    let mut document = json!(rows.document);
    if let Value::Object(fields) = &mut document {
        let values = rows.carried.iter().map(|value| json!(value));
        fields.extend(carried.iter().cloned().zip(values).collect::<Map<_, _>>());
    }
    json!({
        "document": document,
        "statements": rows.statements,
        "participants": rows.participants,
        "mentions": rows.mentions,
        "entities": of_article(rows),
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::super::rows::StatementRow;
    use super::super::testing::case;
    use super::*;

    #[test]
    fn a_line_holds_the_rows_of_the_article_and_no_line_break() {
        let rows = case(0).rows();
        let line = line(&rows, &["x_page".into()]);
        assert!(!line.contains(['\n', '\r']));
        let back: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(back["document"]["x_page"], "page 0");
        let statements: Vec<StatementRow> = serde_json::from_value(back["statements"].clone()).expect("rows");
        assert_eq!(statements, rows.statements);
        assert_eq!(back["entities"].as_array().expect("rows").len(), 3);
    }
}
