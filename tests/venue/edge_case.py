# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the edge stand on: a book rebuilt by rules of its own, a venue and a trader for each case."""

import os
import sys
import unittest
import zlib

from venue_client import Venue, command, order_body, temporary

PROGRAM = sys.argv.pop(1)


def crc_of(book):
    text = "".join(f"{e4(p)}:{q}:" for p, q, *_ in book["a"][:10]) + "".join(f"{e4(p)}:{q}:" for p, q, *_ in book["b"][:10])
    return zlib.crc32(text.encode())


def e4(text):
    whole, _, rest = text.partition(".")
    return int(whole) * 10000 + int((rest + "0000")[:4])


class Book:
    """Rebuilt from snapshot and changes by rules of its own."""

    def __init__(self, snapshot):
        self.seq = snapshot["seq"]
        self.sides = {"b": {}, "a": {}}
        self.update(snapshot)

    def update(self, message):
        for side in "ab":
            for price, qty, *_ in message[side]:
                if qty == "0":
                    del self.sides[side][e4(price)]
                else:
                    self.sides[side][e4(price)] = qty
        asks = sorted(self.sides["a"].items())[:10]
        bids = sorted(self.sides["b"].items(), reverse=True)[:10]
        text = "".join(f"{p}:{q}:" for p, q in asks + bids)
        assert zlib.crc32(text.encode()) == message["crc"], message

    def depth(self, message):
        assert message["prev_seq"] == self.seq, (message, self.seq)
        self.seq = message["seq"]
        self.update(message)


class VenueCase(unittest.TestCase):
    options = ()

    def setUp(self):
        folder = temporary()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.venue = Venue(PROGRAM, os.path.join(folder.name, "venue"), *self.options)
        self.addCleanup(self.end)
        self.trader = self.venue.person_with("enter", "HD-POWER")

    def end(self):
        if self.venue.process.poll() is None:
            self.venue.kill()

    def private(self, from_seq=1, person=None):
        line = self.venue.socket(f"/v1/private?from_seq={from_seq}", person or self.trader)
        self.addCleanup(line.close)
        self.assertEqual(line.status, 101)
        return line

    def order(self, line, *args, **kwargs):
        frame = command("order.new", "HD-POWER", order_body(*args, by=self.trader, **kwargs))
        line.send(frame)
        return frame, line.until(lambda m: m["type"] == "answer" and m["key"] == frame["key"])

    def stats(self, code="CEA25"):
        _, answer = self.venue.get("/v1/instruments")
        return next(i for i in answer["items"] if i["code"] == code)

    def all_of(self, account="HD-POWER", person=None):
        """What a client can know of one account, without the times."""
        person = person or self.trader
        result = {}
        for route in ["orders?state=all", "executions", "holdings", "cash", "settlements"]:
            status, answer = self.venue.get(f"/v1/accounts/{account}/{route}", person)
            self.assertEqual(status, 200)
            result[route] = (answer["items"], answer["digest"], answer["as_of_seq"], answer["epoch"])
        return result
