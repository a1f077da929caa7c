/* Copying a block of the score sheet, and pasting one from a spreadsheet. */
(function () {
  "use strict";

  const sheet = window.scoreSheet;
  if (!sheet) { return; }
  const BLANKS = ["", "·", "—", "-", "/"];  // they leave a cell as it is
  const MOST = 1000;

  function copy(event) {
    if (!sheet.holdsFocus()) { return false; }
    const lines = sheet.block().map(function (cells) {
      return cells.map(function (cell) { return cell.getAttribute("data-value"); }).join("\t");
    });
    event.clipboardData.setData("text/plain", lines.join("\n"));
    event.preventDefault();
    return true;
  }
  document.addEventListener("copy", copy);
  document.addEventListener("cut", function (event) {
    if (copy(event) && sheet.url) { sheet.empty(sheet.selected()); }
  });

  document.addEventListener("paste", function (event) {
    if (!sheet.url || !sheet.holdsFocus()) { return; }
    event.preventDefault();
    paste(parse(event.clipboardData.getData("text/plain")));
  });

  // Tabs and lines; a cell with a line break inside comes in quotes.
  function parse(text) {
    const rows = [[]];
    text.replace(/\r\n?/g, "\n").replace(/\n$/, "").replace(/(^|[\t\n])(?:"((?:[^"]|"")*)"|([^\t\n]*))/g, function (all, before, quoted, bare) {
      if (before === "\n") { rows.push([]); }
      rows[rows.length - 1].push((quoted === undefined ? bare : quoted.replace(/""/g, '"')).trim());
      return "";
    });
    return rows;
  }

  function paste(rows) {
    const block = sheet.block(), from = sheet.place(block[0][0]), written = [];
    const single = rows.length === 1 && rows[0].length === 1;
    let outside = 0, wide = 0;
    function put(cell, text, row) {
      if (BLANKS.indexOf(text) >= 0) { return; }
      if (!cell) { outside += 1; return; }
      if (text === cell.getAttribute("data-value") && !cell.hasAttribute("data-state")) { return; }
      written.push({ unit: sheet.unit(cell), item: sheet.item(cell), figure: text, row: row });
    }
    if (single) {
      sheet.selected().forEach(function (cell) { put(cell, rows[0][0], 0); });
    } else {
      rows.forEach(function (texts, down) {
        wide = Math.max(wide, texts.length);
        texts.forEach(function (text, right) { put(sheet.at(from.row + down, from.column + right), text, down + 1); });
      });
      const last = sheet.at(Math.min(from.row + rows.length, sheet.table.tBodies[0].rows.length) - 1, Math.min(from.column + wide, sheet.columns) - 1);
      sheet.select(block[0][0]);
      sheet.select(last, true);
    }
    if (written.length <= MOST) { sheet.write(written); }
    if (outside || written.length > MOST) {
      sheet.trouble.say(written.length > MOST ? "一次最多粘贴 " + MOST + " 格，请分几次" : "粘贴的内容有 " + outside + " 格超出了表，没有贴；请看左上角是不是选对了");
    }
  }
})();
