#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A venue that breaks every rule it can, by a table. Written without any of our code, so that it shares no mistake with it.

usage: hostile.py DIR NAME…    DIR/NAME.crt and NAME.key: one port for each certificate

The first line of output is the table as JSON: the ports and, for each way (POST, frame, read), the scripts with the number of their
variants and what the client must make of them. Which script is played is chosen by the request: by the body of a command,
{"s": name, "n": variant}, or by the path of a read. After that standard input is asked line by line, and each line answered by one:

    copies KEY        how many copies of that command came in, over all connections
    stream MODE       live: the private stream works; gone: it ends after its hello and is refused from then on
    front MODE        tls: as it should be; or what happens before TLS: shut, close, garbage, hang
"""

import base64
import collections
import hashlib
import json
import os
import socket
import ssl
import struct
import sys
import threading
import time
import urllib.parse
import warnings

from hostile_ws import FRAME_SCRIPTS, HANDSHAKES, frame, read_frame

EPOCH = "e1"
HOLD_S = 20  # longer than any limit of the client
NOW = "2026-12-14T05:20:00.000000Z"
COMMANDS, READS = {}, {}
KINDS = {300: "Multiple Choices"}

lock = threading.Lock()
copies = collections.Counter()
mode = {"stream": "live", "front": "tls", "handshake": "right"}


def script(table, name, expect, variants=1):
    def add(func):
        assert name not in table, name
        table[name] = (func, expect, variants)
        return func

    return add


# --- What is right -----------------------------------------------------------------------------------------------------


def answer_of(command, **change):
    answer = {"type": "answer", "op": command["op"], "key": command["key"], "account": command["account"],
              "body_sha256": hashlib.sha256(command["body"].encode()).hexdigest(), "epoch": EPOCH, "verdict": "accepted",
              "order_id": "O1", "replayed": False, "server_time": NOW, "market_time": NOW}
    answer.update(change)
    return json.dumps({k: v for k, v in answer.items() if v is not None}, separators=(",", ":")).encode()


def problem_of(command, status, code="request.malformed", **change):
    problem = {"type": "about:blank", "title": "no", "status": status, "code": code, "retryable": False, "key": command["key"],
               "epoch": EPOCH, "server_time": NOW, "market_time": NOW}
    problem.update(change)
    return json.dumps({k: v for k, v in problem.items() if v is not None}, separators=(",", ":")).encode()


def list_of(n_rows, **change):
    """A list of orders with its digest, as the contract has it: each row in canonical form and a line feed."""
    rows = [{"order_id": f"O{i:04}", "key": f"PX{i:026}", "account": "HD-POWER", "instrument": "CEA25", "side": "buy", "kind": "limit",
             "price": "97.05", "qty": "100", "cum": "0", "leaves": "100", "state": "working", "by": "p1", "at": NOW}
            for i in range(n_rows)]
    lines = [json.dumps(row, separators=(",", ":")) for row in rows]
    digest = hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()
    rest = {"count": n_rows, "digest": digest, "as_of_seq": 1, "next": None, "epoch": EPOCH, "server_time": NOW, "market_time": NOW}
    rest.update(change)
    return ('{"items":[' + ",".join(lines) + "]," + json.dumps(rest, separators=(",", ":"))[1:]).encode()


def head(status, *lines):
    return "\r\n".join([f"HTTP/1.1 {status} {KINDS.get(status, 'Status')}", *lines, "", ""]).encode()


def whole(status, body, *lines):
    return head(status, "Content-Type: application/json", f"Content-Length: {len(body)}", *lines) + body


def chunked(status, body, size=97, *lines):
    chunks = [body[i:i + size] for i in range(0, len(body), size)] + [b""]
    return head(status, "Content-Type: application/json", "Transfer-Encoding: chunked", *lines) + \
        b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in chunks)


class Gone(Exception):
    """The client has closed the line, or the script says that we do."""


class Line:
    """One connection. Every way to end it badly."""

    def __init__(self, tls):
        self.tls, self.buffer = tls, b""

    def send(self, data):
        try:
            self.tls.sendall(data)
        except (OSError, ValueError):
            raise Gone from None

    def more(self):
        try:
            piece = self.tls.recv(65536)
        except (OSError, ValueError):
            raise Gone from None
        if not piece:
            raise Gone
        self.buffer += piece

    def take(self, n):
        while len(self.buffer) < n:
            self.more()
        piece, self.buffer = self.buffer[:n], self.buffer[n:]
        return piece

    def head(self):
        while b"\r\n\r\n" not in self.buffer:
            self.more()
        text, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        first, *lines = text.decode().split("\r\n")
        method, path, _ = first.split(" ")
        return method, path, {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}

    def close(self):
        """As a broken program does: TCP ends, TLS says nothing."""
        try:
            self.tls.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.tls.close()
        raise Gone

    def notify(self):
        """An orderly end of TLS."""
        try:
            self.tls.settimeout(1)
            self.tls.unwrap()
        except (OSError, ValueError):
            pass
        raise Gone

    def reset(self):
        self.tls.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.tls.close()
        raise Gone

    def hold(self):
        """Silence, until the client has enough."""
        self.tls.settimeout(HOLD_S)
        while True:
            self.more()

    def drip(self, data, every_s, size=1):
        """Each piece in a record of TLS of its own."""
        for i in range(0, len(data), size):
            self.send(data[i:i + size])
            if every_s:
                time.sleep(every_s)

    def flood(self, piece, total):
        sent = 0
        while sent < total:
            self.send(piece)
            sent += len(piece)


# --- POST: what the client must make of it -------------------------------------------------------------------------------

MODEL = {"op": "order.new", "key": "P" * 28, "account": "HD-POWER", "body": "{}"}
ANSWER_LEN = len(whole(200, answer_of(MODEL)))
CHUNKED_LEN = len(chunked(200, answer_of(MODEL)))
P1_STATUSES = [100 * k + i for k in (3, 4, 5) for i in range(0, 60 if k == 4 else 20)]

script(COMMANDS, "right", "answered")(lambda line, c, n: line.send(whole(200, answer_of(c))))
script(COMMANDS, "right-201", "answered")(lambda line, c, n: line.send(whole(201, answer_of(c))))
script(COMMANDS, "right-chunked", "answered")(lambda line, c, n: line.send(chunked(200, answer_of(c))))
script(COMMANDS, "right-in-pieces", "answered")(lambda line, c, n: line.drip(whole(200, answer_of(c)), 0, 7))
script(COMMANDS, "right-after-102", "answered")(lambda line, c, n: line.send(head(102) * 3 + whole(200, answer_of(c))))
script(COMMANDS, "right-rejected", "answered")(lambda line, c, n: line.send(whole(200, answer_of(c, verdict="rejected", code="pick.gone", order_id=None))))
script(COMMANDS, "right-rejected-422", "answered")(lambda line, c, n: line.send(whole(422, answer_of(c, verdict="rejected", code="pick.gone", order_id=None))))
script(COMMANDS, "close-before-head", "ambiguous")(lambda line, c, n: line.close())
script(COMMANDS, "notify-before-head", "ambiguous")(lambda line, c, n: line.notify())
script(COMMANDS, "reset-before-head", "ambiguous")(lambda line, c, n: line.reset())
script(COMMANDS, "silence", "ambiguous")(lambda line, c, n: line.hold())


@script(COMMANDS, "close-after-head", "ambiguous")
def close_after_head(line, command, n):
    line.send(whole(200, answer_of(command))[:-len(answer_of(command))])
    line.close()


@script(COMMANDS, "reset-after-head", "ambiguous")
def reset_after_head(line, command, n):
    line.send(whole(200, answer_of(command))[:-len(answer_of(command))])
    line.reset()


@script(COMMANDS, "cut-close", "ambiguous", ANSWER_LEN)
def cut_close(line, command, n):
    line.send(whole(200, answer_of(command))[:n])
    line.close()


@script(COMMANDS, "cut-notify", "ambiguous", ANSWER_LEN)
def cut_notify(line, command, n):
    line.send(whole(200, answer_of(command))[:n])
    line.notify()


@script(COMMANDS, "cut-chunked", "ambiguous", CHUNKED_LEN - 7)  # the last 7 bytes, CRLF 0 CRLF CRLF, add nothing to the envelope
def cut_chunked(line, command, n):
    line.send(chunked(200, answer_of(command))[:n])
    line.notify()


@script(COMMANDS, "status-without-body", "ambiguous", len(P1_STATUSES))
def status_without_body(line, command, n):
    line.send(whole(P1_STATUSES[n], b"", "Location: /v1/commands", "Retry-After: 0", 'WWW-Authenticate: Basic realm="x"',
                    'Proxy-Authenticate: Digest realm="x", nonce="y"'))


@script(COMMANDS, "status-with-page", "ambiguous", len(P1_STATUSES))
def status_with_page(line, command, n):
    line.send(whole(P1_STATUSES[n], b"<html><h1>It works</h1></html>", "Location: https://localhost/v1/commands", "Connection: close"))


@script(COMMANDS, "status-with-problem", "ambiguous", len(P1_STATUSES))
def status_with_problem(line, command, n):
    line.send(whole(P1_STATUSES[n], problem_of(command, P1_STATUSES[n]), "Location: /v1/elsewhere"))


@script(COMMANDS, "status-with-acceptance", "ambiguous", len([s for s in P1_STATUSES]))
def status_with_acceptance(line, command, n):
    line.send(whole(P1_STATUSES[n], answer_of(command), "Location: /v1/elsewhere"))


FOREIGN = {"other-key": {"key": "PX" + "A" * 26}, "other-account": {"account": "HD-CEMENT"}, "other-op": {"op": "fence"},
           "other-body": {"body_sha256": "00" * 32}}
for name, change in FOREIGN.items():
    script(COMMANDS, name, "foreign")(lambda line, c, n, change=change: line.send(whole(200, answer_of(c, **change))))
script(COMMANDS, "other-epoch", "epoch")(lambda line, c, n: line.send(whole(200, answer_of(c, epoch="e2"))))
script(COMMANDS, "mismatch", "defect")(lambda line, c, n: line.send(whole(409, answer_of(c, verdict="rejected", code="key.mismatch", order_id=None))))
script(COMMANDS, "mismatch-problem", "defect")(lambda line, c, n: line.send(whole(409, problem_of(c, 409, "key.mismatch"))))
script(COMMANDS, "in-progress", "poll")(lambda line, c, n: line.send(whole(409, answer_of(c, verdict="in_progress", order_id=None))))
script(COMMANDS, "empty", "ambiguous")(lambda line, c, n: line.send(whole(200, b"")))
script(COMMANDS, "empty-object", "ambiguous")(lambda line, c, n: line.send(whole(200, b"{}")))
script(COMMANDS, "page", "ambiguous")(lambda line, c, n: line.send(whole(200, b"<html>hello</html>")))
script(COMMANDS, "no-length", "ambiguous")(lambda line, c, n: (line.send(head(200) + answer_of(c)), line.notify()))
script(COMMANDS, "gzip", "ambiguous")(lambda line, c, n: line.send(whole(200, answer_of(c), "Content-Encoding: gzip")))
script(COMMANDS, "identity-said", "ambiguous")(lambda line, c, n: line.send(whole(200, answer_of(c), "Content-Encoding: br")))
script(COMMANDS, "http-2", "ambiguous")(lambda line, c, n: line.send(b"\x00\x00\x08\x07\x00\x00\x00\x00\x00" + b"\x00" * 8))
script(COMMANDS, "http-0.9", "ambiguous")(lambda line, c, n: (line.send(answer_of(c)), line.notify()))
script(COMMANDS, "garbage", "ambiguous")(lambda line, c, n: (line.send(bytes(range(256)) * 8), line.notify()))
script(COMMANDS, "drip-head", "ambiguous")(lambda line, c, n: line.drip(whole(200, answer_of(c)), 0.5))
script(COMMANDS, "interim-storm", "ambiguous")(lambda line, c, n: line.send(head(102) * 500 + whole(200, answer_of(c))))
script(COMMANDS, "continue-storm", "ambiguous")(lambda line, c, n: line.send(head(100) * 500 + whole(200, answer_of(c))))

LENGTHS = ["-1", "+5", "0x10", "99999999999999999999", "18446744073709551616", "9000000", "abc", "5 5", "1e3"]


@script(COMMANDS, "two-lengths", "ambiguous")
def two_lengths(line, command, n):
    body = answer_of(command)
    line.send(head(200, f"Content-Length: {len(body) - 1}", f"Content-Length: {len(body)}") + body)


@script(COMMANDS, "length-and-chunked", "ambiguous")
def length_and_chunked(line, command, n):
    line.send(chunked(200, answer_of(command), 97, "Content-Length: 10"))


@script(COMMANDS, "bad-length", "ambiguous", len(LENGTHS))
def bad_length(line, command, n):
    line.send(head(200, f"Content-Length: {LENGTHS[n]}") + answer_of(command))
    line.notify()


CHUNK_SIZES = [b"zz", b"-1", b"10000000000000000", b"ffffffffffffffff", b"", b" "]


@script(COMMANDS, "bad-chunk", "ambiguous", len(CHUNK_SIZES))
def bad_chunk(line, command, n):
    line.send(head(200, "Transfer-Encoding: chunked") + CHUNK_SIZES[n] + b"\r\n" + answer_of(command) + b"\r\n0\r\n\r\n")
    line.notify()


# A NUL in a value and in a name. What the library mends before anybody sees it is the next row: a line that goes on in the next one (RFC 9112
# 5.2 lets a client read a blank there), line feeds alone (2.2).
OLD_HEADS = [lambda b: b.replace(b"\r\n\r\n", b"\r\nX-A: a\r\n b\r\n\r\n", 1),
             lambda b: b[:b.index(b"\r\n\r\n")].replace(b"\r\n", b"\n") + b"\n\n" + b[b.index(b"\r\n\r\n") + 4:]]


script(COMMANDS, "nul-in-value", "ambiguous")(lambda line, c, n: line.send(whole(200, answer_of(c), "X-A: a\0b")))
script(COMMANDS, "nul-in-name", "ambiguous")(lambda line, c, n: line.send(whole(200, answer_of(c), "X\0-A: b")))


@script(COMMANDS, "old-head", "answered", len(OLD_HEADS))
def old_head(line, command, n):
    line.send(OLD_HEADS[n](whole(200, answer_of(command))))


JSON_TRICKS = [lambda a: a.replace(b'"verdict"', b'"verdict":"rejected","verdict"'), lambda a: b"\xef\xbb\xbf" + a, lambda a: a + a,
               lambda a: a.replace(b'"', b"'"), lambda a: b"/* x */" + a, lambda a: a[:-1] + b',"x":01}', lambda a: a[:-1] + b',"x":"\\udc00"}',
               lambda a: a[:-1] + b',"x":"\xff"}', lambda a: a[:-1] + b',"x":"\x00"}', lambda a: a[:-1] + b',"x":' + b"[" * 100000 + b"]" * 100000 + b"}",
               lambda a: a.replace(b'"accepted"', b"1"), lambda a: a.replace(b'"accepted"', b'"maybe"'), lambda a: a.replace(b'"accepted"', b"null"),
               lambda a: a.replace(b'"replayed":false', b'"replayed":"false"'), lambda a: a.replace(NOW.encode(), b"2026-W47-5"),
               lambda a: b"[" + a + b"]"]


@script(COMMANDS, "json", "ambiguous", len(JSON_TRICKS))
def json_tricks(line, command, n):
    line.send(whole(200, JSON_TRICKS[n](answer_of(command))))


# --- Bombs: for commands and reads alike ------------------------------------------------------------------------------------

BOMB = 300 << 20
PIECE = b"x" * (1 << 20)


def bomb(name):
    def add(func):
        script(COMMANDS, "bomb-" + name, "ambiguous")(lambda line, c, n: func(line))
        script(READS, "bomb-" + name, "error")(lambda line, n: func(line))
        return func

    return add


bomb("length")(lambda line: (line.send(head(200, f"Content-Length: {BOMB}")), line.flood(PIECE, BOMB)))
bomb("chunks")(lambda line: (line.send(head(200, "Transfer-Encoding: chunked")), line.flood(b"100000\r\n" + PIECE + b"\r\n", BOMB)))
bomb("chunk-of-one")(lambda line: (line.send(head(200, "Transfer-Encoding: chunked")), line.flood(b"1\r\nx\r\n" * 10000, BOMB // 4)))
bomb("no-length")(lambda line: (line.send(head(200)), line.flood(PIECE, BOMB)))
bomb("gzip")(lambda line: (line.send(head(200, "Content-Encoding: gzip", "Transfer-Encoding: chunked")), line.flood(b"100000\r\n" + PIECE + b"\r\n", BOMB)))
bomb("header")(lambda line: (line.send(b"HTTP/1.1 200 OK\r\nX: "), line.flood(PIECE, BOMB)))
bomb("headers")(lambda line: (line.send(b"HTTP/1.1 200 OK\r\n"), line.flood(b"X-A: b\r\n" * 10000, BOMB // 4)))
bomb("status-line")(lambda line: (line.send(b"HTTP/1.1 200 "), line.flood(PIECE, BOMB)))
bomb("chunk-size")(lambda line: (line.send(head(200, "Transfer-Encoding: chunked")), line.flood(b"0" * (1 << 20), BOMB)))
bomb("chunk-extension")(lambda line: (line.send(head(200, "Transfer-Encoding: chunked") + b"1;"), line.flood(PIECE, BOMB)))
bomb("trailers")(lambda line: (line.send(head(200, "Transfer-Encoding: chunked") + b"1\r\nx\r\n0\r\n"), line.flood(b"X-A: b\r\n" * 10000, BOMB // 4)))
bomb("interim")(lambda line: line.flood(head(103) * 1000, BOMB // 4))
bomb("depth")(lambda line: line.send(whole(200, b"[" * (7 << 20))))
bomb("array")(lambda line: line.send(whole(200, b"[" + b"{}," * 1000000 + b"{}]")))

# --- Reads -----------------------------------------------------------------------------------------------------------------

LIST_ROWS = 2
LIST = list_of(LIST_ROWS)

script(READS, "right", "list")(lambda line, n: line.send(whole(200, LIST)))
script(READS, "right-chunked", "list")(lambda line, n: line.send(chunked(200, LIST)))
script(READS, "count", "error")(lambda line, n: line.send(whole(200, list_of(LIST_ROWS, count=LIST_ROWS + 1))))
script(READS, "digest", "error")(lambda line, n: line.send(whole(200, list_of(LIST_ROWS, digest="0" * 64))))
script(READS, "redirect", "error", 5)(lambda line, n: line.send(whole([301, 302, 303, 307, 308][n], LIST, "Location: /v1/hostile/right/0")))
script(READS, "challenge", "error")(lambda line, n: line.send(whole(401, LIST, 'WWW-Authenticate: Basic realm="x"')))
script(READS, "drip", "error")(lambda line, n: line.drip(whole(200, LIST), 0.5))
script(READS, "silence", "error")(lambda line, n: line.hold())


@script(READS, "cut-length", "error", len(whole(200, LIST)))
def cut_length(line, n):
    line.send(whole(200, LIST)[:n])
    line.close()


@script(READS, "cut-chunked", "error", len(chunked(200, LIST)) - 7)
def cut_read_chunked(line, n):
    line.send(chunked(200, LIST)[:n])
    line.notify()


# Pages: one list of one moment, or none.


def page(line, rows, following, **change):
    line.send(whole(200, list_of(rows, next=following, **change)))


@script(READS, "pages", "list")
def pages(line, n):
    at = int(line.cursor or "0")
    page(line, 1 if at < 2 else 0, str(at + 1) if at < 2 else None)


@script(READS, "pages-grow-once", "list")
def pages_grow_once(line, n):
    with lock:
        copies["grow-once"] += 1
        asked = copies["grow-once"]
    page(line, 1, None if line.cursor else "a b&c=d", as_of_seq=2 if asked == 2 else 1)


script(READS, "pages-grow", "error")(lambda line, n: page(line, 1, None if line.cursor else "1", as_of_seq=2 if line.cursor else 1))
script(READS, "pages-circle", "error")(lambda line, n: page(line, 1, "1"))
script(READS, "pages-endless", "error")(lambda line, n: page(line, 1, str(int(line.cursor or "0") + 1)))
script(READS, "pages-empty", "error")(lambda line, n: page(line, 0, "1"))
script(READS, "pages-epoch", "error")(lambda line, n: page(line, 1, None if line.cursor else "1", epoch="e2" if line.cursor else EPOCH))
script(READS, "pages-second-cut", "error")(lambda line, n: line.close() if line.cursor else page(line, 1, "1"))
script(READS, "other-epoch", "error")(lambda line, n: page(line, LIST_ROWS, None, epoch="e2"))

# The long one of P18: every offset when it is asked for (CARBONDESK_CUT_STEP=1), else each 997th.
LONG = list_of(250)
STEP = int(os.environ.get("CARBONDESK_CUT_STEP", "997"))


@script(READS, "cut-long-length", "error", len(LONG) // STEP)
def cut_long_length(line, n):
    line.send(whole(200, LONG)[:n * STEP])
    line.notify()


@script(READS, "cut-long-chunked", "error", len(LONG) // STEP)
def cut_long_chunked(line, n):
    line.send(chunked(200, LONG, 4096)[:n * STEP])
    line.notify()


@script(READS, "cut-long-close", "error", len(LONG) // STEP)
def cut_long_close(line, n):
    line.send(head(200, "Content-Type: application/json") + LONG[:n * STEP])
    line.notify()


# --- The server ------------------------------------------------------------------------------------------------------------


def play_command(line, headers):
    command = json.loads(line.take(int(headers["content-length"])))
    assert headers.get("idempotency-key") == command["key"], headers
    with lock:
        copies[command["key"]] += 1
    what = json.loads(command["body"])
    func, expect, variants = COMMANDS[what["s"]]
    func(line, command, what["n"])


def play_read(line, path, query):
    name, variant = path.split("/")[3:5]
    line.cursor = urllib.parse.parse_qs(query).get("cursor", [None])[0]
    func, expect, variants = READS[name]
    func(line, int(variant))


def open_stream(line, path, headers):
    with lock:
        gone, handshake = mode["stream"], mode["handshake"]
    if gone == "refused":
        line.send(whole(503, b""))
        return
    accept = base64.b64encode(hashlib.sha1((headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
    if handshake != "right":
        HANDSHAKES[handshake][0](line, accept)
        line.hold()
    line.send(head(101, "Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Accept: {accept}"))
    hello = {"type": "hello", "epoch": EPOCH, "person": "p1", "server_time": NOW, "market_time": NOW, "last_seq": {"HD-POWER": 0}}
    line.send(frame(1, json.dumps(hello).encode()))
    if gone == "gone":
        with lock:
            mode["stream"] = "refused"
        line.close()
    while True:
        opcode, payload = read_frame(line)
        if opcode == 8:
            raise Gone
        if opcode != 1:
            continue
        command = json.loads(payload)
        with lock:
            copies[command["key"]] += 1
        what = json.loads(command["body"])
        FRAME_SCRIPTS[what["s"]][0](line, answer_of, command, what["n"])


def serve(tls):
    line = Line(tls)
    try:
        method, path, headers = line.head()
        bare, query = urllib.parse.urlsplit(path)[2:4]
        if bare == "/v1/private" or bare == "/v1/md":
            open_stream(line, path, headers)
        elif method == "POST" and bare == "/v1/commands":
            play_command(line, headers)
        elif method == "GET" and bare.startswith("/v1/hostile/"):
            play_read(line, bare, query)
        else:
            line.send(whole(404, b""))
        line.notify()
    except Gone:
        pass
    finally:
        tls.close()


def front(raw, context):
    """What happens before TLS, and TLS."""
    with lock:
        kind = mode["front"]
    raw.settimeout(HOLD_S)
    try:
        if kind == "tls":
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            serve(context.wrap_socket(raw, server_side=True))
            return
        if kind == "garbage":
            raw.recv(4096)
            raw.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" * 10)
        elif kind == "hang":
            while raw.recv(4096):
                pass
    except (OSError, ValueError):
        pass
    raw.close()


def listen(folder, name):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")  # this side takes everything
    if name == "old-tls":
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    context.load_cert_chain(os.path.join(folder, name + ".crt"), os.path.join(folder, name + ".key"))
    server = socket.create_server(("127.0.0.1", 0), backlog=256)

    def accept():
        while True:
            raw, _ = server.accept()
            with lock:
                shut = mode["front"] == "shut"
            if shut:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                raw.close()
                continue
            threading.Thread(target=front, args=(raw, context), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return server.getsockname()[1]


def table(scripts):
    return [{"name": name, "expect": entry[1], "variants": entry[2]} for name, entry in scripts.items()]


def main():
    threading.stack_size(256 * 1024)
    folder, *names = sys.argv[1:]
    print(json.dumps({"ports": {name: listen(folder, name) for name in names}, "post": table(COMMANDS), "frame": table(FRAME_SCRIPTS),
                      "read": table(READS), "handshake": table(HANDSHAKES)}), flush=True)
    for text in sys.stdin:
        words = text.split()
        with lock:
            if words[0] in mode and len(words) == 2:
                mode[words[0]] = words[1]
            answer = {"n": copies[words[1]]} if words[0] == "copies" else {}
            print(json.dumps(answer), flush=True)


main()
