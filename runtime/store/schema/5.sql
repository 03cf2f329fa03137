-- Version 5: how full lanes are is seen without looking at every run that waits in them.

create index claimed_runs on runs (lane)
  where lane is not null and claimed_at is not null and status in ('initial', 'running');
