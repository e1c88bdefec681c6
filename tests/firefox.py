"""A real Firefox on a PDF: its own viewer, pdf.js, filled by keys and clicks, and what its save button would save.

It is spoken to in Marionette, Firefox's own language for tests: lines of JSON behind their length.
"""

import base64
import json
import os
import queue
import re
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from itertools import count
from pathlib import Path
from typing import Any

FIREFOX = "/usr/bin/firefox-esr"
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the key under which WebDriver names an element
_PATIENCE = 60
_ESCAPE = "\ue00c"
_PORT = re.compile(r"Listening on port (\d+)")
_PREFERENCES: Mapping[str, object] = {
    "marionette.port": 0,
    "dom.disable_beforeunload": True,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
}
# What the viewer's own save() hands to the download, without the window that asks where to put it.
_SAVES = "return PDFViewerApplication.pdfDocument.saveDocument().then(saved => saved.toBase64());"


@dataclass(frozen=True)
class Firefox:
    """A browser that is spoken to."""

    connection: socket.socket
    answers: BufferedReader
    numbers: Iterator[int]

    def fill(self, file: Path, values: Mapping[str, str | bool]) -> bytes:
        """Open a file, type and tick by field name, and return what is saved."""
        self._open(file)
        for name, value in values.items():
            element = self._find(f".annotationLayer [name='{name}']")
            if self._ask("WebDriver:GetElementTagName", id=element) == "select":
                self._ask("WebDriver:ElementSendKeys", id=element, text=value)
            elif value is True:
                self._ask("WebDriver:ElementClick", id=element)
            else:
                self._ask("WebDriver:ElementClear", id=element)
                self._ask("WebDriver:ElementSendKeys", id=element, text=value)
        return self._saved()

    def write_on(self, file: Path, text: str) -> bytes:
        """Open a file and write a text on its page with the viewer's own pen for texts, as people "sign" there."""
        self._open(file)
        self._ask("WebDriver:ElementClick", id=self._find("#editorFreeTextButton"))
        self._ask("WebDriver:ElementClick", id=self._find(".annotationEditorLayer"))
        self._ask("WebDriver:ElementSendKeys", id=self._find(".freeTextEditor .internal"), text=f"{text}{_ESCAPE}")
        return self._saved()

    def _open(self, file: Path) -> None:
        self._ask("WebDriver:Navigate", url=file.as_uri())
        self._find(".annotationLayer section")

    def _find(self, selector: str) -> str:
        """Wait for an element and return its handle."""
        return str(self._ask("WebDriver:FindElement", using="css selector", value=selector)[_ELEMENT])

    def _saved(self) -> bytes:
        return base64.b64decode(self._ask("WebDriver:ExecuteScript", script=_SAVES, args=[]))

    def _ask(self, command: str, **given: object) -> Any:
        told = json.dumps([0, next(self.numbers), command, given]).encode()
        self.connection.sendall(b"%d:%s" % (len(told), told))
        _, _, fault, answer = _read(self.answers)
        assert fault is None, fault
        return answer["value"] if set(answer) == {"value"} else answer


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """Start a Firefox with a profile of its own in a folder."""
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in _PREFERENCES.items())
    (folder / "user.js").write_text("".join(lines))
    command = [FIREFOX, "--headless", "--marionette", "--no-remote", "--profile", str(folder)]
    around = {**os.environ, "HOME": str(folder)}
    with subprocess.Popen(command, env=around, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        found: queue.Queue[int] = queue.Queue()
        drain = threading.Thread(target=_listen, args=(process, found), daemon=True)
        drain.start()
        try:
            address = ("127.0.0.1", found.get(timeout=_PATIENCE))
            with (
                socket.create_connection(address, timeout=_PATIENCE) as connection,
                connection.makefile("rb") as answers,
            ):
                yield _begin(Firefox(connection, answers, count(1)))
        finally:
            process.kill()
            drain.join()


def _listen(process: "subprocess.Popen[str]", found: "queue.Queue[int]") -> None:
    """Hear at which port Firefox can be spoken to, and then whatever else it says."""
    for line in process.stdout or ():
        if told := _PORT.search(line):
            found.put(int(told[1]))


def _begin(browser: Firefox) -> Firefox:
    _read(browser.answers)  # its greeting
    browser._ask("WebDriver:NewSession", capabilities={})
    browser._ask("WebDriver:SetTimeouts", implicit=20_000, script=20_000)
    return browser


def _read(answers: BufferedReader) -> Any:
    length = b""
    while (letter := answers.read(1)) != b":":
        assert letter, "Firefox has gone"
        length += letter
    return json.loads(answers.read(int(length)))
