// Keeps a page of figures fresh while somebody looks, and opens and shuts its menus.
// What comes is worked into what is there, so that focus, open parts and charts stay.
(() => {
  "use strict";

  // Seconds, where a page does not say otherwise: by data-every, and by data-soon while something
  // is being worked out.
  const EVERY = 60;
  const SOON = 5;
  // What the reader or a script has changed since.
  const OWN = new Set(["open", "style", "width", "height"]);

  function sameKind(old, fresh) {
    return old.nodeType === fresh.nodeType && old.nodeName === fresh.nodeName && old.id === fresh.id;
  }

  function workInto(old, fresh) {
    if (old.isEqualNode(fresh)) return;
    if (!sameKind(old, fresh)) {
      old.replaceWith(fresh);
      return;
    }
    if (old.nodeType !== Node.ELEMENT_NODE) {
      old.data = fresh.data;
      return;
    }
    if ("keep" in old.dataset) return;
    for (const { name, value } of fresh.attributes) {
      if (!OWN.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    for (const { name } of [...old.attributes]) {
      if (!OWN.has(name) && !fresh.hasAttribute(name)) old.removeAttribute(name);
    }
    workIntoAll(old, fresh);
  }

  function workIntoAll(old, fresh) {
    const [olds, freshes] = [[...old.childNodes], [...fresh.childNodes]];
    freshes.forEach((node, index) => {
      if (index < olds.length) workInto(olds[index], node);
      else old.append(node);
    });
    olds.slice(freshes.length).forEach((node) => node.remove());
  }

  htmx.defineExtension("renew", {
    isInlineSwap: (style) => style === "renew",
    handleSwap(style, target, fragment) {
      if (style !== "renew") return false;
      workIntoAll(target, fragment);
      return [target];
    },
  });

  function keepFresh(home) {
    let last = Date.now();
    let paused = false;
    const renew = () => {
      last = Date.now();
      return htmx.ajax("GET", home.dataset.live, { source: home, target: home, swap: "renew" });
    };
    const seconds = () => {
      const soon = home.querySelector("[data-soon]");
      return Number(soon ? soon.dataset.soon || SOON : home.dataset.every || EVERY);
    };
    const renewIfDue = () => {
      const isDue = Date.now() - last >= 1000 * seconds();
      if (isDue && !paused && document.visibilityState === "visible") renew().catch(() => {});
    };
    setInterval(renewIfDue, 1000);
    document.addEventListener("visibilitychange", renewIfDue);
    home.querySelectorAll("[data-pause]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => {
        paused = !paused;
        button.setAttribute("aria-pressed", String(paused));
        renewIfDue();
      });
    });
    home.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-stay]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      show(home, new URL(link.href));
      renew().catch(() => {});
    });
  }

  // Another chart of the same view is no other page: the address and the link to copy follow.
  function show(home, address) {
    history.replaceState(null, "", address.pathname + address.search);
    home.dataset.live = home.dataset.live.replace(/\?.*$/, "") + address.search;
    const copier = document.querySelector("[data-copy]");
    const copied = new URL(copier.dataset.copy);
    const chart = address.searchParams.get("chart");
    if (chart) copied.searchParams.set("chart", chart);
    else copied.searchParams.delete("chart");
    copier.dataset.copy = copied.href;
  }

  async function copy(button) {
    const words = button.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.copied;
    } catch {
      // Without HTTPS a page may not write to the clipboard; the reader may.
      window.prompt("Copy this link", button.dataset.copy);
    }
    setTimeout(() => (button.textContent = words), 2000);
  }

  function shutMenus(but) {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(but)) menu.open = false;
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    const home = document.querySelector("[data-live]");
    if (home) keepFresh(home);
    document.addEventListener("click", (event) => {
      shutMenus(event.target);
      const button = event.target.closest?.("[data-copy]");
      if (button) copy(button);
    });
    document.addEventListener("focusin", (event) => shutMenus(event.target));
    document.addEventListener("keydown", (event) => {
      const menu = event.target.closest?.("details.menu[open]");
      if (event.key !== "Escape" || !menu) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    document.addEventListener("change", (event) => {
      if (event.target.matches("select[data-go]")) location.assign(event.target.value);
    });
  });
})();
