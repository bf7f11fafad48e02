"""usage: browser.py URL COOKIE-NAME COOKIE-VALUE
Opens a page in Chromium twice, and prints as JSON what each visit took: bytes that came over the
network, bytes of JavaScript, first contentful paint, layout shift."""
import json
import shutil
import sys

from playwright.sync_api import sync_playwright

OBSERVE = """
window.seen = { paint: 0, shift: 0 };
new PerformanceObserver((list) => {
  for (const entry of list.getEntriesByName("first-contentful-paint")) seen.paint = entry.startTime;
}).observe({ type: "paint", buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) seen.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


def visit(context, url):
    page = context.new_page()
    page.add_init_script(OBSERVE)
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    kinds, loaded = {}, []
    network.on("Network.responseReceived", lambda event: kinds.update(
        {event["requestId"]: event["type"]}))
    network.on("Network.loadingFinished", lambda event: loaded.append(
        (event["requestId"], event["encodedDataLength"])))
    page.goto(url, wait_until="networkidle")
    page.wait_for_function("seen.paint > 0")
    seen = page.evaluate("seen")
    scripts = [
        len(network.send("Network.getResponseBody", {"requestId": request})["body"].encode())
        for request, _ in loaded if kinds.get(request) == "Script"]
    page.close()
    return {
        "bytes": sum(size for _, size in loaded), "script_bytes": sum(scripts),
        "paint_ms": seen["paint"], "shift": seen["shift"]}


def main():
    url, name, value = sys.argv[1:]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.add_cookies([{"name": name, "value": value, "url": url}])
        print(json.dumps({"first": visit(context, url), "again": visit(context, url)}))
        browser.close()


main()
