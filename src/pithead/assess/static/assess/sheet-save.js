/* Saving the score sheet: one request after the other, the state of every cell to be seen, undo and redo. */
(function () {
  "use strict";

  const sheet = window.scoreSheet;
  if (!sheet || !sheet.url) { return; }
  const status = document.querySelector("[data-status]");
  const STATES = ["full", "cut", "na", "add", "veto", "none", "linked", "bare"];
  const queue = [], undone = [], done = [];
  let sending = false, timer = 0, wait = 0, savedAt = "";
  sheet.saved = [];   // told after every answer
  sheet.open = new Set();  // writings that wait for a decision: refused figures, conflicts

  // ── writing: {unit, item, figure?, reason?, evidence?, found_on?, row?} each; what is left out stays ──
  sheet.write = function (cells, more) {
    if (!cells.length) { return null; }
    const writing = Object.assign({ cells: cells, history: "" }, more);
    sheet.trouble.replace(writing);
    queue.push(writing);
    mark(writing, "saving");
    tell();
    next();
    return writing;
  };
  sheet.again = function (writing) {
    queue.push(writing);
    mark(writing, "saving");
    tell();
    next();
  };
  sheet.retry = function () { wait = 0; next(); };
  sheet.busy = function () { return queue.length > 0; };
  sheet.unsaved = function () { return queue.length + sheet.open.size; };

  async function next() {
    window.clearTimeout(timer);
    if (sending || !queue.length) { return; }
    const writing = queue[0];
    sending = true;
    const answer = await send(writing.cells);
    sending = false;
    if (answer.later) { return later(writing, answer.message); }
    wait = 0;
    queue.shift();
    sheet.trouble.offline("");
    take(writing, answer);
    tell();
    sheet.saved.slice().forEach(function (told) { told(writing, answer); });
    return next();
  }

  async function send(cells) {
    const body = JSON.stringify({ cells: cells.map(function (cell) {
      return Object.assign({ seen: sheet.find(cell.unit, cell.item).getAttribute("data-seen") }, cell);
    }) });
    const headers = { "Content-Type": "application/json", "X-CSRFToken": sheet.table.getAttribute("data-token") };
    try {
      const answer = await fetch(sheet.url, { method: "POST", headers: headers, body: body, credentials: "same-origin", redirect: "manual" });
      if (answer.type === "opaqueredirect") { return { later: true, message: "登录已过期，请另开一个窗口登录，再按“现在重试”" }; }
      if (answer.status >= 500) { return { later: true, message: "服务器出错" }; }
      if ((answer.headers.get("Content-Type") || "").indexOf("json") < 0) {
        return { status: answer.status, reasons: [{ message: "没有权限，或这张表已经不在，请刷新页面（" + answer.status + "）" }] };
      }
      return Object.assign({ status: answer.status }, await answer.json());
    } catch (error) {
      return { later: true, message: "连不上服务器" };
    }
  }

  // Nothing typed is lost: it is tried again, at ever longer intervals.
  function later(writing, message) {
    wait = Math.min(wait ? wait * 2 : 2000, 30000);
    mark(writing, "failed", message);
    sheet.trouble.offline(message, wait / 1000);
    tell();
    timer = window.setTimeout(next, wait);
  }

  function take(writing, answer) {
    if (answer.status === 200) {
      writing.before = answer.before;
      savedAt = answer.saved_at;
      mark(writing, "");
      sheet.show(answer, true);
      remember(writing);
    } else if (answer.status === 409) {
      sheet.trouble.conflict(writing, answer);
    } else {
      sheet.trouble.refused(writing, answer);
    }
  }

  // ── what the server says of cells, means and missing reasons ──
  sheet.show = function (answer, fresh) {
    (answer.cells || []).forEach(function (now) {
      const cell = sheet.find(now.unit, now.item);
      if (!cell) { return; }
      sheet.draw(cell, now);
      if (fresh) { flash(cell); }
    });
    Object.keys(answer.means || {}).forEach(function (item) {
      const mean = sheet.table.querySelector('[data-mean="' + item + '"]');
      if (mean) { mean.textContent = answer.means[item]; }
    });
    if (answer.bare) { bare(answer.bare); }
    if ("entries" in answer) { document.querySelector("[data-entries]").textContent = answer.entries; }
  };
  sheet.draw = function (cell, now) {
    STATES.forEach(function (state) { cell.classList.remove(state); });
    cell.classList.add(now.state);
    cell.classList.toggle("bare", now.bare);
    cell.setAttribute("data-seen", now.seen);
    cell.setAttribute("data-value", now.value);
    cell.setAttribute("data-own", now.own);
    cell.toggleAttribute("data-panel", !now.typed);
    cell.setAttribute("aria-readonly", String(!now.typed));
    const link = cell.querySelector("a");
    link.textContent = now.text;
    if (now.bare) { link.insertAdjacentHTML("beforeend", '<span class="visually-hidden">，没写原因</span>'); }
    cell.drawn = now;
  };
  function bare(cells) {
    const notice = document.querySelector("[data-bare]"), links = notice.querySelector("[data-links]");
    notice.hidden = !cells.length;
    notice.querySelector("[data-count]").textContent = cells.length;
    links.textContent = "";
    cells.forEach(function (one, number) {
      const link = document.createElement("a");
      link.href = "?" + new URLSearchParams({ unit: one.unit, item: one.item }) + "#panel";
      link.setAttribute("data-unit", one.unit);
      link.setAttribute("data-item", one.item);
      link.textContent = one.where;
      links.append(number ? "、" : "", link);
    });
  }

  // ── the state of every cell, and of all ──
  function mark(writing, state, why) {
    writing.cells.forEach(function (one) {
      const cell = sheet.find(one.unit, one.item);
      if (!cell) { return; }
      if (state === "saving" && one.figure !== undefined && one.figure !== null) { preview(cell, one.figure); }
      sheet.state(cell, state, why);
    });
  }
  sheet.state = function (cell, state, why) {
    if (state) { cell.setAttribute("data-state", state); } else { cell.removeAttribute("data-state"); }
    cell.title = state === "saving" ? "正在保存" : state === "failed" ? "没保存上：" + why : "";
  };
  sheet.mark = mark;
  function preview(cell, figure) {
    const full = cell.drawn || original(cell);
    cell.drawn = full;
    cell.querySelector("a").textContent = figure === "" ? "…" : figure;
  }
  // How a cell looked before anything was typed into it: what giving up goes back to.
  function original(cell) {
    return {
      state: STATES.find(function (state) { return cell.classList.contains(state); }),
      bare: cell.classList.contains("bare"),
      seen: cell.getAttribute("data-seen"),
      value: cell.getAttribute("data-value"),
      own: cell.getAttribute("data-own"),
      typed: !cell.hasAttribute("data-panel"),
      text: cell.querySelector("a").firstChild.textContent,
    };
  }
  sheet.restore = function (cell) {
    if (cell.drawn) { sheet.draw(cell, cell.drawn); }
    sheet.state(cell, "");
  };
  function flash(cell) {
    sheet.state(cell, "saved");
    window.setTimeout(function () { if (cell.getAttribute("data-state") === "saved") { sheet.state(cell, ""); } }, 2500);
  }
  function waiting() {
    const cells = new Set();
    sheet.open.forEach(function (writing) {
      writing.cells.forEach(function (one) { cells.add(one.unit + "\n" + one.item); });
    });
    return cells.size;
  }
  function tell() {
    const cells = queue.reduce(function (sum, writing) { return sum + writing.cells.length; }, 0);
    if (wait && cells) { status.textContent = cells + " 格没保存上"; }
    else if (cells) { status.textContent = "正在保存 " + cells + " 格"; }
    else if (sheet.open.size) { status.textContent = waiting() + " 格没保存，见下面"; }
    else { status.textContent = savedAt ? "全部已保存 " + savedAt : "自动保存"; }
  }
  sheet.tell = tell;

  // ── undo and redo: what was there before goes the same way ──
  function remember(writing) {
    if (writing.history === "undo") { undone.push(writing); return; }
    done.push(writing);
    if (writing.history !== "redo") { undone.length = 0; }
  }
  function backwards(writing) {
    return writing.before.map(function (was, number) {
      const back = { unit: was.unit, item: was.item, reason: was.reason, evidence: was.evidence, found_on: was.found_on };
      const figure = writing.cells[number].figure;
      if (figure !== undefined && figure !== null) { back.figure = was.figure; }
      return back;
    });
  }
  function goBack(stack, history) {
    if (queue.length) { sheet.saved.push(function once() {
      if (queue.length) { return; }
      sheet.saved.splice(sheet.saved.indexOf(once), 1);
      goBack(stack, history);
    }); return; }
    const writing = stack.pop();
    if (!writing) { status.textContent = history === "undo" ? "没有可以撤销的" : "没有可以重做的"; return; }
    sheet.write(backwards(writing), { history: history });
  }
  sheet.undo = function () { goBack(done, "undo"); };
  sheet.redo = function () { goBack(undone, "redo"); };

  // ── nothing typed is left behind ──
  window.addEventListener("online", function () { if (queue.length) { sheet.retry(); } });
  window.addEventListener("beforeunload", function (event) {
    if (sheet.unsaved() || sheet.editing) { event.preventDefault(); event.returnValue = "还有没保存的分数"; }
  });
  // A form sent while something is on its way waits for it.
  document.addEventListener("submit", function (event) {
    if (!queue.length || wait || event.defaultPrevented || event.target.method !== "post") { return; }
    const form = event.target, button = event.submitter;
    event.preventDefault();
    sheet.saved.push(function once() {
      if (queue.length) { return; }
      sheet.saved.splice(sheet.saved.indexOf(once), 1);
      if (!sheet.open.size) { form.requestSubmit(button); }
    });
  });
})();
