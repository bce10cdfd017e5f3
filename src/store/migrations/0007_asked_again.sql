-- How often a provider was asked for one answer; failures can be found without reading the rest.

ALTER TABLE response ADD COLUMN requests INTEGER NOT NULL DEFAULT 1;
ALTER TABLE auxiliary ADD COLUMN requests INTEGER NOT NULL DEFAULT 1;
CREATE INDEX response_failed ON response (at) WHERE problem IS NOT NULL;

-- What was brought in from elsewhere was paid for elsewhere: nobody here knows how much.
UPDATE session SET unpriced = unpriced + 1
    WHERE messages > inherited AND n NOT IN (SELECT session FROM turn)
      AND n NOT IN (SELECT session FROM spent);
