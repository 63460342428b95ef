/* Créathon: a file sent so that a cut costs nothing (tus): it goes on where it stopped, after the network comes back or
   the page is read again. Every sentence is in `_sending.html`. Without this file the plain form sends it whole. */
(() => {
  "use strict";

  const { clearAlert, focusOn, loginLink, say, showAlert, textFor } = window.creathon;
  const PIECE = 8 * 1024 * 1024; // what a proxy that waits for whole requests can lose
  const DIGEST_LIMIT = 64 * 1024 * 1024; // the browser needs it whole in memory
  const RETRIES = [0, 1000, 3000, 5000, 10000];
  const AGAIN = 15000;
  const SILENCE = 45000;
  const PASSING = [0, 409, 423];
  const REFUSED_REPEATS = 4;
  const percents = new Intl.NumberFormat("fr-FR", { style: "percent" });

  function sizeWords(bytes) {
    const [value, unit] = bytes < 1e6 ? [bytes / 1e3, "ko"] : [bytes / 1e6, "Mo"];
    return `${value.toLocaleString("fr-FR", { maximumFractionDigits: 1 })}\u00a0${unit}`;
  }

  function filled(sentence, values) {
    return Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, () => value), sentence);
  }

  async function digestOf(file) {
    if (!window.crypto?.subtle || file.size > DIGEST_LIMIT) return "";
    const digest = await window.crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function sentenceOf(response) {
    const body = response.getBody() ?? "";
    if (!body.includes("<")) return body;
    const page = new DOMParser().parseFromString(body, "text/html");
    return page.querySelector("[data-error-message]")?.textContent.trim();
  }

  class Sending {
    constructor(form, file) {
      this.form = form;
      this.file = file;
      this.box = form.querySelector("[data-transfer]");
      this.told = 0;
      this.refused = 0;
      this.unanswered = false;
      this.heard = performance.now();
      this.watch = window.setInterval(() => this.look(), 5000);
    }

    get isOver() {
      return this.state === "over";
    }

    async begin() {
      this.show("preparing");
      const sha256 = await digestOf(this.file).catch(() => null);
      if (sha256 === null) return this.stop(this.box.dataset.unreadable);
      const mark = `${this.file.lastModified}-${this.file.size}`;
      this.upload = new window.tus.Upload(this.file, {
        endpoint: this.form.dataset.uploads,
        uploadUrl: this.isSame(sha256, mark) ? this.form.dataset.arriving : null,
        metadata: { filename: this.file.name, slot: this.form.dataset.slot, sha256, mark },
        headers: { "X-CSRF-Token": document.querySelector('meta[name="csrf-token"]').content },
        chunkSize: PIECE,
        retryDelays: RETRIES,
        overridePatchMethod: true,
        storeFingerprintForResuming: false, // the server remembers: nothing stays on a shared computer
        onUploadUrlAvailable: () => this.keepUrl(),
        onProgress: (sent) => this.progress(sent),
        onSuccess: () => this.finish(),
        onError: (error) => this.fail(error),
      });
      return this.go();
    }

    /** What this person began to send before, by its content where it can be read, else by what the disk says of it. */
    isSame(sha256, mark) {
      const { arrivingSize, arrivingSha256, arrivingMark } = this.form.dataset;
      if (Number(arrivingSize) !== this.file.size) return false;
      return sha256 && arrivingSha256 ? sha256 === arrivingSha256 : mark === arrivingMark;
    }

    /** From now on a server that fails is asked again; without this tus-js-client would begin a new upload. */
    keepUrl() {
      const { sha256, mark } = this.upload.options.metadata;
      const known = { arriving: this.upload.url, arrivingSize: this.file.size, arrivingSha256: sha256, arrivingMark: mark };
      Object.assign(this.form.dataset, known);
      this.upload.options.endpoint = null;
    }

    go() {
      window.clearTimeout(this.later);
      this.heard = performance.now();
      this.show("sending");
      this.upload.start();
    }

    async pause() {
      window.clearTimeout(this.later);
      this.show("paused");
      await this.upload.abort();
    }

    wait() {
      this.show("waiting");
      this.later = window.setTimeout(() => this.go(), AGAIN);
    }

    /** A line that is dead without saying so. */
    async look() {
      if (this.state !== "sending" || performance.now() - this.heard < SILENCE) return;
      await this.upload.abort();
      this.unanswered = true;
      this.wait();
    }

    progress(sent) {
      this.heard = performance.now();
      if (this.state !== "sending") return;
      this.sent = sent;
      const part = sent / this.file.size;
      this.box.querySelector("progress").value = part;
      this.box.querySelector("[data-words]").textContent = this.words(part < 1 ? "sending" : "checking");
      const quarter = Math.floor(part * 4);
      if (quarter > this.told && quarter < 4) this.speak(percents.format(quarter / 4));
      this.told = Math.max(this.told, quarter);
    }

    words(state) {
      const sent = this.sent ?? 0;
      const values = { name: this.file.name, percent: percents.format(Math.floor((sent / this.file.size) * 100) / 100) };
      return filled(this.box.dataset[state], { ...values, sent: sizeWords(sent), size: sizeWords(this.file.size) });
    }

    show(state) {
      const entering = state !== this.state;
      this.state = state;
      this.box.hidden = false;
      this.box.dataset.state = state;
      this.box.querySelector("[data-words]").textContent = this.words(state);
      this.hold(state !== "paused");
      const [pause, resume] = ["[data-pause]", "[data-resume]"].map((name) => this.box.querySelector(name));
      const focused = [pause, resume].includes(document.activeElement);
      pause.hidden = !["sending", "waiting"].includes(state);
      resume.hidden = state !== "paused";
      if (focused) (pause.hidden ? resume : pause).focus();
      if (entering) this.speak(this.words(state));
    }

    /** While it sends, the button is held and what the page says of an unfinished upload is no more true. */
    hold(held) {
      const button = this.form.querySelector('button[type="submit"]');
      if (held) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
      const note = this.form.closest("section").querySelector("[data-unfinished]");
      if (note) note.hidden = held;
    }

    speak(text) {
      this.form.querySelector("[data-spoken]").textContent = text;
    }

    fail(error) {
      if (!error.originalRequest) return this.stop(this.box.dataset.unreadable);
      const response = error.originalResponse;
      const status = response?.getStatus() ?? 0;
      if (PASSING.includes(status) || status >= 500) this.unanswered = true;
      else if (status !== 403 || !this.mayBeBegun()) return this.refuse(status, response);
      return this.wait();
    }

    /** A beginning asked again after T is refused while the first, in time, may still wait on a busy server. */
    mayBeBegun() {
      if (!this.unanswered || !this.upload.options.endpoint) return false;
      this.refused += 1;
      return this.refused <= REFUSED_REPEATS;
    }

    refuse(status, response) {
      if (status === 404 && !this.upload.options.endpoint) return this.beginAgain();
      if (status === 401 || status < 400) return this.stop(textFor(401), loginLink("/connexion"));
      return this.stop(sentenceOf(response) || textFor(status));
    }

    /** It waited for more than a day, or was abandoned in another tab. */
    beginAgain() {
      Object.assign(this.upload.options, { endpoint: this.form.dataset.uploads, uploadUrl: null });
      this.upload.url = null;
      this.go();
    }

    stop(sentence, link) {
      this.end();
      this.box.hidden = true;
      this.speak("");
      this.hold(false);
      showAlert(sentence, this.form.querySelector('button[type="submit"]'), link);
    }

    end() {
      this.state = "over";
      window.clearTimeout(this.later);
      window.clearInterval(this.watch);
    }

    /** The file is joined: its part of the page is read again, and what is being written beside it stays. */
    async finish() {
      const words = this.words("joined");
      this.end();
      try {
        const answer = await fetch(this.form.dataset.page, { headers: { accept: "text/html" } });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const before = this.form.closest("section");
        const after = page.getElementById(before.id);
        const hadFocus = before.contains(document.activeElement);
        before.replaceWith(document.adoptNode(after));
        if (hadFocus) focusOn(after.querySelector("h2"));
        say(words);
      } catch {
        window.location.reload();
      }
    }
  }

  const sendings = new Map();

  function isSending(form) {
    const sending = sendings.get(form);
    return sending && !sending.isOver;
  }

  function whenSent(event) {
    const form = event.target;
    const file = form.matches("form[data-uploads]") && form.querySelector('input[type="file"]').files[0];
    if (!file || !window.tus?.isSupported) return;
    event.preventDefault();
    if (isSending(form) && sendings.get(form).state !== "paused") return;
    sendings.get(form)?.end();
    clearAlert(form);
    sendings.set(form, new Sending(form, file));
    sendings.get(form).begin();
  }

  function whenClicked(event) {
    const form = event.target.closest?.("form[data-uploads]");
    if (!form || !isSending(form)) return;
    if (event.target.closest("[data-pause]")) sendings.get(form).pause();
    if (event.target.closest("[data-resume]")) sendings.get(form).go();
  }

  function whenLeaving(event) {
    if ([...sendings.keys()].some(isSending)) event.preventDefault();
  }

  document.addEventListener("submit", whenSent, true);
  document.addEventListener("click", whenClicked);
  window.addEventListener("beforeunload", whenLeaving);
  window.addEventListener("online", () => sendings.forEach((one) => one.state === "waiting" && one.go()));
})();
