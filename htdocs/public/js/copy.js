// copy.js: a button behind [data-copy] that copies its text.

const NOTICE_MS = 1500;

function iconOf(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `/icons/sprite.svg#${name}`);
  svg.append(use);
  return svg;
}

/** Copies data-copy-text where there is one, else the text itself, and says so for a moment. */
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
    await navigator.clipboard.writeText(element.dataset.copyText ?? element.textContent.trim());
    button.setAttribute("aria-label", "Copied");
    button.replaceChildren(iconOf("check"));
    setTimeout(rest, NOTICE_MS);
  });
  element.after(button);
}

/** Gives each [data-copy] within `root` its button, once; nothing where copying isn't allowed. */
export function attachCopies(root = document) {
  if (!navigator.clipboard) return;
  for (const element of root.querySelectorAll("[data-copy]")) {
    if (!element.nextElementSibling?.matches(".copy")) makeCopyable(element);
  }
}
