//! Reports as others may send them.
