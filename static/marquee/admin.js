// What Unfold's markup lacks: the keyboard, names for icons, the reader's own time, and words
// when a live part cannot renew itself. Nothing inline, so that the content policy holds.
(() => {
  "use strict";

  const NAMES = {
    dock_to_right: "Show or hide the sidebar",
    add: "Add",
    close: "Close",
    more_horiz: "More",
    unfold_more: "Account",
    search: "Search",
  };
  const NATIVE = "a[href], button, input, select, textarea, summary, label, form, td, h2";

  function name(element, words) {
    if (words && !element.hasAttribute("aria-label")) element.setAttribute("aria-label", words);
  }

  function makePressable(element) {
    if (element.matches(NATIVE) || element.id === "changelist-filter-close") return;
    element.tabIndex = 0;
    element.setAttribute("role", "button");
    const words = element.textContent.trim();
    if (NAMES[words]) name(element, NAMES[words]);
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      if (event.target !== element) return;
      event.preventDefault();
      element.click();
    });
  }

  function reach(root) {
    root.querySelectorAll("[x-on\\:click]").forEach(makePressable);
    root.querySelectorAll(".material-symbols-outlined").forEach((icon) => {
      if (!icon.hasAttribute("role")) icon.setAttribute("aria-hidden", "true");
    });
    root.querySelectorAll("button, a[href]").forEach((button) => {
      const icon = button.querySelector(".material-symbols-outlined");
      if (icon && button.textContent.trim() === icon.textContent.trim()) {
        name(button, button.title || NAMES[icon.textContent.trim()]);
      }
    });
    name(document.getElementById("nav-sidebar-inner") ?? document.createElement("i"), "Pages");
    const search = document.getElementById("searchbar");
    if (search) name(search, search.placeholder || "Search");
    const sheet = document.getElementById("changelist-filter");
    if (sheet) {
      sheet.setAttribute("role", "dialog");
      name(sheet, "Filters");
    }
  }

  // The focus goes into the sheet of filters when it opens, and back when it closes.
  function followSheet() {
    const sheet = document.getElementById("changelist-filter");
    const opener = document.querySelector(".filter-open-button");
    if (!sheet || !opener) return;
    let open = false;
    new MutationObserver(() => {
      const shown = getComputedStyle(sheet).display !== "none";
      if (shown === open) return;
      open = shown;
      const target = shown ? sheet.querySelector("select, input:not([type=hidden])") : opener;
      setTimeout(() => target?.focus(), 60);
    }).observe(sheet, { attributes: true, attributeFilter: ["style"] });
  }

  // Ctrl+K and "/" stay; other single keys would surprise whoever types into a page that listens.
  window.addEventListener(
    "keydown",
    (event) => {
      const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
      if (!typing && !event.ctrlKey && !event.metaKey && ["[", "f", "c", "?"].includes(event.key)) {
        event.stopImmediatePropagation();
      }
    },
    true,
  );

  // Paper is white in every theme; charts follow the class.
  function followPaper() {
    const { classList } = document.documentElement;
    let wasDark = false;
    window.addEventListener("beforeprint", () => {
      wasDark = classList.contains("dark");
      classList.remove("dark");
    });
    window.addEventListener("afterprint", () => classList.toggle("dark", wasDark));
  }

  const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  const two = (count) => String(count).padStart(2, "0");

  // Only times in the three shapes that the server writes; days are those of the site.
  function ownTime(root) {
    root.querySelectorAll("time[datetime]").forEach((element) => {
      const at = new Date(element.dateTime);
      const hours = `${two(at.getHours())}:${two(at.getMinutes())}`;
      const words = element.textContent.trim();
      if (/^\d\d:\d\d$/.test(words)) element.textContent = hours;
      const [dated, , seconds] = words.match(/^\d{1,2} \w{3,4}( \d{4})?, \d\d:\d\d(:\d\d)?$/) ?? [];
      if (dated) {
        const year = at.getFullYear() === new Date().getFullYear() ? "" : ` ${at.getFullYear()}`;
        element.textContent = `${at.getDate()} ${MONTHS[at.getMonth()]}${year}, ${hours}${seconds ?? ""}`;
      }
    });
  }

  function nameZones() {
    const line = document.querySelector("[data-zones]");
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (line && own && own !== line.dataset.zones) {
      line.textContent = `Times are those of ${own}; days are those of ${line.dataset.zones}.`;
    }
  }

  function posters(root) {
    root.querySelectorAll("img[data-poster]").forEach((image) => {
      const drop = () => image.remove();
      if (image.complete && !image.naturalWidth && image.currentSrc) drop();
      image.addEventListener("error", drop);
    });
  }

  function trouble(words, link) {
    let bar = document.querySelector(".live-trouble");
    if (!words) {
      bar?.remove();
      return;
    }
    if (!bar) {
      bar = document.createElement("p");
      bar.className = "live-trouble";
      bar.setAttribute("role", "status");
      document.body.append(bar);
    }
    if (bar.dataset.words === words) return;
    bar.dataset.words = words;
    bar.textContent = `${words} `;
    if (link) bar.append(link);
  }

  function signIn() {
    const link = document.createElement("a");
    const home = document.querySelector("#site-name a, #nav-sidebar a")?.getAttribute("href");
    link.href = `${home ?? "/admin/"}login/?next=${encodeURIComponent(location.pathname)}`;
    link.textContent = "Sign in";
    return link;
  }

  let lastRenewal = new Date();

  function cannotRenew(event) {
    const status = event.detail.xhr?.status;
    if (status === 401) {
      trouble("You are signed out.", signIn());
      return;
    }
    if (status === 403) {
      trouble("You may not see this any more: what is shown stays as it was.");
      return;
    }
    const since = `${two(lastRenewal.getHours())}:${two(lastRenewal.getMinutes())}`;
    trouble(`Not updating since ${since}. Trying again.`);
  }

  let lastState = null;

  function announceState() {
    const part = document.querySelector("[data-state]");
    const words = part?.dataset.state;
    const place = document.querySelector("[data-announce]");
    if (place && lastState !== null && words !== lastState) place.textContent = words;
    lastState = words ?? null;
  }

  document.addEventListener("DOMContentLoaded", () => {
    reach(document);
    followSheet();
    followPaper();
    ownTime(document);
    nameZones();
    posters(document);
    announceState();
    document.body.addEventListener("htmx:afterSettle", (event) => {
      reach(event.target);
      ownTime(event.target);
      announceState();
    });
    document.body.addEventListener("htmx:afterOnLoad", (event) => {
      if (event.detail.xhr.status >= 400) return;
      lastRenewal = new Date();
      trouble("");
    });
    document.body.addEventListener("htmx:responseError", cannotRenew);
    document.body.addEventListener("htmx:sendError", cannotRenew);
  });
})();
