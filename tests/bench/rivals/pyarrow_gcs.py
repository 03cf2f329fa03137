"""A table as a dataset by day in a bucket, by pyarrow: pyarrow_gcs.py SERVER FILE; prints the median
seconds as JSON"""

import json
import statistics
import sys
import time
import urllib.request
import uuid
from urllib.parse import urlparse

import pyarrow.parquet as parquet
from pyarrow.fs import GcsFileSystem

TIMES = 3

server, file = sys.argv[1:]
bucket = f"bench-{uuid.uuid4().hex[:12]}"
order = json.dumps({"name": bucket}).encode()
urllib.request.urlopen(f"{server}/storage/v1/b?project=test", order).close()
storage = GcsFileSystem(anonymous=True, scheme="http", endpoint_override=urlparse(server).netloc)
trips = parquet.read_table(file)
seconds = []
for at in range(TIMES + 1):
    started = time.perf_counter()
    parquet.write_to_dataset(
        trips, f"{bucket}/{at}", partition_cols=["tpep_pickup_date"], filesystem=storage
    )
    seconds.append(time.perf_counter() - started)
print(json.dumps({"seconds": statistics.median(seconds[1:])}))
