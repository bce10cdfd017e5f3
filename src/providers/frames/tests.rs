use super::*;

fn sse(pieces: &[&[u8]]) -> Vec<String> {
    let mut frames = Frames::new(Framing::Sse);
    let mut all = Vec::new();
    for piece in pieces {
        frames.push(Bytes::copy_from_slice(piece)).unwrap();
        while let Some(frame) = frames.next().unwrap() {
            all.push(frame);
        }
    }
    all
}

#[test]
fn a_byte_order_mark_is_not_part_of_the_first_event() {
    assert_eq!(sse(&["\u{feff}data: a\n\n".as_bytes()]), ["a"]);
    assert_eq!(sse(&[b"\xef", b"\xbb\xbfda", b"ta: a\n\n"]), ["a"]);
}

#[test]
fn line_ends_of_every_kind_are_the_same() {
    for text in
        ["data: a\n\ndata: b\n\n", "data: a\r\n\r\ndata: b\r\n\r\n", "data: a\r\rdata: b\r\r\r"]
    {
        assert_eq!(sse(&[text.as_bytes()]), ["a", "b"], "{text:?}");
        let ones: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
        assert_eq!(sse(&ones), ["a", "b"], "{text:?} byte by byte");
    }
}

#[test]
fn comments_names_and_numbers_are_left_out_and_data_lines_joined() {
    let text = ": hi\n\nevent: x\nid: 7\nretry: 10\ndata: {\ndata:  1}\nunknown: y\n\n:\n\n";
    assert_eq!(sse(&[text.as_bytes()]), ["{\n 1}"]);
}

#[test]
fn an_event_without_its_empty_line_is_no_event() {
    assert_eq!(sse(&[b"data: a\n\ndata: b\n"]), ["a"]);
}

#[test]
fn bytes_that_are_not_utf_8_are_replaced_and_the_next_event_is_whole() {
    assert_eq!(sse(&[b"data: a\xffb\n\n", b"data: c\n\n"]), ["a\u{fffd}b", "c"]);
}

#[test]
fn an_event_without_end_is_refused_instead_of_kept() {
    let chunk = Bytes::from(vec![b'x'; 1 << 20]);
    for framing in [Framing::Sse, Framing::Ndjson] {
        let mut frames = Frames::new(framing);
        let refused = (0..64).find_map(|_| frames.push(chunk.clone()).err());
        assert!(refused.unwrap().message.contains("16 MB"), "{framing:?}");
    }
    let mut frames = Frames::new(Framing::Sse);
    let line = Bytes::from(["data: ", &"x".repeat(1 << 20), "\n"].concat());
    let refused =
        (0..64).find_map(|_| frames.push(line.clone()).err().or_else(|| frames.next().err()));
    assert!(refused.unwrap().message.contains("16 MB"));
}

#[test]
fn a_last_line_without_end_counts_in_ndjson() {
    let mut frames = Frames::new(Framing::Ndjson);
    frames.push(Bytes::from_static(b"{\"a\":1}\r\n\n{\"b\":")).unwrap();
    frames.push(Bytes::from_static(b"2}")).unwrap();
    assert_eq!(frames.next().unwrap().as_deref(), Some("{\"a\":1}"));
    assert_eq!(frames.next().unwrap(), None);
    frames.finish();
    assert_eq!(frames.next().unwrap().as_deref(), Some("{\"b\":2}"));
}

#[test]
fn many_events_in_one_chunk_cost_no_more_than_the_same_bytes_apart() {
    // Ten thousand events in one chunk: a reader that copies the rest for every line would
    // move some gigabytes here.
    let chunk = "data: {\"text\":\"word\"}\n\n".repeat(10_000);
    assert_eq!(sse(&[chunk.as_bytes()]).len(), 10_000);
}

/// The crate alone, an event at a time.
fn as_the_crate_reads(text: &str) -> Vec<String> {
    use futures_util::{FutureExt as _, StreamExt as _, stream};
    let bytes = stream::iter([Ok::<_, std::convert::Infallible>(text.to_owned())]);
    let events = eventsource_stream::EventStream::new(bytes);
    events.map(|event| event.unwrap().data).collect().now_or_never().unwrap()
}

proptest::proptest! {
    #[test]
    fn events_of_one_line_and_all_others_are_read_alike(
        lines in proptest::collection::vec(
            proptest::sample::select(vec![
                "data: {\"a\": 1}", "data:b", "data:  c", "data: ", "data:", "data", "dat",
                ": hi", "event: x", "id: 7", "datax: no", "", "", "", "data: \u{feff}é",
            ]),
            0..24,
        ),
        end in proptest::sample::select(vec!["\n", "\r\n"]),
        cut in 1_usize..40,
    ) {
        let text: String = lines.iter().flat_map(|line| [*line, end]).collect();
        let expected = as_the_crate_reads(&text);
        let pieces: Vec<&[u8]> = text.as_bytes().chunks(cut).collect();
        proptest::prop_assert_eq!(sse(&pieces), expected, "{:?}", text);
    }
}

#[test]
fn a_byte_order_mark_later_on_does_no_harm() {
    let text = "data: a\n\n\u{feff}data: b\n\ndata: c\n\n";
    assert_eq!(sse(&[text.as_bytes()]), ["a", "c"]);
    assert_eq!(sse(&["\u{feff}\u{feff}data: a\n\ndata: b\n\n".as_bytes()]), ["b"]);
}
