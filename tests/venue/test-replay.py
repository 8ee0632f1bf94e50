#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""carbondesk-venue --replay: the real process plays recorded and written sessions, every time the same.

Usage: test-replay.py PROGRAM
"""

import json
import subprocess
import sys
import unittest

from venue_client import Venue, command, make_key, order_body, temporary, wait_for

PROGRAM = sys.argv.pop(1)
POWER, TRADER = "HD-POWER", "power-trader"
HEAD = {"format": "carbondesk-session/1", "market_time": "2026-12-14T13:20:00", "participants": "off"}


def at(seconds):
    return f"2026-12-14T05:{20 + seconds // 60:02d}:{seconds % 60:02d}.000000Z"


def market(seconds, party, side, kind, price, qty, instrument="CEA25"):
    return {"at": at(seconds), "party": party, "instrument": instrument, "side": side, "kind": kind, "price": price, "qty": str(qty)}


def person(seconds, who, account, side, kind, price, qty):
    frame = command("order.new", account, order_body(side, kind, price, qty, who), deadline=0)
    return {"at": at(seconds), "person": who, **frame}


def story():
    """A public session of a minute: quotes, one withdrawn, trades, and a person who picks the last one."""
    return [HEAD,
            market(5, "PX-NORTH", "sell", "list", "97.50", 700), market(6, "PX-EAST", "sell", "list", "97.60", 900),
            market(7, "PX-EAST", "buy", "list", "96.90", 400), market(10, "PX-DELTA", "buy", "pick", "97.50", 300),
            {"at": at(11), "party": "PX-EAST", "withdraws": 3}, market(12, "PX-GRID", "sell", "pick", "96.90", 400),
            person(20, TRADER, POWER, "buy", "pick", "97.50", 400), market(30, "PX-SOLAR", "sell", "list", "98.00", 150)]


class Replay(unittest.TestCase):
    def setUp(self):
        self.folder = temporary()
        self.venues = []

    def tearDown(self):
        for venue in self.venues:
            if venue.process.poll() is None:
                venue.kill()
        self.folder.cleanup()

    def write(self, lines, name="session.jsonl"):
        path = f"{self.folder.name}/{name}"
        with open(path, "w", encoding="utf-8") as out:
            out.writelines((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
        return path

    def start(self, name, *options):
        venue = Venue(PROGRAM, f"{self.folder.name}/{name}", *options, packs=["cn-cea", "cn-ccer"])
        self.venues.append(venue)
        return venue

    def until(self, venue, when):
        venue.clock(TRADER, rate="30")
        wait_for(lambda: venue.get("/v1/practice/clock")[1]["market_time"] >= when, "market time " + when)
        venue.clock(TRADER, pause=True)

    def all_of(self, venue):
        result = {}
        for route in ["/v1/instruments/CEA25/listings", "/v1/instruments/CEA25/trades", "/v1/instruments/CEA25/bars", "/v1/blocks",
                      f"/v1/accounts/{POWER}/orders?state=all", f"/v1/accounts/{POWER}/executions", f"/v1/accounts/{POWER}/holdings",
                      f"/v1/accounts/{POWER}/cash", f"/v1/accounts/{POWER}/settlements"]:
            status, answer = venue.get(route, TRADER)
            self.assertEqual(status, 200)
            result[route] = answer["items"]
        return result

    def test_a_written_session_is_the_whole_market(self):
        path = self.write(story())
        venue = self.start("one", "--replay", path)
        self.assertEqual(venue.get("/v1/instruments/CEA25/listings")[1]["items"], [])
        self.until(venue, at(40))
        first = self.all_of(venue)
        trades = [(t["px"], t["qty"], t["at"]) for t in first["/v1/instruments/CEA25/trades"]][-3:]
        self.assertEqual(trades, [("97.50", "300", at(10)), ("96.90", "400", at(12)), ("97.50", "400", at(20))])
        left = [(o["price"], o["qty"]) for o in first["/v1/instruments/CEA25/listings"]]
        self.assertEqual(left, [("98.00", "150")])
        self.assertEqual([e["qty"] for e in first[f"/v1/accounts/{POWER}/executions"]], ["400"])
        # Another folder, another speed, a kill in the middle and the start after it: the same to the last byte.
        other = self.start("two", "--replay", path, "--speed", "7")
        wait_for(lambda: other.get("/v1/practice/clock")[1]["market_time"] >= at(11), "the middle of the session")
        other.kill()
        other.start()
        self.until(other, at(40))
        self.assertEqual(self.all_of(other), first)

    def test_a_recorded_session(self):
        source = self.start("source", "--seed", "42")
        line = source.socket("/v1/private", TRADER)
        stats = next(i for i in source.get("/v1/instruments")[1]["items"] if i["code"] == "CEA25")
        source.clock(TRADER, rate="60")
        for qty in range(10, 60, 10):
            frame = command("order.new", POWER, order_body("buy", "list", stats["limit_low"], qty, TRADER))
            line.send(frame)
            line.until(lambda m, key=frame["key"]: m["type"] == "answer" and m["key"] == key)
        source.clock(TRADER, skip="next_day")
        frame = command("order.new", POWER, order_body("buy", "list", stats["limit_low"], 77, TRADER))
        line.send(frame)
        line.until(lambda m: m["type"] == "answer" and m["key"] == frame["key"])
        source.clock(TRADER, pause=True)
        end = source.get("/v1/practice/clock")[1]["market_time"]
        wanted = self.all_of(source)
        source.kill()
        again = self.start("again", "--replay", source.data + "/venue.db")
        again.clock(TRADER, skip="next_day")
        again.clock(TRADER, rate="60")
        wait_for(lambda: again.get("/v1/practice/clock")[1]["market_time"] >= end, "the end of the session")
        again.clock(TRADER, pause=True)
        got = self.all_of(again)
        for route in wanted:
            if "trades" not in route and "listings" not in route and "blocks" not in route:
                self.assertEqual(got[route], wanted[route], route)
        n = len(wanted["/v1/instruments/CEA25/trades"])
        self.assertEqual(got["/v1/instruments/CEA25/trades"][:n], wanted["/v1/instruments/CEA25/trades"])

    def run_once(self, *options, folder="fresh"):
        arguments = [PROGRAM, "--listen", "localhost:0", "--data", f"{self.folder.name}/{folder}", "--pack", "cn-cea", "--pack", "cn-ccer", *options]
        return subprocess.run(arguments, capture_output=True, stdin=subprocess.DEVNULL, timeout=60, check=False)

    def test_faults_in_the_file_name_their_place(self):
        good = market(5, "PX-NORTH", "sell", "list", "97.50", 700)
        for i, (lines, words) in enumerate([
                ([], ":1: expected the head of a session"),
                (["{"], ":1: "), (["[]"], ":1: "), ([{"format": "carbondesk-session/2"}], ":1: $.format: expected \"carbondesk-session/1\""),
                ([{**HEAD, "seed": 7}], ":1: $.seed: "), ([{**HEAD, "participants": "maybe"}], ":1: $.participants: expected on or off"),
                ([{**HEAD, "colour": "red"}], ":1: $.colour: "), ([{**HEAD, "scenario": "moon"}], "moon"),
                ([{**HEAD, "market_time": "noon"}], ":1: market_time noon: expected a time"),
                ([HEAD, good, ""], ":3: "), ([HEAD, {**good, "at": "13:20"}], ":2: $.at: "), ([HEAD, {**good, "qty": 700}], ":2: $.qty: "),
                ([HEAD, {**good, "qty": "0"}], ":2: $.qty: expected more than 0"), ([HEAD, {**good, "price": "1e2"}], ":2: $.price: "),
                ([HEAD, {**good, "side": "hold"}], ":2: $.side: expected buy or sell"), ([HEAD, {**good, "kind": "market"}], ":2: $.kind: "),
                ([HEAD, {**good, "party": "../x"}], ":2: $.party: "), ([HEAD, {"at": at(1)}], ":2: $.party: "),
                ([HEAD, good, {**good, "at": at(4)}], ":3: $.at: expected no time before that of line 2"),
                ([HEAD, {**good, "at": "2026-12-14T05:19:59.000000Z"}], ":2: at: expected no time before 2026-12-14T05:20:00"),
                ([HEAD, good, {"at": at(6), "party": "PX-NORTH", "withdraws": 1}], ":3: $.withdraws: "),
                ([HEAD, good, {"at": at(6), "party": "PX-EAST", "withdraws": 2}], ":3: $.withdraws: expected an earlier line with an order of the same party"),
                ([HEAD, {"at": at(6), "person": TRADER, "op": "order.new", "account": POWER, "body": "{}"}], ":2: $: expected a command: "),
                ([HEAD, {"at": at(6), "person": "", "op": "fence", "key": make_key(), "account": POWER, "body": "{}"}], ":2: $.person: ")]):
            result = self.run_once("--replay", self.write(lines, f"bad-{i}.jsonl"), folder=f"bad-{i}")
            self.assertEqual(result.stdout, b"", words)
            self.assertIn(result.returncode, (1, 2), words)
            self.assertIn(words, result.stderr.decode())
        result = self.run_once("--replay", self.folder.name + "/none.jsonl")
        self.assertEqual(result.returncode, 1)
        self.assertIn("none.jsonl", result.stderr.decode())

    def test_a_session_stays_with_its_folder(self):
        path = self.write(story())
        venue = self.start("one", "--replay", path)
        self.assertEqual(venue.stop(), 0)
        other = self.write(story() + [market(50, "PX-GRID", "buy", "list", "95.00", 10)], "other.jsonl")
        result = self.run_once("--replay", other, folder="one")
        self.assertEqual((result.returncode, b"another session" in result.stderr), (1, True), result.stderr)
        plain = self.start("plain")
        self.assertEqual(plain.stop(), 0)
        result = self.run_once("--replay", path, folder="plain")
        self.assertEqual((result.returncode, b"without a session" in result.stderr), (1, True), result.stderr)
        for option, value in [("--scenario", "deadline-week"), ("--market-time", "2026-12-15T09:30:00")]:
            result = self.run_once("--replay", self.write([{**HEAD, "scenario": "main"}]), option, value, folder="new" + option)
            self.assertEqual((result.returncode, result.stdout), (2, b""), result.stderr)
        result = self.run_once("--replay", plain.data + "/venue.db", "--seed", "99", folder="seed")
        self.assertEqual((result.returncode, b"the seed it was recorded with" in result.stderr), (2, True), result.stderr)

    def test_a_refused_entry_is_said_and_the_rest_goes_on(self):
        path = self.write([HEAD, market(1, "PX-NORTH", "sell", "list", "97.505", 700), market(2, "PX-NORTH", "sell", "list", "97.50", 70),
                           market(3, "HD-POWER", "sell", "list", "97.50", 1)])
        arguments = [PROGRAM, "--listen", "localhost:0", "--data", self.folder.name + "/said", "--pack", "cn-cea", "--pack", "cn-ccer", "--replay", path, "--speed", "10"]
        with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            said = [process.stderr.readline().decode() for _ in range(2)]
            process.stdin.close()
            self.assertEqual(process.wait(60), 0)
        self.assertIn(f"{path}:2: order.new was refused: price.tick", said[0])
        # The market has no hand in the accounts of persons.
        self.assertIn(f"{path}:4: order.new was refused: rights.missing", said[1])


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
