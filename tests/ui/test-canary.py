#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Canary test (P32): whole sessions of the real program with a known PIN and a known passphrase, then a search for them everywhere.

Searched: every file that was written (journal, cache, layout, logs with all debug messages on, keyring, token), plain, as UTF-16, hex
and base64; environment, command line and memory of the running programs; every clipboard; what a screen reader is told while it is
typed; what a crash leaves. First each of these searches must find a canary that was planted for it.

Usage: test-canary.py CARBONDESK VENUE SCHEMADIR LOCALEDIR. CARBONDESK_CANARY_SESSIONS: how many of each kind (1).
"""
import base64
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

LIMIT_S = 60
PASSPHRASE = "kanarienvogel7316xqzpass"
WRONG = "kanarienvogel4420wrong"
PIN = "kanarienvogel9958pin"
CANARIES = (PASSPHRASE, WRONG, PIN)
PERSON = "power-trader"
number = 0


def ok(what):
    global number
    number += 1
    print("ok %d - %s" % (number, what), flush=True)


# --- searches --------------------------------------------------------------------------------------------------------------


def shapes(word):
    raw = word.encode()
    # Base64 of three alignments, without the ends that depend on what stands around.
    encoded = {base64.b64encode(b"x" * shift + raw)[4 if shift else 0:-4] for shift in range(3)}
    return {raw, word.encode("utf-16-le"), raw.hex().encode(), raw.hex().upper().encode(), *encoded}


NEEDLES = {shape: word for word in CANARIES for shape in shapes(word)}


def in_bytes(data):
    return sorted({word for shape, word in NEEDLES.items() if shape in data})


def in_files(folder):
    """(found, files, bytes)"""
    found, files, size = [], 0, 0
    for top, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(top, name)
            if not os.path.isfile(path) or os.path.islink(path):
                continue
            with open(path, "rb") as file:
                data = file.read()
            files += 1
            size += len(data)
            found += [(path, word) for word in in_bytes(data) + in_bytes(name.encode())]
    return found, files, size


def in_process(pid):
    """Environment, command line and every readable page."""
    found = []
    for name in ("environ", "cmdline"):
        with open("/proc/%d/%s" % (pid, name), "rb") as file:
            found += [(name, word) for word in in_bytes(file.read())]
    with open("/proc/%d/maps" % pid, encoding="utf-8") as maps, open("/proc/%d/mem" % pid, "rb", 0) as memory:
        for line in maps:
            place, rights, *rest = line.split()
            if "r" not in rights or "w" not in rights or (rest[-1].startswith("[v") if rest else False):
                continue
            begin, end = (int(x, 16) for x in place.split("-"))
            try:
                memory.seek(begin)
                data = memory.read(end - begin)
            except (OSError, ValueError, OverflowError):
                continue
            found += [("memory %s %s" % (place, rest[-1] if rest else ""), word) for word in in_bytes(data or b"")]
    return found


def in_clipboards():
    found = []
    for name in ("primary", "secondary", "clipboard"):
        said = subprocess.run(["timeout", "5", "xclip", "-o", "-selection", name], capture_output=True, check=False).stdout
        found += [(name, word) for word in in_bytes(said)]
    return found


def self_check(home):
    """Each search finds what was planted for it."""
    folder = os.path.join(home, "planted")
    os.makedirs(folder)
    for i, shape in enumerate(sorted(NEEDLES)):
        with open(os.path.join(folder, "plain-%d" % i), "wb") as file:
            file.write(b"\0" * 100 + shape + b"\n")
    assert len(in_files(folder)[0]) >= len(NEEDLES), "a planted shape was not found"
    for i in range(3):
        assert in_bytes(base64.b64encode(b"abc"[:i] + PIN.encode() + b" and more")), "base64 is not found"
    database = sqlite3.connect(os.path.join(folder, "planted.db"))
    database.execute("CREATE TABLE journal (body BLOB)")
    database.execute("INSERT INTO journal VALUES (?)", (PIN.encode(),))
    database.commit()
    database.close()
    assert any(path.endswith("planted.db") for path, _ in in_files(folder)[0])
    child = subprocess.Popen(["/usr/bin/python3", "-c", "import sys; s = 'kanarienvogel' + '9958pin'; print(s[:1], flush=True); sys.stdin.read()"],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "SECRET": PASSPHRASE})
    child.stdout.readline()
    found = in_process(child.pid)
    child.stdin.close()
    child.wait()
    assert ("environ", PASSPHRASE) in found and any(where.startswith("memory") and word == PIN for where, word in found), found
    owner = subprocess.Popen(["xclip", "-i", "-quiet", "-selection", "clipboard"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    owner.stdin.write(WRONG.encode())
    owner.stdin.close()
    end = time.monotonic() + LIMIT_S
    while not in_clipboards():
        assert time.monotonic() < end, "the clipboard is not searched"
    owner.terminate()
    owner.wait()
    subprocess.run(["rm", "-r", folder], check=True)
    ok("every search finds what was planted for it")


# --- the program -----------------------------------------------------------------------------------------------------------


class Program:
    running = []

    def __init__(self, program, home, *options):
        from gi.repository import Atspi

        self.atspi = Atspi
        self.log = open(os.path.join(home, "log-%d.txt" % time.monotonic_ns()), "wb")
        self.child = subprocess.Popen([program, "--profile", "canary", "--size", "1366x768", *options], cwd=home, stdout=self.log, stderr=self.log,
                                      env={**os.environ, "G_MESSAGES_DEBUG": "all"})
        self.app = None
        Program.running.append(self.child)

    def texts(self):
        result = []

        def walk(node, depth=0):
            if node is None or depth > 50:
                return
            for read in (node.get_name, node.get_description, lambda: self.atspi.Text.get_text(node, 0, self.atspi.Text.get_character_count(node))):
                try:
                    result.append(read() or "")
                except Exception:
                    pass
            try:
                for i in range(node.get_child_count()):
                    walk(node.get_child_at_index(i), depth + 1)
            except Exception:
                pass

        if self.app is None:
            desktop = self.atspi.get_desktop(0)
            for i in range(desktop.get_child_count()):
                app = desktop.get_child_at_index(i)
                if app is not None and app.get_process_id() == self.child.pid and app.get_child_count() > 0:
                    self.app = app
        if self.app is not None:
            self.app.clear_cache()
            walk(self.app)
        return result

    def wait(self, part):
        end = time.monotonic() + LIMIT_S
        while not any(part in text for text in self.texts()):
            assert self.child.poll() is None, "it ended before: " + part
            assert time.monotonic() < end, "not seen: %s\n%s" % (part, self.texts()[-60:])

    def enter(self, secret):
        subprocess.run(["xdotool", "type", "--delay", "10", secret], check=True)
        end = time.monotonic() + LIMIT_S
        # Typed to the end: one dot for each letter.
        while not any(len(text) >= len(secret) and set(text) == {"●"} or set(text) == {"•"} for text in self.texts() if text):
            assert time.monotonic() < end, "nothing was typed: %s" % self.texts()
            assert not [text for text in self.texts() if in_bytes(text.encode())]
        told = [text for text in self.texts() if in_bytes(text.encode())]
        assert not told, "a screen reader is told: %s" % told
        subprocess.run(["xdotool", "key", "Return"], check=True)

    def end(self):
        subprocess.run(["xdotool", "key", "ctrl+q"], check=True)
        self.child.wait(LIMIT_S)
        self.log.close()

    def crash(self):
        self.child.send_signal(signal.SIGSEGV)
        self.child.wait(LIMIT_S)
        self.log.close()


def lock_and_open(program, secret):
    subprocess.run(["xdotool", "key", "ctrl+alt+l"], check=True)
    program.wait("Locked by hand")
    program.enter(secret)
    program.wait("Live on the practice market")


def check_running(program, what):
    found = in_clipboards()
    assert not found, found
    found = in_process(program.child.pid)
    assert not found, found
    ok("%s: not in environment, command line, memory or a clipboard" % what)


def session_passphrase(path, home, certs):
    options = ("--certificate", certs + "/person-%s.pem" % PERSON, "--key", os.path.join(home, "guarded.key"))
    program = Program(path, home, *options)
    program.wait("Nobody has signed in yet")
    program.enter(WRONG)
    program.wait("Wrong passphrase")
    subprocess.run(["xdotool", "key", "Tab", "Tab", "space", "shift+Tab", "shift+Tab"], check=False)
    program.enter(PASSPHRASE)
    program.wait("Live on the practice market")
    lock_and_open(program, PASSPHRASE)
    check_running(program, "passphrase")
    program.crash()


def session_pin(path, home):
    program = Program(path, home, "--certificate", "pkcs11:token=canary;object=trader;type=cert", "--key", "pkcs11:token=canary;object=trader;type=private")
    program.wait("Nobody has signed in yet")
    program.enter(WRONG)
    program.wait("Wrong PIN")
    program.enter(PIN)
    program.wait("Live on the practice market")
    lock_and_open(program, PIN)
    check_running(program, "PIN")
    program.end()


def run(commands):
    for command in commands:
        done = subprocess.run(command, capture_output=True, check=False)
        assert done.returncode == 0, "%s: %s %s" % (command[0], done.stdout, done.stderr)


def prepare(path, home):
    """A profile with its certificates; the key once more under the passphrase, and in a token; a keyring that is open."""
    program = Program(path, home)
    program.wait("Live on the practice market")
    program.end()
    certs = os.path.join(os.environ["XDG_DATA_HOME"], "carbondesk/practice/canary/venue/main/certs")
    key, cert = certs + "/person-%s.key" % PERSON, certs + "/person-%s.pem" % PERSON
    with open(os.environ["SOFTHSM2_CONF"], "w", encoding="utf-8") as conf:
        conf.write("directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n" % os.path.join(home, "tokens"))
    os.makedirs(os.path.join(home, "tokens"))
    put = ["p11tool", "--batch", "--login", "--set-pin", PIN, "--write", "--label", "trader", "--id", "01"]
    run([["certtool", "--to-p8", "--pkcs-cipher=aes-256", "--password=" + PASSPHRASE, "--load-privkey", key, "--outfile", os.path.join(home, "guarded.key")],
         ["softhsm2-util", "--init-token", "--free", "--label", "canary", "--so-pin", "12345678", "--pin", PIN],
         [*put, "--load-privkey", key, "pkcs11:token=canary"], [*put, "--load-certificate", cert, "pkcs11:token=canary"]])
    return certs


def keyring(home):
    daemon = subprocess.Popen(["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, cwd=home)
    daemon.stdin.write(b"keyring-login")
    daemon.stdin.close()
    return daemon


def inner(path):
    import gi

    gi.require_version("Atspi", "2.0")
    home = os.environ["HOME"]
    manager = subprocess.Popen(["openbox"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    daemon = keyring(home)
    try:
        self_check(home)
        certs = prepare(path, home)
        for _ in range(int(os.environ.get("CARBONDESK_CANARY_SESSIONS", "1"))):
            session_passphrase(path, home, certs)
            # What was ticked opens the next start without a word.
            program = Program(path, home, "--certificate", certs + "/person-%s.pem" % PERSON, "--key", os.path.join(home, "guarded.key"))
            program.wait("Live on the practice market")
            ok("the keyring opens the next start")
            check_running(program, "keyring")
            program.end()
            session_pin(path, home)
        found, files, size = in_files(home)
        assert not found, found
        assert os.path.exists(os.path.join(home, ".local/share/carbondesk/practice/canary/journal.db")) and files > 20
        ok("not in %d files, %d bytes" % (files, size))
        assert not [name for name in os.listdir(home) if name.startswith("core")], "a crash left a core"
        ok("a crash leaves no core")
    finally:
        for child in (manager, daemon, *Program.running):
            if child.poll() is None:
                child.kill()
                child.wait()
    print("1..%d" % number)


def main():
    if sys.argv[1] == "--inner":
        inner(sys.argv[2])
        return
    program, venue, schemas, locales = map(os.path.abspath, sys.argv[1:5])
    with tempfile.TemporaryDirectory(prefix="carbondesk-canary-") as home:
        os.makedirs(os.path.join(home, "run"), mode=0o700)
        environment = {**os.environ, "HOME": home, "XDG_DATA_HOME": home + "/.local/share", "XDG_CACHE_HOME": home + "/.cache",
                       "XDG_CONFIG_HOME": home + "/.config", "XDG_RUNTIME_DIR": home + "/run", "CARBONDESK_VENUE": venue, "GSETTINGS_SCHEMA_DIR": schemas,
                       "CARBONDESK_LOCALEDIR": locales, "LC_ALL": "en_US.UTF-8", "SOFTHSM2_CONF": home + "/softhsm2.conf", "GSK_RENDERER": "cairo"}
        for name in ("DBUS_SESSION_BUS_ADDRESS", "AT_SPI_BUS_ADDRESS"):
            environment.pop(name, None)
        # A bus of its own, so that the keyring that answers on it is this one.
        done = subprocess.run(["dbus-run-session", "--", "/usr/bin/python3", "-B", os.path.abspath(__file__), "--inner", program], env=environment, check=False)
        sys.exit(done.returncode)


if __name__ == "__main__":
    main()
