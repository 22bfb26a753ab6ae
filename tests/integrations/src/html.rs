//! HTML as a browser reads it.

use std::collections::BTreeMap;

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// An element, and what is in it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Element {
    /// As in `<name>`.
    pub name: String,
    /// By their names.
    pub attributes: BTreeMap<String, String>,
    /// What is in it: elements, and texts.
    pub children: Vec<Result<Element, String>>,
}

impl Element {
    /// Reads a document. What breaks HTML's rules is an error.
    ///
    /// # Panics
    ///
    /// If it breaks them.
    #[must_use]
    pub fn parse(html: &str) -> Self {
        let dom = parse_document(RcDom::default(), ParseOpts::default()).one(html);
        let errors = dom.errors.borrow();
        assert!(errors.is_empty(), "{errors:?}");
        let mut root = Self { name: "#document".into(), ..Self::default() };
        root.take(&dom.document);
        root
    }

    fn take(&mut self, node: &Handle) {
        for child in node.children.borrow().iter() {
            match &child.data {
                NodeData::Text { contents } => self.children.push(Err(contents.borrow().to_string())),
                NodeData::Element { name, attrs, .. } => {
                    let attributes = attrs.borrow();
                    let attributes = attributes.iter().map(|own| (own.name.local.to_string(), own.value.to_string()));
                    let mut element =
                        Self { name: name.local.to_string(), attributes: attributes.collect(), children: Vec::new() };
                    element.take(child);
                    self.children.push(Ok(element));
                }
                NodeData::Doctype { .. } => {}
                other => panic!("what is that? {other:?}"),
            }
        }
    }

    /// All elements in it, in the order of the document.
    #[must_use]
    pub fn all(&self) -> Vec<&Element> {
        let mut all = Vec::new();
        for child in self.children.iter().flatten() {
            all.push(child);
            all.extend(child.all());
        }
        all
    }

    /// All of this name.
    #[must_use]
    pub fn named(&self, name: &str) -> Vec<&Element> {
        self.all().into_iter().filter(|element| element.name == name).collect()
    }

    /// The attribute, or nothing.
    #[must_use]
    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", |value| value)
    }

    /// The first one with this class.
    #[must_use]
    pub fn of_class(&self, class: &str) -> Option<&Element> {
        self.all().into_iter().find(|element| element.attribute("class").split(' ').any(|own| own == class))
    }

    /// Its text, and that of what is in it. A space that breaks no line is a space here.
    #[must_use]
    pub fn text(&self) -> String {
        let text = |child: &Result<Element, String>| match child {
            Ok(element) => element.text(),
            Err(text) => text.replace('\u{a0}', " "),
        };
        self.children.iter().map(text).collect()
    }

    /// The rows of the table of this name, without its head.
    #[must_use]
    pub fn rows(&self, table: &str) -> Vec<&Element> {
        let table = self.named("table").into_iter().find(|element| element.attribute("aria-labelledby") == table);
        let body = table.and_then(|table| table.named("tbody").into_iter().next());
        body.map(|body| body.named("tr")).unwrap_or_default()
    }

    /// The row of this name, with what its cells are called and say.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[must_use]
    #[track_caller]
    pub fn row(&self, table: &str, name: &str) -> (&Element, BTreeMap<&str, String>) {
        let rows = self.rows(table);
        let row = rows.into_iter().find(|row| row.named("b").first().is_some_and(|first| first.text() == name));
        let row = row.unwrap_or_else(|| panic!("no row {name:?} in the table {table}"));
        (row, row.named("td").into_iter().map(|cell| (cell.attribute("data-label"), cell.text())).collect())
    }

    /// Its elements and the names of their attributes, without any text: what markup there is.
    #[must_use]
    pub fn skeleton(&self) -> String {
        let own: Vec<_> = self.attributes.keys().map(String::as_str).collect();
        let within: String = self.children.iter().flatten().map(Element::skeleton).collect();
        format!("<{} {}>{within}", self.name, own.join(" "))
    }
}
