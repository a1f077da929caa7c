// Fetches the screen anew every minute. When it cannot, the figures stay and the screen says since when it has stood still.
(function () {
  "use strict";
  var EVERY = 60000;
  var stopped = document.getElementById("stopped");

  function say(why) {
    stopped.textContent = why + "，画面停在 " + document.getElementById("screen").getAttribute("data-at");
    stopped.hidden = false;
  }

  function again() {
    fetch(location.href, { credentials: "same-origin", cache: "no-store" })
      .then(function (answer) {
        if (answer.redirected || answer.status === 404) {
          return say("登录过期了，请在这台电脑上重新登录");
        }
        if (!answer.ok) {
          return say("系统出了故障");
        }
        return answer.text().then(function (text) {
          var fresh = new DOMParser().parseFromString(text, "text/html").getElementById("screen");
          if (!fresh) {
            return say("系统出了故障");
          }
          document.getElementById("screen").replaceWith(fresh);
          stopped.hidden = true;
        });
      })
      .catch(function () { say("连不上服务器"); });
  }

  setInterval(again, EVERY);
})();
