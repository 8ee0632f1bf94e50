#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files, options and surroundings that are wrong, by the numbers of the catalogue (reliability E6 and E7), given to carbondesk-cli: the
error names the place and what was expected, and the profile is as it was."""

import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time
import unittest

PROGRAM = sys.argv.pop(1)
DONE, NO, USAGE = 0, 1, 2
HEADER = "date,instrument,open,high,low,close,volume_t\n"
ROW = "2026-01-05,CEA25,74.63,75.00,74.00,74.80,1200\n"


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.env = {**os.environ, "LC_ALL": "C.UTF-8", "XDG_DATA_HOME": str(self.folder / "data"), "XDG_CACHE_HOME": str(self.folder / "cache")}
        self.profile = self.folder / "data" / "carbondesk" / "practice" / "demo"

    def run_cli(self, *words, timeout=60, **env):
        done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, timeout=timeout, env={**self.env, **env}, stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def kept(self):
        """Everything the profile holds, by name and hash."""
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(self.folder.glob("data/**/*")) if path.is_file()}

    def imported(self, path, *more, **env):
        status, out, err = self.run_cli("import", "quotes", path, "--profile", "demo", *more, **env)
        self.assertEqual(status, DONE, err)
        return out, err

    def refused(self, path, *names, status=NO, what="quotes"):
        before = self.kept()
        got, out, err = self.run_cli("import", what, path, "--profile", "demo")
        self.assertEqual((got, out), (status, ""), err)
        for name in names:
            self.assertIn(name, err)
        self.assertEqual(self.kept(), before)
        return err


class Files(Case):
    def test_FI1_semicolons_and_decimal_commas(self):
        self.refused(self.file("de.csv", "date;instrument;close\n2026-01-05;CEA25;74,80\n"), "row 2", "column close", "74,80")
        self.imported(self.file("de.csv", "date;instrument;close\n2026-01-05;CEA25;74.80\n"))

    def test_FI2_byte_order_marks(self):
        text = HEADER + ROW
        hashes = set()
        for name, content in {"8": b"\xef\xbb\xbf" + text.encode(), "le": b"\xff\xfe" + text.encode("utf-16-le"), "be": b"\xfe\xff" + text.encode("utf-16-be")}.items():
            out, _ = self.imported(self.file(name, content), "--json")
            hashes.add(json.dumps(json.loads(out)["instruments"]))
        self.assertEqual(len(hashes), 1)

    def test_FI3_other_encodings(self):
        chinese = "交易日期,市场交易指数,收盘价\n2022/3/3,CEA,4.82\n"
        self.imported(self.file("gb", chinese.encode("gb18030")))
        self.refused(self.file("western", "date,instrument,close,é\n2026-01-05,CEA25,74.80,\n".encode("cp1252")), "line 1", "UTF-8")

    def test_FI4_a_bad_byte_far_down(self):
        rows = [f"2020-{m:02}-{d:02},CEA25,,,,74.80,\n" for m in range(1, 13) for d in range(1, 29)] + [f"2021-{m:02}-{d:02},CEA25,,,,74.80,\n" for m in range(1, 13) for d in range(1, 29)]
        good = (HEADER + "".join(rows[:498])).encode()
        self.refused(self.file("bad", good + b"2022-01-01,CEA25,,,,74.80\xff,\n" + "".join(rows[498:]).encode()), "line 500")
        # Nearly all bytes are GB 18030: what was UTF-8 before must not become other characters from here on.
        chinese = "交易日期,市场交易指数,收盘价,备注\n2022/3/3,CEA,4.82,好\n2022/3/4,CEA,4.82,".encode() + b"\xba\xc3\n"
        self.refused(self.file("mixed", chinese), "line 3", "UTF-8")

    def test_FI5_no_end_of_a_quote_or_of_a_line(self):
        self.refused(self.file("quote", HEADER + '2026-01-05,"CEA25,1,1,1,1,1\n' + ROW), "2")
        self.refused(self.file("cell", HEADER + "x" * 70000), "65536")
        path = self.folder / "line"
        with path.open("wb") as out:
            out.truncate(2 << 30)
        started = time.monotonic()
        self.refused(path, "line", str(64 * 1024 * 1024))
        self.assertLess(time.monotonic() - started, 30)

    def test_FI6_columns(self):
        self.refused(self.file("missing", "instrument,close\nCEA25,74\n"), "date")
        self.refused(self.file("twice", "date,instrument,close,close\n2026-01-05,CEA25,74,75\n"), "close")
        self.refused(self.file("long", HEADER + ROW.strip() + ",1\n"), "row 2", "7")
        self.refused(self.file("short", HEADER + "2026-01-05,CEA25\n"), "row 2", "7")

    def test_FI7_header_in_chinese(self):
        out, _ = self.imported(self.file("zh", "交易日期,市场交易指数,收盘价,成交量(吨)\n2022年3月3日,CEA,4.82,\"1,200 \"\n"))
        self.assertIn("CEA: 1 days", out)

    def test_FI8_a_million_rows(self):
        days = [f"{y}-{m:02}-{d:02}" for y in range(1990, 2026) for m in range(1, 13) for d in range(1, 29)]
        rows = "".join(f"{day},X{i},74.80\n" for i in range(83) for day in days)
        self.assertGreater(rows.count("\n"), 1000000)
        path = self.file("million.csv", "date,instrument,close\n" + rows)
        out, _ = self.imported_long(path)
        self.assertEqual(len(out.splitlines()), 84)
        # One bad row in a million: none is taken.
        self.file("million.csv", "date,instrument,close\n" + rows + "2026-01-05,X1,x\n")
        before = self.kept()
        status, out, err = self.run_cli("import", "quotes", path, "--profile", "demo", timeout=300)
        self.assertEqual((status, out), (NO, ""))
        self.assertIn(f"row {rows.count(chr(10)) + 2}", err)
        self.assertEqual(self.kept(), before)

    def imported_long(self, path):
        status, out, err = self.run_cli("import", "quotes", path, "--profile", "demo", timeout=300)
        self.assertEqual(status, DONE, err)
        return out, err

    def test_FI9_one_day_twice(self):
        self.refused(self.file("twice", HEADER + ROW + ROW.replace("74.80", "74.90")), "row 3", "2")

    def test_FI10_days_that_can_be_two(self):
        for day in ("03/04/2026", "3.4.2026", "26-01-05", "2026-01/05"):
            self.refused(self.file("day", f"date,instrument,close\n{day},CEA25,74\n"), "row 2", "column date", day)

    def test_FI11_days_as_numbers(self):
        for day in ("46027", "44565", "46027.5"):
            self.refused(self.file("day", f"date,instrument,close\n{day},CEA25,74\n"), "row 2", "column date", day)

    def test_FI12_a_thousand_or_one(self):
        for quantity in ("1.000", "12.000", "999.000"):
            self.refused(self.file("qty", f"date,instrument,close,volume_t\n2026-01-05,CEA25,74,{quantity}\n"), "row 2", "column volume_t", quantity)
        for quantity in ("1.0", "1.00", "0.000", "1000.000", '"1,000.000"'):
            self.imported(self.file("qty", f"date,instrument,close,volume_t\n2026-01-05,CEA25,74,{quantity}\n"))

    def test_FI13_more_decimals_than_there_are(self):
        self.refused(self.file("sum", "date,instrument,close\n2026-01-05,CEA25,0.30000000000000004\n"), "row 2", "column close")

    def test_FI14_exponents(self):
        for cell in ("1E+05", "1e5", "7.48E1"):
            self.refused(self.file("e", f"date,instrument,close\n2026-01-05,CEA25,{cell}\n"), "row 2", "column close", cell)

    def test_FI15_nul(self):
        self.refused(self.file("nul", HEADER + ROW + "\0"), "line 3")
        self.refused(self.file("nul16", b"\xff\xfe" + (HEADER + "\0").encode("utf-16-le")), "NUL")

    def test_FI16_line_ends_inside_quotes(self):
        self.imported(self.file("crlf", 'date,instrument,close,"no\r\nte"\r\n2026-01-05,CEA25,74,"a\r\nb"\r\n'))
        # And the line of a later fault is that of the file.
        self.refused(self.file("crlf", 'date,instrument,close,note\r\n2026-01-05,CEA25,74,"a\r\nb"\r\n2026-01-06,CEA25,x,\r\n'), "row 4")

    def test_FI17_empty_lines_at_the_end(self):
        self.imported(self.file("lines", HEADER + ROW + "\n\r\n\n"))

    def test_FI18_changes_while_it_is_read(self):
        path = self.folder / "grows"
        path.write_text(HEADER)
        stop = threading.Event()

        def grow():
            with path.open("a") as out:
                while not stop.is_set():
                    out.write("\n")
                    out.flush()

        writer = threading.Thread(target=grow)
        writer.start()
        self.addCleanup(writer.join)
        self.addCleanup(stop.set)
        while path.stat().st_size < 2_000_000:
            pass
        self.refused(path, "changed while it was read")

    def test_FI24_paths_that_are_no_file(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        for path in (pipe, "/dev/zero", "/dev/stdin", self.folder, "/proc/self/mem/x", "", self.folder / "..", self.folder / "line\nfeed"):
            self.refused(path)

    def test_FI36_the_journal_as_a_file(self):
        self.imported(self.file("good", HEADER + ROW))
        self.refused(self.profile / "journal.db", "journal.db")


class Start(Case):
    def test_ST5_number_with_its_unit(self):
        for words in (["--levels", "10 levels"], ["--levels", "0x5"], ["--levels", "-1"], ["--levels", ""]):
            status, out, err = self.run_cli("book", "replay", "--format", "kraken", *words, self.file("x", ""))
            self.assertEqual((status, out), (USAGE, ""), err)
            self.assertIn("--levels", err)
        status, out, err = self.run_cli("band", "--market", "cn-cea", "--mode", "list", "--reference", "97.05 CNY")
        self.assertEqual((status, out), (USAGE, ""), err)
        self.assertIn("--reference", err)

    def test_ST11_home_cannot_be_written(self):
        path = self.file("good", HEADER + ROW)
        for home in ("/proc/nowhere", "/dev/null/home", "/sys/kernel/home"):
            status, out, err = self.run_cli("import", "quotes", path, "--profile", "demo", XDG_DATA_HOME=home)
            self.assertEqual((status, out), (NO, ""), err)
            self.assertIn(home, err)

    def test_ST12_folder_of_a_group(self):
        path = self.file("good", HEADER + ROW)
        self.imported(path)
        self.profile.chmod(0o770)
        self.refused(path, "chmod 700")
        self.profile.chmod(0o700)
        self.imported(path)

    def test_ST14_locale_that_is_not_there(self):
        for locale in ("xx_YY.UTF-8", "zh_CN.KLINGON", "C", "../../etc", "a" * 5000):
            status, out, err = self.run_cli("calendar", "--market", "cn-cea", "--from", "2024-02-08", "--to", "2024-02-20", LC_ALL=locale, LANGUAGE="")
            self.assertEqual((status, out.split()), (DONE, ["2024-02-08", "2024-02-19", "2024-02-20"]), err)

    def test_ST17_time_zone_of_the_machine(self):
        answers = set()
        for zone in ("UTC", "Asia/Shanghai", "America/Los_Angeles", "Mars/Phobos", ":/etc/passwd", "", "UTC-99"):
            status, out, err = self.run_cli("compliance", "evaluate", "--market", "cn-cea", "--year", "2025", "--at", "2026-12-14T13:20:00", "--input",
                                            self.file("t.csv", "entity,sector,verified,approved\nA,power,1000,900\n"), "--json", TZ=zone)
            self.assertEqual(status, DONE, err)
            answers.add(json.dumps(json.loads(out), sort_keys=True))
        self.assertEqual(len(answers), 1)

    def test_ST19_names_that_are_none(self):
        path = self.file("good", HEADER + ROW)
        for name in ("a" * 5000, "../demo", "live/../x", "practice/", "", ".", "a b", "碳"):
            status, out, err = self.run_cli("import", "quotes", path, "--profile", name)
            self.assertEqual((status, out), (USAGE, ""), name[:20])
            self.assertIn("--profile", err)
            self.assertLess(len(err), 1000)
        self.assertEqual(self.kept(), {})


if __name__ == "__main__":
    unittest.main(verbosity=2)
