#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""carbondesk-cli as scripts use it: what it prints, where errors go, what they name, and the exit status."""

import json
import lzma
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv.pop(1)
SOURCE = pathlib.Path(os.environ["CARBONDESK_SRCDIR"])
DONE, NO, USAGE = 0, 1, 2


def run(*words, env=None):
    surroundings = {**os.environ, "LC_ALL": "C.UTF-8", **(env or {})}
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, timeout=60, env=surroundings)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, name, content):
        path = pathlib.Path(self.folder.name, name)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def done(self, *words, **more):
        status, out, err = run(*words, **more)
        self.assertEqual(status, DONE, err)
        return out

    def json(self, *words, **more):
        answer = json.loads(self.done(*words, "--json", **more))
        self.assertTrue(answer["ok"])
        self.assertEqual(answer["errors"], [])
        return answer

    def refused(self, status, *words, names=(), **more):
        """Ends with the status, says nothing on standard output, and names all of @names on standard error; with --json the same."""
        got, out, err = run(*words, **more)
        self.assertEqual(got, status, f"{words}: {out}{err}")
        self.assertEqual(out, "")
        self.assertTrue(err.startswith("carbondesk-cli: "), err)
        for name in names:
            self.assertIn(name, err)
        if status == NO:
            got, out, err = run(*words, "--json", **more)
            self.assertEqual(got, status)
            answer = json.loads(out)
            self.assertFalse(answer["ok"])
            self.assertTrue(answer["errors"])
        return err


class Line(Case):
    def test_help_and_version(self):
        out = self.done("--help")
        for name in ("packs list", "calendar", "band", "book replay", "verify journal"):
            self.assertIn(f"  {name} ", out)
            self.assertIn("--json", self.done(*name.split(), "--help"))
        self.assertRegex(self.done("--version"), r"^carbondesk-cli \d+\.\d+\.\d+\n$")

    def test_wrong_use(self):
        self.assertEqual(run()[0], USAGE)
        self.refused(USAGE, "nonsense", names=["packs list", "verify journal"])
        self.refused(USAGE, "packs", "nonsense", names=["packs check"])
        self.refused(USAGE, "export", "blotter", names=["packs list"])
        self.refused(USAGE, "calendar", "--market", "cn-cea", "--from", "2024-01-01", names=["--to"])
        self.refused(USAGE, "calendar", "--market", "cn-cea", "--mode", "list", names=["--mode"])
        self.refused(USAGE, "packs", "list", "extra", names=["options only"])
        self.refused(USAGE, "packs", "check", names=["FILE"])


class Packs(Case):
    def test_list(self):
        ids = [row.split("\t")[0] for row in self.done("packs", "list").splitlines()]
        self.assertEqual(ids, ["cn-bj", "cn-ccer", "cn-cea"])
        self.assertEqual([pack["id"] for pack in self.json("packs", "list")["packs"]], ids)

    def test_examples(self):
        for row in self.done("packs", "examples").splitlines():
            passed, of, all_ = row.split(": ")[1].split(" ")
            self.assertEqual((of, passed), ("of", all_))
            self.assertGreater(int(all_), 10)
        answer = self.json("packs", "examples", "cn-cea")
        self.assertEqual(len(answer["packs"][0]["results"]), answer["packs"][0]["all"])
        self.refused(USAGE, "packs", "examples", "cn-xx", names=["cn-xx", "cn-cea"])

    def test_check(self):
        good = SOURCE / "data" / "packs" / "cn-cea.json"
        self.assertIn("cn-cea", self.done("packs", "check", good))
        pack = json.loads(good.read_text())
        pack["market"]["modes"][0]["band_pct"][0]["value"] = "90"
        pack["scheme"]["nonsense"] = 1
        bad = self.file("bad.json", json.dumps(pack))
        status, _, err = run("packs", "check", bad, good)
        self.assertEqual(status, NO)
        self.assertIn("$.market.modes[0].band_pct[0].value", err)
        self.assertIn("$.scheme.nonsense", err)
        self.assertEqual(err.count("bad.json"), 2)

    def test_check_counts_examples(self):
        pack = json.loads((SOURCE / "data" / "packs" / "cn-cea.json").read_text())
        next(e for e in pack["examples"] if e["kind"] == "band")["expect"]["low"] = "1.00"
        status, out, err = run("packs", "check", self.file("wrong.json", json.dumps(pack)))
        self.assertEqual(status, NO)
        n = len(pack["examples"])
        self.assertIn(f"{n - 1} of {n}", out)
        self.assertIn("$.examples[", err)

    def test_check_bad_files(self):
        for name, content in {"empty": b"", "nul": b'{"format": "a\0b"}', "latin": b'{"format": "\xe9"}', "text": b"hello", "list": b"[]",
                              "gb18030": "{\"format\": \"碳\"}".encode("gb18030"), "deep": b"[" * 100000, "large": b" " * (4 * 1024 * 1024 + 1)}.items():
            status, _, err = run("packs", "check", self.file(name, content))
            self.assertEqual(status, NO, name)
            self.assertIn(name, err)
        self.refused(NO, "packs", "check", "/nonexistent/pack.json", names=["/nonexistent/pack.json"])
        self.assertEqual(run("packs", "check", self.folder.name)[0], NO)


class Market(Case):
    def test_calendar(self):
        days = self.done("calendar", "--market", "cn-cea", "--from", "2024-02-08", "--to", "2024-02-20").split()
        self.assertEqual(days, ["2024-02-08", "2024-02-19", "2024-02-20"])
        answer = self.json("calendar", "--market", "cn-cea", "--from", "2025-01-01", "--to", "2025-12-31")
        self.assertEqual((answer["trading_days"], len(answer["days"])), (243, 243))
        self.assertEqual(self.done("calendar", "--market", "cn-cea", "--from", "2026-10-10", "--to", "2026-10-11"), "")

    def test_calendar_says_what_it_does_not_know(self):
        for first, last in (("2026-12-30", "2027-01-04"), ("2019-01-01", "2019-01-02"), ("0001-01-01", "9999-12-31")):
            self.refused(NO, "calendar", "--market", "cn-cea", "--from", first, "--to", last, names=["cn-cea", "not known"])
        for word in ("2024-02-30", "24-1-1", "2024-1-01", "", "2024-01-01 "):
            self.refused(USAGE, "calendar", "--market", "cn-cea", "--from", word, "--to", "2024-03-01", names=["--from", "YYYY-MM-DD"])
        self.refused(USAGE, "calendar", "--market", "cn-cea", "--from", "2024-03-01", "--to", "2024-02-01", names=["--to"])

    def test_band(self):
        # china-rules 13.1
        for reference, low, high in (("90.25", "81.23", "99.28"), ("50.05", "45.05", "55.06"), ("100.88", "90.79", "110.97"), ("44.08", "39.67", "48.49")):
            self.assertEqual(self.done("band", "--market", "cn-cea", "--mode", "list", "--reference", reference, "--date", "2026-12-14"), f"{low} {high}\n")
        answer = self.json("band", "--market", "cn-cea", "--mode", "block", "--reference", "98.35", "--date", "2025-12-23")
        self.assertEqual((answer["low"], answer["high"], answer["band_pct"], answer["status"]), ("68.85", "127.86", "30", "in_force"))

    def test_band_is_never_guessed(self):
        self.refused(NO, "band", "--market", "cn-bj", "--mode", "list", "--reference", "72.86", "--date", "2021-09-06", names=["not verified"])
        self.refused(NO, "band", "--market", "cn-cea", "--mode", "list", "--reference", "72.86", "--date", "2021-07-15", names=["2021-07-15"])
        for word in ("0", "-1", "abc", "1e3", "97.00001", "１", "99999999999999999999"):
            self.refused(USAGE, "band", "--market", "cn-cea", "--mode", "list", "--reference", word, names=["--reference"])
        self.refused(USAGE, "band", "--market", "cn-cea", "--mode", "pick", "--reference", "97", names=["list, block or auction"])
        self.refused(USAGE, "band", "--market", "cn-cea", "--mode", "list", "--reference", "97", "--instrument", "COMCEA", names=["COMCEA"])


MESSAGES = ["34200.1,1,11,100,1000,1", "34200.2,1,12,50,1010,-1", "34200.3,2,11,40,1000,1", "34200.4,4,12,50,1010,-1", "34200.5,5,0,9,1005,1"]
STATES = ["1010,0,1000,100".replace("1010,0", "9999999999,0"), "1010,50,1000,100", "1010,50,1000,60", "9999999999,0,1000,60", "9999999999,0,1000,60"]


class Replay(Case):
    def lobster(self, messages=None, states=None, *more):
        return ("book", "replay", "--format", "lobster", *more, self.file("x_orderbook.csv", "\n".join(states or STATES) + "\n"),
                self.file("x_message.csv", "\n".join(messages or MESSAGES) + "\n"))

    def test_lobster(self):
        self.assertEqual(self.done(*self.lobster()).splitlines(), STATES)
        answer = self.json(*self.lobster())
        self.assertEqual((answer["rows"], answer["checked"], answer["matched"]), (STATES, 4, 4))
        self.assertEqual(self.done(*self.lobster(None, None, "--summary")), "x_orderbook.csv rows: 4 of 4\n")

    def test_lobster_packed(self):
        words = ("book", "replay", "--format", "lobster", self.file("m.csv.xz", lzma.compress("\n".join(MESSAGES).encode())), self.file("s.csv", "\n".join(STATES)))
        self.assertEqual(self.done(*words).splitlines(), STATES)
        self.file("m.csv.xz", lzma.compress("\n".join(MESSAGES).encode())[:-20])
        self.assertEqual(self.refused(NO, *words).count("m.csv.xz"), 1)

    def test_lobster_mismatch(self):
        wrong = STATES[:2] + ["1010,50,1000,61"] + STATES[3:]
        status, out, err = run(*self.lobster(None, wrong))
        self.assertEqual(status, NO)
        # Row 3 differs, and row 4 does not follow from what the file says of row 3.
        self.assertIn("row 3", err)
        self.assertEqual(out.splitlines()[2], STATES[2])

    def test_messages_alone(self):
        status, out, err = run("book", "replay", "--format", "lobster", "--levels", "1", self.file("m", "\n".join(MESSAGES)))
        self.assertEqual((status, out.splitlines()), (DONE, STATES))
        self.assertIn("compared with nothing", err)

    def test_bad_rows(self):
        self.refused(NO, *self.lobster(["34200.1,1,11,100,1000,1"]), names=["1 and 5"])
        cases = [(MESSAGES[:1] + ["34200.2,9,12,50,1010,-1"] + MESSAGES[2:], None, "x_message.csv", "row 2, column 2"),
                 (MESSAGES[:1] + ["34200.2,1,12,5x,1010,-1"] + MESSAGES[2:], None, "x_message.csv", "row 2, column 4"),
                 (None, STATES[:3] + ["1010,5"] + STATES[4:], "x_orderbook.csv", "row 4"),
                 (None, STATES[:3] + ["1010,abc,1000,60"] + STATES[4:], "x_orderbook.csv", "row 4, column 2")]
        for messages, states, name, place in cases:
            status, _, err = run(*self.lobster(messages, states))
            self.assertEqual(status, NO)
            self.assertIn(name, err)
            self.assertIn(place, err)

    def test_bad_files(self):
        for format_ in ("lobster", "kraken", "binance", "okx"):
            for name, content in {"empty": b"", "nul": b"1\t{}\n1\0\t{}\n", "latin": b"1\t{\"\xe9\"}\n", "gb": "1\t碳\n".encode("gb18030"),
                                  "long": b"1\t" + b" " * (4 * 1024 * 1024 + 1), "xz": b"\xfd7zXZ\0broken"}.items():
                self.refused(NO, "book", "replay", "--format", format_, self.file(name, content), names=[name])
            self.refused(NO, "book", "replay", "--format", format_, "/nonexistent/feed", names=["/nonexistent/feed"])
        self.refused(USAGE, "book", "replay", "--format", "itch", self.file("x", "1"), names=["lobster"])
        self.refused(USAGE, "book", "replay", "--format", "lobster", "--levels", "0", self.file("x", MESSAGES[0]), names=["--levels"])
        self.refused(USAGE, "book", "replay", "--format", "lobster", self.file("x", MESSAGES[0]), self.file("y", MESSAGES[0]), names=["a second file"])

    def test_large_files_are_bounded(self):
        """A file of a gigabyte, sparse, without a line end; and one that unpacks to more than is taken."""
        path = pathlib.Path(self.folder.name, "huge")
        with path.open("wb") as out:
            out.truncate(1 << 30)
        self.refused(NO, "book", "replay", "--format", "kraken", path, names=["huge"])
        self.assertEqual(run("packs", "check", path)[0], NO)
        packer = lzma.LZMACompressor(preset=0)
        with pathlib.Path(self.folder.name, "bomb.xz").open("wb") as out:
            for _ in range(260):
                out.write(packer.compress(bytes(1 << 20)))
            out.write(packer.flush())
        self.refused(NO, "book", "replay", "--format", "kraken", pathlib.Path(self.folder.name, "bomb.xz"), names=["unpacks to more"])

    def test_kraken(self):
        line = '1.5\t[1,{"as":[["10.50","1.000","1"]],"bs":[["10.40","2.000","1"]]},"book-10","A/B"]'
        import zlib
        crc = zlib.crc32(b"105010001040" + b"3000")
        update = f'1.6\t[1,{{"b":[["10.40","3.000","2"]],"c":"{crc}"}},"book-10","A/B"]'
        path = self.file("feed.tsv", f"{line}\n{update}\n")
        self.assertEqual(self.done("book", "replay", "--format", "kraken", "--levels", "1", path).splitlines(),
                         ["1,1.5,A/B,10.50,1.000,10.40,2.000", "2,1.6,A/B,10.50,1.000,10.40,3.000"])
        status, _, err = run("book", "replay", "--format", "kraken", self.file("bad.tsv", f"{line}\n{update.replace(str(crc), '7')}\n"))
        self.assertEqual(status, NO)
        self.assertIn("0 of 1", err)
        self.assertIn("line 2", err)


class Journal(Case):
    def test_bad_files(self):
        for name, content in {"empty": b"", "text": b"hello", "nul": bytes(5000)}.items():
            self.refused(NO, "verify", "journal", self.file(name, content), names=[name])
        self.refused(NO, "verify", "journal", "/nonexistent/journal.db", names=["/nonexistent/journal.db"])
        self.refused(NO, "verify", "journal", self.folder.name)


if __name__ == "__main__":
    unittest.main(verbosity=2)
