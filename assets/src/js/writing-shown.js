/* Créathon: what `writing.js` reads from the form of the draft and shows around it. */
(() => {
  "use strict";

  const SPOKEN_EVERY = 60000;

  /** What a list said when the page came. */
  const chosenAtFirst = (list) => [...list.options].find((option) => option.defaultSelected)?.value ?? "";

  /** The form of the draft, its line of state and its fields, as a person sees them. */
  class Sheet {
    constructor(form, box, template) {
      Object.assign(this, { form, box, template, words: box.dataset, told: "", toldAt: 0 });
      this.names = form.dataset.writing.split(" ");
    }

    controls(name) {
      return [...this.form.elements].filter((element) => element.name === name);
    }

    frame(name) {
      return this.controls(name)[0].closest(".field");
    }

    label(name) {
      const found = this.frame(name).querySelector("legend, .field-label, label");
      return (found?.firstChild.textContent ?? name).trim();
    }

    /** What a field holds: a text, yes or no, or the choices made. */
    read(name, { stored = false } = {}) {
      const [value, ticked] = stored ? ["defaultValue", "defaultChecked"] : ["value", "checked"];
      const found = this.controls(name);
      if (found[0].type === "select-one") return stored ? chosenAtFirst(found[0]) : found[0].value;
      if (found[0].type !== "checkbox") return found[0][value].replace(/\r\n?/g, "\n");
      const isList = found[0].closest("fieldset.field") !== null;
      return isList ? found.filter((box) => box[ticked]).map((box) => box.value) : found[0][ticked];
    }

    write(name, value) {
      for (const control of this.controls(name)) {
        if (control.type === "checkbox") {
          control.checked = Array.isArray(value) ? value.includes(control.value) : value;
        } else if (control.value !== value) {
          const { selectionStart, selectionEnd } = control;
          control.value = value;
          if (control === document.activeElement) control.setSelectionRange?.(selectionStart, selectionEnd);
        }
      }
    }

    // --- The line of state -------------------------------------------------

    /** The state is always there to be read; it is spoken when it becomes another one, not at each save. */
    show(state, words, link) {
      this.box.hidden = false;
      this.box.dataset.state = state;
      this.box.querySelector("[data-words]").replaceChildren(words, ...(link ? [" ", link] : []));
      const passing = state === "ready" || state === "typing" || state === "saving";
      if (passing || (state === this.told && Date.now() - this.toldAt < SPOKEN_EVERY)) return;
      this.told = state;
      this.toldAt = Date.now();
      this.speak(words);
    }

    get state() {
      return this.box.dataset.state;
    }

    speak(words) {
      this.box.querySelector("[data-spoken]").textContent = words;
    }

    tellNews(lines) {
      const list = this.box.querySelector("[data-news]");
      for (const line of lines) {
        const item = document.createElement("li");
        item.textContent = line;
        list.prepend(item);
      }
      while (list.children.length > 3) list.lastChild.remove();
      if (lines.length) this.speak(lines.join(". "));
    }

    /** What the draft lacks and what is deposited, unless somebody is on it with the keyboard. */
    showParts(html) {
      const parts = new DOMParser().parseFromString(html, "text/html");
      for (const part of parts.querySelectorAll("[data-live]")) {
        const old = document.querySelector(`[data-live="${part.dataset.live}"]`);
        if (old && !old.contains(document.activeElement)) old.replaceWith(document.adoptNode(part));
      }
    }

    // --- Beside a field ------------------------------------------------------

    showError(name, sentence) {
      this.clearError(name);
      const error = document.createElement("p");
      error.className = "field-error";
      error.dataset.writingError = "";
      error.id = `${name}-writing-error`;
      error.textContent = sentence;
      this.frame(name).append(error);
      this.frame(name).classList.add("field-invalid");
      const [control] = this.controls(name);
      control.setAttribute("aria-invalid", "true");
      control.setAttribute("aria-errormessage", error.id);
    }

    clearError(name) {
      const error = this.frame(name).querySelector("[data-writing-error]");
      if (!error) return;
      error.remove();
      this.frame(name).classList.remove("field-invalid");
      const [control] = this.controls(name);
      control.removeAttribute("aria-invalid");
      control.removeAttribute("aria-errormessage");
    }

    /** Somebody else's text under one's own, and a button for each way out. */
    showClash(name, clash, settle) {
      this.clearClash(name);
      const panel = this.template.content.firstElementChild.cloneNode(true);
      panel.setAttribute("aria-label", `${this.words.compare} ${this.label(name)}`);
      panel.querySelector("[data-by]").textContent = clash.by;
      panel.querySelector("[data-theirs]").textContent = clash.words;
      panel.querySelector('[data-keep="both"]').hidden = !clash.both;
      panel.addEventListener("click", (event) => {
        const choice = event.target.closest("[data-keep]")?.dataset.keep;
        if (choice) settle(name, choice);
      });
      this.frame(name).append(panel);
    }

    clearClash(name) {
      this.frame(name).querySelector("[data-clash]")?.remove();
    }
  }

  window.creathon.Sheet = Sheet;
})();
