#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Disks that are full, without room for another file, or read-only, for real: a small file system in memory where the machine allows one,
else the limits of a process. Whatever happens: done and whole, or refused by name; what was there before holds; and with room again it goes
on."""

import hashlib
import json
import os
import pathlib
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.path.abspath(sys.argv.pop(1))
DONE, NO = 0, 1
SIZES_KIB = [64, 256, 1024, 4096, 4352, 4608, 5120, 6144, 7168, 8192, 9216, 10240, 12288, 16384, 20480, 32768]
INODES = list(range(2, 24))


def may_mount():
    """A mount of our own, seen by nobody else."""
    script = "mount -t tmpfs -o size=64k none /mnt"
    return subprocess.run(["unshare", "-m", "sh", "-c", script], capture_output=True).returncode == 0


MOUNTS = may_mount()


def statement(rows, first=1):
    return "exec_id,account,instrument,side,price,quantity,date\n" + "".join(f"X{n},HD-POWER,CEA25,buy,97.05,{n},2026-12-14\n" for n in range(first, first + rows))


class Disk(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "disk").mkdir()
        self.small, self.large = self.folder / "small.csv", self.folder / "large.csv"
        self.small.write_text(statement(10))
        self.large.write_text(statement(20000, 1000))
        self.env = {**os.environ, "LC_ALL": "C.UTF-8", "XDG_DATA_HOME": str(self.folder / "disk" / "data"), "XDG_CACHE_HOME": str(self.folder / "disk" / "cache")}
        self.journal = self.folder / "disk" / "data" / "carbondesk" / "practice" / "demo" / "journal.db"

    def cli(self, *words):
        return " ".join(map(shlex.quote, [PROGRAM, *map(str, words)]))

    def script(self, *lines):
        """Runs the lines in a mount space of their own; gives status and error text of each step that is said with "step"."""
        text = "step () { \"$@\" > out 2> err && code=0 || code=$?; echo \"$code $(head -c 300 err | tr '\\n' ' ')\"; }\n" + "\n".join(lines)
        done = subprocess.run(["unshare", "-m", "sh", "-ec", text], capture_output=True, text=True, timeout=300, env=self.env, cwd=self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [(int(line.split(" ", 1)[0]), line.split(" ", 1)[1]) for line in done.stdout.splitlines()]

    def check(self, steps, what):
        """Of: take the large one, look; with room again take both, look."""
        (first, said), (looked, _), (again, why), (whole, broken) = steps
        self.assertIn(first, (DONE, NO), f"{what}: {said}")
        if first == NO:
            self.assertRegex(said, r"carbondesk", what)
            self.assertTrue(any(word in said for word in ("space", "room", "full", "disk", "cannot", "journal.db", "imports", "I/O")), f"{what}: {said}")
        self.assertIn(looked, (DONE, NO), what)
        self.assertEqual(again, DONE, f"{what}: {why}")
        self.assertEqual(whole, DONE, f"{what}: {broken}")
        return first == NO

    def limited(self, limit, value, file):
        def before():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(limit, (value, value))
        done = subprocess.run([PROGRAM, "import", "fills", str(file), "--profile", "demo"], capture_output=True, text=True, timeout=120, env=self.env, preexec_fn=before)
        return done.returncode, done.stderr

    def by_limits(self, limit, values):
        refused = 0
        for value in values:
            # What an earlier one took would be known already, and need no room.
            shutil.rmtree(self.folder / "disk")
            (self.folder / "disk").mkdir()
            steps = [self.limited(limit, value, self.large), (DONE, "")]
            for words in (("import", "fills", self.large, "--profile", "demo"), ("verify", "journal", self.journal)):
                done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=120, env=self.env)
                steps.append((done.returncode, done.stderr))
            if steps[0][0] in (DONE, NO):
                refused += self.check(steps, f"limit {value}")
        return refused

    def mounted(self, options, more):
        return self.script(f"mount -t tmpfs -o mode=700,{options} none disk", f"step {self.cli('import', 'fills', self.large, '--profile', 'demo')}",
                           f"step {self.cli('verify', 'journal', self.journal)}", f"mount -o remount,{more} disk",
                           f"step {self.cli('import', 'fills', self.large, '--profile', 'demo')}", f"step {self.cli('verify', 'journal', self.journal)}")

    def test_full(self):
        if MOUNTS:
            refused = sum(self.check(self.mounted(f"size={size}k", "size=64m"), f"{size} KiB") for size in SIZES_KIB)
        else:
            refused = self.by_limits(resource.RLIMIT_FSIZE, [size * 1024 for size in SIZES_KIB])
        print(f"{len(SIZES_KIB)} full disks, {refused} refused, {len(SIZES_KIB) - refused} with room enough ({'mounted' if MOUNTS else 'limited'})")
        self.assertGreater(refused, 2)
        self.assertLess(refused, len(SIZES_KIB))

    def test_no_more_files(self):
        if MOUNTS:
            refused = sum(self.check(self.mounted(f"size=64m,nr_inodes={n}", "nr_inodes=1000"), f"{n} files") for n in INODES)
        else:
            refused = self.by_limits(resource.RLIMIT_NOFILE, [n + 3 for n in INODES])
        print(f"{len(INODES)} disks without room for a file, {refused} refused ({'mounted' if MOUNTS else 'limited'})")
        self.assertGreater(refused, 2 if MOUNTS else 1)  # fewer files are open at a time than are made

    def test_read_only(self):
        """The whole disk, or the journal alone: nothing is written, and what is there can still be checked."""
        done = subprocess.run([PROGRAM, "import", "fills", str(self.small), "--profile", "demo"], capture_output=True, text=True, env=self.env, timeout=60)
        self.assertEqual(done.returncode, DONE, done.stderr)
        before = hashlib.sha256(self.journal.read_bytes()).hexdigest()
        more = self.cli("import", "fills", self.large, "--profile", "demo")
        look = self.cli("verify", "journal", self.journal)
        if not MOUNTS:
            self.assertEqual(self.limited(resource.RLIMIT_FSIZE, 0, self.large)[0], NO)
            return
        for target in (self.folder / "disk", self.journal):
            bind = shlex.quote(str(target))
            (status, said), (looked, broken) = self.script(f"mount --bind {bind} {bind}", f"mount -o remount,ro,bind {bind}", f"step {more}", f"step {look}")
            self.assertEqual(status, NO, said)
            self.assertIn("ead-only", said)
            self.assertEqual(looked, DONE, broken)
            self.assertEqual(hashlib.sha256(self.journal.read_bytes()).hexdigest(), before)


if __name__ == "__main__":
    unittest.main(verbosity=2)
