# SPDX-License-Identifier: GPL-3.0-or-later
"""A small client of the practice venue, on purpose written without any of our code: it shares no mistake with it."""

import base64
import hashlib
import http.client
import json
import os
import select
import signal
import socket
import ssl
import struct
import subprocess
import tempfile
import time

LIMIT_S = 30
PACKS = ["cn-cea", "cn-ccer", "cn-bj"]


def wait_for(condition, what, limit=LIMIT_S):
    """Waits for a condition that is driven by another process; the limit is a failure."""
    end = time.monotonic() + limit
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"did not happen within {limit} s: {what}")
        select.select([], [], [], 0.02)


class Venue:
    """The real process on a free port."""

    def __init__(self, program, data, *options, packs=PACKS):
        self.program, self.data, self.options, self.packs = program, data, options, packs
        self.process = None
        self.start()

    def start(self, *more):
        arguments = [self.program, "--listen", "localhost:0", "--data", self.data]
        for pack in self.packs:
            arguments += ["--pack", pack]
        self.process = subprocess.Popen(arguments + list(self.options) + list(more), stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        ready, _, _ = select.select([self.process.stdout], [], [], LIMIT_S)
        line = self.process.stdout.readline() if ready else b""
        if not line:
            raise AssertionError(f"no ready line; status {self.process.wait(LIMIT_S)}")
        self.ready = json.loads(line)
        self.port = int(self.ready["listening"].rsplit(":", 1)[1])
        self.persons = {p["id"]: p for p in self.ready["persons"]}

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(LIMIT_S)
        self.process.stdin.close()
        self.process.stdout.close()

    def stop(self):
        """As its starter does: closes standard input."""
        self.process.stdin.close()
        status = self.process.wait(LIMIT_S)
        self.process.stdout.close()
        return status

    def person_with(self, role, account=None):
        for person in self.persons.values():
            if role in person["roles"] and (account is None or person["account"] == account):
                return person["id"]
        raise AssertionError(f"nobody may {role}")

    def tls(self, person=None):
        context = ssl.create_default_context(cafile=self.ready["ca"])
        if person:
            context.load_cert_chain(self.persons[person]["cert"], self.persons[person]["key"])
        return context

    def request(self, method, path, person=None, body=None, headers=None):
        connection = http.client.HTTPSConnection("localhost", self.port, context=self.tls(person), timeout=LIMIT_S)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.getheader("Content-Type"), answer.read()
        finally:
            connection.close()

    def get(self, path, person=None):
        status, kind, body = self.request("GET", path, person)
        return status, json.loads(body)

    def clock(self, person, **what):
        status, _, body = self.request("POST", "/v1/practice/clock", person, json.dumps(what).encode())
        return status, json.loads(body)

    def socket(self, path, person=None):
        return WebSocket(self.port, self.tls(person), path)


class WebSocket:
    def __init__(self, port, context, path):
        raw = socket.create_connection(("localhost", port), LIMIT_S)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = context.wrap_socket(raw, server_hostname="localhost")
        key = base64.b64encode(os.urandom(16)).decode()
        self.sock.sendall((f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n").encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        self.status = int(head.split(b" ")[1])
        accept = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest())
        if self.status == 101:
            assert accept in head, head
        self.closed = None
        self.pending = []

    def _more(self):
        piece = self.sock.recv(65536)
        if not piece:
            raise EOFError
        self.buffer += piece

    def _take(self, n):
        while len(self.buffer) < n:
            self._more()
        piece, self.buffer = self.buffer[:n], self.buffer[n:]
        return piece

    def send_frame(self, opcode, payload, mask=True):
        head = bytes([0x80 | opcode])
        bit = 0x80 if mask else 0
        if len(payload) < 126:
            head += bytes([bit | len(payload)])
        elif len(payload) < 65536:
            head += bytes([bit | 126]) + struct.pack(">H", len(payload))
        else:
            head += bytes([bit | 127]) + struct.pack(">Q", len(payload))
        key = os.urandom(4) if mask else b""
        if mask:
            payload = bytes(b ^ key[i % 4] for i, b in enumerate(payload))
        self.sock.sendall(head + key + payload)

    def send(self, value):
        self.send_frame(1, (value if isinstance(value, str) else json.dumps(value)).encode())

    def receive(self, limit=LIMIT_S):
        """One text frame; None when the peer closed. A list stands for itself."""
        self.sock.settimeout(limit)
        while True:
            head = self._take(2)
            assert head[0] & 0x70 == 0 and not head[1] & 0x80, head
            n = head[1] & 0x7F
            if n == 126:
                n = struct.unpack(">H", self._take(2))[0]
            elif n == 127:
                n = struct.unpack(">Q", self._take(8))[0]
            payload = self._take(n)
            if head[0] & 0x0F == 1:
                return json.loads(payload)
            if head[0] & 0x0F == 8:
                self.closed = struct.unpack(">H", payload[:2])[0] if n >= 2 else 1005
                return None

    def until(self, wanted, limit=LIMIT_S, seen=None):
        """Objects until one is wanted; returns it. Every object goes into @seen."""
        end = time.monotonic() + limit
        while True:
            while self.pending:
                one = self.pending.pop(0)
                if seen is not None:
                    seen.append(one)
                if wanted(one):
                    return one
            left = end - time.monotonic()
            if left <= 0:
                raise AssertionError("the frame waited for did not come")
            frame = self.receive(left)
            if frame is None:
                raise EOFError
            self.pending = frame if isinstance(frame, list) else [frame]

    def close(self):
        self.sock.close()


def make_key():
    return "PX" + base64.b32encode(os.urandom(16)).decode().rstrip("=")


def instant(seconds_from_now):
    now = time.time() + seconds_from_now
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + ".%06dZ" % (now % 1 * 1e6)


def order_body(side, kind, price, qty, by, instrument="CEA25", **more):
    body = {"instrument": instrument, "side": side, "kind": kind, "price": price, "qty": str(qty), **more, "by": by}
    return json.dumps(body, separators=(",", ":"))


def command(op, account, body, key=None, deadline=10):
    frame = {"op": op, "key": key or make_key(), "account": account, "body": body}
    if deadline:
        frame["deadline"] = instant(deadline)
    return frame


def temporary():
    return tempfile.TemporaryDirectory(prefix="cd-venue-", ignore_cleanup_errors=True)
