/* The score sheet where scripts run: arrow keys move between cells, a step of the rubric fills the points. */
(function () {
  "use strict";

  var MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

  document.addEventListener("keydown", function (event) {
    var move = MOVES[event.key];
    var cell = event.target.closest && event.target.closest("[data-sheet] tbody td");
    if (!move || !cell) { return; }
    var rows = cell.parentNode.parentNode.rows;
    var row = rows[cell.parentNode.rowIndex - 1 + move[0]];
    var next = row && row.cells[cell.cellIndex + move[1]];
    var link = next && next.querySelector("a");
    if (link) { event.preventDefault(); link.focus(); }
  });

  var steps = document.querySelectorAll("[data-steps]");
  for (var i = 0; i < steps.length; i += 1) { steps[i].hidden = false; }
  document.addEventListener("click", function (event) {
    var step = event.target.closest("[data-fill]");
    if (step) { step.form.elements.points.value = step.getAttribute("data-fill"); }
  });
})();
