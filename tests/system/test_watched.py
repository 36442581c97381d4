"""A running service is seen from outside: healthy, counted, told by mail, and found alive by the doctor."""

from __future__ import annotations

import signal
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import urlopen

from service import serving, stop, ticks, until

from sandbox import faults


def a_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


class _Mailbox(socketserver.StreamRequestHandler):
    """As much of SMTP as one message takes."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        reading = False
        for raw in self.rfile:
            line = raw.decode().rstrip("\r\n")
            if reading:
                reading = line != "."
                self.server.lines.append(line)  # type: ignore[attr-defined]
                answer = b"" if reading else b"250 taken\r\n"
            elif line.upper() == "DATA":
                reading, answer = True, b"354 go on\r\n"
            else:
                answer = b"221 bye\r\n" if line.upper() == "QUIT" else b"250 fine\r\n"
            self.wfile.write(answer)


@contextmanager
def mailbox() -> Iterator[tuple[int, list[str]]]:
    """A mail server on this machine: its port, and every line of the messages that it took."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Mailbox) as server:
        server.daemon_threads = True
        server.lines = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_address[1], server.lines  # type: ignore[attr-defined]
        server.shutdown()


def test_a_running_service_is_watched_from_outside(office, launcher):
    port = a_port()

    def page(name):
        with urlopen(f"http://127.0.0.1:{port}/{name}") as answer:
            return answer.status, answer.read().decode()

    with mailbox() as (smtp, lines):
        office.configure(
            f'[alerts]\nmail_to = ["a@example.com"]\nmail_from = "m@example.com"\n'
            f'smtp_host = "127.0.0.1"\nsmtp_port = {smtp}\n'
        )
        office.epic("Search", 33.33)
        with serving(office, more=f'metrics_listen = "127.0.0.1:{port}"\n') as process:
            until(lambda: ticks(office) >= 1)
            until(lambda: 'milepost_writes_total{outcome="done"} 1.0' in page("metrics")[1])
            assert page("healthz") == (200, "ok\n")
            figures = page("metrics")[1]
            assert 'milepost_requests_total{effect="read",side="jira.main"}' in figures
            assert 'milepost_requests_total{effect="write",side="quickbooks.main"} 1.0' in figures
            assert 'milepost_login_refused{side="jira.main"} 0.0' in figures
            found = launcher.run("doctor", "--offline", "--json", cwd=office.home).document["checks"]
            assert [each["verdict"] for each in found if each["name"] == "service"] == ["good"]

            office.sandbox.jira_faults.add(faults.answer(401, "{}"), count=None)
            until(lambda: 'milepost_login_refused{side="jira.main"} 1.0' in page("metrics")[1])
            until(lambda: "." in lines)
            assert page("healthz")[0] == 200  # the others go on: that is what health means here
            assert stop(process, signal.SIGTERM)[0] == 0
    text = "\n".join(lines)
    assert "Subject: Milepost: " in text
    assert "jira.main: this login is refused" in text
    assert "HPO" not in text
