-- Rooms, sessions, messages, events, the inbox, turns and what they did.
--
-- Names of ours are 16-byte UUIDs, digests 32 bytes, times milliseconds since 1970 UTC.
-- `n` is a row's short name inside this file. `sum` is a checksum over the row, for rows
-- that never change: a flipped bit is reported instead of believed.

PRAGMA application_id = 1852206955; -- "nfok"

CREATE TABLE room (
    n          INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    kind       TEXT    NOT NULL,
    members    TEXT    NOT NULL, -- JSON
    folder     TEXT,
    archived   INTEGER NOT NULL CHECK (archived IN (0, 1)),
    session    INTEGER REFERENCES session (n), -- the current one
    seq        INTEGER NOT NULL DEFAULT 0,     -- of the newest event
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- A tree: a branch begins with the first `inherited` messages of its parent.
CREATE TABLE session (
    n                   INTEGER PRIMARY KEY,
    id                  BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    room                INTEGER NOT NULL REFERENCES room (n),
    parent              INTEGER REFERENCES session (n),
    inherited           INTEGER NOT NULL DEFAULT 0,
    title               TEXT,
    messages            INTEGER NOT NULL, -- also the number of the newest one
    created_at          INTEGER NOT NULL,
    updated_at          INTEGER NOT NULL,
    input_tokens        INTEGER NOT NULL DEFAULT 0,
    cached_input_tokens INTEGER NOT NULL DEFAULT 0,
    cache_write_tokens  INTEGER NOT NULL DEFAULT 0,
    output_tokens       INTEGER NOT NULL DEFAULT 0,
    reasoning_tokens    INTEGER NOT NULL DEFAULT 0,
    cost_usd            REAL    NOT NULL DEFAULT 0,
    unpriced            INTEGER NOT NULL DEFAULT 0 -- responses without a known price
) STRICT;
CREATE INDEX session_of_room ON session (room);

CREATE TABLE message (
    n       INTEGER PRIMARY KEY,
    id      BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    session INTEGER NOT NULL REFERENCES session (n),
    seq     INTEGER NOT NULL, -- from 1, without gaps
    body    TEXT    NOT NULL, -- JSON
    sum     INTEGER NOT NULL,
    UNIQUE (session, seq)
) STRICT;

CREATE TABLE event (
    n    INTEGER PRIMARY KEY,
    room INTEGER NOT NULL REFERENCES room (n),
    seq  INTEGER NOT NULL, -- from 1, without gaps
    body TEXT    NOT NULL, -- JSON, its number not in it
    sum  INTEGER NOT NULL,
    UNIQUE (room, seq)
) STRICT;

CREATE TABLE inbox (
    arrival     INTEGER PRIMARY KEY,
    id          BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    room        INTEGER NOT NULL REFERENCES room (n),
    session     INTEGER NOT NULL REFERENCES session (n),
    channel     TEXT    NOT NULL,
    chat        TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    priority    INTEGER NOT NULL,
    owner       BLOB    NOT NULL CHECK (length(owner) = 16),
    accepted_at INTEGER NOT NULL,
    envelope    TEXT    NOT NULL, -- JSON
    options     TEXT    NOT NULL, -- JSON
    sum         INTEGER NOT NULL,
    turn        INTEGER REFERENCES turn (n), -- NULL while it waits
    UNIQUE (channel, chat, key)
) STRICT;
CREATE INDEX inbox_waiting ON inbox (room, priority, arrival) WHERE turn IS NULL;

CREATE TABLE turn (
    n           INTEGER PRIMARY KEY,
    id          BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    room        INTEGER NOT NULL REFERENCES room (n),
    session     INTEGER NOT NULL REFERENCES session (n),
    arrival     INTEGER NOT NULL REFERENCES inbox (arrival),
    owner       BLOB    NOT NULL CHECK (length(owner) = 16),
    state       TEXT    NOT NULL CHECK (state IN ('queued', 'running', 'waiting_approval',
                    'waiting_answer', 'finished', 'failed', 'cancelled')),
    claimed_at  INTEGER NOT NULL,
    lease_until INTEGER NOT NULL,
    ended_at    INTEGER,
    problem     TEXT, -- JSON
    run_folder  TEXT, -- where it works, in a room made for one script
    CHECK ((ended_at IS NULL) = (state NOT IN ('finished', 'failed', 'cancelled')))
) STRICT;
-- A room has one live turn, whatever goes wrong above.
CREATE UNIQUE INDEX turn_live ON turn (room) WHERE ended_at IS NULL;
CREATE INDEX turn_of_folder ON turn (run_folder) WHERE run_folder IS NOT NULL;

CREATE TABLE content (
    id    BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 32), -- SHA-256 of `bytes`
    bytes BLOB NOT NULL
) STRICT;

-- What was sent to a model: the first `shared` messages of the request before it in the
-- same run, then `added` (16 bytes each). A long run is not stored quadratically.
CREATE TABLE request (
    n         INTEGER PRIMARY KEY,
    turn      INTEGER NOT NULL REFERENCES turn (n),
    run       BLOB    NOT NULL CHECK (length(run) = 16),
    iteration INTEGER NOT NULL,
    bot       TEXT    NOT NULL,
    model     TEXT    NOT NULL,
    system    BLOB    NOT NULL REFERENCES content (id),
    tools     BLOB    NOT NULL REFERENCES content (id),
    shared    INTEGER NOT NULL,
    added     BLOB    NOT NULL,
    params    TEXT    NOT NULL, -- JSON
    at        INTEGER NOT NULL,
    sum       INTEGER NOT NULL
) STRICT;
CREATE INDEX request_of_run ON request (run, iteration);

CREATE TABLE response (
    request  INTEGER PRIMARY KEY REFERENCES request (n),
    message  BLOB,
    usage    TEXT    NOT NULL, -- JSON
    cost_usd REAL,
    problem  TEXT, -- JSON
    at       INTEGER NOT NULL
) STRICT;

CREATE TABLE tool_call (
    n           INTEGER PRIMARY KEY,
    turn        INTEGER NOT NULL REFERENCES turn (n),
    run         BLOB,
    call_id     TEXT    NOT NULL,
    tool        TEXT    NOT NULL,
    idempotent  INTEGER NOT NULL CHECK (idempotent IN (0, 1)),
    arguments   TEXT, -- JSON; NULL when it never started
    started_at  INTEGER,
    finished_at INTEGER,
    result      TEXT -- JSON
) STRICT;
CREATE INDEX tool_call_of_turn ON tool_call (turn);

CREATE TABLE approval (
    n          INTEGER PRIMARY KEY,
    id         BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    turn       INTEGER NOT NULL REFERENCES turn (n),
    request    TEXT    NOT NULL, -- JSON
    expires_at INTEGER NOT NULL,
    decision   TEXT, -- JSON; NULL while it waits
    settled_by TEXT,
    settled_at INTEGER
) STRICT;
CREATE INDEX approval_waiting ON approval (expires_at) WHERE decision IS NULL;
