-- The functions that every registration calls, in fewer statements: each new schema has Postgres plan
-- all of a session's statements anew, and a function in SQL plans its own at each call.

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
    perform pg_notify('terrace_registry', current::text);
  else
    select value into current from registry.revision;
  end if;
  if tg_table_name = 'cells' then
    update registry.cells set revision = current where id = new.id;
    if tg_op = 'UPDATE' then
      update registry.tenants set revision = current where cell_id = new.id;
    end if;
  else
    if tg_table_name = 'tenants' then
      changed := array[new.id];
    else
      changed := array[new.tenant_id, old.tenant_id];
    end if;
    update registry.tenants set revision = current
      where id = any(changed) and revision <> current;
  end if;
  return null;
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
  insert into registry.leases as l (id, gateway, revision, expires_at, tenant_id, credential)
    values (renew_lease.lease, left(renew_lease.gateway, 200), renew_lease.revision,
      clock_timestamp() + least(lifetime, interval '10 minutes'), own.tenant_id, own.number)
    on conflict (id) do update
      set revision = excluded.revision, expires_at = excluded.expires_at,
        renewed_at = excluded.renewed_at
      where l.expires_at > '-infinity';
  if own.tenant_id is null then
    return (select value from registry.revision);
  end if;
  return (select t.revision from registry.tenants t where t.id = own.tenant_id);
end
$$;
