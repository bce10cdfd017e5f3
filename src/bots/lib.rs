//! Who the bots are: roles, teams, prompts
