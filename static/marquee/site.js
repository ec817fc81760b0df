// While a search runs, ask every two seconds what is new; nobody asks for a page nobody sees.
(() => {
  "use strict";

  const stale = document.getElementById("stale");
  let heardAt = new Date();

  const ask = () => {
    const state = document.querySelector("#state[hx-get]");
    if (state && !document.hidden) {
      state.dispatchEvent(new Event("tick"));
    }
  };

  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) {
      heardAt = new Date();
      stale.hidden = true;
    } else if (stale.hidden) {
      // Once, not at every failed try: each change is read aloud.
      const time = heardAt.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
      stale.textContent = `Not updating since ${time}. Trying again.`;
      stale.hidden = false;
    }
  });
  document.addEventListener("visibilitychange", ask);
  setInterval(ask, 2000);
})();
