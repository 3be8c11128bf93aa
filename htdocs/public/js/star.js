// star.js: the star of a candidate is set where it stands; without scripts the form leads back to the page.

/** Shows what is stored now; the next press turns it round. */
function show(button, isOn) {
  button.value = isOn ? "0" : "1";
  button.setAttribute("aria-pressed", String(isOn));
  const use = button.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, isOn ? "#star-full" : "#star"));
}

/** Where no answer comes the form is sent as it would be without this. */
async function store(form, button) {
  const isOn = button.value === "1";
  show(button, isOn);
  try {
    const answer = await fetch(form.action, {
      method: "POST", body: new URLSearchParams({ on: isOn ? "1" : "0" }), redirect: "manual",
    });
    if (answer.type !== "opaqueredirect") throw new Error(`status ${answer.status}`);
  } catch {
    show(button, !isOn);
    form.asIs = true;
    form.requestSubmit(button);
  }
}

// The page of the next candidate may be put in place without a reload: the form is looked for anew.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-star]") || form.asIs) return;
  event.preventDefault();
  store(form, form.querySelector("button"));
});
