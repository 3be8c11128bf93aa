// site.js: what every page may use: the clock, copying, the theme, and the menu closing by itself.

import { attachCopies } from "./copy.js";

/** Shows UTC in [data-clock], once a second, only while the page is seen. */
function runClock(clock) {
  const show = () => {
    const now = new Date();
    clock.dateTime = now.toISOString();
    clock.textContent = now.toISOString().slice(11, 19);
  };
  show();
  setInterval(() => document.hidden || show(), 1000);
}

/** The theme changes at once and the page stays; without scripts the form leads home. */
function bindTheme(form) {
  const root = document.documentElement;
  const mark = () => form.querySelectorAll("button").forEach((button) => {
    button.setAttribute("aria-pressed", button.value === root.dataset.theme);
  });
  mark();
  form.addEventListener("submit", (event) => {
    const theme = event.submitter?.value;
    if (!theme) return;
    event.preventDefault();
    root.dataset.theme = theme;
    mark();
    fetch("/settings", { method: "POST", body: new URLSearchParams({ theme }), redirect: "manual" })
      .catch(() => { /* shown all the same, and not kept */ });
  });
}

/** A menu closes when one clicks elsewhere or presses Escape. */
function closeElsewhere(menu) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

/** An address holds what was asked for, not the fields that were left empty. */
document.addEventListener("formdata", ({ target, formData }) => {
  if (target.method !== "get") return;
  for (const name of new Set(formData.keys())) {
    if (formData.getAll(name).every((value) => value === "")) formData.delete(name);
  }
});

document.querySelectorAll("[data-clock]").forEach(runClock);
attachCopies();
// The next candidate takes the page's place without loading: all of these are new then.
document.addEventListener("candidate-shown", () => attachCopies());
document.querySelectorAll("details.menu").forEach(closeElsewhere);
document.querySelectorAll("[data-theme-form]").forEach(bindTheme);
