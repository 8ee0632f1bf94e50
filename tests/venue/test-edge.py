#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The edge of the practice venue: the real process, its sockets, its certificates, its log."""

import hashlib
import http.client
import json
import os
import pathlib
import random
import ssl
import stat
import subprocess
import tempfile
import unittest

from edge_case import PROGRAM, Book, VenueCase, crc_of
from venue_client import PACKS, command, make_key, order_body, wait_for


class Start(unittest.TestCase):
    def run_venue(self, *arguments):
        with tempfile.TemporaryDirectory() as folder:
            return subprocess.run([PROGRAM, *[a.replace("DIR", folder) for a in arguments]], capture_output=True,
                                  stdin=subprocess.DEVNULL, timeout=60, check=False)

    def test_wrong_use_says_what_was_expected(self):
        good = ["--listen", "localhost:0", "--data", "DIR/v", "--pack", "cn-cea"]
        cases = [([], b"--listen"), (["--listen", "0.0.0.0:0", "--data", "DIR/v", "--pack", "cn-cea"], b"localhost:PORT"),
                 (["--listen", "localhost:70000", "--data", "DIR/v", "--pack", "cn-cea"], b"65535"),
                 (["--listen", "localhost:0", "--pack", "cn-cea"], b"--data"), (["--listen", "localhost:0", "--data", "DIR/v"], b"--pack"),
                 (good + ["--speed", "fast"], b"--speed"), (good + ["--speed", "0"], b"--speed"), (good + ["--seed", "-1"], b"--seed"),
                 (good + ["--scenario", "moon"], b"main"), (good + ["--market-time", "2026-12-14"], b"2026-12-14T13:20:00"),
                 (good + ["more"], b"options"), (good + ["--colour", "red"], b"--colour")]
        for arguments, expected in cases:
            with self.subTest(arguments=arguments):
                result = self.run_venue(*arguments)
                self.assertEqual((result.returncode, result.stdout), (2, b""))
                self.assertIn(expected, result.stderr)
                self.assertEqual(result.stderr.count(b"\n"), 1)

    def test_a_pack_that_is_not_there(self):
        result = self.run_venue("--listen", "localhost:0", "--data", "DIR/v", "--pack", "xx-none")
        self.assertEqual((result.returncode, result.stdout), (1, b""))
        self.assertIn(b"xx-none", result.stderr)

    def test_a_folder_that_cannot_be(self):
        result = self.run_venue("--listen", "localhost:0", "--data", "/proc/none/v", "--pack", "cn-cea")
        self.assertEqual((result.returncode, result.stdout), (1, b""))
        self.assertIn(b"/proc/none", result.stderr)

    def test_ends_when_its_input_ends(self):
        arguments = ["--listen", "localhost:0", "--data", "DIR/v"]
        for pack in PACKS:
            arguments += ["--pack", pack]
        result = self.run_venue(*arguments)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        self.assertEqual(result.stdout.count(b"\n"), 1)
        self.assertTrue(json.loads(result.stdout)["listening"].startswith("https://localhost:"))


class Certificates(VenueCase):
    def test_files_are_private(self):
        names = os.listdir(os.path.join(self.venue.data, "certs"))
        self.assertGreaterEqual(len(names), 4 + 4 * len(self.venue.persons))
        self.assertNotIn("ca.key", names)
        for name in names + ["../venue.db"]:
            mode = os.stat(os.path.join(self.venue.data, "certs", name)).st_mode
            self.assertEqual(stat.S_IMODE(mode), 0o600, name)

    def test_they_stay_over_a_restart(self):
        path = pathlib.Path(self.venue.persons[self.trader]["cert"])
        before = path.read_bytes()
        self.assertEqual(self.venue.stop(), 0)
        self.venue.start()
        self.assertEqual(path.read_bytes(), before)

    def test_private_routes_need_a_person(self):
        for path in ["/v1/session", "/v1/accounts/HD-POWER/orders", "/v1/orders/by-key/PX1", "/v1/private", "/v1/registry/accounts/HD-POWER/obligations"]:
            status, answer = self.venue.get(path)
            self.assertEqual((status, answer["code"]), (401, "certificate.missing"), path)
        status, _, body = self.venue.request("POST", "/v1/commands", None, b"{}", {"Idempotency-Key": "K"})
        self.assertEqual(status, 401)
        status, _, body = self.venue.request("POST", "/v1/practice/clock", None, b'{"pause":true}')
        self.assertEqual(status, 401)

    def revoke(self, person, by="province", **more):
        return self.venue.request("POST", "/v1/practice/revocations", by, json.dumps({"person": person, **more}).encode())[0]

    def test_two_certificates_are_one_person(self):
        second = self.venue.person_with("approve", "HD-POWER")
        spare = self.venue.persons[second]["certificates"][1]
        self.venue.persons["spare"] = spare
        self.assertEqual(self.venue.get("/v1/session", "spare")[1]["person"], second)
        self.assertNotEqual(spare["fingerprint"], self.venue.persons[second]["certificates"][0]["fingerprint"])
        # The lost one is revoked by its holder, from the other one; the other goes on, and the line on it too.
        lost, kept = self.private(1, second), self.private(1, "spare")
        self.assertEqual(self.revoke(second, by="spare", fingerprint="00"), 422)
        self.assertEqual(self.revoke(second, by="spare", fingerprint=self.venue.persons[second]["certificates"][0]["fingerprint"]), 200)
        with self.assertRaises((EOFError, ConnectionError, ssl.SSLError)):
            lost.until(lambda m: False, 10)
        kept.until(lambda m: m["type"] == "hb")
        for restarted in [False, True]:
            if restarted:
                self.venue.kill()
                self.venue.start()
                self.venue.persons["spare"] = self.venue.persons[second]["certificates"][1]
            self.assertEqual(self.venue.get("/v1/session", second)[0], 401)
            self.assertEqual(self.venue.get("/v1/session", "spare")[0], 200)
        self.assertEqual(self.revoke(second), 200)
        self.assertEqual(self.venue.get("/v1/session", "spare")[0], 401)

    def test_only_holder_and_administrator_revoke(self):
        second = self.venue.person_with("approve", "HD-POWER")
        for by in [self.trader, self.venue.person_with("approve", "HD-CEMENT"), self.venue.person_with("enter", "HD-CEMENT")]:
            status, _, body = self.venue.request("POST", "/v1/practice/revocations", by, json.dumps({"person": second}).encode())
            self.assertEqual((status, json.loads(body)["code"]), (403, "rights.missing"), by)
        self.assertEqual(self.venue.get("/v1/session", second)[0], 200)
        self.assertEqual(self.revoke(second, by=second), 200)
        self.assertEqual(self.venue.get("/v1/session", second)[0], 401)
        self.assertEqual(self.revoke(self.trader, by="province"), 200)

    def test_a_deputy_begins_and_ends_without_a_new_line(self):
        second, other = self.venue.person_with("approve", "HD-POWER"), self.venue.person_with("approve", "HD-CEMENT")
        line, own = self.private(1, other), self.private(1, second)
        today = self.venue.get("/v1/practice/clock")[1]["market_time"][:10]
        self.assertEqual(today, "2026-12-14")
        hb = line.until(lambda m: m["type"] == "hb")
        self.assertEqual(set(hb["last_seq"]), {"HD-CEMENT"})
        own.send(command("deputy.appoint", "HD-POWER", json.dumps({"person": other, "from": "2026-12-15", "to": "2026-12-15"}), deadline=0))
        self.assertEqual(own.until(lambda m: m["type"] == "answer")["verdict"], "accepted")
        stop = lambda: command("account.stop", "HD-POWER", json.dumps({"reason": "r"}), deadline=0)
        line.send(stop())
        self.assertEqual(line.until(lambda m: m["type"] == "answer")["code"], "rights.missing")
        self.venue.clock(self.trader, skip="next_day")
        # From that day on, on the same line: heartbeats name the account, its events come from the first on, and it may act.
        line.until(lambda m: m["type"] == "hb" and "HD-POWER" in m["last_seq"])
        line.pending.clear()
        line.send(stop())
        self.assertEqual(line.until(lambda m: m["type"] == "answer")["verdict"], "accepted")
        self.venue.clock(self.trader, skip="next_day")
        line.until(lambda m: m["type"] == "hb" and "HD-POWER" not in m["last_seq"])
        line.send(command("account.release", "HD-POWER", json.dumps({"reason": "r"}), deadline=0))
        self.assertEqual(line.until(lambda m: m["type"] == "answer")["code"], "rights.missing")

    def test_a_revoked_certificate_opens_nothing(self):
        second = self.venue.person_with("approve", "HD-POWER")
        line = self.private(1, second)
        line.until(lambda m: m["type"] == "hello")
        self.assertEqual(self.revoke("nobody"), 422)
        self.assertEqual(self.revoke(second), 200)
        # In the middle of a session, at once.
        with self.assertRaises((EOFError, ConnectionError, ssl.SSLError)):
            line.until(lambda m: False, 10)
        for restarted in [False, True]:
            if restarted:
                self.venue.kill()
                self.venue.start()
            self.assertEqual(self.venue.get("/v1/session", second)[0], 401)
            refused = self.venue.socket("/v1/private", second)
            self.assertEqual(refused.status, 401)
            refused.close()
            self.assertEqual(self.venue.get("/v1/session", self.trader)[0], 200)

    def test_a_kept_connection_is_nobody_without_its_certificate(self):
        connection = http.client.HTTPSConnection("localhost", self.venue.port, context=self.venue.tls(), timeout=30)
        self.addCleanup(connection.close)
        for path in ["/v1/instruments", "/v1/session", "/v1/accounts/HD-POWER/cash", "/v1/private", "/v1/session"]:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            self.assertEqual(answer.status, 200 if path == "/v1/instruments" else 401, path)
        # With one, each request is that person's or nobody's.
        other = http.client.HTTPSConnection("localhost", self.venue.port, context=self.venue.tls(self.trader), timeout=30)
        self.addCleanup(other.close)
        for _ in range(3):
            other.request("GET", "/v1/session")
            answer = other.getresponse()
            body = json.loads(answer.read())
            self.assertIn(answer.status, [200, 401])
            self.assertTrue(answer.status == 401 or body["person"] == self.trader)

    def test_another_account_is_not_seen(self):
        for path in ["/v1/accounts/HD-CEMENT/orders", "/v1/accounts/HD-CEMENT/cash", "/v1/registry/accounts/HD-CEMENT/instructions", "/v1/accounts/nobody/cash"]:
            status, answer = self.venue.get(path, self.trader)
            self.assertEqual((status, answer["code"]), (403, "rights.missing"), path)
        self.assertIn(self.venue.request("GET", "/v1/accounts/..%2f/cash", self.trader)[0], [400, 403, 404])

    def test_a_stranger_is_refused_in_the_handshake(self):
        pem, key = os.path.join(self.folder, "s.pem"), os.path.join(self.folder, "s.key")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
                        f"/CN={self.trader}", "-keyout", key, "-out", pem], check=True, capture_output=True)
        self.venue.persons["stranger"] = {"cert": pem, "key": key}
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            self.venue.get("/v1/session", "stranger")

    def test_without_our_ca_nothing_is_believed(self):
        self.venue.ready["ca"] = None
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.venue.get("/v1/instruments")


class Market(VenueCase):
    options = ("--speed", "60")

    def subscribe(self, *codes):
        line = self.venue.socket("/v1/md")
        self.addCleanup(line.close)
        seen = []
        line.until(lambda m: m["type"] == "clock", seen=seen)
        self.assertEqual(seen[0]["type"], "hello")
        self.assertEqual((seen[0]["api"], seen[0]["practice"], seen[0]["epoch"]), ("1", True, self.venue.ready["epoch"]))
        line.send({"op": "subscribe", "instruments": list(codes)})
        return line

    def test_books_follow_their_changes(self):
        line = self.subscribe("*")
        books, counts = {}, {"depth": 0, "trade": 0, "stats": 0}

        def enough(m):
            if m["type"] == "snapshot":
                self.assertNotIn(m["i"], books)
                books[m["i"]] = Book(m)
            elif m["type"] == "depth":
                books[m["i"]].depth(m)
            if m["type"] in counts:
                counts[m["type"]] += 1
            return counts["depth"] >= 30 and counts["trade"] >= 1 and counts["stats"] > len(books)

        line.until(enough)
        self.assertIn("CEA25", books)
        heartbeat = line.until(lambda m: m["type"] == "hb" or enough(m) and False)
        for code, book in books.items():
            self.assertEqual(heartbeat["seqs"][code], book.seq, code)

    def test_only_what_was_asked_for(self):
        line = self.subscribe("CEA25")
        seen = []
        beats = [0]

        def three_beats(m):
            beats[0] += m["type"] == "hb"
            return beats[0] == 3

        line.until(three_beats, seen=seen)
        self.assertEqual({m["i"] for m in seen if "i" in m}, {"CEA25"})
        numbers = [m["n"] for m in seen if m["type"] == "hb"]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 3)))
        line.send({"op": "unsubscribe", "instruments": ["CEA25"]})
        beats[0], seen = 1, []
        line.until(three_beats, seen=[])
        beats[0] = 1
        line.until(three_beats, seen=seen)
        self.assertEqual([m for m in seen if "i" in m], [])

    def test_asking_again_gives_the_book_again(self):
        line = self.subscribe("CEA25")
        first = line.until(lambda m: m["type"] == "snapshot")
        line.send({"op": "subscribe", "instruments": ["CEA25"]})
        second = line.until(lambda m: m["type"] == "snapshot")
        self.assertGreaterEqual(second["seq"], first["seq"])
        self.assertEqual(crc_of(second), second["crc"])

    def test_a_malformed_request_ends_the_line(self):
        for bad in ["{", "[]", '{"op":"subscribe"}', '{"op":"order.new","instruments":["*"]}', '{"op":"subscribe","op":"subscribe","instruments":["*"]}']:
            line = self.subscribe("CEA25")
            line.send(bad)
            with self.assertRaises(EOFError):
                line.until(lambda m: False)

    def test_frames_that_no_client_sends(self):
        for opcode, payload, mask in [(1, b"{}", False), (3, b"", True), (9, b"x" * 126, True)]:
            line = self.subscribe("CEA25")
            line.send_frame(opcode, payload, mask)
            with self.assertRaises((EOFError, ConnectionError, ssl.SSLError)):
                line.until(lambda m: False)
        self.assertEqual(self.venue.get("/v1/instruments")[0], 200)

    def test_the_clock(self):
        line = self.subscribe("CEA25")
        _, answer = self.venue.clock(self.trader, pause=True)
        self.assertTrue(line.until(lambda m: m["type"] == "clock")["paused"])
        _, again = self.venue.get("/v1/practice/clock")
        self.assertEqual(again["market_time"], answer["market_time"])
        _, answer = self.venue.clock(self.trader, pause=False, rate="0.5")
        self.assertEqual(line.until(lambda m: m["type"] == "clock")["rate"], "0.5")
        status, answer = self.venue.clock(self.trader, skip="close")
        self.assertEqual((status, answer["sessions"]["cn-cea"]["list"]["state"]), (200, "closed"))
        self.assertGreater(answer["market_time"], again["market_time"])
        status, answer = self.venue.clock(self.trader, skip="yesterday")
        self.assertEqual((status, answer["code"]), (400, "request.malformed"))

    def test_a_jump_closes_every_day_in_between(self):
        self.venue.clock(self.trader, skip="deadline")
        _, bars = self.venue.get("/v1/instruments/CEA25/bars?span=day")
        days = [b["date"] for b in bars["items"] if b["date"] >= "2026-12-14"]
        self.assertGreaterEqual(len(days), 10)
        self.assertEqual(days, sorted(set(days)))

    def test_a_slow_reader_is_cut_off_and_others_are_not(self):
        slow = self.subscribe("*")
        quick = self.subscribe("CEA25")
        self.assertEqual(self.connections(), 2)
        before = self.resident()
        # It asks for whole books again and again and reads none of them.
        slow.sock.settimeout(0.05)
        request = json.dumps({"op": "subscribe", "instruments": ["*"]}).encode()

        def is_cut():
            try:
                for _ in range(50):
                    slow.send_frame(1, request)
            except OSError:
                pass  # nothing fits any more, or cut already
            return self.connections() < 2

        wait_for(is_cut, "the slow reader is cut off", 60)
        # A sanitizer keeps up to 256 MiB of freed memory; a queue without an end would be far beyond that.
        self.assertLess(self.resident() - before, 320 * 1024 * 1024)
        quick.until(lambda m: m["type"] == "hb" or m["type"] == "depth")

    def resident(self):
        status = pathlib.Path(f"/proc/{self.venue.process.pid}/status").read_text()
        return int(next(row for row in status.splitlines() if row.startswith("VmRSS")).split()[1]) * 1024

    def connections(self):
        """Established sockets of the venue."""
        count = 0
        for name in ["/proc/net/tcp", "/proc/net/tcp6"]:
            for row in pathlib.Path(name).read_text().splitlines()[1:]:
                local, state = row.split()[1], row.split()[3]
                count += int(local.split(":")[1], 16) == self.venue.port and state == "01"
        return count


class Orders(VenueCase):
    def test_answer_and_events(self):
        line = self.private()
        hello = line.until(lambda m: m["type"] == "hello")
        self.assertEqual((hello["person"], hello["epoch"]), (self.trader, self.venue.ready["epoch"]))
        first = hello["last_seq"]["HD-POWER"] + 1
        low = self.stats()["limit_low"]
        frame, answer = self.order(line, "buy", "list", low, 100)
        self.assertEqual((answer["verdict"], answer["replayed"], answer["account"]), ("accepted", False, "HD-POWER"))
        self.assertEqual(answer["body_sha256"], hashlib.sha256(frame["body"].encode()).hexdigest())
        event = line.until(lambda m: m["type"] == "event" and m["seq"] >= first and m["kind"] == "order.new")
        self.assertEqual((event["key"], event["order_id"], event["price"], event["leaves"]), (frame["key"], answer["order_id"], low, "100"))
        _, found = self.venue.get(f"/v1/orders/by-key/{frame['key']}?consistency=strong", self.trader)
        self.assertTrue(found["found"])
        self.assertEqual(found["order"]["order_id"], answer["order_id"])

        cancel = command("order.cancel", "HD-POWER", json.dumps({"order_id": answer["order_id"]}))
        line.send(cancel)
        ended = line.until(lambda m: m["type"] == "event" and m["kind"] == "order.cancelled")
        self.assertEqual((ended["order_id"], ended["leaves"]), (answer["order_id"], "0"))

    def test_the_same_key_gives_the_same_answer(self):
        line = self.private()
        low = self.stats()["limit_low"]
        frame, answer = self.order(line, "buy", "list", low, 100)
        for _ in range(3):
            line.send(frame)
            again = line.until(lambda m: m["type"] == "answer")
            self.assertEqual((again["order_id"], again["verdict"], again["replayed"]), (answer["order_id"], "accepted", True))
        changed = dict(frame, body=order_body("buy", "list", low, 200, self.trader))
        line.send(changed)
        again = line.until(lambda m: m["type"] == "answer")
        self.assertEqual((again["verdict"], again["code"]), ("rejected", "key.mismatch"))
        _, orders = self.venue.get("/v1/accounts/HD-POWER/orders?state=open", self.trader)
        self.assertEqual([o["qty"] for o in orders["items"] if o["key"] == frame["key"]], ["100"])

    def test_a_fence_is_for_ever(self):
        line = self.private()
        key = make_key()
        line.send(command("fence", "HD-POWER", json.dumps({"key": key}), deadline=0))
        self.assertEqual(line.until(lambda m: m["type"] == "answer")["verdict"], "accepted")
        low = self.stats()["limit_low"]
        for restart in [False, True]:
            if restart:
                self.venue.kill()
                self.venue.start()
                line = self.private()
            line.send(command("order.new", "HD-POWER", order_body("buy", "list", low, 100, self.trader), key))
            answer = line.until(lambda m: m["type"] == "answer")
            self.assertEqual((answer["verdict"], answer["code"]), ("rejected", "key.fenced"))
            _, found = self.venue.get(f"/v1/orders/by-key/{key}", self.trader)
            self.assertEqual((found["found"], found["fenced"]), (False, True))

    def test_a_passed_deadline(self):
        line = self.private()
        line.send(command("order.new", "HD-POWER", order_body("buy", "list", self.stats()["limit_low"], 100, self.trader), deadline=-1))
        answer = line.until(lambda m: m["type"] == "answer")
        self.assertEqual((answer["verdict"], answer["code"]), ("rejected", "deadline.passed"))

    def test_refusals_have_codes(self):
        line = self.private()
        stats = self.stats()
        cases = [("buy", "list", "1.00", 100, "price.band"), ("buy", "list", stats["limit_low"], 0, "qty."),
                 ("sell", "list", stats["limit_high"], 10**12, ""), ("buy", "list", stats["limit_low"] + "1", 100, "price.tick")]
        for side, kind, price, qty, code in cases:
            _, answer = self.order(line, side, kind, price, qty)
            self.assertEqual(answer["verdict"], "rejected", (price, qty))
            self.assertTrue(answer["code"].startswith(code), answer)
        line.send(command("order.new", "HD-POWER", '{"instrument":"CEA25"}'))
        self.assertEqual(line.until(lambda m: m["type"] == "answer")["code"], "request.malformed")
        line.send(command("order.new", "HD-CEMENT", order_body("buy", "list", stats["limit_low"], 100, self.trader)))
        self.assertEqual(line.until(lambda m: m["type"] == "answer")["code"], "rights.missing")

    def test_a_malformed_frame_ends_the_line(self):
        for bad in ["{", '{"op":"order.new"}', "x" * 200000]:
            line = self.private()
            line.until(lambda m: m["type"] == "hello")
            try:
                line.send(bad)
                with self.assertRaises((EOFError, ConnectionError, ssl.SSLError)):
                    line.until(lambda m: False)
            except (ConnectionError, ssl.SSLError):
                pass  # cut while we were still writing
        self.assertEqual(self.venue.get("/v1/session", self.trader)[0], 200)

    def test_post_is_the_same_command(self):
        body = command("order.new", "HD-POWER", order_body("buy", "list", self.stats()["limit_low"], 100, self.trader))
        status, kind, text = self.venue.request("POST", "/v1/commands", self.trader, json.dumps(body).encode(), {"Idempotency-Key": body["key"]})
        answer = json.loads(text)
        self.assertEqual((status, kind, answer["verdict"], answer["replayed"]), (200, "application/json", "accepted", False))
        status, kind, text = self.venue.request("POST", "/v1/commands", self.trader, json.dumps(body).encode(), {"Idempotency-Key": body["key"]})
        self.assertEqual((status, json.loads(text)["order_id"], json.loads(text)["replayed"]), (200, answer["order_id"], True))
        status, kind, text = self.venue.request("POST", "/v1/commands", self.trader, json.dumps(body).encode(), {"Idempotency-Key": make_key()})
        self.assertEqual((status, kind, json.loads(text)["code"]), (400, "application/problem+json", "request.malformed"))
        status, kind, text = self.venue.request("POST", "/v1/commands", self.trader, b"x" * 200000, {"Idempotency-Key": "K"})
        self.assertEqual(status, 413)

    def test_only_get_and_post(self):
        for method in ["PUT", "DELETE", "PATCH"]:
            self.assertEqual(self.venue.request(method, "/v1/session", self.trader)[0], 405)
        self.assertEqual(self.venue.get("/v1/nothing", self.trader)[0], 404)
        self.assertEqual(self.venue.get("/", self.trader)[0], 404)

    def test_events_are_replayed_from_a_number(self):
        line = self.private()
        low = self.stats()["limit_low"]
        for i in range(20):
            self.order(line, "buy", "list", low, 100 + i)
        last = line.until(lambda m: m["type"] == "hb")["last_seq"]["HD-POWER"]
        self.assertGreaterEqual(last, 20)
        all_events = []
        again = self.private(1)
        again.until(lambda m: m["type"] == "event" and m["seq"] == last, seen=all_events)
        numbers = [m["seq"] for m in all_events if m["type"] == "event"]
        self.assertEqual(numbers, list(range(1, last + 1)))
        part = []
        tail = self.private(last - 4)
        tail.until(lambda m: m["type"] == "event" and m["seq"] == last, seen=part)
        self.assertEqual([m for m in part if m["type"] == "event"], [m for m in all_events if m["type"] == "event"][-5:])
        ahead = self.private(last + 1000)
        hello = ahead.until(lambda m: m["type"] == "hello")
        self.assertEqual(hello["last_seq"]["HD-POWER"], last)

    def test_a_page_is_complete(self):
        _, answer = self.venue.get("/v1/accounts/HD-POWER/orders?state=all", self.trader)
        self.assertEqual(answer["count"], len(answer["items"]))
        lines = "".join(json.dumps(i, separators=(",", ":"), ensure_ascii=False) + "\n" for i in answer["items"])
        self.assertEqual(answer["digest"], hashlib.sha256(lines.encode()).hexdigest())
        status, answer = self.venue.get("/v1/accounts/HD-POWER/orders?cursor=q9", self.trader)
        self.assertEqual((status, answer["code"]), (400, "request.malformed"))


class Crash(VenueCase):
    options = ("--speed", "60")

    def test_nothing_acknowledged_is_lost(self):
        rand = random.Random(20261214)
        for _ in range(3):
            self.kill_in_the_middle(rand)

    def kill_in_the_middle(self, rand):
        line = self.private(1)
        hello = line.until(lambda m: m["type"] == "hello")
        low = self.stats()["limit_low"]
        sent, answers, events = {}, {}, {}
        stop_after = rand.randrange(40, 160)
        # A stream of orders without waiting for their answers; the venue is killed while answers are still coming.
        for i in range(300):
            frame = command("order.new", "HD-POWER", order_body("buy", "list", low, 10 + i, self.trader), deadline=30)
            sent[frame["key"]] = frame
            line.send(frame)

        def note(m):
            if m["type"] == "answer":
                answers[m["key"]] = m
            elif m["type"] == "event":
                events[m["seq"]] = m
            return len(answers) >= stop_after

        line.until(note)
        self.venue.kill()
        try:
            line.until(lambda m: note(m) and False)
        except (EOFError, ConnectionError, ssl.SSLError):
            pass
        self.venue.start()
        self.assertEqual(self.venue.ready["epoch"], hello["epoch"])
        line = self.private(1)
        last = line.until(lambda m: m["type"] == "hello")["last_seq"]["HD-POWER"]
        again = []
        line.until(lambda m: m["type"] == "event" and m["seq"] == last, seen=again)
        replayed = {m["seq"]: m for m in again if m["type"] == "event"}
        # Every event that was seen is there, the same.
        for seq, event in events.items():
            self.assertEqual(replayed[seq], event)
        # Every answer that was seen is given again, and nothing happened twice.
        placed = {m["key"]: m["order_id"] for m in replayed.values() if m["kind"] == "order.new"}
        for key, frame in sent.items():
            line.send(frame)
            answer = line.until(lambda m: m["type"] == "answer" and m["key"] == frame["key"])
            if key in answers:
                self.assertTrue(answer["replayed"])
                for member in ["verdict", "order_id", "code"]:
                    self.assertEqual(answer.get(member), answers[key].get(member))
            if key in placed:
                self.assertEqual(answer.get("order_id"), placed[key])
        _, orders = self.venue.get("/v1/accounts/HD-POWER/orders?state=all", self.trader)
        keys = [o["key"] for o in orders["items"]]
        self.assertEqual(len(keys), len(set(keys)))
        for key in placed:
            self.assertIn(key, keys)
        for o in orders["items"]:
            if o["state"] in ("working", "partial"):
                line.send(command("order.cancel", "HD-POWER", json.dumps({"order_id": o["order_id"]})))
                line.until(lambda m: m["type"] == "answer")

    def test_all_of_the_state_comes_back(self):
        line = self.private(1)
        stats = self.stats()
        for i in range(10):
            self.order(line, "buy", "list", stats["limit_low"], 50 + i)
        self.venue.clock(self.trader, skip="next_day")
        self.order(line, "buy", "list", self.stats()["limit_low"], 77)
        self.venue.clock(self.trader, pause=True)
        before = self.all_of()
        book = self.venue.get("/v1/instruments/CEA25/listings")[1]["items"]
        trades = self.venue.get("/v1/instruments/CEA25/trades")[1]["items"]
        bars = self.venue.get("/v1/instruments/CEA25/bars")[1]["items"]
        self.venue.kill()
        self.venue.start()
        self.assertEqual(self.all_of(), before)
        self.assertEqual(self.venue.get("/v1/instruments/CEA25/listings")[1]["items"], book)
        self.assertEqual(self.venue.get("/v1/instruments/CEA25/trades")[1]["items"], trades)
        self.assertEqual(self.venue.get("/v1/instruments/CEA25/bars")[1]["items"], bars)

    def test_the_folder_belongs_to_its_scenario(self):
        self.assertEqual(self.venue.stop(), 0)
        for option, value in [("--scenario", "deadline-week"), ("--seed", "77"), ("--market-time", "2026-12-15T09:30:00")]:
            arguments = [PROGRAM, "--listen", "localhost:0", "--data", self.venue.data, option, value]
            for pack in PACKS:
                arguments += ["--pack", pack]
            result = subprocess.run(arguments, capture_output=True, stdin=subprocess.DEVNULL, timeout=60, check=False)
            self.assertEqual((result.returncode, result.stdout), (1, b""))
            self.assertIn(b"expected", result.stderr)
        self.venue.start()

    def test_two_venues_cannot_share_a_folder(self):
        arguments = [PROGRAM, "--listen", "localhost:0", "--data", self.venue.data]
        for pack in PACKS:
            arguments += ["--pack", pack]
        result = subprocess.run(arguments, capture_output=True, stdin=subprocess.DEVNULL, timeout=60, check=False)
        self.assertEqual((result.returncode, result.stdout), (1, b""))


if __name__ == "__main__":
    unittest.main(verbosity=2)
