"""Eight clients at once against the real server: answers a second, and how long the slow ones take.

    python -m bench.traffic REQUESTS.json     write down what will be asked (needs Django)

The rest needs no Django: `serve` starts granian with the application, `load` asks.
"""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench import cpu, ready
from teladan.management.serving import commands, sensible_workers

HOST, CLIENTS, SECONDS = "127.0.0.1", 8, 5.0
DETAILS = 5000
MOST_FAILURES = 20


def written_down() -> dict[str, Any]:
    """Return the addresses, the sessions and the form that the clients need."""
    from django.conf import settings
    from django.urls import reverse

    from bench.forms import ballot_in
    from bench.pages import Visitors
    from teladan.registry.models import Innovation

    sown = json.loads((settings.DATA / "sown.json").read_text(encoding="utf-8"))
    visitors = Visitors(sown["people"])
    public = Innovation.objects.filter(awards__isnull=False).distinct().order_by("pk")
    keys = public.values_list("pk", flat=True)[:DETAILS]
    seats, typed = sown["waiting"][20:], {}
    if seats:
        page = visitors[seats[0]["person"]].get(reverse("ballot", args=[seats[0]["seat"]]))
        if page.status_code == 200:
            typed = ballot_in(page.content.decode()).filled("72", "Alasan simulasi.")
    return {
        "details": [reverse("innovation", args=[key]) for key in keys],
        "typed": typed,
        "ballots": [
            {
                "address": reverse("ballot", args=[seat["seat"]]),
                "session": visitors[seat["person"]].cookies[settings.SESSION_COOKIE_NAME].value,
                "person": seat["person"],
            }
            for seat in seats
        ],
    }


@contextlib.contextmanager
def serve(env: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """Run granian with the application on a free port of this machine; yield (port, process)."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    # As `make run` serves it.
    command = [sys.executable, "-m", *commands(HOST, port, sensible_workers())["server"]]
    log = Path(env["TELADAN_DATA"]) / "server.log"
    with log.open("w", encoding="utf-8") as said:
        server = subprocess.Popen(command, env=dict(env), stdout=said, stderr=said)  # noqa: S603
    try:
        _wait_for(port, server)
        yield port, server.pid
    finally:
        if last := log.read_text(encoding="utf-8").strip():
            print(f"    the server said, last of all: {last[-600:]}", flush=True)
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(150):
        if server.poll() is not None:
            raise RuntimeError("the server did not start")
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection(HOST, port, timeout=5)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            connection.close()
            return
        time.sleep(0.2)
    raise RuntimeError("the server did not answer within 30 s")


class Clients:
    """Threads that ask, each on a connection of its own, until time or their requests run out."""

    def __init__(self, port: int, pid: int) -> None:
        self.port, self.pid = port, pid

    def load(self, scripts: Sequence[Iterator[tuple[str, str, str, dict[str, str]]]], good: int,
             seconds: float = SECONDS) -> dict[str, Any]:  # fmt: skip
        """Play each script of (method, address, body, headers) in a thread; `good` is the status
        that counts as an answer."""
        times: list[list[float]] = [[] for _ in scripts]
        wrong: list[list[int]] = [[] for _ in scripts]
        until, cpu_before, began = (
            time.monotonic() + seconds,
            cpu.family(self.pid),
            time.monotonic(),
        )

        def play(number: int) -> None:
            connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
            for method, address, body, headers in scripts[number]:
                if time.monotonic() >= until:
                    break
                asked = time.perf_counter()
                try:
                    connection.request(method, address, body or None, headers)
                    response = connection.getresponse()
                    response.read()
                    status = response.status
                except (OSError, http.client.HTTPException):
                    status = 0
                    connection.close()
                if status == good:
                    times[number].append(time.perf_counter() - asked)
                elif len(wrong[number]) < MOST_FAILURES:
                    wrong[number].append(status)
                else:
                    break
            connection.close()

        threads = [threading.Thread(target=play, args=[n]) for n in range(len(scripts))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.monotonic() - began
        answered = sorted(itertools.chain.from_iterable(times))
        failed = [status for each in wrong for status in each]
        row = {
            "clients": len(scripts),
            "status": failed[0] if failed else good,
            "answered": bool(answered) and not failed,
            "answers": len(answered),
            "failures": len(failed),
            "per_second": round(len(answered) / took, 1),
        }
        if answered:
            spent = (cpu.family(self.pid) - cpu_before) / len(answered)
            row |= {
                "web_ms": round(spent * 1000, 2),
                "p50_ms": round(answered[len(answered) // 2] * 1000, 1),
                "p95_ms": round(answered[int(len(answered) * 0.95)] * 1000, 1),
                "slowest_ms": round(answered[-1] * 1000, 1),
            }
        return row


def played(port: int, pid: int, asked: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Play every scenario and return its row by name."""
    clients = Clients(port, pid)
    details = asked["details"]
    times = itertools.count()

    def reading(turn: int) -> Iterator[tuple[str, str, str, dict[str, str]]]:
        # A query that no one sent before: nothing is answered from what is kept in memory.
        for number, address in enumerate(itertools.cycle(details[turn::CLIENTS])):
            yield "GET", f"{address}?first={next(times)}-{turn}-{number}", "", {}

    def again(headers: dict[str, str]) -> Iterator[tuple[str, str, str, dict[str, str]]]:
        return itertools.repeat(("GET", details[0], "", headers))

    clients.load([reading(turn) for turn in range(CLIENTS)], 200, 1.0)  # warm
    rows = {
        "detail, each for the first time": clients.load([reading(t) for t in range(CLIENTS)], 200)
    }
    rows["detail, kept in memory"] = clients.load([again({}) for _ in range(CLIENTS)], 200)
    unchanged = {"If-None-Match": _etag(port, details[0])}
    rows["detail, 304"] = clients.load([again(unchanged) for _ in range(CLIENTS)], 304)
    if asked["typed"]:
        rows["giving a ballot"] = clients.load(_givers(asked), 302)
    return rows


def _etag(port: int, address: str) -> str:
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    connection.request("GET", address)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.headers.get("ETag", "none")


def _givers(asked: Mapping[str, Any]) -> list[Iterator[tuple[str, str, str, dict[str, str]]]]:
    """Each reader's seats in a script of one client; eight clients."""
    token = "b" * 32  # the double-submit cookie: both sides are ours
    body = urlencode({**asked["typed"], "csrfmiddlewaretoken": token})
    people = sorted({ballot["person"] for ballot in asked["ballots"]})
    scripts: list[list[tuple[str, str, str, dict[str, str]]]] = [[] for _ in range(CLIENTS)]
    for ballot in asked["ballots"]:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"sessionid={ballot['session']}; csrftoken={token}",
        }
        turn = people.index(ballot["person"]) % CLIENTS
        scripts[turn].append(("POST", ballot["address"], body, headers))
    return [iter(script) for script in scripts if script]


if __name__ == "__main__":
    ready()
    Path(sys.argv[1]).write_text(json.dumps(written_down()), encoding="utf-8")
