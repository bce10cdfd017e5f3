//! The threads that compute: a pool of our own, so that nothing depends on the environment
//! and nothing else in the process shares it.

use crate::LocalError;

/// A pool of `wanted` threads, or one per processor but at most `most`.
///
/// The dense product of candle asks rayon for its threads, and finds those of the pool that
/// it is called in.
pub(crate) fn pool(wanted: Option<usize>, most: usize) -> Result<rayon::ThreadPool, LocalError> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = wanted.unwrap_or(processors).clamp(1, most);
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|i| format!("local-model-{i}"))
        .build()
        .map_err(|error| LocalError::Compute(error.to_string()))
}
