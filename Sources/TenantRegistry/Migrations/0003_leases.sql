-- A lease's id is known to its gateway alone, which cannot read the table. So no gateway can write
-- another's lease.

create unlogged table registry.leases (
  id uuid primary key,
  gateway text not null,
  revision bigint not null,
  expires_at timestamptz not null
);

create function registry.renew_lease(
  lease uuid, gateway text, revision bigint, lifetime interval
) returns bigint language sql security definer
begin atomic
  insert into registry.leases as l (id, gateway, revision, expires_at)
    values (
      lease, left(renew_lease.gateway, 200), renew_lease.revision,
      clock_timestamp() + least(lifetime, interval '10 minutes'))
    on conflict (id) do update
      set revision = excluded.revision, expires_at = excluded.expires_at;
  select value from registry.revision;
end;

create function registry.release_lease(lease uuid) returns void
  language sql security definer
begin atomic
  delete from registry.leases where id = lease or expires_at < clock_timestamp();
end;
