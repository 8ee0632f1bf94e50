# SPDX-License-Identifier: GPL-3.0-or-later
"""What meson must find to configure is what ./dev build installs: a program of the tests alone, asked for there, stops ./dev run."""
import pathlib
import re

import common

ALWAYS_THERE = {'env', 'sh', 'python3'}


def commands_of(text):
    found = re.search(r'^BUILD_COMMANDS=\(([^)]*)\)', text, re.M)
    return set(found.group(1).split()) if found else set()


def check(root, findings):
    known = ALWAYS_THERE | commands_of(common.read(root, 'dev'))
    builds = [path for path in common.files(root) if path.name == 'meson.build']
    for path in builds:
        text = common.read(root, path)
        for match in re.finditer(r"find_program\(\s*'([^']+)'([^)]*)\)", text):
            name = pathlib.PurePosixPath(match.group(1)).name
            if name in known or re.search(r'required:\s*false', match.group(2)):
                continue
            findings.add(path, common.line_of(text, match.start()),
                         f'{match.group(1)} is needed to configure, expected one of BUILD_COMMANDS in dev, or env to start it with')
    return len(builds)


common.main(check)
