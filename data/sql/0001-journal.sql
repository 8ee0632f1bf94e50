-- SPDX-License-Identifier: GPL-3.0-or-later
-- What this workstation did and was told, in order, for ever. No secondary index: one page is written per commit.
CREATE TABLE journal (
  seq INTEGER PRIMARY KEY CHECK (seq > 0),
  at_us INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (length (kind) BETWEEN 1 AND 48),
  key TEXT NOT NULL CHECK (length (key) <= 128),
  body BLOB NOT NULL,
  prev BLOB NOT NULL CHECK (length (prev) = 32),
  hash BLOB NOT NULL CHECK (length (hash) = 32)
) STRICT;
CREATE TRIGGER journal_is_not_changed BEFORE UPDATE ON journal
BEGIN SELECT raise (ABORT, 'the journal is never changed'); END;
CREATE TRIGGER journal_is_not_deleted BEFORE DELETE ON journal
BEGIN SELECT raise (ABORT, 'the journal is never deleted'); END;
