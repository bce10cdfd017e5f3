-- What was learned about models by using them.

CREATE TABLE learned (
    model  TEXT    PRIMARY KEY,
    ratio  REAL    NOT NULL,
    window INTEGER,
    of     INTEGER NOT NULL,
    at     INTEGER NOT NULL
) STRICT;
