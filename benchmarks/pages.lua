-- wrk: the page at the path in PAGE, as a browser asks for it.
local head = { ["Host"] = os.getenv("HOST"), ["Cookie"] = os.getenv("COOKIE"), ["Accept"] = "text/html",
  ["Accept-Encoding"] = "gzip" }

function request()
  return wrk.format("GET", os.getenv("PAGE"), head)
end

function done(summary, latency)
  io.write(string.format(
    '{"requests":%d,"microseconds":%d,"p99_us":%d,"non_2xx":%d,"socket_errors":%d}\n',
    summary.requests, summary.duration, latency:percentile(99), summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
