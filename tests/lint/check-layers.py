# SPDX-License-Identifier: GPL-3.0-or-later
"""One folder, one direction: who may include whom (src/DESIGN.md), and which library belongs to which folder."""
import re

import common

_BASE = {'core'}
_WIRE = {'core', 'trade', 'comply', 'sys', 'wire'}
_APP = _WIRE | {'store', 'net', 'app'}
MAY_SEE = {
    'core': {'core'},
    'trade': {'core', 'trade'},
    'comply': {'core', 'trade', 'comply'},
    'sys': {'core', 'sys'},
    'wire': _WIRE,
    'store': {'core', 'trade', 'comply', 'sys', 'store'},
    'net': _WIRE | {'net'},
    'venue': _WIRE | {'venue'},
    'app': _APP,
    'ui': _APP | {'ui'},
    'main.c': _APP | {'ui'},
    'cli.c': _APP,
    'venued.c': _WIRE | {'venue'},
}
CLIENT = {'net', 'store', 'app', 'ui'}
# Library header -> the folders and files that may name it.
LIBRARIES = [
    (r'gtk/|gdk/|gsk/|adwaita|graphene', ('ui/', 'main.c')),
    (r'pango/|cairo', ('ui/', 'app/cd-export-')),
    (r'libsoup/', ('net/', 'venue/')),
    (r'json-glib/', ('wire/',)),
    (r'sqlite3\.h', ('sys/', 'store/', 'venue/')),
    (r'gio/|glib-object|glib-unix|glib/gstdio|gmodule|unistd|fcntl|sys/|dirent',
     ('sys/', 'wire/', 'store/', 'net/', 'venue/', 'app/', 'ui/', 'main.c', 'cli.c', 'venued.c')),
]
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)


def owners_of(root, findings):
    """Header name -> the folder that owns it; names are unique, since includes are by bare name."""
    owners = {}
    for path in common.files(root, 'src', suffixes=['.h']):
        folder = path.parts[1] if len(path.parts) == 3 else None
        if folder not in MAY_SEE:
            findings.add(path, 1, f'a header outside the layers, expected it in one of src/{{{",".join(sorted(MAY_SEE))}}}')
        elif path.name in owners:
            findings.add(path, 1, f'{path.name} exists in src/{owners[path.name]} too, expected one header of a name')
        else:
            owners[path.name] = folder
    return owners


def check_file(path, text, owners, findings):
    inner = '/'.join(path.parts[1:])
    layer = path.parts[1]
    if layer not in MAY_SEE:
        findings.add(path, 1, 'a source outside the layers')
        return
    for match in _INCLUDE.finditer(common.code_of(text, strings=True)):
        line, quote, name = common.line_of(text, match.start(2)), match.group(1), match.group(2)
        if quote == '<':
            for pattern, places in LIBRARIES:
                if re.match(pattern, name) and not inner.startswith(places):
                    findings.add(path, line, f'<{name}> in {inner}, expected only in src/{{{",".join(places)}}}')
            continue
        owner = owners.get(name)
        if owner is None:
            if not name.endswith('-resources.h'):
                findings.add(path, line, f'"{name}" is in no layer, expected the bare name of a header in src/')
        elif owner not in MAY_SEE[layer]:
            findings.add(path, line, f'{inner} includes "{name}" of {owner}, expected only {", ".join(sorted(MAY_SEE[layer]))}')
        elif name.endswith('-private.h') and owner != layer:
            findings.add(path, line, f'"{name}" is private to src/{owner}')
        elif name.endswith('-private.h') and path.suffix == '.h' and not path.name.endswith('-private.h'):
            findings.add(path, line, f'"{name}" is private, expected no private header in a public one')


def check(root, findings):
    owners = owners_of(root, findings)
    sources = common.files(root, 'src', suffixes=['.c', '.h'])
    for path in sources:
        check_file(path, common.read(root, path), owners, findings)
    # Client and venue meet on a socket; only the simulator links both.
    for path in common.files(root, 'tests', suffixes=['.c', '.h']):
        text = common.read(root, path)
        seen = {owners.get(m.group(2)) for m in _INCLUDE.finditer(text)}
        if 'venue' in seen and seen & CLIENT and path.parts[1] != 'sim':
            findings.add(path, 1, 'includes venue and client headers, expected that only in tests/sim')
    return len(sources)


common.main(check)
