/* Créathon: everything here is a comfort; every page works without it.
   Loaded in <head> without defer, so that the theme is set before the first paint. */
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

  function startThemeSwitch() {
    for (const group of document.querySelectorAll("[data-theme-switch]")) {
      group.hidden = false;
      group.addEventListener("click", (event) => {
        const button = event.target.closest("[data-theme-choice]");
        if (!button) return;
        storeTheme(button.dataset.themeChoice);
        applyTheme(button.dataset.themeChoice);
      });
    }
    applyTheme(storedTheme());
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

  function alertRegion(source) {
    const form = source?.closest?.("form");
    return form?.querySelector("[data-alert]") ?? byId("alerte");
  }

  /** Say it in the role=alert region: near the form when it has one, else at the bottom. */
  function showAlert(text, source, link) {
    const region = alertRegion(source);
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

  function focusLost() {
    return !document.activeElement || document.activeElement === document.body;
  }

  /** After a swap asked for by a person, go to what they must read; never leave body focused. */
  function restoreFocus(ctx) {
    const scope = ctx.target?.isConnected ? ctx.target : ctx.sourceElement;
    const asked = ["submit", "click"].includes(ctx.sourceEvent?.type);
    const wanted = asked && scope?.querySelector?.("[data-error-summary], [data-focus]");
    if (wanted) focusOn(wanted);
    else if (focusLost() && ctx.creathonHadFocus) {
      focusOn(scope?.querySelector?.("[data-focus], h1, h2, h3") ?? scope ?? byId("contenu"));
    }
  }

  // --- htmx --------------------------------------------------------------

  const FULL_PAGE = /^\s*(?:<!doctype html|<html)/i;

  function expectsFullPage(ctx) {
    return ctx.target === document.body || Boolean(ctx.select);
  }

  function serverSentence(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    return page.querySelector("[data-error-message]")?.textContent.trim();
  }

  function sendToken(event) {
    const request = event.detail.ctx.request;
    const token = document.querySelector('meta[name="csrf-token"]')?.content;
    if (token && !/^(GET|HEAD)$/.test(request.method)) request.headers["X-CSRF-Token"] = token;
  }

  function beforeRequest(event) {
    const { ctx } = event.detail;
    if (navigator.onLine === false) {
      event.preventDefault();
      showAlert(texts().textOffline, ctx.sourceElement);
      return;
    }
    ctx.creathonHadFocus = !focusLost();
    ctx.target?.setAttribute("aria-busy", "true");
    if (ctx.sourceEvent?.type === "submit") hold(ctx.sourceElement, ctx.sourceEvent.submitter);
  }

  /** A redirect that ends on a whole page must not land inside a fragment's place. */
  function afterRequest(event) {
    const { ctx } = event.detail;
    if (!ctx.response.raw.redirected || expectsFullPage(ctx) || !FULL_PAGE.test(ctx.text)) return;
    event.preventDefault();
    const url = new URL(ctx.response.raw.url);
    if (url.pathname.startsWith("/connexion")) {
      showAlert(textFor(401), ctx.sourceElement, loginLink(url.pathname + url.search));
    } else {
      window.location.assign(url.href);
    }
  }

  function responseError(event) {
    const { ctx } = event.detail;
    const { status } = ctx.response;
    const whole = FULL_PAGE.test(ctx.text);
    const designed = (status === 409 || status === 422) && ctx.text.trim() && (!whole || expectsFullPage(ctx));
    if (designed || ctx.hx?.retarget) return;
    ctx.swap = "none";
    const sentence = whole ? serverSentence(ctx.text) : "";
    showAlert(sentence || textFor(status), ctx.sourceElement, status === 401 ? loginLink("/connexion") : undefined);
  }

  function requestFailed(event) {
    const { ctx, error } = event.detail;
    if (!ctx) return;
    const data = texts();
    const late = ctx.request?.signal?.reason === "timeout" || error === "timeout";
    showAlert(late ? data.textTimeout : data.textOffline, ctx.sourceElement);
  }

  function finishRequest(event) {
    const { ctx } = event.detail;
    ctx.target?.removeAttribute("aria-busy");
    const form = ctx.request?.form ?? ctx.sourceElement;
    if (form?.matches?.("form")) release(form);
    if (ctx.status === "swapped") {
      if (ctx.response.status < 400) clearAlert(ctx.sourceElement);
      restoreFocus(ctx);
    }
  }

  function refuseEval() {
    throw new Error("Code in attributes is refused.");
  }

  function startHtmx() {
    const { htmx } = window;
    if (!htmx) return;
    Object.assign(htmx.config, { history: "reload", mode: "same-origin", defaultTimeout: 20000 });
    // Responses never carry code: no evaluated attribute, inline scripts arrive empty.
    htmx.registerExtension("creathon", {
      init(api) {
        api.initSecurity({ createHTML: (text) => text, createScript: () => "" }, refuseEval, refuseEval);
      },
    });
    const on = (name, listener) => document.addEventListener(name, listener);
    on("htmx:config:request", sendToken);
    on("htmx:before:request", beforeRequest);
    on("htmx:after:request", afterRequest);
    on("htmx:response:error", responseError);
    on("htmx:error", requestFailed);
    on("htmx:finally:request", finishRequest);
    on("htmx:after:settle", () => startCountdowns());
  }

  // --- Sending a form only once -------------------------------------------

  const SENDING_LIMIT = 30000;
  const held = new Map();

  function hold(form, submitter) {
    const button = submitter ?? form.querySelector?.('button[type="submit"]');
    const entry = { button, label: button?.textContent };
    entry.timer = window.setTimeout(() => release(form), SENDING_LIMIT);
    held.set(form, entry);
    if (!button) return;
    button.setAttribute("aria-disabled", "true");
    if (button.tagName === "BUTTON") button.textContent = texts().textSending ?? "Envoi en cours…";
  }

  function release(form) {
    const entry = held.get(form);
    if (!entry) return;
    window.clearTimeout(entry.timer);
    held.delete(form);
    entry.button?.removeAttribute("aria-disabled");
    if (entry.button?.tagName === "BUTTON") entry.button.textContent = entry.label;
  }

  function stopSecondSubmit(event) {
    if (!held.has(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  function holdPlainForm(event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-resend")) return;
    // After the form data are collected, so that the button's own value is sent.
    window.setTimeout(() => hold(form, event.submitter));
  }

  function startForms() {
    document.addEventListener("submit", stopSecondSubmit, true);
    document.addEventListener("submit", holdPlainForm);
    window.addEventListener("pageshow", () => [...held.keys()].forEach(release));
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

  // --- Start --------------------------------------------------------------

  function start() {
    startThemeSwitch();
    startHtmx();
    startForms();
    startCountdowns();
    document.querySelector("[data-error-summary]")?.focus();
    window.addEventListener("offline", () => showAlert(texts().textOffline));
    window.addEventListener("online", () => {
      clearAlert();
      say(texts().textOnline);
    });
  }

  applyTheme(storedTheme());
  document.addEventListener("DOMContentLoaded", start);
})();
