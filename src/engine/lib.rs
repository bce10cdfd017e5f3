//! The brain: rooms, turns, the one road of a message
