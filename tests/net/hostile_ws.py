# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of the table that speaks WebSocket: broken handshakes, illegal frames, lying answers."""

import struct
import time

FRAME_SCRIPTS, HANDSHAKES = {}, {}


def frame(opcode, payload, fin=True, reserved=0, mask=False, length=None):
    """@length: written as it is, in the form of its size: 1, 3 or 9 bytes."""
    first = bytes([(0x80 if fin else 0) | reserved | opcode])
    n = len(payload) if length is None else length
    bit = 0x80 if mask else 0
    if n < 126:
        size = bytes([bit | n])
    elif n < 65536:
        size = bytes([bit | 126]) + struct.pack(">H", n)
    else:
        size = bytes([bit | 127]) + struct.pack(">Q", n)
    return first + size + (b"\x01\x02\x03\x04" if mask else b"") + (bytes(b ^ (1 + i % 4) for i, b in enumerate(payload)) if mask else payload)


def read_frame(line):
    first, second = line.take(2)
    n = second & 0x7F
    if n == 126:
        n = struct.unpack(">H", line.take(2))[0]
    elif n == 127:
        n = struct.unpack(">Q", line.take(8))[0]
    assert second & 0x80, "a client masks"
    mask, payload = line.take(4), line.take(n)
    return first & 0x0F, bytes(b ^ mask[i % 4] for i, b in enumerate(payload))


def script(name, expect, variants=1):
    def add(func):
        assert name not in FRAME_SCRIPTS, name
        FRAME_SCRIPTS[name] = (func, expect, variants)
        return func

    return add


# --- Lawful ----------------------------------------------------------------------------------------------------------------

script("right", "answered")(lambda line, answer, c, n: line.send(frame(1, answer(c))))
script("right-rejected", "answered")(lambda line, answer, c, n: line.send(frame(1, answer(c, verdict="rejected", code="pick.gone", order_id=None))))
script("right-in-pieces", "answered")(lambda line, answer, c, n: line.drip(frame(1, answer(c)), 0, 7))
script("right-after-progress", "answered")(lambda line, answer, c, n: line.send(frame(1, answer(c, verdict="in_progress", order_id=None)) + frame(1, answer(c))))
script("right-twice", "answered")(lambda line, answer, c, n: line.send(frame(1, answer(c)) * 2))


@script("right-in-fragments", "answered")
def fragments(line, answer, command, n):
    text = answer(command)
    line.send(frame(1, text[:50], fin=False) + frame(9, b"ping") + frame(0, text[50:100], fin=False) + frame(0, text[100:]))


# --- Silence and cuts --------------------------------------------------------------------------------------------------------

script("close", "ambiguous")(lambda line, answer, c, n: line.close())
script("notify", "ambiguous")(lambda line, answer, c, n: line.notify())
script("reset", "ambiguous")(lambda line, answer, c, n: line.reset())
script("silence", "ambiguous")(lambda line, answer, c, n: line.hold())
script("progress-only", "ambiguous")(lambda line, answer, c, n: line.send(frame(1, answer(c, verdict="in_progress", order_id=None))))
script("drip", "ambiguous")(lambda line, answer, c, n: line.drip(frame(1, answer(c)), 0.5))
CUTS = 300


@script("cut", "ambiguous", CUTS)
def cut(line, answer, command, n):
    text = frame(1, answer(command))
    assert len(text) >= CUTS, len(text)
    line.send(text[:n])
    line.close()


# --- Illegal: whatever follows in the same packet must not be delivered -----------------------------------------------------------

BAD = {
    "rsv1": frame(1, b"{}", reserved=0x40), "rsv2": frame(1, b"{}", reserved=0x20), "rsv3": frame(1, b"{}", reserved=0x10),
    "rsv1-control": frame(9, b"", reserved=0x40),
    "opcode-3": frame(3, b"{}"), "opcode-4": frame(4, b"{}"), "opcode-5": frame(5, b"{}"), "opcode-6": frame(6, b"{}"), "opcode-7": frame(7, b"{}"),
    "opcode-11": frame(11, b""), "opcode-12": frame(12, b""), "opcode-13": frame(13, b""), "opcode-14": frame(14, b""), "opcode-15": frame(15, b""),
    "masked": frame(1, b"{}", mask=True), "masked-ping": frame(9, b"", mask=True),
    "ping-126": frame(9, b"x" * 126), "ping-60000": frame(9, b"x" * 60000), "pong-126": frame(10, b"x" * 126), "close-126": frame(8, b"\x03\xe8" + b"x" * 124),
    "ping-in-fragments": frame(9, b"x", fin=False) + frame(0, b"x"), "close-in-fragments": frame(8, b"\x03\xe8", fin=False),
    "close-half-a-code": frame(8, b"\x03"),
    "continuation-alone": frame(0, b"{}"), "continuation-after-end": frame(1, b"{", fin=False) + frame(0, b"}") + frame(0, b"{}"),
    "message-in-message": frame(1, b"{", fin=False) + frame(1, b"{}"),
    "text-not-utf8": frame(1, b'{"a":"\xff\xfe"}'), "text-cut-utf8": frame(1, b'{"a":"\xe7\xa2"}'), "text-overlong": frame(1, b'{"a":"\xc0\xaf"}'),
    "text-surrogate": frame(1, b'{"a":"\xed\xa0\x80"}'),
    "not-minimal-16": b"\x81\x7e\x00\x02{}", "not-minimal-64": b"\x81\x7f" + b"\x00" * 7 + b"\x02{}", "length-top-bit": b"\x81\x7f\x80" + b"\x00" * 7,
    "length-2-to-62": b"\x81\x7f\x3f" + b"\xff" * 7, "too-long": frame(1, b"", length=(1 << 20) + 1),
    "binary": frame(2, b"{}"), "not-json": frame(1, b"<html>"), "empty": frame(1, b""), "two-roots": frame(1, b"{}{}"),
    "deep": frame(1, b"[" * 100000), "duplicate-type": frame(1, b'{"type":"hb","type":"answer"}'), "hb-without-members": frame(1, b'{"type":"hb"}'),
}
for name, wrong in BAD.items():
    script("bad-" + name, "ambiguous")(lambda line, answer, c, n, wrong=wrong: (line.send(wrong + frame(1, answer(c))), line.hold()))

CLOSE_CODES = [0, 999, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 1015, 1016, 2999, 3000, 4999, 5000, 65535]


@script("close-code", "ambiguous", len(CLOSE_CODES))
def close_code(line, answer, command, n):
    line.send(frame(8, struct.pack(">H", CLOSE_CODES[n]) + "再见".encode()) + frame(1, answer(command)))
    line.hold()


script("close-bad-utf8", "ambiguous")(lambda line, answer, c, n: (line.send(frame(8, b"\x03\xe8\xff\xff") + frame(1, answer(c))), line.hold()))
script("close-empty", "ambiguous")(lambda line, answer, c, n: (line.send(frame(8, b"") + frame(1, answer(c))), line.hold()))


# --- Bombs --------------------------------------------------------------------------------------------------------------------

@script("bomb-fragments", "ambiguous")
def bomb_fragments(line, answer, command, n):
    """1,600 fragments of 128 KiB: the library would keep them all."""
    line.send(frame(1, b"x" * (128 << 10), fin=False))
    line.flood(frame(0, b"x" * (128 << 10), fin=False), 200 << 20)


script("bomb-tiny-fragments", "ambiguous")(lambda line, answer, c, n: (line.send(frame(1, b"x", fin=False)), line.flood(frame(0, b"x", fin=False) * 10000, 50 << 20)))
script("bomb-empty-fragments", "ambiguous")(lambda line, answer, c, n: (line.send(frame(1, b"", fin=False)), line.flood(frame(0, b"", fin=False) * 10000, 20 << 20)))
script("bomb-pings", "ambiguous")(lambda line, answer, c, n: line.flood(frame(9, b"x" * 125) * 1000, 100 << 20))
script("bomb-long-messages", "ambiguous")(lambda line, answer, c, n: line.flood(frame(1, b'{"type":"later","x":"' + b"y" * 1000000 + b'"}'), 200 << 20))
script("bomb-answers-for-others", "ambiguous")(lambda line, answer, c, n: line.flood(frame(1, answer(c, key="PX" + "B" * 26)) * 500, 20 << 20))


# --- Answers that lie --------------------------------------------------------------------------------------------------------------

LIES = {
    "other-account": ({"account": "HD-CEMENT"}, "foreign"), "other-op": ({"op": "fence"}, "foreign"), "other-body": ({"body_sha256": "00" * 32}, "foreign"),
    "other-epoch": ({"epoch": "e2"}, "epoch"), "mismatch": ({"verdict": "rejected", "code": "key.mismatch", "order_id": None}, "defect"),
}
for name, (change, expect) in LIES.items():
    script(name, expect)(lambda line, answer, c, n, change=change: line.send(frame(1, answer(c, **change))))
# Of another key: that one is foreign, and ours is still open when the line ends.
script("other-key", "ambiguous")(lambda line, answer, c, n: (line.send(frame(1, answer(c, key="PX" + "A" * 26))), time.sleep(0.2), line.close()))
script("contradiction", "defect")(lambda line, answer, c, n: line.send(frame(1, answer(c)) + frame(1, answer(c, verdict="rejected", code="pick.gone", order_id=None))))


# --- Handshakes: no stream comes of them ---------------------------------------------------------------------------------------------

def handshake(name, *lines, status="101 Switching Protocols"):
    HANDSHAKES[name] = (lambda line, accept: line.send(("\r\n".join([f"HTTP/1.1 {status}", *[t.replace("ACCEPT", accept) for t in lines], "", ""])).encode()), "refused", 1)


RIGHT = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: ACCEPT"]
handshake("no-accept", *RIGHT[:2])
handshake("wrong-accept", *RIGHT[:2], "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=")
handshake("two-accepts", *RIGHT, "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=")
handshake("no-upgrade", *RIGHT[1:])
handshake("other-upgrade", "Upgrade: h2c", *RIGHT[1:])
handshake("no-connection", RIGHT[0], RIGHT[2])
handshake("protocol", *RIGHT, "Sec-WebSocket-Protocol: chat")
handshake("deflate", *RIGHT, "Sec-WebSocket-Extensions: permessage-deflate")
for code in (200, 204, 301, 302, 303, 307, 308, 400, 401, 403, 404, 407, 421, 426, 429, 500, 503):
    handshake(f"status-{code}", *RIGHT, "Content-Length: 0", "Location: /v1/private", status=f"{code} Status")
handshake("interim-first", "", "HTTP/1.1 101 Switching Protocols", *RIGHT, status="103 Early Hints")
handshake("not-http", *RIGHT, status="")
HANDSHAKES["head-bomb"] = (lambda line, accept: (line.send(b"HTTP/1.1 101 X\r\nX: "), line.flood(b"x" * 65536, 300 << 20)), "refused", 1)
HANDSHAKES["head-drip"] = (lambda line, accept: line.drip(b"HTTP/1.1 101 X\r\n" + b"X: y\r\n" * 100, 0.3), "refused", 1)
HANDSHAKES["close"] = (lambda line, accept: line.close(), "refused", 1)
HANDSHAKES["silence"] = (lambda line, accept: line.hold(), "refused", 1)
