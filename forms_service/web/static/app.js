// Everything works without this file. With it: sums refresh while one types, a file can be dropped, lists obey keys.
"use strict";

const KEYS_OFF = "keys-off";
const byId = (id) => document.getElementById(id);
const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

// Calculated cells: ask the server, which alone calculates; show what it answers.
function refreshSums(form) {
  let timer = 0;
  let asked = 0;
  let asking = new AbortController();
  const ask = async () => {
    const turn = ++asked;
    const data = new FormData(form);
    data.delete("pin");
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    const sums = await fetch(`/documents/${form.dataset.step}/calculate`, { method: "POST", body: data, signal: asking.signal })
      .then((answer) => (answer.ok ? answer.json() : null)).catch(() => null); // it may end while the answer is being read
    if (!sums || turn !== asked) return;
    for (const cell of all("[data-calc]", form)) {
      if (cell.dataset.calc in sums) cell.textContent = sums[cell.dataset.calc];
    }
  };
  form.addEventListener("input", (event) => {
    if (!event.target.name || !event.target.name.startsWith("f.")) return;
    clearTimeout(timer);
    timer = setTimeout(ask, 350);
  });
  form.addEventListener("submit", () => { // what is being signed is not asked about any more
    clearTimeout(timer);
    asking.abort();
    asking = new AbortController();
  });
}

// One click, one submit: the server would refuse the second anyway, in words; this spares the reader that page.
function submitOnce(form) {
  form.addEventListener("submit", () => {
    setTimeout(() => all("button", form).forEach((button) => { button.disabled = true; }), 0);
    setTimeout(() => all("button", form).forEach((button) => { button.disabled = false; }), 8000);
  });
}

function takeDrops(zone) {
  const input = zone.querySelector("input[type=file]");
  all("[data-drop-hint]", zone).forEach((hint) => { hint.hidden = false; });
  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (event.dataTransfer.files.length) { input.files = event.dataTransfer.files; input.focus(); }
  });
}

function offerCopy(button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    const words = button.textContent;
    button.textContent = "已复制";
    setTimeout(() => { button.textContent = words; }, 1500);
  });
}

// Keys: `/` search, `j k` rows, `o` open, `g i` inbox, `?` help. Never while one types; can be switched off.
const HELP = [["/", "查找"], ["j  k", "下一行、上一行"], ["o", "打开这一行"], ["g  i", "回到待办"], ["?", "看这张表"]];
const keysAreOff = () => localStorage.getItem(KEYS_OFF) === "yes";
let before = "";

function helpDialog() {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-label", "键盘快捷键");
  const title = document.createElement("h2");
  title.textContent = "键盘快捷键";
  const list = document.createElement("dl");
  list.className = "facts";
  for (const [key, words] of HELP) {
    const term = document.createElement("dt");
    const kbd = document.createElement("kbd");
    kbd.textContent = key;
    term.append(kbd);
    const said = document.createElement("dd");
    said.textContent = words;
    list.append(term, said);
  }
  const label = document.createElement("label");
  label.className = "tick";
  const box = document.createElement("input");
  box.type = "checkbox";
  box.checked = !keysAreOff();
  box.addEventListener("change", () => localStorage.setItem(KEYS_OFF, box.checked ? "no" : "yes"));
  label.append(box, " 使用快捷键");
  const close = document.createElement("button");
  close.className = "button plain";
  close.textContent = "关闭";
  close.addEventListener("click", () => dialog.close());
  const feet = document.createElement("div");
  feet.className = "between";
  feet.append(label, close);
  const stack = document.createElement("div");
  stack.className = "stack";
  stack.append(title, list, feet);
  dialog.append(stack);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function moveRow(by) {
  const rows = all("[data-rows] tbody tr");
  if (!rows.length) return;
  const here = rows.findIndex((row) => row.classList.contains("here"));
  const next = Math.min(Math.max(here + by, 0), rows.length - 1);
  rows.forEach((row, number) => row.classList.toggle("here", number === next));
  const link = rows[next].querySelector("a");
  if (link) link.focus();
  rows[next].scrollIntoView({ block: "nearest" });
}

const ACTIONS = {
  "/": () => byId("q") && byId("q").focus(),
  "j": () => moveRow(1),
  "k": () => moveRow(-1),
  "o": () => { const link = document.querySelector("tr.here a"); if (link) link.click(); },
  "?": helpDialog,
};

function onKey(event) {
  const typing = event.target.closest("input, select, textarea, dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || keysAreOff()) return;
  const toInbox = before === "g" && event.key === "i";
  before = event.key;
  if (toInbox) { location.href = "/"; return; }
  const act = ACTIONS[event.key];
  if (act) { event.preventDefault(); act(); }
}

all("[data-step]").forEach(refreshSums);
all("form[method=post]").forEach(submitOnce);
all("[data-drop]").forEach(takeDrops);
all("[data-copy]").forEach(offerCopy);
all("[data-focus]").forEach((summary) => summary.focus());
const keysButton = document.querySelector("[data-keys]");
if (keysButton) {
  keysButton.hidden = false;
  keysButton.addEventListener("click", helpDialog);
  document.addEventListener("keydown", onKey);
}
