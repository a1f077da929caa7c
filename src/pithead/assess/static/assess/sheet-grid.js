/* The score sheet as a grid: one active cell, a selected block, moving by keyboard and mouse. Without it every cell is a link. */
(function () {
  "use strict";

  const table = document.querySelector("[data-sheet]");
  if (!table) { return; }
  const body = table.tBodies[0];
  const sheet = window.scoreSheet = { table: table, url: table.getAttribute("data-url"), moved: [], editing: false };
  let anchor = null;  // the active cell
  let corner = null;  // the other end of the block
  let touched = false;
  let started = false;  // nobody has come to the sheet yet: no cell stands out

  // ── cells ──
  sheet.at = function (row, column) {
    const found = body.rows[row];
    return (found && column >= 0 && found.cells[column + 1]) || null;
  };
  sheet.place = function (cell) { return { row: cell.parentNode.sectionRowIndex, column: cell.cellIndex - 1 }; };
  sheet.columns = body.rows.length ? body.rows[0].cells.length - 1 : 0;
  sheet.unit = function (cell) { return cell.parentNode.getAttribute("data-unit"); };
  sheet.item = function (cell) { return cell.getAttribute("data-item"); };
  sheet.find = function (unit, item) {
    return sheet.cells().find(function (cell) { return sheet.unit(cell) === unit && sheet.item(cell) === item; }) || null;
  };
  sheet.cells = function () { return Array.from(body.querySelectorAll("td")); };
  sheet.name = function (cell) { return cell.parentNode.cells[0].textContent + " " + sheet.item(cell); };
  sheet.active = function () { return anchor; };
  // The selected block, row by row.
  sheet.block = function () {
    if (!anchor) { return []; }
    const a = sheet.place(anchor), b = sheet.place(corner), rows = [];
    for (let row = Math.min(a.row, b.row); row <= Math.max(a.row, b.row); row += 1) {
      const cells = [];
      for (let column = Math.min(a.column, b.column); column <= Math.max(a.column, b.column); column += 1) {
        cells.push(sheet.at(row, column));
      }
      rows.push(cells);
    }
    return rows;
  };
  sheet.selected = function () { return [].concat.apply([], sheet.block()); };
  sheet.holdsFocus = function () { return !sheet.editing && !!anchor && document.activeElement === anchor; };

  // ── moving ──
  sheet.select = function (cell, extend, quiet) {
    if (!cell) { return; }
    if (!extend || !anchor) { anchor = cell; }
    corner = cell;
    started = true;
    paint();
    if (!quiet) { anchor.focus({ preventScroll: true }); show(cell); }
    if (!extend) { sheet.moved.forEach(function (told) { told(anchor); }); }
  };
  sheet.step = function (rows, columns, extend) {
    const from = sheet.place(extend ? corner : anchor);
    sheet.select(sheet.at(clamp(from.row + rows, body.rows.length), clamp(from.column + columns, sheet.columns)), extend);
  };
  function clamp(number, count) { return Math.max(0, Math.min(number, count - 1)); }

  function paint() {
    const block = new Set(sheet.selected());
    sheet.cells().forEach(function (cell) {
      const chosen = block.has(cell);
      cell.classList.toggle("active", cell === anchor && started);
      cell.classList.toggle("chosen", chosen && block.size > 1);
      cell.setAttribute("aria-selected", String(chosen));
      cell.tabIndex = cell === anchor ? 0 : -1;
    });
  }

  // Past the heads that stick: the name of the unit to the left, the items above.
  function show(cell) {
    const region = table.parentNode, head = cell.parentNode.cells[0].offsetWidth, top = table.tHead.offsetHeight;
    const box = cell.getBoundingClientRect(), frame = region.getBoundingClientRect();
    if (box.left < frame.left + head) { region.scrollLeft -= frame.left + head - box.left; }
    if (box.right > frame.right) { region.scrollLeft += box.right - frame.right; }
    if (box.top < top) { window.scrollBy(0, box.top - top); }
    if (box.bottom > window.innerHeight) { window.scrollBy(0, box.bottom - window.innerHeight + 8); }
  }

  const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], PageUp: [-10, 0], PageDown: [10, 0] };
  const FAR = 1e6;

  table.addEventListener("keydown", function (event) {
    if (sheet.editing || !anchor || event.altKey || event.isComposing) { return; }
    const move = MOVES[event.key], far = event.ctrlKey || event.metaKey;
    if (move) {
      sheet.step(move[0] * (far ? FAR : 1), move[1] * (far ? FAR : 1), event.shiftKey);
    } else if (event.key === "Home" || event.key === "End") {
      const way = event.key === "Home" ? -FAR : FAR;
      sheet.step(far ? way : 0, way, event.shiftKey);
    } else if (event.key === "Enter") {
      sheet.step(event.shiftKey ? -1 : 1, 0);
    } else if (event.key === "Tab") {
      if (!along(event.shiftKey ? -1 : 1)) { return; }  // past the last cell one leaves the sheet
    } else if (far && event.key.toLowerCase() === "a") {
      sheet.select(sheet.at(0, 0));
      sheet.select(sheet.at(body.rows.length - 1, sheet.columns - 1), true);
    } else {
      return;
    }
    event.preventDefault();
  });

  // Right, and at the end of a row to the next.
  function along(way) {
    const from = sheet.place(anchor), number = from.row * sheet.columns + from.column + way;
    const next = number >= 0 ? sheet.at(Math.floor(number / sheet.columns), number % sheet.columns) : null;
    if (next) { sheet.select(next); }
    return !!next;
  }
  sheet.along = along;

  // ── mouse; a finger follows the link of the cell, as everywhere ──
  sheet.byMouse = function () { return !touched && window.matchMedia("(min-width: 60rem)").matches; };
  table.addEventListener("pointerdown", function (event) { touched = event.pointerType === "touch"; });
  table.addEventListener("mousedown", function (event) {
    const cell = event.target.closest("tbody td");
    if (!cell || event.button || event.ctrlKey || event.metaKey || !sheet.byMouse() || event.target.tagName === "INPUT") { return; }
    event.preventDefault();
    if (document.activeElement && document.activeElement.tagName === "INPUT") { document.activeElement.blur(); }
    sheet.select(cell, event.shiftKey);
  });
  table.addEventListener("mouseover", function (event) {
    const cell = event.target.closest("tbody td");
    if (cell && event.buttons === 1 && anchor && sheet.byMouse() && !sheet.editing) { sheet.select(cell, true, true); }
  });
  table.addEventListener("dragstart", function (event) { event.preventDefault(); });

  // ── for those who hear the page ──
  table.setAttribute("role", "grid");
  table.setAttribute("aria-multiselectable", "true");
  table.setAttribute("aria-describedby", "sheet-help");
  table.parentNode.removeAttribute("tabindex");
  table.classList.add("live");
  sheet.cells().forEach(function (cell) {
    cell.querySelector("a").tabIndex = -1;
    if (!sheet.url || cell.hasAttribute("data-panel")) { cell.setAttribute("aria-readonly", "true"); }
  });
  if (sheet.url) { document.querySelectorAll("[data-live]").forEach(function (words) { words.hidden = false; }); }
  started = body.querySelector("td.active") !== null;
  anchor = corner = body.querySelector("td.active") || sheet.at(0, 0);
  table.addEventListener("focusin", function () {
    if (!started) { started = true; paint(); }
  });
  if (anchor) { paint(); }
})();
