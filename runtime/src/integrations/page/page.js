"use strict";
(() => {
  const SECOND = 1000, LONGEST = 30 * SECOND;
  const main = document.querySelector("main");
  const said = document.querySelector(".live span"), button = document.querySelector(".live button");
  const form = document.querySelector("form"), search = form.elements.q;
  let timer, asked = 0, wait = SECOND, paused = false, since = new Date();

  // Makes one node like another, and leaves alone what is so already: what is selected stays selected.
  const patch = (old, fresh) => {
    for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
    for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    fresh.childNodes.forEach((node, at) => {
      const there = old.childNodes[at];
      if (!there) old.append(document.importNode(node, true));
      else if (there.nodeName !== node.nodeName) there.replaceWith(document.importNode(node, true));
      else if (node.nodeType === Node.ELEMENT_NODE) patch(there, node);
      else if (there.data !== node.data) there.data = node.data;
    });
    while (old.childNodes.length > fresh.childNodes.length) old.lastChild.remove();
  };

  // Only what is new: it is read aloud.
  const say = (state, text) => {
    document.body.dataset.state = state;
    if (said.textContent !== text) said.textContent = text;
  };

  const refresh = async () => {
    clearTimeout(timer);
    const mine = ++asked;
    try {
      const answer = await fetch(location.href, {
        headers: { accept: "text/html" }, cache: "no-store", redirect: "error", signal: AbortSignal.timeout(5 * SECOND),
      });
      const page = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page && page.querySelector("main");
      if (!fresh) throw new Error(`status ${answer.status}`);
      if (mine !== asked) return;
      patch(main, fresh);
      document.title = page.title;
      since = new Date();
      wait = SECOND;
      say("live", "Live");
    } catch {
      if (mine !== asked) return;
      wait = Math.min(2 * wait, LONGEST);
      say("stale", `Stale since ${since.toLocaleTimeString()}: the server does not answer`);
    }
    if (!paused && !document.hidden) timer = setTimeout(refresh, wait);
  };

  const pause = () => {
    clearTimeout(timer);
    asked++;
    say("paused", `Paused at ${since.toLocaleTimeString()}`);
  };

  button.hidden = false;
  button.addEventListener("click", () => {
    paused = !paused;
    button.textContent = paused ? "Go on" : "Pause";
    if (paused) pause(); else refresh();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) clearTimeout(timer);
    else if (!paused) refresh();
  });
  const find = () => {
    const url = new URL(location.href);
    if (search.value) url.searchParams.set("q", search.value); else url.searchParams.delete("q");
    history.replaceState(null, "", url);
    refresh();
  };
  search.addEventListener("input", find);
  form.addEventListener("submit", event => {
    event.preventDefault();
    find();
  });
  document.body.dataset.script = "";
  say("live", "Live");
  timer = setTimeout(refresh, SECOND);
})();
