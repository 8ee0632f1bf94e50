# SPDX-License-Identifier: GPL-3.0-or-later
"""What every text file owes its reader: a licence, no machine of ours, no promise for later."""
import re

import common

NEED_LICENCE = ('.c', '.h', '.py', '.sh', '.css', '.ui', 'meson.build', '.svg', '.desktop.in', '.metainfo.xml.in', '.gschema.xml')
TEXT = NEED_LICENCE + ('.md', '.json', '.xml', '.in', '.sql', '.po', '.pot', '.txt', 'LINGUAS', '.clang-format', '.gitignore')
# Spelled in parts, so that this file does not find itself.
PATHS = re.compile(r'(?<![\w.~/])/(?:' + '|'.join(('wor' + 'k', 'roo' + 't', 'hom' + r'e/\w+', 'tm' + r'p/\w+')) + r')/')
LATER = re.compile(r'\b(?:TO' + r'DO|FIX' + r'ME|XX' + r'X|HA' + r'CK)\b')
# The library's tests make their own folders; a path to a scratch folder is only a fault where it ships.
PROGRAMS = ('dev', '.ci/run')


def check_file(path, text, findings):
    name = path.as_posix()
    if (name in PROGRAMS or name.endswith(NEED_LICENCE)) and 'SPDX-License-Identifier: ' not in text[:600]:
        findings.add(path, 1, 'no SPDX-License-Identifier at the top, expected GPL-3.0-or-later')
    for pattern, what in ((PATHS, 'a path of one machine'), (LATER, 'a promise for later')):
        for match in pattern.finditer(text):
            findings.add(path, common.line_of(text, match.start()), f'{what}: {match.group(0)}, expected none')
    if text and not text.endswith('\n'):
        findings.add(path, text.count('\n') + 1, 'the last line has no end, expected a newline')
    if '\r\n' in text and '/fixtures/' not in name:
        findings.add(path, common.line_of(text, text.find('\r\n')), 'a line that ends in CR LF, expected LF')


def check(root, findings):
    looked_at = 0
    for path in common.files(root):
        name = path.as_posix()
        if name == 'LICENSE' or '/fixtures/' in name or not (name in PROGRAMS or name.endswith(TEXT)):
            continue
        looked_at += 1
        try:
            text = (root / path).read_bytes().decode('utf-8')
        except UnicodeDecodeError as error:
            findings.add(path, 1, f'not UTF-8 at byte {error.start}, expected UTF-8')
            continue
        check_file(path, text, findings)
    return looked_at


common.main(check)
