-- Bounds what a dedicated tenant's login can take of what all share: locks, leases, and the time that
-- others wait for its acknowledgement. No write of the registry fails because of NOTIFY.

-- Since when a tenant's own process is waited for: see `GatewayLeaseStore`.
alter table registry.tenants
  add column revised_at timestamptz not null default clock_timestamp();

-- NOTIFY fails a transaction when its queue is full, at commit, where nothing can catch it. Those who
-- would be told look every few seconds anyway.
create or replace function registry.stamp_revision() returns trigger language plpgsql as $$
declare
  current bigint;
  changed uuid[];
begin
  update registry.revision
    set value = value + 1, transaction = pg_current_xact_id()
    where transaction <> pg_current_xact_id()
    returning value into current;
  if found then
    if pg_notification_queue_usage() < 0.5 then
      perform pg_notify('terrace_registry', current::text);
    end if;
  else
    select value into current from registry.revision;
  end if;
  if tg_table_name = 'cells' then
    update registry.cells set revision = current where id = new.id;
    if tg_op = 'UPDATE' then
      update registry.tenants set revision = current, revised_at = clock_timestamp()
        where cell_id = new.id;
    end if;
  else
    if tg_table_name = 'tenants' then
      changed := array[new.id];
    else
      changed := array[new.tenant_id, old.tenant_id];
    end if;
    update registry.tenants set revision = current, revised_at = clock_timestamp()
      where id = any(changed) and revision <> current;
  end if;
  return null;
end
$$;

-- A session holds the lock of one lease at most, so that no login fills the server's table of locks.
create function registry.hold_lease(lease uuid) returns boolean
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform pg_advisory_unlock_all();
  return pg_try_advisory_lock_shared(hashtextextended(hold_lease.lease::text, 0));
end
$$;

-- Leaves room for one more lease of the credentials: the oldest make way. Credentials have 32 leases
-- at most, those given up included: their login has ten connections, and each process renews its lease
-- every few seconds.
create function registry.make_room_for_lease(lease uuid, own registry.credentials)
  returns void language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if own.tenant_id is null or exists (select from registry.leases l where l.id = lease) then
    return;
  end if;
  delete from registry.leases l
    where l.tenant_id = own.tenant_id and l.credential = own.number and l.id not in (
      select k.id from registry.leases k
      where k.tenant_id = own.tenant_id and k.credential = own.number
      order by k.renewed_at desc limit 31);
end
$$;

create or replace function registry.renew_lease(
  lease uuid, gateway text, revision bigint, lifetime interval
) returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  own registry.credentials;
begin
  if session_user <> 'terrace_reader' then
    select c.* into own from registry.credentials c
      where c.login = session_user and c.revoked_at is null;
    if not found then
      return null;
    end if;
  end if;
  perform registry.make_room_for_lease(renew_lease.lease, own);
  insert into registry.leases as l (id, gateway, revision, expires_at, tenant_id, credential)
    values (renew_lease.lease, left(renew_lease.gateway, 200), renew_lease.revision,
      clock_timestamp() + least(lifetime, interval '10 minutes'), own.tenant_id, own.number)
    on conflict (id) do update
      set revision = excluded.revision, expires_at = excluded.expires_at,
        renewed_at = excluded.renewed_at
      where l.expires_at > '-infinity'
        and l.credential is not distinct from excluded.credential
        and l.tenant_id is not distinct from excluded.tenant_id;
  if own.tenant_id is null then
    return (select value from registry.revision);
  end if;
  return (select t.revision from registry.tenants t where t.id = own.tenant_id);
end
$$;

create or replace function registry.release_lease(lease uuid) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  own registry.credentials;
begin
  if session_user <> 'terrace_reader' then
    select c.* into own from registry.credentials c
      where c.login = session_user and c.revoked_at is null;
    if not found then
      return;
    end if;
  end if;
  delete from registry.leases
    where expires_at < clock_timestamp()
      and renewed_at < clock_timestamp() - interval '1 minute';
  perform registry.make_room_for_lease(release_lease.lease, own);
  insert into registry.leases as l (
      id, gateway, revision, expires_at, tenant_id, credential)
    values (release_lease.lease, '', 0, '-infinity', own.tenant_id, own.number)
    on conflict (id) do update set expires_at = excluded.expires_at
      where l.credential is not distinct from excluded.credential
        and l.tenant_id is not distinct from excluded.tenant_id;
end
$$;

grant execute on function registry.hold_lease(uuid) to terrace_reader;

do $do$
declare
  login text;
begin
  for login in select c.login from registry.credentials c where c.revoked_at is null loop
    execute format('grant execute on function registry.hold_lease(uuid) to %I', login);
  end loop;
end
$do$;
