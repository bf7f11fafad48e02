-- What a tenant's own deployment holds. A signing key has a sealed copy for each holder: the shared
-- deployment (no credential), and each of the tenant's credentials.

-- The number of a credential is never used again, since password and key depend on it.
alter table registry.tenants add column credential_count integer not null default 0;

create table registry.credentials (
  tenant_id uuid not null references registry.tenants,
  number integer not null,
  login text not null unique,
  key_version integer not null,
  created_at timestamptz not null default now(),
  ready_at timestamptz,
  revoked_at timestamptz,
  primary key (tenant_id, number)
);

-- Those made before were derived otherwise, and given to nobody.
insert into registry.credentials (tenant_id, number, login, key_version, revoked_at)
  select id, 1, login, login_key_version, now() from registry.tenants
  where login is not null;

update registry.tenants set credential_count = 1 where login is not null;

create table registry.sealed_keys (
  kid text not null references registry.signing_keys on delete cascade,
  tenant_id uuid not null references registry.tenants,
  credential integer,
  key_version integer not null,
  sealed bytea not null,
  unique nulls not distinct (kid, credential),
  foreign key (tenant_id, credential) references registry.credentials
);

create index sealed_keys_tenant_id_idx on registry.sealed_keys (tenant_id);

drop view registry.own_tenant;

drop view registry.own_signing_keys;

delete from registry.signing_keys where family = 'dedicated';

insert into registry.sealed_keys (kid, tenant_id, key_version, sealed)
  select kid, tenant_id, key_version, sealed from registry.signing_keys;

-- Its triggers would have to run before the table can be changed.
set constraints all immediate;

alter table registry.signing_keys drop column family, drop column key_version,
  drop column sealed, add column expires_at timestamptz;

alter table registry.tenants drop column login, drop column login_key_version;

create constraint trigger stamp_revision after insert or update or delete on registry.sealed_keys
  deferrable initially deferred for each row when (pg_trigger_depth() = 0)
  execute function registry.stamp_revision();

grant select on registry.sealed_keys to terrace_reader;

create view registry.own_tenant with (security_barrier) as
  select t.id, t.display_name, t.state, t.isolation, t.served_by, t.schema_name, t.namespace,
    t.cell_id, t.time_zone, t.currency, t.registration, t.schema_version, t.revision
  from registry.tenants t
  join registry.credentials c on c.tenant_id = t.id
  where c.login = session_user and c.revoked_at is null;

create view registry.own_hosts with (security_barrier) as
  select h.tenant_id, h.name, h.kind
  from registry.hosts h
  join registry.credentials c on c.tenant_id = h.tenant_id
  where c.login = session_user and c.revoked_at is null;

create view registry.own_signing_keys with (security_barrier) as
  select s.tenant_id, s.kid, k.state, extract(epoch from k.expires_at)::bigint as expires,
    s.credential, s.key_version, s.sealed
  from registry.sealed_keys s
  join registry.signing_keys k on k.kid = s.kid
  join registry.credentials c on c.tenant_id = s.tenant_id and c.number = s.credential
  where c.login = session_user and c.revoked_at is null and k.state <> 'revoked';

alter table registry.leases add column tenant_id uuid, add column credential integer;

create view registry.live_leases as
  select id, gateway, revision, tenant_id, credential from registry.leases
  where expires_at > clock_timestamp()
    and (renewed_at > clock_timestamp() - interval '3 seconds'
      or hashtextextended(id::text, 0) in (
        select classid::bigint << 32 | objid::bigint from pg_catalog.pg_locks
        where locktype = 'advisory' and objsubid = 1 and granted and database
          = (select oid from pg_catalog.pg_database where datname = current_database())));

create or replace function registry.renew_lease(
  lease uuid, gateway text, revision bigint, lifetime interval
) returns bigint language sql security definer
begin atomic
  insert into registry.leases as l (
      id, gateway, revision, expires_at, tenant_id, credential)
    select lease, left(renew_lease.gateway, 200), renew_lease.revision,
      clock_timestamp() + least(lifetime, interval '10 minutes'), c.tenant_id, c.number
    from (values (true)) one (row)
    left join registry.credentials c on c.login = session_user and c.revoked_at is null
    where c.tenant_id is not null or session_user = 'terrace_reader'
    on conflict (id) do update
      set revision = excluded.revision, expires_at = excluded.expires_at,
        renewed_at = excluded.renewed_at
      where l.expires_at > '-infinity';
  select case when session_user = 'terrace_reader'
    then (select value from registry.revision)
    else (select t.revision from registry.tenants t
      join registry.credentials c on c.tenant_id = t.id
      where c.login = session_user and c.revoked_at is null) end;
end;
