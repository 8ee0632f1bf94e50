# SPDX-License-Identifier: GPL-3.0-or-later
"""Icons: well-formed, of the size their folder says, nothing drawn from outside, symbolic ones in one colour."""
import re
import xml.etree.ElementTree as ET

import common

SVG = '{http://www.w3.org/2000/svg}'
SIZES = {'scalable': '128', 'symbolic': '16'}


def check_icon(root, path, findings):
    text = common.read(root, path)
    try:
        top = ET.fromstring(text)
    except ET.ParseError as error:
        findings.add(path, error.position[0], f'not well-formed: {error}')
        return
    kind = next((k for k in SIZES if k in path.parts), None)
    size = SIZES.get(kind, '16')
    if top.tag != SVG + 'svg':
        findings.add(path, 1, f'the top element is {top.tag}, expected svg')
    for name, wanted in (('viewBox', f'0 0 {size} {size}'), ('width', size), ('height', size)):
        if top.get(name) != wanted:
            findings.add(path, 1, f'{name} is {top.get(name)}, expected {wanted}')
    for element in top.iter():
        if element.tag in (SVG + 'image', SVG + 'script', SVG + 'text', SVG + 'foreignObject'):
            findings.add(path, 1, f'holds {element.tag[len(SVG):]}, expected shapes only')
    if kind == 'symbolic' and len({c.lower() for c in re.findall(r'fill="(#\w+)"', text)}) > 1:
        findings.add(path, 1, 'several colours, expected one (a symbolic icon is recoloured)')


def check(root, findings):
    icons = common.files(root, 'data/icons', suffixes=['.svg'])
    for path in icons:
        check_icon(root, path, findings)
    return len(icons)


common.main(check)
