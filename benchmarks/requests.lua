-- wrk: a random one of the requests in the file named by REQUESTS, which has one a line: host, token,
-- path and, for a POST, its JSON, tab-separated.
local requests = {}

function init(args)
  math.randomseed(os.time())
  for line in io.lines(os.getenv("REQUESTS")) do
    local host, token, path, body = line:match("([^\t]+)\t([^\t]+)\t([^\t]+)\t?(.*)")
    local headers = { ["Host"] = host, ["Authorization"] = "Bearer " .. token }
    if body == "" then
      requests[#requests + 1] = wrk.format("GET", path, headers)
    else
      headers["Content-Type"] = "application/json"
      requests[#requests + 1] = wrk.format("POST", path, headers, body)
    end
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
