// relogin.js: logs in on the spot, in a dialog over the page, so that nothing of the page is lost.

async function pageOf(answer) {
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...children);
  return element;
}

/** The site's own login form; null where somebody is logged in already, `user` or not. */
async function formOf() {
  const page = await pageOf(await fetch("/login?next=/account", { headers: { Accept: "text/html" } }));
  const form = page.querySelector('form[action="/login"]');
  return { form: form && document.adoptNode(form), user: page.documentElement.dataset.user };
}

/** '' when `user` is logged in now, else words. */
async function submit(form, user) {
  const answer = await fetch("/login", {
    method: "POST", headers: { Accept: "text/html" }, body: new URLSearchParams(new FormData(form)),
  });
  const page = await pageOf(answer);
  const name = page.documentElement.dataset.user;
  if (name === user) return "";
  if (name) return `You are ${name} now. What waits here was given by ${user}: log in as ${user}.`;
  return page.querySelector("#login-words")?.textContent.trim() || "The site gave no answer. Try again.";
}

function makeDialog(form, user) {
  const words = make("p", "note danger");
  const later = make("button", "button quiet", "Later");
  const dialog = make("dialog", "panel relogin",
    make("header", "", make("h2", "", "Your session has ended")),
    make("p", "body", "What you rated is kept in this browser. It is stored when you have logged in."),
    words, form, make("div", "body", later));
  words.hidden = true;
  words.setAttribute("role", "alert");
  later.type = "button";
  later.addEventListener("click", () => dialog.close());
  form.elements.name.value = user;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = await submit(form, user).catch(() => "The site gave no answer. Try again.");
    words.textContent = said;
    words.hidden = !said;
    if (!said) dialog.close("in");
  });
  return dialog;
}

let open = null;

/** Resolves with true when `user` is logged in again, with false when not; one dialog at a time. */
export function logIn(user) {
  open ??= ask(user).finally(() => { open = null; });
  return open;
}

async function ask(user) {
  const { form, user: already } = await formOf().catch(() => ({}));
  if (!form) return already === user;
  const dialog = makeDialog(form, user);
  document.body.append(dialog);
  dialog.showModal();
  form.elements.password.focus();
  return new Promise((done) => dialog.addEventListener("close", () => {
    dialog.remove();
    done(dialog.returnValue === "in");
  }));
}
