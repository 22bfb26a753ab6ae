//! A mail relay that can be told to keep its answer back.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};

type Letters = Arc<Mutex<Vec<String>>>;

pub(crate) struct Relay {
    pub(crate) address: SocketAddr,
    mood: watch::Sender<Mood>,
    taken: Letters,
    events: mpsc::UnboundedReceiver<Event>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mood {
    Takes,
    Holds,
    Refuses,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A letter is there, and has no answer yet.
    Arrived,
    /// Its sender has gone before the answer.
    Cut,
}

impl Relay {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, events) = mpsc::unbounded_channel();
        let (mood, now) = watch::channel(Mood::Takes);
        let taken = Letters::default();
        let all = Arc::clone(&taken);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&all), now.clone(), tell.clone()));
            }
        });
        Self { address, mood, taken, events }
    }

    /// From now on letters arrive, and are not answered.
    pub(crate) fn hold(&self) {
        self.mood.send_replace(Mood::Holds);
    }

    pub(crate) fn release(&self) {
        self.mood.send_replace(Mood::Takes);
    }

    /// From now on letters are answered with 550.
    pub(crate) fn refuse(&self) {
        self.mood.send_replace(Mood::Refuses);
    }

    /// Waits for the next thing that happens to a letter.
    pub(crate) async fn next(&mut self) -> Event {
        self.events.recv().await.unwrap()
    }

    /// The letters that were answered with 250.
    pub(crate) fn taken(&self) -> Vec<String> {
        self.taken.lock().unwrap().clone()
    }
}

async fn serve(
    stream: TcpStream,
    taken: Letters,
    mut mood: watch::Receiver<Mood>,
    tell: mpsc::UnboundedSender<Event>,
) -> Option<()> {
    let mut stream = BufStream::new(stream);
    say(&mut stream, "220 relay").await?;
    loop {
        let line = line(&mut stream).await?;
        match line.get(..4)? {
            "DATA" => {
                say(&mut stream, "354 go on").await?;
                let letter = letter(&mut stream).await?;
                tell.send(Event::Arrived).ok()?;
                let mood = tokio::select! {
                    mood = mood.wait_for(|mood| *mood != Mood::Holds) => *mood.ok()?,
                    _ = stream.fill_buf() => return tell.send(Event::Cut).ok(),
                };
                if mood == Mood::Refuses {
                    return say(&mut stream, "550 no such address").await;
                }
                taken.lock().unwrap().push(letter);
                say(&mut stream, "250 taken").await?;
            }
            "QUIT" => return say(&mut stream, "221 bye").await,
            _ => say(&mut stream, "250 go on").await?,
        }
    }
}

async fn letter(stream: &mut BufStream<TcpStream>) -> Option<String> {
    let mut letter = String::new();
    loop {
        let line = line(stream).await?;
        if line == ".\r\n" {
            return Some(letter);
        }
        letter.push_str(&line);
    }
}

async fn line(stream: &mut BufStream<TcpStream>) -> Option<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await.ok()?;
    (read > 0).then_some(line)
}

async fn say(stream: &mut BufStream<TcpStream>, line: &str) -> Option<()> {
    stream.write_all(format!("{line}\r\n").as_bytes()).await.ok()?;
    stream.flush().await.ok()
}
