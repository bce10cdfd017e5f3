use super::*;

#[test]
fn the_command_line_is_sound() {
    root().debug_assert();
}
