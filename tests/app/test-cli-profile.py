#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""carbondesk-cli with a profile: statements in, tables and evidence out. The chain of the journal is computed here by its written rule, by
code that shares nothing with the program. Cases of the catalogue of bad inputs (reliability E6) have their number in their name."""

import base64
import csv
import hashlib
import io
import json
import os
import pathlib
import re
import resource
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv.pop(1)
DONE, NO, USAGE = 0, 1, 2
FILLS = "exec_id,account,instrument,side,price,quantity,date,order_id,amount\nX1,HD-POWER,CEA25,buy,97.05,100,2026-12-14,O1,9705.00\nX2,HD-POWER,CEA25,卖出,97.1,50,2026/12/14,,\n"
HOLDINGS = "account,asset,bucket,quantity,as_of\nHD-POWER,CEA25,registry,\"2,576,000\",2026-12-14\nHD-POWER,CEA25,trading,1000,2026-12-14\n"
ALLOCATION = "account,year,instrument,quantity,sector,document\nHD-POWER,2025,CEA25,2576000,power,Notice 7 of 2026\n"
# What a spreadsheet would compute, each written into a text of an order or of a statement.
PAYLOADS = ["=1+1", "=cmd|'/C calc'!A0", "+1", "+cmd", "-1+2", "-cmd", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1+1", "＋1", "－1", "＠SUM(A1)", "'=1", "''=1",
            "=HYPERLINK(\"http://x\",\"y\")", "=IMPORTXML(1,2)", "=DDE(\"a\";\"b\";\"c\")", "-2+3+cmd|' /C calc'!A0", "=\"a,b\";\"c\""]


def record_hash(prev, seq, at_us, kind, key, body, boot_us, offset_us, source):
    text = prev + struct.pack(">QQ", seq, at_us)
    for part in (kind.encode(), key.encode(), body):
        text += struct.pack(">I", len(part)) + part
    text += struct.pack(">Qq", boot_us, offset_us) + struct.pack(">I", len(source)) + source.encode()
    return hashlib.sha256(text).digest()


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.env = {**os.environ, "LC_ALL": "C.UTF-8", "XDG_DATA_HOME": str(self.folder / "data"), "XDG_CACHE_HOME": str(self.folder / "cache")}
        self.profile = self.folder / "data" / "carbondesk" / "practice" / "demo"

    def cli(self, *words, preexec=None):
        done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, timeout=120, env=self.env, stdin=subprocess.DEVNULL, preexec_fn=preexec)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def done(self, *words):
        status, out, err = self.cli(*words)
        self.assertEqual(status, DONE, err)
        return out

    def json(self, *words):
        answer = json.loads(self.done(*words, "--json"))
        self.assertTrue(answer["ok"])
        return answer

    def take(self, what, content, *more):
        return self.json("import", what, self.file(f"{what}.csv", content), "--profile", "demo", *more)

    def kept(self):
        return {str(path): path.read_bytes() for path in sorted(self.folder.glob("data/**/*")) if path.is_file() and not path.name.endswith("-wal")}

    def refused(self, *words, status=NO, names=()):
        before = self.kept()
        got, out, err = self.cli(*words)
        self.assertEqual((got, out), (status, ""), err)
        for name in names:
            self.assertIn(name, err)
        self.assertEqual(self.kept(), before)
        return err

    def rows(self, what, *more):
        return list(csv.DictReader(io.StringIO(self.done("export", what, "--profile", "demo", *more), newline="")))

    def append(self, kind, key, body, source):
        """A record as the program writes it, by the rule alone."""
        db = sqlite3.connect(self.profile / "journal.db")
        seq, prev = db.execute("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone() or (0, bytes(32))
        seq, at, boot, offset = seq + 1, 1797225600000000 + seq, 1000000 + seq, -2500
        body = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        digest = record_hash(prev, seq, at, kind, key, body, boot, offset, source)
        db.execute("INSERT INTO journal (seq, at_us, kind, key, body, prev, hash, source, boot_us, offset_us) VALUES (?,?,?,?,?,?,?,?,?,?)",
                   (seq, at, kind, key, body, prev, digest, source, boot, offset))
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        return seq

    def order(self, key, purpose, qty="100"):
        body = json.dumps({"instrument": "CEA25", "side": "buy", "kind": "list", "price": "97.05", "qty": qty, "purpose": purpose, "by": "p1"}, ensure_ascii=False, separators=(",", ":"))
        return self.append("order.intent", key, {"op": "order.new", "key": key, "account": "HD-POWER", "body": body}, "here")


class Statements(Case):
    def test_kept_with_record_and_bytes(self):
        for what, content, rows in (("fills", FILLS, 2), ("holdings", HOLDINGS, 2), ("allocation", ALLOCATION, 1)):
            answer = self.take(what, content)
            sha = hashlib.sha256(content.encode()).hexdigest()
            self.assertEqual((answer["what"], answer["rows"], answer["sha256"], answer["again"]), (what, rows, sha, False))
            self.assertEqual((self.profile / "imports" / sha).read_bytes(), content.encode())
        self.assertEqual(self.json("verify", "journal", self.profile / "journal.db")["records"], 3)

    def test_the_same_again_adds_nothing(self):
        first = self.take("fills", FILLS)
        again = self.take("fills", FILLS)
        self.assertEqual((again["again"], again["record"], again["known"]), (True, first["record"], 2))
        self.assertEqual(self.json("verify", "journal", self.profile / "journal.db")["records"], 1)
        # Another file with one trade more: the known ones are known.
        more = self.take("fills", FILLS + "X3,HD-POWER,CEA25,buy,97.05,1,2026-12-15,,\n")
        self.assertEqual((more["known"], more["rows"], more["record"]), (2, 3, 2))
        self.assertEqual([row["exec_id"] for row in self.rows("fills")], ["X1", "X2", "X3"])

    def test_a_trade_with_other_figures_is_refused(self):
        self.take("fills", FILLS)
        other = self.file("other.csv", FILLS.replace("97.1,50", "97.1,51"))
        self.refused("import", "fills", other, "--profile", "demo", names=["row 3", "exec_id", "X2", "97.10|50"])

    def test_dry_run_keeps_nothing(self):
        self.assertEqual(self.cli("import", "fills", self.file("f.csv", FILLS), "--profile", "demo", "--dry-run")[0], NO)
        self.assertEqual(self.kept(), {})
        self.take("holdings", HOLDINGS)
        before = self.kept()
        answer = self.take("fills", FILLS, "--dry-run")
        self.assertEqual((answer["dry_run"], answer["record"], answer["rows"]), (True, None, 2))
        self.assertEqual(self.kept(), before)
        self.refused("import", "fills", self.file("bad.csv", FILLS.replace("97.1", "x")), "--profile", "demo", "--dry-run", names=["row 3"])

    def test_every_bad_cell_is_named(self):
        self.take("holdings", HOLDINGS)
        bad = {"fills": (FILLS, {"exec_id": ["", "a b", "../x"], "account": ["", "碳"], "side": ["", "hold"], "price": ["", "0", "-1", "1e2", "97.00001", "9.7,5"],
                                 "quantity": ["", "0", "-5", "1.5", "1.000", "99999999999999999999"], "date": ["", "03/04/2026", "2026-02-30", "46000"], "amount": ["9705.01", "x"]}),
               "holdings": (HOLDINGS, {"asset": ["", "=x"], "bucket": ["nowhere", "world", "cash_available"], "quantity": ["", "-1", "1.000"], "as_of": ["", "today"]}),
               "allocation": (ALLOCATION, {"year": ["", "25", "20255", "1999"], "quantity": ["", "x"], "document": ["x" * 201, "a\nb"]})}
        for what, (content, cells) in bad.items():
            table = list(csv.reader(io.StringIO(content)))
            for column, values in cells.items():
                for value in values:
                    changed = [list(row) for row in table]
                    changed[1][table[0].index(column)] = value
                    out = io.StringIO()
                    csv.writer(out).writerows(changed)
                    self.refused("import", what, self.file("bad.csv", out.getvalue()), "--profile", "demo", names=["bad.csv", "row 2", f"column {column}", "expected"])

    def test_all_bad_rows_and_none_of_the_good(self):
        self.take("holdings", HOLDINGS)
        err = self.refused("import", "fills", self.file("bad.csv", FILLS + "X1,HD-POWER,CEA25,buy,97.05,100,2026-12-14,,\nX4,HD-POWER,CEA25,buy,0,100,2026-12-14,,\n"), "--profile", "demo")
        self.assertIn("row 4", err)
        self.assertIn("row 5", err)
        for content, name in ((b"", "header"), (FILLS.replace("price", "cost"), "price"), (FILLS.replace("amount", "price"), "price"), ("a" + FILLS, "exec_id"),
                              (FILLS.split("\n")[0] + "\n", "row"), (FILLS.encode() + b"\xff\n", "line 4")):
            self.refused("import", "fills", self.file("bad.csv", content), "--profile", "demo", names=[name])


class Exports(Case):
    def setUp(self):
        super().setUp()
        self.take("holdings", HOLDINGS)

    def test_orders_and_trades_with_their_records(self):
        key = "PXABCDEFGHIJKLMNOPQRSTUVWXYZ"
        intent = self.order(key, "cover")
        sending = self.append("order.sending", key, "", "here")
        event = {"type": "event", "account": "HD-POWER", "seq": 1, "epoch": "e1", "kind": "order.new", "at": "2026-12-14T05:20:00.000000Z", "order_id": "O1", "key": key,
                 "instrument": "CEA25", "side": "buy", "order_kind": "list", "price": "97.05", "qty": "100", "leaves": "100"}
        self.append("order.event", key, event, "venue")
        fill = self.append("order.event", key, {"type": "event", "account": "HD-POWER", "seq": 2, "epoch": "e1", "kind": "order.fill", "at": "2026-12-14T05:21:00.000000Z", "order_id": "O1",
                                                "key": key, "exec_id": "X9", "instrument": "CEA25", "side": "buy", "px": "97.05", "qty": "40", "cum": "40", "leaves": "60",
                                                "amount": "3882.00"}, "venue")
        self.assertEqual(self.json("verify", "journal", self.profile / "journal.db")["records"], fill)
        self.assertLess(intent, sending)
        order, = self.rows("blotter")
        self.assertEqual([order[name] for name in ("key", "order_id", "side", "price", "quantity", "filled", "leaves", "amount", "purpose", "by", "source", "record")],
                         [key, "O1", "buy", "97.05", "100", "40", "60", "3882.00", "cover", "p1", "here", str(fill)])
        trade, = self.rows("fills")
        self.assertEqual([trade[name] for name in ("exec_id", "price", "quantity", "amount", "source", "record")], ["X9", "97.05", "40", "3882.00", "venue", str(fill)])
        answer = self.json("export", "fills", "--profile", "demo")
        self.assertEqual((answer["n_rows"], answer["records"], answer["rows"][0]["exec_id"]), (1, fill, "X9"))
        file = json.loads(self.done("export", "fills", "--profile", "demo", "--format", "json"))
        self.assertEqual((file["what"], file["rows"]), ("fills", answer["rows"]))

    def test_statement(self):
        self.take("holdings", HOLDINGS)
        self.assertEqual(self.done("statement", "--profile", "demo").count("\n"), 1)  # nothing was kept, and nothing is made up
        answer = self.json("statement", "--profile", "demo")
        self.assertEqual((answer["n_rows"], answer["rows"]), (0, []))
        self.refused("statement", "--profile", "nobody", names=["nobody"])
        self.refused("statement", status=USAGE, names=["--profile"])
        self.refused("statement", "--profile", "demo", "--format", "xml", status=USAGE, names=["xml"])

    def test_holdings_and_obligations(self):
        self.take("allocation", ALLOCATION)
        self.append("order.event", "", {"type": "event", "account": "HD-POWER", "seq": 1, "epoch": "e1", "kind": "obligation", "at": "2026-12-14T05:20:00.000000Z", "year": 2025, "owed": "2800000",
                                        "surrendered": "0", "offset": "140000", "closed": False}, "venue")
        rows = self.rows("holdings")
        self.assertEqual([(row["asset"], row["bucket"], row["quantity"], row["source"], row["record"]) for row in rows],
                         [("CEA25", "registry", "2576000", "file", "1"), ("CEA25", "trading", "1000", "file", "1")])
        venue, file = self.rows("obligations")
        self.assertEqual((venue["owed"], venue["offset"], venue["closed"], venue["source"], venue["record"]), ("2800000", "140000", "no", "venue", "3"))
        self.assertEqual((file["approved"], file["source"], file["record"]), ("2576000", "file", "2"))

    def test_what_goes_out_comes_in_again(self):
        self.take("fills", FILLS)
        table = self.done("export", "fills", "--profile", "demo")
        columns = FILLS.split("\n")[0].split(",")
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(columns)
        for row in csv.DictReader(io.StringIO(table)):
            writer.writerow([row["at"] if name == "date" else row[name] for name in columns])
        again = self.take("fills", out.getvalue())
        self.assertEqual((again["rows"], again["known"]), (2, 2))

    def test_FI19_formulas(self):
        # An entity's name is free text and comes out again in every answer.
        for payload in PAYLOADS:
            table = io.StringIO()
            csv.writer(table).writerows([["entity", "shortfall", "offset_room", "instrument", "price", "quantity"], [payload, 10, 0, "CEA25", "70.00", 20]])
            answer = list(csv.reader(io.StringIO(self.done("plan", "--market", "cn-cea", "--input", self.file("p.csv", table.getvalue())), newline="")))
            name = payload.strip()
            self.assertEqual({row[0] for row in answer[1:]}, {"'" + name if name != "x" else name}, answer)
        # A code that our venue gives may begin with a minus.
        self.order("PXABCDEFGHIJKLMNOPQRSTUVWXYZ", "-cmd")
        row, = self.rows("blotter")
        self.assertEqual(row["purpose"], "'-cmd")
        self.assertEqual(self.json("export", "blotter", "--profile", "demo")["rows"][0]["purpose"], "-cmd")

    test_FI20_signs_in_front = test_FI19_formulas
    test_FI21_full_width_signs = test_FI19_formulas

    def test_FI22_negative_number(self):
        out = self.done("export", "blotter", "--profile", "demo")
        self.assertEqual(len(out.splitlines()), 1)
        self.order("PXABCDEFGHIJKLMNOPQRSTUVWXYZ", "-5")
        row, = self.rows("blotter")
        self.assertEqual((row["purpose"], row["price"], row["quantity"]), ("'-5", "97.05", "100"))
        status, out, err = self.cli("compliance", "evaluate", "--market", "cn-cea", "--year", "2025", "--at", "2026-12-14T13:20:00", "--input",
                                    self.file("t.csv", "entity,sector,verified,approved\nA,power,1000,900\n"))
        self.assertEqual(status, DONE, err)
        self.assertNotRegex(out, r"(^|,)'-?[0-9.]+(,|$)")

    def test_FI23_target_that_exists_or_cannot_be(self):
        target = self.file("out.csv", "old")
        self.done("export", "holdings", "--profile", "demo", "--output", target)
        self.assertEqual(len(target.read_text().splitlines()), 3)
        self.assertEqual(target.stat().st_mode & 0o777, 0o600)
        for name in ("/proc/nowhere/out.csv", "/dev/full", self.folder / "none" / "out.csv", self.folder, ""):
            self.refused("export", "holdings", "--profile", "demo", "--output", name)

    def test_FI25_target_is_a_link(self):
        settings = self.file("settings", "old")
        link = self.folder / "out.csv"
        link.symlink_to(settings)
        self.refused("export", "holdings", "--profile", "demo", "--output", link, names=["out.csv", "link"])
        self.assertEqual(settings.read_text(), "old")
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        self.refused("export", "holdings", "--profile", "demo", "--output", pipe, names=["pipe"])

    def test_FI26_no_more_room_while_writing(self):
        def small():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (40, 40))
        target = self.file("out.csv", "old")
        status, out, err = self.cli("export", "holdings", "--profile", "demo", "--output", target, preexec=small)
        self.assertEqual((status, out), (NO, ""), err)
        self.assertIn("out.csv", err)
        self.assertEqual(target.read_text(), "old")
        self.assertEqual([path.name for path in self.folder.iterdir() if path.name.startswith("out.csv")], ["out.csv"])

    def test_wrong_use(self):
        for what in ("blotter", "fills", "holdings", "obligations"):
            self.refused("export", what, status=USAGE, names=["--profile"])
            self.refused("export", what, "--profile", "demo", "--format", "xls", status=USAGE, names=["csv or json"])
            self.refused("export", what, "--profile", "nobody", names=["nobody"])
            self.refused("export", what, "--profile", "live/demo", names=["live/demo"])
        self.refused("export", "evidence", "--profile", "demo", status=USAGE, names=["--output"])


class Evidence(Case):
    def setUp(self):
        super().setUp()
        for content in (HOLDINGS, HOLDINGS.replace("1000", "1001"), HOLDINGS.replace("1000", "1002")):
            self.take("holdings", content)
        self.append("session", "", b"\x00\xff raw", "here")
        self.append("session", "", "a\"\\\n\x7f碳".encode(), "here")
        self.out = self.folder / "evidence.jsonl"
        left = self.file(".carbondesk-1-2.part", "as a killed export leaves it")
        self.done("export", "evidence", "--profile", "demo", "--output", self.out)
        self.assertFalse(left.exists())
        self.assertEqual(sorted(path.name for path in self.folder.glob("*evidence*")), ["evidence.jsonl"])
        self.lines = self.out.read_text().splitlines(keepends=True)

    def check(self, lines, *names, more=()):
        path = self.file("changed.jsonl", "".join(lines))
        return self.refused("verify", "evidence", path, *more, names=["changed.jsonl", *names])

    def test_it_is_the_journal(self):
        answer = self.json("verify", "evidence", self.out)
        self.assertEqual((answer["records"], answer["signature_checked"]), (5, False))
        prev = bytes(32)
        for line in self.lines[1:6]:
            row = json.loads(line)
            body = base64.b64decode(row["body_base64"]) if "body_base64" in row else row["body"].encode()
            prev = record_hash(prev, int(row["seq"]), int(row["at_us"]), row["kind"], row["key"], body, int(row["boot_us"]), int(row.get("offset_us", -1 << 63)), row["source"])
            self.assertEqual(prev.hex(), row["hash"])

    def test_every_change_is_named(self):
        for n in range(1, 6):
            row = json.loads(self.lines[n])
            for name, value in row.items():
                changed = dict(row)
                changed[name] = {"seq": str(int(row["seq"]) + 1), "body": row.get("body", "") + "x", "body_base64": "AAAA", "kind": "alert", "key": "other", "source": "venue"}.get(
                    name, ("0" if value[0] != "0" else "1") + value[1:] if name in ("prev", "hash") else str(int(value) + 1) if value.lstrip("-").isdigit() else value)
                self.check(self.lines[:n] + [json.dumps(changed, ensure_ascii=False, separators=(",", ":")) + "\n"] + self.lines[n + 1:], f"line {n + 1}")
            self.check(self.lines[:n] + self.lines[n + 1:], f"line {n + 1}" if n < 5 else "the end was cut off")
            self.check(self.lines[:n] + [self.lines[n]] + self.lines[n:], f"line {n + 2}")
        self.check(self.lines[:2] + [self.lines[3], self.lines[2]] + self.lines[4:], "line 3")

    def test_cut_at_every_byte_of_the_end(self):
        text = "".join(self.lines)
        start = len("".join(self.lines[:5]))
        for at in range(start, len(text), 7):
            if text[:at] == "".join(self.lines[:7]):
                continue  # without the head it is whole: then only --key asks for one
            path = self.file("cut.jsonl", text[:at])
            got, out, err = self.cli("verify", "evidence", path)
            self.assertEqual(got, NO, f"{at}: {out}{err}")
            self.assertEqual(out, "")

    def test_FI33_backup_cut_or_flipped(self):
        content = self.out.read_bytes()
        for at in range(0, len(content), 97):
            flipped = bytearray(content)
            flipped[at] ^= 1
            got, out, err = self.cli("verify", "evidence", self.file("flip.jsonl", bytes(flipped)))
            # The first line is a title: it proves nothing. Nor is the signature looked at without the key.
            if len(self.lines[0]) <= at < len("".join(self.lines[:7])):
                self.assertEqual(got, NO, f"{at}: {out}")
            if at >= len(self.lines[0]):
                got, out, err = self.cli("verify", "evidence", self.folder / "flip.jsonl", "--key", self.profile / "journal.db.pub")
                self.assertEqual(got, NO, f"{at}: {out}")

    def test_the_signature(self):
        answer = self.json("verify", "evidence", self.out, "--key", self.profile / "journal.db.pub")
        self.assertEqual((answer["head_seq"], answer["signature_checked"]), (5, True))
        self.check(self.lines[:7], "no signed head", more=("--key", self.profile / "journal.db.pub"))
        key = self.folder / "other"
        self.profile.rename(key)
        self.take("holdings", HOLDINGS)
        self.done("export", "evidence", "--profile", "demo", "--output", self.folder / "new.jsonl")
        self.refused("verify", "evidence", self.out, "--key", self.profile / "journal.db.pub", names=["line 8"])

    def test_a_journal_that_was_cut_gives_none(self):
        db = sqlite3.connect(self.profile / "journal.db")
        db.executescript("PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE type = 'trigger'")
        db.commit()
        db.close()
        db = sqlite3.connect(self.profile / "journal.db")
        db.execute("UPDATE journal SET kind = 'alert' WHERE seq = 2")
        db.commit()
        db.close()
        self.out.unlink()
        status, out, err = self.cli("export", "evidence", "--profile", "demo", "--output", self.out)
        self.assertEqual((status, out), (NO, ""))
        self.assertIn("record 2", err)
        self.assertFalse(self.out.exists())

    def test_what_is_no_evidence(self):
        for name, content in {"empty": b"", "text": b"hello\n", "nul": bytes(500), "journal": (self.profile / "journal.db").read_bytes(), "deep": b"[" * 100000 + b"\n", "list": b"[]\n"}.items():
            self.refused("verify", "evidence", self.file(name, content), names=[name])
        self.refused("verify", "evidence", "/nonexistent", names=["/nonexistent"])
        self.refused("verify", "evidence", self.folder)
        # Asked for a signature, a file without one is no proof.
        self.refused("verify", "evidence", self.out, "--key", self.file("k.pem", "no key"))
        self.refused("verify", "evidence", self.out, "--key", "/nonexistent", names=["/nonexistent"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
