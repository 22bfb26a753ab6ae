//! Times of the day and of the calendar, as cron and its kin write them.

/// The time between two runs that a cron expression, or a word for one, comes to; `None` where the text is neither.
pub(crate) fn period(written: &str) -> Option<String> {
    let written = written.trim();
    if let Some(word) = written.strip_prefix('@') {
        return Some(match word.split_once(' ') {
            Some(("every", period)) => period.trim().to_owned(),
            _ => of_word(word).unwrap_or("24h").to_owned(),
        });
    }
    if let Some(period) = of_word(written) {
        return Some(period.to_owned());
    }
    if let Some(period) = of_clock(written) {
        return Some(period);
    }
    if written.split_whitespace().any(is_time_of_day) {
        return Some("24h".to_owned());
    }
    let fields: Vec<&str> = written.split_whitespace().collect();
    if !(5..=7).contains(&fields.len()) || !fields.iter().all(|field| is_field(field)) {
        return None;
    }
    // Seconds stand first, where there are any, and years last.
    let fields = match fields.as_slice() {
        [second, rest @ ..] if fields.len() > 5 => match step(second) {
            Some(step) => return Some(format!("{step}s")),
            None => rest,
        },
        fields => fields,
    };
    Some(match fields {
        [minute, ..] if step(minute).is_some() => format!("{}m", step(minute)?),
        [_, hour, ..] if step(hour).is_some() => format!("{}h", step(hour)?),
        [_, _, _, _, weekday, ..] if *weekday != "*" && *weekday != "?" && !weekday.contains(['-', ',']) => {
            "7days".to_owned()
        }
        _ => "24h".to_owned(),
    })
}

fn of_word(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().trim_start_matches("every ") {
        "second" => "1s",
        "minute" | "minutely" => "1m",
        "hour" | "hourly" => "1h",
        "day" | "daily" | "midnight" => "24h",
        "week" | "weekly" => "7days",
        _ => return None,
    })
}

/// `00:05:00`, `PT5M`: durations of databases and of ISO 8601.
pub(crate) fn of_clock(written: &str) -> Option<String> {
    if let Some(time) = written.strip_prefix("PT") {
        let time = time.to_lowercase();
        return super::duration::read(&time).is_ok().then_some(time);
    }
    let parts: Vec<u32> = written.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [hours, minutes, seconds] = parts[..] else { return None };
    let units = [(hours, "h"), (minutes, "m"), (seconds, "s")];
    let shown: Vec<String> =
        units.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count}{unit}")).collect();
    (!shown.is_empty()).then(|| shown.join(" "))
}

/// `10:00`.
fn is_time_of_day(word: &str) -> bool {
    word.contains(':') && word.split(':').all(|part| part.len() <= 2 && part.parse::<u8>().is_ok())
}

fn is_field(field: &str) -> bool {
    let is_name = |part: &str| part.len() == 3 && part.chars().all(char::is_alphabetic);
    field
        .split([',', '-'])
        .all(|part| is_name(part) || part.chars().all(|char| char.is_ascii_digit() || "*/?LW#".contains(char)))
}

/// `*`, `*/5`.
fn step(field: &str) -> Option<u32> {
    match field.split_once('/') {
        None => (field == "*").then_some(1),
        Some((_, step)) => step.parse().ok().filter(|step| *step > 0),
    }
}
