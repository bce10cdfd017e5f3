//! Benchmarks and the floor programs they are measured against
