//! The fonts of this machine: which are used, and what of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use fontdb::{Database, Family, ID, Query, Weight};
use nanofolks_protocol::{Problem, ProblemKind};
use subsetter::{GlyphRemapper, subset};
use unicode_width::UnicodeWidthChar as _;

/// Families that are good to read, the best first.
const TEXT: [&str; 9] = [
    "DejaVu Sans",
    "Noto Sans",
    "Liberation Sans",
    "Helvetica Neue",
    "Helvetica",
    "Arial",
    "FreeSans",
    "Ubuntu",
    "Roboto",
];

/// The same with letters of one width.
const CODE: [&str; 7] = [
    "DejaVu Sans Mono",
    "Noto Sans Mono",
    "Liberation Mono",
    "Menlo",
    "Courier New",
    "FreeMono",
    "Ubuntu Mono",
];

/// Most fonts of one document.
const FACES: usize = 24;
/// Most characters that are looked for in every font of the machine in vain.
const SEARCHES: u32 = 64;

/// What a font is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Role {
    Text,
    Bold,
    Code,
}

/// A character as it is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Glyph {
    /// The number of its font.
    pub(super) face: usize,
    /// Its number in what of the font goes into the document.
    pub(super) id: u16,
    /// In thousandths of the size.
    pub(super) width: f32,
}

/// A font that is used.
pub(super) struct Face {
    data: Vec<u8>,
    index: u32,
    used: GlyphRemapper,
    /// Glyphs by their number in the document: what they stand for, and how wide they are.
    pub(super) glyphs: BTreeMap<u16, (Option<char>, f32)>,
    /// Ascent, descent and the box around every glyph, in thousandths.
    pub(super) ascent: f32,
    pub(super) descent: f32,
    pub(super) bounds: [f32; 4],
    /// Whether its outlines are PostScript's.
    pub(super) is_cff: bool,
}

/// All fonts, used or not.
pub(super) struct Fonts {
    all: Database,
    pub(super) used: Vec<Face>,
    text: usize,
    bold: usize,
    code: usize,
    known: HashMap<(Role, char), Option<Glyph>>,
    searches: u32,
    /// Characters that no font has.
    pub(super) missing: BTreeSet<char>,
}

impl Fonts {
    /// Looks for fonts; the one in `file` counts before the others.
    pub(super) fn find(file: Option<&Path>, folder: Option<&Path>) -> Result<Self, Problem> {
        let mut all = Database::new();
        let mut first = None;
        if let Some(file) = file {
            all.load_font_file(file).map_err(|error| unreadable(file, &error.to_string()))?;
            first = Some(all.faces().next().map(|face| face.id));
        }
        match folder {
            Some(folder) => all.load_fonts_dir(folder),
            None => all.load_system_fonts(),
        }
        let mut fonts = Self {
            all,
            used: Vec::new(),
            text: 0,
            bold: 0,
            code: 0,
            known: HashMap::new(),
            searches: 0,
            missing: BTreeSet::new(),
        };
        if let (Some(named), Some(file)) = (first, file) {
            let taken = named.and_then(|id| fonts.take(id));
            fonts.text =
                taken.ok_or_else(|| unreadable(file, "it is no font that can be embedded"))?;
            fonts.bold = fonts.text;
        } else {
            fonts.text = fonts
                .of_family(&TEXT, Weight::NORMAL)
                .or_else(|| fonts.any())
                .ok_or_else(missing)?;
            fonts.bold = fonts.of_family(&TEXT, Weight::BOLD).unwrap_or(fonts.text);
        }
        fonts.code = fonts.of_family(&CODE, Weight::NORMAL).unwrap_or(fonts.text);
        Ok(fonts)
    }

    /// A character in a role; `None` when there is nothing to see.
    pub(super) fn glyph(&mut self, role: Role, c: char) -> Option<Glyph> {
        if let Some(known) = self.known.get(&(role, c)) {
            return *known;
        }
        let own = match role {
            Role::Text => self.text,
            Role::Bold => self.bold,
            Role::Code => self.code,
        };
        let in_order = std::iter::once(own).chain(0..self.used.len());
        let face =
            in_order.into_iter().find(|&at| self.used.get(at).is_some_and(|face| face.has(c)));
        let face = match face {
            Some(face) => Some(face),
            // What has no width and no shape is a joiner, a mark or a sign of direction.
            None if c.width() == Some(0) || c.is_control() => None,
            // The font's own sign for what it does not have.
            None => self.elsewhere(c).or_else(|| {
                self.missing.insert(c);
                Some(own)
            }),
        };
        let glyph = face.and_then(|at| Some(self.used.get_mut(at)?.draw(at, c)));
        self.known.insert((role, c), glyph);
        glyph
    }

    /// A font of the machine that has a character.
    fn elsewhere(&mut self, c: char) -> Option<usize> {
        if self.searches >= SEARCHES || self.used.len() >= FACES {
            return None;
        }
        let mut faces: Vec<_> = self.all.faces().collect();
        faces.sort_by_key(|face| {
            (face.style != fontdb::Style::Normal, face.weight != Weight::NORMAL)
        });
        let ids: Vec<ID> = faces.into_iter().map(|face| face.id).collect();
        for id in ids {
            let has = |data: &[u8], index| {
                ttf_parser::Face::parse(data, index).is_ok_and(|face| face.glyph_index(c).is_some())
            };
            if self.all.with_face_data(id, has) == Some(true)
                && let Some(taken) = self.take(id)
            {
                return Some(taken);
            }
        }
        self.searches += 1;
        None
    }

    fn of_family(&mut self, names: &[&str], weight: Weight) -> Option<usize> {
        names.iter().find_map(|name| {
            let families = [Family::Name(name)];
            let id = self.all.query(&Query { families: &families, weight, ..Query::default() })?;
            self.take(id)
        })
    }

    fn any(&mut self) -> Option<usize> {
        let ids: Vec<ID> = self.all.faces().map(|face| face.id).collect();
        ids.into_iter().find_map(|id| {
            let latin = |data: &[u8], index| {
                ttf_parser::Face::parse(data, index)
                    .is_ok_and(|face| face.glyph_index('n').is_some())
            };
            if self.all.with_face_data(id, latin)? { self.take(id) } else { None }
        })
    }

    /// Makes a font one of those that are used, if it may and can be embedded.
    fn take(&mut self, id: ID) -> Option<usize> {
        let face = self.all.with_face_data(id, Face::of)??;
        self.used.push(face);
        Some(self.used.len() - 1)
    }
}

impl Face {
    fn of(data: &[u8], index: u32) -> Option<Self> {
        let face = ttf_parser::Face::parse(data, index).ok()?;
        if face.permissions() == Some(ttf_parser::Permissions::Restricted)
            || !face.is_subsetting_allowed()
        {
            return None;
        }
        // What cannot be cut now cannot be cut when the document is done.
        subset(data, index, &GlyphRemapper::new()).ok()?;
        let scale = 1000.0 / f32::from(face.units_per_em());
        let bounds = face.global_bounding_box();
        let edges = [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max];
        Some(Self {
            ascent: f32::from(face.ascender()) * scale,
            descent: f32::from(face.descender()) * scale,
            bounds: edges.map(|edge| f32::from(edge) * scale),
            is_cff: face.tables().glyf.is_none(),
            data: data.to_owned(),
            index,
            used: GlyphRemapper::new(),
            glyphs: BTreeMap::new(),
        })
    }

    fn parsed(&self) -> Option<ttf_parser::Face<'_>> {
        ttf_parser::Face::parse(&self.data, self.index).ok()
    }

    fn has(&self, c: char) -> bool {
        self.parsed().is_some_and(|face| face.glyph_index(c).is_some())
    }

    /// The glyph of a character, which goes into the document from now on.
    fn draw(&mut self, at: usize, c: char) -> Glyph {
        let (own, width) = self.parsed().map_or((0, 0.0), |face| {
            let id = face.glyph_index(c).unwrap_or_default();
            let advance = face.glyph_hor_advance(id).unwrap_or_default();
            (id.0, f32::from(advance) * 1000.0 / f32::from(face.units_per_em()))
        });
        let id = self.used.remap(own);
        // The sign for what a font does not have stands for no character.
        self.glyphs.entry(id).or_insert(((own > 0).then_some(c), width));
        Glyph { face: at, id, width }
    }

    /// What of the font goes into the document.
    pub(super) fn cut(&self) -> Vec<u8> {
        // It was possible when the font was taken; the glyphs of a damaged one are lost.
        subset(&self.data, self.index, &self.used).unwrap_or_default()
    }
}

fn missing() -> Problem {
    let message = "there is no font on this machine that can go into a PDF";
    Problem::new(ProblemKind::Unavailable, "font_missing", message)
        .hint("install one, for example DejaVu, or name a file with --font; --format md needs none")
}

fn unreadable(file: &Path, why: &str) -> Problem {
    let message = format!("cannot use the font {}: {why}", file.display());
    Problem::new(ProblemKind::Usage, "font_unreadable", message)
        .hint("a TrueType or OpenType font, for example DejaVuSans.ttf")
}
