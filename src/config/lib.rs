//! Settings and paths: layers, origins, edits that keep comments
