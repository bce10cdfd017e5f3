//! The plain team: what the bots are called when nobody plays a part.

use super::{Costume, Wardrobe};

pub(super) static TEAM: Wardrobe = Wardrobe {
    name: "plain",
    costumes: [
        Costume { role: "leader", title: "Leader", emoji: "👑", voice: "" },
        Costume { role: "researcher", title: "Researcher", emoji: "📊", voice: "" },
        Costume { role: "coder", title: "Coder", emoji: "💻", voice: "" },
        Costume { role: "social", title: "Social", emoji: "📱", voice: "" },
        Costume { role: "creative", title: "Creative", emoji: "🎨", voice: "" },
        Costume { role: "auditor", title: "Auditor", emoji: "🔍", voice: "" },
    ],
};
