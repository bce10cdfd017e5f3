use super::*;

fn greedy() -> Sampling {
    Sampling { temperature: 0.0, repeat_penalty: 1.0, ..Sampling::default() }
}

#[test]
fn without_temperature_the_best_is_taken() {
    let mut sampler = Sampler::new(greedy(), 1);
    assert_eq!(sampler.choose(&mut [0.1, 3.0, 2.0], &[]), Some(1));
    assert_eq!(sampler.choose(&mut [f32::NAN, 1.0, f32::INFINITY], &[]), Some(1));
    assert_eq!(sampler.choose(&mut [f32::NAN], &[]), None);
    assert_eq!(sampler.choose(&mut [], &[]), None);
}

#[test]
fn what_was_just_said_is_less_likely() {
    let how = Sampling { repeat_penalty: 2.0, ..greedy() };
    let mut sampler = Sampler::new(how, 1);
    assert_eq!(sampler.choose(&mut [3.0, 2.0, -1.0], &[0]), Some(1));
    assert_eq!(sampler.choose(&mut [-1.0, -1.5], &[0]), Some(1));
}

#[test]
fn only_the_likeliest_share_is_considered() {
    let how = Sampling { temperature: 1.0, top_p: 0.5, ..greedy() };
    let mut sampler = Sampler::new(how, 1);
    for _ in 0..200 {
        assert_eq!(sampler.choose(&mut [5.0, 1.0, 1.0, 1.0], &[]), Some(0));
    }
    let how = Sampling { temperature: 5.0, top_p: 1.0, top_k: 2, ..greedy() };
    let mut sampler = Sampler::new(how, 1);
    for _ in 0..200 {
        assert!(sampler.choose(&mut [2.0, 1.9, 1.8, 1.7], &[]).unwrap() < 2);
    }
}

#[test]
fn the_same_seed_gives_the_same_choices() {
    let how = Sampling { temperature: 1.0, top_p: 1.0, top_k: 0, ..greedy() };
    let run = |seed| -> Vec<_> {
        let mut sampler = Sampler::new(how, seed);
        (0..50).map(|_| sampler.choose(&mut [1.0, 1.1, 0.9, 1.0], &[]).unwrap()).collect()
    };
    assert_eq!(run(5), run(5));
    assert_ne!(run(5), run(6));
}
