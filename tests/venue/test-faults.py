#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The named faults of carbondesk-venue --fault: each is made by the real process and seen by a client that shares no code with it.

Usage: test-faults.py PROGRAM
"""

import json
import select
import socket
import ssl
import subprocess
import sys
import time
import unittest

from venue_client import LIMIT_S, Venue, command, make_key, order_body, temporary

PROGRAM = sys.argv.pop(1)
POWER, TRADER = "HD-POWER", "power-trader"
LOST = (EOFError, ConnectionError, OSError)


class Faulty(unittest.TestCase):
    PLAN = ""

    def setUp(self):
        self.folder = temporary()
        self.venue = Venue(PROGRAM, self.folder.name + "/venue", "--fault", self.PLAN, packs=["cn-cea", "cn-ccer"])
        _, listed = self.venue.get("/v1/instruments", TRADER)
        self.low = next(i for i in listed["items"] if i["code"] == "CEA25")["limit_low"]

    def tearDown(self):
        if self.venue.process.poll() is None:
            self.venue.kill()
        self.folder.cleanup()

    def private(self, from_seq=1):
        line = self.venue.socket(f"/v1/private?from_seq={from_seq}", TRADER)
        self.assertEqual(line.status, 101)
        return line

    def new(self, key=None):
        return command("order.new", POWER, order_body("buy", "list", self.low, 10, TRADER), key=key)

    def by_key(self, key):
        return self.venue.get(f"/v1/orders/by-key/{key}?consistency=strong", TRADER)[1]

    def orders(self, key):
        return [o for o in self.venue.get(f"/v1/accounts/{POWER}/orders?state=all", TRADER)[1]["items"] if o["key"] == key]

    def answer(self, line, key):
        return line.until(lambda m: m["type"] == "answer" and m["key"] == key)

    def no_answer(self, line, key):
        """Heartbeats go on, the answer does not come."""
        seen = []
        line.until(lambda m: m["type"] == "hb", seen=seen)
        line.until(lambda m: m["type"] == "hb", seen=seen)
        self.assertEqual([m for m in seen if m.get("key") == key and m["type"] == "answer"], [])

    def is_lost(self, line):
        with self.assertRaises(LOST):
            line.until(lambda m: False, 20)


class Private(Faulty):
    PLAN = ("drop@command(order.new)#1,duplicate@command(order.new)#3,cut@command(order.new)#4,"
            "drop@answer(fence)#1,duplicate@answer(fence)#2,delay=1500@answer(fence)#3,cut@answer(fence)#4,"
            "drop@event(order.cancelled)#1,duplicate@event(order.cancelled)#2,cut@event(order.cancelled)#3")

    def commands(self):
        line = self.private()
        lost = self.new()
        line.send(lost)
        self.no_answer(line, lost["key"])
        self.assertFalse(self.by_key(lost["key"])["found"])
        # The same bytes again: nothing had happened.
        line.send(lost)
        self.assertFalse(self.answer(line, lost["key"])["replayed"])
        twice = self.new()
        line.send(twice)
        self.assertFalse(self.answer(line, twice["key"])["replayed"])
        self.assertTrue(self.answer(line, twice["key"])["replayed"])
        self.assertEqual(len(self.orders(twice["key"])), 1)
        cut = self.new()
        line.send(cut)
        self.is_lost(line)
        self.assertFalse(self.by_key(cut["key"])["found"])
        return [lost["key"], twice["key"]]

    def answers(self):
        line = self.private()
        keys = [make_key() for _ in range(4)]

        def fence(i):
            frame = command("fence", POWER, json.dumps({"key": keys[i]}))
            line.send(frame)
            return frame["key"]

        self.no_answer(line, fence(0))
        key = fence(1)
        self.assertEqual(self.answer(line, key), self.answer(line, key))
        key, sent = fence(2), time.monotonic()
        self.answer(line, key)
        self.assertGreater(time.monotonic() - sent, 1.4)
        fence(3)
        self.is_lost(line)
        # Each was durable before its answer could be lost.
        for key in keys:
            self.assertTrue(self.by_key(key)["fenced"])

    def events(self, keys):
        line = self.private()
        last = line.until(lambda m: m["type"] == "hello")["last_seq"][POWER]
        line.until(lambda m: m["type"] == "event" and m["seq"] == last)
        frame = self.new()
        line.send(frame)
        self.answer(line, frame["key"])
        seen = []
        for key in keys + [frame["key"]]:
            line.send(command("order.cancel", POWER, json.dumps({"order_id": self.by_key(key)["order"]["order_id"]})))
        with self.assertRaises(LOST):
            line.until(lambda m: False, 20, seen=seen)
        seqs = [m["seq"] for m in seen if m["type"] == "event"]
        cancelled = [m for m in seen if m["type"] == "event" and m["kind"] == "order.cancelled"]
        self.assertEqual(len(cancelled), 2)
        self.assertEqual(cancelled[0], cancelled[1])
        self.assertNotEqual(seqs, list(range(seqs[0], seqs[0] + len(seqs))))
        # By number everything is there.
        again = self.private(last + 1)
        end = again.until(lambda m: m["type"] == "hello")["last_seq"][POWER]
        whole = []
        again.until(lambda m: m["type"] == "event" and m["seq"] == end, seen=whole)
        events = [m for m in whole if m["type"] == "event"]
        self.assertEqual([m["seq"] for m in events], list(range(last + 1, end + 1)))
        self.assertEqual(len([m for m in events if m["kind"] == "order.cancelled"]), 3)

    def test_private_stream(self):
        keys = self.commands()
        self.answers()
        self.events(keys)


class Http(Faulty):
    PLAN = ("status=503@command(order.new)#1,status=502@answer(order.new)#1,cut@answer(order.new)#2,delay=1500@answer(order.new)#3,"
            "cut@command(order.new)#5,duplicate@command(order.new)#6,status=500@get(session)#1,cut@get(session)#2,delay=1500@get(session)#3,"
            "status=503@get(md)#1,drop@get(blocks)#1")

    def post(self, frame):
        return self.venue.request("POST", "/v1/commands", TRADER, json.dumps(frame).encode(), {"Idempotency-Key": frame["key"]})

    def test_http(self):
        frame = self.new()
        status, kind, body = self.post(frame)
        self.assertEqual((status, kind), (503, "text/html"))
        self.assertFalse(self.by_key(frame["key"])["found"])
        self.assertEqual(self.post(frame)[0], 502)
        # Executed all the same: that is why a client never guesses.
        self.assertTrue(self.by_key(frame["key"])["found"])
        frame = self.new()
        with self.assertRaises(LOST):
            self.post(frame)
        self.assertTrue(self.by_key(frame["key"])["found"])
        sent = time.monotonic()
        status, _, body = self.post(frame)
        self.assertGreater(time.monotonic() - sent, 1.4)
        self.assertEqual((status, json.loads(body)["replayed"]), (200, True))
        frame = self.new()
        with self.assertRaises(LOST):
            self.post(frame)
        self.assertFalse(self.by_key(frame["key"])["found"])
        status, _, body = self.post(frame)
        self.assertEqual((status, json.loads(body)["replayed"]), (200, True))
        self.assertEqual(len(self.orders(frame["key"])), 1)

    def test_get(self):
        self.assertEqual(self.venue.request("GET", "/v1/session", TRADER)[0], 500)
        with self.assertRaises(LOST):
            self.venue.request("GET", "/v1/session", TRADER)
        sent = time.monotonic()
        self.assertEqual(self.venue.request("GET", "/v1/session", TRADER)[0], 200)
        self.assertGreater(time.monotonic() - sent, 1.4)
        self.assertEqual(self.venue.socket("/v1/md").status, 503)
        self.assertEqual(self.venue.socket("/v1/md").status, 101)
        # Nobody answers, and nobody else is kept waiting.
        with ssl.create_default_context(cafile=self.venue.ready["ca"]).wrap_socket(
                socket.create_connection(("localhost", self.venue.port), LIMIT_S), server_hostname="localhost") as quiet:
            quiet.sendall(f"GET /v1/blocks HTTP/1.1\r\nHost: localhost:{self.venue.port}\r\n\r\n".encode())
            for _ in range(3):
                self.assertEqual(self.venue.request("GET", "/v1/session", TRADER)[0], 200)
            quiet.settimeout(0.5)
            with self.assertRaises(TimeoutError):
                quiet.recv(1)
        self.assertEqual(self.venue.request("GET", "/v1/blocks", TRADER)[0], 200)


class Public(Faulty):
    PLAN = "drop@md(depth)#2,duplicate@md(trade)#2,drop@md(hb)#4,cut@md(hb)#9,duplicate@md(snapshot)#1"

    def test_public_stream(self):
        line = self.venue.socket("/v1/md")
        line.send({"op": "subscribe", "instruments": ["CEA25"]})
        self.venue.clock(TRADER, rate="200")
        seen = []
        with self.assertRaises(LOST):
            line.until(lambda m: False, LIMIT_S, seen=seen)
        snapshots = [m for m in seen if m["type"] == "snapshot"]
        self.assertEqual(snapshots[0], snapshots[1])
        beats = [m["n"] for m in seen if m["type"] == "hb"]
        self.assertEqual([n for n in range(beats[0], beats[-1] + 1) if n not in beats and n != 4] + [4 in beats], [False])
        trades = [m["seq"] for m in seen if m["type"] == "trade"]
        self.assertLessEqual(len(trades) - len(set(trades)), 1)
        self.assertEqual(self.venue.get("/v1/blocks")[0], 200)


class Gap(Faulty):
    """One change of the book is missing, another comes late: the sequence says so."""

    PLAN = "drop@md(depth)#/40,delay=1200@md(trade)#/15"

    def test_gap(self):
        line = self.venue.socket("/v1/md")
        line.send({"op": "subscribe", "instruments": ["CEA25"]})
        start = line.until(lambda m: m["type"] == "snapshot")["seq"]
        self.venue.clock(TRADER, rate="400")
        gaps, seq, seen = 0, start, []

        def watch(m):
            nonlocal gaps, seq
            if m["type"] == "depth" and m["i"] == "CEA25":
                gaps += m["prev_seq"] != seq
                seq = m["seq"]
            return gaps >= 2 and seq > start + 80

        line.until(watch, LIMIT_S, seen=seen)
        self.assertLess(gaps, len([m for m in seen if m["type"] == "depth"]) // 10)


class Restart(Faulty):
    PLAN = "restart@answer(order.new)#2,restart@command(order.new)#3"

    def ready_again(self):
        ready, _, _ = select.select([self.venue.process.stdout], [], [], LIMIT_S)
        self.assertTrue(ready, "no second ready line")
        again = json.loads(self.venue.process.stdout.readline())
        self.assertEqual((again["listening"], again["epoch"]), (self.venue.ready["listening"], self.venue.ready["epoch"]))

    def test_restart(self):
        pid = self.venue.process.pid
        line = self.private()
        kept = []
        for _ in range(2):
            frame = self.new()
            line.send(frame)
            kept.append(frame)
            if len(kept) == 1:
                self.answer(line, frame["key"])
        self.is_lost(line)
        self.ready_again()
        line = self.private()
        # Durable, and never answered: the same key brings the stored answer.
        line.send(kept[1])
        self.assertTrue(self.answer(line, kept[1]["key"])["replayed"])
        frame = self.new()
        line.send(frame)
        self.answer(line, frame["key"])
        gone = self.new()
        line.send(gone)
        self.is_lost(line)
        self.ready_again()
        self.assertFalse(self.by_key(gone["key"])["found"])
        for frame in kept + [frame]:
            self.assertEqual(len(self.orders(frame["key"])), 1)
        line = self.private()
        for _ in range(6):
            frame = self.new()
            line.send(frame)
            self.answer(line, frame["key"])
        self.assertEqual(self.venue.process.pid, pid)
        self.assertEqual(self.venue.stop(), 0)


class WrongUse(unittest.TestCase):
    def test_names_the_place(self):
        for plan, words in [
                ("x", "entry 1 “x”: expected KIND@POINT"),
                ("cut@answer,boom@md", "entry 2 “boom@md”: expected drop, delay=MILLISECONDS, duplicate, cut, status=NUMBER or restart"),
                ("drop@nowhere", "entry 1 “drop@nowhere”: expected command, answer, event, md or get"),
                ("delay@md", "delay=MILLISECONDS from 1 to 600000"), ("delay=0@md", "from 1 to 600000"), ("delay=1e3@md", "from 1 to 600000"),
                ("status=404@get", "status=NUMBER from 500 to 599"), ("drop=1@md", "no number after it"),
                ("status=503@md", "a fault that can happen at this point"), ("delay=5@command", "a fault that can happen at this point"),
                ("duplicate@get", "a fault that can happen at this point"),
                ("drop@command#0", "a number from 1"), ("drop@command#", "a number from 1"), ("drop@command#2-", "a number from 1"),
                ("drop@command#/0", "a number from 1"), ("drop@command#99999999999999999999", "a number from 1"),
                ("drop@answer(order.bad)", "the op of a command"), ("drop@event(depth)", "the kind of an event"),
                ("drop@md(x)", "hello, snapshot, depth"), ("drop@get(v1)", "the first part of a route"),
                ("drop@md()", "(WHAT) with one word"), ("drop@md(depth", "(WHAT) with one word"), ("drop@md(depth)x", "(WHAT) with one word"),
                ("drop@md,,", "entry 2 “”"), (",".join(["drop@md"] * 65), "entry 65")]:
            result = subprocess.run([PROGRAM, "--listen", "localhost:0", "--pack", "cn-cea", "--data", "/nonexistent/x", "--fault", plan],
                                    capture_output=True, stdin=subprocess.DEVNULL, timeout=60, check=False)
            self.assertEqual((result.returncode, result.stdout), (2, b""), plan)
            self.assertIn("--fault: entry ", result.stderr.decode())
            self.assertIn(words, result.stderr.decode())

    def test_an_empty_plan_is_none(self):
        with temporary() as folder:
            venue = Venue(PROGRAM, folder + "/venue", "--fault", "", packs=["cn-cea", "cn-ccer"])
            self.assertEqual(venue.get("/v1/session", TRADER)[0], 200)
            self.assertEqual(venue.stop(), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
