-- A lease ends with its gateway's session (see `GatewayLeaseStore`). One that was given up is marked, not
-- deleted, so that a renewal that is still under way does not bring it back.

alter table registry.leases
  add column renewed_at timestamptz not null default clock_timestamp();

create or replace function registry.renew_lease(
  lease uuid, gateway text, revision bigint, lifetime interval
) returns bigint language sql security definer
begin atomic
  insert into registry.leases as l (id, gateway, revision, expires_at)
    values (
      lease, left(renew_lease.gateway, 200), renew_lease.revision,
      clock_timestamp() + least(lifetime, interval '10 minutes'))
    on conflict (id) do update
      set revision = excluded.revision, expires_at = excluded.expires_at,
        renewed_at = excluded.renewed_at
      where l.expires_at > '-infinity';
  select value from registry.revision;
end;

create or replace function registry.release_lease(lease uuid) returns void
  language sql security definer
begin atomic
  delete from registry.leases
    where expires_at < clock_timestamp()
      and renewed_at < clock_timestamp() - interval '1 minute';
  insert into registry.leases (id, gateway, revision, expires_at)
    values (lease, '', 0, '-infinity')
    on conflict (id) do update set expires_at = excluded.expires_at;
end;
