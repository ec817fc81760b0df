// What Unfold's markup lacks for the keyboard and for those who listen: names, roles, and a focus
// that follows what opens and comes back. Nothing inline, so that the content policy holds.
(() => {
  "use strict";

  const NAMES = {
    dock_to_right: "Show or hide the sidebar",
    add: "Add",
    close: "Close",
    more_horiz: "More",
    more_vert: "More",
    unfold_more: "Account",
    search: "Search",
    theaters: "Marquee",
  };
  const NATIVE = "a[href], button, input, select, textarea, summary, label, form, td, h2";

  function name(element, words) {
    if (words && !element.hasAttribute("aria-label")) element.setAttribute("aria-label", words);
  }

  function makePressable(element) {
    if (element.matches(NATIVE) || element.id === "changelist-filter-close") return;
    if (element.getAttribute("role") === "button") return;
    element.tabIndex = 0;
    element.setAttribute("role", "button");
    name(element, NAMES[element.textContent.trim()]);
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      if (event.target !== element) return;
      event.preventDefault();
      element.click();
    });
  }

  function reach(root) {
    makeScrollable(root);
    root.querySelectorAll("[x-on\\:click]").forEach(makePressable);
    root.querySelectorAll(".material-symbols-outlined").forEach((icon) => {
      if (!icon.hasAttribute("role")) icon.setAttribute("aria-hidden", "true");
    });
    root.querySelectorAll("button, a[href], [role=button]").forEach((button) => {
      const icon = button.querySelector(".material-symbols-outlined");
      if (icon && button.textContent.trim() === icon.textContent.trim()) {
        name(button, button.title || NAMES[icon.textContent.trim()]);
      }
    });
  }

  // What scrolls is scrolled by keys too.
  function makeScrollable(root) {
    root.querySelectorAll(".table-frame:not([tabindex])").forEach((frame) => {
      if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0;
    });
  }

  function find(selector, change) {
    document.querySelectorAll(selector).forEach(change);
  }

  function nameParts() {
    find("#nav-sidebar-inner", (nav) => name(nav, "Main"));
    find("#nav-sidebar-inner nav", (nav) => name(nav, "Account"));
    find("#nav-sidebar-inner a.active", (link) => link.setAttribute("aria-current", "page"));
    find("[x-on\\:click*=openTheme]", (button) => name(button, "Theme"));
    find("#searchbar, #search-input-command", (field) => name(field, field.placeholder || "Search"));
    find("#changelist-filter", (sheet) => {
      sheet.setAttribute("role", "dialog");
      name(sheet, "Filters");
    });
    find("[x-data='searchCommand()']", (palette) => {
      palette.setAttribute("role", "dialog");
      palette.setAttribute("aria-modal", "true");
      name(palette, "Find pages, terms, films, notifications and tasks");
    });
    // Django's own script puts them there, with a name that their role may not have.
    find(".help-tooltip", (icon) => icon.setAttribute("role", "img"));
  }

  // Calls back with whether a part is shown, whenever Alpine opens or shuts it.
  function whenShown(part, follow) {
    let was = getComputedStyle(part).display !== "none";
    new MutationObserver(() => {
      const shown = getComputedStyle(part).display !== "none";
      if (shown !== was) follow(shown);
      was = shown;
    }).observe(part, { attributes: true, attributeFilter: ["style"] });
  }

  // The focus goes into the sheet of filters when it opens, and back when it shuts.
  function followSheet() {
    const sheet = document.getElementById("changelist-filter");
    const opener = document.querySelector(".filter-open-button");
    if (!sheet || !opener) return;
    whenShown(sheet, (shown) => {
      const target = shown ? sheet.querySelector("select, input:not([type=hidden])") : opener;
      setTimeout(() => target?.focus(), 60);
    });
  }

  // Whoever leaves Ctrl+K is where they were.
  function followPalette() {
    const palette = document.querySelector("[x-data='searchCommand()']");
    if (!palette) return;
    let caller = null;
    const remember = () => {
      if (!palette.contains(document.activeElement)) caller = document.activeElement;
    };
    window.addEventListener("keydown", (event) => event.key === "k" && remember(), true);
    window.addEventListener("opencommand", remember, true);
    whenShown(palette, (shown) => shown || setTimeout(() => caller?.focus(), 60));
  }

  // The arrow keys leave the focus in the field: which row they chose is said by its name there.
  function tellChosen() {
    const field = document.getElementById("search-input-command");
    const results = document.getElementById("command-results");
    if (!field || !results) return;
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", results.id);
    document.getElementById("command-results-note").parentElement.setAttribute("role", "status");
    const tell = () => {
      const rows = [...results.querySelectorAll("li > a")];
      rows.forEach((row, place) => {
        row.id = `found-${place}`;
        row.setAttribute("role", "option");
        row.setAttribute("aria-selected", String(row.parentElement.matches(".active")));
        [row.parentElement, row.closest("ul")].forEach((part) => (part.role = "presentation"));
      });
      results.role = rows.length ? "listbox" : null;
      name(results, "Found");
      field.setAttribute("aria-expanded", String(rows.length > 0));
      field.setAttribute("aria-activedescendant", rows.find((row) => row.ariaSelected === "true")?.id ?? "");
    };
    tell();
    const changes = { attributes: true, attributeFilter: ["class"], childList: true, subtree: true };
    new MutationObserver(tell).observe(results, changes);
  }

  // The account menu stands before its button: opened by a key, its first line has the focus.
  function followAccount() {
    const menu = document.querySelector("#nav-sidebar-inner nav");
    const opener = menu?.parentElement.querySelector(":scope > [role=button]");
    if (!opener) return;
    opener.setAttribute("aria-expanded", "false");
    whenShown(menu, (shown) => {
      opener.setAttribute("aria-expanded", String(shown));
      if (shown && opener.matches(":focus-visible")) menu.querySelector("[role=button]")?.focus();
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      opener.click();
      opener.focus();
    });
  }

  // --- Single keys ---

  const SLASH = "slashKey";
  const isSlashOff = () => localStorage.getItem(SLASH) === "off";

  function showSlash(button) {
    document.documentElement.toggleAttribute("data-slash-off", isSlashOff());
    if (button) button.textContent = isSlashOff() ? "Turn on the / key" : "Turn off the / key";
  }

  function offerSlash() {
    const button = document.querySelector("[data-slash-key]");
    showSlash(button);
    button?.addEventListener("click", () => {
      localStorage.setItem(SLASH, isSlashOff() ? "on" : "off");
      showSlash(button);
    });
  }

  // Ctrl+K stays, and "/" for whoever wants it; other single keys would surprise whoever types into
  // a page that listens.
  window.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
      const isOff = event.key === "/" && isSlashOff();
      if (isOff || ["[", "f", "c", "?"].includes(event.key)) event.stopImmediatePropagation();
    },
    true,
  );

  document.addEventListener("DOMContentLoaded", () => {
    reach(document);
    nameParts();
    followSheet();
    followPalette();
    tellChosen();
    followAccount();
    offerSlash();
    document.body.addEventListener("htmx:afterSettle", (event) => reach(event.target));
  });
  window.addEventListener("load", () => setTimeout(nameParts));
})();
