/* The panel beside the score sheet follows the active cell; a reason can be written for several cells at once. */
(function () {
  "use strict";

  // A step of the rubric fills the points; this works on a sheet that only shows, too.
  function showSteps() {
    document.querySelectorAll("[data-steps]").forEach(function (steps) { steps.hidden = false; });
  }
  document.addEventListener("click", function (event) {
    const step = event.target.closest("[data-fill]");
    if (step) { step.form.elements.points.value = step.getAttribute("data-fill"); }
  });
  showSteps();

  const sheet = window.scoreSheet;
  if (!sheet) { return; }
  let shown = null, timer = 0, filled = false, asked = 0;

  sheet.panel = async function (cell, enter) {
    const address = cell.querySelector("a").href.split("#")[0], turn = asked += 1;
    if (filled && !enter) { return; }  // what was typed there is not thrown away
    window.clearTimeout(timer);
    if (!window.matchMedia("(min-width: 60rem)").matches) { window.location.assign(address + "#panel"); return; }
    try {
      const answer = await fetch(address, { headers: { "X-Part": "panel" }, credentials: "same-origin" });
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("panel");
      if (turn !== asked || (filled && !enter)) { return; }
      if (!found) { window.location.assign(address + "#panel"); return; }
      document.getElementById("panel").replaceWith(found);
    } catch (error) {
      return;  // saving says when there is no network
    }
    shown = cell;
    filled = false;
    window.history.replaceState(null, "", address);
    showSteps();
    const first = document.querySelector("#panel .form [name=points], #panel .form [name=reason]");
    if (enter && first) { first.focus(); }
  };

  document.addEventListener("input", function (event) { if (event.target.closest("#panel")) { filled = true; } });
  document.addEventListener("submit", function (event) { if (event.target.closest("#panel")) { filled = false; } });

  function follow(cell, after) {
    window.clearTimeout(timer);
    if (!sheet.byMouse()) { return; }
    timer = window.setTimeout(function () { sheet.panel(cell); }, after);
  }
  sheet.moved.push(function (cell) { if (cell !== shown) { follow(cell, 250); } });
  sheet.table.addEventListener("click", function (event) {
    const cell = event.target.closest("tbody td");
    if (!cell || event.button || event.ctrlKey || event.metaKey || event.shiftKey || !sheet.byMouse()) { return; }
    event.preventDefault();
    if (event.target.tagName !== "INPUT" && sheet.selected().length === 1) { follow(cell, 0); }
  });
  if (!sheet.url) { return; }

  sheet.saved.push(function (writing) {
    const active = sheet.active();
    if (active && writing.cells.some(function (one) { return sheet.find(one.unit, one.item) === active; })) { follow(active, 50); }
  });

  // ── reasons ──
  const bar = document.querySelector("[data-reason]"), words = bar.elements.reason;
  bar.hidden = false;
  bar.addEventListener("submit", function (event) {
    event.preventDefault();
    const cells = sheet.selected().filter(function (cell) { return cell.getAttribute("data-own") === "1"; });
    if (!words.value.trim()) { words.focus(); return; }
    if (!cells.length) { sheet.trouble.say("选中的格没有记扣分、加分，或者有几条记录，不能在这里写原因"); return; }
    sheet.write(cells.map(function (cell) {
      return { unit: sheet.unit(cell), item: sheet.item(cell), reason: words.value.trim() };
    }));
    words.value = "";
    sheet.select(sheet.active(), false);
  });
  document.querySelector("[data-bare]").addEventListener("click", function (event) {
    const link = event.target.closest("a");
    const cell = link && sheet.find(link.getAttribute("data-unit"), link.getAttribute("data-item"));
    if (!cell || !sheet.byMouse()) { return; }
    event.preventDefault();
    sheet.select(cell);
    if (cell.getAttribute("data-own") === "1") { words.focus(); } else { sheet.panel(cell, true); }
  });
})();
