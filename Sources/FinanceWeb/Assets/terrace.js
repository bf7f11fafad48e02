// What pages do beyond links and forms. Without it, everything still works.
"use strict";

const typing = (element) =>
  element.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName);

// A key follows the link, or goes to the field, that names it.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const named = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (named) {
    event.preventDefault();
    if (typing(named)) named.focus();
    else named.click();
  } else if (event.key === "j" || event.key === "k") {
    step(event.key === "j" ? 1 : -1);
  }
});

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

// A category that is chosen in the register is sent at once, and the row shows what the server says.
for (const form of document.querySelectorAll("form[data-send]")) {
  form.querySelector("button").hidden = true;
  form.addEventListener("change", async () => {
    const row = form.closest(".row");
    form.querySelector("select").setAttribute("aria-busy", "true");
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(answer.status);
      row.querySelector(".row-note").textContent = form.querySelector("select").selectedOptions[0].text;
      row.classList.remove("open");
      form.remove();
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
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
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
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
    if (!answer.ok && answer.status !== 422) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
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

// A notice goes after ten seconds, and does not come back when the page is reloaded.
const toast = document.querySelector(".toast");
if (toast) {
  const address = new URL(location);
  for (const name of ["done", "id", "of"]) address.searchParams.delete(name);
  history.replaceState(null, "", address);
  setTimeout(() => toast.remove(), 10000);
}

// A menu closes when something else is clicked.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
