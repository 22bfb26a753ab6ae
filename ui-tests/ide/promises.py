"""What an editor makes of each macro: what it makes of a plain function. `.ci/ide` runs it: `promises.py SERVER FOLDER SETTINGS`."""

import json
import sys
import unittest
from pathlib import Path

from client import Server

# The exit code where this rust-analyzer and this compiler do not fit.
NOT_HERE = 69

# Each function's name, signature, documentation, an argument, and where the body uses it.
FUNCTIONS = [
    (
        "write_audit",
        "pub fn write_audit(event: Event, copies: u64) -> ::outlive::TaskHandle<u64>",
        "Writes an event to the log.",
        "Detached: at most 5s, tracked by `AUDIT`; its handle gives `Result<u64, TaskError>`.",
        ("ev|ent: Event, copies", "    ev|ent.count + copies"),
    ),
    (
        "forget",
        "pub fn forget(app: Arc<App>) -> ::outlive::TaskHandle<usize>",
        "Forgets a name.",
        "Detached: at most 2s, tracked by `app.tasks`; its handle gives `Result<usize, TaskError>`.",
        ("forget(a|pp: Arc", "track = a|pp.tasks", "    a|pp.name"),
    ),
    (
        "add",
        "pub fn add((left, right): (u64, u64), tracker: Arc<Tracker>) -> ::outlive::TaskHandle<u64>",
        "Adds both.",
        "Detached: at most 1s, tracked by `tracker`; its handle gives `Result<u64, TaskError>`.",
        ("add((le|ft, right)", "    le|ft + right"),
    ),
    (
        "refresh",
        "pub fn refresh(event: Event) -> ::outlive::TaskHandle<()>",
        "Refreshes the prices.",
        "Periodic: every 30s, each run at most 4s, tracked by `AUDIT`; its handle gives `Result<(), TaskError>`.",
        ("refresh(ev|ent: Event)", "fn refresh(event: Event) {\n    drop(ev|ent"),
    ),
    (
        "deliver",
        "pub fn deliver(event: Event) -> ::outlive::TaskHandle<()>",
        "Delivers mail.",
        "Worker: until its tracker drains, tracked by `AUDIT`; its handle gives `Result<(), TaskError>`.",
        ("deliver(ev|ent: Event)", "fn deliver(event: Event) {\n    drop(ev|ent"),
    ),
    (
        "welcome",
        "pub fn welcome(guest: String) -> ::outlive_durable::Job",
        "Welcomes a user.",
        "Durable: at most 5 attempts, each at most 9s, tracked by `post.tasks`; nothing runs until its `Job` is enqueued or spawned.",
        ("Arc<App>, gu|est: String", "eq(&gu|est)", "ok_or(gu|est)"),
    ),
    (
        "greet",
        "pub fn greet(&self, guest: String) -> ::outlive::TaskHandle<String>",
        "Greets once.",
        "Detached: at most 2s, with 1s of grace, tracked by `Server`; its handle gives `Result<String, TaskError>`.",
        ("greet(&self, gue|st", "    gue|st + &self"),
    ),
    (
        "count",
        "pub fn count(&self, hall: String) -> ::outlive::TaskHandle<()>",
        "Counts its guests.",
        "Periodic: every 1m, each run at most 2s, tracked by `Server`; its handle gives `Result<(), TaskError>`.",
        ("count(&self, ha|ll", "fn count(&self, hall: String) {\n        drop(ha|ll"),
    ),
    (
        "listen",
        "pub fn listen(&self, hall: String) -> ::outlive::TaskHandle<()>",
        "Listens to them.",
        "Worker: until its tracker drains, tracked by `Server`; its handle gives `Result<(), TaskError>`.",
        ("listen(&self, ha|ll", "fn listen(&self, hall: String) {\n        drop(ha|ll"),
    ),
]
NAMES = [name for name, *_ in FUNCTIONS]

# What one is about to write in a body, for what stands there, and what it offers.
UNFINISHED = [
    ("    event.count + copies", "    event.|", {"actor", "count"}),
    ("    event.count + copies", "    let twice = copies * 2;\n    tw|", {"twice"}),
    ("    app.name.len()", "    app.|", {"tasks", "name"}),
    ("    left + right", "    ri|", {"left", "right", "tracker", "AUDIT", "Event"}),
    ("fn refresh(event: Event) {\n    drop(event.actor", "fn refresh(event: Event) {\n    drop(event.|", {"actor", "count"}),
    ("fn deliver(event: Event) {\n    drop(event.actor", "fn deliver(event: Event) {\n    drop(event.|", {"actor", "count"}),
    ("    post.name.eq(&guest).then_some(()).ok_or(guest)", "    post.|", {"tasks", "name"}),
    ("    post.name.eq(&guest).then_some(()).ok_or(guest)", "    gue|", {"guest"}),
    ("track = AUDIT)]\nasync fn private", "track = AU|)]\nasync fn private", {"AUDIT"}),
    ("async move { event.count }", "async move { event.| }", {"actor", "count"}),
    ("async move { event.count }", "async move { ev| }", {"event", "AUDIT"}),
    ("        guest + &self.name", "        self.|", {"tasks", "name", "greet", "count", "listen", "shutdown"}),
    ("drop(hall + &self.name);\n    }\n\n    /// Listens", "drop(self.|);\n    }\n\n    /// Listens", {"name", "greet"}),
    ("drop(hall + &self.name);\n    }\n}", "drop(ha|);\n    }\n}", {"hall"}),
]

# The same where the functions are called.
CALLS = [
    ("drop(write_audit(event.clone(), 2));", "wri|", {"write_audit", "forget", "add", "refresh", "deliver", "welcome", "sends"}),
    ("drop(write_audit(event.clone(), 2));", "write_audit(event.clone(), 2).|", {"await", "admitted", "abort"}),
    ("drop(refresh(event.clone()));", "refresh(event.clone()).|", {"await", "admitted", "now"}),
    ("drop(deliver(event));", "deliver(event).|", {"await", "admitted"}),
    ('drop(welcome("Ada".to_owned()));', 'welcome("Ada".to_owned()).|', {"enqueue", "after", "unique", "spawn_or_enqueue"}),
    ("drop(forget(app.clone()));", "crate::|", {"write_audit", "forget", "add", "Server"}),
    ("drop(server.shutdown().await);", "server.|", {"greet", "count", "listen", "shutdown"}),
    ("drop(server.shutdown().await);", "Server::|", {"new", "greet", "count", "listen", "shutdown"}),
    ("drop(server.shutdown().await);", "server.greet(String::new()).|", {"await", "admitted"}),
]

# A wrong type in each body. In what a macro wrote, rust-analyzer marks the last word of an expression.
MISTAKES = [
    ("    event.count + copies", "    event.|actor"),
    ("    app.name.len()", "    app.name.|is_empty()"),
    ("    left + right", "    |left == right"),
    ("fn refresh(event: Event) {\n    drop(event.actor)", "fn refresh(event: Event) {\n    let _: u64 = event.|actor"),
    ("fn deliver(event: Event) {\n    drop(event.actor)", "fn deliver(event: Event) {\n    let _: u64 = event.|actor"),
    ("    post.name.eq(&guest).then_some(()).ok_or(guest)", "    post.name.|len()"),
    ("        guest + &self.name", "        self.name.|len()"),
    ("drop(hall + &self.name);\n    }\n}", "let _: u64 = |hall;\n    }\n}"),
    ("async move { event.count })", "async move { let _: u64 = event.|actor; 7 })"),
]


class Promises(unittest.TestCase):
    maxDiff = None

    def tearDown(self):
        self.server.change(self.text)

    def at(self, snippet):
        """The place of the `|` in what the file has once."""
        whole = snippet.replace("|", "")
        self.assertEqual(self.text.count(whole), 1, whole)
        return position(self.text, self.text.index(whole) + snippet.index("|"))

    def definition(self, name):
        return f"fn {name[0]}|{name[1:]}("

    def call(self, name):
        service = "" if f"drop({name}(" in self.text else "server."
        return f"drop({service}{name[0]}|{name[1:]}("

    def changed(self, old, new):
        """In the file, the one for the other; the place of the `|` in it."""
        self.assertEqual(self.text.count(old), 1, old)
        text = self.text.replace(old, new.replace("|", ""))
        self.server.change(text)
        return position(text, self.text.index(old) + new.index("|"))

    def diagnostics(self):
        return [(item["range"]["start"], item["message"]) for item in self.server.ask("diagnostic")["items"]]

    def offers(self, cases):
        for old, new, expected in cases:
            with self.subTest(new):
                items = self.server.ask("completion", self.changed(old, new))["items"]
                offered = {item["label"].split("(")[0] for item in items}
                self.assertLessEqual(expected, offered)
                self.assertEqual([label for label in offered if label.startswith("__")], [])

    def test_nothing_is_wrong_with_what_compiles(self):
        self.assertEqual(self.diagnostics(), [])

    def test_a_mistake_in_a_body_is_one_error_at_its_place(self):
        for old, new in MISTAKES:
            with self.subTest(new):
                place = self.changed(old, new)
                self.assertEqual([where for where, _ in self.diagnostics()], [place], self.diagnostics())

    def test_a_body_that_is_still_being_written_completes(self):
        self.offers(UNFINISHED)

    def test_a_caller_completes_the_function_and_its_handle(self):
        self.offers(CALLS)

    def test_hover_shows_signature_documentation_and_limits(self):
        for name, signature, documentation, limits, _ in FUNCTIONS:
            for where in (self.definition(name), self.call(name)):
                with self.subTest(where):
                    shown = self.server.ask("hover", self.at(where))["contents"]["value"]
                    _, body = shown.strip().split("```\n\n", 1)  # behind where it is
                    self.assertEqual(body, f"```rust\n{signature}\n```\n\n---\n\n{documentation}\n\n{limits}")

    def test_a_call_leads_to_the_definition(self):
        for name in NAMES:
            with self.subTest(name):
                (found,) = self.server.ask("definition", self.at(self.call(name)))
                start = self.at(f"fn |{name}(")
                self.assertEqual((found["uri"], found["range"]["start"]), (self.server.file["uri"], start))

    def test_the_tracker_in_an_attribute_leads_to_its_definition(self):
        for use, definition in [
            ("AU|DIT)]\npub async fn write", "pub static |AUDIT"),
            ("a|pp.tasks)]", "forget(|app: Arc"),
            ("app.ta|sks)]", "    |tasks: Arc"),
            ("track = tr|acker)]", ", |tracker: Arc"),
            ("po|st.tasks)]", "#[state] |post: Arc"),
            ("post.ta|sks)]", "    |tasks: Arc"),
            ("track = AU|DIT, async", "pub static |AUDIT"),
        ]:
            with self.subTest(use):
                (found,) = self.server.ask("definition", self.at(use))
                self.assertEqual(found["range"]["start"], self.at(definition))

    def renames(self, places, *also):
        """From each of its places, the one name changes at all of them, and at those that are others' as well."""
        words = [self.at_word(place) for place in (*places, *also)]
        for place in places:
            with self.subTest(place):
                (edit,) = self.server.ask("rename", self.at(place), newName="other")["documentChanges"]
                changed = [change["range"]["start"] for change in edit["edits"]]
                self.assertCountEqual(changed, words)

    def at_word(self, snippet):
        before, after = snippet.split("|")
        start = before.rstrip("abcdefghijklmnopqrstuvwxyz_")
        return self.at(f"{start}|{before[len(start) :]}{after}")

    def test_a_function_is_renamed_from_its_definition_and_from_its_call(self):
        for name in NAMES:
            self.renames([self.definition(name), self.call(name)])

    def test_an_argument_is_renamed_from_wherever_it_is_used(self):
        for *_, uses in FUNCTIONS:
            self.renames(uses)
        self.renames([", tra|cker: Arc", "track = tra|cker)]"])
        self.renames(["#[state] po|st: Arc", "track = po|st.tasks", "    po|st.name.eq"])
        self.renames(["sends(ev|ent: Event)", "async move { ev|ent.count"])

    def test_a_field_of_a_service_is_renamed_in_its_tasks(self):
        uses = [
            "OwnedTracker,\n    na|me: String",
            "guest + &self.na|me",
            "drop(hall + &self.na|me);\n    }\n\n    /// Listens",
            "drop(hall + &self.na|me);\n    }\n}",
        ]
        self.renames(uses, "drain_budget(), na|me }")

    def test_the_shutdown_of_a_service_says_what_it_gives(self):
        shown = self.server.ask("hover", self.at("server.shut|down"))["contents"]["value"]
        self.assertIn("Output = ::outlive::DrainReport>", shown)
        self.assertIn("Ends the service's tasks", shown)


def position(text, index):
    return {"line": text.count("\n", 0, index), "character": index - (text.rfind("\n", 0, index) + 1)}


def main(program, folder, settings):
    folder = Path(folder)
    Promises.text = (folder / "src/lib.rs").read_text()
    Promises.server = Server([program], folder, json.loads(settings))
    Promises.server.open("src/lib.rs", Promises.text)
    Promises.server.wait_until_ready(seconds=300)
    if Promises.server.trouble:
        print(Promises.server.trouble)
        sys.exit(NOT_HERE)
    tests = unittest.main(argv=sys.argv[:1], verbosity=2, exit=False)
    Promises.server.end()
    sys.exit(not tests.result.wasSuccessful())


if __name__ == "__main__":
    main(*sys.argv[1:])
