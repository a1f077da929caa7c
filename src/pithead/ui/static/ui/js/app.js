/* What the shell adds where scripts run. Nothing here is needed to use a page. */
(function () {
  "use strict";

  // Links that htmx follows fall back to plain navigation when the answer is not a page: sign-in expired, 404, no network.
  function followPlainly(event) {
    var info = event.detail.pathInfo || {};
    var asked = (event.detail.requestConfig || {}).verb;
    if (asked === "get") { window.location.assign(info.finalRequestPath || info.requestPath); }
  }
  document.addEventListener("htmx:responseError", followPlainly);
  document.addEventListener("htmx:sendError", followPlainly);

  // <form data-submit-on-change>: choosing is enough; the button stays for those without scripts.
  document.addEventListener("change", function (event) {
    var form = event.target.form;
    if (form && form.hasAttribute("data-submit-on-change")) { form.submit(); }
  });

  // <table data-pick-all>: the box in the head ticks the boxes below it.
  document.addEventListener("change", function (event) {
    if (!event.target.matches("[data-pick-all] thead input[type=checkbox]")) { return; }
    var boxes = event.target.closest("table").querySelectorAll("tbody input[type=checkbox]:not(:disabled)");
    for (var i = 0; i < boxes.length; i += 1) { boxes[i].checked = event.target.checked; }
  });

  // <input data-find>: "/" leads there from wherever nothing is being typed.
  document.addEventListener("keydown", function (event) {
    var box = document.querySelector("input[data-find]");
    var typing = event.target.closest && event.target.closest("input, textarea, select, [contenteditable], .sheet");
    if (!box || typing || event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) { return; }
    event.preventDefault();
    box.focus();
    box.select();
  });

  // <button data-print hidden>: shown only where it can work.
  function showPrintButtons() {
    var buttons = document.querySelectorAll("[data-print]");
    for (var i = 0; i < buttons.length; i += 1) { buttons[i].hidden = false; }
  }
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) { window.print(); }
  });
  document.addEventListener("htmx:afterSettle", showPrintButtons);
  showPrintButtons();
})();
