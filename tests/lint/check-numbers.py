# SPDX-License-Identifier: GPL-3.0-or-later
"""No binary fractions where money, units and masses are: `double` lives in src/ui and in the export's library calls."""
import re

import common

ALLOWED = ('src/ui/', 'src/app/cd-export-')
FORBIDDEN = re.compile(
    r'\b(g?double|g?float|_Float\d+|__float128|strto[dfl]d?|g_(?:ascii_)?strtod|atof|g_ascii_(?:d|formatd)to?str\w*|'
    r'G_TYPE_(?:DOUBLE|FLOAT)|g_value_[gs]et_(?:double|float)|g_variant_(?:get|new)_double|json_\w*_double\w*|'
    r'sqlite3_\w+_double|l?lround[fl]?|floor[fl]?|ceil[fl]?|fabs[fl]?|pow[fl]?|g_timer_elapsed|difftime)\b'
    r'|(?<![\w.])(?:(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+)[fFlL]?(?![\w.])')


def check(root, findings):
    sources = common.files(root, 'src', suffixes=['.c', '.h'])
    for path in sources:
        if path.as_posix().startswith(ALLOWED):
            continue
        text = common.code_of(common.read(root, path))
        for match in FORBIDDEN.finditer(text):
            if re.match(r'\s*#\s*include', text[text.rfind('\n', 0, match.start()) + 1:]):
                continue
            # floor, ceil and pow may name parameters and enum words; only calls reach libm.
            if re.fullmatch(r'(floor|ceil|pow)[fl]?', match.group(0)) and not re.match(r'\s*\(', text[match.end():]):
                continue
            findings.add(path, common.line_of(text, match.start()),
                         f'{match.group(0)}, expected whole numbers of a fixed scale (cd-num.h)')
    return len(sources)


common.main(check)
