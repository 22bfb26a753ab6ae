//! The figures of the three services, side by side.

use crate::demo::Account;
use crate::ledger::Cause;

#[rustfmt::skip] // a table is best read as one
pub(crate) fn print(accounts: &[Account]) {
    let table = Table { accounts };
    table.top();
    table.row("requests",        |a| a.ends.requests,          "clients, each with a TCP connection");
    table.row("  hung up",       |a| a.ends.hung_up,           "closed it before they were answered");
    table.row("  202s sent",     |a| a.ends.answered,          "and read by the client");
    table.row("  no answer",     |a| a.ends.failed,            "service stopping, or waited in vain");
    table.rule();
    table.row("accepted",        |a| a.accepted,               "the handler began: a row is owed");
    table.row("rows written",    |a| a.rows,                   "in SQLite after the process ended");
    table.row("named: panic",    |a| a.named(Cause::Panic),    "no row, and the service said so,");
    table.row("named: timeout",  |a| a.named(Cause::Timeout),  "  of which request, and why");
    table.row("named: cut off",  |a| a.named(Cause::CutOff),   "  aborted or never started");
    table.row("named: other",    |a| a.named(Cause::Other),    "  refused, an error of the store");
    table.rule();
    table.row("UNACCOUNTED FOR", |a| a.unaccounted.len(),      "accepted, but no row and no name");
    table.bottom();
}

/// What each service said at its end.
pub(crate) fn print_reports(accounts: &[Account]) {
    for account in accounts {
        println!("\n{}, at its shutdown:", account.column.name());
        for line in &account.report {
            println!("  {line}");
        }
    }
    println!(
        "\nA report counts what was left when the drain began, the table all requests: those that `ended` are among the\n\
         table's rows, panics and timeouts; `aborted` and `never started` together are its line \"named: cut off\"."
    );
}

struct Table<'a> {
    accounts: &'a [Account],
}

impl Table<'_> {
    fn top(&self) {
        self.border('┌', '┬', '┐');
        self.line("", |account| account.column.name().to_owned(), "");
        self.rule();
    }

    fn rule(&self) {
        self.border('├', '┼', '┤');
    }

    fn bottom(&self) {
        self.border('└', '┴', '┘');
    }

    fn row(&self, name: &str, figure: fn(&Account) -> usize, meaning: &str) {
        self.line(name, |account| figure(account).to_string(), meaning);
    }

    fn line(&self, name: &str, cell: impl Fn(&Account) -> String, meaning: &str) {
        let cells = self.accounts.iter().map(|a| format!("{:>8} │", cell(a)));
        let cells: Vec<_> = cells.collect();
        println!("│ {name:<16}│{} {meaning:<36}│", cells.concat());
    }

    fn border(&self, left: char, cross: char, right: char) {
        let cells = format!("{:─<9}{cross}", "").repeat(self.accounts.len());
        println!("{left}{:─<17}{cross}{cells}{:─<37}{right}", "", "");
    }
}
