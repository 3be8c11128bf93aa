// site.js: what every page may use: the clock, copying, and the menu closing by itself.

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

/** A click on [data-copy] copies its text and says so for two seconds. */
function makeCopyable(element) {
  element.title = "Copy";
  element.style.cursor = "copy";
  element.addEventListener("click", async () => {
    const text = element.textContent.trim();
    await navigator.clipboard.writeText(text);
    element.textContent = "copied";
    setTimeout(() => { element.textContent = text; }, 1200);
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

document.querySelectorAll("[data-clock]").forEach(runClock);
if (navigator.clipboard) document.querySelectorAll("[data-copy]").forEach(makeCopyable);
document.querySelectorAll("details.menu").forEach(closeElsewhere);
