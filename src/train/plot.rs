//! Rows of the record → an SVG: the losses above, the dev figures below, over the steps.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::record::Row;

const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 60.0;
const TOP: f64 = 30.0;
/// Room for the legend beside a panel.
const LEGEND: f64 = 300.0;
/// Okabe and Ito's colours, which colour-blind people can tell apart.
const COLOURS: [&str; 8] = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999"];

/// Draws the record. The same rows give the same bytes.
pub fn draw(rows: &[Row]) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
        LEFT + WIDTH + LEGEND,
        2.0 * (HEIGHT + 2.0 * TOP)
    );
    panel(&mut svg, 0.0, "loss (mean since the line before)", &lines(rows, "loss"));
    panel(&mut svg, HEIGHT + 2.0 * TOP, "dev figures, per cent", &lines(rows, "dev "));
    svg.push_str("</svg>\n");
    svg
}

type Lines<'r> = BTreeMap<&'r str, Vec<(f64, f64)>>;

fn lines<'r>(rows: &'r [Row], prefix: &str) -> Lines<'r> {
    let mut lines = Lines::new();
    for (step, figure, value) in rows.iter().filter(|(_, figure, _)| figure.starts_with(prefix)) {
        lines.entry(figure).or_default().push((*step as f64, *value));
    }
    lines
}

fn panel(svg: &mut String, top: f64, title: &str, lines: &Lines) {
    let points = || lines.values().flatten();
    let most = points().map(|p| p.0).fold(1.0, f64::max);
    let low = points().map(|p| p.1).fold(f64::INFINITY, f64::min);
    let high = points().map(|p| p.1).fold(f64::NEG_INFINITY, f64::max);
    let (low, high) = if low < high { (low, high) } else { (0.0, 1.0f64.max(high)) };
    let x = |step: f64| LEFT + WIDTH * step / most;
    let y = |value: f64| top + TOP + HEIGHT * (high - value) / (high - low);
    let mut put = |text: String| {
        svg.push_str(&text);
        svg.push('\n');
    };
    put(format!("<text x=\"{LEFT}\" y=\"{:.1}\" font-weight=\"bold\">{title}</text>", top + TOP - 10.0));
    for part in 0..=4 {
        let (value, step) = (low + (high - low) * f64::from(part) / 4.0, most * f64::from(part) / 4.0);
        put(format!("<path d=\"M{LEFT} {0:.1}h{WIDTH}\" stroke=\"#ddd\"/>", y(value)));
        put(format!("<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{value:.2}</text>", LEFT - 6.0, y(value) + 4.0));
        put(format!(
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{step:.0}</text>",
            x(step),
            top + TOP + HEIGHT + 16.0
        ));
    }
    for (index, (name, points)) in lines.iter().enumerate() {
        let colour = COLOURS[index % COLOURS.len()];
        let dash = if index < COLOURS.len() { "none" } else { "5 3" };
        let mut path = String::new();
        for (at, point) in points.iter().enumerate() {
            // Writing to a string does not fail.
            let _ = write!(path, "{}{:.1} {:.1}", if at == 0 { 'M' } else { 'L' }, x(point.0), y(point.1));
        }
        let line = format!("stroke=\"{colour}\" stroke-width=\"1.5\" stroke-dasharray=\"{dash}\" fill=\"none\"");
        put(format!("<path d=\"{path}\" {line}/>"));
        let (at, height) = (LEFT + WIDTH + 12.0, top + TOP + 8.0 + 16.0 * index as f64);
        put(format!("<path d=\"M{at} {height:.1}h20\" {line}/>"));
        put(format!("<text x=\"{:.1}\" y=\"{:.1}\">{name}</text>", at + 26.0, height + 4.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_has_a_line_and_a_name() {
        let row = |step, name: &str, value| (step, name.to_owned(), value);
        let svg = draw(&[row(10, "loss", 2.0), row(20, "loss", 1.0), row(20, "dev a cue", 70.0)]);
        assert!(svg.contains(">loss</text>") && svg.contains(">dev a cue</text>"));
        assert!(svg.contains("M510.0 30.0L960.0 330.0"), "{svg}");
    }
}
