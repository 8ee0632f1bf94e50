#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract in data/api against the real venue: every route is asked, every frame that comes is checked, and what the
documents describe must have been seen."""

import hashlib
import json
import os
import pathlib
import re
import sys
import unittest
import warnings

import jsonschema

from venue_client import Venue, command, make_key, order_body, temporary

PROGRAM, API = sys.argv.pop(1), pathlib.Path(sys.argv.pop(1))
OPENAPI = json.loads((API / "venue.openapi.json").read_text())
ASYNCAPI = json.loads((API / "venue.asyncapi.json").read_text())
STORE = {"venue.openapi.json": OPENAPI, "venue.asyncapi.json": ASYNCAPI}
POWER, CEMENT = "HD-POWER", "HD-CEMENT"


def checker(document, schema):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        resolver = jsonschema.RefResolver(document, STORE[document], store=STORE)
        return jsonschema.Draft202012Validator(schema, resolver=resolver)


def check(document, schema, value):
    errors = sorted(checker(document, schema).iter_errors(value), key=lambda e: len(str(e.message)))
    if errors:
        # Of a choice, the branch that failed least says most.
        deep = [c for e in errors for c in (e.context or [])]
        raise AssertionError(f"{json.dumps(value, ensure_ascii=False)[:600]}\n{errors[0].message[:300]}\n" + "\n".join(f"  {list(c.schema_path)[:3]} {c.message[:160]}" for c in deep[:40]))



class Contract(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = temporary()
        cls.venue = Venue(PROGRAM, os.path.join(cls.folder.name, "v"), "--speed", "60")
        cls.trader = cls.venue.person_with("enter", POWER)
        cls.second = cls.venue.person_with("approve", POWER)
        cls.province = cls.venue.person_with("review")
        cls.routes, cls.md, cls.private = set(), {}, {}

    @classmethod
    def tearDownClass(cls):
        cls.venue.kill()
        cls.folder.cleanup()

    # --- Asking by the document ---

    def ask(self, path, person=None, method="get", template=None, body=None, headers=None):
        template = template or path.split("?")[0]
        operation = OPENAPI["paths"][template][method]
        status, kind, text = self.venue.request(method.upper(), path, person, body, headers)
        self.assertIn(str(status), operation["responses"], (path, status, text))
        content = operation["responses"][str(status)]["content"]
        self.assertIn(kind, content, path)
        answer = json.loads(text)
        check("venue.openapi.json", content[kind]["schema"], answer)
        self.routes.add((template, method, status))
        return answer

    def frames(self, line, channel, seen):
        """Checks every frame of a line as it comes."""
        payload = ASYNCAPI["channels"][channel]["subscribe"]["message"]["payload"]
        receive = line.receive

        def checked(limit=30):
            frame = receive(limit)
            if frame is not None:
                check("venue.asyncapi.json", payload, frame)
                for one in frame if isinstance(frame, list) else [frame]:
                    name = one["type"] if one["type"] != "event" else f"event {one['kind']}"
                    seen[name] = seen.get(name, 0) + 1
            return frame

        line.receive = checked
        return line

    def send(self, line, op, body, person_line_account=POWER, key=None, **how):
        frame = command(op, person_line_account, body if isinstance(body, str) else json.dumps(body, separators=(",", ":")), key, **how)
        check("venue.openapi.json", {"$ref": "#/components/schemas/Command"}, frame)
        schema = {"order.new": "BodyOrderNew", "order.cancel": "BodyOrderCancel", "order.replace": "BodyOrderReplace", "fence": "BodyFence",
                  "settlement.confirm": "BodySettlementConfirm", "settlement.object": "BodySettlementObject",
                  "instruction.propose": "BodyInstructionPropose", "instruction.edit": "BodyInstructionEdit", "instruction.confirm": "BodyInstructionConfirm",
                  "instruction.refuse": "BodyInstructionEnd", "instruction.withdraw": "BodyInstructionEnd", "instruction.review": "BodyInstructionReview",
                  "request.propose": "BodyRequestPropose", "request.edit": "BodyRequestEdit", "request.approve": "BodyRequestApprove",
                  "request.refuse": "BodyRequestEnd", "request.withdraw": "BodyRequestEnd", "account.stop": "BodyAccountStop",
                  "account.release": "BodyAccountStop", "deputy.appoint": "BodyDeputyAppoint", "deputy.end": "BodyDeputyEnd",
                  "practice.roles": "BodyPracticeRoles"}[op]
        check("venue.openapi.json", {"$ref": f"#/components/schemas/{schema}"}, json.loads(frame["body"]))
        line.send(frame)
        return frame, line.until(lambda m: m["type"] == "answer" and m["key"] == frame["key"])

    # --- The tests; their order is the story of two days ---

    def test_1_documents_are_whole(self):
        for name, document in STORE.items():
            for schema in document["components"]["schemas"].values():
                jsonschema.Draft202012Validator.check_schema(schema)
            for target in re.findall(r'"\$ref": "([^"]*)"', json.dumps(document)):
                file, _, pointer = target.partition("#/components/schemas/")
                self.assertIn(pointer, STORE[file or name]["components"]["schemas"], target)
        used = set(re.findall(r'#/components/schemas/(\w+)"', json.dumps(OPENAPI) + json.dumps(ASYNCAPI)))
        loose = set(OPENAPI["components"]["schemas"]) | set(ASYNCAPI["components"]["schemas"])
        self.assertEqual({s for s in loose - used if not s.startswith("Body")}, set())
        # A document that lets everything pass would prove nothing.
        with self.assertRaises(AssertionError):
            check("venue.openapi.json", {"$ref": "#/components/schemas/Price"}, 97.05)
        with self.assertRaises(AssertionError):
            check("venue.asyncapi.json", {"$ref": "#/components/schemas/MdFrame"}, {"type": "hb", "n": 1})

    def test_2_public_stream(self):
        line = self.frames(self.venue.socket("/v1/md"), "/v1/md", self.md)
        line.until(lambda m: m["type"] == "clock")
        line.send({"op": "subscribe", "instruments": ["*"]})
        self.venue.clock(self.trader, rate="2000")
        wanted = {"hello", "snapshot", "depth", "trade", "stats", "clock", "hb", "block"}
        line.until(lambda m: wanted <= set(self.md), 120)
        self.venue.clock(self.trader, rate="1")
        line.close()

    def trade_day(self, line):
        while self.ask("/v1/practice/clock")["sessions"]["cn-cea"]["list"]["state"] != "open":
            self.venue.clock(self.trader, skip="session")
        stats = next(i for i in self.ask("/v1/instruments")["items"] if i["code"] == "CEA25")
        _, answer = self.send(line, "order.new", order_body("buy", "list", stats["limit_low"], 100, self.trader))
        self.assertEqual(answer["verdict"], "accepted", answer)
        _, changed = self.send(line, "order.replace", {"order_id": answer["order_id"], "price": stats["limit_low"], "qty": "200", "cum": "0"})
        self.assertEqual(changed["verdict"], "accepted", changed)
        order_id = changed.get("order_id", answer["order_id"])
        self.assertEqual(self.send(line, "order.cancel", {"order_id": order_id})[1]["verdict"], "accepted")
        self.send(line, "fence", {"key": make_key()}, deadline=0)
        asks = self.ask("/v1/instruments/CEA25/listings?side=sell", template="/v1/instruments/{code}/listings")["items"]
        best = min(asks, key=lambda a: (float(a["price"]), a["at"]))
        _, answer = self.send(line, "order.new", order_body("buy", "pick", best["price"], min(int(best["qty"]), 50), self.trader, listing=best["id"], purpose="cover"))
        self.assertEqual(answer["verdict"], "accepted", answer)
        line.until(lambda m: m["type"] == "event" and m["kind"] == "order.fill")
        self.send(line, "order.new", order_body("buy", "list", "0.01", 100, self.trader))
        # Stays until the close, and lapses there.
        _, answer = self.send(line, "order.new", order_body("buy", "list", stats["limit_low"], 100, self.trader))
        self.venue.clock(self.trader, skip="close")
        line.until(lambda m: m["type"] == "event" and m["kind"] == "order.expired")

    def instruct(self, line, second, kind, **content):
        key = make_key()
        frame, answer = self.send(line, "instruction.propose", {"version": 1, "kind": kind, **content}, key=key, deadline=0)
        self.assertEqual(answer["verdict"], "accepted", answer)
        proposed = line.until(lambda m: m["type"] == "event" and m["kind"] == "instruction" and m["state"] == "proposed" and m["id"] == answer["id"])
        _, confirmed = self.send(second, "instruction.confirm", {"id": answer["id"], "version": 1, "hash": proposed["hash"]}, deadline=0)
        self.assertEqual(confirmed["verdict"], "accepted", confirmed)
        return answer["id"]

    def second_desk(self, line, second, review):
        """Requests, deputies, the veto, roles."""
        order = order_body("buy", "list", "90.00", 100, self.trader)
        key = make_key()
        _, asked = self.send(line, "request.propose", {"order_key": key, "order": order}, deadline=0)
        self.assertEqual(asked["verdict"], "accepted", asked)
        order = order_body("buy", "list", "0.01", 100, self.trader)
        _, answer = self.send(line, "request.edit", {"id": asked["id"], "version": 1, "order_key": key, "order": order}, deadline=0)
        self.assertEqual(answer["verdict"], "accepted", answer)
        digest = hashlib.sha256(order.encode()).hexdigest()
        _, answer = self.send(second, "request.approve", {"id": asked["id"], "version": 2, "hash": digest}, deadline=0)
        self.assertEqual(answer["verdict"], "accepted", answer)
        self.send(line, "order.new", order, key=key)
        for end, who in (("request.refuse", second), ("request.withdraw", line)):
            _, asked = self.send(line, "request.propose", {"order_key": make_key(), "order": order}, deadline=0)
            self.assertEqual(self.send(who, end, {"id": asked["id"], "version": 1, "reason": "no"}, deadline=0)[1]["verdict"], "accepted")
        other = self.venue.person_with("approve", CEMENT)
        day = self.ask("/v1/practice/clock")["market_time"][:10]
        _, named = self.send(second, "deputy.appoint", {"person": other, "from": day, "to": "2027-01-31"}, deadline=0)
        self.assertEqual(named["verdict"], "accepted", named)
        self.assertEqual(self.send(second, "deputy.end", {"id": named["id"], "reason": "back"}, deadline=0)[1]["verdict"], "accepted")
        self.assertEqual(self.send(second, "account.stop", {"reason": "limit"}, deadline=0)[1]["verdict"], "accepted")
        self.assertTrue(self.ask("/v1/session", self.trader)["accounts"][0]["stopped"])
        self.assertEqual(self.send(second, "account.release", {"reason": "sorted"}, deadline=0)[1]["verdict"], "accepted")
        line.until(lambda m: m["type"] == "event" and m["kind"] == "account" and m["state"] == "released")
        for roles in ("view", "view approve"):
            self.assertEqual(self.send(review, "practice.roles", {"person": self.second, "roles": roles}, deadline=0)[1]["verdict"], "accepted")
        told = [line.until(lambda m: m["type"] == "event" and m["kind"] == "rights") for _ in range(2)]
        self.assertEqual([(m["person"], m["by"]) for m in told], [(self.second, self.province)] * 2)

    def test_3_private_stream(self):
        line = self.frames(self.venue.socket("/v1/private?from_seq=1", self.trader), "/v1/private", self.private)
        second = self.frames(self.venue.socket("/v1/private", self.second), "/v1/private", self.private)
        self.trade_day(line)
        days = self.ask(f"/v1/accounts/{POWER}/settlements", self.trader, template="/v1/accounts/{account}/settlements")["items"]
        day = next(d for d in days if d["state"] in ("settled", "pending"))
        self.assertEqual(self.send(line, "settlement.confirm", {"date": day["date"]}, deadline=0)[1]["verdict"], "accepted")
        self.venue.clock(self.trader, skip="next_day")
        held = self.ask(f"/v1/accounts/{POWER}/holdings", self.trader, template="/v1/accounts/{account}/holdings")["items"]
        usable = next((h for h in held if h["asset"] == "CEA25" and h["bucket"] == "registry" and int(h["balance"]) >= 10), None)
        if usable is None:
            self.instruct(line, second, "transfer", **{"from": "trading", "to": "registry", "asset": "CEA25", "qty": "10"})
            line.until(lambda m: m["type"] == "event" and m["kind"] == "balance" and m["bucket"] == "registry")
        self.instruct(line, second, "cash_in", amount="1000.00")
        key = make_key()
        _, answer = self.send(line, "instruction.propose", {"version": 1, "kind": "cash_out", "amount": "1.00"}, key=key, deadline=0)
        self.assertEqual(self.send(line, "instruction.edit", {"id": answer["id"], "version": 1, "kind": "cash_out", "amount": "2.00"}, deadline=0)[1]["verdict"], "accepted")
        self.assertEqual(self.send(line, "instruction.withdraw", {"id": answer["id"], "version": 2, "reason": "changed"}, deadline=0)[1]["verdict"], "accepted")
        id_ = self.instruct(line, second, "surrender", year=2025, allowances=[{"asset": "CEA25", "qty": "10"}], credits=[])
        review = self.frames(self.venue.socket("/v1/private", self.province), "/v1/private", self.private)
        self.send(review, "instruction.review", {"id": id_, "verdict": "pass", "reason": ""}, deadline=0)
        line.until(lambda m: m["type"] == "event" and m["kind"] == "obligation")
        self.second_desk(line, second, review)
        line.until(lambda m: m["type"] == "hb")
        for one in (line, second, review):
            one.close()
        wanted = {"hello", "hb", "answer"} | {f"event {v['properties']['kind']['const']}" for n, v in ASYNCAPI["components"]["schemas"].items() if n.startswith("Event") and n != "Event"}
        self.assertEqual(wanted - set(self.private), set())

    def test_4_every_route(self):
        orders = self.ask(f"/v1/accounts/{POWER}/orders?state=all", self.trader, template="/v1/accounts/{account}/orders")["items"]
        self.assertGreater(len(orders), 0)
        self.ask(f"/v1/accounts/{POWER}/orders?state=open", self.trader, template="/v1/accounts/{account}/orders")
        executions = self.ask(f"/v1/accounts/{POWER}/executions", self.trader, template="/v1/accounts/{account}/executions")["items"]
        self.assertGreater(len(executions), 0)
        self.assertEqual(self.ask(f"/v1/accounts/{POWER}/executions?since={executions[-1]['seq']}", self.trader, template="/v1/accounts/{account}/executions")["items"], [])
        for what in ["holdings", "cash", "settlements", "requests", "deputies", "statement"]:
            self.assertGreater(self.ask(f"/v1/accounts/{POWER}/{what}", self.trader, template="/v1/accounts/{account}/" + what)["count"], 0)
        for what in ["instructions", "obligations"]:
            self.assertGreater(self.ask(f"/v1/registry/accounts/{POWER}/{what}", self.trader, template="/v1/registry/accounts/{account}/" + what)["count"], 0)
        self.assertTrue(self.ask(f"/v1/orders/by-key/{orders[0]['key']}?consistency=strong", self.trader, template="/v1/orders/by-key/{key}")["found"])
        self.assertFalse(self.ask("/v1/orders/by-key/PXNONE", self.trader, template="/v1/orders/by-key/{key}")["found"])
        self.ask("/v1/session", self.trader)
        self.ask("/v1/session", self.province)
        self.ask("/v1/instruments", self.trader)
        self.ask("/v1/blocks")
        for what in ["listings", "trades?limit=5", "bars?span=day"]:
            self.ask("/v1/instruments/CEA25/" + what, template="/v1/instruments/{code}/" + what.split("?")[0])
        clock = self.ask("/v1/practice/clock")
        self.ask("/v1/practice/clock", self.trader, "post", body=json.dumps({"pause": clock["paused"]}).encode())
        frame = command("order.new", POWER, order_body("buy", "list", "0.01", 100, self.trader))
        headers = {"Idempotency-Key": frame["key"]}
        self.ask("/v1/commands", self.trader, "post", body=json.dumps(frame).encode(), headers=headers)
        frame["body"] = order_body("buy", "list", "0.02", 100, self.trader)
        self.ask("/v1/commands", self.trader, "post", body=json.dumps(frame).encode(), headers=headers)
        self.ask("/v1/practice/revocations", self.province, "post", body=json.dumps({"person": self.venue.person_with("enter", CEMENT)}).encode())
        self.ask("/v1/practice/revocations", self.trader, "post", body=json.dumps({"person": self.second}).encode())
        # Faults are in the contract too.
        self.ask("/v1/session")
        self.ask(f"/v1/accounts/{CEMENT}/cash", self.trader, template="/v1/accounts/{account}/cash")
        self.ask(f"/v1/accounts/{POWER}/orders?state=some", self.trader, template="/v1/accounts/{account}/orders")
        self.ask("/v1/instruments/NONE/trades", template="/v1/instruments/{code}/trades")
        self.ask("/v1/instruments/CEA25/trades?limit=x", template="/v1/instruments/{code}/trades")
        self.ask("/v1/commands", self.trader, "post", body=b"{", headers=headers)
        self.ask("/v1/practice/clock", self.trader, "post", body=b'{"rate":60}')
        asked = {(path, method) for path, method, _ in self.routes}
        described = {(path, method) for path, operations in OPENAPI["paths"].items() for method in operations}
        self.assertEqual(described - asked, set())
        done = {(path, method) for path, method, status in self.routes if status == 200}
        self.assertEqual(described - done, set())
        self.assertIn(("/v1/commands", "post", 409), self.routes)


if __name__ == "__main__":
    unittest.main(verbosity=2)
