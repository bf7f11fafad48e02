-- wrk: GET /analytics of a random tenant, by host and with its user's token.
-- The file named by TENANTS has one tenant a line: slug and token, tab-separated.
local requests = {}

function init(args)
  math.randomseed(os.time())
  for line in io.lines(os.getenv("TENANTS")) do
    local slug, token = line:match("(%S+)%s+(%S+)")
    requests[#requests + 1] = wrk.format("GET", "/analytics?period=current_month", {
      ["Host"] = slug .. ".localhost",
      ["Authorization"] = "Bearer " .. token,
    })
  end
end

function request()
  return requests[math.random(#requests)]
end

function done(summary, latency)
  io.write(string.format(
    '{"requests":%d,"microseconds":%d,"p50_us":%d,"p99_us":%d,"non_2xx":%d,"socket_errors":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
