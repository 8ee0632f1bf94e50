-- SPDX-License-Identifier: GPL-3.0-or-later
-- Everything here can be had again. Keys are the order in which pages are read.
CREATE TABLE bar (
  instrument TEXT NOT NULL,
  span_us INTEGER NOT NULL CHECK (span_us >= 0), -- 0 = daily
  at INTEGER NOT NULL, -- day number when daily, else start in microseconds
  start_us INTEGER NOT NULL,
  day INTEGER NOT NULL,
  open_e4 INTEGER NOT NULL,
  high_e4 INTEGER NOT NULL,
  low_e4 INTEGER NOT NULL,
  close_e4 INTEGER NOT NULL,
  volume INTEGER NOT NULL CHECK (volume >= 0),
  amount_e4 INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  PRIMARY KEY (instrument, span_us, at)
) STRICT, WITHOUT ROWID;
CREATE TABLE applied (
  account TEXT NOT NULL PRIMARY KEY,
  epoch TEXT NOT NULL,
  seq INTEGER NOT NULL CHECK (seq >= 0)
) STRICT, WITHOUT ROWID;
CREATE TABLE event (
  account TEXT NOT NULL,
  seq INTEGER NOT NULL CHECK (seq > 0),
  epoch TEXT NOT NULL,
  at_us INTEGER NOT NULL,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (account, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE statement (
  sha256 TEXT NOT NULL CHECK (length (sha256) = 64),
  line INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  account TEXT NOT NULL,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (sha256, line)
) STRICT, WITHOUT ROWID;
CREATE TABLE value (
  name TEXT NOT NULL PRIMARY KEY,
  at_us INTEGER NOT NULL,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
