/* Créathon: sending forms. A failure is said beside the button and leaves on the screen what was typed.
   Without this file the browser sends the same forms to the same pages. */
(() => {
  "use strict";

  const { clearAlert, focusOn, loginLink, refresh, showAlert, startCountdowns, textFor, texts } = window.creathon;
  const FULL_PAGE = /^\s*(?:<!doctype html|<html)/i;

  function serverSentence(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    return page.querySelector("[data-error-message]")?.textContent.trim();
  }

  // --- Sending a form only once -------------------------------------------

  const SENDING_LIMIT = 60000;
  const held = new Map();

  function hold(form, submitter) {
    const button = submitter ?? form.querySelector?.('button[type="submit"]');
    held.set(form, { button, label: button?.textContent });
    if (!button) return;
    button.setAttribute("aria-disabled", "true");
    if (button.tagName === "BUTTON") button.textContent = texts().textSending ?? "Envoi en cours…";
  }

  function release(form) {
    const entry = held.get(form);
    if (!entry) return;
    held.delete(form);
    entry.button?.removeAttribute("aria-disabled");
    if (entry.button?.tagName === "BUTTON") entry.button.textContent = entry.label;
  }

  function stopSecondSubmit(event) {
    if (!held.has(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  // --- Plain forms ----------------------------------------------------------

  function bodyOf(form, submitter) {
    const data = new FormData(form, submitter);
    return form.getAttribute("enctype") === "multipart/form-data" ? data : new URLSearchParams(data);
  }

  /** Go where the server says; the same page with another anchor is read again too. */
  function goTo(location) {
    const url = new URL(location, window.location.href);
    const here = window.location;
    document.documentElement.dataset.leaving = "";
    if (url.hash && url.pathname === here.pathname && url.search === here.search) {
      window.history.replaceState(null, "", url.href);
      here.reload();
    } else {
      here.assign(url.href);
    }
  }

  const bodies = [];

  /** Put the page received in the place of this one. An answer that is no error can be left by « back », text kept. */
  function showPage(html, isError) {
    const page = new DOMParser().parseFromString(html, "text/html");
    if (isError) {
      window.history.replaceState(window.history.state, "");
    } else {
      bodies.push({ body: document.body, title: document.title });
      window.history.pushState({ creathonBody: bodies.length }, "");
    }
    changeBody(document.adoptNode(page.body), page.title);
    window.scrollTo(0, 0);
    if (!document.querySelector("[data-error-summary]")) focusOn(document.getElementById("contenu"));
  }

  function changeBody(body, title) {
    document.title = title;
    document.body.replaceWith(body);
    window.htmx?.process?.(body);
    refresh();
  }

  function comeBack(event) {
    const wanted = event.state?.creathonBody ?? 0;
    if (wanted >= bodies.length) return window.location.reload();
    const { body, title } = bodies[wanted];
    bodies.length = wanted;
    return changeBody(body, title);
  }

  async function answer(form, response) {
    const location = response.headers.get("location");
    if (response.ok && location) return goTo(location);
    const html = await response.text();
    release(form);
    const sentence = FULL_PAGE.test(html) ? serverSentence(html) : "";
    if (FULL_PAGE.test(html) && sentence === undefined) return showPage(html, !response.ok);
    const { status } = response;
    return showAlert(sentence || textFor(status), form, status === 401 ? loginLink("/connexion") : undefined);
  }

  async function sendForm(form, submitter, url) {
    const body = bodyOf(form, submitter);
    clearAlert(form);
    hold(form, submitter);
    const signal = body instanceof FormData ? undefined : AbortSignal.timeout(SENDING_LIMIT);
    try {
      await answer(form, await fetch(url, { method: "POST", body, signal, headers: { "X-Form": "fetch" } }));
    } catch (error) {
      release(form);
      showAlert(error.name === "TimeoutError" ? texts().textTimeout : texts().textOffline, form);
    }
  }

  function sendPlainForm(event) {
    const form = event.target;
    if (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post") return;
    const url = new URL(form.getAttribute("action") || window.location.href, window.location.href);
    if (url.origin !== window.location.origin) return;
    event.preventDefault();
    sendForm(form, event.submitter, url);
  }

  function startForms() {
    document.addEventListener("submit", stopSecondSubmit, true);
    document.addEventListener("submit", sendPlainForm);
    window.addEventListener("pageshow", () => {
      delete document.documentElement.dataset.leaving;
      [...held.keys()].forEach(release);
    });
    window.addEventListener("popstate", comeBack);
  }

  // --- htmx --------------------------------------------------------------

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
      focusOn(scope?.querySelector?.("[data-focus], h1, h2, h3") ?? scope ?? document.getElementById("contenu"));
    }
  }

  function expectsFullPage(ctx) {
    return ctx.target === document.body || Boolean(ctx.select);
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
    on("htmx:after:settle", startCountdowns);
  }

  document.addEventListener("DOMContentLoaded", () => {
    startHtmx();
    startForms();
  });
})();
