//! The full screen on a terminal. A thread of its own draws it, so that a slow terminal keeps no message waiting.

mod history;
mod screen;
mod terminal;

use std::{
    io::{self, IsTerminal},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread::JoinHandle,
    time::Duration,
};

use history::History;
use terminal::Screen;

use super::{Setting, Snapshot};

/// The view; dropping it gives the terminal back.
#[derive(Debug)]
pub(super) struct Live {
    news: Sender<News>,
    thread: JoinHandle<()>,
    /// Nanoseconds of CPU time that the thread has used.
    cpu: Arc<AtomicU64>,
}

#[derive(Debug)]
enum News {
    Begins(Setting),
    Is(Box<Snapshot>),
}

/// True when stderr is a terminal that can move its cursor.
pub(super) fn is_possible() -> bool {
    let is_dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    io::stderr().is_terminal() && !is_dumb
}

impl Live {
    /// Takes the screen.
    ///
    /// # Errors
    /// When the terminal refuses.
    pub(super) fn start() -> io::Result<Self> {
        let screen = Screen::open()?;
        let (news, received) = channel();
        let cpu = Arc::<AtomicU64>::default();
        let used = Arc::clone(&cpu);
        let thread = std::thread::Builder::new()
            .name("live".to_owned())
            .spawn(move || draw(screen, &received, &used))?;
        Ok(Self { news, thread, cpu })
    }

    /// A run begins.
    pub(super) fn begin(&self, setting: Setting) {
        self.tell(News::Begins(setting));
    }

    /// Shows the state.
    pub(super) fn show(&self, now: Snapshot) {
        self.tell(News::Is(Box::new(now)));
    }

    /// CPU time so far.
    pub(super) fn cpu(&self) -> Option<Duration> {
        Some(self.cpu.load(Ordering::Relaxed)).filter(|cpu| *cpu > 0).map(Duration::from_nanos)
    }

    /// Gives the terminal back.
    pub(super) fn finish(self) {
        let Self { news, thread, .. } = self;
        drop(news);
        // It has nothing left to do but that.
        let _ended = thread.join();
    }

    fn tell(&self, news: News) {
        // A terminal that went away ends the view, not the run.
        let _ended = self.news.send(news);
    }
}

fn draw(mut screen: Screen, received: &Receiver<News>, cpu: &AtomicU64) {
    let mut history = History::default();
    while let Ok(news) = received.recv() {
        // Only the newest state is drawn.
        for news in std::iter::once(news).chain(received.try_iter()) {
            match news {
                News::Begins(setting) => history = History::of(setting),
                News::Is(now) => history.push(*now),
            }
        }
        if screen.draw(|frame| screen::draw(&history, frame)).is_err() {
            return;
        }
        cpu.store(thread_cpu(), Ordering::Relaxed);
    }
}

/// Nanoseconds that this thread has used.
#[cfg(unix)]
fn thread_cpu() -> u64 {
    use rustix::time::{ClockId, clock_gettime};
    let time = Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default();
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(not(unix))]
const fn thread_cpu() -> u64 {
    0
}
