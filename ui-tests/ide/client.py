"""A client of a language server: what an editor says to it, and no more."""

import json
import queue
import subprocess
import threading
import time


class Server:
    """rust-analyzer on one project, with one file open."""

    def __init__(self, command, folder, options):
        self.uri = lambda path: (folder / path).as_uri()
        self.log = (folder / "server.log").open("w")
        self.process = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log)
        self.received = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.last = 0
        self.version = 0
        self.options = options
        self.is_quiescent = False
        self.trouble = None
        self.request("initialize", {
            "processId": None,
            "rootUri": folder.as_uri(),
            "workspaceFolders": [{"uri": folder.as_uri(), "name": folder.name}],
            "initializationOptions": options,
            "capabilities": {
                "experimental": {"serverStatusNotification": True},
                "textDocument": {
                    "completion": {"completionItem": {"snippetSupport": False}},
                    "hover": {"contentFormat": ["markdown"]},
                    "diagnostic": {},
                },
                "workspace": {"configuration": True, "workspaceEdit": {"documentChanges": True}},
                "general": {"positionEncodings": ["utf-8"]},
            },
        })
        self.notify("initialized", {})

    def _read(self):
        stream = self.process.stdout
        while True:
            length = 0
            while line := stream.readline().strip():
                name, value = line.split(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not length:
                self.received.put(None)
                return
            self.received.put(json.loads(stream.read(length)))

    def _send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _next(self, until):
        """The next answer; what the server says or asks in between is dealt with."""
        message = self.received.get(timeout=max(0.1, until - time.monotonic()))
        if message is None:
            raise RuntimeError(f"the server has ended: {self.process.wait()}")
        if "method" not in message:
            return message
        if message["method"] == "experimental/serverStatus":
            status = message["params"]
            self.is_quiescent = status["quiescent"]
            self.trouble = status.get("message") if status["health"] != "ok" else None
        if "id" in message:
            wanted = message.get("params") or {}
            answer = [self.options for _ in wanted["items"]] if message["method"] == "workspace/configuration" else None
            self._send({"id": message["id"], "result": answer})
        return None

    def notify(self, method, params):
        self._send({"method": method, "params": params})

    def request(self, method, params, seconds=120):
        """The result; again where the server was disturbed, as an editor does."""
        until = time.monotonic() + seconds
        while True:
            self.last += 1
            self._send({"id": self.last, "method": method, "params": params})
            while True:
                answer = self._next(until)
                if answer and answer["id"] == self.last:
                    break
            error = answer.get("error")
            if error is None:
                return answer["result"]
            if error["code"] not in (-32801, -32802):  # the content was modified; the server cancelled it
                raise RuntimeError(error["message"])

    def wait_until_ready(self, seconds):
        """Until it has read the project; what it has to complain of is `trouble` then."""
        until = time.monotonic() + seconds
        while not self.is_quiescent:
            self._next(until)

    def open(self, path, text):
        self.file = {"uri": self.uri(path)}
        document = {**self.file, "languageId": "rust", "version": self.version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def change(self, text):
        self.version += 1
        document = {**self.file, "version": self.version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})

    def ask(self, what, position=None, **more):
        """One question about the open file."""
        at = {} if position is None else {"position": position}
        return self.request(f"textDocument/{what}", {"textDocument": self.file, **at, **more})

    def end(self):
        self.request("shutdown", None)
        self.notify("exit", None)
        self.process.wait(timeout=20)
