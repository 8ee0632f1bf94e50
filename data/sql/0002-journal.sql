-- SPDX-License-Identifier: GPL-3.0-or-later
-- With each record how old the machine's clock said it was, how far the venue's clock stood from ours, and who said it. Records of
-- before have none of them, and their hash does not cover them.
ALTER TABLE journal ADD COLUMN source TEXT CHECK (source IS NULL OR length (source) BETWEEN 1 AND 48);
ALTER TABLE journal ADD COLUMN boot_us INTEGER CHECK (boot_us IS NULL OR source IS NOT NULL);
ALTER TABLE journal ADD COLUMN offset_us INTEGER;
