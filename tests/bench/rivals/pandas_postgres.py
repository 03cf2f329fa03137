"""csv.gz -> filter -> Postgres with pandas and COPY: pandas_postgres.py FILE URL TABLE"""

import io
import sys

import pandas as pd
import psycopg

file, url, table = sys.argv[1:]
small = "Int16"
trips = pd.read_csv(
    file,
    dtype={
        "VendorID": small,
        "passenger_count": small,
        "RatecodeID": small,
        "store_and_fwd_flag": "string",
        "PULocationID": small,
        "DOLocationID": small,
        "payment_type": small,
    },
    parse_dates=["tpep_pickup_datetime", "tpep_dropoff_datetime"],
)
clean = trips[trips["passenger_count"] > 0]
sql_types = {"Int16": "smallint", "string": "text", "float64": "float8"}
columns = ", ".join(
    f'"{name}" {sql_types.get(str(dtype), "timestamp")}' for name, dtype in clean.dtypes.items()
)
text = io.StringIO()
clean.to_csv(text, index=False, header=False)
text.seek(0)
with psycopg.connect(url) as connection, connection.cursor() as cursor:
    cursor.execute(f"drop table if exists {table}")
    cursor.execute(f"create table {table} ({columns})")
    with cursor.copy(f"copy {table} from stdin (format csv)") as copy:
        while chunk := text.read(1 << 20):
            copy.write(chunk)
print(len(clean))
