#!/usr/bin/env bash
# csv.gz -> filter -> Postgres with gzip and psql: psql_postgres.sh FILE URL TABLE [--single-transaction]
set -euo pipefail
gzip -dc "$1" | psql --quiet --no-psqlrc "${@:4}" "$2" -v ON_ERROR_STOP=1 \
  -c "drop table if exists $3" \
  -c "create table $3 (\"VendorID\" smallint, tpep_pickup_datetime timestamp, tpep_dropoff_datetime timestamp, passenger_count smallint, trip_distance float8, \"RatecodeID\" smallint, store_and_fwd_flag text, \"PULocationID\" smallint, \"DOLocationID\" smallint, payment_type smallint, fare_amount float8, extra float8, mta_tax float8, tip_amount float8, tolls_amount float8, improvement_surcharge float8, total_amount float8, congestion_surcharge float8)" \
  -c "\\copy $3 from stdin with (format csv, header) where passenger_count > 0" \
  -At -c "select count(*) from $3"
