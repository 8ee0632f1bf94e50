#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A profile is started a second time while it is open (F46): the second start refuses and the first window comes to the front.

Real programs, real venue, one bus, one window manager. Usage: test-instance.py CARBONDESK VENUE SCHEMADIR LOCALEDIR
"""
import os
import signal
import subprocess
import sys
import tempfile
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

LIMIT_S = 60
LIVE = "Live on the practice market"
OPEN = "is open already; its window was raised"
IN_USE = "is in use"
number = 0


def ok(what):
    global number
    number += 1
    print("ok %d - %s" % (number, what), flush=True)


def wait(what, condition, detail=lambda: ""):
    end = time.monotonic() + LIMIT_S
    while time.monotonic() < end:
        if condition():
            ok(what)
            return
        GLib.MainContext.default().iteration(False)
    print("not ok - not within %d s: %s\n# %s" % (LIMIT_S, what, detail()), flush=True)
    sys.exit(1)


class Program:
    everyone = []

    def __init__(self, program, profile, **changes):
        self.child = subprocess.Popen([program, "--profile", profile, "--size", "1366x768"], stderr=subprocess.PIPE, text=True, env=dict(os.environ, **changes))
        Program.everyone.append(self)

    def windows(self):
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(self.child.pid)], capture_output=True, text=True, check=False)
        return found.stdout.split()

    def is_active(self):
        found = subprocess.run(["xdotool", "getactivewindow", "getwindowpid"], capture_output=True, text=True, check=False)
        return found.stdout.strip() == str(self.child.pid)

    def said(self):
        """All names in its accessible tree."""
        desktop, said = Atspi.get_desktop(0), []
        for i in range(desktop.get_child_count()):
            try:
                app = desktop.get_child_at_index(i)
                if app is not None and app.get_process_id() == self.child.pid:
                    app.clear_cache()
                    self.walk(app, said, 0)
            except GLib.Error:
                pass  # one that has just ended
        return said

    def walk(self, node, said, depth):
        try:
            said.append(node.get_name() or "")
            children = [node.get_child_at_index(i) for i in range(node.get_child_count())] if depth < 60 else []
        except GLib.Error:
            return
        for child in children:
            if child is not None:
                self.walk(child, said, depth + 1)

    def says(self, part):
        return any(part in text for text in self.said())

    def refuses(self, what):
        status = self.child.wait(LIMIT_S)
        error = self.child.stderr.read()
        assert status == 1 and OPEN in error, "%s: status %s, said: %s" % (what, status, error)
        ok(what)


def venues():
    """Processes of the practice market: a second desk of a profile would start one more."""
    found = subprocess.run(["pgrep", "-f", os.environ["CARBONDESK_VENUE"]], capture_output=True, text=True, check=False)
    return found.stdout.split()


def look(program):
    # Point one: the first has no window yet.
    first = Program(program, "one")
    wait("the first start has its name on the bus", lambda: ".profile.p" in names_on_bus())
    Program(program, "one").refuses("a second start is refused before the first has its window")
    wait("the first has its window", first.windows)
    wait("the first is live", lambda: first.says(LIVE), lambda: " | ".join(first.said()[:200]))

    # Point two: live, behind the window of another profile.
    other = Program(program, "two")
    wait("another profile opens a window of its own", other.windows)
    wait("it is the active one", other.is_active)
    wait("it is live", lambda: other.says(LIVE))
    before = venues()
    Program(program, "one").refuses("a second start is refused while the first is live")
    wait("the first window is the active one", first.is_active)
    assert venues() == before, (venues(), before)
    assert first.child.poll() is None and other.child.poll() is None
    ok("nothing else was started or ended")

    # The first does not answer: the lock of the profile keeps the second out, and its window says so.
    os.kill(first.child.pid, signal.SIGSTOP)
    lonely = Program(program, "one")
    wait("without an answer the second says that the profile is in use", lambda: lonely.says(IN_USE), lambda: " | ".join(lonely.said()[:200]))
    assert venues() == before, (venues(), before)
    lonely.child.kill()
    lonely.child.wait()
    os.kill(first.child.pid, signal.SIGCONT)
    Program(program, "one").refuses("the first answers again")

    # Without a bus the lock decides as well.
    blind = Program(program, "one", DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent", GTK_A11Y="none")
    wait("without a bus a window opens", blind.windows)
    assert venues() == before, (venues(), before)
    ok("and starts nothing")
    blind.child.kill()
    blind.child.wait()

    # Point three: the first is about to end. The second waits and has the profile.
    for turn in range(3):
        wait("the window is there to be closed (%d)" % turn, first.windows)
        subprocess.run(["xdotool", "windowactivate", "--sync", first.windows()[-1]], check=True)
        wait("it is the active one (%d)" % turn, first.is_active)
        subprocess.run(["xdotool", "key", "--clearmodifiers", "ctrl+q"], check=True)
        wait("the first closes its window (%d)" % turn, lambda: not first.windows())
        again = Program(program, "one")
        wait("who starts while it ends has the profile (%d)" % turn, lambda: again.says(LIVE), lambda: " | ".join(again.said()[:200]))
        assert first.child.wait(LIMIT_S) == 0
        first = again


def names_on_bus():
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    names = bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "ListNames", None, None, Gio.DBusCallFlags.NONE, -1, None)
    return " ".join(names.unpack()[0])


def main():
    program, venue, schemas, locales = map(os.path.abspath, sys.argv[1:5])
    with tempfile.TemporaryDirectory(prefix="carbondesk-instance-") as home:
        os.environ.update(XDG_DATA_HOME=home, XDG_CACHE_HOME=os.path.join(home, "cache"), XDG_CONFIG_HOME=os.path.join(home, "config"),
                          CARBONDESK_VENUE=venue, GSETTINGS_SCHEMA_DIR=schemas, CARBONDESK_LOCALEDIR=locales, LC_ALL="en_US.UTF-8")
        manager = subprocess.Popen(["openbox"], stderr=subprocess.DEVNULL)
        try:
            look(program)
        finally:
            for one in Program.everyone:
                if one.child.poll() is None:
                    one.child.kill()
                    one.child.wait()
            manager.terminate()
            manager.wait()
    print("1..%d" % number)


if __name__ == "__main__":
    main()
