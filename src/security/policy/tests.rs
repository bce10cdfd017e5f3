use ApprovalMode::{Ask, AutoEdit, AutoSandbox, Full, Plan};
use Effect::{Exec, FsRead, FsWrite, MessageSend, Money, NetRead, SecretRead};
use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::*;

/// What a call gets: with somebody to ask, and without.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
enum Answer {
    Allowed,
    Asked,
    Refused,
}

fn short(verdict: &Verdict) -> Answer {
    match verdict {
        Verdict::Allow => Answer::Allowed,
        Verdict::Ask { .. } => Answer::Asked,
        Verdict::Deny { .. } => Answer::Refused,
    }
}

fn question(effects: &BTreeSet<Effect>, mode: ApprovalMode) -> Question<'_> {
    Question {
        tool: "tool",
        effects,
        mode,
        trust: Trust::Operator,
        inside_folder: true,
        attended: true,
        contained: false,
        granted: false,
    }
}

#[test]
fn every_mode_allows_what_it_says() {
    use Answer::{Allowed, Asked, Refused};
    type Row = (&'static [Effect], bool, [Answer; 5]);
    let rows: &[Row] = &[
        // effects, inside the folder, [plan, ask, auto-edit, auto-sandbox, full]
        (&[], true, [Allowed; 5]),
        (&[FsRead], true, [Allowed; 5]),
        (&[FsRead], false, [Asked, Asked, Asked, Asked, Allowed]),
        (&[FsWrite], true, [Refused, Asked, Allowed, Asked, Allowed]),
        (&[FsRead, FsWrite], true, [Refused, Asked, Allowed, Asked, Allowed]),
        (&[FsWrite], false, [Refused, Asked, Asked, Asked, Allowed]),
        (&[Exec], true, [Refused, Asked, Asked, Asked, Allowed]),
        (&[FsWrite, Exec], true, [Refused, Asked, Asked, Asked, Allowed]),
        (&[NetRead], true, [Asked, Asked, Asked, Asked, Allowed]),
        (&[MessageSend], true, [Refused, Asked, Asked, Asked, Allowed]),
        (&[Money, SecretRead], true, [Refused, Asked, Asked, Asked, Allowed]),
    ];
    for (effects, inside_folder, want) in rows {
        let effects = effects.iter().copied().collect();
        for (mode, want) in ApprovalMode::ALL.into_iter().zip(want) {
            let attended = Question { inside_folder: *inside_folder, ..question(&effects, mode) };
            let alone = Question { attended: false, ..attended };
            assert_eq!(short(&judge(&attended)), *want, "{mode} {effects:?} {inside_folder}");
            let want = if *want == Asked { Refused } else { *want };
            assert_eq!(short(&judge(&alone)), want, "alone: {mode} {effects:?} {inside_folder}");
        }
    }
}

#[test]
fn a_proven_sandbox_lets_programs_and_writes_through_and_nothing_else() {
    for (effects, want) in [
        (vec![Exec, FsWrite, FsRead], Answer::Allowed),
        (vec![Exec, NetRead], Answer::Asked),
        (vec![MessageSend], Answer::Asked),
    ] {
        let effects = effects.into_iter().collect();
        let contained = Question { contained: true, ..question(&effects, AutoSandbox) };
        assert_eq!(short(&judge(&contained)), want, "{effects:?}");
        let asks = Question { contained: true, ..question(&effects, Ask) };
        assert_eq!(short(&judge(&asks)), Answer::Asked, "{effects:?}");
    }
}

#[test]
fn full_is_for_the_operator_only() {
    let effects = BTreeSet::from([Exec]);
    for (trust, want) in [
        (Trust::Operator, Answer::Allowed),
        (Trust::Paired, Answer::Asked),
        (Trust::Gateway, Answer::Asked),
        (Trust::Webhook, Answer::Asked),
        (Trust::Child, Answer::Asked),
    ] {
        assert_eq!(
            short(&judge(&Question { trust, ..question(&effects, Full) })),
            want,
            "{trust:?}"
        );
    }
}

#[test]
fn a_grant_answers_a_question_but_does_not_overrule_plan() {
    let effects = BTreeSet::from([FsWrite]);
    let granted =
        |mode| judge(&Question { granted: true, attended: false, ..question(&effects, mode) });

    assert_eq!(granted(Ask), Verdict::Allow);
    assert_eq!(short(&granted(Plan)), Answer::Refused);
}

#[test]
fn the_reason_says_what_is_special_about_the_call() {
    let effects = BTreeSet::from([FsWrite, Exec, Money]);
    let asked = judge(&Question { tool: "deploy", ..question(&effects, AutoEdit) });
    assert_eq!(
        asked,
        Verdict::Ask { reason: "deploy runs a program, not contained and spends money".into() }
    );
    let alone = judge(&Question { tool: "deploy", attended: false, ..question(&effects, Ask) });
    assert_eq!(
        alone,
        Verdict::Deny {
            reason: "deploy writes files, runs a program, not contained and spends money: that needs an approval and there is nobody to ask".into()
        }
    );
}

fn questions() -> impl Strategy<Value = (BTreeSet<Effect>, ApprovalMode, [bool; 4])> {
    let effects = vec![FsRead, FsWrite, Exec, NetRead, MessageSend, Money, SecretRead];
    let effects = prop::sample::subsequence(effects, 0..7)
        .prop_map(|effects| effects.into_iter().collect::<BTreeSet<_>>());
    (effects, prop::sample::select(ApprovalMode::ALL.to_vec()), any::<[bool; 4]>())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobody_is_asked_where_nobody_is((effects, mode, [inside_folder, contained, granted, _]) in questions()) {
        let alone = Question { inside_folder, contained, granted, attended: false, ..question(&effects, mode) };
        prop_assert_ne!(short(&judge(&alone)), Answer::Asked);
    }

    #[test]
    fn more_effects_never_make_a_call_freer((effects, mode, [inside_folder, contained, granted, attended]) in questions(), more in prop::sample::select(vec![FsWrite, Exec, Money])) {
        let before = Question { inside_folder, contained, granted, attended, ..question(&effects, mode) };
        let mut larger = effects.clone();
        larger.insert(more);
        let after = Question { effects: &larger, ..before };
        if short(&judge(&before)) != Answer::Allowed {
            prop_assert_ne!(short(&judge(&after)), Answer::Allowed);
        }
    }
}
