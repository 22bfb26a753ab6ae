//! What became of each accepted request, as an SVG: a bar for each of the three services.

use std::fmt::Write as _;

use crate::demo::Account;
use crate::service::Column;

const WIDTH: f64 = 760.0;
const LEFT: f64 = 212.0;
const RIGHT: f64 = 16.0;
const HEAD: f64 = 84.0;
const BAR: f64 = 34.0;
/// A number that has less room than this is left out.
const NUMBER: f64 = 18.0;
const FATES: [(&str, &str); 3] = [
    ("row written", "#3b78b8"),
    ("named in a report, with its cause", "#9a6700"),
    ("lost, and nobody knows", "#b8322a"),
];

pub(crate) fn svg(accounts: &[Account]) -> String {
    let most = accounts.iter().map(|account| account.accepted).max().unwrap_or(0);
    let height = HEAD + BAR * count(accounts.len()) + 12.0;
    let mut body = String::new();
    for (at, account) in accounts.iter().enumerate() {
        bar(&mut body, HEAD + BAR * count(at), most, account);
    }
    let mut x = 16.0;
    for (name, colour) in FATES {
        let _ = writeln!(
            body,
            "<rect x=\"{x}\" y=\"52\" width=\"12\" height=\"12\" fill=\"{colour}\"/><text x=\"{}\" y=\"62.5\">{name}</text>",
            x + 18.0,
        );
        x += 56.0 + 7.0 * count(name.len());
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"13\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
         <text x=\"16\" y=\"26\" font-size=\"15\" font-weight=\"bold\">Accepted requests, by what became of their audit row</text>\n{body}</svg>\n"
    )
}

fn bar(body: &mut String, top: f64, most: usize, account: &Account) {
    let way = match account.column {
        Column::Naive => "awaited",
        Column::ByHand => "spawned, with care",
        Column::Outlive | Column::Durable => "#[detached]",
    };
    let name = account.column.name();
    let baseline = top + 21.0;
    let _ = writeln!(body, "<text x=\"16\" y=\"{baseline}\"><tspan font-weight=\"bold\">{name}</tspan>: {way}</text>");
    let named = account.accepted - account.rows - account.unaccounted.len();
    let unit = (WIDTH - LEFT - RIGHT) / count(most.max(1));
    let mut x = LEFT;
    for ((_, colour), number) in FATES.iter().zip([account.rows, named, account.unaccounted.len()]) {
        let width = unit * count(number);
        let _ = writeln!(
            body,
            "<rect x=\"{x:.1}\" y=\"{}\" width=\"{width:.1}\" height=\"{}\" fill=\"{colour}\"/>",
            top + 4.0,
            BAR - 8.0
        );
        if width >= NUMBER {
            let middle = x + width / 2.0;
            let _ = writeln!(
                body,
                "<text x=\"{middle:.1}\" y=\"{baseline}\" text-anchor=\"middle\" fill=\"white\" font-weight=\"bold\">{number}</text>"
            );
        }
        x += width;
    }
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_accepted_request_is_in_one_part_of_the_bar() {
        let account = Account::of(Column::Outlive, 400, 290, 0);
        let picture = svg(&[account]);
        assert!(picture.contains("by what became of their audit row"), "{picture}");
        assert!(picture.contains(">290</text>") && picture.contains(">110</text>"), "{picture}");
        assert!(!picture.contains(">0</text>"), "{picture}");
    }
}
