//! `--find-max` against a server whose limit is known.

use smpp_load::{Behaviour, Parsed, Server, Sink, Target};

#[tokio::test(flavor = "multi_thread")]
async fn it_finds_the_rate_that_a_slow_server_takes_and_says_how() {
    // One message at a time, each takes 20 ms: fifty a second, and no more.
    let behaviour = Behaviour { delay: "20ms".parse().unwrap(), ..Behaviour::default() };
    let sink = Sink::start("127.0.0.1:0".parse().unwrap(), None, behaviour).await.unwrap();
    let line = format!(
        "smpp-load smpp://load@{} -w 1 --find-max -R 5 -d 2s --threshold p90<400ms --quiet",
        sink.local_addr()
    );
    let Ok(Parsed::Run(options)) = Parsed::from_args(line.split_whitespace()) else {
        panic!("{line} is a run");
    };
    let target: Target = options.target.urls[0].parse().unwrap();
    let server = Server::of(&[(target, "secret".to_owned())], &options).unwrap();
    let report = smpp_load::run(server, &options).await.unwrap();
    sink.stop().await;

    let found: f64 = report.load.rate.as_ref().unwrap().parse().unwrap();
    // At 60/s the last of two seconds' messages wait for 400 ms; a busy machine is slower than that.
    assert!((10.0..=70.0).contains(&found), "{found}: {:?}", report.search);
    assert_eq!(report.exit_code(), 0);
    let highest_kept =
        report.search.iter().filter(|step| step.kept).map(|step| step.rate).fold(0.0, f64::max);
    assert_eq!(highest_kept, found);
    let broken: Vec<_> = report.search.iter().filter(|step| !step.kept).collect();
    assert!(broken.iter().all(|step| step.rate > found && !step.broken.is_empty()), "{broken:?}");
    assert!(!broken.is_empty());
    assert_eq!(report.search.first().map(|step| step.rate), Some(5.0));
}
