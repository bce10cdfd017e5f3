use proptest::prelude::*;

use super::*;
use crate::compaction::testing::{History, random};
use crate::turn::context;

fn weights(messages: &[Arc<Message>]) -> Vec<u64> {
    messages.iter().map(|message| context::tokens_of(message)).collect()
}

const NOW: Timestamp = Timestamp::from_millis(9);

/// Shortens again and again, as a conversation that keeps growing would be.
struct Talk {
    head: Option<Head>,
    messages: Vec<Arc<Message>>,
    before: u64,
}

impl Talk {
    fn shorten(&mut self, window: u32, summary: Option<&str>) -> bool {
        let weights = weights(&self.messages);
        let conversation = Conversation {
            head: self.head.as_ref(),
            messages: &self.messages,
            weights: &weights,
            before: self.before,
            turn: self.messages.last().and_then(|last| last.turn),
            window,
        };
        let shortened = match summary {
            None => shorten(&conversation, 0, 20, NOW),
            Some(summary) => conversation.place(conversation.tokens() / 2, 20).and_then(|cut| {
                conversation.checkpoint(cut, summary.to_owned(), CompactionTier::Background, NOW)
            }),
        };
        let Some(shortened) = shortened else { return false };
        self.messages.drain(..shortened.cut);
        self.before += shortened.cut as u64;
        self.head = Some(Head::new(shortened.checkpoint, true));
        true
    }

    fn text(&self) -> String {
        let head = self.head.iter().map(|head| head.message.text());
        head.chain(self.messages.iter().map(|message| message.text()))
            .collect::<Vec<_>>()
            .join("\n")
    }
}

/// Two hundred facts of many kinds, as people put them.
fn facts() -> Vec<String> {
    (0..200)
        .map(|n| match n % 10 {
            0 => format!("You must never restart worker-{n} before noon."),
            1 => format!("We decided to keep release 4.{n} for the clinic."),
            2 => format!("The ticket is OPS-{n}7 and belongs to Ada."),
            3 => format!("Logs are under /var/log/app{n}/today.log on that host."),
            4 => format!("- [ ] call supplier number {n} back"),
            5 => format!("I tried port 80{n} and it did not work."),
            6 => format!("My sister is called Amelia{n}."),
            7 => format!("See https://example.org/doc/{n} for the form."),
            8 => format!("The budget is {n}500 euros."),
            _ => format!("Always answer customer {n} in French."),
        })
        .collect()
}

#[test]
fn after_ten_compactions_by_a_summariser_that_forgets_everything_the_facts_are_there() {
    let facts = facts();
    let mut talk = Talk { head: None, messages: Vec::new(), before: 0 };
    let mut shortened = 0;
    for (round, chunk) in facts.chunks(20).enumerate() {
        let mut history = History::new();
        for fact in chunk {
            history.user(&format!("By the way. {fact} What do you think of that, at length?"));
            history.bot(&"Well, there is much that could be said about it all. ".repeat(40));
        }
        for at in 0..15 {
            history.user(&format!("chatter {round} {at}"));
            history.bot(&"idle words follow upon idle words here ".repeat(20));
        }
        talk.messages.extend(history.messages);
        shortened += usize::from(talk.shorten(100_000, Some("Nothing of note was said here.")));
    }
    assert_eq!(shortened, 10);
    let text = talk.text();
    let kept = facts.iter().filter(|fact| text.contains(fact.as_str())).count();
    assert!(kept * 100 >= facts.len() * 99, "{kept} of {}", facts.len());
    let head = talk.head.unwrap();
    assert_eq!(Ledger::read(&head.checkpoint.ledger).left_out(), 0);
    assert!(head.tokens < 14_000, "{}", head.tokens);
}

#[test]
fn nothing_is_shortened_when_nothing_is_gained() {
    let mut history = History::new();
    for at in 0..30 {
        history.user(&format!("The id of number {at} is XK-{at}93."));
    }
    let mut talk = Talk { head: None, messages: history.messages, before: 0 };
    let mut rounds = 0;
    while talk.shorten(100_000, None) {
        rounds += 1;
        assert!(rounds < 20, "a loop");
    }
    assert!(!talk.shorten(100_000, None));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn shortening_gains_a_tenth_or_does_nothing_and_comes_to_an_end(
        history in random(80), window in 500_u32..200_000,
    ) {
        let newest = history.messages.last().unwrap().clone();
        let turn = newest.turn;
        let running: Vec<_> =
            history.messages.iter().filter(|one| one.turn == turn).cloned().collect();
        let mut talk = Talk { head: None, messages: history.messages, before: 0 };
        let total = talk.messages.len() as u64;
        let mut rounds = 0;
        loop {
            let head = talk.head.as_ref().map_or(0, |head| head.tokens);
            let size = head + weights(&talk.messages).iter().sum::<u64>();
            if !talk.shorten(window, None) {
                break;
            }
            let head = talk.head.as_ref().unwrap().tokens;
            let less = head + weights(&talk.messages).iter().sum::<u64>();
            prop_assert!(is_progress(size, less), "{size} became {less}");
            rounds += 1;
            prop_assert!(rounds < 100);
        }
        prop_assert_eq!(talk.before + talk.messages.len() as u64, total);
        prop_assert!(talk.messages.ends_with(&running), "the running turn is whole");
        prop_assert_eq!(talk.messages.last().unwrap(), &newest);
        if let Some(head) = &talk.head {
            let ledger = Ledger::read(&head.checkpoint.ledger);
            prop_assert!(super::super::head::missing(&ledger, &head.message.text()).is_empty());
        }
    }
}
