-- Deliveries name who is at them and may be unknown; calls lost in a crash are counted.

CREATE TABLE outbox_4 (
    n        INTEGER PRIMARY KEY,
    id       BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    channel  TEXT    NOT NULL,
    chat     TEXT    NOT NULL,
    key      TEXT    NOT NULL,
    body     TEXT    NOT NULL, -- JSON
    sum      INTEGER NOT NULL,
    state    TEXT    NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'dead',
                 'unknown')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at  INTEGER,
    reason   TEXT,
    owner    BLOB CHECK (length(owner) = 16), -- who is or was at it
    UNIQUE (channel, chat, key)
) STRICT;
INSERT INTO outbox_4 (n, id, channel, chat, key, body, sum, state, attempts, next_at, reason)
    SELECT n, id, channel, chat, key, body, sum, state, attempts, next_at, reason FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_4 RENAME TO outbox;
-- What nobody knows the outcome of waits for a person, and holds nobody up.
CREATE INDEX outbox_waiting ON outbox (channel, chat, n)
    WHERE state NOT IN ('sent', 'dead', 'unknown');

-- What was held back for a call whose process died counts as spent: nobody will ever say
-- what it did cost. These are among `requests` and `cost_usd`.
ALTER TABLE spent ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;
ALTER TABLE spent ADD COLUMN lost_usd REAL NOT NULL DEFAULT 0;
ALTER TABLE reservation ADD COLUMN output_tokens INTEGER NOT NULL DEFAULT 0; -- of `tokens`
ALTER TABLE reservation ADD COLUMN priced INTEGER NOT NULL DEFAULT 1 CHECK (priced IN (0, 1));
