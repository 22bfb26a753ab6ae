//! Two curves in one picture, for a terminal.

pub(crate) struct Sample {
    pub(crate) tasks: usize,
    pub(crate) memory: usize,
}

const HEIGHT: usize = 10;

/// `●` is the first curve, `○` the second.
pub(crate) fn print(what: &str, unit: &str, curves: [(&str, &Vec<Sample>); 2], value: impl Fn(&Sample) -> usize) {
    let curves = curves.map(|(name, samples)| (name, samples.iter().map(&value).collect::<Vec<_>>()));
    let most = curves.iter().flat_map(|(_, values)| values).copied().max().unwrap_or(0).max(1);
    let row = |value: usize| value * (HEIGHT - 1) / most;
    println!("{what}");
    for level in (0..HEIGHT).rev() {
        let label = most * level / (HEIGHT - 1);
        let line: String = (0..curves[0].1.len())
            .map(|at| {
                let here = |curve: usize| curves[curve].1.get(at).is_some_and(|value| row(*value) == level);
                if here(0) {
                    '●'
                } else if here(1) {
                    '○'
                } else {
                    ' '
                }
            })
            .collect();
        println!("{label:>8}{unit} │{}", line.trim_end());
    }
    let width = 8 + unit.len() + 1;
    println!("{:width$}└{}", "", "─".repeat(curves[0].1.len()));
    for ((name, values), mark) in curves.iter().zip(['●', '○']) {
        let (first, last) = (values.first().unwrap_or(&0), values.last().unwrap_or(&0));
        println!("{:width$} {mark} {name}: {first}{unit} → {last}{unit}", "");
    }
    println!();
}
