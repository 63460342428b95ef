/* Créathon: setting captions to the joined video while it plays. Without this file the rows are typed and saved. */
(() => {
  "use strict";

  const BACK = 2;
  const LASTS = 2;
  const KEYS = { l: "play", r: "back", p: "previous" };

  /** « 1:23,500 », as `moment_typed` of the server writes it. */
  function typed(seconds) {
    const whole = Math.floor(seconds);
    const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    const head = hours ? `${hours}:${String(minutes).padStart(2, "0")}` : String(minutes);
    const thousandths = String(Math.floor((seconds - whole) * 1000)).padStart(3, "0");
    return `${head}:${String(rest).padStart(2, "0")},${thousandths}`;
  }

  /** A time as it was typed, in seconds; NaN when it is not one. */
  function read(text) {
    const parts = text.trim().replace(",", ".").split(":").map(Number);
    return parts.reduce((total, part) => total * 60 + part, 0);
  }

  class Setting {
    constructor(form, panel, video) {
      Object.assign(this, { form, panel, video, isDirty: form.dataset.typed !== undefined, at: -1 });
      this.words = panel.dataset;
      this.rows = [...form.querySelectorAll("[data-cue]")];
      panel.hidden = false;
      panel.addEventListener("click", (event) => this.act(event.target.closest("[data-key]")?.dataset.key));
      panel.addEventListener("keydown", (event) => this.press(event));
      form.addEventListener("keydown", (event) => this.pressInRow(event));
      form.addEventListener("input", () => this.changed());
      this.go(0);
    }

    field(row, name) {
      return row.querySelector(`[name="${name}"]`);
    }

    start(row) {
      return read(this.field(row, "debut").value);
    }

    press(event) {
      const act = KEYS[event.key.toLowerCase()];
      if (!act || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      this.act(act);
    }

    pressInRow(event) {
      if (event.key !== "Enter" || !event.ctrlKey) return;
      event.preventDefault();
      this.go(this.rows.indexOf(event.target.closest("[data-cue]")));
      this.set();
      this.field(this.rows[this.at], "texte").focus();
    }

    act(name) {
      const { video } = this;
      if (name === "cue") this.set();
      else if (name === "play") video.paused ? video.play() : video.pause();
      else if (name === "back") video.currentTime = Math.max(0, video.currentTime - BACK);
      else if (name === "previous") this.go(Math.max(0, this.at - 1), true);
    }

    /** The current cue becomes another one; said only when that is what was asked. */
    go(place, isAsked = false) {
      this.rows[this.at]?.removeAttribute("data-current");
      this.at = place;
      this.rows[place].dataset.current = "";
      if (isAsked) this.say(this.fill(this.words.current, place));
    }

    /** The current cue starts now, the one before ends now; then comes the next. */
    set() {
      const [now, place] = [this.video.currentTime, this.at];
      const row = this.rows[place];
      const end = this.field(row, "fin");
      const lasted = Math.max(0, read(end.value) - this.start(row)) || LASTS;
      this.field(row, "debut").value = typed(now);
      if (!(read(end.value) > now)) end.value = typed(now + lasted);
      const before = this.rows[place - 1];
      if (before && this.start(before) < now) this.field(before, "fin").value = typed(now);
      this.changed();
      const said = this.fill(this.words.set, place);
      const isLast = place === this.rows.length - 1;
      if (!isLast) this.go(place + 1);
      this.say(`${said} ${isLast ? this.words.last : this.fill(this.words.next, this.at)}`);
    }

    fill(sentence, place) {
      const row = this.rows[place];
      const words = this.field(row, "texte").value.replace(/\s+/g, " ");
      return sentence
        .replace("{n}", place + 1)
        .replace("{t}", this.field(row, "debut").value)
        .replace("{words}", () => words);
    }

    say(words) {
      this.panel.querySelector("[data-caption-state]").textContent = words;
    }

    /** What is written is what the player shows. */
    changed() {
      this.isDirty = true;
      const track = this.video.textTracks[0] ?? this.video.addTextTrack("captions", "Français", "fr");
      track.mode = "showing";
      for (const cue of [...(track.cues ?? [])]) track.removeCue(cue);
      for (const row of this.rows) {
        const [start, end] = [this.start(row), read(this.field(row, "fin").value)];
        const words = this.field(row, "texte").value.trim();
        const escaped = words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
        if (end > start && words) track.addCue(new VTTCue(start, end, escaped));
      }
    }
  }

  let setting = null;

  function begin() {
    const form = document.querySelector("form[data-captions]");
    const panel = document.querySelector("[data-caption-keys]");
    if (form === (setting?.form ?? null)) return;
    setting = form && panel ? new Setting(form, panel, panel.closest("section").querySelector("video")) : null;
  }

  document.addEventListener("DOMContentLoaded", () => {
    begin();
    new MutationObserver(begin).observe(document.documentElement, { childList: true });
    window.addEventListener("beforeunload", (event) => {
      if (setting?.isDirty && document.documentElement.dataset.leaving === undefined) event.preventDefault();
    });
  });
})();
