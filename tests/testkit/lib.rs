//! Test doubles: a scripted model, a fake model server that can misbehave
