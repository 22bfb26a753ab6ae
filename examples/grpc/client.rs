//! Its clients, and the signal.

use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Command;
use tokio::time::timeout;
use tonic::transport::Channel;

use crate::Error;
use crate::messages::Order;
use crate::orders::orders_client::OrdersClient;
use crate::service::GRACE_PERIOD;

pub(crate) async fn run() -> Result<(), Error> {
    if !cfg!(unix) {
        return Err("there is no SIGTERM here: run `grpc serve`, and press Ctrl-C".into());
    }
    let mut command = Command::new(std::env::current_exe()?);
    let mut service = command.arg("serve").stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
    let mut output = BufReader::new(service.stdout.take().ok_or("no output")?);
    let mut address = String::new();
    output.read_line(&mut address).await?;
    let channel = Channel::from_shared(format!("http://{}", address.trim()))?.connect().await?;
    let mut orders = OrdersClient::new(channel);

    for id in 1..=100 {
        orders.place(Order { id, endless: false }).await?;
    }
    let mut follows = orders.follow(Order { id: 1, endless: false }).await?.into_inner();
    let mut follows_for_ever = orders.follow(Order { id: 2, endless: true }).await?.into_inner();
    follows.message().await?.ok_or("no first event")?;
    follows_for_ever.message().await?.ok_or("no first event")?;

    let told = Instant::now();
    let id = service.id().ok_or("it has ended already")?;
    Command::new("kill").args(["-TERM", &id.to_string()]).status().await?;
    let end = timeout(GRACE_PERIOD, follows.message()).await?;
    println!("the stream that ends with its request's context: {end:?}, after {:.1?}", told.elapsed());
    let mut said = String::new();
    timeout(GRACE_PERIOD, output.read_to_string(&mut said)).await??;
    let (code, took) = (service.wait().await?.code(), told.elapsed());
    let count = |start: &str| said.lines().filter(|line| line.starts_with(start)).count();
    let report = said.find("shutdown: ").map_or("", |begin| &said[begin..]);
    println!(
        "ended after {took:.1?} with {code:?}: {} accepted, {} written\n\n{report}",
        count("accepted "),
        count("written ")
    );

    let is_named = report.contains("\nopen requests: 1: POST /shop.Orders/Follow route=/shop.Orders/Follow (for ");
    let is_right = count("accepted ") == 100 && count("written ") == 100 && code == Some(1) && is_named;
    if !is_right || !matches!(end, Ok(None)) || took > GRACE_PERIOD + Duration::from_secs(1) {
        return Err("that is not what it is to show".into());
    }
    Ok(())
}
