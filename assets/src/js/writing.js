/* Créathon: the draft is saved by itself, field by field, and shows what the others of the team write.
   Without this file the same form is sent by its button. Nothing is kept outside the page: computers are shared. */
(() => {
  "use strict";

  const { Sheet, loginLink, textFor } = window.creathon;
  const AFTER_TYPING = 1200;
  const AT_MOST = 8000;
  const POLL = 20000;
  const POLL_AFTER_SAVING = 3000;
  const SENDING_LIMIT = 20000;
  const LONGEST_WAIT = 30000;
  const REFUSED_REPEATS = 4;

  const flat = (value) => (typeof value === "string" ? value.trim() : JSON.stringify(value));
  const same = (left, right) => flat(left) === flat(right);
  const isJson = (response) => response.headers.get("content-type")?.includes("json");
  const pageOf = (html) => new DOMParser().parseFromString(html, "text/html");

  function newKey() {
    return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /** One page where a draft is written. Each field knows what is stored of it (`synced`) and since which version. */
  class Draft {
    constructor(form, box) {
      const sheet = new Sheet(form, box, document.querySelector("template[data-clash-template]"));
      const version = Number(form.elements.version.value);
      Object.assign(this, { form, sheet, names: sheet.names, words: sheet.words, seen: version, panel: version });
      Object.assign(this, { pending: null, sending: null, stopped: false, timer: 0, soon: 0, wait: 0, since: 0 });
      const isTyped = form.dataset.typed !== undefined;
      this.fields = {};
      for (const name of this.names) {
        this.fields[name] = { base: version, synced: isTyped ? null : sheet.read(name, { stored: true }), clash: null };
      }
      sheet.show("ready", this.words.ready);
    }

    isDirty(name) {
      const { synced } = this.fields[name];
      return synced === null || !same(this.sheet.read(name), synced);
    }

    isHeld(name) {
      const { clash, refused } = this.fields[name];
      return clash !== null || (refused !== undefined && same(refused, this.sheet.read(name)));
    }

    get waiting() {
      return this.names.filter((name) => this.isDirty(name) && !this.isHeld(name));
    }

    get isUnsaved() {
      return this.pending !== null || this.names.some((name) => this.isDirty(name));
    }

    // --- Sending -----------------------------------------------------------

    plan(delay) {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.save(), delay);
    }

    /** The fields that wait and were last known at one version, the oldest: the server compares from there. */
    nextBatch() {
      const names = this.waiting;
      if (!names.length) return null;
      const version = Math.min(...names.map((name) => this.fields[name].base));
      const taken = names.filter((name) => this.fields[name].base === version);
      const values = Object.fromEntries(taken.map((name) => [name, this.sheet.read(name)]));
      return { version, key: newKey(), values, unanswered: 0, refused: 0 };
    }

    post(batch, keepalive = false) {
      const body = new URLSearchParams({ version: batch.version, _once: batch.key });
      for (const name of ["_csrf", "_edition"]) body.append(name, this.form.elements[name].value);
      for (const [name, value] of Object.entries(batch.values)) {
        body.append("champ", name);
        if (value === true) body.append(name, "y");
        else if (value !== false) for (const one of [value].flat()) body.append(name, one);
      }
      const signal = AbortSignal.timeout(SENDING_LIMIT);
      return fetch(this.words.save, { method: "POST", body, signal, keepalive });
    }

    /** Send what waits, one request at a time; what got no answer is sent again, the same, under the same key. */
    save() {
      window.clearTimeout(this.timer);
      this.timer = 0;
      if (this.sending || this.stopped) return this.sending;
      this.pending ??= this.nextBatch();
      if (!this.pending) return null;
      this.sheet.show("saving", this.words.saving);
      this.sending = this.send(this.pending).finally(() => {
        this.sending = null;
        if (!this.timer && (this.pending || this.waiting.length)) this.plan(this.wait || AFTER_TYPING);
      });
      return this.sending;
    }

    async send(batch) {
      try {
        const response = await this.post(batch);
        if (response.status >= 500 || response.status === 429) this.unanswered(this.words.busy);
        else if (isJson(response)) this.take(batch, response, await response.json());
        else await this.turnedAway(response, await response.text());
      } catch (error) {
        if (error.name === "TimeoutError") batch.unanswered += 1;
        this.unanswered(navigator.onLine ? this.words.unreachable : this.words.offline);
      }
    }

    unanswered(words) {
      this.wait = Math.min(LONGEST_WAIT, (this.wait || AFTER_TYPING) * 2);
      this.sheet.show("offline", words);
    }

    /** Signed out: it waits for the person. Closed, or not theirs any more: said, and the text stays on the page. */
    async turnedAway(response, html) {
      const isSignedOut = response.status === 401 || new URL(response.url).pathname.startsWith("/connexion");
      if ((isSignedOut || response.status === 403) && (await this.hasFreshToken())) {
        this.wait = 0;
      } else if (isSignedOut) {
        this.wait = LONGEST_WAIT;
        this.sheet.show("refused", this.words.session, loginLink("/connexion"));
      } else if (this.pending.unanswered && this.pending.refused < REFUSED_REPEATS) {
        // A repeat that comes after T is refused while its first sending, in time, may still wait on a busy server.
        this.pending.refused += 1;
        this.unanswered(this.words.busy);
      } else {
        this.stopped = true;
        this.pending = null;
        const sentence = pageOf(html).querySelector("[data-error-message]")?.textContent.trim();
        this.sheet.show("refused", `${this.words.refused} ${sentence || textFor(response.status)}`);
      }
    }

    /** Signed in again in another tab, by the same team: its token is taken. Another team's is never used here. */
    async hasFreshToken() {
      const page = pageOf(await (await fetch(window.location.pathname)).text());
      const theirs = page.querySelector("form[data-writing]");
      const token = page.querySelector('meta[name="csrf-token"]')?.content;
      if (theirs?.dataset.team !== this.form.dataset.team || !token || token === this.form.elements._csrf.value) {
        return false;
      }
      for (const input of document.querySelectorAll('input[name="_csrf"]')) input.value = token;
      document.querySelector('meta[name="csrf-token"]').content = token;
      return true;
    }

    // --- Answers -----------------------------------------------------------

    take(batch, response, answer) {
      this.pending = null;
      this.wait = 0;
      if (response.status === 409) this.clashed(answer);
      else if (response.status === 422) this.refused(batch, answer.errors);
      else this.saved(batch, answer, response.redirected);
    }

    /** The batch is stored. Answered a second time, somebody may have written over it since: then both are compared. */
    saved(batch, answer, isReplay) {
      for (const [name, sent] of Object.entries(batch.values)) {
        const field = this.fields[name];
        const theirs = isReplay ? (answer.fields[name] ?? sent) : sent;
        delete field.refused;
        this.sheet.clearError(name);
        if (!same(theirs, sent)) {
          if (!same(this.sheet.read(name), sent)) continue;
          this.sheet.write(name, theirs);
        }
        Object.assign(field, { synced: theirs, base: answer.version });
      }
      this.follow(batch.version, answer, batch.values);
      this.tell(answer.saved);
      window.clearTimeout(this.soon);
      this.soon = window.setTimeout(() => this.poll(), POLL_AFTER_SAVING);
    }

    /** What changed since a version: shown where nobody here is writing, compared later where somebody is. */
    follow(since, answer, done = {}) {
      for (const name of this.names) {
        const field = this.fields[name];
        const theirs = answer.fields[name];
        if (name in done) continue;
        if (theirs === undefined) {
          if (field.base >= since) field.base = answer.version;
        } else if (!this.isDirty(name)) {
          this.sheet.write(name, theirs);
          Object.assign(field, { synced: theirs, base: answer.version });
        }
      }
      this.seen = answer.version;
      this.form.elements.version.value = Math.min(...this.names.map((name) => this.fields[name].base));
      this.sheet.tellNews(answer.news);
    }

    /** « Saved » is said of the whole page: not while one field is not. */
    tell(saved) {
      const clashing = this.names.filter((name) => this.fields[name].clash);
      const held = this.names.filter((name) => this.isDirty(name) && this.isHeld(name));
      const named = (names) => names.map((name) => `« ${this.sheet.label(name)} »`).join(", ");
      if (clashing.length) this.sheet.show("clash", `${this.words.compare} ${named(clashing)}.`);
      else if (held.length) this.sheet.show("refused", `${this.words.invalid} ${named(held)}.`);
      else if (this.waiting.length) this.sheet.show("typing", this.words.typing);
      else this.sheet.show("saved", saved);
    }

    refused(batch, errors) {
      const names = this.names.filter((name) => name in errors);
      for (const name of names) {
        this.fields[name].refused = batch.values[name];
        this.sheet.showError(name, errors[name].join(" "));
      }
      this.stopped = !names.length;
      if (this.stopped) this.sheet.show("refused", this.words.refused);
      else this.tell();
    }

    clashed(answer) {
      for (const name of Object.keys(answer.clashes)) {
        this.fields[name].clash = { ...answer.clashes[name], version: answer.version };
        this.sheet.showClash(name, answer.clashes[name], (...choice) => this.settle(...choice));
      }
      this.tell();
    }

    settle(name, choice) {
      const { theirs, version } = this.fields[name].clash;
      const mine = this.sheet.read(name);
      const both = Array.isArray(theirs) ? [...new Set([...theirs, ...mine])] : [theirs, mine].filter(Boolean).join("\n\n");
      if (choice !== "mine") this.sheet.write(name, choice === "both" ? both : theirs);
      Object.assign(this.fields[name], { synced: theirs, base: version, clash: null });
      this.sheet.clearClash(name);
      this.sheet.controls(name)[0].focus();
      if (this.isDirty(name)) this.save();
      else this.tell(this.words.settled);
    }

    // --- The others ----------------------------------------------------------

    async poll() {
      if (this.sending || this.pending || document.hidden) return;
      const asked = this.seen;
      try {
        const address = `${this.words.newer}?depuis=${asked}&panneau=${this.panel}`;
        const response = await fetch(address, { signal: AbortSignal.timeout(SENDING_LIMIT) });
        if (!response.ok || !isJson(response)) return;
        const answer = await response.json();
        if (this.seen !== asked || this.sending) return;
        this.follow(asked, answer);
        if (answer.panel) this.sheet.showParts(answer.panel);
        this.panel = answer.version;
      } catch {
        // The next save says that the network is gone.
      }
    }

    // --- When ----------------------------------------------------------------

    typed(name) {
      if (!this.isDirty(name)) return;
      this.stopped = false;
      if (!this.waiting.length) return;
      if (!this.pending) this.sheet.show("typing", this.words.typing);
      if (!this.timer) this.since = Date.now();
      if (!this.wait) this.plan(Math.max(0, Math.min(AFTER_TYPING, AT_MOST - (Date.now() - this.since))));
      else if (!this.timer) this.plan(this.wait);
    }

    now() {
      this.wait = 0;
      return this.pending || this.waiting.length ? this.save() : null;
    }

    /** The page goes: what waits is sent without waiting for the answer; the key makes a second sending harmless. */
    leave() {
      const batch = this.pending ?? this.nextBatch();
      if (batch && !this.sending && !this.stopped) this.post(batch, true).catch(() => {});
    }

    /** Reading over, before the deposit: first save, then go. */
    async goWhenSaved(address) {
      await this.now();
      if (this.waiting.length) await this.now();
      if (!this.isUnsaved) window.location.assign(address);
    }
  }

  let draft = null;

  function begin() {
    const form = document.querySelector("form[data-writing]");
    const box = document.querySelector("[data-save-state]");
    if (form !== draft?.form) draft = form && box ? new Draft(form, box) : null;
  }

  function whenTyped(event) {
    if (event.target.form === draft?.form && draft?.names.includes(event.target.name)) draft.typed(event.target.name);
  }

  function whenClicked(event) {
    const link = event.target.closest?.('[data-live="depot"] a');
    if (!link || !draft?.waiting.length || event.ctrlKey || event.metaKey || link.hash) return;
    event.preventDefault();
    draft.goWhenSaved(link.href);
  }

  function whenSeen() {
    if (document.hidden || draft?.pending) draft?.now();
    else draft?.poll();
  }

  function whenLeaving(event) {
    if (!draft?.isUnsaved || document.documentElement.dataset.leaving !== undefined) return;
    draft.now();
    event.preventDefault();
  }

  document.addEventListener("DOMContentLoaded", () => {
    begin();
    new MutationObserver(begin).observe(document.documentElement, { childList: true });
    document.addEventListener("input", whenTyped);
    document.addEventListener("change", whenTyped);
    document.addEventListener("click", whenClicked);
    document.addEventListener("submit", (event) => event.target !== draft?.form && draft?.now(), true);
    document.addEventListener("visibilitychange", whenSeen);
    window.addEventListener("online", () => draft?.now());
    window.addEventListener("pagehide", () => draft?.leave());
    window.addEventListener("beforeunload", whenLeaving);
    window.setInterval(() => draft?.poll(), POLL + Math.random() * 5000);
  });
})();
