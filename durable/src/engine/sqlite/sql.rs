//! The statements that apalis lacks, or has no safe version of. Those of a worker change only rows that it holds.

macro_rules! fetch {
    ($which:literal) => {
        concat!(
            "UPDATE Jobs SET status = 'Queued', lock_by = ?1, lock_at = strftime('%s', 'now') WHERE rowid IN (SELECT rowid FROM ( \
             SELECT * FROM (SELECT rowid, run_at FROM Jobs WHERE job_type = ?2 AND status = 'Pending' AND lock_by IS NULL \
             AND run_at <= CAST(strftime('%s', 'now') AS INTEGER)",
            $which,
            " ORDER BY run_at LIMIT ?3) UNION ALL \
             SELECT * FROM (SELECT rowid, run_at FROM Jobs WHERE job_type = ?2 AND status = 'Failed' AND attempts < max_attempts \
             AND lock_by IS NULL AND run_at <= CAST(strftime('%s', 'now') AS INTEGER)",
            $which,
            " ORDER BY priority DESC, run_at, id LIMIT ?3) ) ORDER BY run_at LIMIT ?3) RETURNING id, job, attempts, max_attempts"
        )
    };
}

pub(super) const OF_KEY: &str = "SELECT id FROM Jobs WHERE job_type = ?1 AND idempotency_key = ?2";

/// apalis's own statement scans every delayed job each time. Here jobs are ordered by time, without priorities. Failed jobs
/// use an index that leaves out those that are not tried again.
pub(super) const FETCH: &str = fetch!("");

/// The same, restricted to a list of functions.
pub(super) const FETCH_ONLY: &str =
    fetch!(" AND json_extract(metadata, '$.function') IN (SELECT value FROM json_each(?4))");

pub(super) const DONE: &str = "UPDATE Jobs SET status = 'Done', attempts = attempts + 1, last_result = '{\"Ok\":null}', \
     done_at = strftime('%s', 'now'), lock_by = NULL, lock_at = NULL \
     WHERE id IN (SELECT value FROM json_each(?1)) AND lock_by = ?2 RETURNING id";

/// `Failed` rows whose attempts are not used up are fetched again from `run_at` on.
pub(super) const AGAIN: &str = "UPDATE Jobs SET status = 'Failed', attempts = attempts + 1, last_result = ?3, run_at = ?4, \
     lock_by = NULL, lock_at = NULL WHERE id = ?1 AND lock_by = ?2";

pub(super) const KILLED: &str = "UPDATE Jobs SET status = 'Killed', attempts = attempts + ?4, last_result = ?3, \
     done_at = strftime('%s', 'now'), lock_by = NULL, lock_at = NULL WHERE id = ?1 AND lock_by = ?2";

pub(super) const LAST_RESULT: &str = "SELECT last_result FROM Jobs WHERE id = ?1 AND lock_by = ?2";

/// Nobody fetches a `Failed` row that has as many attempts as it may have.
pub(super) const SET_ASIDE: &str = "UPDATE Jobs SET status = 'Failed', max_attempts = attempts, last_result = ?3, \
     done_at = strftime('%s', 'now'), lock_by = NULL, lock_at = NULL WHERE id = ?1 AND lock_by = ?2";

pub(super) const BACK: &str =
    "UPDATE Jobs SET status = 'Pending', lock_by = NULL, lock_at = NULL WHERE id = ?1 AND lock_by = ?2";

pub(super) const ALL_BACK: &str = "UPDATE Jobs SET status = 'Pending', lock_by = NULL, lock_at = NULL WHERE lock_by = ?1 \
     AND status IN ('Queued', 'Running') AND id NOT IN (SELECT value FROM json_each(?2))";

/// Marks a run as begun.
pub(super) const BEGIN: &str = "UPDATE Jobs SET status = 'Running' WHERE id = ?1 AND lock_by = ?2";

/// For jobs of dead workers that had not begun, does not count the last attempt: apalis adds one attempt to each of their
/// rows.
pub(super) const SPARE: &str = "UPDATE Jobs SET attempts = attempts - 1 WHERE status = 'Queued' AND attempts = max_attempts - 1 \
     AND lock_by IN (SELECT id FROM Workers WHERE worker_type = ?1 AND id <> ?2 \
     AND CAST(strftime('%s', 'now') AS INTEGER) - last_seen >= ?3)";

pub(super) const LAST_BEAT: &str =
    "SELECT CAST(strftime('%s', 'now') AS INTEGER) - last_seen FROM Workers WHERE id = ?1";

pub(super) const LEAVE: &str =
    "DELETE FROM Workers WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM Jobs WHERE lock_by = ?1)";

/// Deletes the rows of killed workers after a day.
pub(super) const BURY: &str = "DELETE FROM Workers WHERE worker_type = ?1 AND last_seen < strftime('%s', 'now') - 86400 \
     AND NOT EXISTS (SELECT 1 FROM Jobs WHERE lock_by = Workers.id)";

pub(super) const REASONS: &str = "SELECT DISTINCT last_result FROM Jobs WHERE status = 'Failed' AND attempts >= max_attempts \
     AND job_type = ?1 AND last_result LIKE '{\"Err\":\"set aside: %'";

pub(super) const TAKE_UP: &str = "UPDATE Jobs SET status = 'Pending', max_attempts = attempts + ?3, done_at = NULL \
     WHERE status = 'Failed' AND attempts >= max_attempts AND job_type = ?1 AND last_result = ?2";

pub(super) const TAKE_UP_ALL: &str = "UPDATE Jobs SET status = 'Pending', max_attempts = attempts + 1, done_at = NULL \
     WHERE status = 'Failed' AND attempts >= max_attempts AND job_type = ?1 AND last_result LIKE '{\"Err\":\"set aside: %'";

/// apalis's own statement compares a number with a text, and so deletes all ended jobs. It deletes a limited number at once,
/// so that others can write.
pub(super) const FORGET: &str = "DELETE FROM Jobs WHERE rowid IN (SELECT rowid FROM Jobs WHERE job_type = ?1 \
     AND done_at <= strftime('%s', 'now') - ?2 AND status IN ('Done', 'Killed') LIMIT 1000)";

/// It does not read jobs that succeeded, because there may be many. The others have an index.
pub(super) const CENSUS: &str = "SELECT \
     COALESCE(SUM(free AND run_at <= now), 0), COALESCE(SUM(free AND run_at > now), 0), COALESCE(SUM(held), 0), \
     COALESCE(SUM((free OR held) AND attempts > 0), 0), COALESCE(SUM(aside), 0), \
     COALESCE(SUM(NOT (free OR held OR aside)), 0), MAX(CASE WHEN free AND run_at <= now THEN now - run_at END) \
     FROM (SELECT run_at, attempts, CAST(strftime('%s', 'now') AS INTEGER) AS now, status IN ('Queued', 'Running') AS held, \
     status = 'Pending' OR (status = 'Failed' AND attempts < max_attempts) AS free, \
     status = 'Failed' AND attempts >= max_attempts AND last_result LIKE '{\"Err\":\"set aside: %' AS aside \
     FROM Jobs WHERE job_type = ?1 AND status IN ('Pending', 'Queued', 'Running', 'Failed', 'Killed'))";
