# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox asks for no more than was reviewed, and the Chinese texts travel inside the bundle."""
import json

import common

ID = 'io.github.carbondesk.Carbondesk'
# Reviewed. Network: the venue on loopback and real venues. No file system: files come and go through the portals.
FINISH_ARGS = ['--share=network', '--share=ipc', '--socket=wayland', '--socket=fallback-x11', '--device=dri']
MANIFESTS = {
    # The Devel build keeps the bus name of the program, which its own id would not let it own.
    f'{ID}.json': (ID, FINISH_ARGS, 'git'),
    f'{ID}.Devel.json': (f'{ID}.Devel', [*FINISH_ARGS, f'--own-name={ID}'], 'dir'),
}


def check_manifest(name, text, expected, findings):
    path = f'flatpak/{name}'
    identity, arguments, source = expected

    def want(line_of_what, found, wanted):
        if found != wanted:
            offset = max(text.find(f'"{line_of_what}"'), 0)
            findings.add(path, common.line_of(text, offset), f'{line_of_what} is {json.dumps(found)}, expected {json.dumps(wanted)}')

    try:
        manifest = json.loads(text)
    except ValueError as error:
        findings.add(path, getattr(error, 'lineno', 1), f'not JSON: {error}')
        return
    want('id', manifest.get('id'), identity)
    want('runtime', manifest.get('runtime'), 'org.gnome.Platform')
    want('sdk', manifest.get('sdk'), 'org.gnome.Sdk')
    want('runtime-version', manifest.get('runtime-version'), '48')
    want('command', manifest.get('command'), 'carbondesk')
    want('separate-locales', manifest.get('separate-locales'), False)
    want('finish-args', manifest.get('finish-args'), arguments)
    for module in manifest.get('modules', []):
        kinds = [s.get('type') for s in module.get('sources', [])]
        if module.get('name') == 'carbondesk':
            want('sources', kinds, [source])
        for entry in module.get('sources', []):
            if entry.get('type') in ('archive', 'file') and 'sha256' not in entry:
                findings.add(path, 1, f'{module.get("name")}: a downloaded source without sha256, expected one')


def check(root, findings):
    for name, expected in MANIFESTS.items():
        if not (root / 'flatpak' / name).exists():
            findings.add(f'flatpak/{name}', 1, 'missing')
            continue
        check_manifest(name, common.read(root, f'flatpak/{name}'), expected, findings)
    return len(MANIFESTS)


common.main(check)
