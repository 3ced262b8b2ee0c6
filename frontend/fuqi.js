// What pages gain where scripts run. Every page works without: forms have their buttons, links their targets.
import "./look.css";
import "./figures.css";
import "./entrance.css";
import "./readers.css";
import "./print.css";
import htmx from "htmx.org";
import "./passkeys.js";

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.selfRequestsOnly = true;
// Pages show persons: none is kept in the browser's storage.
htmx.config.historyCacheSize = 0;
htmx.config.refreshOnHistoryMiss = true;
// A refusal is a page that says what to do: it is shown, too.
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "422", swap: true },
  { code: "[45]..", swap: false, error: true },
];

document.documentElement.classList.add("has-script");

/** Sends a form of filters when a choice changed; its button stays for those without scripts. */
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto]");
  if (form && event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
});

/** Asks before something that cannot simply be done again: data-confirm on a form or button holds the question. */
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
}, true);

/** Gives a form the mark of this browser's present visit: whoever signed in again in another window can send it all the same. */
document.addEventListener("submit", (event) => {
  const mark = event.target.querySelector?.("input[name=csrfmiddlewaretoken]");
  const present = document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/);
  if (mark && present) mark.value = present[1];
}, true);

/** Says before a form of too much text is sent that it is too much: the server would refuse it. Files do not count. */
const MOST_BYTES = 1024 * 1024;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  const plain = form.enctype === "multipart/form-data";
  const size = plain
    ? fields.reduce((sum, [name, value]) => sum + new TextEncoder().encode(name + value).length + 1, 0)
    : new URLSearchParams(fields).toString().length;
  form.querySelector(".too-long")?.remove();
  if (size < MOST_BYTES) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const said = document.createElement("p");
  said.className = "notice notice-bad too-long";
  said.setAttribute("role", "alert");
  said.tabIndex = -1;
  said.textContent = "写的文字太多，没有提交，都还在这里。一页最多约10万个汉字（1 MB），请写短一些，或者分几次提交。";
  form.prepend(said);
  said.focus();
}, true);

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

/** Closes an open switch when Escape is pressed or something else is clicked. */
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector("details.names-switch[open]");
  if (open) {
    open.removeAttribute("open");
    open.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.names-switch[open]")) {
    if (!open.contains(event.target)) open.removeAttribute("open");
  }
});

/** Lets a file be dropped on .drop-zone: it lands in the zone's own file input, which works by itself as well. */
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const zone = event.target.closest?.(".drop-zone");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("is-over", kind === "dragover");
    const input = zone.querySelector("input[type=file]");
    if (kind === "drop" && input && event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
}

/** After a swap, the focus goes to what the new part wants read first, and what changed is said. */
document.addEventListener("htmx:afterSettle", (event) => {
  const part = event.detail.elt;
  part.querySelector?.("[data-focus]")?.focus();
  announce(part.dataset?.announce ?? "");
});

/** Where the session ended meanwhile, the answer is the page to sign in: it replaces the whole page, not a part of it. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  const asked = new URL(requestConfig.path, window.location.href);
  const answered = new URL(xhr.responseURL || asked);
  if (answered.pathname !== asked.pathname) {
    event.detail.shouldSwap = false;
    window.location.reload();
  }
});

/** What went wrong with a part of the page is said, also to those who do not see it. */
function announce(words) {
  const place = document.getElementById("announcements");
  if (place) place.textContent = words;
}
document.addEventListener("htmx:responseError", () => announce("这一部分没有更新成功，请刷新本页再试。"));
document.addEventListener("htmx:sendError", () => announce("连接不上服务，请稍后再试。"));
