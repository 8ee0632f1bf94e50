#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The other gate: every built-in pack fits the schema, and every structural fault of tests/fixtures/bad-packs does not.

Faults that a schema cannot see (order, overlap, references) are marked "schema": false in the manifest; the schema has to accept
those, so that both gates are known to agree where they overlap. What is no JSON at all has no schema verdict.
"""
import json
import pathlib
import sys

import jsonschema


def unique(pairs):
    names = [name for name, _ in pairs]
    if len(names) != len(set(names)):
        raise ValueError("duplicate name")
    return dict(pairs)


def main():
    root = pathlib.Path(sys.argv[1])
    schema = json.loads((root / "data/schema/pack.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    folder = root / "tests/fixtures/bad-packs"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    wrong = 0
    packs = sorted((root / "data/packs").glob("*.json")) + [folder / manifest["good"]]
    for path in packs:
        for error in validator.iter_errors(json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=unique)):
            print(f"{path.name}: {error.json_path}: {error.message[:200]}")
            wrong += 1
    for case in manifest["bad"]:
        if case["code"] == "json":
            continue
        pack = json.loads((folder / case["file"]).read_text(encoding="utf-8"))
        refused = not validator.is_valid(pack)
        if refused != case["schema"]:
            print(f"{case['file']}: the schema {'refuses' if refused else 'accepts'} it, the manifest says otherwise")
            wrong += 1
    print(f"packs: {len(packs)}, bad packs: {len(manifest['bad'])}, wrong: {wrong}")
    return 1 if wrong or not packs or not manifest["bad"] else 0


sys.exit(main())
