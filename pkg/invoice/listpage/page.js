(function () {
  "use strict";
  function say(button, text) {
    var was = button.textContent;
    button.textContent = text;
    setTimeout(function () { button.textContent = was; }, 1500);
  }
  function byHand(text) {
    var box = document.createElement("textarea");
    box.value = text;
    box.setAttribute("readonly", "");
    box.className = "away";
    document.body.appendChild(box);
    box.select();
    var done = document.execCommand("copy");
    document.body.removeChild(box);
    return done;
  }
  function copy(button) {
    var text = document.getElementById(button.getAttribute("data-of")).textContent;
    var done = function () { say(button, button.getAttribute("data-done")); };
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(text).then(done, function () { if (byHand(text)) { done(); } });
    } else if (byHand(text)) {
      done();
    }
  }
  document.querySelectorAll("button[data-of]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { copy(button); });
  });
  var print = document.getElementById("print");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", function () { window.print(); });
  }
})();
