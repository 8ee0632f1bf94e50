# SPDX-License-Identifier: GPL-3.0-or-later
"""What the checks share: walking the tree, reading C without its comments, and saying place and expectation."""
import os
import pathlib
import re
import sys

# Fixtures that are wrong on purpose, and what a build leaves behind.
LEFT_OUT = ('tests/lint/bad',)
BUILD_FOLDERS = re.compile(r'^(_?build.*|\.git|__pycache__|\.flatpak-builder)$')

_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def files(root, *folders, suffixes=None):
    """Every file below the folders of root (or below root itself), sorted, as paths relative to root."""
    root = pathlib.Path(root)
    found = []
    for folder in folders or ('.',):
        for here, names, entries in os.walk(root / folder):
            names[:] = sorted(n for n in names if not BUILD_FOLDERS.match(n))
            relative = pathlib.Path(here).relative_to(root)
            if relative.as_posix() in LEFT_OUT:
                names[:] = []
                continue
            found += [relative / e for e in entries if not suffixes or e.endswith(tuple(suffixes))]
    return sorted(found)


def read(root, path):
    return (pathlib.Path(root) / path).read_text(encoding='utf-8')


def code_of(text, strings=False):
    """The text of a C file with comments (and string contents, unless wanted) blanked; lines and columns stay."""
    def blank(match):
        token = match.group(0)
        if token[0] in '"\'':
            if strings:
                return token
            return token[0] + ' ' * (len(token) - 2) + token[0]
        return re.sub(r'[^\n]', ' ', token)
    return _TOKEN.sub(blank, text)


def line_of(text, offset):
    return text.count('\n', 0, offset) + 1


class Findings:
    def __init__(self):
        self.lines = []

    def add(self, path, line, message):
        self.lines.append(f'{pathlib.PurePath(path).as_posix()}:{line}: {message}')


def main(check):
    """Runs check(root, findings) on the tree named on the command line; status 1 when it found anything."""
    if len(sys.argv) != 2 or not pathlib.Path(sys.argv[1]).is_dir():
        sys.exit('expected one argument: the top folder of the source tree')
    findings = Findings()
    looked_at = check(pathlib.Path(sys.argv[1]), findings)
    for line in findings.lines:
        print(line)
    if not looked_at:
        print('.:0: nothing was looked at, expected at least one file')
    print(f'{looked_at} looked at, {len(findings.lines)} findings')
    sys.exit(bool(findings.lines) or not looked_at)
