#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input by number (E2 to E4 of the catalogue): what is sent to the real venue, and exactly what it says.

Each case sends bytes and compares status, code and the place that the words name; after each the account is as it was, unless the case is one
that must be accepted. Ends with "N of M" and the cases that are somebody else's, with the reason.

Usage: test-cases.py PROGRAM [--show]
"""

import gzip
import json
import socket
import ssl
import struct
import sys
import time

from venue_client import LIMIT_S, Venue, WebSocket, command, instant, make_key, order_body, temporary

PROGRAM = sys.argv[1]
SHOW = "--show" in sys.argv
POWER, TRADER, SECOND, CEMENT = "HD-POWER", "power-trader", "power-second", "HD-CEMENT"
LOST = (EOFError, ConnectionError, OSError)
CASES, ELSEWHERE = [], {}


def case(number, expected, keeps=True):
    def add(function):
        CASES.append((number, expected, keeps, function))
        return function
    return add


def elsewhere(reason, *numbers):
    for number in numbers:
        ELSEWHERE[number] = reason


class World:
    def __init__(self, venue):
        self.venue = venue
        listed = venue.get("/v1/instruments", TRADER)[1]["items"]
        self.low = next(i for i in listed if i["code"] == "CEA25")["limit_low"]

    def state(self):
        return [self.venue.get(f"/v1/accounts/{POWER}/{what}", TRADER)[1]["items"] for what in ["orders?state=all", "holdings", "cash"]]

    def frame(self, **changes):
        frame = command("order.new", POWER, order_body("buy", "list", self.low, 10, TRADER))
        frame.update(changes)
        return {k: v for k, v in frame.items() if v is not None}

    def body(self, raw):
        return self.frame(body=raw)

    # --- HTTP, byte for byte ---

    def raw(self, data, person=TRADER, limit=LIMIT_S, slow=0):
        """(status, code, words) of the first answer to @data; "cut" when there is none."""
        with self.venue.tls(person).wrap_socket(socket.create_connection(("localhost", self.venue.port), limit), server_hostname="localhost") as line:
            line.settimeout(limit)
            answer = b""
            try:
                if slow:
                    start = data.index(b"\r\n\r\n") + 4
                    line.sendall(data[:start])
                    for i in range(start, len(data)):
                        line.sendall(data[i:i + 1])
                        time.sleep(slow)
                else:
                    line.sendall(data)
                while b"\r\n\r\n" not in answer:
                    piece = line.recv(65536)
                    if not piece:
                        return ("cut",)
                    answer += piece
                head, rest = answer.split(b"\r\n\r\n", 1)
                length = next((int(h.split(b":")[1]) for h in head.split(b"\r\n") if h.lower().startswith(b"content-length:")), 0)
                while len(rest) < length:
                    rest += line.recv(65536)
            except (ssl.SSLError, ConnectionError, TimeoutError):
                return ("cut",)
        return self.read(int(head.split(b" ")[1]), rest)

    def read(self, status, body):
        try:
            answer = json.loads(body)
        except ValueError:
            return (status, "", "")
        words = answer.get("detail") or ""
        if answer.get("a") is not None:
            words += f" a={answer['a']} b={answer['b']}"
        return (status, answer.get("code") or answer.get("verdict") or "", words.strip())

    def head(self, length=None, more="", key="K"):
        size = f"Content-Length: {length}\r\n" if length is not None else ""
        return f"POST /v1/commands HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: {key}\r\nContent-Type: application/json\r\n{size}{more}\r\n".encode()

    def post(self, content, key="K", more=""):
        content = content if isinstance(content, bytes) else json.dumps(content).encode()
        return self.raw(self.head(len(content), more, key) + content)

    def send(self, frame, person=TRADER, key=None):
        status, _, body = self.venue.request("POST", "/v1/commands", person, json.dumps(frame).encode(), {"Idempotency-Key": key or frame["key"]})
        return self.read(status, body)

    def order(self, **members):
        body = json.loads(order_body("buy", "list", self.low, 10, TRADER))
        body.update(members)
        return self.send(self.body(json.dumps({k: v for k, v in body.items() if v != "-"})))

    # --- Instructions ---

    def propose(self, content, person=TRADER, account=POWER, key=None):
        return self.send(command("instruction.propose", account, json.dumps({**content, "version": 1}), key=key, deadline=0), person)

    def step(self, op, person, **body):
        return self.send(command(op, POWER, json.dumps(body), deadline=0), person)

    def proposed(self, **content):
        key = make_key()
        content = content or {"kind": "transfer", "from": "trading", "to": "registry", "asset": "CEA25", "qty": "10"}
        assert self.propose(content, key=key)[1] == "accepted"
        rows = self.venue.get(f"/v1/registry/accounts/{POWER}/instructions", TRADER)[1]["items"]
        return key, next(r for r in rows if r["id"] == key)["hash"]

    # --- WebSocket ---

    def ws(self, private=True):
        line = self.venue.socket("/v1/private" if private else "/v1/md", TRADER if private else None)
        assert line.status == 101
        return line

    def end_of(self, line, limit=15):
        """How the line ends: the code of its close, or "cut"; "open" when it goes on."""
        try:
            line.until(lambda m: False, limit)
        except AssertionError:
            return "open"
        except LOST:
            pass
        return line.closed if line.closed is not None else "cut"

    def frames(self, data, private=True):
        line = self.ws(private)
        try:
            line.sock.sendall(data)
        except LOST:
            pass
        end = self.end_of(line)
        line.close()
        return (end,)

    def handshake(self, headers):
        return self.raw(("GET /v1/md HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n").encode(), None)[0]


def masked(opcode, payload, fin=True, rsv=0, mask=True, length=None):
    n = len(payload) if length is None else length
    head = bytes([(0x80 if fin else 0) | rsv | opcode])
    bit = 0x80 if mask else 0
    if n < 126:
        head += bytes([bit | n])
    elif n < 65536:
        head += bytes([bit | 126]) + struct.pack(">H", n)
    else:
        head += bytes([bit | 127]) + struct.pack(">Q", n)
    return head + (b"\0\0\0\0" if mask else b"") + payload


# --- E2: instructions, persons, accounts ---

TRANSFER = {"kind": "transfer", "from": "trading", "to": "registry", "asset": "CEA25", "qty": "10"}


def surrender(year=2025, allowances=(), credits=()):
    return {"kind": "surrender", "year": year, "allowances": [{"asset": a, "qty": q} for a, q in allowances], "credits": [{"asset": a, "qty": q} for a, q in credits]}


case("AP2", (200, "surrender.more_than_owed", "1000001"))(lambda w: w.propose(surrender(allowances=[("CEA25", "1000001")]), person="cement-trader", account=CEMENT))
case("AP3", (200, "balance.insufficient", "a=30001 b=30000"))(lambda w: w.propose({**TRANSFER, "qty": "30001"}))
case("AP4", (200, "year.closed", ""))(lambda w: w.propose(surrender(2019, [("CEA25", "1")])))
case("AP5a", (200, "year.closed", ""))(lambda w: w.propose(surrender(25, [("CEA25", "1")])))
case("AP5b", (200, "year.closed", ""))(lambda w: w.propose(surrender(20205, [("CEA25", "1")])))
case("AP5c", (200, "request.malformed", "$.year"))(lambda w: w.propose(surrender("2025", [("CEA25", "1")])))
case("AP9", (200, "rights.missing", ""))(lambda w: w.propose(TRANSFER, account=CEMENT))


@case("AP6", (200, "vintage.not_usable", "CEA24"), keeps=False)
def wrong_unit(w):
    key, digest = w.proposed(**{**TRANSFER, "asset": "CEA24"})
    assert w.step("instruction.confirm", SECOND, id=key, version=1, hash=digest)[1] == "accepted"
    return w.propose(surrender(allowances=[("CEA24", "1")]))


@case("AP12", (200, "instruction.same_person", ""), keeps=False)
def same_person(w):
    w.send(command("practice.roles", POWER, json.dumps({"person": TRADER, "roles": "view enter cash approve"}), deadline=0), "province")
    key, digest = w.proposed()
    answer = w.step("instruction.confirm", TRADER, id=key, version=1, hash=digest)
    w.send(command("practice.roles", POWER, json.dumps({"person": TRADER, "roles": "view enter cash"}), deadline=0), "province")
    return answer


@case("AP13", (200, "instruction.stale", ""), keeps=False)
def stale(w):
    key, digest = w.proposed()
    w.step("instruction.edit", TRADER, **{**TRANSFER, "qty": "11", "id": key, "version": 1})
    return w.step("instruction.confirm", SECOND, id=key, version=1, hash=digest)


@case("AP14", (200, "instruction.state", ""), keeps=False)
def two_checkers(w):
    key, digest = w.proposed()
    assert w.step("instruction.confirm", SECOND, id=key, version=1, hash=digest)[1] == "accepted"
    return w.step("instruction.confirm", SECOND, id=key, version=1, hash=digest)


@case("AP15", (200, "instruction.state", ""), keeps=False)
def edit_after(w):
    key, digest = w.proposed()
    assert w.step("instruction.confirm", SECOND, id=key, version=1, hash=digest)[1] == "accepted"
    return w.step("instruction.edit", TRADER, **{**TRANSFER, "qty": "11", "id": key, "version": 1})


@case("AP16", (200, "rights.missing", ""), keeps=False)
def role_removed(w):
    key, digest = w.proposed()
    w.send(command("practice.roles", POWER, json.dumps({"person": SECOND, "roles": "view"}), deadline=0), "province")
    answer = w.step("instruction.confirm", SECOND, id=key, version=1, hash=digest)
    w.send(command("practice.roles", POWER, json.dumps({"person": SECOND, "roles": "view approve"}), deadline=0), "province")
    return answer


@case("AP18", (200, "instruction.state", ""), keeps=False)
def withdraw_executed(w):
    key, digest = w.proposed()
    assert w.step("instruction.confirm", SECOND, id=key, version=1, hash=digest)[1] == "accepted"
    return w.step("instruction.withdraw", TRADER, id=key, version=1, reason="late")


@case("AP19", (200, "key.fenced", ""))
def fenced(w):
    key = make_key()
    assert w.send(command("fence", POWER, json.dumps({"key": key}), deadline=0))[1] == "accepted"
    return w.propose(TRANSFER, key=key)


case("AP20", (200, "rights.missing", ""))(lambda w: w.propose(TRANSFER, account="HD-POWEQ"))
case("AP21", (400, "request.malformed", "$.account"))(lambda w: w.propose(TRANSFER, account="HD-POWЕR"))
elsewhere("the window asks; the registry takes a part", "AP1")
elsewhere("test-registry /registry/room: it needs 140,000 credits in the register", "AP7")
elsewhere("units have no serial numbers here", "AP8")
elsewhere("the window warns; what counts is the date of the receipt (test-people)", "AP10")
elsewhere("dates are pure (tests/comply, tests/core)", "AP11")
elsewhere("the signing token is the client's", "AP17")
elsewhere("waits for a trusted list of accounts at the registry", "AP22", "AP23")
case("AP24a", (400, "request.malformed", "$.op"))(lambda w: w.step("instruction.confirm_all", SECOND))


@case("AP24b", (200, "request.malformed", "$.id"), keeps=False)
def many_at_once(w):
    """There is no command for several: not by a list of ids, and each needs its own hash."""
    return w.step("instruction.confirm", SECOND, id=[w.proposed()[0] for _ in range(3)], version=1, hash="0" * 64)



# --- E3: HTTP ---

case("AR1", (400, "request.malformed", ""))(lambda w: w.post(b""))
case("AR2", (400, "request.malformed", ""))(lambda w: w.post(b"<html><body>Bad gateway</body></html>"))


@case("AR3", (400, "request.malformed", "every cut"))
def every_cut(w):
    whole = json.dumps(w.frame()).encode()
    answers = {w.post(whole[:n])[:2] for n in range(0, len(whole), 3)}
    return (400, "request.malformed", "every cut") if answers == {(400, "request.malformed")} else (answers,)


case("AR4", ("cut",))(lambda w: w.raw(w.head(more="Transfer-Encoding: chunked\r\n") + b"5\r\n{\"op\"\r\n"))
for i, size in enumerate([b"zz", b"-1", b"10000000000000000"]):
    case(f"AR5{'abc'[i]}", (413, "request.malformed", "Content-Length"))(lambda w, size=size: w.raw(w.head(more="Transfer-Encoding: chunked\r\n") + size + b"\r\n{}\r\n0\r\n\r\n"))
case("AR6", ("refused",))(lambda w: refused(w.raw(w.head(4, "Content-Length: 8\r\n") + b"{}      ")))
case("AR7", (413, "request.malformed", "Content-Length"))(lambda w: w.raw(w.head(2, "Transfer-Encoding: chunked\r\n") + b"2\r\n{}\r\n0\r\n\r\n"))
case("AR8", (400, "request.malformed", ""))(lambda w: w.raw(w.head(more="Connection: close\r\n") + b"{}"))
case("AR9", (400, "request.malformed", ""))(lambda w: w.post(gzip.compress(json.dumps(w.frame()).encode()), more="Content-Encoding: gzip\r\n"))
case("AR10", ("refused",))(lambda w: refused(w.post(gzip.compress(bytes(100 * 1024 * 1024), 9)[:160000], more="Content-Encoding: gzip\r\n")))
case("AR11", ("cut",))(lambda w: w.raw(w.head(300 * 1024 * 1024)))


case("AR12b", ("cut",))(lambda w: w.raw(w.head(60) + b"{" * 60, slow=0.5))


@case("AR12a", (400, "request.malformed", ""))
def slow(w):
    """Slowly sent it is still only what it is, and nobody waits for it."""
    begin = time.monotonic()
    answer = w.raw(w.head(40) + b"{" * 40, slow=0.02)
    assert w.venue.get("/v1/session", TRADER)[0] == 200 and time.monotonic() - begin < 20
    return answer


case("AR13a", ("refused",))(lambda w: refused(w.post(b"{}", more="X-A: " + "a" * 70000 + "\r\n")))
case("AR13b", ("refused",))(lambda w: refused(w.post(b"{}", more="X-A: a\r\n" * 100000)))
case("AR14a", ("refused",))(lambda w: refused(w.raw(w.head(2, "X-A: a\0b\r\n") + b"{}")))
case("AR14b", ("refused",))(lambda w: refused(w.raw(b"POST /v1/commands HTTP/1.1\nHost: localhost\nIdempotency-Key: K\nContent-Length: 2\n\n{}")))
case("AR14c", ("refused",))(lambda w: refused(w.raw(w.head(2, "X-A: a\r\n b\r\n") + b"{}")))
case("AR16", (401, "certificate.missing", "certificate"))(lambda w: w.raw(w.head(2) + b"{}", person=None))
case("AR18", (413, "request.malformed", "Content-Length"))(lambda w: w.raw(w.head(9999999, "Expect: 100-continue\r\n")))
for i, number in enumerate([b"010", b"0x10", b"$10"]):
    case(f"AR19{'abc'[i]}", (400, "request.malformed", "line 1"))(lambda w, number=number: w.post(json.dumps(w.frame()).encode()[:-1] + b', "qty":' + number + b"}"))
for i, number in enumerate(["9223372036854775808", "18446744073709551615", "-9223372036854775809"]):
    case(f"AR20{'abc'[i]}", (200, "request.malformed", "$.qty"))(lambda w, number=number: w.order(qty=number))
case("AR21a", (400, "request.malformed", ""))(lambda w: w.post(json.dumps(w.frame()).encode()[:-1] + b', "op":"fence"}'))
case("AR21b", (200, "request.malformed", ""))(lambda w: w.send(w.body(order_body("buy", "list", w.low, 10, TRADER)[:-1] + ',"qty":"20"}')))
for i, text in enumerate([b"{'op':'fence'}", b'{"op":"fence"/*x*/}', b"var x={}", b"{}{}"]):
    case(f"AR22{'abcd'[i]}", (400, "request.malformed", "line 1"))(lambda w, text=text: w.post(text))
for i, text in enumerate([b'{"op":"\\udc00"}', b'{"op":"a\\u0000b"}', b'{"op":"\xc0\xaf"}', b"\xef\xbb\xbf{}"]):
    case(f"AR23{'abcd'[i]}", (400, "request.malformed", ""))(lambda w, text=text: w.post(text))
case("AR24", (200, "request.malformed", "$.qty"))(lambda w: w.order(qty="1e3"))
case("AR25", (200, "request.malformed", "$.qty"))(lambda w: w.order(qty=10))
case("AR26a", (200, "request.malformed", "$.price"))(lambda w: w.order(price=None))
case("AR26b", (200, "request.malformed", "$.price"))(lambda w: w.order(price="-"))
case("AR27", (200, "accepted", ""), keeps=False)(lambda w: w.order(colour="red"))
case("AR28a", (200, "request.malformed", "$.kind"))(lambda w: w.order(kind="market"))
case("AR28b", (200, "request.malformed", "$.side"))(lambda w: w.order(side="hold"))
case("AR28c", (400, "request.malformed", "$.op"))(lambda w: w.send(w.frame(op="order.guess")))
for number, text in [("AR29", "2026-12-14T13:20:00"), ("AR31", "2026-W47-5T00:00:00.000000Z"), ("AR32", "2099-12-14T13:20:00.00000000000000000001Z"), ("AR29b", "2026-02-30T00:00:00.000000Z"), ("AR29c", "tomorrow")]:
    case(number, (400, "request.malformed", "$.deadline"))(lambda w, text=text: w.send(w.frame(deadline=text)))
case("AR34a", (400, "request.malformed", ""))(lambda w: w.post(b"[" * 65 + b"]" * 65))
case("AR34b", (400, "request.malformed", ""))(lambda w: w.post(b"[" * 75000 + b"]" * 75000))
case("AR35", ("refused",))(lambda w: refused(w.propose(surrender(allowances=[("CEA25", "1")] * 3000))))
for i, cursor in enumerate(["x", "p-1", "p99999999", "p1e3", "p"]):
    case(f"AR37{'abcde'[i]}", (400, "request.malformed", "cursor"))(lambda w, cursor=cursor: w.raw(f"GET /v1/accounts/{POWER}/orders?cursor={cursor} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()))
case("AR42", (400, "request.malformed", "Idempotency-Key"))(lambda w: w.send(w.frame(), key=make_key()))
case("AR43", (200, "rights.missing", ""))(lambda w: w.send(w.frame(account=CEMENT)))
case("AR46", (200, "deadline.passed", ""))(lambda w: w.send(w.frame(deadline=instant(-3600))))
elsewhere("the venue never answers so; the client's own test (tests/net)", "AR15", "AR17", "AR36", "AR38", "AR39", "AR40", "AR41", "AR45")
elsewhere("the client's reading of a time (tests/wire); the venue writes six decimals and no leap second", "AR30", "AR33")
elsewhere("the venue is practice; a live host does not exist", "AR44")

# --- E4: WebSocket ---

case("WS1", ("ended",))(lambda w: ended(w.frames(masked(1, b"", length=170 * 1024) + b" " * 170 * 1024)))
case("WS2", ("ended",))(lambda w: ended(w.frames(masked(1, b" " * 100000, fin=False) + b"".join(masked(0, b" " * 100000, fin=False) for _ in range(20)))))
case("WS3a", ("ended",))(lambda w: ended(w.frames(masked(1, b"{}", rsv=0x40))))
case("WS4", ("ended",))(lambda w: ended(w.frames(masked(9, b"x" * 60000))))
case("WS6", ("ended",))(lambda w: ended(w.frames(masked(1, b"{}", mask=False))))
case("WS7a", ("ended",))(lambda w: ended(w.frames(masked(3, b""))))
case("WS7b", ("ended",))(lambda w: ended(w.frames(masked(0xB, b""))))
case("WS8", ("ended",))(lambda w: ended(w.frames(masked(0, b"{}"))))
case("WS9", ("ended",))(lambda w: ended(w.frames(masked(1, b"\xc3\x28"))))
case("WS10", (1003,))(lambda w: w.frames(masked(2, b"{}")))
case("WS15a", (1008,))(lambda w: w.frames(masked(1, b"{}")))
case("WS15b", (1008,))(lambda w: w.frames(masked(1, b'{"op":"subscribe"}'), private=False))
case("WS16a", (400,))(lambda w: (w.handshake("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"),))
case("WS16b", (400,))(lambda w: (w.handshake("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 8\r\n"),))


@case("WS3b", ("no extension", "no protocol"))
def never_offered(w):
    """An extension and a sub-protocol (WS17) that are asked for are not taken."""
    with w.venue.tls().wrap_socket(socket.create_connection(("localhost", w.venue.port), LIMIT_S), server_hostname="localhost") as line:
        line.sendall(b"GET /v1/md HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                     b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n")
        head = line.recv(4096).lower()
    assert head.startswith(b"http/1.1 101"), head
    with w.venue.tls().wrap_socket(socket.create_connection(("localhost", w.venue.port), LIMIT_S), server_hostname="localhost") as line:
        line.sendall(b"GET /v1/md HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                     b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: chat\r\n\r\n")
        other = line.recv(4096).lower()
    return ("an extension" if b"extensions" in head else "no extension", "a protocol" if b"websocket-protocol" in other else "no protocol")


@case("WS5", ("ended or capped",))
def pings(w):
    line = w.ws()
    try:
        for _ in range(100):
            line.sock.sendall(masked(9, b"x") * 1000)
    except LOST:
        pass
    assert w.venue.get("/v1/session", TRADER)[0] == 200
    line.close()
    return ("ended or capped",)


@case("WS11", ("others go on",))
def vanishes(w):
    quick, gone = w.ws(), w.ws()
    gone.sock.shutdown(socket.SHUT_RDWR)
    gone.close()
    quick.until(lambda m: m["type"] == "hb")
    quick.close()
    return ("others go on",)


@case("WS14", (2000, 2000))
def flood(w):
    line = w.ws()
    keys = {make_key(): None for _ in range(2000)}
    line.sock.sendall(b"".join(masked(1, json.dumps(command("order.new", POWER, order_body("buy", "list", "0.01", 10, TRADER), key=key, deadline=0)).encode()) for key in keys))
    answered = set()
    line.until(lambda m: m["type"] == "answer" and answered.add(m["key"]) is None and len(answered) == 2000)
    line.close()
    return (len(answered), len(answered & set(keys)))


elsewhere("WS3b asks for it", "WS17")
elsewhere("silence, gaps and books are what the client looks at (tests/app, tests/wire, tests/net)", "WS12", "WS13", "WS18", "WS19", "WS20", "WS21", "WS22", "WS23", "WS24", "WS25", "WS26", "WS27", "WS28", "WS29", "WS30", "WS32", "WS33", "WS34")


@case("WS31", ("both", "both"), keeps=False)
def two_lines(w):
    """Two workstations of one person: neither line ends the other, and both hear what comes of an order that one sends."""
    lines = [w.ws(), w.ws()]
    frame = w.frame()
    lines[0].sock.sendall(masked(1, json.dumps(frame).encode()))
    heard = [line.until(lambda m: m["type"] == "event" and m.get("key") == frame["key"]) for line in lines]
    for line in lines:
        line.until(lambda m: m["type"] == "hb")
        line.close()
    return ("both" if heard[0] == heard[1] else heard, "both")


def refused(answer):
    """Refused, whatever the library in between calls it: an error status, or a cut."""
    return ("refused",) if answer[0] == "cut" or answer[0] >= 400 or answer[1] == "request.malformed" else answer


def ended(answer):
    return ("ended",) if answer[0] != "open" else answer


def is_as_expected(got, expected):
    if len(got) != len(expected):
        return False
    return all(g == e or (i == 2 and isinstance(e, str) and isinstance(g, str) and e in g) for i, (g, e) in enumerate(zip(got, expected)))


def main():
    wrong = 0
    numbers = {f"AP{n}" for n in range(1, 25)} | {f"AR{n}" for n in range(1, 47)} | {f"WS{n}" for n in range(1, 35)}
    with temporary() as folder:
        venue = Venue(PROGRAM, folder + "/venue", packs=["cn-cea", "cn-ccer"])
        world = World(venue)
        venue.clock(TRADER, pause=True)
        before = world.state()
        for number, expected, keeps, function in CASES:
            try:
                got = function(world)
            except Exception as error:  # a case that cannot be done is a case that fails
                got = (repr(error),)
            after = world.state()
            good = is_as_expected(got, expected) and (after == before or not keeps)
            wrong += not good
            if SHOW or not good:
                print(f"{'ok' if good else 'not ok'} {number}: {got}, expected {expected}{'' if after == before or not keeps else '; the account has changed'}", flush=True)
            before = after
        assert venue.get("/v1/session", TRADER)[0] == 200
        assert venue.stop() == 0
    done = {number.rstrip("abcde") for number, *_ in CASES}
    missing = numbers - done - set(ELSEWHERE)
    for reason in dict.fromkeys(ELSEWHERE.values()):
        print(f"elsewhere: {', '.join(n for n, r in ELSEWHERE.items() if r == reason)}: {reason}")
    print(f"server cases: {len(CASES) - wrong} of {len(CASES)} as expected; {len(done)} of {len(numbers)} numbers, {len(ELSEWHERE)} elsewhere, {len(missing)} missing {sorted(missing)}")
    return 1 if wrong or missing else 0


if __name__ == "__main__":
    sys.exit(main())
