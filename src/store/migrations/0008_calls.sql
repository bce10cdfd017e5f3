-- A call is found among those of its turn, however many those are.

DROP INDEX tool_call_of_turn;
CREATE INDEX tool_call_of_turn ON tool_call (turn, call_id);
