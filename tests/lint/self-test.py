# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves that each check can fail: it must say of bad/CHECK exactly what expected.txt there lists, and pass over nothing silently."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def said_by(check, tree):
    with tempfile.TemporaryDirectory() as scratch:
        copy = pathlib.Path(scratch) / 'tree'
        shutil.copytree(tree, copy, ignore=shutil.ignore_patterns('expected.txt'))
        # "@@" splits words that no file of this project may hold, not even these.
        for path in copy.rglob('*'):
            if path.is_file():
                path.write_bytes(path.read_bytes().replace(b'@@', b''))
        if (HERE.parents[1] / '.clang-format').exists():
            shutil.copy(HERE.parents[1] / '.clang-format', copy)
        done = subprocess.run([sys.executable, '-B', str(check), str(copy)], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout.splitlines(), done.stderr


def differences(check):
    """What is wrong with one check, as lines; none means it fails as it should."""
    tree = HERE / 'bad' / check.stem.removeprefix('check-')
    if not (tree / 'expected.txt').is_file():
        return [f'no {tree.name}/expected.txt']
    expected = [line for line in (tree / 'expected.txt').read_text(encoding='utf-8').splitlines() if line]
    status, lines, stderr = said_by(check, tree)
    found = [line for line in lines if re.match(r'\S+:\d+: ', line)]
    wrong = [f'status {status}, expected 1; {stderr.strip()}'] if status != 1 else []
    for line in expected:
        match = next((f for f in found if f.startswith(line)), None)
        if match is None:
            wrong.append(f'not said: {line}')
        else:
            found.remove(match)
    return wrong + [f'said, not expected: {line}' for line in found] + ([] if expected else ['expected.txt is empty'])


def main():
    checks = sorted(HERE.glob('check-*.py'))
    print(f'1..{len(checks)}')
    failed = not checks
    for number, check in enumerate(checks, 1):
        wrong = differences(check)
        failed = failed or bool(wrong)
        print(f'{"not ok" if wrong else "ok"} {number} {check.stem} fails on what is wrong')
        for line in wrong:
            print(f'# {line}')
    sys.exit(failed)


main()
