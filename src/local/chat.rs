//! A request as the text a model was trained on: the chat template of its file.

mod json;
mod turns;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, Error, ErrorKind, Value, context};
use nanofolks_protocol::model::Effort;
use nanofolks_protocol::{ModelRequest, Timestamp};

use self::turns::Turn;
use crate::LocalError;
use crate::tokenizer::Tokenizer;

#[cfg(test)]
pub(crate) mod tests;

/// For files without a template.
const CHAT_ML: &str = "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' \
     + message['content'] + '<|im_end|>\n' }}{% endfor %}{{ '<|im_start|>assistant\n' }}";

/// Templates may count, but not forever.
const FUEL: u64 = 2_000_000;

/// The template of a model, compiled.
pub(crate) struct Template {
    environment: Environment<'static>,
    bos: String,
    eos: String,
    /// Whether the template can show tools.
    pub(crate) tools: bool,
}

/// What a template is filled with besides the conversation.
pub(crate) struct Occasion<'a> {
    pub(crate) tokenizer: &'a Tokenizer,
    pub(crate) now: Timestamp,
}

impl Template {
    /// Compiles a template; `None` stands for a file that has none.
    pub(crate) fn compile(
        source: Option<&str>,
        bos: String,
        eos: String,
    ) -> Result<Self, LocalError> {
        let source = source.unwrap_or(CHAT_ML);
        let mut environment = Environment::new();
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        environment.set_syntax(syntax.map_err(|error| LocalError::Template(error.to_string()))?);
        environment.set_fuel(Some(FUEL));
        environment
            .set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
        environment.add_function("raise_exception", |why: String| -> Result<Value, Error> {
            Err(Error::new(ErrorKind::InvalidOperation, why))
        });
        environment.add_filter("tojson", json::to_json);
        environment
            .add_template_owned("chat", source.to_owned())
            .map_err(|error| LocalError::Template(error.to_string()))?;
        Ok(Self { environment, bos, eos, tools: shows_tools(source) })
    }

    /// The prompt for a request, up to where the answer begins.
    pub(crate) fn render(
        &self,
        request: &ModelRequest,
        occasion: &Occasion<'_>,
    ) -> Result<String, LocalError> {
        let turns = Turn::all(request, &|text| occasion.tokenizer.defuse(text));
        match self.fill(&turns, request, occasion) {
            Ok(text) => Ok(text),
            // Some families know no system role: it then leads the first thing the user says.
            Err(first) => self
                .fill(&turns::without_system(turns), request, occasion)
                .map_err(|_| LocalError::Template(first.to_string())),
        }
    }

    fn fill(
        &self,
        turns: &[Turn],
        request: &ModelRequest,
        occasion: &Occasion<'_>,
    ) -> Result<String, Error> {
        let tools = (self.tools && !request.tools.is_empty())
            .then(|| turns::tools(&request.tools, &|text| occasion.tokenizer.defuse(text)));
        let now = occasion.now;
        let strftime_now = Value::from_function(move |format: String| date(now, &format));
        self.environment.get_template("chat")?.render(context! {
            messages => Value::from(Serde(turns)),
            tools => tools.as_ref().map(|tools| Value::from(Serde(tools))),
            add_generation_prompt => true,
            enable_thinking => matches!(request.effort, Some(Effort::Medium | Effort::High)),
            bos_token => self.bos.as_str(),
            eos_token => self.eos.as_str(),
            strftime_now => strftime_now,
        })
    }
}

/// Whether a template has a place for tools and for calling them.
pub(crate) fn shows_tools(template: &str) -> bool {
    template.contains("tools") && template.contains("<tool_call>")
}

fn date(now: Timestamp, format: &str) -> Result<String, Error> {
    let bad = |error: jiff::Error| Error::new(ErrorKind::InvalidOperation, error.to_string());
    let now = jiff::Timestamp::from_millisecond(now.as_millis()).map_err(bad)?;
    let now = now.to_zoned(jiff::tz::TimeZone::system());
    jiff::fmt::strtime::format(format, &now).map_err(bad)
}
