"""csv.gz -> filter -> Parquet in duckdb's Python client: duckdb_parquet.py FILE TARGET [by-day]"""

import sys

import duckdb

file, target, *by_day = sys.argv[1:]
trips = f"select * from read_csv('{file}') where passenger_count > 0"
if by_day:
    trips = f"select *, tpep_pickup_datetime::date as tpep_pickup_date from ({trips})"
    options = "format parquet, partition_by (tpep_pickup_date), overwrite_or_ignore"
else:
    options = "format parquet"
duckdb.execute("set enable_progress_bar = false")
print(duckdb.execute(f"copy ({trips}) to '{target}' ({options})").fetchone()[0])
