#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue of bad inputs: every number stands in cases.tsv once, and every test it names is there. Prints how many are automated.

check-cases.py SOURCE-FOLDER BUILD-FOLDER; with a third argument that file instead of cases.tsv, for the test of this test.
"""
import ast
import json
import pathlib
import re
import subprocess
import sys

# How many cases each part of the catalogue has.
PARTS = {"OT": 49, "AP": 24, "AR": 46, "WS": 34, "MP": 22, "FI": 36, "ST": 22, "DB": 26, "CE": 30}
NUMBERS = [f"{part}{n}" for part, count in PARTS.items() for n in range(1, count + 1)]
WAITS = "waits: "


class Cases:
    """Which cases a test file has: a Python file by its text, a program by what it lists itself."""

    def __init__(self, source, build):
        self.tests = source / "tests"
        self.known = {}
        self.programs = {}
        for target in json.loads((build / "meson-info" / "intro-targets.json").read_text()):
            if target["type"] != "executable":
                continue
            for group in target["target_sources"]:
                for file in group.get("sources", []):
                    self.programs.setdefault(file, target["filename"][0])

    def of(self, file):
        if file not in self.known:
            path = self.tests / file
            if not path.is_file():
                self.known[file] = None
            elif path.suffix == ".py":
                self.known[file] = self.python(path)
            else:
                self.known[file] = self.program(path)
        return self.known[file]

    @staticmethod
    def python(path):
        tree = ast.parse(path.read_text())
        return [f"{top.name}.{name}" for top in tree.body if isinstance(top, ast.ClassDef)
                for item in top.body for name in Cases.names(item) if name.startswith("test")] + Cases.numbered(tree)

    @staticmethod
    def numbered(tree):
        """Of a file that says case(NUMBER, …), with a letter behind the number where there are several."""
        first = [call.args[0] for call in ast.walk(tree) if isinstance(call, ast.Call) and call.args and getattr(call.func, "id", None) == "case"]
        texts = [part.value for part in (arg.values[0] if isinstance(arg, ast.JoinedStr) else arg for arg in first) if isinstance(part, ast.Constant)]
        return sorted({match[0] for match in (re.match(r"[A-Z]+[0-9]+", text) for text in texts) if match})

    @staticmethod
    def names(item):
        """Of a function, or of a second name for one."""
        if isinstance(item, ast.FunctionDef):
            return [item.name]
        return [target.id for target in item.targets if isinstance(target, ast.Name)] if isinstance(item, ast.Assign) else []

    def program(self, path):
        program = self.programs.get(str(path))
        if not program or not pathlib.Path(program).is_file():
            return None
        done = subprocess.run([program, "-l"], capture_output=True, text=True, timeout=60)
        return done.stdout.split() if done.returncode == 0 else None

    def has(self, name):
        file, _, case = name.partition(":")
        cases = self.of(file)
        if cases is None:
            return f"no such test program: tests/{file}"
        if case and any(known == case or known.startswith(case + "/") for known in cases):
            return None
        return f"tests/{file} has no case {case!r}"


def check(lines, cases):
    """Faults as text, and the numbers that are automated."""
    faults, seen, automated = [], {}, []
    for row, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.rstrip("\n").split("\t")
        if len(cells) != 3 or not all(cell.strip() for cell in cells):
            faults.append(f"row {row}: expected number, text and tests, parted by tabs")
            continue
        number, _, tests = cells
        if number in seen:
            faults.append(f"row {row}: {number} stands in row {seen[number]} already")
        elif number not in NUMBERS:
            faults.append(f"row {row}: {number!r}, expected a number of the catalogue")
        seen[number] = row
        if tests.startswith(WAITS):
            continue
        wrong = [fault for fault in map(cases.has, tests.split()) if fault]
        faults += [f"row {row}: {number}: {fault}" for fault in wrong]
        if not wrong:
            automated.append(number)
    faults += [f"{number} is missing" for number in NUMBERS if number not in seen]
    return faults, automated


def bite(lines, cases):
    """The check itself: each thing that may be wrong is found, in the file as it is."""
    def changed(change):
        copy = list(lines)
        change(copy)
        return check(copy, cases)[0]
    first = next(i for i, line in enumerate(lines) if re.match(r"OT1\t", line))
    wrong = {
        "is missing": lambda copy: copy.pop(first),
        "stands in row": lambda copy: copy.append(copy[first]),
        "expected a number": lambda copy: copy.append("OT50\tx\twaits: x\n"),
        "has no case": lambda copy: copy.__setitem__(first, "OT1\tx\tcore/test-typed.c:/typed/nothing\n"),
        "no such test program": lambda copy: copy.__setitem__(first, "OT1\tx\tcore/test-none.c:/typed/table\n"),
        "parted by tabs": lambda copy: copy.append("OT1 x\n"),
    }
    return [f"the check finds no fault where one {name}" for name, change in wrong.items()
            if not any(name in fault for fault in changed(change))]


def main():
    source, build = map(pathlib.Path, sys.argv[1:3])
    path = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else source / "tests" / "badinput" / "cases.tsv"
    cases = Cases(source, build)
    with path.open(encoding="utf-8") as file:
        lines = file.readlines()
    faults, automated = check(lines, cases)
    faults += bite(lines, cases)
    for fault in faults:
        print(f"{path.name}: {fault}", file=sys.stderr)
    print(f"{len(automated)} automated, {len(NUMBERS) - len(automated)} waiting, of {len(NUMBERS)}")
    for part, count in PARTS.items():
        print(f"  {part} {sum(number.startswith(part) for number in automated)} of {count}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
