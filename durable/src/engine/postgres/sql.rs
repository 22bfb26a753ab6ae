//! The statements on apalis's tables. Those of a worker change only rows that it holds since the given fetch (`$3`).

/// The rights that the migrations lack, as statements for a superuser.
pub(super) const LACKING: &str = "SELECT format('GRANT CREATE ON DATABASE %I TO %I;', current_database(), current_user) \
     WHERE NOT has_database_privilege(current_database(), 'CREATE') \
     UNION ALL SELECT format('GRANT CREATE ON SCHEMA public TO %I;', current_user) FROM pg_namespace \
     WHERE nspname = 'public' AND NOT has_schema_privilege(oid, 'CREATE') \
     UNION ALL SELECT format('CREATE EXTENSION %I;', name) FROM unnest(ARRAY['pgcrypto', 'hstore']) AS name \
     WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = name)";

/// The index for the census and the reasons: without it they read all ended jobs. It is created only if it is missing, because
/// that locks the table, and only by a role that owns the table.
pub(super) const OPEN: &str = "DO $$ BEGIN IF to_regclass('apalis.outlive_open_jobs') IS NULL THEN \
     CREATE INDEX outlive_open_jobs ON apalis.jobs (job_type) \
     WHERE status IN ('Pending', 'Queued', 'Running', 'Failed', 'Killed'); END IF; \
     EXCEPTION WHEN duplicate_table OR unique_violation OR insufficient_privilege THEN NULL; END $$";

/// The time is the server's, because clocks differ: jobs of a machine whose clock is ahead would not be notified of. The
/// trigger compares with the begin of the transaction, as `now()` does.
pub(super) const PUSH: &str = "INSERT INTO apalis.jobs \
     (id, job_type, job, status, attempts, max_attempts, run_at, priority, idempotency_key, metadata) \
     VALUES ($1, $2, $3, 'Pending', 0, $4, \
     CASE WHEN $5 > 0 THEN clock_timestamp() + make_interval(secs => $5) ELSE now() END, 0, $6, $7) \
     ON CONFLICT DO NOTHING";

pub(super) const OF_KEY: &str = "SELECT id FROM apalis.jobs WHERE job_type = $1 AND idempotency_key = $2";

/// Returns how long ago the last heartbeat was, and whether the server has been up for a lease (`$5`): if not, live workers
/// had no time for a heartbeat.
pub(super) const BEAT: &str = "WITH before AS (SELECT last_seen FROM apalis.workers WHERE id = $1) \
     INSERT INTO apalis.workers (id, worker_type, storage_name, layers, last_seen, started_at) \
     VALUES ($1, $2, $3, $4, now(), now()) ON CONFLICT (id) DO UPDATE SET last_seen = now() \
     RETURNING coalesce(extract(epoch FROM now() - (SELECT last_seen FROM before)), 0)::float8, \
     now() - pg_postmaster_start_time() >= make_interval(secs => $5)";

/// For jobs of dead workers that had not begun, does not count the last attempt: apalis adds one attempt to each of their
/// rows.
pub(super) const SPARE: &str = "UPDATE apalis.jobs SET attempts = attempts - 1 FROM apalis.workers \
     WHERE jobs.lock_by = workers.id AND jobs.status = 'Queued' AND jobs.attempts = jobs.max_attempts - 1 \
     AND now() - workers.last_seen >= make_interval(secs => $2) AND workers.worker_type = $1";

pub(super) const BEGIN: &str = "UPDATE apalis.jobs SET status = 'Running' WHERE id = $1 AND lock_by = $2 \
     AND (extract(epoch FROM lock_at) * 1000000)::bigint = $3";

/// Deletes the rows of killed workers after a day.
pub(super) const BURY: &str = "DELETE FROM apalis.workers WHERE worker_type = $1 AND last_seen < now() - interval '1 day' \
     AND NOT EXISTS (SELECT FROM apalis.jobs WHERE lock_by = workers.id)";

/// It does not wait for the disk: if a crash of the server undoes a fetch, the job is fetched again. The end of a run waits.
pub(super) const FETCH: &str = "SELECT id, job, attempts, max_attempts, \
     (extract(epoch FROM lock_at) * 1000000)::bigint FROM apalis.get_jobs($1, $2, $3), \
     (SELECT set_config('synchronous_commit', 'off', true)) AS soon";

macro_rules! finish {
    ($set:literal) => {
        concat!(
            "UPDATE apalis.jobs SET ",
            $set,
            ", lock_by = NULL, lock_at = NULL WHERE id = $1 AND lock_by = $2 \
             AND (extract(epoch FROM lock_at) * 1000000)::bigint = $3"
        )
    };
}

/// The jobs `$1`, each only if its lease is still that of the fetch (`$3`).
pub(super) const DONE: &str = "UPDATE apalis.jobs SET status = 'Done', attempts = attempts + 1, \
     last_result = '{\"Ok\":null}', done_at = now(), lock_by = NULL, lock_at = NULL \
     FROM unnest($1::text[], $3::bigint[]) AS done(id, lease) WHERE jobs.id = done.id AND lock_by = $2 \
     AND (extract(epoch FROM lock_at) * 1000000)::bigint = done.lease RETURNING jobs.id";

/// As apalis fetches, restricted to the metadata of these functions. It compares `hstore` as text, because the names of its
/// operators depend on the `search_path`.
pub(super) const FETCH_ONLY: &str = "WITH picked AS (SELECT id FROM apalis.jobs WHERE job_type = $2 AND run_at < now() \
     AND (status = 'Pending' OR (status = 'Failed' AND attempts < max_attempts)) \
     AND EXISTS (SELECT FROM unnest($4::text[]) AS function WHERE strpos(metadata::text, function) > 0) \
     ORDER BY priority DESC, run_at LIMIT $3 FOR UPDATE SKIP LOCKED) \
     UPDATE apalis.jobs SET status = 'Queued', lock_by = $1, lock_at = now() FROM picked WHERE jobs.id = picked.id \
     RETURNING jobs.id, job, attempts, max_attempts, (extract(epoch FROM lock_at) * 1000000)::bigint";

/// `Failed` rows whose attempts are not used up are fetched again from `run_at` on.
pub(super) const AGAIN: &str = finish!(
    "status = 'Failed', attempts = attempts + 1, last_result = jsonb_build_object('Err', $4::text), \
     run_at = now() + make_interval(secs => $5)"
);

pub(super) const KILLED: &str = finish!(
    "status = 'Killed', attempts = attempts + $5, last_result = jsonb_build_object('Err', $4::text), done_at = now()"
);

pub(super) const LAST_RESULT: &str = "SELECT last_result::text FROM apalis.jobs WHERE id = $1";

/// Nobody fetches a `Failed` row that has as many attempts as it may have.
pub(super) const SET_ASIDE: &str = finish!(
    "status = 'Failed', max_attempts = attempts, last_result = jsonb_build_object('Err', $4::text), done_at = now()"
);

pub(super) const BACK: &str = finish!("status = 'Pending'");

/// It also notifies other workers, as the table's trigger does for new rows.
pub(super) const ALL_BACK: &str = "WITH back AS (UPDATE apalis.jobs SET status = 'Pending', lock_by = NULL, lock_at = NULL \
     WHERE lock_by = $1 AND status IN ('Queued', 'Running') AND id <> ALL($2) RETURNING id, job_type) \
     SELECT count(pg_notify('apalis::job::insert', json_build_object('job_type', job_type, 'id', id)::text)::text) FROM back";

pub(super) const LEAVE: &str =
    "DELETE FROM apalis.workers WHERE id = $1 AND NOT EXISTS (SELECT FROM apalis.jobs WHERE lock_by = $1)";

pub(super) const REASONS: &str = "SELECT DISTINCT last_result::text FROM apalis.jobs WHERE status = 'Failed' \
     AND attempts >= max_attempts AND job_type = $1 AND last_result ->> 'Err' LIKE 'set aside: %'";

pub(super) const TAKE_UP: &str = "UPDATE apalis.jobs SET status = 'Pending', max_attempts = attempts + $3, done_at = NULL \
     WHERE status = 'Failed' AND attempts >= max_attempts AND job_type = $1 AND last_result ->> 'Err' = $2";

pub(super) const TAKE_UP_ALL: &str = "UPDATE apalis.jobs SET status = 'Pending', max_attempts = attempts + 1, done_at = NULL \
     WHERE status = 'Failed' AND attempts >= max_attempts AND job_type = $1 AND last_result ->> 'Err' LIKE 'set aside: %'";

/// Deletes a limited number at once, because of the statement timeout.
pub(super) const FORGET: &str = "DELETE FROM apalis.jobs WHERE id IN (SELECT id FROM apalis.jobs WHERE job_type = $1 \
     AND done_at <= now() - make_interval(secs => $2) AND status IN ('Done', 'Killed') LIMIT 10000)";

/// It does not read jobs that succeeded, because there may be many.
pub(super) const CENSUS: &str = "SELECT count(*) FILTER (WHERE free AND run_at <= now()), \
     count(*) FILTER (WHERE free AND run_at > now()), count(*) FILTER (WHERE held), \
     count(*) FILTER (WHERE (free OR held) AND attempts > 0), count(*) FILTER (WHERE aside), \
     count(*) FILTER (WHERE NOT (free OR held OR aside)), \
     floor(extract(epoch FROM max(now() - run_at) FILTER (WHERE free AND run_at <= now())))::bigint \
     FROM (SELECT run_at, attempts, status IN ('Queued', 'Running') AS held, \
     status = 'Pending' OR (status = 'Failed' AND attempts < max_attempts) AS free, \
     status = 'Failed' AND attempts >= max_attempts AND coalesce(last_result ->> 'Err', '') LIKE 'set aside: %' AS aside \
     FROM apalis.jobs WHERE job_type = $1 AND status IN ('Pending', 'Queued', 'Running', 'Failed', 'Killed')) AS jobs";
