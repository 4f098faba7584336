//! Tells accounts of planned maintenance, each once in each way that it wants: as a deliver_sm, by its webhook.
//!
//! Announcements are written into the database by a command, whether the gateway runs or not; a task looks for them every two seconds. What
//! was told is noted there too: of a deliver_sm in the transaction that keeps it, of a webhook when it has answered.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Weak},
    time::Duration,
};

use parking_lot::Mutex;
use tokio::{
    sync::Semaphore,
    task::spawn_blocking,
    time::{Instant, sleep},
};

use crate::{
    Account,
    core::Core,
    incoming::{Content, frames},
    now::seconds,
    store::sqlite::{Announcement, OpenError, Told, Way, book},
    webhook::Webhooks,
};

/// Runs as long as the gateway does.
pub(crate) async fn run(core: Weak<Core>, database: PathBuf) {
    let mut announcer = Announcer { database, posts: Arc::default(), webhooks: None, is_failing: false };
    loop {
        {
            let Some(core) = core.upgrade() else { return };
            let looked = announcer.look(&core).await;
            announcer.note(looked.err().as_ref());
        }
        sleep(LOOK_EVERY).await;
    }
}

struct Announcer {
    database: PathBuf,
    posts: Arc<Posts>,
    /// Made for the first webhook.
    webhooks: Option<Webhooks>,
    is_failing: bool,
}

/// Posts that are on their way, or wait for their next try.
struct Posts {
    tries: Mutex<HashMap<(i64, u32), Try>>,
    /// Few at once: nobody is in a hurry.
    places: Arc<Semaphore>,
}

impl Default for Posts {
    fn default() -> Self {
        Self { tries: Mutex::default(), places: Arc::new(Semaphore::new(POSTS_AT_ONCE)) }
    }
}

#[derive(Clone, Copy)]
struct Try {
    failures: u32,
    /// `None` while it is on its way, and once it has arrived.
    next: Option<Instant>,
}

impl Announcer {
    async fn look(&mut self, core: &Arc<Core>) -> Result<(), OpenError> {
        let (database, now) = (self.database.clone(), seconds());
        let Ok(found) = spawn_blocking(move || book::since(&database, now)).await else { return Ok(()) };
        let found = found?;
        core.plan(found.iter().map(|(announcement, _)| announcement.clone()).collect());
        for (announcement, told) in &found {
            // Afterwards it would be no announcement.
            if now < announcement.starts_at && !core.departure.has_begun() {
                for account in core.door.accounts.all() {
                    self.tell(core, announcement, told, &account).await;
                }
            }
        }
        Ok(())
    }

    async fn tell(
        &mut self,
        core: &Arc<Core>,
        announcement: &Announcement,
        told: &[Told],
        account: &Account,
    ) {
        let settings = account.settings();
        let by = |way| told.iter().find(|told| told.account == account.id && told.way == way);
        if settings.announcements && by(Way::DeliverSm).is_none() {
            deliver(core, announcement, account).await;
        }
        let is_posted = by(Way::Webhook).is_some_and(|told| told.acknowledged_at.is_some());
        if let Some(url) = settings.webhook.as_ref().filter(|_| !is_posted)
            && self.posts.begin((announcement.number, account.id))
        {
            self.post(url.clone(), announcement.clone(), account).await;
        }
    }

    async fn post(&mut self, url: String, announcement: Announcement, account: &Account) {
        if self.webhooks.is_none() {
            self.webhooks = spawn_blocking(Webhooks::new).await.ok();
        }
        let Some(webhooks) = self.webhooks.clone() else { return };
        let (posts, database) = (Arc::clone(&self.posts), self.database.clone());
        let (id, system_id) = (account.id, account.system_id.clone());
        tokio::spawn(async move {
            let place = Arc::clone(&posts.places).acquire_owned().await;
            let number = announcement.number;
            let post = move || post(&webhooks, &url, &system_id, id, &announcement, &database);
            let is_settled = spawn_blocking(post).await.unwrap_or(false);
            drop(place);
            if !is_settled {
                posts.try_again((number, id));
            }
        });
    }

    /// Says once that the book can't be read, and once that it can again.
    fn note(&mut self, error: Option<&OpenError>) {
        match error {
            Some(error) if !self.is_failing => tracing::error!(%error, "announcements can't be read"),
            None if self.is_failing => tracing::info!("announcements are read again"),
            _ => {}
        }
        self.is_failing = error.is_some();
    }
}

impl Posts {
    /// True when it is time to post.
    fn begin(&self, which: (i64, u32)) -> bool {
        let mut tries = self.tries.lock();
        let one = tries.entry(which).or_insert_with(|| Try { failures: 0, next: Some(Instant::now()) });
        let is_due = one.next.is_some_and(|next| next <= Instant::now());
        if is_due {
            one.next = None;
        }
        is_due
    }

    fn try_again(&self, which: (i64, u32)) {
        if let Some(one) = self.tries.lock().get_mut(&which) {
            let pause = FIRST_PAUSE * 2_u32.pow(one.failures.min(MAX_DOUBLINGS));
            one.failures += 1;
            one.next = Some(Instant::now() + pause);
        }
    }
}

/// Posts, notes how it ended, and says so. True when nothing is left to do.
fn post(
    webhooks: &Webhooks,
    url: &str,
    system_id: &str,
    account: u32,
    announcement: &Announcement,
    database: &Path,
) -> bool {
    let posted = webhooks.post(url, system_id, announcement);
    let number = announcement.number;
    match &posted {
        Ok(()) => tracing::info!(system_id, number, "announcement posted"),
        Err(why) => tracing::warn!(system_id, number, why, "announcement not posted, it is tried again"),
    }
    let noted = book::note_post(database, number, account, &posted);
    if let Err(error) = &noted {
        tracing::error!(%error, system_id, number, "it can't be noted how an announcement was posted");
    }
    posted.is_ok() && noted.is_ok()
}

async fn deliver(core: &Arc<Core>, announcement: &Announcement, account: &Account) {
    let text = announcement.to_string();
    let Ok(frames) = frames(SOURCE, &account.system_id, Content::Text(&text)) else { return };
    let kept = core.announce(announcement.number, account.id, announcement.ends_at(), &frames).await;
    let (system_id, number) = (&account.system_id, announcement.number);
    match kept {
        Ok(()) => tracing::info!(system_id, number, "announcement kept for delivery"),
        Err(error) => tracing::warn!(%error, system_id, number, "announcement not kept, it is tried again"),
    }
}

/// Whom announcements come from; they go to the system_id.
const SOURCE: &str = "MAINTENANCE";
const LOOK_EVERY: Duration = Duration::from_secs(2);
const POSTS_AT_ONCE: usize = 8;
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause is a bit over four minutes.
const MAX_DOUBLINGS: u32 = 8;
