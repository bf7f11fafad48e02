// What pages do beyond links and forms. Without it, everything still works.
"use strict";

const typing = (element) =>
  element.isContentEditable || element.matches?.("input:not([type=checkbox]), select, textarea");

// A key follows the link, or goes to the field, that names it.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  const row = document.querySelector(".row.current");
  const own = row && { c: ".categorize select", x: ".choose" }[event.key];
  const named = own && row.querySelector(own)
    || document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (named) {
    event.preventDefault();
    if (typing(named)) named.focus();
    else named.click();
  } else if (event.key === "j" || event.key === "k") {
    step(event.key === "j" ? 1 : -1);
  }
});

// What opens a dialog needs this script, and is hidden without it.
for (const opener of document.querySelectorAll("[data-opens]")) {
  opener.hidden = false;
  opener.addEventListener("click", () => document.getElementById(opener.dataset.opens).showModal());
}

// j and k go through the register; Enter opens, since the link has the focus.
function step(by) {
  const rows = [...document.querySelectorAll(".row")];
  const now = rows.findIndex((row) => row.classList.contains("current"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, now + by))];
  if (!next) return;
  rows[now]?.classList.remove("current");
  next.classList.add("current");
  next.querySelector("a, input")?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

// Sends a form as the browser would, and reads the page that answers.
async function send(form, body = new URLSearchParams(new FormData(form))) {
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
  if (!answer.ok && answer.status !== 422) throw new Error(answer.status);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  // Why it was refused stands at the top of a page, which is to be seen as a whole.
  if (page.querySelector(".refusal")) throw new Error("refused");
  return page;
}

// A notice goes after ten seconds.
function show(toast) {
  if (!toast) return;
  for (const other of document.querySelectorAll(".toast")) if (other !== toast) other.remove();
  if (!document.contains(toast)) document.querySelector("main").append(document.adoptNode(toast));
  setTimeout(() => toast.remove(), 10000);
}

// A category that is chosen in the register is sent at once, and the row shows what the server says.
for (const form of document.querySelectorAll("form[data-send]")) {
  form.querySelector("button").hidden = true;
  form.addEventListener("change", async () => {
    const row = form.closest(".row");
    form.querySelector("select").setAttribute("aria-busy", "true");
    try {
      const page = await send(form);
      row.querySelector(".row-note").textContent = form.querySelector("select").selectedOptions[0].text;
      row.classList.remove("open");
      form.remove();
      show(page.querySelector(".toast"));
    } catch {
      form.submit();
    }
  });
}

// What is ticked is counted at once, by the server, one tick after the other.
for (const form of document.querySelectorAll("form[data-live]")) {
  let last = Promise.resolve();
  form.addEventListener("change", () => {
    const body = new URLSearchParams(new FormData(form));
    last = last.then(async () => {
      const page = await send(form, body);
      document.querySelector("#tally").replaceChildren(...page.querySelector("#tally").childNodes);
    }).catch(() => form.submit());
  });
}

// What is assigned to a category is sent at once, one after the other, and what follows from it shows.
let assigned = Promise.resolve();
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-budget]");
  if (!form) return;
  const body = new URLSearchParams(
    [...new FormData(form)].filter(([name]) => !name.startsWith("assigned.") || name === event.target.name));
  assigned = assigned.then(async () => {
    const page = await send(form, body);
    const { id, value, defaultValue } = document.activeElement;
    for (const part of [".left-card", ".pace", ".categories", ".attention"]) {
      document.querySelector(part).replaceWith(page.querySelector(part));
    }
    const field = id && document.getElementById(id);
    if (!field) return;
    if (value !== defaultValue && id !== event.target.id) field.value = value;
    field.focus();
    field.select?.();
  }).catch(() => form.submit());
});
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-budget]")) event.preventDefault();
});

// A payee brings the category that it had the last time, unless one was chosen.
const payee = document.querySelector("#payee");
const category = document.querySelector("#category");
if (payee && category) {
  let chosen = category.value !== "";
  category.addEventListener("change", () => (chosen = true));
  payee.addEventListener("input", () => {
    const known = [...document.querySelector("#payees").options].find(
      (option) => option.value.toLowerCase() === payee.value.trim().toLowerCase());
    if (known && !chosen) category.value = known.dataset.category;
  });
}

// A notice does not come back when the page is reloaded.
if (document.querySelector(".toast, .refusal")) {
  const address = new URL(location);
  for (const name of ["done", "id", "ids", "of", "refused"]) address.searchParams.delete(name);
  history.replaceState(null, "", address);
  show(document.querySelector(".toast"));
}

// A menu closes when something else is clicked.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// How many lines are chosen, and all of them at once.
const bulk = document.querySelector("#bulk");
if (bulk) {
  const boxes = [...document.querySelectorAll(".choose")];
  const all = bulk.querySelector("[data-all]");
  const count = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    bulk.querySelector("output").value = chosen || "";
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  };
  all.closest("label").hidden = boxes.length === 0;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    count();
  });
  document.addEventListener("change", (event) => event.target.matches(".choose") && count());
  count();
}

// A chart says what its table has for the place that is pointed at.
const tip = document.createElement("div");
tip.className = "tip";
tip.setAttribute("aria-hidden", "true");
document.addEventListener("pointermove", (event) => {
  const chart = event.target.closest?.(".chart");
  const table = chart?.closest(".card").querySelector(".table table");
  const rows = table ? [...table.tBodies[0].rows] : [];
  if (!rows.length) return tip.remove();
  const { left, top, width } = chart.getBoundingClientRect();
  const index = Math.round((event.clientX - left) / width * (rows.length - 1));
  const cells = [...rows[Math.min(rows.length - 1, Math.max(0, index))].cells];
  const names = [...(table.tHead?.rows[0].cells ?? [])];
  tip.replaceChildren(...cells.filter((cell) => cell.textContent).map((cell, column) => {
    const line = document.createElement(column ? "span" : "b");
    line.textContent = column && names[cell.cellIndex]
      ? `${names[cell.cellIndex].textContent} ${cell.textContent}` : cell.textContent;
    return line;
  }));
  document.body.append(tip);
  const x = Math.min(event.clientX + 12, innerWidth - tip.offsetWidth - 8);
  tip.style.left = `${x}px`;
  tip.style.top = `${Math.max(8, top - tip.offsetHeight + 24)}px`;
});

// What is added while there is no network waits here, and is sent once: its key says what it is.
const entry = document.querySelector(".entry[data-queued]");
if (entry) {
  const place = `terrace ${new URL(entry.action).pathname}`;
  const waiting = () => JSON.parse(localStorage.getItem(place) ?? "[]");
  const keep = (list) => localStorage.setItem(place, JSON.stringify(list));
  const key = entry.elements.key;
  // Also where a browser has brought back what the form was.
  addEventListener("pageshow", () => (key.value = crypto.randomUUID()));

  entry.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    keep([...waiting(), [...new FormData(entry)].filter(([name]) => name !== "csrf")]);
    key.value = crypto.randomUUID();
    for (const name of ["amount", "to-amount", "payee", "memo"]) entry.elements[name].value = "";
    entry.elements.amount.focus();
    const toast = document.createElement("div");
    toast.className = "toast";
    toast.setAttribute("role", "status");
    toast.textContent = entry.dataset.queued;
    show(toast);
  });

  const flush = () => navigator.locks.request(place, async () => {
    while (navigator.onLine && waiting().length) {
      const body = new URLSearchParams(waiting()[0]);
      body.set("csrf", entry.elements.csrf.value);
      const page = await send(entry, body);
      keep(waiting().slice(1));
      if (page.querySelector("[aria-invalid]")) {
        // Something is wrong with it: the form shows what it was.
        document.querySelector("main").replaceWith(page.querySelector("main"));
        return;
      }
      show(page.querySelector(".toast"));
    }
  }).catch(() => {});
  addEventListener("online", flush);
  flush();
}
