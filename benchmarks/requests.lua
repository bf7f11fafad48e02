-- wrk: a random one of the GETs in the file named by REQUESTS, which has one a line: host, token and
-- path, tab-separated.
local requests = {}

function init(args)
  math.randomseed(os.time())
  for line in io.lines(os.getenv("REQUESTS")) do
    local host, token, path = line:match("(%S+)\t(%S+)\t(%S+)")
    requests[#requests + 1] = wrk.format("GET", path, {
      ["Host"] = host,
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
