//! Input that is absurd on purpose.
