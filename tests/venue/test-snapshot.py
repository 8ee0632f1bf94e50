#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The venue starts from the newest snapshot that is whole, and from the log when none is; kill -9 loses nothing on the way.

Usage: test-snapshot.py PROGRAM
"""

import json
import random
import sqlite3
import subprocess
import sys
import threading
import time
import unittest

from venue_client import Venue, command, make_key, order_body, temporary

PROGRAM = sys.argv.pop(1)
POWER, TRADER = "HD-POWER", "power-trader"
PACKS = ["cn-cea", "cn-ccer"]


class Snapshot(unittest.TestCase):
    def setUp(self):
        self.folder = temporary()
        self.venue = Venue(PROGRAM, self.folder.name + "/venue", packs=PACKS)

    def tearDown(self):
        if self.venue.process.poll() is None:
            self.venue.kill()
        self.folder.cleanup()

    def order(self, line, qty):
        stats = next(i for i in self.venue.get("/v1/instruments")[1]["items"] if i["code"] == "CEA25")
        frame = command("order.new", POWER, order_body("buy", "list", stats["limit_low"], qty, TRADER))
        line.send(frame)
        line.until(lambda m: m["type"] == "answer" and m["key"] == frame["key"])
        return frame["key"]

    def all_of(self):
        result = {}
        for route in ["/v1/instruments/CEA25/listings", "/v1/instruments/CEA25/trades", "/v1/instruments/CEA25/bars", "/v1/instruments/COMCEA/bars",
                      "/v1/blocks", f"/v1/accounts/{POWER}/orders?state=all", f"/v1/accounts/{POWER}/executions", f"/v1/accounts/{POWER}/holdings",
                      f"/v1/accounts/{POWER}/cash", f"/v1/accounts/{POWER}/settlements", f"/v1/registry/accounts/{POWER}/obligations"]:
            result[route] = self.venue.get(route, TRADER)[1]["items"]
        line = self.venue.socket("/v1/private?from_seq=1", TRADER)
        last = line.until(lambda m: m["type"] == "hello")["last_seq"][POWER]
        events = []
        line.until(lambda m: m["type"] == "event" and m["seq"] == last, seen=events)
        result["events"] = [m for m in events if m["type"] == "event"]
        return result

    def live_through(self):
        line = self.venue.socket("/v1/private", TRADER)
        for day in range(3):
            self.order(line, 10 + day)
            self.venue.clock(TRADER, skip="next_day")
        self.order(line, 77)
        self.venue.clock(TRADER, pause=True)
        return self.all_of()

    def restart(self, *sql):
        """Killed, changed, started once to hear what it says, and started."""
        self.venue.kill()
        for one in sql:
            with sqlite3.connect(self.venue.data + "/venue.db") as db:
                db.execute(one)
            db.close()
        arguments = [PROGRAM, "--listen", "localhost:0", "--data", self.venue.data] + [a for p in PACKS for a in ("--pack", p)]
        with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            ready = json.loads(process.stdout.readline())
            process.stdin.close()
            said = process.stderr.read().decode()
            process.wait(60)
        self.venue.start()
        return ready["start"], said

    def test_falls_back(self):
        self.assertEqual(self.venue.ready["start"], "new")
        wanted = self.live_through()
        self.assertEqual(self.restart(), ("snapshot", ""))
        self.assertEqual(self.all_of(), wanted)
        newest = "(SELECT max(market_us) FROM snapshot)"
        bent = "CAST(substr(state, 1, 5000) || 'x' || substr(state, 5002) AS BLOB)"
        # The newest is damaged: the one before it, and more of the log. All are damaged, of another version, of a longer log, or gone:
        # the whole log, and it says so. Each time the close that is replayed makes a good one again.
        for sql, start, words in [
                (f"UPDATE snapshot SET state = {bent} WHERE market_us = {newest}", "snapshot", "its bytes are damaged; more of the log is replayed instead"),
                (f"UPDATE snapshot SET state = {bent}", "log", "its bytes are damaged"),
                ("UPDATE snapshot SET version = 999", "log", "it is of version 999, expected 1"),
                ("UPDATE snapshot SET after = 1000000", "log", "it knows of commands that the log does not have"),
                ("UPDATE snapshot SET hash = hash + 1", "log", "the state does not have the hash it was written with"),
                ("UPDATE snapshot SET state = x''", "log", "its bytes are damaged"),
                ("DELETE FROM snapshot", "log", "")]:
            got, said = self.restart(sql)
            self.assertEqual(got, start, sql)
            self.assertIn(words, said)
            self.assertEqual("; the whole log is replayed instead" in said, start == "log" and words != "")
            self.assertEqual(self.venue.ready["start"], "snapshot")
            self.assertEqual(self.all_of(), wanted)
        # The next close makes a new one.
        self.venue.clock(TRADER, pause=False, skip="close")
        self.assertEqual(self.restart()[0], "snapshot")

    def test_kills_on_the_way(self):
        """Days are skipped while orders come in, and the process is killed at any moment: what was answered is there."""
        chance = random.Random(5)
        kept, epoch = [], self.venue.ready["epoch"]
        for _ in range(6):
            line = self.venue.socket("/v1/private", TRADER)
            killer = threading.Timer(0.2 + chance.random(), self.venue.process.kill)
            killer.start()
            try:
                while True:
                    kept.append(self.order(line, chance.randint(1, 50)))
                    self.venue.clock(TRADER, skip="close")
                    self.venue.clock(TRADER, skip="next_day")
            except (EOFError, OSError, StopIteration, KeyError):
                pass
            killer.join()
            self.venue.process.wait(30)
            self.venue.process.stdin.close()
            self.venue.process.stdout.close()
            self.venue.start()
            self.assertEqual(self.venue.ready["epoch"], epoch)
            self.assertEqual(self.venue.ready["start"], "snapshot")
            for key in kept:
                self.assertTrue(self.venue.get(f"/v1/orders/by-key/{key}", TRADER)[1]["found"])
        whole = self.all_of()
        self.venue.clock(TRADER, pause=True)
        whole = self.all_of()
        self.assertEqual(self.restart("DELETE FROM snapshot")[0], "log")
        self.assertEqual(self.all_of(), whole)

    def test_a_key_keeps_its_answer(self):
        line = self.venue.socket("/v1/private", TRADER)
        frames = [command("fence", POWER, json.dumps({"key": make_key()}), deadline=0),
                  command("order.new", POWER, order_body("buy", "list", "0.01", 10, TRADER), deadline=0)]
        first = []
        for frame in frames:
            line.send(frame)
            first.append(line.until(lambda m, key=frame["key"]: m["type"] == "answer" and m["key"] == key))
        self.venue.clock(TRADER, skip="next_day")
        self.assertEqual(self.restart()[0], "snapshot")
        line = self.venue.socket("/v1/private", TRADER)
        for frame, was in zip(frames, first):
            line.send(frame)
            now = line.until(lambda m, key=frame["key"]: m["type"] == "answer" and m["key"] == key)
            self.assertTrue(now["replayed"])
            for member in ["verdict", "code", "body_sha256", "account"]:
                self.assertEqual(now.get(member), was.get(member))

    def test_start_is_not_slower_than_the_log(self):
        """A figure, not a limit: the time to the ready line from a snapshot and from the log."""
        self.venue.clock(TRADER, pause=True)
        times = {}
        for start, sql in [("snapshot", "UPDATE snapshot SET after = after"), ("log", "DELETE FROM snapshot")]:
            self.venue.kill()
            with sqlite3.connect(self.venue.data + "/venue.db") as db:
                db.execute(sql)
            db.close()
            begin = time.monotonic()
            self.venue.start()
            times[start] = time.monotonic() - begin
            self.assertEqual(self.venue.ready["start"], start)
        print(f"ready after {times['snapshot']:.2f} s from a snapshot, {times['log']:.2f} s from the log", flush=True)


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
