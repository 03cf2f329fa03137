-- Version 3: what triggers, backfills and alerts remember. Times are milliseconds since 1970.

-- How far a schedule has come: every occurrence up to `position` has been seen to.
create table schedules (
  trigger text primary key,
  schedule text not null,
  since real not null,
  position real not null,
  is_enabled integer not null
) strict, without rowid;

-- Files and objects that an event trigger has seen, so that each fires once.
create table seen_items (
  trigger text not null,
  item text not null,
  seen_at real not null,
  primary key (trigger, item)
) strict, without rowid;

create table trigger_tokens (
  trigger text primary key,
  hash blob not null,
  made_at real not null
) strict, without rowid;

-- Every end of a run, in order, whoever ran it; readers keep their place in `cursors`.
create table ended_runs (
  number integer primary key autoincrement,
  run text not null references runs (id) on delete cascade
) strict;

create index ended_runs_of_run on ended_runs (run);

create trigger note_ended_run after update of status on runs
when new.status in ('completed', 'failed', 'cancelled')
  and old.status not in ('completed', 'failed', 'cancelled')
begin
  insert into ended_runs (run) values (new.id);
end;

create trigger note_deadline after insert on runs when new.sla_ms is not null
begin
  insert into deadlines (run, due_at) values (new.id, new.created_at + new.sla_ms);
end;

create table cursors (
  reader text primary key,
  number integer not null
) strict, without rowid;

-- Runs that must have completed by a time, until they have or were told of.
create table deadlines (
  run text primary key references runs (id) on delete cascade,
  due_at real not null
) strict, without rowid;

create table alerts (
  id integer primary key,
  -- What makes it one: the run's end or deadline, and the rule.
  key text not null unique,
  run text not null references runs (id) on delete cascade,
  occasion text not null,
  rule text not null,
  attempts integer not null,
  next_at real,
  sent_at real,
  error text
) strict;

create index alerts_to_send on alerts (next_at) where next_at is not null;
create index alerts_of_run on alerts (run);

create table backfills (
  id text primary key,
  pipeline text not null,
  request text not null,
  created_at real not null,
  cancelled_at real
) strict, without rowid;

create index backfills_by_age on backfills (created_at desc, id desc);

create table backfill_dates (
  backfill text not null references backfills (id) on delete cascade,
  position integer not null,
  execution_date text not null,
  interval_end text not null,
  attempt integer not null,
  run text,
  primary key (backfill, position)
) strict, without rowid;

create index backfill_dates_of_run on backfill_dates (run);
