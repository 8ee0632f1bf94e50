# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and functions small enough to be read at one go."""
import common

FILE_LINES = 600
FUNCTION_LINES = 70


def check(root, findings):
    sources = common.files(root, 'src', 'tests', suffixes=['.c', '.h', '.py'])
    for path in sources:
        lines = common.code_of(common.read(root, path)).splitlines()
        if len(lines) > FILE_LINES:
            findings.add(path, FILE_LINES + 1, f'{len(lines)} lines, expected at most {FILE_LINES}')
        start, before = None, ''
        for number, line in enumerate(lines, 1):
            # GNU style: a function's braces stand in the first column, after the closing parenthesis of its parameters.
            if line.startswith('{') and before.rstrip().endswith(')'):
                start = number
            elif line.startswith('}') and start is not None:
                if number - start + 1 > FUNCTION_LINES:
                    findings.add(path, start, f'a function of {number - start + 1} lines, expected at most {FUNCTION_LINES}')
                start = None
            if line.strip():
                before = line
    return len(sources)


common.main(check)
