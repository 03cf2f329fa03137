-- The run history, version 1. Times are milliseconds since 1970.
create table runs (
  id text primary key,
  pipeline text not null,
  notebook text not null,
  status text not null,
  created_at real not null,
  started_at real,
  ended_at real,
  ms real,
  error text,
  peak_rss_bytes integer,
  execution_date text not null,
  interval_start text,
  interval_end text,
  variables text not null,
  profile text,
  event text,
  block text,
  has_upstream integer not null,
  keep text not null
) strict;

create index runs_of_pipeline on runs (pipeline, created_at desc, id desc);
create index runs_by_age on runs (created_at desc, id desc);
create index open_runs on runs (status) where status in ('initial', 'running');

-- Element -1 is the block itself.
create table block_runs (
  run text not null references runs (id) on delete cascade,
  block text not null,
  element integer not null,
  position integer not null,
  kind text not null,
  status text not null,
  attempts integer not null,
  started_at real,
  ended_at real,
  ms real,
  rows integer,
  error text,
  reason text,
  peak_rss_bytes integer,
  upstream text not null,
  fingerprint text,
  has_saved_outputs integer not null,
  primary key (run, block, element)
) strict, without rowid;

create table attempts (
  run text not null references runs (id) on delete cascade,
  block text not null,
  element integer not null,
  attempt integer not null,
  started_at real not null,
  ended_at real not null,
  status text not null,
  error text,
  primary key (run, block, element, attempt)
) strict, without rowid;

create table checks (
  id integer primary key,
  run text not null references runs (id) on delete cascade,
  block text not null,
  element integer not null,
  attempt integer not null,
  name text not null,
  passed integer not null,
  failed_rows integer,
  rows integer
) strict;

create index checks_of_run on checks (run);

create table artifacts (
  id integer primary key,
  run text not null references runs (id) on delete cascade,
  block text not null,
  element integer not null,
  attempt integer not null,
  title text,
  data text not null
) strict;

create index artifacts_of_run on artifacts (run);

create table outputs (
  run text not null references runs (id) on delete cascade,
  block text not null,
  name text not null,
  rows integer,
  bytes integer not null,
  primary key (run, block, name)
) strict, without rowid;

create index outputs_of_block on outputs (block, name);

create table logs (
  number integer primary key,
  run text not null references runs (id) on delete cascade,
  at real not null,
  block text,
  element integer,
  attempt integer,
  stream text not null,
  text text not null
) strict;

create index logs_of_run on logs (run, number);

-- Who may write to a run: the holder of the token, until another takes the lease.
create table leases (
  run text primary key references runs (id) on delete cascade,
  token text not null,
  expires_at real not null
) strict, without rowid;
