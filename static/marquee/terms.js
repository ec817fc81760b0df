// Two to five ticked terms can be compared; anything else says why not. Ticks outlive a table
// that renews itself.
(() => {
  "use strict";

  const LEAST = 2;
  const MOST = 5;
  let ticked = new Set();

  function words(count) {
    if (count === 0) return `Tick ${LEAST} to ${MOST} terms to compare them in one chart.`;
    if (count < LEAST) return "1 term ticked: tick one more to compare.";
    if (count > MOST) return `${count} terms ticked: a chart has room for ${MOST}.`;
    return `${count} terms ticked.`;
  }

  function show(form) {
    const bar = form.querySelector("[data-picked]");
    const count = form.querySelectorAll("input[name=term]:checked").length;
    const said = words(count);
    const place = bar.querySelector("[data-picked-words]");
    if (place.textContent !== said) place.textContent = said;
    bar.querySelector("button").hidden = count < LEAST || count > MOST;
    bar.classList.toggle("has-ticks", count > 0);
  }

  function follow(form) {
    if (!form || form.dataset.followed) return;
    form.dataset.followed = "yes";
    const boxes = [...form.querySelectorAll("input[name=term]")];
    boxes.forEach((box) => (box.checked ||= ticked.has(box.value)));
    form.addEventListener("change", () => {
      ticked = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
      show(form);
    });
    show(form);
  }

  const find = () => follow(document.querySelector("form[data-pick]"));

  document.addEventListener("DOMContentLoaded", () => {
    find();
    document.body.addEventListener("htmx:afterSettle", find);
  });
  // The way back finds the boxes as they were left.
  window.addEventListener("pageshow", () => {
    const form = document.querySelector("form[data-pick]");
    if (form) show(form);
  });
})();
