-- Shared gateways alone remove leases that are over: a tenant's login would keep them locked for as
-- long as its transaction is open.

create or replace function registry.release_lease(lease uuid) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  own registry.credentials;
begin
  if session_user = 'terrace_reader' then
    delete from registry.leases
      where expires_at < clock_timestamp()
        and renewed_at < clock_timestamp() - interval '1 minute';
  else
    select c.* into own from registry.credentials c
      where c.login = session_user and c.revoked_at is null;
    if not found then
      return;
    end if;
  end if;
  perform registry.make_room_for_lease(release_lease.lease, own);
  insert into registry.leases as l (
      id, gateway, revision, expires_at, tenant_id, credential)
    values (release_lease.lease, '', 0, '-infinity', own.tenant_id, own.number)
    on conflict (id) do update set expires_at = excluded.expires_at
      where l.credential is not distinct from excluded.credential
        and l.tenant_id is not distinct from excluded.tenant_id;
end
$$;
