/* Créathon: everything here is a comfort; every page works without it.
   Loaded in <head> without defer, so that the theme is set before the first paint.
   `window.creathon` is what sending.js takes from here. */
(() => {
  "use strict";

  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);

  // --- Theme -------------------------------------------------------------

  const THEME_KEY = "creathon-theme";

  function storedTheme() {
    try {
      const theme = window.localStorage.getItem(THEME_KEY);
      return theme === "light" || theme === "dark" ? theme : "auto";
    } catch {
      return "auto";
    }
  }

  function storeTheme(theme) {
    try {
      if (theme === "auto") window.localStorage.removeItem(THEME_KEY);
      else window.localStorage.setItem(THEME_KEY, theme);
    } catch {
      // Storage refused: the choice lasts as long as the page.
    }
  }

  function applyTheme(theme) {
    if (theme === "auto") root.removeAttribute("data-bs-theme");
    else root.setAttribute("data-bs-theme", theme);
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
    }
  }

  function showThemeSwitch() {
    for (const group of document.querySelectorAll("[data-theme-switch]")) group.hidden = false;
    applyTheme(storedTheme());
  }

  function startThemeSwitch() {
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-theme-choice]");
      if (!button) return;
      storeTheme(button.dataset.themeChoice);
      applyTheme(button.dataset.themeChoice);
    });
    window.addEventListener("storage", (event) => {
      if (event.key === THEME_KEY || event.key === null) applyTheme(storedTheme());
    });
  }

  // --- Messages ----------------------------------------------------------

  const STATUS_KEYS = [401, 403, 404, 409, 413, 422, 429];

  function texts() {
    return byId("alerte")?.dataset ?? {};
  }

  function textFor(status) {
    const data = texts();
    if (status >= 500) return data.textServer;
    if (STATUS_KEYS.includes(status)) return data[`text-${status}`]; // a digit keeps its hyphen in dataset
    return data.textRefused;
  }

  function formOf(source) {
    return source?.closest?.("form");
  }

  function alertRegion(source) {
    return formOf(source)?.querySelector("[data-alert]") ?? byId("alerte");
  }

  /** The role=alert region of a form, made before its buttons: there is where the person looks. */
  function regionInForm(form) {
    const region = document.createElement("div");
    region.className = "form-alert";
    region.dataset.alert = "";
    region.setAttribute("role", "alert");
    const actions = form.querySelector(".form-actions");
    if (actions) actions.before(region);
    else form.append(region);
    return region;
  }

  /** Say it in a role=alert region: in the form that was sent, else at the bottom. */
  function showAlert(text, source, link) {
    const form = formOf(source);
    const region = form?.querySelector("[data-alert]") ?? (form ? regionInForm(form) : byId("alerte"));
    if (!region || !text) return;
    const box = document.createElement("div");
    const paragraph = document.createElement("p");
    paragraph.textContent = text;
    if (link) paragraph.append(" ", link);
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn btn-secondary btn-sm";
    close.textContent = texts().textClose ?? "Fermer";
    close.addEventListener("click", () => {
      region.replaceChildren();
      (source?.isConnected ? source : byId("contenu"))?.focus?.();
    });
    box.append(paragraph, close);
    region.replaceChildren(box);
    region.scrollIntoView?.({ block: "nearest" });
  }

  function clearAlert(source) {
    alertRegion(source)?.replaceChildren();
  }

  /** Say it politely in the role=status region, beside the flash messages. */
  function say(text) {
    const region = byId("annonces");
    if (!region || !text) return;
    region.querySelector("[data-said]")?.remove();
    const box = document.createElement("div");
    box.className = "alert alert-info";
    box.dataset.said = "";
    const paragraph = document.createElement("p");
    paragraph.textContent = text;
    box.append(paragraph);
    region.append(box);
  }

  function loginLink(url) {
    const link = document.createElement("a");
    link.href = url;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = texts().textLogin ?? "Se connecter";
    return link;
  }

  // --- Focus -------------------------------------------------------------

  function focusOn(element) {
    if (!element) return;
    if (element.tabIndex < 0 && !element.hasAttribute("tabindex")) {
      element.setAttribute("tabindex", "-1");
    }
    element.focus();
  }

  // --- Countdown ----------------------------------------------------------

  const clocks = new WeakMap();
  let ticking = 0;

  function remaining(seconds) {
    const parts = [
      [Math.floor(seconds / 86400), "j"],
      [Math.floor(seconds / 3600) % 24, "h"],
      [Math.floor(seconds / 60) % 60, "min"],
      [Math.floor(seconds) % 60, "s"],
    ];
    while (parts.length > 1 && parts[0][0] === 0) parts.shift();
    return parts.slice(0, 3).map(([count, unit]) => `${count}\u00a0${unit}`).join(" ");
  }

  function tick() {
    for (const clock of document.querySelectorAll("time[data-countdown]")) {
      const start = clocks.get(clock);
      if (!start || !clock.offsetParent) continue;
      const now = start.server + (performance.now() - start.local);
      const left = (Date.parse(clock.dateTime) - now) / 1000;
      if (left > 0) clock.textContent = remaining(left);
      else if (!start.over) {
        start.over = true;
        clock.textContent = clock.dataset.over ?? "";
        say(clock.dataset.over);
      }
    }
  }

  function startCountdowns() {
    for (const clock of document.querySelectorAll("time[data-countdown]")) {
      const server = Date.parse(clock.dataset.serverNow);
      if (clocks.has(clock) || Number.isNaN(server) || Number.isNaN(Date.parse(clock.dateTime))) continue;
      clocks.set(clock, { server, local: performance.now(), over: false });
      if (!ticking) ticking = window.setInterval(tick, 1000);
    }
    if (ticking) tick();
  }

  // --- End of the session --------------------------------------------------

  const SESSION_WARNING = 5 * 60;
  let session = null;

  function readSession(region) {
    const { idleAt, endsAt, serverNow } = region.dataset;
    const ends = Date.parse(idleAt);
    if (Number.isNaN(ends)) return null;
    // The machine may sleep: the wall clock counts, from the moment the page came.
    return { ends, absolute: Date.parse(endsAt) <= ends, offset: Date.parse(serverNow) - Date.now(), told: "" };
  }

  function tellSession(text, button) {
    const region = byId("fin-de-session");
    region.querySelector("div")?.remove();
    const box = document.createElement("div");
    const paragraph = document.createElement("p");
    paragraph.textContent = text;
    box.append(paragraph);
    if (button) box.append(region.querySelector("template").content.cloneNode(true));
    region.append(box);
  }

  function watchSession() {
    const texts = byId("fin-de-session").dataset;
    const left = (session.ends - Date.now() - session.offset) / 1000;
    const state = left <= 0 ? "over" : left > SESSION_WARNING ? "" : session.absolute ? "ends" : "idle";
    if (state === session.told) return;
    session.told = state;
    if (state === "over") tellSession(texts.textOver);
    else if (state) tellSession(state === "ends" ? texts.textEnds : texts.textIdle, state === "idle");
  }

  /** Keep the session without leaving the page; when that fails, the form goes its plain way, in a new tab. */
  async function keepSession(event) {
    const form = event.target.closest("[data-keep-session]");
    if (!form) return;
    event.preventDefault();
    event.stopPropagation();
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = answer.ok && page.getElementById("fin-de-session");
      if (!fresh) throw new Error("refused");
      const region = byId("fin-de-session");
      for (const name of ["idleAt", "endsAt", "serverNow"]) region.dataset[name] = fresh.dataset[name];
      session = readSession(region);
      region.querySelector("div")?.remove();
      say(region.dataset.textKept);
      watchSession();
    } catch {
      form.target = "_blank";
      form.submit();
    }
  }

  function startSession() {
    const region = byId("fin-de-session");
    session = region && readSession(region);
    if (!session) return;
    region.addEventListener("submit", keepSession);
    window.setInterval(watchSession, 5000);
    document.addEventListener("visibilitychange", watchSession);
    watchSession();
  }

  // --- Start --------------------------------------------------------------

  /** What each page needs: the first one, and those that take its place. */
  function refresh() {
    showThemeSwitch();
    startCountdowns();
    startSession();
    document.querySelector("[data-error-summary]")?.focus();
  }

  function start() {
    startThemeSwitch();
    refresh();
    window.addEventListener("offline", () => {
      // A draft that saves itself says so in its own words.
      if (!document.querySelector("[data-save-state]:not([hidden])")) showAlert(texts().textOffline);
    });
    window.addEventListener("online", () => {
      clearAlert();
      say(texts().textOnline);
    });
  }

  applyTheme(storedTheme());
  window.creathon = { clearAlert, focusOn, loginLink, refresh, say, showAlert, startCountdowns, textFor, texts };
  document.addEventListener("DOMContentLoaded", start);
})();
