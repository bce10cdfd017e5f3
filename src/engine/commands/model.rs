//! `/model`: the model that answers.

use nanofolks_protocol::CommandOutput;
use nanofolks_protocol::command::{Category, Completes, Then};

use super::{Asked, Command, Told, may};

pub(super) static COMMAND: Command =
    Command::new("model", Category::Settings, "show or choose the model")
        .takes(&[may("NAME", Completes::Model)])
        .does(|asked| Box::pin(run(asked)));

async fn run(asked: Asked) -> Told {
    let models = &asked.shared.services.models;
    if asked.rest.is_empty() {
        let text = match &asked.options.model {
            Some(model) => format!("model: {model}"),
            None => {
                let (model, why) = models.default_model()?;
                format!("model: {model} ({why})")
            }
        };
        return Ok(CommandOutput::text(text));
    }
    let model = models.resolve(&asked.rest)?;
    Ok(CommandOutput::text(format!("model: {model}")).then(Then::Model(model)))
}
