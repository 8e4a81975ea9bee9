#!/bin/sh
# Makes the secrets that compose.yaml and the systemd unit read: random, a file each, mode 600.
# What is there already is left as it is, so that it may be run again at any time.
#
#   sudo deploy/make-secrets.sh                 for containers, into deploy/secrets
#   sudo deploy/make-secrets.sh --host DIR      for a machine without containers, into DIR
#
# For containers each file belongs to the number that its service runs as, which takes root.
set -eu
umask 077
LC_ALL=C
export LC_ALL

host=postgres
broker=mosquitto
owners=containers
directory=$(dirname "$0")/secrets
if [ "${1-}" = --host ]; then
  host=127.0.0.1
  broker=127.0.0.1
  owners=
  directory=${2:?"--host needs the folder of the secrets"}
elif [ $# -gt 0 ]; then
  directory=$1
fi

# The numbers of the images.
gridwarden=10001
postgres=999
influxdb=1000
grafana=472
mosquitto=1883

fail() {
  echo "make-secrets: $1" >&2
  exit 1
}

# 43 of 62 signs: 256 bits.
random() {
  tr -dc 'A-Za-z0-9' </dev/urandom | head -c 43
}

# put NAME OWNER: keeps what it reads in a new file.
put() {
  cat >"$directory/$1.new"
  chmod 600 "$directory/$1.new"
  if [ -n "$owners" ] && [ "$(id -u)" -eq 0 ]; then
    chown "$2" "$directory/$1.new"
  fi
  mv "$directory/$1.new" "$directory/$1"
  echo "made $directory/$1"
}

# secret NAME OWNER [MADE OF IT...]: random. What was made of it must not outlive it.
secret() {
  name=$1
  owner=$2
  shift 2
  if [ -e "$directory/$name" ]; then return; fi
  for other in "$@"; do
    if [ -e "$directory/$other" ]; then
      fail "'$name' is gone, but '$other', which was made of it, is there; put it back, or remove both"
    fi
  done
  random | put "$name" "$owner"
}

# derived NAME OWNER TEXT
derived() {
  if [ ! -e "$directory/$1" ]; then printf '%s' "$3" | put "$1" "$2"; fi
}

# Hexadecimal text as the bytes that it means.
bytes() {
  # shellcheck disable=SC2059  # the format is the octal escapes
  printf "$(awk '{
    for (i = 1; i < length($1); i += 2) {
      high = index("123456789abcdef", substr($1, i, 1))
      low = index("123456789abcdef", substr($1, i + 1, 1))
      printf "\\%03o", 16 * high + low
    }
  }')"
}

# The line of a user in Mosquitto's password file; one round is enough for 256 random bits.
mosquitto_line() {
  salt=$(random | head -c 12)
  # shellcheck disable=SC2016  # '$6$' names the hash
  printf '%s:$6$%s$%s\n' "$1" "$(printf '%s' "$salt" | base64)" \
    "$(printf '%s%s' "$2" "$salt" | sha512sum | bytes | base64 | tr -d '\n')"
}

mkdir -p "$directory"
chmod 700 "$directory"

secret gridwarden-admin-password "$gridwarden"
secret grafana-admin-password "$grafana"
secret influxdb-admin-password "$influxdb"
secret postgres-password "$postgres"

secret influxdb-admin-token "$influxdb" gridwarden-influx-token
derived gridwarden-influx-token "$gridwarden" "$(cat "$directory/influxdb-admin-token")"

secret influxdb-grafana-password "$influxdb" grafana-influx-password
derived grafana-influx-password "$grafana" "$(cat "$directory/influxdb-grafana-password")"

secret postgres-gridwarden-password "$postgres" gridwarden-database-url
derived gridwarden-database-url "$gridwarden" \
  "postgres://gridwarden:$(cat "$directory/postgres-gridwarden-password")@$host:5432/gridwarden"

if [ ! -e "$directory/gridwarden-mqtt-url" ] || [ ! -e "$directory/mosquitto-passwd" ]; then
  if [ -e "$directory/gridwarden-mqtt-url" ] || [ -e "$directory/mosquitto-passwd" ]; then
    fail "of 'gridwarden-mqtt-url' and 'mosquitto-passwd' one is gone; put it back, or remove both"
  fi
  password=$(random)
  mosquitto_line gridwarden "$password" | put mosquitto-passwd "$mosquitto"
  derived gridwarden-mqtt-url "$gridwarden" "mqtt://gridwarden:$password@$broker:1883"
fi

if [ -n "$owners" ] && [ "$(id -u)" -ne 0 ]; then
  echo "make-secrets: not run as root, so the files are yours; containers that run as others cannot read them" >&2
fi
