//! Finds what a message tells to write, and puts it where the message points.

/// What one error tells to write.
pub(crate) struct Correction {
    verb: &'static str,
    text: String,
    /// A static that it needs.
    item: Option<String>,
    line: usize,
    column: usize,
    length: usize,
}

const VERBS: [&str; 3] = ["write", "did you mean", "add"];

/// Of the errors in a golden.
pub(crate) fn corrections(said: &str) -> Vec<Correction> {
    let lines: Vec<&str> = said.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.starts_with("error")) {
        let Some((verb, text)) = first(line) else { continue };
        let place = lines[at..].iter().find_map(|line| line.trim().strip_prefix("--> ")).unwrap_or_default();
        let mut numbers = place.rsplit(':').map(|number| number.parse::<usize>().unwrap_or(0));
        let (column, line_number) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        let marks = lines[at..].iter().find(|line| line.trim_start().starts_with('|') && line.contains('^'));
        let length = marks.map_or(0, |marks| marks.chars().skip_while(|c| *c != '^').take_while(|c| *c == '^').count());
        let item = line.split('`').find(|part| part.starts_with("static ")).map(str::to_owned);
        found.push(Correction { verb, text: text.to_owned(), item, line: line_number, column, length });
    }
    found
}

/// The first thing in backticks behind one of the verbs.
fn first(message: &str) -> Option<(&'static str, &str)> {
    let places = VERBS.iter().filter_map(|verb| Some((message.find(&format!("{verb} `"))?, *verb)));
    let (at, verb) = places.min()?;
    let text = &message[at + verb.len() + 2..];
    text.split('`').next().map(|text| (verb, text))
}

/// The source with all of them; the last first, so that no place moves.
pub(crate) fn all(source: &str, corrections: &[Correction]) -> Result<String, String> {
    let mut source = source.to_owned();
    let mut ordered: Vec<&Correction> = corrections.iter().collect();
    ordered.sort_by_key(|correction| (correction.line, correction.column));
    for correction in ordered.into_iter().rev() {
        let at = offset(&source, correction.line, correction.column);
        source = one(&source, at, correction).ok_or_else(|| correction.text.clone())?;
    }
    for item in corrections.iter().filter_map(|correction| correction.item.as_ref()) {
        let name = item.split([' ', ':']).nth(1).unwrap_or_default();
        if !source.lines().any(|line| line.starts_with(&format!("static {name}:"))) {
            source.push_str(item);
            source.push('\n');
        }
    }
    // What an editor adds for what is new.
    source.push_str("#[allow(unused_imports)]\nuse outlive::*;\n");
    Ok(source)
}

fn offset(source: &str, line: usize, column: usize) -> usize {
    let start: usize = source.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let on_line = source[start..].chars().take(column.saturating_sub(1)).map(char::len_utf8);
    start + on_line.sum::<usize>()
}

fn one(source: &str, at: usize, correction: &Correction) -> Option<String> {
    let text = correction.text.as_str();
    let replaced = |from: usize, to: usize, with: &str| format!("{}{with}{}", &source[..from], &source[to..]);
    let underlined = at + source[at..].chars().take(correction.length).map(char::len_utf8).sum::<usize>();
    if text.contains('…') {
        return None;
    }
    if text.starts_with("#[") {
        let start = source[..at + 2].rfind("#[")?;
        return Some(replaced(start, closing(source, start + 1)? + 1, text));
    }
    let is_type = text.starts_with(char::is_uppercase) && text.chars().all(char::is_alphanumeric);
    if text.starts_with("detach!(") || text.starts_with("dyn ") || is_type {
        return Some(replaced(at, underlined, text));
    }
    // Without what is called around it.
    if source[at..underlined].ends_with(&format!("({text})")) {
        return Some(replaced(at, underlined, text));
    }
    if text == "," {
        // Each of them, up to the body.
        let end = at + source[at..].find('{')?;
        return Some(format!("{}{}{}", &source[..at], source[at..end].replace(';', ","), &source[end..]));
    }
    if let Some(name) = text.strip_prefix("static ").and_then(|item| item.split(':').next()) {
        let (start, end) = argument(source, at, |_| true)?;
        let rest = source[end..].strip_prefix(',').unwrap_or(&source[end..]).trim_start();
        let before = source[..start].trim_end();
        let before = if rest.starts_with(')') { before.strip_suffix(',').unwrap_or(before) } else { before };
        let without = format!("{before}{rest}");
        let lines = without.lines().map(|line| if line.starts_with(&format!("static {name}:")) { text } else { line });
        return Some(lines.collect::<Vec<_>>().join("\n") + "\n");
    }
    // All type parameters.
    if text.starts_with('<') {
        let start = source[..at].rfind('<')?;
        return Some(replaced(start, closing(source, start)? + 1, text));
    }
    if text == "async move" {
        return Some(replaced(at, at, "async move "));
    }
    if text.starts_with('"') {
        return source[at..].starts_with('"').then(|| replaced(at, underlined, text));
    }
    if let Some(fixed) = text.strip_prefix("-> ") {
        let start = source[..at].rfind("-> ")? + 3;
        let end = start + source[start..].find(" {")?;
        return Some(replaced(start, end, fixed));
    }
    if text.starts_with("async fn ") || text.starts_with("fn ") {
        return function(source, at, text);
    }
    if is_argument(text) {
        if correction.verb == "add" {
            return added(source, at, text);
        }
        // Also as others write it.
        let is_name =
            |word: &str| !word.is_empty() && word.chars().all(|char| char.is_ascii_alphabetic() || char == '_');
        let key = |written: &str| written.split([' ', '(', ':']).next().is_some_and(is_name);
        let is_pair =
            |written: &str| key(written) && written.split_once(" = ").is_some_and(|(key, _)| is_argument(key));
        let here = between(source, at)?;
        let is_one = key(&source[here.0..here.1]) || source[here.0..here.1].len() == correction.length;
        let around = || argument(source, at, is_pair);
        let (start, end) = if is_one { here } else { around().unwrap_or(here) };
        return Some(replaced(start, end, text));
    }
    // `name: Type`, of a function's argument or of a type parameter.
    let (name, _) = text.split_once(": ")?;
    if name.chars().all(|char| char.is_alphanumeric() || char == '_') {
        let (start, end) = argument(source, at, |written| written.trim_start_matches("mut ").starts_with(name))?;
        let keeps = if source[start..].starts_with("mut ") { "mut " } else { "" };
        return Some(replaced(start, end, &format!("{keeps}{text}")));
    }
    None
}

/// `timeout = "5s"`, several of them, or a flag.
fn is_argument(text: &str) -> bool {
    let key = text.split(" = ").next().unwrap_or_default();
    !key.is_empty() && key.chars().all(|char| char.is_ascii_lowercase() || char == '_')
}

/// The argument at this place, or the one around it that is so.
fn argument(source: &str, at: usize, is_it: impl Fn(&str) -> bool) -> Option<(usize, usize)> {
    let mut inner = at;
    loop {
        let (start, end) = between(source, inner)?;
        if is_it(&source[start..end]) {
            return Some((start, end));
        }
        inner = source[..start].trim_end().len().checked_sub(1)?;
    }
}

/// From the comma or bracket before to the one behind.
fn between(source: &str, at: usize) -> Option<(usize, usize)> {
    let mut depth = 0_i32;
    let mut start = 0;
    for (index, char) in source[..at].char_indices().rev() {
        match char {
            ')' | ']' | '}' | '>' if !source[..index].ends_with('-') => depth += 1,
            '(' | '[' | '{' | '<' | ',' if depth == 0 => {
                start = index + 1;
                break;
            }
            '(' | '[' | '{' | '<' => depth -= 1,
            _ => {}
        }
    }
    start += source[start..].len() - source[start..].trim_start().len();
    let end = end_of(source, start)?;
    (start <= at && at <= end).then_some((start, end))
}

fn end_of(source: &str, start: usize) -> Option<usize> {
    let (mut depth, mut is_text) = (0_i32, false);
    let mut before = ' ';
    for (index, char) in source[start..].char_indices() {
        match char {
            '"' if before != '\\' => is_text = !is_text,
            _ if is_text => {}
            '(' | '[' | '{' | '<' => depth += 1,
            '>' if before == '-' || before == '=' => {}
            ')' | ']' | '}' | '>' | ',' if depth == 0 => return Some(start + index),
            ')' | ']' | '}' | '>' => depth -= 1,
            _ => {}
        }
        before = char;
    }
    None
}

/// The bracket that ends what the one at `open` begins.
fn closing(source: &str, open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        at = end_of(source, at)?;
        if !source[at..].starts_with(',') {
            return Some(at);
        }
        at += 1;
    }
}

/// Behind the opening parenthesis of the attribute or macro.
fn added(source: &str, at: usize, text: &str) -> Option<String> {
    let rest = &source[at..];
    let start = if rest.starts_with("#[") || rest.starts_with("detach!") { at } else { source[..at].rfind("#[")? };
    let bracket = source[start..].find(']').map_or(source.len(), |end| start + end);
    match source[start..].find('(').map(|open| start + open).filter(|open| *open < bracket) {
        Some(open) => {
            let rest = source[open + 1..].trim_start();
            let comma = if rest.starts_with(')') { "" } else { ", " };
            Some(format!("{}{text}{comma}{}", &source[..=open], &source[open + 1..]))
        }
        None => Some(format!("{}({text}){}", &source[..bracket], &source[bracket..])),
    }
}

/// `const fn f`, `unsafe fn f`, `async fn f`: the words before the name.
fn function(source: &str, at: usize, text: &str) -> Option<String> {
    let name = text.rsplit(' ').next()?;
    let end = [at, source[..at].rfind('\n').map_or(0, |line| line + 1)]
        .into_iter()
        .find_map(|from| source[from..].find(&format!("fn {name}")).map(|found| from + found + 3 + name.len()))?;
    let line = source[..end].rfind('\n').map_or(0, |line| line + 1);
    let words = ["async", "const", "unsafe", "extern", "\"C\"", "fn", name];
    let start = source[line..end]
        .split(' ')
        .find(|word| words.contains(word))
        .map(|word| line + source[line..end].find(word).unwrap_or_default())?;
    Some(format!("{}{text}{}", &source[..start], &source[end..]))
}
