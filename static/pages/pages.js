// What pages do beyond plain HTML: everything here is an ease, and nothing depends on it.
"use strict";
(() => {
  const all = (selector, under = document) => [...under.querySelectorAll(selector)];

  // Passwords can be shown.
  for (const button of all(".reveal")) {
    const input = button.parentElement.querySelector("input");
    button.hidden = false;
    button.addEventListener("click", () => {
      const shown = input.type === "password";
      input.type = shown ? "text" : "password";
      button.setAttribute("aria-label", shown ? button.dataset.hide : button.dataset.show);
      button.classList.toggle("shown", shown);
    });
    // Browsers remember what was typed into a text field.
    if (input.form) input.form.addEventListener("submit", () => (input.type = "password"));
  }

  // The pool's rules for passwords are checked as one types. The server checks them again.
  const kinds = {
    lowerletter: (text) => /[a-z]/.test(text),
    upperletter: (text) => /[A-Z]/.test(text),
    numbers: (text) => /[0-9]/.test(text),
    symbols: (text) => /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]/.test(text) || /\S \S/.test(text),
    length: (text, rule) => [...text].length >= Number(rule.dataset.length),
  };
  for (const list of all("[data-rules-of]")) {
    const ids = list.dataset.rulesOf.split(" ");
    const input = ids.map((id) => document.getElementById(id)).find(Boolean);
    if (!input) continue;
    const check = () => {
      for (const rule of all("[data-rule]", list)) {
        const met = kinds[rule.dataset.rule](input.value, rule);
        rule.classList.toggle("met", met);
        rule.querySelector(".state").textContent = met ? list.dataset.met : list.dataset.unmet;
      }
    };
    input.addEventListener("input", check);
    check();
  }
  // The classic pages have every form twice, and one of them is shown: both have what is typed.
  for (const input of all(".modal-content input[name]:not([type=hidden]):not([type=submit])")) {
    const others = all(`input[name="${CSS.escape(input.name)}"]`).filter((other) => other !== input && other.type === input.type);
    input.addEventListener("input", () => {
      for (const other of others) if (other.type !== "radio") other.value = input.value;
    });
  }
  for (const box of all("[data-classic-rule]")) {
    const input = box.closest("form").querySelector("input[name=password]");
    if (!input) continue;
    const check = () => {
      const met = kinds[box.dataset.classicRule](input.value, box);
      box.classList.toggle("passwordCheck-valid-customizable", met);
      box.classList.toggle("passwordCheck-notValid-customizable", !met);
      box.querySelector(`.check-${box.dataset.classicRule}`).textContent = met ? "\u2714" : "\u2716";
    };
    input.addEventListener("input", check);
  }

  // What is long to type can be copied.
  for (const button of all("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    const words = button.textContent;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.replace(/ /g, ""));
      button.textContent = button.dataset.done;
      button.setAttribute("role", "status");
      setTimeout(() => (button.textContent = words), 3000);
    });
  }

  // A new code can be asked for after a while.
  for (const button of all("[data-wait]")) {
    const told = button.closest("form").querySelector("[data-text]");
    const until = Date.now() + 1000 * Number(button.dataset.wait);
    const tick = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      const waits = left > 0;
      button.closest("p").hidden = waits;
      told.hidden = !waits;
      const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      told.textContent = told.dataset.text.replace("{time}", time);
      if (waits) setTimeout(tick, 250);
    };
    tick();
  }

  // A form is sent once.
  for (const form of all("form")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
      setTimeout(() => delete form.dataset.sent, 5000);
    });
  }
  addEventListener("pageshow", () => all("form").forEach((form) => delete form.dataset.sent));
})();
