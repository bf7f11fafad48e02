"""What an attacker tries in SQL: each statement is one that must neither show nor change what is not
the attacker's."""

# How a relation is read or changed by naming it.
FORMS = [
    "select * from {r}",
    "select count(*) from {r}",
    "select * from only {r}",
    "table {r}",
    "select * from {r} for update",
    "select * from {r} tablesample system (100)",
    "select ctid, xmin, * from {r}",
    "select (select array_agg(x::text) from {r} x)",
    "with x as (select * from {r}) select * from x",
    "with x as (delete from {r} returning *) select * from x",
    "explain (analyze, verbose) select * from {r}",
    "insert into {r} default values",
    "insert into {r} select * from {r} on conflict do nothing returning *",
    "update {r} set ctid = ctid",
    "delete from {r}",
    "delete from {r} returning *",
    "merge into {r} t using {r} s on false when not matched then do nothing",
    "truncate {r} cascade",
    "lock table {r} in access exclusive mode",
    "copy {r} to stdout",
    "copy {r} to '/tmp/attack'",
    "copy {r} to program 'cat'",
    "copy {r} from '/etc/passwd'",
    "declare c cursor with hold for select * from {r}",
    "prepare p as select * from {r}",
    "alter table {r} add column attack text",
    "alter table {r} disable row level security",
    "alter table {r} no force row level security",
    "alter table {r} owner to current_user",
    "alter table {r} rename to attack",
    "alter table {r} set schema t_acme",
    "drop table {r} cascade",
    "comment on table {r} is 'attack'",
    "create index attack on {r} ((1))",
    "create policy attack on {r} using (true)",
    "create rule attack as on insert to {r} do also delete from {r}",
    "create trigger attack before insert on {r} execute function suppress_redundant_updates_trigger()",
    "create statistics attack on ctid, xmin from {r}",
    "create view attack as select * from {r}",
    "create materialized view attack as select * from {r}",
    "create table attack (like {r} including all)",
    "create table attack () inherits ({r})",
    "create temporary table attack as select * from {r}",
    "select * into attack from {r}",
    "create publication attack for table {r}",
    "grant all on {r} to public",
    "revoke all on {r} from public",
    "vacuum {r}",
    "analyze {r}",
    "cluster {r}",
    "reindex table {r}",
    "select query_to_xml('select * from {r}', true, true, '')",
    "select query_to_xml_and_xmlschema('select * from {r}', true, true, '')",
    "select table_to_xml('{r}', true, true, '')",
    "select table_to_xmlschema('{r}', true, true, '')",
    "select * from ts_stat('select to_tsvector(x::text) from {r} x')",
    "select query_to_xml('select set_config(''role'', ''t_globex'', true)', true, true, ''), "
    "query_to_xml('select * from {r}', true, true, '')",
    "select query_to_xml('select set_config(''row_security'', ''off'', true)', true, true, ''), "
    "query_to_xml('select * from {r}', true, true, '')",
    "do $$ begin execute 'select * from {r}'; end $$",
    "select pg_relation_filepath('{r}'), pg_read_binary_file(pg_relation_filepath('{r}'))",
    "select * from pg_stats where tablename = split_part('{r}', '.', 2)",
    "select * from pg_stats_ext",
    "select stavalues1 from pg_statistic where starelid = '{r}'::regclass",
]

# What is not about one relation. {name} is a setting's in the first list.
SETTINGS = [
    "role", "session_authorization", "search_path", "row_security", "session_replication_role",
    "terrace.k", "allow_system_table_mods", "local_preload_libraries", "session_preload_libraries",
    "dynamic_library_path", "jit_provider", "zero_damaged_pages", "ignore_checksum_failure",
    "log_statement", "lo_compat_privileges", "temp_tablespaces", "default_table_access_method",
]
VALUES = {
    "role": "t_globex", "session_authorization": "terrace_owner", "search_path": "t_globex",
    "row_security": "off", "session_replication_role": "replica",
}

OTHERS = [
    "set session authorization terrace_owner",
    "set session authorization postgres",
    "set role terrace_owner",
    "set role terrace_reader",
    "set role pg_read_all_data",
    "set role pg_execute_server_program",
    "alter role t_globex login password 'attack'",
    "alter role terrace_owner password 'attack'",
    "alter role current_user superuser",
    "alter role current_user createrole",
    "create role attack login superuser",
    "drop role t_globex",
    "grant t_globex to current_user",
    "grant t_globex to t_acme",
    "grant t_acme to t_globex",
    "grant terrace_owner to current_user",
    "grant pg_read_all_data to current_user",
    "reassign owned by t_globex to current_user",
    "drop owned by t_globex",
    "alter default privileges for role terrace_owner grant all on tables to public",
    "create schema attack",
    "alter schema t_globex rename to attack",
    "alter schema t_globex owner to current_user",
    "drop schema t_globex cascade",
    "grant usage on schema t_globex to public",
    "create database attack",
    "alter database terrace owner to current_user",
    "alter database terrace set role = 't_globex'",
    "drop database terrace",
    "create tablespace attack location '/tmp'",
    "create extension dblink",
    "create extension file_fdw",
    "create language plpgsql",
    "create foreign data wrapper attack",
    "create server attack foreign data wrapper attack",
    "create subscription attack connection '' publication attack",
    "create event trigger attack on ddl_command_start execute function now()",
    "create function attack() returns int language sql as 'select 1'",
    "create function attack() returns int language c as 'libc', 'system'",
    "create or replace function pg_catalog.now() returns timestamptz language sql as 'select null'",
    "create operator attack (procedure = int4pl, leftarg = int, rightarg = int)",
    "create cast (text as int) with inout as implicit",
    "create table attack ()",
    "create table public.attack ()",
    "create table pg_temp.attack ()",
    "create temporary view attack as select 1",
    "create type attack as (a int)",
    "create domain attack as int",
    "create sequence attack",
    "create collation attack (locale = 'C')",
    "alter system set shared_buffers = '1MB'",
    "checkpoint",
    "load 'auto_explain'",
    "select pg_read_file('postgresql.conf')",
    "select pg_read_binary_file('global/pg_authid')",
    "select * from pg_ls_dir('.')",
    "select * from pg_ls_logdir()",
    "select * from pg_hba_file_rules()",
    "select * from pg_authid",
    "select * from pg_shadow",
    "select * from pg_user_mapping",
    "select subconninfo from pg_subscription",
    "select lo_import('/etc/passwd')",
    "select lo_export(0, '/tmp/attack')",
    "copy (select 1) to program 'true'",
    "copy (select 1) to '/tmp/attack'",
    "select pg_reload_conf()",
    "select pg_rotate_logfile()",
    "select pg_switch_wal()",
    "select pg_promote()",
    "select pg_create_restore_point('attack')",
    "select pg_backup_start('attack')",
    "select pg_start_backup('attack')",
    "select pg_create_physical_replication_slot('attack')",
    "select pg_create_logical_replication_slot('attack', 'pgoutput')",
    "select pg_replication_origin_create('attack')",
    "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()",
    "select pg_cancel_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()",
    "select pg_log_backend_memory_contexts(pid) from pg_stat_activity",
    "select query from pg_stat_activity where usename <> session_user and query <> ''"
    " and query not like '<insufficient%'",
    "select pg_stat_reset()",
    "select pg_stat_reset_shared('bgwriter')",
    "select pg_wal_replay_pause()",
    "select nextval('t_globex.app_user_id_seq')",
    "select setval('t_globex.app_user_id_seq', 1)",
    "select currval('t_globex.app_user_id_seq')",
    "select lastval()",
    "select last_value from t_globex.app_user_id_seq",
    "select pg_sequence_last_value('t_globex.app_user_id_seq')",
    "alter sequence t_globex.app_user_id_seq restart",
    "select schema_to_xml('t_globex', true, true, '')",
    "select database_to_xml(true, true, '')",
    "select registry.release_lease(gen_random_uuid())",
    "select registry.settle_lease(gen_random_uuid(), 0)",
    "select registry.report_upstream(gen_random_uuid(), gen_random_uuid(), 'attack')",
    "select registry.renew_lease(gen_random_uuid(), 'attack', 0, '1 s')",
    "select registry.stamp_revision()",
    "update pg_settings set setting = 't_globex' where name = 'role'",
    "update pg_class set relacl = null",
    "delete from pg_policy",
    "insert into pg_auth_members select 0, 0, 0, true",
    "security label on role t_globex is 'attack'",
    "import foreign schema public from server attack into t_acme",
]

# What an injected expression could hold or use up beyond its own transaction.
EXPRESSIONS = {
    "session locks": "select count(pg_try_advisory_lock(g)) from generate_series(1, 10000000) g",
    "shared locks": "select count(pg_try_advisory_lock_shared(g)) from generate_series(1, 10000000) g",
    "transaction locks": "select count(pg_try_advisory_xact_lock(g)) from generate_series(1, 10000000) g",
    "notifications": "select count(pg_notify('terrace_registry', g::text)) from generate_series(1, 1000000) g",
    "large objects": "select count(lo_create(0)) from generate_series(1, 30000)",
    "exported snapshots": "select count(pg_export_snapshot()) from generate_series(1, 10000)",
    "logical messages": "select pg_logical_emit_message(false, 'x', repeat('x', 1000000)) from generate_series(1, 1000)",
    "processor": "select count(*) from generate_series(1, 100000000000) g",
    "memory": "select length(repeat('x', 1000000000))",
    "sorting": "select count(*) from (select g from generate_series(1, 1000000000) g order by md5(g::text)) t",
    "sleep": "select pg_sleep(60)",
    "regular expression": "select repeat('a', 5000) ~ '^(a*)*b$'",
    "big number": "select factorial(30000)",
    "other sessions": "select count(pg_terminate_backend(pid)) from pg_stat_activity",
    "settings": "select set_config(name, setting, false) from pg_settings where context = 'user'",
    "random seed": "select setseed(0.5)",
}


def relations(database, schemas):
    """What holds rows in the schemas, by its full name."""
    rows = database.execute(
        "select format('%%I.%%I', n.nspname, c.relname) from pg_class c "
        "join pg_namespace n on n.oid = c.relnamespace "
        "where n.nspname = any(%s) and c.relkind in ('r', 'v', 'p') order by 1", [schemas])
    return [name for name, in rows]


def functions(database, role):
    """A call of each function that the role may execute and that takes the name of a relation, a
    text or an oid, with the other tenant's there; but those that only wait."""
    rows = database.execute(
        "select p.oid::regprocedure::text, p.prosrc, "
        "array(select format_type(t, null) from unnest(p.proargtypes) t) "
        "from pg_proc p join pg_language l on l.oid = p.prolang "
        "where p.pronamespace = 'pg_catalog'::regnamespace and p.prokind = 'f' "
        "and has_function_privilege(%s, p.oid, 'execute') "
        "and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype, 'internal'::regtype) "
        "and p.proargtypes::oid[] && array['text', 'regclass', 'oid', 'name', 'cstring']::regtype[]::oid[] "
        "and not p.proargtypes::oid[] && array['internal', 'anyarray', 'anyelement', 'anynonarray', "
        "'anyenum', 'anyrange', 'anymultirange', 'anycompatible', 'anycompatiblearray', "
        "'anycompatiblerange', 'anycompatiblenonarray', 'anycompatiblemultirange', '\"any\"', "
        "'table_am_handler', 'cstring']::regtype[]::oid[] "
        "and p.proname !~ '^pg_sleep' order by 1", [role])
    values = {
        "text": "'select * from t_globex.transaction'", "regclass": "'t_globex.transaction'",
        "oid": "'t_globex.transaction'::regclass::oid", "name": "'t_globex'",
        "boolean": "true", "integer": "1", "bigint": "1", "smallint": "1::smallint",
    }
    for signature, _, types in rows:
        name = signature[:signature.index("(")]
        arguments = [f"{values.get(kind, 'null')}::{kind}" for kind in types]
        yield f"select {name}({', '.join(arguments)})"
