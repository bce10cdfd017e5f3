-- Branches and trash, search, checkpoints, budgets, recordings, the outbox.

ALTER TABLE session ADD COLUMN trashed_at INTEGER;

ALTER TABLE inbox ADD COLUMN withdrawn_at INTEGER;
DROP INDEX inbox_waiting;
CREATE INDEX inbox_waiting ON inbox (room, priority, arrival)
    WHERE turn IS NULL AND withdrawn_at IS NULL;

-- The room's newest event when the turn was claimed: its own come after it.
ALTER TABLE turn ADD COLUMN events_after INTEGER NOT NULL DEFAULT 0;
CREATE INDEX turn_of_room ON turn (room);

CREATE INDEX request_of_turn ON request (turn);
ALTER TABLE response ADD COLUMN stream BLOB REFERENCES content (id);
CREATE INDEX approval_of_turn ON approval (turn);

-- The words of every message. The text itself stays in `message` alone.
CREATE VIEW message_said (n, said) AS
    SELECT m.n, (SELECT group_concat(json_extract(p.value, '$.content.text'), char(10))
                 FROM json_each(iif(json_valid(m.body), m.body, '{}'), '$.parts') p
                 WHERE json_extract(p.value, '$.content.kind') = 'text')
    FROM message m;
CREATE VIRTUAL TABLE message_words USING fts5 (
    said, content = 'message_said', content_rowid = 'n',
    tokenize = 'porter unicode61 remove_diacritics 2'
);
INSERT INTO message_words (rowid, said) SELECT n, said FROM message_said WHERE said IS NOT NULL;

-- What stands for the first `seq` messages of a session.
CREATE TABLE checkpoint (
    n       INTEGER PRIMARY KEY,
    session INTEGER NOT NULL REFERENCES session (n),
    seq     INTEGER NOT NULL,
    body    TEXT    NOT NULL, -- JSON
    sum     INTEGER NOT NULL
) STRICT;
CREATE INDEX checkpoint_of_session ON checkpoint (session, seq);

-- What was spent, by the quarter of an hour.
CREATE TABLE spent (
    n                   INTEGER PRIMARY KEY,
    quarter             INTEGER NOT NULL, -- since 1970 UTC
    room                INTEGER NOT NULL REFERENCES room (n),
    session             INTEGER NOT NULL, -- 0 outside of any
    bot                 TEXT    NOT NULL,
    model               TEXT    NOT NULL,
    requests            INTEGER NOT NULL,
    input_tokens        INTEGER NOT NULL,
    cached_input_tokens INTEGER NOT NULL,
    cache_write_tokens  INTEGER NOT NULL,
    output_tokens       INTEGER NOT NULL,
    reasoning_tokens    INTEGER NOT NULL,
    cost_usd            REAL    NOT NULL,
    unpriced            INTEGER NOT NULL,
    UNIQUE (quarter, room, session, bot, model)
) STRICT;
INSERT INTO spent (quarter, room, session, bot, model, requests, input_tokens,
                   cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens,
                   cost_usd, unpriced)
    SELECT a.at / 900000, t.room, t.session, q.bot, q.model, count(*),
           sum(coalesce(json_extract(a.usage, '$.input_tokens'), 0)),
           sum(coalesce(json_extract(a.usage, '$.cached_input_tokens'), 0)),
           sum(coalesce(json_extract(a.usage, '$.cache_write_tokens'), 0)),
           sum(coalesce(json_extract(a.usage, '$.output_tokens'), 0)),
           sum(coalesce(json_extract(a.usage, '$.reasoning_tokens'), 0)),
           sum(coalesce(a.cost_usd, 0.0)),
           sum(a.cost_usd IS NULL AND coalesce(json_extract(a.usage, '$.input_tokens'), 0)
                                      + coalesce(json_extract(a.usage, '$.output_tokens'), 0) > 0)
    FROM response a JOIN request q ON q.n = a.request JOIN turn t ON t.n = q.turn
    GROUP BY 1, 2, 3, 4, 5;

-- Calls that are no bot's answer.
CREATE TABLE auxiliary (
    n        INTEGER PRIMARY KEY,
    turn     INTEGER REFERENCES turn (n),
    room     INTEGER NOT NULL REFERENCES room (n),
    session  INTEGER REFERENCES session (n),
    bot      TEXT    NOT NULL,
    model    TEXT    NOT NULL,
    purpose  TEXT    NOT NULL,
    usage    TEXT    NOT NULL, -- JSON
    cost_usd REAL,
    at       INTEGER NOT NULL
) STRICT;
CREATE INDEX auxiliary_of_turn ON auxiliary (turn) WHERE turn IS NOT NULL;

-- What is held back for calls on their way; gone when they are over.
CREATE TABLE reservation (
    n       INTEGER PRIMARY KEY,
    id      BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    owner   BLOB    NOT NULL CHECK (length(owner) = 16),
    turn    INTEGER REFERENCES turn (n),
    room    INTEGER NOT NULL REFERENCES room (n),
    session INTEGER REFERENCES session (n),
    bot     TEXT    NOT NULL,
    model   TEXT    NOT NULL,
    usd     REAL    NOT NULL,
    tokens  INTEGER NOT NULL,
    at      INTEGER NOT NULL
) STRICT;

-- What a turn read of the world outside.
CREATE TABLE recorded (
    n     INTEGER PRIMARY KEY,
    turn  INTEGER NOT NULL REFERENCES turn (n),
    name  TEXT    NOT NULL,
    bytes BLOB    NOT NULL,
    sum   INTEGER NOT NULL
) STRICT;
CREATE INDEX recorded_of_turn ON recorded (turn);

CREATE TABLE outbox (
    n        INTEGER PRIMARY KEY,
    id       BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    channel  TEXT    NOT NULL,
    chat     TEXT    NOT NULL,
    key      TEXT    NOT NULL,
    body     TEXT    NOT NULL, -- JSON
    sum      INTEGER NOT NULL,
    state    TEXT    NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'dead')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at  INTEGER,
    reason   TEXT,
    UNIQUE (channel, chat, key)
) STRICT;
CREATE INDEX outbox_waiting ON outbox (channel, chat, n) WHERE state NOT IN ('sent', 'dead');
