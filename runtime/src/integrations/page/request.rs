//! The parsed request: format and search.

use http::header::{ACCEPT, HeaderMap};
use http::uri::Uri;

/// The parsed request.
#[derive(Debug)]
pub(super) struct PageRequest {
    pub(super) format: Format,
    /// The search text for rows. Empty shows everything.
    pub(super) search: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Format {
    Html,
    Json,
}

/// The limit of the search text, in bytes.
const SEARCH: usize = 200;

impl PageRequest {
    /// The query decides the format, else the path, else the `Accept` header.
    pub(super) fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        let by_path = uri.path().ends_with("/status.json").then_some(Format::Json);
        let (mut by_query, mut search) = (None, String::new());
        for (key, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
            match (&*key, &*value) {
                ("format", "json") => by_query = Some(Format::Json),
                ("format", "html") => by_query = Some(Format::Html),
                ("q", sought) => cut(sought.trim()).clone_into(&mut search),
                _ => {}
            }
        }
        Self { format: by_query.or(by_path).unwrap_or_else(|| accepted(headers)), search }
    }
}

fn cut(sought: &str) -> &str {
    let mut end = sought.len().min(SEARCH);
    while !sought.is_char_boundary(end) {
        end -= 1;
    }
    &sought[..end]
}

/// JSON, if the `Accept` header names it, and does not prefer something that could be HTML.
fn accepted(headers: &HeaderMap) -> Format {
    let (mut json, mut html, mut anything) = (0.0, None, None);
    let values = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    for range in values.flat_map(|value| value.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let weight = weight.map_or(1.0, |weight| weight.parse::<f32>().unwrap_or(0.0));
        match &*name {
            "application/json" => json = weight,
            "text/html" => html = Some(weight),
            "text/*" | "*/*" => anything = Some(weight.max(anything.unwrap_or(0.0))),
            _ => {}
        }
    }
    let is_json = match html {
        Some(html) => json > html,
        None => json > 0.0 && json >= anything.unwrap_or(0.0),
    };
    if is_json { Format::Json } else { Format::Html }
}

#[cfg(test)]
mod tests {
    use http::header::{ACCEPT, HeaderMap, HeaderValue};

    use super::Format::{Html, Json};
    use super::{Format, PageRequest};

    fn format(uri: &'static str, accept: Option<&'static str>) -> Format {
        let accept = accept.map(|accept| (ACCEPT, HeaderValue::from_static(accept)));
        PageRequest::of(&uri.parse().unwrap(), &HeaderMap::from_iter(accept)).format
    }

    #[test]
    fn what_the_client_accepts_says_which_of_the_two_it_gets() {
        for (accept, expected) in [
            (None, Html),
            (Some(""), Html),
            (Some("*/*"), Html),
            (Some("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), Html),
            (Some("application/json"), Json),
            (Some("Application/JSON; charset=utf-8"), Json),
            (Some("application/json, text/plain, */*"), Json),
            (Some("application/json;q=0.1, */*"), Html),
            (Some("application/json;q=0"), Html),
            (Some("application/json; q=nonsense"), Html),
            (Some("text/html;q=0.5, application/json"), Json),
            (Some("application/json, text/html"), Html),
            (Some("application/jsonish"), Html),
        ] {
            assert_eq!(format("/", accept), expected, "{accept:?}");
        }
    }

    #[test]
    fn the_query_goes_before_the_path_and_the_path_before_what_is_accepted() {
        assert_eq!(format("/debug/tasks/status.json", Some("text/html")), Json);
        assert_eq!(format("/debug/tasks/status.json?format=html", None), Html);
        assert_eq!(format("/?q=a&format=json", Some("text/html")), Json);
        assert_eq!(format("/?format=html", Some("application/json")), Html);
        assert_eq!(format("/?format=xml", Some("application/json")), Json);
    }

    #[test]
    fn the_search_is_decoded_and_cut() {
        let search = |uri: &str| PageRequest::of(&uri.parse().unwrap(), &HeaderMap::new()).search;
        assert_eq!(search("/?q=write+audit%3A%3Cb%3E"), "write audit:<b>");
        assert_eq!(search("/?q=%FF"), "\u{fffd}");
        assert_eq!(search("/?other=1"), "");
        assert_eq!(search(&format!("/?q={}", "%C3%A9".repeat(1_000))), "é".repeat(100));
        assert_eq!(search(&format!("/?q=a{}", "%C3%A9".repeat(1_000))), format!("a{}", "é".repeat(99)));
    }
}
