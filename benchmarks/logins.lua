-- wrk: POST /login of a tenant's user, from any of 200 addresses, as a proxy tells them.
-- What it reports is what analytics.lua reports, which lies in the folder that wrk runs in.
dofile("analytics.lua")

local requests = {}

function init(args)
  for line in io.lines(os.getenv("TENANTS")) do
    local slug = line:match("%S+")
    for address = 1, 200 do
      requests[#requests + 1] = wrk.format("POST", "/login", {
        ["Host"] = slug .. ".localhost",
        ["Content-Type"] = "application/json",
        ["X-Forwarded-For"] = "127.0.1." .. address,
      }, '{"username":"user","password":"a long password"}')
    end
  end
end

function request()
  return requests[math.random(#requests)]
end
