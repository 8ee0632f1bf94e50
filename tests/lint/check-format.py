# SPDX-License-Identifier: GPL-3.0-or-later
"""C as clang-format 14 writes it by .clang-format. Other versions format otherwise, so that only 14 decides."""
import os
import re
import shutil
import subprocess
import sys

import common


def formatter():
    for name in ('clang-format-14', 'clang-format'):
        program = shutil.which(name)
        if program:
            version = subprocess.run([program, '--version'], capture_output=True, text=True, check=True).stdout
            if re.search(r'version 14\.', version):
                return program
    return None


def check(root, findings):
    program = formatter()
    if not program:
        print('clang-format 14 is not on this system, and other versions format otherwise')
        sys.exit(1 if os.environ.get('CI') == 'true' else 77)
    sources = common.files(root, *(f for f in ('src', 'tests') if (root / f).is_dir()), suffixes=['.c', '.h'])
    command = [program, '--dry-run', '-Werror', '--style=file', *map(str, sources)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    first = {}
    for match in re.finditer(r'^(\S+?):(\d+):\d+: error: code should be clang-formatted', done.stderr, re.M):
        first.setdefault(match.group(1), []).append(match.group(2))
    for path, lines in first.items():
        findings.add(path, lines[0], f'{len(lines)} places, expected what clang-format 14 -i writes')
    if done.returncode and not first:
        findings.add('.clang-format', 1, done.stderr.strip())
    return len(sources)


common.main(check)
