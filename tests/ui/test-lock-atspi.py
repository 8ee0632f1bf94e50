#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The locked program as a screen reader sees it: no figure in its accessible tree, nor behind any node that was known before.

Real program, real venue, a desktop of our own: this script owns the names of logind and of the screen saver on the test's bus.
Pictures are left in the folder named by CARBONDESK_SHOTS. Usage: test-lock-atspi.py en|zh CARBONDESK VENUE SCHEMADIR LOCALEDIR
"""
import os
import subprocess
import sys
import tempfile
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

LIMIT_S = 60
LOGIN = "org.freedesktop.login1"
SAVER = "org.freedesktop.ScreenSaver"
TEXTS = {
    "en": {"live": "Live on the practice market", "locked": "Locked", "honest": "Practice has no secret", "sleep": "went to sleep",
           "hand": "Locked by hand", "session": "the screen was locked", "practice": "PRACTICE",
           "titles": {"1 Trade", "2 Comply", "3 Registry", "4 Reconcile"}},
    "zh": {"live": "练习市场已连通", "locked": "已锁定", "honest": "练习环境没有密钥口令", "sleep": "计算机进入睡眠",
           "hand": "已手动锁定", "session": "屏幕已锁定", "practice": "练习",
           "titles": {"1 交易", "2 履约", "3 登记", "4 对账"}},
}
number = 0


def ok(what):
    global number
    number += 1
    print("ok %d - %s" % (number, what), flush=True)


def texts_of(node):
    """All that one node says: name, description, text."""
    said = []
    for read in (lambda: node.get_name(), lambda: node.get_description(),
                 lambda: Atspi.Text.get_text(node, 0, Atspi.Text.get_character_count(node))):
        try:
            said.append(read() or "")
        except Exception:
            pass
    return said


def is_figure(text):
    return any(c.isdigit() for c in text)


class Program:
    def __init__(self, program):
        self.child = subprocess.Popen([program, "--profile", "lock", "--size", os.environ.get("CARBONDESK_SIZE", "1366x768")])
        self.app = None

    def find(self):
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            app = desktop.get_child_at_index(i)
            if app is not None and "carbondesk" in (app.get_name() or "").lower() and app.get_child_count() > 0:
                self.app = app
                return True
        return False

    def walk(self, node=None, depth=0):
        node = node or self.app
        if depth > 60:
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

    def read(self):
        """(nodes, everything said) of the whole application, all its windows."""
        self.app.clear_cache()
        nodes = list(self.walk())
        return nodes, [text for node in nodes for text in texts_of(node) if text]

    def wait(self, what, condition):
        end = time.monotonic() + LIMIT_S
        while time.monotonic() < end:
            assert self.child.poll() is None, "the program ended while waiting for: " + what
            if condition():
                ok(what)
                return
            GLib.MainContext.default().iteration(False)
        print("not ok - not within %d s: %s\n# %s" % (LIMIT_S, what, " | ".join(self.read()[1][-150:])), flush=True)
        sys.exit(1)

    def says(self, part):
        return any(part in text for text in self.read()[1])

    def figures(self):
        return [text for text in self.read()[1] if is_figure(text)]


class Desktop:
    """logind and the screen saver, on one bus."""

    XML = """<node><interface name='org.freedesktop.login1.Manager'>
      <method name='GetSessionByPID'><arg type='u' direction='in'/><arg type='o' direction='out'/></method>
      <method name='Inhibit'><arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>
      <arg type='s' direction='in'/><arg type='h' direction='out'/></method></interface></node>"""

    def __init__(self):
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.inhibited = 0
        node = Gio.DBusNodeInfo.new_for_xml(self.XML)
        self.bus.register_object("/org/freedesktop/login1", node.interfaces[0], self.call, None, None)
        for name in (LOGIN, SAVER):
            self.bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                               GLib.Variant("(su)", (name, 4)), None, Gio.DBusCallFlags.NONE, -1, None)

    def call(self, bus, sender, path, interface, method, parameters, invocation):
        if method == "GetSessionByPID":
            invocation.return_value(GLib.Variant("(o)", ("/org/freedesktop/login1/session/ours",)))
            return
        self.inhibited += 1
        read, write = os.pipe()
        fds = Gio.UnixFDList.new()
        index = fds.append(write)
        os.close(write)
        invocation.return_value_with_unix_fd_list(GLib.Variant("(h)", (index,)), fds)

    def say(self, path, interface, signal, value):
        self.bus.emit_signal(None, path, interface, signal, GLib.Variant("(b)", (value,)))
        self.bus.flush_sync(None)


def shoot(name, language):
    folder = os.environ.get("CARBONDESK_SHOTS")
    if folder:
        subprocess.run(["import", "-window", "root", os.path.join(folder, "%s-%s.png" % (name, language))], check=False)


def check_bare(program, texts, before):
    nodes, said = program.read()
    bad = [text for text in said if is_figure(text) or "CEA" in text]
    assert not bad, "said while locked: %s" % bad
    assert any(texts["practice"] in text for text in said) and any(texts["honest"] in text for text in said), said
    ok("no figure in %d nodes" % len(nodes))
    leaks = []
    for node in before:
        node.clear_cache_single() if hasattr(node, "clear_cache_single") else node.clear_cache()
        # The titles of the workspaces are no figures: the reader's library keeps the names of their buttons.
        leaks += [text for text in texts_of(node) if is_figure(text) and text not in texts["titles"]]
    assert not leaks, "a node known before still says: %s" % leaks[:20]
    ok("nothing behind %d nodes that were known before" % len(before))


def key(*keys):
    subprocess.run(["xdotool", "key", "--clearmodifiers", *keys], check=True)


def run(language, program_path):
    texts = TEXTS[language]
    desktop = Desktop()
    program = Program(program_path)
    try:
        look(language, texts, desktop, program)
    finally:
        if program.child.poll() is None:
            program.child.kill()
            program.child.wait()


def look(language, texts, desktop, program):
    program.wait("the program is there", program.find)
    program.wait("it is live", lambda: program.says(texts["live"]))
    program.wait("its figures can be read", lambda: len(program.figures()) > 100)
    program.wait("sleep would wait for it", lambda: desktop.inhibited == 1)
    for name, lock, why in (
            ("sleep", lambda: desktop.say("/org/freedesktop/login1", LOGIN + ".Manager", "PrepareForSleep", True), texts["sleep"]),
            ("screen", lambda: desktop.say("/ScreenSaver", SAVER, "ActiveChanged", True), texts["session"]),
            ("hand", lambda: key("ctrl+alt+l"), texts["hand"])):
        before = [node for node in program.read()[0] if any(is_figure(text) for text in texts_of(node))]
        assert len(before) > 50, len(before)
        lock()
        program.wait("%s locks it" % name, lambda: program.says(why))
        check_bare(program, texts, before)
        shoot("locked-" + name, language)
        # Keys of the covered window do nothing: the ticket does not open, no other window either.
        key("ctrl+b")
        key("ctrl+comma")
        key("ctrl+shift+3")
        check_bare(program, texts, [])
        assert program.app.get_child_count() == 1, program.app.get_child_count()
        key("Return")
        program.wait("Enter on the button opens it", lambda: len(program.figures()) > 100)
    key("ctrl+q")
    program.child.wait(LIMIT_S)
    ok("it ends")
    print("1..%d" % number)


def main():
    language, program, venue, schemas, locales = sys.argv[1], *map(os.path.abspath, sys.argv[2:6])
    with tempfile.TemporaryDirectory(prefix="carbondesk-lock-") as home:
        os.environ.update(XDG_DATA_HOME=home, XDG_CACHE_HOME=os.path.join(home, "cache"), XDG_CONFIG_HOME=os.path.join(home, "config"),
                          CARBONDESK_VENUE=venue, GSETTINGS_SCHEMA_DIR=schemas, CARBONDESK_LOCALEDIR=locales,
                          DBUS_SYSTEM_BUS_ADDRESS=os.environ["DBUS_SESSION_BUS_ADDRESS"],
                          LC_ALL={"en": "en_US.UTF-8", "zh": "zh_CN.UTF-8"}[language])
        manager = subprocess.Popen(["openbox"], stderr=subprocess.DEVNULL)
        try:
            run(language, program)
        finally:
            manager.terminate()
            manager.wait()


if __name__ == "__main__":
    main()
