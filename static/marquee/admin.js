// The reader's own time, white paper, posters, and words when a live part cannot renew itself.
// Nothing inline, so that the content policy holds.
(() => {
  "use strict";

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
    followPaper();
    ownTime(document);
    nameZones();
    posters(document);
    announceState();
    document.body.addEventListener("htmx:afterSettle", (event) => {
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
