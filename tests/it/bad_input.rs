//! Everything that can be wrong around the program: one clear line, the right exit code,
//! nothing lost.

mod configuration;
mod database;
mod dialects;
mod floods;
mod home;
mod model;
mod network;
mod streams;
