//! Bars of ratios, as an SVG.

use std::fmt::Write as _;

use crate::contenders::{BARE, BY_HAND};
use crate::report::Row;

/// Ratios beyond this are cut, and written out.
const LONGEST: f64 = 6.0;
const UNIT: f64 = 62.0;
const LEFT: f64 = 170.0;
const COLUMN: f64 = LEFT + LONGEST * UNIT + 70.0;
const BAR: f64 = 16.0;
const HEAD: f64 = 46.0;

/// One block of bars for each group that has a bare spawn, whose time is the line at 1. The first group's runtime has
/// the left column, all others have the right one. A thin line at a bar's end goes from quartile to quartile.
#[must_use]
pub fn svg(title: &str, note: &str, groups: &[Vec<Row>]) -> String {
    let mut body = String::new();
    let mut tops = [HEAD; 2];
    let mut left_runtime = None;
    for group in groups {
        let Some(first) = group.first().filter(|first| first.timed.to_bare.is_some()) else { continue };
        let right = *left_runtime.get_or_insert(first.runtime) != first.runtime;
        let left = if right { COLUMN } else { 0.0 };
        block(&mut body, left, &mut tops[usize::from(right)], first, group);
    }
    let (width, height) = (2.0 * COLUMN, tops[0].max(tops[1]) + 8.0);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"11\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
         <text x=\"12\" y=\"20\" font-size=\"15\" font-weight=\"bold\">{}</text>\n\
         <text x=\"12\" y=\"36\" fill=\"#666\">{}</text>\n{body}</svg>\n",
        escaped(title),
        escaped(note),
    )
}

fn block(body: &mut String, left: f64, top: &mut f64, first: &Row, group: &[Row]) {
    let heading = format!("{} · {} · {}", first.work, first.runtime, first.from);
    *top += 22.0;
    let _ = writeln!(body, "<text x=\"{}\" y=\"{top}\" font-weight=\"bold\">{}</text>", left + 12.0, escaped(&heading));
    *top += 6.0;
    let began = *top;
    for row in group {
        let Some(ratio) = row.timed.to_bare else { continue };
        let (x, middle) = (left + LEFT, *top + BAR / 2.0);
        let width = ratio.median.min(LONGEST) * UNIT;
        let _ = writeln!(
            body,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\
             <rect x=\"{x}\" y=\"{}\" width=\"{width:.1}\" height=\"{}\" fill=\"{}\"/>",
            x - 6.0,
            middle + 4.0,
            escaped(row.timed.who),
            *top + 1.5,
            BAR - 3.0,
            color(row.timed.who),
        );
        let (low, high) = (ratio.low.min(LONGEST) * UNIT, ratio.high.min(LONGEST) * UNIT);
        let _ = writeln!(
            body,
            "<path d=\"M{:.1} {middle}H{:.1}\" stroke=\"#222\"/><text x=\"{:.1}\" y=\"{}\">{:.2}</text>",
            x + low,
            x + high,
            x + width.max(high) + 5.0,
            middle + 4.0,
            ratio.median,
        );
        *top += BAR;
    }
    let one = left + LEFT + UNIT;
    let _ = writeln!(body, "<path d=\"M{one} {began}V{top}\" stroke=\"#c00\" stroke-dasharray=\"3 2\"/>");
}

fn color(who: &str) -> &'static str {
    match who {
        BARE => "#999",
        BY_HAND => "#d98c3f",
        who if who.starts_with("outlive") => "#3b78b8",
        _ => "#c9b79c",
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::svg;
    use crate::report::tests::row;

    #[test]
    fn a_bar_for_each_contender_and_a_line_at_the_bare_spawn_for_each_group() {
        let groups = [
            vec![row("w1", "bare spawn", 1.0), row("w1", "outlive", 1.2)],
            vec![row("w<2>", "bare spawn", 1.0), row("w<2>", "taskvisor", 40.0)],
        ];
        let chart = svg("ratios", "a & b", &groups);
        assert_eq!(chart.matches("<rect x=").count(), 4);
        assert_eq!(chart.matches("stroke-dasharray").count(), 2);
        assert!(chart.contains("w&lt;2&gt;") && chart.contains("a &amp; b"));
        assert!(chart.contains(">40.00<") && chart.contains("width=\"372.0\""), "cut, and written out");
    }
}
