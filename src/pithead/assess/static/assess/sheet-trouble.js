/* What the score sheet could not save, in words above it: no network, refused figures, somebody else was there first. */
(function () {
  "use strict";

  const sheet = window.scoreSheet;
  if (!sheet || !sheet.url) { return; }
  const box = document.querySelector("[data-trouble]");
  let offline = null, said = null, block = null;  // one notice of each kind at a time

  function element(tag, kind, words) {
    const made = document.createElement(tag);
    if (kind) { made.className = kind; }
    if (words) { made.textContent = words; }
    return made;
  }
  function button(words, action) {
    const made = element("button", "btn small", words);
    made.type = "button";
    made.addEventListener("click", action);
    return made;
  }
  function put(notice) { box.append(notice); box.hidden = false; }
  function drop(notice) {
    if (notice) { notice.remove(); }
    box.hidden = !box.children.length;
  }
  function close(writing) {
    sheet.open.delete(writing);
    drop(writing.notice);
    writing.notice = null;
    sheet.tell();
  }
  function cellsOf(writing) {
    return writing.cells.map(function (one) { return sheet.find(one.unit, one.item); });
  }
  function jump(one) {
    const cell = sheet.find(one.unit, one.item);
    const link = element("button", "btn small quiet", "看这一格");
    link.type = "button";
    link.addEventListener("click", function () { sheet.select(cell); });
    return link;
  }

  function same(one, other) { return one.unit === other.unit && one.item === other.item; }
  function dropBlock() {
    if (!block) { return; }
    const waiting = [];  // figures typed since, refused and still there to be mended
    sheet.open.forEach(function (writing) { waiting.push.apply(waiting, cellsOf(writing)); });
    cellsOf(block).forEach(function (cell) {
      const failed = cell && cell.getAttribute("data-state") === "failed";
      if (failed && waiting.indexOf(cell) < 0) { sheet.restore(cell); }
    });
    drop(block.notice);
    block = null;
  }

  sheet.trouble = {
    // A new attempt takes the place of what was said of the one before: of each cell, and of the block pasted last.
    replace: function (writing) {
      drop(said);
      said = null;
      if (writing.cells.length > 1) { dropBlock(); }
      sheet.open.forEach(function (other) {
        const covered = other !== writing && other.cells.every(function (one) {
          return writing.cells.some(function (cell) { return same(one, cell); });
        });
        if (covered) { close(other); }
      });
    },

    offline: function (message, seconds) {
      drop(offline);
      offline = null;
      if (!message) { return; }
      offline = element("p", "notice accent");
      offline.append(element("span", "", "没保存上：" + message + "。" + seconds + " 秒后再试，请先不要关闭页面。"), button("现在重试", sheet.retry));
      put(offline);
    },

    say: function (message) {
      const notice = element("p", "notice warn");
      notice.append(element("span", "", message), button("知道了", function () { drop(notice); }));
      drop(said);
      said = notice;
      put(notice);
    },

    // One typed figure stays in its cell to be mended; of a block nothing stays.
    refused: function (writing, answer) {
      const alone = writing.cells.length === 1;
      if (!alone) { cellsOf(writing).forEach(sheet.restore); }
      sheet.show(alone ? {} : answer);
      const notice = element("div", "refusal"), list = element("ol", "");
      notice.append(element("b", "", alone ? "没保存上" : "整块没有保存，一格也没有改："));
      answer.reasons.forEach(function (reason) {
        const line = element("li", ""), cell = reason.unit && sheet.find(reason.unit, reason.item);
        line.append((reason.where ? reason.where + "：" : "") + reason.message);
        if (cell) { sheet.state(cell, "failed", reason.message); line.append(" ", jump(reason)); }
        list.append(line);
      });
      if (alone && !answer.reasons[0].unit) { sheet.state(cellsOf(writing)[0], "failed", answer.reasons[0].message); }
      const row = element("div", "row");
      row.append(button(alone ? "放弃这一格" : "知道了", function () {
        if (!alone) { dropBlock(); return; }
        cellsOf(writing).forEach(sheet.restore);
        close(writing);
      }));
      notice.append(list, row);
      writing.notice = notice;
      if (alone) { sheet.open.add(writing); } else { block = writing; }
      put(notice);
    },

    // 用我的 writes it over what is there now, knowingly; 用他的 leaves it.
    conflict: function (writing, answer) {
      const notice = element("div", "refusal"), list = element("ol", ""), left = new Set();
      notice.append(element("b", "", "别人刚改过，还没有保存："));
      sheet.mark(writing, "failed", "同一块里有别人刚改过的格");
      const now = new Map(answer.cells.map(function (cell) { return [cell.unit + "\n" + cell.item, cell]; }));
      function settle(one, line, mine) {
        const cell = sheet.find(one.unit, one.item);
        line.remove();
        left.delete(one);
        sheet.draw(cell, now.get(one.unit + "\n" + one.item));
        sheet.state(cell, "");
        if (!mine) {
          writing.cells = writing.cells.filter(function (cell) { return cell.unit !== one.unit || cell.item !== one.item; });
        }
        if (!left.size) {
          close(writing);
          if (writing.cells.length) { sheet.again(writing); }
        }
      }
      answer.conflicts.forEach(function (one) {
        const line = element("li", "row");
        left.add(one);
        sheet.state(sheet.find(one.unit, one.item), "failed", one.message);
        line.append(
          element("span", "", one.where + "：" + one.message),
          button("用我的", function () { settle(one, line, true); }),
          button("用他的", function () { settle(one, line, false); })
        );
        list.append(line);
      });
      notice.append(list);
      writing.notice = notice;
      sheet.open.add(writing);
      put(notice);
    },
  };
})();
