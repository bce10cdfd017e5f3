# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_nanofolks_global_optspecs
    string join \n home= profile= dir= room= bot= model= config= json color= offline plain log-level= log-format= v/verbose h/help V/version
end

function __fish_nanofolks_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_nanofolks_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_nanofolks_using_subcommand
    set -l cmd (__fish_nanofolks_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c nanofolks -n "__fish_nanofolks_needs_command" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_needs_command" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_needs_command" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_needs_command" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_needs_command" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_needs_command" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_needs_command" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_needs_command" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_needs_command" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_needs_command" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_needs_command" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -s V -l version -d 'Print version'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -f -a "chat" -d 'Talk with the bots, or ask one question'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -f -a "tui" -d 'Talk with the bots in the terminal'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -f -a "onboard" -d 'Set up: what is here, who answers, a first room'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -f -a "session" -d 'List, show, search, change, export and import conversations'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -f -a "export" -d 'Write conversations for people, as Markdown, JSON or PDF'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -f -a "room" -d 'List rooms; show and change what waits in them, stop what runs'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -f -a "approval" -d 'Answer questions of bots'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -f -a "channel" -d 'Take messages in from folders, and watch over what is sent'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -f -a "send" -d 'Send a message by a channel'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -f -a "model" -d 'Show and choose models; fetch embedded ones'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -f -a "auth" -d 'Store, show and forget the keys of providers'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -f -a "config" -d 'Show and change settings'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -f -a "status" -d 'Show version, home, model, providers and what is stored'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -f -a "doctor" -d 'Check that everything is in order'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -f -a "usage" -d 'Tokens used and what they cost'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -f -a "replay" -d 'Run a turn again from its record, offline'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -f -a "report" -d 'Pack a turn into a file that replays elsewhere'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -f -a "backup" -d 'Make, check and take back safety copies'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -f -a "logs" -d 'Show what was recorded'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -f -a "man" -d 'Print or write the manual pages'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -f -a "version" -d 'Show the version and what was built in'
complete -c nanofolks -n "__fish_nanofolks_needs_command" -f -a "generate" -d 'Write completions/ and man/ from the command line'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -s q -s m -l query -l message -d 'Ask this and print the answer; `-` reads the question from standard input' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -l session -d 'The session to speak in: an id, `new`, or `last`' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -l image -d 'Send a picture along: PNG, JPEG, GIF or WebP' -r -F
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -l file -d 'Send a text file along' -r -F
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -l max-iterations -l max-turns -d 'Most model calls of the turn [default: 20]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -l max-cost -d 'Most US dollars the turn may cost' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -l deadline -d 'Stop after this long, for example 90s or 5m' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -l idempotency-key -d 'Send it at most once: with the same key again, the answer is that of the first time' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -l approve -d 'How much is allowed without asking: plan, ask, auto-edit, auto-sandbox or full' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -l output-schema -d 'The answer must be JSON that follows this JSON Schema' -r -F
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -l continue -d 'Take up the last question asked in this folder'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -l i-accept-no-sandbox -d 'Allow `--approve full` although nothing contains the commands'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -l stream-json -d 'Print every event as a line of JSON, as it happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand chat" -l quiet -d 'Print nothing but the answer'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand tui" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand tui" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand tui" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand tui" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand tui" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand tui" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand tui" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand tui" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand tui" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand tui" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand tui" -l session -d 'The session to speak in: an id, `new`, or `last`' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand tui" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand tui" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand tui" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand tui" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand tui" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand tui" -l continue -d 'Take up the last question asked in this folder'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand onboard" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand onboard" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand onboard" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand onboard" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand onboard" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand onboard" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand onboard" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand onboard" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand onboard" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand onboard" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand onboard" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand onboard" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand onboard" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand onboard" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand onboard" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand onboard" -l non-interactive -d 'Ask nothing: take what is here, with the defaults for the rest'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -f -a "list" -d 'List conversations, the newest first'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -f -a "ls" -d 'List conversations, the newest first'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -f -a "show" -d 'Print what was said in a conversation'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -f -a "cat" -d 'Print what was said in a conversation'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -f -a "search" -d 'Find messages by their words'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -f -a "find" -d 'Find messages by their words'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -f -a "rename" -d 'Give a conversation a title'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -f -a "fork" -d 'Begin a branch of a conversation'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -f -a "branch" -d 'Begin a branch of a conversation'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -f -a "undo" -d 'Go on without the last exchange, in a branch'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -f -a "redo" -d 'Go back to what an undo or a rewind left'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -f -a "rewind" -d 'Go on from an earlier place, in a branch'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -f -a "retry" -d 'Say the last message again, in a branch, also to another --model'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -f -a "resume" -d 'Make a conversation the current one of its room'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -f -a "switch" -d 'Make a conversation the current one of its room'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -f -a "export" -d 'Write conversations out: as JSONL that can be imported, as JSON, or as Markdown'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -f -a "import" -d 'Take in conversations from a file, also those of earlier programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -f -a "delete" -d 'Put conversations into the trash'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -f -a "rm" -d 'Put conversations into the trash'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and not __fish_seen_subcommand_from list ls show cat search find rename fork branch undo redo rewind retry resume switch export import delete rm restore" -f -a "restore" -d 'Take conversations out of the trash'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from list" -s n -l limit -d 'How many to list' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from list" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from list" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from list" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from list" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from list" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from list" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from list" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from list" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from list" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from list" -l all -d 'Archived rooms too, for example those of single questions'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from list" -l trash -d 'What is in the trash'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from list" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from list" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from list" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from list" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from ls" -s n -l limit -d 'How many to list' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from ls" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from ls" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from ls" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from ls" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from ls" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from ls" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from ls" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from ls" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from ls" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from ls" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from ls" -l all -d 'Archived rooms too, for example those of single questions'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from ls" -l trash -d 'What is in the trash'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from ls" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from ls" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from ls" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from ls" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from show" -s n -l last -d 'Only the newest messages' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from show" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from show" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from show" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from show" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from show" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from show" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from show" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from show" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from show" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from show" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from show" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from show" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from show" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from show" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from cat" -s n -l last -d 'Only the newest messages' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from cat" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from cat" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from cat" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from cat" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from cat" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from cat" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from cat" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from cat" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from cat" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from cat" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from cat" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from cat" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from cat" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from cat" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from cat" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from search" -l session -d 'Only in this conversation' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from search" -s n -l limit -d 'How many to list' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from search" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from search" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from search" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from search" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from search" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from search" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from search" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from search" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from search" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from search" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from search" -l all -d 'Archived rooms too, for example those of single questions'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from search" -l trash -d 'What is in the trash too'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from search" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from search" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from search" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from search" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from search" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from find" -l session -d 'Only in this conversation' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from find" -s n -l limit -d 'How many to list' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from find" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from find" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from find" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from find" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from find" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from find" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from find" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from find" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from find" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from find" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from find" -l all -d 'Archived rooms too, for example those of single questions'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from find" -l trash -d 'What is in the trash too'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from find" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from find" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from find" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from find" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from find" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rename" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rename" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rename" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rename" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rename" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rename" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rename" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rename" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rename" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rename" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rename" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rename" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rename" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rename" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rename" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from fork" -l at -d 'The newest message that both share: its id, the beginning of it, or its number' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from fork" -l title -d 'The title of the branch' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from fork" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from fork" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from fork" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from fork" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from fork" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from fork" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from fork" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from fork" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from fork" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from fork" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from fork" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from fork" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from fork" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from fork" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from fork" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from branch" -l at -d 'The newest message that both share: its id, the beginning of it, or its number' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from branch" -l title -d 'The title of the branch' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from branch" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from branch" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from branch" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from branch" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from branch" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from branch" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from branch" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from branch" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from branch" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from branch" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from branch" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from branch" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from branch" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from branch" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from branch" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from undo" -s n -l exchanges -d 'How many exchanges to take back' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from undo" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from undo" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from undo" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from undo" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from undo" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from undo" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from undo" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from undo" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from undo" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from undo" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from undo" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from undo" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from undo" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from undo" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from undo" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from redo" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from redo" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from redo" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from redo" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from redo" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from redo" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from redo" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from redo" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from redo" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from redo" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from redo" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from redo" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from redo" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from redo" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from redo" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rewind" -s n -l exchange -d 'The last exchange that is kept; 0 keeps none' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rewind" -l message -d 'The last message that is kept: its id, the beginning of it, or its number' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rewind" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rewind" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rewind" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rewind" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rewind" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rewind" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rewind" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rewind" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rewind" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rewind" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rewind" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rewind" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rewind" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rewind" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rewind" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from retry" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from retry" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from retry" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from retry" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from retry" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from retry" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from retry" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from retry" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from retry" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from retry" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from retry" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from retry" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from retry" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from retry" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from retry" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from resume" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from resume" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from resume" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from resume" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from resume" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from resume" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from resume" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from resume" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from resume" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from resume" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from resume" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from resume" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from resume" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from resume" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from resume" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from switch" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from switch" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from switch" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from switch" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from switch" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from switch" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from switch" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from switch" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from switch" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from switch" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from switch" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from switch" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from switch" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from switch" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from switch" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from export" -l format -d 'How to write them' -r -f -a "jsonl\t'A line about the conversation, then a message a line; can be imported'
json\t'One object'
md\t'To read'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from export" -s o -l output -d 'Write into this file instead of standard output' -r -F
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from export" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from export" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from export" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from export" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from export" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from export" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from export" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from export" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from export" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from export" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from export" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from export" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from export" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from export" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from export" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from import" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from import" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from import" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from import" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from import" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from import" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from import" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from import" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from import" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from import" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from import" -l partial -d 'Leave out the lines that cannot be used, and take the rest'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from import" -l as-new -d 'Import as new conversations, also what is here already'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from import" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from import" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from import" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from import" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from import" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from delete" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from delete" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from delete" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from delete" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from delete" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from delete" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from delete" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from delete" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from delete" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from delete" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from delete" -s y -l yes -d 'Do not ask'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from delete" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from delete" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from delete" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from delete" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rm" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rm" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rm" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rm" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rm" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rm" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rm" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rm" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rm" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rm" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rm" -s y -l yes -d 'Do not ask'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rm" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rm" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rm" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rm" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from rm" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from restore" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from restore" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from restore" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from restore" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from restore" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from restore" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from restore" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from restore" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from restore" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from restore" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from restore" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from restore" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from restore" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from restore" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand session; and __fish_seen_subcommand_from restore" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand export" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand export" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand export" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand export" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand export" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand export" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand export" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand export" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand export" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand export" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand export" -l session -d 'The conversation: its id, its beginning, or `last`' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand export" -l format -d 'How to write it [default: as the name of the file says, else md]' -r -f -a "md\t'To read, as text'
json\t'One object, which can be imported'
pdf\t'To read, on paper'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand export" -s o -l output -d 'Write into this file; `-` is standard output' -r -F
complete -c nanofolks -n "__fish_nanofolks_using_subcommand export" -l font -d 'Use the font in this file, for PDF [default: fonts of this system]' -r -F
complete -c nanofolks -n "__fish_nanofolks_using_subcommand export" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand export" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand export" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand export" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand export" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand export" -l force -d 'Replace a file that is there already'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and not __fish_seen_subcommand_from list ls queue stop" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and not __fish_seen_subcommand_from list ls queue stop" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and not __fish_seen_subcommand_from list ls queue stop" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and not __fish_seen_subcommand_from list ls queue stop" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and not __fish_seen_subcommand_from list ls queue stop" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and not __fish_seen_subcommand_from list ls queue stop" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and not __fish_seen_subcommand_from list ls queue stop" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and not __fish_seen_subcommand_from list ls queue stop" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and not __fish_seen_subcommand_from list ls queue stop" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and not __fish_seen_subcommand_from list ls queue stop" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and not __fish_seen_subcommand_from list ls queue stop" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and not __fish_seen_subcommand_from list ls queue stop" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and not __fish_seen_subcommand_from list ls queue stop" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and not __fish_seen_subcommand_from list ls queue stop" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and not __fish_seen_subcommand_from list ls queue stop" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and not __fish_seen_subcommand_from list ls queue stop" -f -a "list" -d 'List rooms'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and not __fish_seen_subcommand_from list ls queue stop" -f -a "ls" -d 'List rooms'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and not __fish_seen_subcommand_from list ls queue stop" -f -a "queue" -d 'Show and change the messages that wait in a room'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and not __fish_seen_subcommand_from list ls queue stop" -f -a "stop" -d 'Stop what runs in a room, whichever process runs it'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from list" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from list" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from list" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from list" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from list" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from list" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from list" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from list" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from list" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from list" -l all -d 'Archived rooms too, for example those of single questions'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from list" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from list" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from list" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from list" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from ls" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from ls" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from ls" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from ls" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from ls" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from ls" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from ls" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from ls" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from ls" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from ls" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from ls" -l all -d 'Archived rooms too, for example those of single questions'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from ls" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from ls" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from ls" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from ls" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from queue" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from queue" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from queue" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from queue" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from queue" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from queue" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from queue" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from queue" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from queue" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from queue" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from queue" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from queue" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from queue" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from queue" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from queue" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from queue" -f -a "list" -d 'List what waits, in the order in which it will be answered'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from queue" -f -a "ls" -d 'List what waits, in the order in which it will be answered'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from queue" -f -a "edit" -d 'Change the text of a message that waits'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from queue" -f -a "delete" -d 'Take messages that wait out of the queue'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from queue" -f -a "rm" -d 'Take messages that wait out of the queue'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from stop" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from stop" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from stop" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from stop" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from stop" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from stop" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from stop" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from stop" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from stop" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from stop" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from stop" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from stop" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from stop" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from stop" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand room; and __fish_seen_subcommand_from stop" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and not __fish_seen_subcommand_from list ls show allow deny answer" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and not __fish_seen_subcommand_from list ls show allow deny answer" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and not __fish_seen_subcommand_from list ls show allow deny answer" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and not __fish_seen_subcommand_from list ls show allow deny answer" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and not __fish_seen_subcommand_from list ls show allow deny answer" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and not __fish_seen_subcommand_from list ls show allow deny answer" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and not __fish_seen_subcommand_from list ls show allow deny answer" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and not __fish_seen_subcommand_from list ls show allow deny answer" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and not __fish_seen_subcommand_from list ls show allow deny answer" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and not __fish_seen_subcommand_from list ls show allow deny answer" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and not __fish_seen_subcommand_from list ls show allow deny answer" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and not __fish_seen_subcommand_from list ls show allow deny answer" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and not __fish_seen_subcommand_from list ls show allow deny answer" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and not __fish_seen_subcommand_from list ls show allow deny answer" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and not __fish_seen_subcommand_from list ls show allow deny answer" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and not __fish_seen_subcommand_from list ls show allow deny answer" -f -a "list" -d 'List questions that wait'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and not __fish_seen_subcommand_from list ls show allow deny answer" -f -a "ls" -d 'List questions that wait'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and not __fish_seen_subcommand_from list ls show allow deny answer" -f -a "show" -d 'Show what is asked, in full'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and not __fish_seen_subcommand_from list ls show allow deny answer" -f -a "allow" -d 'Say yes'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and not __fish_seen_subcommand_from list ls show allow deny answer" -f -a "deny" -d 'Say no'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and not __fish_seen_subcommand_from list ls show allow deny answer" -f -a "answer" -d 'Answer what a bot wants to know'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from list" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from list" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from list" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from list" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from list" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from list" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from list" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from list" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from list" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from list" -l all -d 'Those that are settled too'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from list" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from list" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from list" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from list" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from ls" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from ls" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from ls" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from ls" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from ls" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from ls" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from ls" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from ls" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from ls" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from ls" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from ls" -l all -d 'Those that are settled too'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from ls" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from ls" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from ls" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from ls" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from show" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from show" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from show" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from show" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from show" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from show" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from show" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from show" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from show" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from show" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from show" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from show" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from show" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from show" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from allow" -l scope -d 'How far the yes reaches' -r -f -a "once\t'This call'
turn\t'Calls like this one in this turn'
session\t'Calls like this one in this session'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from allow" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from allow" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from allow" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from allow" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from allow" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from allow" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from allow" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from allow" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from allow" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from allow" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from allow" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from allow" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from allow" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from allow" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from allow" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from deny" -l note -d 'What the bot is told with it' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from deny" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from deny" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from deny" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from deny" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from deny" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from deny" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from deny" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from deny" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from deny" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from deny" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from deny" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from deny" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from deny" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from deny" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from deny" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from answer" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from answer" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from answer" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from answer" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from answer" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from answer" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from answer" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from answer" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from answer" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from answer" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from answer" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from answer" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from answer" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from answer" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand approval; and __fish_seen_subcommand_from answer" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and not __fish_seen_subcommand_from list ls run deliveries show retry drop" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and not __fish_seen_subcommand_from list ls run deliveries show retry drop" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and not __fish_seen_subcommand_from list ls run deliveries show retry drop" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and not __fish_seen_subcommand_from list ls run deliveries show retry drop" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and not __fish_seen_subcommand_from list ls run deliveries show retry drop" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and not __fish_seen_subcommand_from list ls run deliveries show retry drop" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and not __fish_seen_subcommand_from list ls run deliveries show retry drop" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and not __fish_seen_subcommand_from list ls run deliveries show retry drop" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and not __fish_seen_subcommand_from list ls run deliveries show retry drop" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and not __fish_seen_subcommand_from list ls run deliveries show retry drop" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and not __fish_seen_subcommand_from list ls run deliveries show retry drop" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and not __fish_seen_subcommand_from list ls run deliveries show retry drop" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and not __fish_seen_subcommand_from list ls run deliveries show retry drop" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and not __fish_seen_subcommand_from list ls run deliveries show retry drop" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and not __fish_seen_subcommand_from list ls run deliveries show retry drop" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and not __fish_seen_subcommand_from list ls run deliveries show retry drop" -f -a "list" -d 'List the channels'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and not __fish_seen_subcommand_from list ls run deliveries show retry drop" -f -a "ls" -d 'List the channels'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and not __fish_seen_subcommand_from list ls run deliveries show retry drop" -f -a "run" -d 'Take in what waits, answer it, send what is due'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and not __fish_seen_subcommand_from list ls run deliveries show retry drop" -f -a "deliveries" -d 'List what is to be sent'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and not __fish_seen_subcommand_from list ls run deliveries show retry drop" -f -a "show" -d 'Show a delivery in full'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and not __fish_seen_subcommand_from list ls run deliveries show retry drop" -f -a "retry" -d 'Send again what was given up, or what nobody knows the outcome of'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and not __fish_seen_subcommand_from list ls run deliveries show retry drop" -f -a "drop" -d 'Give a delivery up'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from list" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from list" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from list" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from list" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from list" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from list" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from list" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from list" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from list" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from list" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from list" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from list" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from list" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from ls" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from ls" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from ls" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from ls" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from ls" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from ls" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from ls" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from ls" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from ls" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from ls" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from ls" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from ls" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from ls" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from ls" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from run" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from run" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from run" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from run" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from run" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from run" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from run" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from run" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from run" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from run" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from run" -l watch -d 'Stay, and take in what is dropped as it comes'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from run" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from run" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from run" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from run" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from run" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from deliveries" -l channel -d 'Only of this channel' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from deliveries" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from deliveries" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from deliveries" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from deliveries" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from deliveries" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from deliveries" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from deliveries" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from deliveries" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from deliveries" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from deliveries" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from deliveries" -l all -d 'Those that are sent or given up, too'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from deliveries" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from deliveries" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from deliveries" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from deliveries" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from deliveries" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from show" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from show" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from show" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from show" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from show" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from show" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from show" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from show" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from show" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from show" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from show" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from show" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from show" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from show" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from retry" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from retry" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from retry" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from retry" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from retry" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from retry" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from retry" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from retry" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from retry" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from retry" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from retry" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from retry" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from retry" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from retry" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from retry" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from drop" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from drop" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from drop" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from drop" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from drop" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from drop" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from drop" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from drop" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from drop" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from drop" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from drop" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from drop" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from drop" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from drop" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand channel; and __fish_seen_subcommand_from drop" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand send" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand send" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand send" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand send" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand send" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand send" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand send" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand send" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand send" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand send" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand send" -l to -d 'The channel, and the chat in it' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand send" -l file -d 'Read the text from a file' -r -F
complete -c nanofolks -n "__fish_nanofolks_using_subcommand send" -l key -d 'The same key twice in one chat is one message' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand send" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand send" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand send" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand send" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand send" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and not __fish_seen_subcommand_from list ls show use pull remove rm" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and not __fish_seen_subcommand_from list ls show use pull remove rm" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and not __fish_seen_subcommand_from list ls show use pull remove rm" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and not __fish_seen_subcommand_from list ls show use pull remove rm" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and not __fish_seen_subcommand_from list ls show use pull remove rm" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and not __fish_seen_subcommand_from list ls show use pull remove rm" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and not __fish_seen_subcommand_from list ls show use pull remove rm" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and not __fish_seen_subcommand_from list ls show use pull remove rm" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and not __fish_seen_subcommand_from list ls show use pull remove rm" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and not __fish_seen_subcommand_from list ls show use pull remove rm" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and not __fish_seen_subcommand_from list ls show use pull remove rm" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and not __fish_seen_subcommand_from list ls show use pull remove rm" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and not __fish_seen_subcommand_from list ls show use pull remove rm" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and not __fish_seen_subcommand_from list ls show use pull remove rm" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and not __fish_seen_subcommand_from list ls show use pull remove rm" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and not __fish_seen_subcommand_from list ls show use pull remove rm" -f -a "list" -d 'List the models that can be used here, without asking anybody'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and not __fish_seen_subcommand_from list ls show use pull remove rm" -f -a "ls" -d 'List the models that can be used here, without asking anybody'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and not __fish_seen_subcommand_from list ls show use pull remove rm" -f -a "show" -d 'Show what is known about a model'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and not __fish_seen_subcommand_from list ls show use pull remove rm" -f -a "use" -d 'Make a model the one that answers'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and not __fish_seen_subcommand_from list ls show use pull remove rm" -f -a "pull" -d 'Fetch an embedded model, or take one from a file'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and not __fish_seen_subcommand_from list ls show use pull remove rm" -f -a "remove" -d 'Delete the file of an embedded model'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and not __fish_seen_subcommand_from list ls show use pull remove rm" -f -a "rm" -d 'Delete the file of an embedded model'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from list" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from list" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from list" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from list" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from list" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from list" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from list" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from list" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from list" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from list" -s a -l all -d 'Also those whose provider has no key'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from list" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from list" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from list" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from list" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from ls" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from ls" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from ls" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from ls" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from ls" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from ls" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from ls" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from ls" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from ls" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from ls" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from ls" -s a -l all -d 'Also those whose provider has no key'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from ls" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from ls" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from ls" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from ls" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from show" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from show" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from show" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from show" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from show" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from show" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from show" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from show" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from show" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from show" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from show" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from show" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from show" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from show" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from use" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from use" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from use" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from use" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from use" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from use" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from use" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from use" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from use" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from use" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from use" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from use" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from use" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from use" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from use" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from pull" -l file -d 'Take this GGUF file instead of fetching one' -r -F
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from pull" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from pull" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from pull" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from pull" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from pull" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from pull" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from pull" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from pull" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from pull" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from pull" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from pull" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from pull" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from pull" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from pull" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from pull" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from remove" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from remove" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from remove" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from remove" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from remove" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from remove" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from remove" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from remove" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from remove" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from remove" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from remove" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from remove" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from remove" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from rm" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from rm" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from rm" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from rm" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from rm" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from rm" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from rm" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from rm" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from rm" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from rm" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from rm" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from rm" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from rm" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from rm" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand model; and __fish_seen_subcommand_from rm" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and not __fish_seen_subcommand_from add list ls remove rm status passphrase reset logout" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and not __fish_seen_subcommand_from add list ls remove rm status passphrase reset logout" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and not __fish_seen_subcommand_from add list ls remove rm status passphrase reset logout" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and not __fish_seen_subcommand_from add list ls remove rm status passphrase reset logout" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and not __fish_seen_subcommand_from add list ls remove rm status passphrase reset logout" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and not __fish_seen_subcommand_from add list ls remove rm status passphrase reset logout" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and not __fish_seen_subcommand_from add list ls remove rm status passphrase reset logout" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and not __fish_seen_subcommand_from add list ls remove rm status passphrase reset logout" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and not __fish_seen_subcommand_from add list ls remove rm status passphrase reset logout" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and not __fish_seen_subcommand_from add list ls remove rm status passphrase reset logout" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and not __fish_seen_subcommand_from add list ls remove rm status passphrase reset logout" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and not __fish_seen_subcommand_from add list ls remove rm status passphrase reset logout" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and not __fish_seen_subcommand_from add list ls remove rm status passphrase reset logout" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and not __fish_seen_subcommand_from add list ls remove rm status passphrase reset logout" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and not __fish_seen_subcommand_from add list ls remove rm status passphrase reset logout" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and not __fish_seen_subcommand_from add list ls remove rm status passphrase reset logout" -f -a "add" -d 'Store the key of a provider; it is asked for, or read from standard input'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and not __fish_seen_subcommand_from add list ls remove rm status passphrase reset logout" -f -a "list" -d 'List the stored keys, without unlocking them'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and not __fish_seen_subcommand_from add list ls remove rm status passphrase reset logout" -f -a "ls" -d 'List the stored keys, without unlocking them'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and not __fish_seen_subcommand_from add list ls remove rm status passphrase reset logout" -f -a "remove" -d 'Forget the stored key of a provider'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and not __fish_seen_subcommand_from add list ls remove rm status passphrase reset logout" -f -a "rm" -d 'Forget the stored key of a provider'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and not __fish_seen_subcommand_from add list ls remove rm status passphrase reset logout" -f -a "status" -d 'Show where each key comes from; of one provider, also whether it can be had'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and not __fish_seen_subcommand_from add list ls remove rm status passphrase reset logout" -f -a "passphrase" -d 'Change the passphrase of the vault, or give it one'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and not __fish_seen_subcommand_from add list ls remove rm status passphrase reset logout" -f -a "reset" -d 'Forget every stored key, also where the vault is damaged or its passphrase lost'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and not __fish_seen_subcommand_from add list ls remove rm status passphrase reset logout" -f -a "logout" -d 'Forget the only stored key, or all with --all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from add" -l tier -d 'Where to keep it [default: the keyring, else the vault]' -r -f -a "keyring\t'The keyring of the system'
vault\t'The encrypted file in the home'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from add" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from add" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from add" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from add" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from add" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from add" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from add" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from add" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from add" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from add" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from add" -l key-stdin -d 'Read the key from standard input, also on a terminal'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from add" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from add" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from add" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from add" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from list" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from list" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from list" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from list" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from list" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from list" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from list" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from list" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from list" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from list" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from list" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from list" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from list" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from ls" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from ls" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from ls" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from ls" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from ls" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from ls" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from ls" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from ls" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from ls" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from ls" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from ls" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from ls" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from ls" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from ls" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from remove" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from remove" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from remove" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from remove" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from remove" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from remove" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from remove" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from remove" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from remove" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from remove" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from remove" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from remove" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from remove" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from rm" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from rm" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from rm" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from rm" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from rm" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from rm" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from rm" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from rm" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from rm" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from rm" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from rm" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from rm" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from rm" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from rm" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from rm" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from status" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from status" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from status" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from status" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from status" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from status" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from status" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from status" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from status" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from status" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from status" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from status" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from status" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from status" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from passphrase" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from passphrase" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from passphrase" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from passphrase" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from passphrase" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from passphrase" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from passphrase" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from passphrase" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from passphrase" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from passphrase" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from passphrase" -l remove -d 'No passphrase from now on: a key file beside the vault opens it'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from passphrase" -l new-stdin -d 'Read the new passphrase from standard input, also on a terminal'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from passphrase" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from passphrase" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from passphrase" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from passphrase" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from passphrase" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from reset" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from reset" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from reset" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from reset" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from reset" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from reset" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from reset" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from reset" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from reset" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from reset" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from reset" -s y -l yes -d 'Do not ask'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from reset" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from reset" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from reset" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from reset" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from reset" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from logout" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from logout" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from logout" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from logout" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from logout" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from logout" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from logout" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from logout" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from logout" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from logout" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from logout" -l all -d 'Forget every stored key, the vault and its key file'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from logout" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from logout" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from logout" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from logout" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand auth; and __fish_seen_subcommand_from logout" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and not __fish_seen_subcommand_from get set unset list show menu edit path check trust untrust schema" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and not __fish_seen_subcommand_from get set unset list show menu edit path check trust untrust schema" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and not __fish_seen_subcommand_from get set unset list show menu edit path check trust untrust schema" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and not __fish_seen_subcommand_from get set unset list show menu edit path check trust untrust schema" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and not __fish_seen_subcommand_from get set unset list show menu edit path check trust untrust schema" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and not __fish_seen_subcommand_from get set unset list show menu edit path check trust untrust schema" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and not __fish_seen_subcommand_from get set unset list show menu edit path check trust untrust schema" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and not __fish_seen_subcommand_from get set unset list show menu edit path check trust untrust schema" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and not __fish_seen_subcommand_from get set unset list show menu edit path check trust untrust schema" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and not __fish_seen_subcommand_from get set unset list show menu edit path check trust untrust schema" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and not __fish_seen_subcommand_from get set unset list show menu edit path check trust untrust schema" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and not __fish_seen_subcommand_from get set unset list show menu edit path check trust untrust schema" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and not __fish_seen_subcommand_from get set unset list show menu edit path check trust untrust schema" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and not __fish_seen_subcommand_from get set unset list show menu edit path check trust untrust schema" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and not __fish_seen_subcommand_from get set unset list show menu edit path check trust untrust schema" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and not __fish_seen_subcommand_from get set unset list show menu edit path check trust untrust schema" -f -a "get" -d 'Show one setting, or all below a part of the key'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and not __fish_seen_subcommand_from get set unset list show menu edit path check trust untrust schema" -f -a "set" -d 'Change one setting; comments and the rest of the file stay'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and not __fish_seen_subcommand_from get set unset list show menu edit path check trust untrust schema" -f -a "unset" -d 'Remove one setting, so that its default counts again'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and not __fish_seen_subcommand_from get set unset list show menu edit path check trust untrust schema" -f -a "list" -d 'Show all settings, and where each comes from'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and not __fish_seen_subcommand_from get set unset list show menu edit path check trust untrust schema" -f -a "show" -d 'Show all settings, and where each comes from'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and not __fish_seen_subcommand_from get set unset list show menu edit path check trust untrust schema" -f -a "menu" -d 'Look through all settings on the terminal and change some'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and not __fish_seen_subcommand_from get set unset list show menu edit path check trust untrust schema" -f -a "edit" -d 'Open the configuration in your editor; it replaces the old one once it is right'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and not __fish_seen_subcommand_from get set unset list show menu edit path check trust untrust schema" -f -a "path" -d 'Show where the configuration file is'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and not __fish_seen_subcommand_from get set unset list show menu edit path check trust untrust schema" -f -a "check" -d 'Say everything that is wrong or odd, with file and line'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and not __fish_seen_subcommand_from get set unset list show menu edit path check trust untrust schema" -f -a "trust" -d 'Let the settings and instructions of a folder count'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and not __fish_seen_subcommand_from get set unset list show menu edit path check trust untrust schema" -f -a "untrust" -d 'Take the trust in a folder back'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and not __fish_seen_subcommand_from get set unset list show menu edit path check trust untrust schema" -f -a "schema" -d 'Print the JSON Schema of the configuration file'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from get" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from get" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from get" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from get" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from get" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from get" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from get" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from get" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from get" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from get" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from get" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from get" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from get" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from get" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from get" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from set" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from set" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from set" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from set" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from set" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from set" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from set" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from set" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from set" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from set" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from set" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from set" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from set" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from set" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from set" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from unset" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from unset" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from unset" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from unset" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from unset" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from unset" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from unset" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from unset" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from unset" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from unset" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from unset" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from unset" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from unset" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from unset" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from unset" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from list" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from list" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from list" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from list" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from list" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from list" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from list" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from list" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from list" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from list" -l changed -d 'Only what differs from its default'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from list" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from list" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from list" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from list" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from show" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from show" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from show" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from show" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from show" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from show" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from show" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from show" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from show" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from show" -l changed -d 'Only what differs from its default'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from show" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from show" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from show" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from menu" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from menu" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from menu" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from menu" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from menu" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from menu" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from menu" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from menu" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from menu" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from menu" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from menu" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from menu" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from menu" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from menu" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from menu" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from edit" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from edit" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from edit" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from edit" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from edit" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from edit" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from edit" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from edit" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from edit" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from edit" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from edit" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from edit" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from edit" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from edit" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from path" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from path" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from path" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from path" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from path" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from path" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from path" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from path" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from path" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from path" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from path" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from path" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from path" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from path" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from path" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from check" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from check" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from check" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from check" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from check" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from check" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from check" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from check" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from check" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from check" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from check" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from check" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from check" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from check" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from trust" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from trust" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from trust" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from trust" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from trust" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from trust" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from trust" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from trust" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from trust" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from trust" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from trust" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from trust" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from trust" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from trust" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from trust" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from untrust" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from untrust" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from untrust" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from untrust" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from untrust" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from untrust" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from untrust" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from untrust" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from untrust" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from untrust" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from untrust" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from untrust" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from untrust" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from untrust" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from untrust" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from schema" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from schema" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from schema" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from schema" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from schema" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from schema" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from schema" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from schema" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from schema" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from schema" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from schema" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from schema" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from schema" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from schema" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand config; and __fish_seen_subcommand_from schema" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand status" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand status" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand status" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand status" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand status" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand status" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand status" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand status" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand status" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand status" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand status" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand status" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand status" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand status" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand status" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand status" -s a -l all -d 'Also the providers that have no key'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand doctor" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand doctor" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand doctor" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand doctor" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand doctor" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand doctor" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand doctor" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand doctor" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand doctor" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand doctor" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand doctor" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand doctor" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand doctor" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand doctor" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand doctor" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand doctor" -l fix -d 'Repair what can be repaired safely: permissions, missing folders, stale lock files, a damaged database'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand doctor" -l deep -d 'Read everything again: every row of the database, every byte of the model files'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand doctor" -s q -l quiet -d 'Only what is not in order'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand usage" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand usage" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand usage" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand usage" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand usage" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand usage" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand usage" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand usage" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand usage" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand usage" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand usage" -l by -d 'What it is added up by' -r -f -a "day\t''
model\t''
bot\t''
room\t''
session\t''
kind\t'What the calls were for: answers in turns, summaries, …'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand usage" -l since -d 'From then on: 2025-11-20, 7d, 24h, today, yesterday' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand usage" -l until -d 'Before then' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand usage" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand usage" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand usage" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand usage" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand usage" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand replay" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand replay" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand replay" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand replay" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand replay" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand replay" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand replay" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand replay" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand replay" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand replay" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand replay" -l from -d 'A file that `nanofolks report` wrote, instead of a turn of this home' -r -F
complete -c nanofolks -n "__fish_nanofolks_using_subcommand replay" -l until -d 'Stop after this model call, or after the event #NUMBER' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand replay" -l edit-result -d 'Answer a tool call with another text, or with that of a file' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand replay" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand replay" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand replay" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand replay" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand replay" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand replay" -l keep -d 'Keep what would have been as a branch of the conversation'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand replay" -s q -l quiet -d 'The text only'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand report" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand report" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand report" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand report" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand report" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand report" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand report" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand report" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand report" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand report" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand report" -s o -l output -d 'The file to write; `-` is standard output' -r -F
complete -c nanofolks -n "__fish_nanofolks_using_subcommand report" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand report" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand report" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand report" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand report" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand report" -l without-words -d 'Take out what people, models and tools said: an x for each letter'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and not __fish_seen_subcommand_from create verify restore" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and not __fish_seen_subcommand_from create verify restore" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and not __fish_seen_subcommand_from create verify restore" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and not __fish_seen_subcommand_from create verify restore" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and not __fish_seen_subcommand_from create verify restore" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and not __fish_seen_subcommand_from create verify restore" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and not __fish_seen_subcommand_from create verify restore" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and not __fish_seen_subcommand_from create verify restore" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and not __fish_seen_subcommand_from create verify restore" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and not __fish_seen_subcommand_from create verify restore" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and not __fish_seen_subcommand_from create verify restore" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and not __fish_seen_subcommand_from create verify restore" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and not __fish_seen_subcommand_from create verify restore" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and not __fish_seen_subcommand_from create verify restore" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and not __fish_seen_subcommand_from create verify restore" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and not __fish_seen_subcommand_from create verify restore" -f -a "create" -d 'Make a copy'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and not __fish_seen_subcommand_from create verify restore" -f -a "verify" -d 'Read a copy through: is it whole and unchanged?'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and not __fish_seen_subcommand_from create verify restore" -f -a "restore" -d 'Make an empty home what the copy says; with --force also one that is in use so far'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from create" -s o -l output -d 'The same as PATH' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from create" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from create" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from create" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from create" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from create" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from create" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from create" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from create" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from create" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from create" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from create" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from create" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from create" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from create" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from create" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from verify" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from verify" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from verify" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from verify" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from verify" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from verify" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from verify" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from verify" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from verify" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from verify" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from verify" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from verify" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from verify" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from restore" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from restore" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from restore" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from restore" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from restore" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from restore" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from restore" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from restore" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from restore" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from restore" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from restore" -l force -d 'Replace a home that is there; it is kept aside, as HOME.before-TIME'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from restore" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from restore" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from restore" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from restore" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand backup; and __fish_seen_subcommand_from restore" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand logs" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand logs" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand logs" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand logs" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand logs" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand logs" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand logs" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand logs" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand logs" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand logs" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand logs" -s n -l lines -d 'How many lines' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand logs" -l level -d 'Only this and what is worse' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand logs" -l of -d 'Only lines of this turn or trace, as `--json` of a turn names them' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand logs" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand logs" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand logs" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand logs" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand logs" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand logs" -s f -l follow -d 'Go on printing what is recorded'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand completions" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand completions" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand completions" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand completions" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand completions" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand completions" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand completions" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand completions" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand completions" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand completions" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand completions" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand completions" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand completions" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand completions" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand completions" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand completions" -l dynamic -d 'A script that asks the program each time'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand man" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand man" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand man" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand man" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand man" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand man" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand man" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand man" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand man" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand man" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand man" -l out -d 'Write all pages into this folder instead, for example ~/.local/share/man/man1' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand man" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand man" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand man" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand man" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand man" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand version" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand version" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand version" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand version" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand version" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand version" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand version" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand version" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand version" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand version" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand version" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand version" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand version" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand version" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand version" -s h -l help -d 'Print this help'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand generate" -l home -d 'The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand generate" -l profile -d 'A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand generate" -l dir -d 'The folder the tools work in [default: the current folder]' -r -f -a "(__fish_complete_directories)"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand generate" -l room -d 'The room' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand generate" -l bot -d 'The bot that answers instead of the leader' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand generate" -l model -d 'The model, as provider/model or an alias' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand generate" -l config -d 'Set a configuration key for this run only' -r
complete -c nanofolks -n "__fish_nanofolks_using_subcommand generate" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal that can'
always\t'Always'
never\t'Never'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand generate" -l log-level -d 'How much goes into the log files' -r -f -a "off\t'Nothing'
error\t'What failed'
warn\t'What is not as wished'
info\t'What happens'
debug\t'And why'
trace\t'Every step'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand generate" -l log-format -d 'How a line of the log files is written' -r -f -a "json\t'One JSON object each'
text\t'For reading as it is'"
complete -c nanofolks -n "__fish_nanofolks_using_subcommand generate" -l json -d 'Print JSON for programs'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand generate" -l offline -d 'Open no socket at all'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand generate" -l plain -d 'Plain lines only: no animation, nothing redrawn'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand generate" -s v -l verbose -d 'Say more about what happens'
complete -c nanofolks -n "__fish_nanofolks_using_subcommand generate" -s h -l help -d 'Print this help'
