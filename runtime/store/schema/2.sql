-- The run history, version 2: runs that wait for a dispatcher, and who holds a lease.

-- What started a run; a key makes a second acceptance give the first's run.
alter table runs add column trigger text;
alter table runs add column backfill text;
alter table runs add column key text;

-- The queue: a run waits where `due_at` is set, and may be started from that moment on.
alter table runs add column due_at real;
alter table runs add column priority integer not null default 0;
-- Of the runs in one lane so many go on at once.
alter table runs add column lane text;
alter table runs add column lane_limit integer;
-- The compiled module that every try of the run uses.
alter table runs add column compiled text;
alter table runs add column heap_mb integer;

-- What becomes of it.
alter table runs add column timeout_ms real;
alter table runs add column retry text;
alter table runs add column sla_ms real;
alter table runs add column on_lost text;
-- Tries of the whole run, from 1; a try goes on over a sensor's waiting and over a lost supervisor.
alter table runs add column attempt integer not null default 1;
alter table runs add column tries_left integer not null default 1;
alter table runs add column try_started_at real;
alter table runs add column claimed_at real;
alter table runs add column losses integer not null default 0;
alter table runs add column cancel_requested_at real;

create unique index runs_by_key on runs (key) where key is not null;
create index queued_runs on runs (priority desc) where due_at is not null;
create index runs_of_lane on runs (lane, status) where lane is not null;
create index runs_of_trigger on runs (trigger, created_at desc, id desc) where trigger is not null;
create index runs_of_backfill on runs (backfill, created_at desc, id desc)
  where backfill is not null;
create index runs_of_status on runs (status, created_at desc, id desc);

create table run_attempts (
  run text not null references runs (id) on delete cascade,
  attempt integer not null,
  started_at real not null,
  ended_at real not null,
  status text not null,
  error text,
  primary key (run, attempt)
) strict, without rowid;

-- Since when a sensor waits, over the processes that looked.
alter table block_runs add column waiting_since real;

-- The processes behind a lease, so that one whose processes are gone can be taken at once.
alter table leases add column host text;
alter table leases add column pid integer;
alter table leases add column process_start text;
alter table leases add column run_pid integer;
alter table leases add column run_process_start text;
