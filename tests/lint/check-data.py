# SPDX-License-Identifier: GPL-3.0-or-later
"""What the desktop reads: desktop file, AppStream, settings schema, .ui files and the classes they are templates of."""
import pathlib
import re
import subprocess
import tempfile
import xml.etree.ElementTree as ET

import common

ID = 'io.github.carbondesk.Carbondesk'


def tool(findings, path, *command):
    """Each line of a validator that fails becomes a finding at the file itself."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        said = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        findings.add(path, 1, f'{command[0]}: ' + ' / '.join(said).replace(str(command[-1]), pathlib.PurePath(path).name))


def check_desktop(root, findings):
    with tempfile.TemporaryDirectory() as scratch:
        for name, command in ((f'{ID}.desktop', ['desktop-file-validate']),
                              (f'{ID}.metainfo.xml', ['appstreamcli', 'validate', '--no-net', '--no-color'])):
            source = root / 'data' / f'{name}.in'
            if not source.exists():
                findings.add(f'data/{name}.in', 1, 'missing')
                continue
            copy = pathlib.Path(scratch) / name
            copy.write_bytes(source.read_bytes())
            tool(findings, f'data/{name}.in', *command, str(copy))
    tool(findings, 'data', 'glib-compile-schemas', '--strict', '--dry-run', str(root / 'data'))


def check_versions(root, findings):
    """One version in meson.build, in the newest AppStream release and in CHANGELOG.md."""
    version = re.search(r"version: '([^']+)'", common.read(root, 'meson.build')).group(1)
    metainfo = root / 'data' / f'{ID}.metainfo.xml.in'
    try:
        release = ET.parse(metainfo).find('releases/release')
    except ET.ParseError:
        return
    if release is None or release.get('version') != version:
        findings.add(f'data/{ID}.metainfo.xml.in', 1, f'the newest release is not the version of meson.build, expected {version}')
    heading = re.search(r'^## \[?v?(\d[^\],\s]*)', common.read(root, 'CHANGELOG.md'), re.M)
    if not heading or heading.group(1) != version:
        findings.add('CHANGELOG.md', 1, f'the first heading is not the version of meson.build, expected "## {version}"')


def check_pictures(root, findings):
    for path, pattern in ((f'data/{ID}.metainfo.xml.in', r'/(data/screenshots/[^<"]+)<'), ('README.md', r'\]\(((?!https?:|#)[^)#]+)')):
        text = common.read(root, path)
        for match in re.finditer(pattern, text):
            if not (root / match.group(1)).exists():
                findings.add(path, common.line_of(text, match.start(1)), f'{match.group(1)} is not there, expected a file')


def kebab(name):
    return re.sub(r'(?<=[a-z0-9])(?=[A-Z])', '-', name).lower()


def check_ui(root, findings):
    seen = 0
    bundle = root / 'ui' / 'carbondesk.gresource.xml'
    bundled = bundle.read_text(encoding='utf-8') if bundle.exists() else ''
    for path in common.files(root, 'ui', suffixes=['.ui']):
        seen += 1
        tool(findings, path, 'xmllint', '--noout', str(root / path))
        text = common.read(root, path)
        if f'>{path.name}<' not in bundled:
            findings.add(path, 1, f'not in {bundle.name}, expected <file>{path.name}</file>')
        template = re.search(r'<template\b[^>]*\bclass="(\w+)"', text)
        if not template:
            continue
        line, name = common.line_of(text, template.start()), template.group(1)
        if kebab(name) != path.stem:
            findings.add(path, line, f'template of {name}, expected the file to be called {kebab(name)}.ui')
        source = root / 'src' / 'ui' / f'{path.stem}.c'
        if not source.exists() or f'/{path.name}"' not in source.read_text(encoding='utf-8'):
            findings.add(path, line, f'expected src/ui/{path.stem}.c to set {path.name} as its template')
    return seen


def check(root, findings):
    check_desktop(root, findings)
    check_versions(root, findings)
    check_pictures(root, findings)
    return 3 + check_ui(root, findings)


common.main(check)
