// invite.js: takes the code from behind the link's # into the form, and out of the address, so that
// neither the history nor whoever looks at the screen keeps it.

const code = document.getElementById("i-code");
const given = location.hash.slice(1);

if (code && given) {
  code.value = given;
  history.replaceState(null, "", location.pathname);
  document.getElementById("i-password")?.focus();
}
