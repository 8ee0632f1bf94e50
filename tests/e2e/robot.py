#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job in the real window against the real venue, with real keys.

Every input is a key press through the X server; AT-SPI only reads what the window says. Pictures are left in the folder named
by CARBONDESK_SHOTS. Usage: robot.py en|zh CARBONDESK VENUE SCHEMADIR LOCALEDIR
"""
import os
import subprocess
import sys
import tempfile
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

LIMIT_S = 40

TEXTS = {
    "en": {
        "live": "Live on the practice market", "bought": "Bought today 500", "sellable": "To sell 30,500",
        "asset": "Instruction asset", "qty": "Instruction quantity", "kind": "Instruction kind",
        "confirm": "Confirm instruction", "settle": "Confirm settlement", "propose": "Propose", "pass": "Review: pass",
        "waits": "Waits for the second person", "done": "Done", "review": "Under provincial review", "closed": "closed ✓",
        "confirmed": "Confirmed", "purpose": "Purpose", "quantity": "Quantity", "stranded": "would be stranded", "instructions": "Instructions",
        "fills": "Fills", "offset": "Pending offset 100", "trader": "Huading Power", "cement": "Huading Cement", "settled": "Settled, to be confirmed",
        "keys": "GNOME", "asked": "Which keys?",
    },
    "zh": {
        "live": "练习市场已连通", "bought": "当日买入 500", "sellable": "可卖 30,500",
        "asset": "业务品种", "qty": "业务数量", "kind": "业务种类",
        "confirm": "确认业务", "settle": "确认交收", "propose": "发起", "pass": "审核：通过",
        "waits": "待复核确认", "done": "已完成", "review": "省级审核中", "closed": "已履约 ✓",
        "confirmed": "已确认", "purpose": "用途", "quantity": "数量", "stranded": "将搁置", "instructions": "登记业务",
        "fills": "成交", "offset": "待抵销 100", "trader": "华鼎煤电", "cement": "华鼎水泥", "settled": "已交收，待确认",
        "keys": "大陆交易软件习惯", "asked": "选择快捷键",
    },
}


class Robot:
    def __init__(self, language, program):
        self.t = TEXTS[language]
        self.language = language
        self.shots = os.environ.get("CARBONDESK_SHOTS")
        self.child = subprocess.Popen([program, "--profile", "robot", "--size", os.environ.get("CARBONDESK_SIZE", "1910x1070")])
        self.frame = None
        self.window = None

    # --- reading -----------------------------------------------------------------------------------------------------

    def walk(self, node=None, depth=0):
        node = node or self.frame
        if node is None or depth > 40:
            return
        yield node
        try:
            count = node.get_child_count()
        except Exception:
            return
        for i in range(count):
            try:
                child = node.get_child_at_index(i)
            except Exception:
                continue
            if child is not None:
                yield from self.walk(child, depth + 1)

    def names(self):
        result = []
        for node in self.walk():
            try:
                result.append(node.get_name() or "")
            except Exception:
                pass
        return result

    def says(self, *parts):
        return any(all(part in name for part in parts) for name in self.names())

    def focused(self):
        for node in self.walk():
            try:
                if node.get_state_set().contains(Atspi.StateType.FOCUSED):
                    return node
            except Exception:
                pass
        return None

    def wait(self, what, condition):
        end = time.monotonic() + LIMIT_S
        while time.monotonic() < end:
            assert self.child.poll() is None, "the window ended while waiting for: " + what
            if condition():
                print("ok -", what, flush=True)
                return
            # The library keeps names; a change that it missed under load would be missed for good.
            if self.frame is not None:
                self.frame.clear_cache()
        self.shoot("failed")
        seen = [n for n in self.names() if n]
        sys.exit("not seen within %d s: %s\nlast names: %s" % (LIMIT_S, what, " | ".join(seen[-120:])))

    def find_frame(self):
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            app = desktop.get_child_at_index(i)
            if app is not None and "carbondesk" in (app.get_name() or "").lower() and app.get_child_count() > 0:
                self.frame = app.get_child_at_index(0)
                return True
        return False

    def shoot(self, name):
        if self.shots:
            os.makedirs(self.shots, exist_ok=True)
            subprocess.run(["import", "-window", self.window or "root", os.path.join(self.shots, "robot-%s-%s.png" % (name, self.language))], check=False)

    # --- keys --------------------------------------------------------------------------------------------------------

    def key(self, *keys):
        subprocess.run(["xdotool", "key", "--clearmodifiers", *keys], check=True)

    def type(self, text):
        subprocess.run(["xdotool", "type", "--delay", "20", text], check=True)

    def focus_name(self):
        """A drop-down gives the focus to a button inside it: its own name is one level up."""
        node = self.focused()
        if node is None:
            return ""
        name = node.get_name() or ""
        parent = node.get_parent()
        outer = (parent.get_name() or "") if parent is not None and parent.get_role_name() == "combo box" else ""
        return outer or name

    def tab_to(self, name):
        """Walks the focus by Tab until it is on the control: what a person without a mouse does."""
        for _ in range(80):
            before = self.focus_name()
            if name == before or before.startswith(name):
                return
            self.key("Tab")
            end = time.monotonic() + 2
            while time.monotonic() < end and self.focus_name() == before:
                pass
        self.shoot("failed")
        sys.exit("the keyboard does not reach: " + name)

    def press(self, name):
        self.tab_to(name)
        self.key("space")

    # --- steps -------------------------------------------------------------------------------------------------------

    def start(self):
        self.wait("the window opens", self.find_frame)
        self.wait("live and reconciled", lambda: self.says(self.t["live"]))
        window = subprocess.run(["xdotool", "search", "--sync", "--onlyvisible", "--name", "."], capture_output=True, text=True).stdout.split()
        self.window = window[-1]
        subprocess.run(["xdotool", "windowfocus", self.window], check=False)
        self.key("ctrl+shift+p")
        self.press(self.t["keys"])
        self.wait("the question which keys is answered and gone", lambda: not self.says(self.t["asked"]))

    def pick(self, code, quantity, seen):
        self.key("ctrl+1")
        self.wait("the book has the focus", lambda: self.focused() is not None)
        self.key("Home", "Up", "Return")
        self.wait("the ticket has the focus", lambda: self.focus_name().startswith(self.t["quantity"]))
        self.type(quantity)
        self.wait("the button says what it sends", lambda: self.says(quantity, code, "@"))

        def filled():
            if self.says(seen):
                return True
            # A send within 300 ms after the focus came is taken for a slip and does nothing: the quantity is still there.
            if self.says(quantity, code, "@"):
                self.key("ctrl+shift+Return")
            return False

        self.wait("%s is picked and filled; bought today is not sellable" % code, filled)

    def buy(self):
        """An eligible credit for the offset, then allowances."""
        for _ in range(8):
            self.key("ctrl+Next")
        self.wait("the eligible credit is chosen", lambda: self.says("CCER-OW-2501", "·"))
        self.pick("CCER-OW-2501", "100", self.t["bought"].replace("500", "100"))
        for _ in range(8):
            self.key("ctrl+Prior")
        self.wait("allowances are chosen", lambda: self.says("· CEA25"))
        self.pick("CEA25", "500", self.t["bought"])
        self.key("ctrl+2")
        self.press(self.t["fills"])
        self.wait("the fills are listed", lambda: self.says("CEA25", "●○○"))
        self.shoot("trade")

    def close_and_settle(self):
        self.key("ctrl+shift+c")
        self.key("alt+3")
        self.wait("the settlement waits for us", lambda: self.says(self.t["settled"]))
        self.press(self.t["settle"])
        self.wait("the settlement is confirmed", lambda: self.says(self.t["confirmed"], "600"))
        self.key("ctrl+shift+n")
        self.wait("what was bought is free at the next opening", lambda: self.says(self.t["sellable"]))

    def next_person(self, times, entity):
        for _ in range(times):
            self.key("ctrl+shift+u")
            self.wait("the next person is connected", lambda: self.says(self.t["live"]))
        if entity:
            self.wait("works for " + entity, lambda: self.says(entity))

    def propose(self, asset, quantity, what, *more):
        self.tab_to(self.t["asset"])
        self.key("space", *asset, "Return")
        self.tab_to(self.t["qty"])
        self.type(quantity)
        self.key("Return")
        self.wait(what + " is proposed", lambda: self.says(self.t["waits"], quantity, *more))

    def confirm(self, quantity, what, *more):
        self.wait("the second person sees it", lambda: self.says(self.t["waits"], quantity, *more))
        self.press(self.t["confirm"])
        self.wait(what + " is done", lambda: self.says(self.t["done"], quantity, *more))

    def transfer(self):
        # What can be transferred, in the order of the balances: CEA24, CEA25, CCER-OW-2501.
        self.propose(["Home", "Down"], "30500", "the transfer of allowances")
        self.next_person(1, None)
        self.confirm("30500", "the transfer of allowances")
        self.next_person(4, self.t["trader"])
        self.propose(["End"], "100", "the transfer of credits", "CCER-OW-2501")
        self.next_person(1, None)
        self.confirm("CCER-OW-2501 100", "the transfer of credits")
        self.shoot("registry")

    def reserve(self):
        """The eligible credit is bound to the obligation (pending offset)."""
        self.next_person(4, self.t["trader"])
        self.tab_to(self.t["kind"])
        self.key("space", "Home", "Down", "Down", "Return")
        self.propose(["Home"], "100", "the reservation")
        self.next_person(1, None)
        self.wait("the second person sees it", lambda: self.says(self.t["waits"]))
        self.press(self.t["confirm"])
        self.wait("the credit waits for its offset", lambda: self.says(self.t["offset"]))

    def refuse_offset(self):
        """Beyond the offset limit the purpose “offset” is refused in the ticket, with the room in figures."""
        self.next_person(1, self.t["cement"])
        self.key("alt+1")
        for _ in range(7):
            self.key("ctrl+Next")
        self.wait("a credit is chosen", lambda: self.says("CCER-SP-2502 ·") or self.says("· CCER-SP-2502") or self.says("Ticket · CCER"))
        self.key("ctrl+b")
        self.tab_to(self.t["purpose"])
        self.key("space", "Down", "Down", "Return")
        self.tab_to(self.t["quantity"])
        self.type("60000")
        self.wait("the ticket refuses beyond the room", lambda: self.says("✗", self.t["stranded"]))
        self.shoot("offset")

    def surrender(self):
        self.key("alt+3")
        self.tab_to(self.t["kind"])
        self.key("space", "Home", "Down", "Down", "Down", "Down", "Return")
        self.wait("the surrender is suggested", lambda: self.says("CEA25 1,000,000"))
        self.press(self.t["propose"])
        self.wait("the surrender is proposed", lambda: self.says(self.t["waits"]))
        self.next_person(1, self.t["cement"])
        self.wait("the second person sees it", lambda: self.says(self.t["waits"]))
        self.press(self.t["confirm"])
        self.wait("the province reviews", lambda: self.says(self.t["review"]))
        self.next_person(1, None)
        self.press(self.t["pass"])
        self.wait("the surrender is done", lambda: self.says(self.t["done"], "1000000"))
        self.wait("the obligation is closed", lambda: self.says(self.t["closed"]))
        self.key("alt+2")
        # Rows are filled by the first frame after the page is shown.
        self.wait("the page shows the obligation", lambda: self.says(self.t["cement"], "1,000,000"))
        self.shoot("comply")

    def quit(self):
        self.key("ctrl+q")
        assert self.child.wait(timeout=LIMIT_S) == 0, "the window ended with an error"


def main():
    language, program, venue, schemas, locales = sys.argv[1:6]
    home = tempfile.mkdtemp(prefix="carbondesk-robot-")
    # A picture taken in the middle of an animation shows two states at once.
    os.makedirs(os.path.join(home, "gtk-4.0"))
    with open(os.path.join(home, "gtk-4.0", "settings.ini"), "w", encoding="utf-8") as settings:
        settings.write("[Settings]\ngtk-enable-animations=0\n")
    os.environ.update(
        XDG_CONFIG_HOME=home, XDG_DATA_HOME=home, XDG_CACHE_HOME=home, XDG_RUNTIME_DIR=home, CARBONDESK_VENUE=venue, GSETTINGS_SCHEMA_DIR=schemas,
        GSETTINGS_BACKEND="memory", CARBONDESK_LOCALEDIR=locales, GSK_RENDERER="cairo", GTK_A11Y="atspi",
        LC_ALL="zh_CN.UTF-8" if language == "zh" else "en_US.UTF-8", LANGUAGE="zh_CN" if language == "zh" else "en")
    os.chmod(home, 0o700)
    robot = Robot(language, program)
    try:
        robot.start()
        robot.buy()
        robot.close_and_settle()
        robot.transfer()
        robot.reserve()
        robot.refuse_offset()
        robot.surrender()
        robot.quit()
    finally:
        if robot.child.poll() is None:
            robot.child.kill()
    print("robot-%s: the main job is done" % language)


if __name__ == "__main__":
    main()
