// The System page says how old its answers are. Older than a minute, nothing is called fine.
(() => {
  "use strict";

  const KNOWN_FOR = 60;

  document.addEventListener("DOMContentLoaded", () => {
    const page = document.querySelector(".system");
    let heardAt = performance.now();

    function show() {
      const part = page.querySelector("[data-age]");
      const age = Math.round(Number(part.dataset.age) + (performance.now() - heardAt) / 1000);
      const ago = age < 60 ? `${age} s` : `${Math.floor(age / 60)} min`;
      part.textContent = `Checked ${ago} ago.`;
      page.classList.toggle("is-old", age > KNOWN_FOR);
    }

    document.body.addEventListener("htmx:afterSwap", (event) => {
      if (event.target !== page) return;
      heardAt = performance.now();
      show();
    });
    setInterval(show, 1000);
    show();
  });
})();
