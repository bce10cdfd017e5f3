//! May it, can it, was it: the sanitiser and the policy
