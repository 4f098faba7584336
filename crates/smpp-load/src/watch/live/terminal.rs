//! The terminal, lent for the time of a run: a screen of its own without a cursor and without what is typed.

use std::{
    io::{self, Stderr, Write},
    sync::{
        Once,
        atomic::{AtomicBool, Ordering},
    },
};

use ratatui::{
    Frame, Terminal,
    backend::CrosstermBackend,
    crossterm::{
        cursor::{Hide, Show},
        execute,
        terminal::{EnterAlternateScreen, LeaveAlternateScreen},
    },
};

/// The screen; dropping it gives the terminal back, and so does a panic.
#[derive(Debug)]
pub(super) struct Screen {
    terminal: Terminal<CrosstermBackend<Stderr>>,
    _echo: Echo,
}

impl Screen {
    pub(super) fn open() -> io::Result<Self> {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let hook = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                leave();
                hook(panic);
            }));
        });
        let terminal = Terminal::new(CrosstermBackend::new(io::stderr()))?;
        execute!(io::stderr(), EnterAlternateScreen, Hide)?;
        IS_OPEN.store(true, Ordering::Relaxed);
        Ok(Self { terminal, _echo: Echo::off() })
    }

    pub(super) fn draw(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(draw).map(drop)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave();
    }
}

/// Gives the screen back, once.
fn leave() {
    if IS_OPEN.swap(false, Ordering::Relaxed) {
        // A terminal that went away needs nothing back.
        let _gone = execute!(io::stderr(), LeaveAlternateScreen, Show);
        let _gone = io::stderr().flush();
    }
}

static IS_OPEN: AtomicBool = AtomicBool::new(false);

/// Signs that are typed are not shown. Signals stay what they are, so that Ctrl-C ends a run as it does without the view.
#[derive(Debug)]
struct Echo {
    #[cfg(unix)]
    before: Option<rustix::termios::Termios>,
}

#[cfg(unix)]
impl Echo {
    fn off() -> Self {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let before = tcgetattr(io::stdin()).ok();
        if let Some(before) = &before {
            let mut silent = before.clone();
            silent.local_modes -= LocalModes::ECHO;
            let _no_terminal = tcsetattr(io::stdin(), OptionalActions::Now, &silent);
        }
        Self { before }
    }
}

#[cfg(unix)]
impl Drop for Echo {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcsetattr};
        if let Some(before) = &self.before {
            let _no_terminal = tcsetattr(io::stdin(), OptionalActions::Now, before);
        }
    }
}

#[cfg(not(unix))]
impl Echo {
    const fn off() -> Self {
        Self {}
    }
}
