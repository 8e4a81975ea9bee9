#!/bin/sh
# Run once by PostgreSQL's own container on an empty volume: the platform's role, which may do
# nothing but in its own database, and that database.
set -eu

psql --username "$POSTGRES_USER" --dbname postgres --no-psqlrc --set ON_ERROR_STOP=1 <<'SQL'
\set password `cat "$PLATFORM_PASSWORD_FILE"`
create role gridwarden login password :'password' nosuperuser nocreatedb nocreaterole;
create database gridwarden owner gridwarden encoding 'UTF8' template template0;
revoke connect on database gridwarden from public;
SQL
