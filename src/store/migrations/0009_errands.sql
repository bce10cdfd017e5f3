-- Calls that are no bot's answer, whose provider did not come to say what they used.

ALTER TABLE auxiliary ADD COLUMN estimated INTEGER NOT NULL DEFAULT 0 CHECK (estimated IN (0, 1));
