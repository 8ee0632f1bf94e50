#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Searches both models whole: the protocol holds, each broken rule is refuted by the assertion it must break, each state is reached.

A mutant that is not refuted means that the model proves nothing, so it fails just as a protocol that does not hold.
Usage: check-models.py FOLDER
"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HOLDS = None
TWICE = 'effects<=1'
DENIED = '!(said_no)'
HAPPENED = 'effects==0'
UNBOUND = 'version==approved'

# model, definitions, the assertion that must break (HOLDS: none)
CASES = [
    ('order', [], HOLDS),
    ('order', ['EXPIRY'], HOLDS),
    ('order', ['ONESEND'], HOLDS),
    ('order', ['ONESEND', 'EXPIRY'], HOLDS),
    ('order', ['M_NEWKEY'], TWICE),
    ('order', ['M_TIMEOUT'], DENIED),
    ('order', ['M_TIMEOUT', 'ONESEND'], DENIED),
    ('order', ['M_NOTFOUND'], DENIED),
    ('order', ['M_NOTFOUND', 'ONESEND'], DENIED),
    ('order', ['M_NOTFOUND', 'EXPIRY'], DENIED),
    ('order', ['M_SENDFIRST'], DENIED),
    ('order', ['M_NODEDUP'], TWICE),
    ('order', ['M_FENCEMEM'], DENIED),
    ('order', ['M_TTL'], TWICE),
    ('order', ['M_GUESSUNWRITTEN'], HAPPENED),
    # A refusal that the venue does not store is harmless only while one copy exists.
    ('order', ['M_SOFTREJ'], DENIED),
    ('order', ['M_SOFTREJ', 'ONESEND'], HOLDS),
    ('order', ['REACH=3'], 'journal!=3'),
    ('order', ['REACH=4'], 'journal!=4'),
    ('order', ['REACH=5'], 'journal!=5'),
    ('order', ['REACH=6'], 'journal!=6'),
    ('surrender', [], HOLDS),
    ('surrender', ['M_KEYPERVERSION'], TWICE),
    ('surrender', ['M_PERSTATION'], TWICE),
    ('surrender', ['M_SAMEPERSON'], 'maker!=checker'),
    ('surrender', ['M_LOCALWDR'], '!(told_withdrawn)'),
    ('surrender', ['M_NOBIND', 'M_EDITKEEPS'], UNBOUND),
    ('surrender', ['M_NOBIND', 'M_STALEREVIEW'], UNBOUND),
    # Two legs: the workstation and the registry each check the version. One alone still carries.
    ('surrender', ['M_NOBIND'], HOLDS),
    ('surrender', ['M_STALEREVIEW'], HOLDS),
    ('surrender', ['M_EDITKEEPS'], HOLDS),
    ('surrender', ['REACH=1'], 'state!=1'),
    ('surrender', ['REACH=2'], 'state!=2'),
    ('surrender', ['REACH=3'], 'state!=3'),
    ('surrender', ['REACH_EFFECT'], HAPPENED),
]


def run(command, folder):
    return subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)


def search(source, definitions):
    """What the exhaustive search says: (broken assertion or None, stored states, transitions)."""
    flags = [f'-D{name}' for name in definitions]
    with tempfile.TemporaryDirectory() as folder:
        made = run(['spin', *flags, '-a', str(source)], folder)
        if made.returncode:
            raise RuntimeError(f'spin: {made.stdout}{made.stderr}')
        built = run(['gcc', '-O0', '-w', '-DSAFETY', '-DCOLLAPSE', '-o', 'pan', 'pan.c'], folder)
        if built.returncode:
            raise RuntimeError(f'gcc: {built.stderr}')
        said = run(['./pan', '-m1000000'], folder).stdout
    errors = re.search(r'errors: (\d+)', said)
    if not errors or 'max search depth too small' in said or 'out of memory' in said:
        raise RuntimeError(f'the search did not end: {said}')
    broken = re.search(r'assertion violated (.*?) \(at depth', said)
    if int(errors.group(1)) and not broken:
        raise RuntimeError(f'an error that is no assertion: {said}')
    return (broken.group(1) if broken else HOLDS,
            int(re.search(r'(\d+) states, stored', said).group(1)),
            int(re.search(r'(\d+) transitions', said).group(1)))


def judge(folder, case):
    model, definitions, expected = case
    name = ' '.join([model, *definitions])
    try:
        broken, states, transitions = search(folder / f'{model}.pml', definitions)
    except (RuntimeError, subprocess.TimeoutExpired, AttributeError) as error:
        return False, f'{name}: {error}'
    said = 'holds' if broken is HOLDS else f'refuted by {broken}'
    squeezed = (broken or '').replace(' ', '').replace('(', '').replace(')', '')
    wanted = (expected or '').replace('(', '').replace(')', '')
    good = (broken is HOLDS) if expected is HOLDS else (broken is not HOLDS and wanted in squeezed)
    text = f'{name}: {said}, {states} states, {transitions} transitions'
    return good, text if good else f'{text}, expected {"that it holds" if expected is HOLDS else expected}'


def mutants_of(folder, model):
    return set(re.findall(r'\bM_[A-Z]+\b', (folder / f'{model}.pml').read_text(encoding='utf-8')))


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    print(f'1..{len(CASES) + 1}', flush=True)
    failed = False
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for number, (good, text) in enumerate(pool.map(lambda case: judge(folder, case), CASES), 1):
            failed |= not good
            print(f'{"ok" if good else "not ok"} {number} {text.splitlines()[0]}', flush=True)
            for line in text.splitlines()[1:]:
                print(f'# {line}')
    # Each mutant of the models is in the table: one that nobody tries would look like one that was refuted.
    tried = {(model, name) for model, definitions, _ in CASES for name in definitions if name.startswith('M_')}
    written = {(model, name) for model in ('order', 'surrender') for name in mutants_of(folder, model)}
    failed |= tried != written
    print(f'{"ok" if tried == written else "not ok"} {len(CASES) + 1} every mutant is tried: {len(written)}')
    return 1 if failed else 0


sys.exit(main())
