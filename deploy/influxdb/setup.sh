#!/bin/sh
# Run once by InfluxDB's own container after it has made organisation, bucket and administrator:
# the name under which InfluxQL finds the bucket, and a user of 1.x for Grafana that may only read.
set -eu

influx v1 dbrp create --db "$DOCKER_INFLUXDB_INIT_BUCKET" --rp autogen --default \
  --bucket-id "$DOCKER_INFLUXDB_INIT_BUCKET_ID"
influx v1 auth create --username grafana --read-bucket "$DOCKER_INFLUXDB_INIT_BUCKET_ID" \
  --password "$(cat "$GRAFANA_PASSWORD_FILE")" >/dev/null
