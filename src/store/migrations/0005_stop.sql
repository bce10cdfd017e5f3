-- Who wants a turn to end that another process runs; which messages joined which turn.

ALTER TABLE turn ADD COLUMN stop_by TEXT;

-- Set besides `turn` for a message that became part of a turn of another message.
ALTER TABLE inbox ADD COLUMN joined INTEGER REFERENCES turn (n);
UPDATE inbox SET joined = turn
    WHERE turn IS NOT NULL AND arrival NOT IN (SELECT arrival FROM turn);
CREATE INDEX inbox_joined ON inbox (joined) WHERE joined IS NOT NULL;
