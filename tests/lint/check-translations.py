# SPDX-License-Identifier: GPL-3.0-or-later
"""Every string is marked where strings belong, listed, in the template, and translated."""
import os
import pathlib
import re
import subprocess
import tempfile

import common

MARK = re.compile(r'(?<!\w)(?:_|N_|C_|NC_|ngettext|g_dngettext|g_dpgettext2?|g_dcgettext)\s*\(\s*(?:[\w]+\s*,\s*)?"')
# Below the widgets there are codes, never words.
MAY_SPEAK = re.compile(r'^src/(ui/.*|main\.c|cli\.c|venued\.c)$')
XGETTEXT = ['xgettext', '--package-name=carbondesk', '--from-code=UTF-8', '--add-comments=Translators',
            '--keyword=_', '--keyword=N_', '--keyword=C_:1c,2', '--keyword=NC_:1c,2', '--keyword=g_dcgettext:2',
            '--keyword=g_dngettext:2,3', '--keyword=g_dpgettext2:2c,3']


def speaking_files(root, findings):
    found = set()
    for path in common.files(root, 'src', suffixes=['.c', '.h']):
        text = common.code_of(common.read(root, path), strings=True)
        match = MARK.search(text)
        if not match:
            continue
        if not MAY_SPEAK.match(path.as_posix()):
            findings.add(path, common.line_of(text, match.start()), 'a string to translate below src/ui, expected a code')
        found.add(path.as_posix())
    for path in common.files(root, 'ui', suffixes=['.ui']):
        text = common.read(root, path)
        if 'translatable="' in text:
            found.add(path.as_posix())
        # A label that says something and is not marked would stay English.
        for match in re.finditer(r'<property name="(label|title|subtitle|tooltip-text|placeholder-text)">([^<]*[A-Za-z]{2}[^<]*)<', text):
            findings.add(path, common.line_of(text, match.start()), f'"{match.group(2)}" is not marked, expected translatable="yes"')
    for path in common.files(root, 'data', suffixes=['.desktop.in', '.metainfo.xml.in', '.gschema.xml']):
        found.add(path.as_posix())
    return found


def check_list(root, speaking, findings):
    listed = [line.strip() for line in common.read(root, 'po/POTFILES.in').splitlines() if line.strip() and not line.startswith('#')]
    for name in sorted(speaking - set(listed)):
        findings.add('po/POTFILES.in', 1, f'{name} has strings and is not listed, expected a line for it')
    for name in sorted(set(listed) - speaking):
        findings.add('po/POTFILES.in', 1, f'{name} is listed, expected a file with marked strings')
    return [name for name in listed if (root / name).exists()]


def complaints(command, root, what):
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, env={**os.environ, 'LC_ALL': 'C.UTF-8'})
    if not done.returncode:
        return []
    # msgcmp and msgfmt say FILE:LINE: first; the lines of source they quote, and their sums, are left out.
    lines = [line for line in done.stderr.splitlines() if re.match(r'^[^:\s]+:\d+:', line)]
    return lines or [f'{what}:1: {command[0]} failed: {done.stderr.strip()}']


def check_against(root, path, template, findings):
    """Each string that the sources hold and the file at path does not."""
    fresh = template.read_text(encoding='utf-8').splitlines()
    for line in complaints(['msgcmp', '--use-untranslated', '--use-fuzzy', path, str(template)], root, path):
        place = re.match(re.escape(str(template)) + r':(\d+):', line)
        if place:
            said = next((text for text in fresh[int(place.group(1)) - 1::-1] if text.startswith('msgid ')), '')
            findings.add(path, 1, f'{said[len("msgid "):]} is not in it, expected every string of the sources')
        else:
            findings.lines.append(line)


def check_language(root, language, template, findings):
    path = f'po/{language}.po'
    if not (root / path).exists():
        findings.add(path, 1, 'missing, expected a translation for each line of po/LINGUAS')
        return
    findings.lines += complaints(['msgfmt', '--check', '-o', os.devnull, path], root, path)
    for kind in ('untranslated', 'only-fuzzy'):
        done = subprocess.run(['msgattrib', f'--{kind}', '--no-obsolete', path], cwd=root, capture_output=True, text=True)
        for place in re.findall(r'^msgid (?!""\n(?!"))(.*)$', done.stdout, re.M):
            findings.add(path, 1, f'{kind.replace("only-", "")}: {place}, expected a translation')
    check_against(root, path, template, findings)


def check(root, findings):
    speaking = speaking_files(root, findings)
    listed = check_list(root, speaking, findings)
    with tempfile.TemporaryDirectory() as scratch:
        template = pathlib.Path(scratch) / 'fresh.pot'
        done = subprocess.run([*XGETTEXT, '-o', str(template), *listed], cwd=root, capture_output=True, text=True)
        if done.returncode:
            findings.add('po/POTFILES.in', 1, f'xgettext failed: {done.stderr.strip()}')
            return 1
        check_against(root, 'po/carbondesk.pot', template, findings)
        for language in common.read(root, 'po/LINGUAS').split():
            check_language(root, language, template, findings)
    return len(speaking)


common.main(check)
