//! The table of services.

use super::attention::{self, Health};
use super::markup::Html;
use super::table::{self, Cells, Column, Row};
use crate::status::{ServiceStatus, Status};

struct Shown<'a> {
    service: &'a ServiceStatus,
    health: Health,
}

pub(super) fn write(out: &mut Html, status: &Status, search: &str) {
    let shown = |service| Shown { service, health: attention::of_service(service) };
    table::write(out, "services", "Services", status.services.iter().map(shown).collect(), search);
}

impl Row for Shown<'_> {
    const COLUMNS: &'static [Column] = &[Column::Text("Service"), Column::Text("State"), Column::Number("Owners")];

    fn health(&self) -> Health {
        self.health
    }

    fn texts(&self) -> Vec<&str> {
        vec![self.service.name, self.service.file]
    }

    fn write(&self, cells: &mut Cells<'_>) {
        let service = self.service;
        cells.name(service.name, (service.file, service.line), |_| {});
        cells.health(self.health, |_| {});
        cells.cell(|out| table::quiet(out, service.owners));
    }
}
