#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line over data that others recorded, found by pattern; speaks TAP and prints "name: N of M" for every file."""

import csv
import datetime
import io
import json
import lzma
import os
import pathlib
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]
SOURCE = pathlib.Path(os.environ["CARBONDESK_SRCDIR"])
DATA = pathlib.Path(os.environ.get("CARBONDESK_TESTDATA", SOURCE.parent / "shared" / "testdata"))
number = 0
failed = 0


def run(*words, **env):
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, timeout=300, env={**os.environ, "LC_ALL": "C.UTF-8", **env})
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def text(path):
    return lzma.open(path, "rt").read() if path.suffix == ".xz" else path.read_text()


def report(name, good, all_, expect):
    global number, failed
    number += 1
    failed += not expect
    print(f"# {name}: {good} of {all_}")
    print(f"{'ok' if expect else 'not ok'} {number} - {name}", flush=True)


def find(folder, *patterns):
    found = sorted(path for pattern in patterns for path in (DATA / folder).glob(pattern))
    if not found:
        global number, failed
        number += 1
        must = os.environ.get("CI") == "true"
        failed += must
        print(f"{'not ok' if must else 'ok'} {number} - {folder} {patterns[0]}{'' if must else ' # SKIP no data'}")
    return found


def counts(out):
    """The sum of the "name: N of M" lines of --summary."""
    good = all_ = 0
    for line in out.splitlines():
        n, _, m = line.rsplit(": ", 1)[1].split()
        good, all_ = good + int(n), all_ + int(m)
    return good, all_


def lobster():
    """Rebuilt rows are the order-book file, line by line."""
    for states in find("lobster", "*_orderbook.csv", "*_orderbook.csv.xz"):
        stem = states.name.split("_orderbook.csv")[0]
        messages = next(path for path in (states.with_name(stem + "_message.csv"), states.with_name(stem + "_message.csv.xz")) if path.exists())
        status, out, err = run("book", "replay", "--format", "lobster", states, messages)
        theirs, ours = text(states).splitlines(), out.splitlines()
        same = sum(a == b for a, b in zip(ours, theirs))
        # Fifty levels hold everything that comes into view; a shallower file leaves out orders below its last level.
        whole = status == 0 and same == len(theirs)
        report(f"cli lobster {states.name}", same, len(theirs), len(ours) == len(theirs) > 0 and (whole or "_L50_" not in states.name))


def feeds():
    for format_ in ("kraken", "okx"):
        # Recordings of OKX are read where there are any; their absence is no fault of the data.
        for path in sorted((DATA / "l2_checksum").glob("okx*")) if format_ == "okx" else find("l2_checksum", f"{format_}*"):
            status, out, _ = run("book", "replay", "--format", format_, "--summary", path)
            good, all_ = counts(out)
            report(f"cli {format_} {path.name}", good, all_, status == 0 and good == all_ > 0)
    for diffs in find("l2_checksum", "binance_diffs*"):
        snapshots = sorted((DATA / "l2_checksum").glob(diffs.name.split(".")[0].replace("diffs", "snapshots") + "*"))
        status, out, _ = run("book", "replay", "--format", "binance", "--summary", *snapshots, diffs)
        good, all_ = counts(out)
        report(f"cli binance {diffs.name}", good, all_, status == 0 and good == all_ > 0)


def sessions():
    """Of years that the pack covers the same days; of the others it says that it does not know."""
    for path in find("calendars", "xshg*"):
        days = {row[0][:10] for row in csv.reader(io.StringIO(text(path))) if row and row[0][:2] == "20"}
        good = all_ = 0
        for year in sorted({day[:4] for day in days}):
            status, out, _ = run("calendar", "--market", "cn-cea", "--from", f"{year}-01-01", "--to", f"{year}-12-31")
            known = int(year) >= 2021
            all_ += 1
            good += (status == 0 and set(out.split()) == {day for day in days if day.startswith(year)}) if known else (status == 1 and not out)
        report(f"cli sessions {path.name}", good, all_, good == all_ > 0)


def holidays():
    """Weekdays that are not off trade, but for the exchange's own closure; make-up weekends never do; a year without a notice is unknown."""
    files = find("calendars/holiday_cn", "*.json")
    off, listed = {}, {}
    for path in files:
        entry = json.loads(path.read_text())
        listed[int(path.stem)] = bool(entry["days"])
        off.update({day["date"]: day["isOffDay"] for day in entry["days"]})
    good = all_ = 0
    for year, known in listed.items():
        if 2021 > year and known:
            continue
        status, out, _ = run("calendar", "--market", "cn-cea", "--from", f"{year}-01-01", "--to", f"{year}-12-31")
        all_ += 1
        if not known:
            good += status == 1 and not out
            continue
        day, want = datetime.date(year, 1, 1), set()
        while day.year == year:
            if day.weekday() < 5 and not off.get(day.isoformat()) and day.isoformat() != "2024-02-09":
                want.add(day.isoformat())
            day += datetime.timedelta(days=1)
        good += status == 0 and set(out.split()) == want
    if files:
        report("cli holidays", good, all_, good == all_ > 0)


def quotes():
    """Each file is imported whole, its bytes kept; or refused with rows named and nothing kept."""
    for path in find("cn_carbon", "*.csv"):
        with tempfile.TemporaryDirectory() as folder:
            env = {"XDG_DATA_HOME": f"{folder}/data", "XDG_CACHE_HOME": f"{folder}/cache"}
            status, out, err = run("import", "quotes", path, "--profile", "external", "--json", **env)
            answer = json.loads(out)
            rows = len(text(path).splitlines()) - 1
            kept = list(pathlib.Path(folder).glob("data/carbondesk/practice/external/imports/*"))
            if status == 0:
                report(f"cli quotes {path.name}", answer["rows"], rows, len(kept) == 1 and kept[0].read_bytes() == path.read_bytes() and 0 < answer["rows"] <= rows)
            else:
                report(f"cli quotes {path.name} (refused)", 0, rows, not kept and status == 1 and "row " in err)


for case in (lobster, feeds, sessions, holidays, quotes):
    case()
print(f"1..{number}")
sys.exit(1 if failed else 0)
