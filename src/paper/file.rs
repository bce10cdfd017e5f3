//! The file: pages, and what of the fonts was used.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish as _, Name, Pdf, Rect, Ref, Str, TextStr};

use super::SIZE;
use super::fonts::{Face, Fonts};

/// Glyphs have the numbers they have.
const IDENTITY: SystemInfo<'_> =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// What a font is called on a page.
pub(super) fn font_name(face: usize) -> String {
    format!("F{face}")
}

/// The same bytes, fewer.
pub(super) fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing into memory does not fail.
    let _written = packer.write_all(bytes).is_ok();
    packer.finish().unwrap_or_default()
}

/// Numbers for the parts of the file.
struct Numbers(i32);

impl Numbers {
    fn next(&mut self) -> Ref {
        self.0 += 1;
        Ref::new(self.0)
    }
}

/// The whole file.
pub(super) fn write(pages: &[Vec<u8>], fonts: &Fonts, title: &str) -> Vec<u8> {
    let mut numbers = Numbers(0);
    let mut pdf = Pdf::new();
    let (catalog, tree, about) = (numbers.next(), numbers.next(), numbers.next());
    pdf.catalog(catalog).pages(tree);
    pdf.document_info(about).title(TextStr(title)).creator(TextStr("nanofolks"));
    let faces: Vec<(usize, &Face, Ref)> =
        (0..).zip(&fonts.used).map(|(at, face)| (at, face, numbers.next())).collect();
    let kids: Vec<(Ref, Ref, &Vec<u8>)> =
        pages.iter().map(|page| (numbers.next(), numbers.next(), page)).collect();
    let count = i32::try_from(kids.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(kids.iter().map(|kid| kid.0)).count(count);
    for (id, contents, bytes) in &kids {
        let mut page = pdf.page(*id);
        page.media_box(Rect::new(0.0, 0.0, SIZE.0, SIZE.1)).parent(tree).contents(*contents);
        let mut resources = page.resources();
        let mut named = resources.fonts();
        for (at, _, font) in faces.iter().filter(|(_, face, _)| !face.glyphs.is_empty()) {
            named.pair(Name(font_name(*at).as_bytes()), *font);
        }
        named.finish();
        resources.finish();
        page.finish();
        pdf.stream(*contents, bytes).filter(Filter::FlateDecode);
    }
    for (at, face, id) in faces.iter().filter(|(_, face, _)| !face.glyphs.is_empty()) {
        font(&mut pdf, &mut numbers, face, *id, *at);
    }
    pdf.finish()
}

fn font(pdf: &mut Pdf, numbers: &mut Numbers, face: &Face, id: Ref, at: usize) {
    let (descendant, descriptor) = (numbers.next(), numbers.next());
    let (cmap, data) = (numbers.next(), numbers.next());
    // Six capitals say that this is only a part of the font.
    let letter = char::from(b'A' + u8::try_from(at % 26).unwrap_or(0));
    let name = format!("AAAAA{letter}+{}", font_name(at));
    let name = Name(name.as_bytes());
    pdf.type0_font(id)
        .base_font(name)
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(descendant)
        .to_unicode(cmap);
    let mut cid = pdf.cid_font(descendant);
    cid.subtype(if face.is_cff { CidFontType::Type0 } else { CidFontType::Type2 });
    cid.base_font(name).system_info(IDENTITY).font_descriptor(descriptor).default_width(0.0);
    if !face.is_cff {
        cid.cid_to_gid_map_predefined(Name(b"Identity"));
    }
    let mut widths = cid.widths();
    for (glyph, (_, width)) in &face.glyphs {
        widths.consecutive(*glyph, [*width]);
    }
    widths.finish();
    cid.finish();
    let [left, bottom, right, top] = face.bounds;
    let mut facts = pdf.font_descriptor(descriptor);
    facts
        .name(name)
        .flags(FontFlags::SYMBOLIC)
        .bbox(Rect::new(left, bottom, right, top))
        .italic_angle(0.0)
        .ascent(face.ascent)
        .descent(face.descent)
        .cap_height(face.ascent)
        .stem_v(80.0);
    if face.is_cff {
        facts.font_file3(data)
    } else {
        facts.font_file2(data)
    };
    facts.finish();
    let mut readable = UnicodeCmap::new(Name(b"Custom"), IDENTITY);
    for (glyph, (c, _)) in &face.glyphs {
        if let Some(c) = c {
            readable.pair(*glyph, *c);
        }
    }
    pdf.cmap(cmap, &readable.finish());
    let bytes = packed(&face.cut());
    let mut stream = pdf.stream(data, &bytes);
    stream.filter(Filter::FlateDecode);
    if face.is_cff {
        stream.pair(Name(b"Subtype"), Name(b"OpenType"));
    }
}
