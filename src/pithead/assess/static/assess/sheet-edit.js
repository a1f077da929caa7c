/* Typing into the score sheet: a figure replaces what is there, F2 mends it, Enter saves and goes down, Esc gives up. */
(function () {
  "use strict";

  const sheet = window.scoreSheet;
  if (!sheet || !sheet.url) { return; }
  const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  let field = null, typing = false;

  // `mend`: with what is there, the caret moves; otherwise the first key replaces it and arrows go on to the next cell.
  sheet.edit = function (cell, mend) {
    if (cell.hasAttribute("data-panel")) { sheet.panel(cell, true); return; }
    field = document.createElement("input");
    field.className = "cell-field";
    field.setAttribute("inputmode", "decimal");
    field.setAttribute("autocomplete", "off");
    field.setAttribute("aria-label", sheet.name(cell) + " 得分");
    field.value = mend ? cell.getAttribute("data-value") : "";
    typing = !mend;
    sheet.editing = true;
    cell.classList.add("edited");
    cell.append(field);
    field.focus();
    field.select();
    field.addEventListener("keydown", keys);
    field.addEventListener("blur", function () { finish(true, true); });
  };

  function finish(keep, quiet) {
    if (!field) { return; }
    const gone = field, cell = gone.parentNode, text = gone.value.trim();
    field = null;  // removing it blurs it once more
    sheet.editing = false;
    cell.classList.remove("edited");
    gone.remove();
    if (!quiet) { cell.focus({ preventScroll: true }); }
    if (keep) { sheet.type(cell, text); }
  }

  sheet.type = function (cell, text) {
    if (text === cell.getAttribute("data-value") && !cell.hasAttribute("data-state")) { return; }
    sheet.write([{ unit: sheet.unit(cell), item: sheet.item(cell), figure: text }]);
  };

  function keys(event) {
    if (event.isComposing) { return; }
    const move = MOVES[event.key];
    event.stopPropagation();
    if (event.key === "Escape") {
      finish(false);
    } else if (event.key === "Enter") {
      finish(true);
      sheet.step(event.shiftKey ? -1 : 1, 0);
    } else if (event.key === "Tab") {
      finish(true);
      sheet.along(event.shiftKey ? -1 : 1);
    } else if (event.key === "F2") {
      typing = false;
    } else if (typing && move && !event.shiftKey) {
      finish(true);
      sheet.step(move[0], move[1]);
    } else {
      return;
    }
    event.preventDefault();
  }

  sheet.table.addEventListener("keydown", function (event) {
    const cell = sheet.active();
    if (!sheet.holdsFocus() || event.altKey) { return; }
    const command = event.ctrlKey || event.metaKey, key = event.key.toLowerCase();
    if (command && key === "z") {
      if (event.shiftKey) { sheet.redo(); } else { sheet.undo(); }
    } else if (command && key === "y") {
      sheet.redo();
    } else if (command) {
      return;
    } else if (event.key === "F2") {
      if (event.shiftKey) { sheet.panel(cell, true); } else { sheet.edit(cell, true); }
    } else if (event.key === "Delete" || event.key === "Backspace") {
      sheet.empty(sheet.selected());
    } else if (event.key.length === 1 && event.key !== " " || event.key === "Process") {
      sheet.edit(cell, false);
      return;  // the key itself goes into the field that has the focus now
    } else {
      return;
    }
    event.preventDefault();
  });

  // Full marks again: the office's own entries go.
  sheet.empty = function (cells) {
    sheet.write(cells.filter(function (cell) {
      return cell.getAttribute("data-own") !== "0";
    }).map(function (cell) { return { unit: sheet.unit(cell), item: sheet.item(cell), figure: "" }; }));
  };

  sheet.table.addEventListener("dblclick", function (event) {
    const cell = event.target.closest("tbody td");
    if (cell && sheet.byMouse() && !sheet.editing) { sheet.edit(cell, true); }
  });
})();
