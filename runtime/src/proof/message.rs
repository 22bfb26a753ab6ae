//! A text that is built at compile time, for error messages.

use std::time::Duration;

use crate::tracker::Spec;

/// A text that is built at compile time, for error messages.
#[derive(Clone, Copy)]
pub(crate) struct Text {
    bytes: [u8; 1024],
    len: usize,
}

impl Text {
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; 1024], len: 0 }
    }

    /// Appends a text. It is cut at the end of a character if it does not fit.
    pub(crate) const fn add(mut self, text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut take = bytes.len();
        if take > self.bytes.len() - self.len {
            take = self.bytes.len() - self.len;
            while take > 0 && bytes[take] & 0xC0 == 0x80 {
                take -= 1;
            }
        }
        let mut at = 0;
        while at < take {
            self.bytes[self.len] = bytes[at];
            self.len += 1;
            at += 1;
        }
        self
    }

    pub(crate) const fn number(self, number: u128) -> Self {
        let mut text = if number >= 10 { self.number(number / 10) } else { self };
        if text.len < text.bytes.len() {
            text.bytes[text.len] = b'0' + (number % 10) as u8;
            text.len += 1;
        }
        text
    }

    /// Appends a duration: `5s`, `30.5s`, `250ms`, or nanoseconds if it is finer.
    pub(crate) const fn time(self, time: Duration) -> Self {
        let (seconds, nanos) = (time.as_secs(), time.subsec_nanos());
        if nanos % 1_000_000 != 0 {
            return self.number(time.as_nanos()).add("ns");
        }
        let mut millis = nanos / 1_000_000;
        if seconds == 0 && millis > 0 {
            return self.number(millis as u128).add("ms");
        }
        let mut text = self.number(seconds as u128);
        if millis > 0 {
            text = text.add(".");
        }
        while millis > 0 {
            text = text.number((millis / 100) as u128);
            millis = millis % 100 * 10;
        }
        text.add("s")
    }

    /// Appends what to write for so many minutes: `"500m"`, as one would write milliseconds.
    pub(crate) const fn in_milliseconds(self, minutes: u64) -> Self {
        let text = self.add("`").number(minutes as u128).add("m` is ").number(minutes as u128);
        text.add(" minutes: write `\"").number(minutes as u128).add("ms\"`")
    }

    /// Appends a deadline, and the timeout and the grace that it is the sum of.
    pub(crate) const fn deadline(self, spec: &Spec, sum: Duration) -> Self {
        if spec.grace.is_zero() {
            return self.time(sum);
        }
        self.time(sum).add(" (timeout ").time(spec.timeout).add(" + grace ").time(spec.grace).add(")")
    }

    pub(crate) const fn show(&self) -> &str {
        let (text, _) = self.bytes.split_at(self.len);
        match std::str::from_utf8(text) {
            Ok(text) => text,
            Err(_) => "timeout + grace is more than the tracker's drain budget",
        }
    }
}
