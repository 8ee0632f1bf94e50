#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The hooks that break rules are in the first program, where they belong, and in none of the others.
import subprocess
import sys


def has_hooks(program):
    return ' cd_mutants\n' in subprocess.run(['nm', program], check=True, capture_output=True, text=True).stdout


wrong = [] if has_hooks(sys.argv[1]) else [sys.argv[1] + ': expected the hooks']
wrong += [program + ': expected no hooks' for program in sys.argv[2:] if has_hooks(program)]
print('\n'.join(wrong) or f'{len(sys.argv) - 2} programs without hooks')
sys.exit(1 if wrong else 0)
