//! Puts a question to a person and waits for the answer.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use nanofolks_protocol::ports::Clock as _;
use nanofolks_protocol::{
    ApprovalId, ApprovalRequest, Decision, EventKind, Scope, TurnState, Write,
};

use super::driver::Run;
use super::tools::{self, Checked};
use crate::approvals::Decided;

/// What a person has allowed for a whole session: tools in one folder.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grants {
    session: Arc<Mutex<HashSet<String>>>,
}

impl Grants {
    /// The pattern a grant stands for, as it is shown before it is given.
    pub(crate) fn pattern(tool: &str, folder: &std::path::Path) -> String {
        format!("{tool} in {}", folder.display())
    }

    pub(crate) fn covers(&self, pattern: &str) -> bool {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).contains(pattern)
    }

    fn add(&self, pattern: String) {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).insert(pattern);
    }
}

impl Run<'_> {
    /// Asks a person about a call. Silence until the expiry is a denial.
    ///
    /// # Errors
    /// The store's, when the question cannot be written.
    pub(super) async fn ask_user(
        &mut self,
        checked: &Checked,
        reason: String,
    ) -> Result<Decision, nanofolks_protocol::Problem> {
        let request = self.question(checked, reason);
        let (approval, expires_at) = (request.id, request.expires_at);
        let answer = self.shared.approvals.open(approval);
        self.note(EventKind::ApprovalRequested { request: Box::new(request.clone()) });
        self.pending.push(Write::ApprovalAsked(Box::new(request)));
        self.move_to(TurnState::WaitingApproval);
        self.flush().await?;

        let patience = self.shared.services.settings.approval_timeout;
        let nobody = |decision| Decided { decision, by: "nobody".to_owned() };
        let decided = tokio::select! {
            biased;
            answer = answer => answer.unwrap_or_else(|_| nobody(Decision::Withdrawn)),
            _cause = self.stop.pulled() => nobody(Decision::Withdrawn),
            () = tokio::time::sleep(patience) => nobody(Decision::Expired),
        };
        self.shared.approvals.close(approval);
        tracing::debug!(%approval, %expires_at, by = %decided.by, "approval settled");

        let at = self.job.source.now();
        self.pending.push(Write::ApprovalSettled {
            approval,
            decision: decided.decision.clone(),
            by: decided.by.clone(),
            at,
        });
        self.note(EventKind::ApprovalResolved {
            approval,
            decision: decided.decision.clone(),
            by: decided.by,
        });
        self.move_to(TurnState::Running);
        self.remember(checked, &decided.decision);
        Ok(decided.decision)
    }

    fn question(&self, checked: &Checked, reason: String) -> ApprovalRequest {
        let descriptor = checked.tool.descriptor();
        let patience = self.shared.services.settings.approval_timeout;
        let patience = i64::try_from(patience.as_millis()).unwrap_or(i64::MAX);
        ApprovalRequest {
            id: self.job.source.approval(),
            room: self.speaker.room.clone(),
            turn: self.speaker.turn,
            bot: self.speaker.bot.clone(),
            call_id: checked.call.id.clone(),
            tool: checked.call.name.clone(),
            summary: checked.preview.summary.clone(),
            preview: checked.preview.detail.clone(),
            arguments: checked.call.arguments.clone(),
            effects: tools::effects(descriptor),
            reason,
            scopes: vec![Scope::Once, Scope::Turn, Scope::Session],
            expires_at: self.job.source.now().plus_millis(patience),
        }
    }

    fn remember(&mut self, checked: &Checked, decision: &Decision) {
        let pattern = Grants::pattern(&checked.call.name, &self.cx.folder);
        match decision {
            Decision::Allow { scope: Scope::Turn } => {
                self.turn_grants.insert(pattern);
            }
            Decision::Allow { scope: Scope::Session | Scope::Project } => {
                self.grants.add(pattern);
            }
            Decision::Allow { scope: Scope::Once }
            | Decision::Deny { .. }
            | Decision::Expired
            | Decision::Withdrawn => {}
        }
    }
}
