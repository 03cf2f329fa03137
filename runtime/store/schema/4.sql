-- Version 4: sensors that wait without a process. Times are milliseconds since 1970.

-- When a waiting sensor looks next, and its tries since the run began its present one.
alter table block_runs add column look_at real;
alter table block_runs add column tries integer;

-- Within one priority first come, first served: by when a run may start, so that sensors which look often
-- let others pass.
drop index queued_runs;
create index queued_runs on runs (priority desc, due_at) where due_at is not null;
