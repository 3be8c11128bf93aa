// site.js: what every page may use: the clock, copying, the theme, and the menu closing by itself.

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

function iconOf(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `/icons/sprite.svg#${name}`);
  svg.append(use);
  return svg;
}

/** A button after [data-copy] copies its text and says so for a moment. */
function makeCopyable(element) {
  const button = document.createElement("button");
  const rest = () => {
    button.setAttribute("aria-label", `Copy ${element.dataset.copy || "this"}`);
    button.replaceChildren(iconOf("copy"));
  };
  button.type = "button";
  button.className = "button quiet square copy";
  rest();
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(element.textContent.trim());
    button.setAttribute("aria-label", "Copied");
    button.replaceChildren(iconOf("check"));
    setTimeout(rest, 1500);
  });
  element.after(button);
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
if (navigator.clipboard) document.querySelectorAll("[data-copy]").forEach(makeCopyable);
document.querySelectorAll("details.menu").forEach(closeElsewhere);
document.querySelectorAll("[data-theme-form]").forEach(bindTheme);
