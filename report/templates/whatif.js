(function () {
  "use strict";
  var root = document.getElementById("KEY");
  var data = JSON.parse(root.querySelector("script[type='application/json']").textContent);
  var form = root.querySelector("form");
  var inputs = Array.prototype.slice.call(form.querySelectorAll("input, select"));
  var told = root.querySelector(".told"), list = root.querySelector("dl");
  function distance(point, wanted) {
    return point.reduce(function (sum, at, i) {
      var span = Math.max(data.settings[i].values.length - 1, 1);
      return sum + Math.pow((at - wanted[i]) / span, 2);
    }, 0);
  }
  function show() {
    var wanted = inputs.map(function (input) { return Number(input.value); });
    inputs.forEach(function (input, i) {
      var words = data.settings[i].values[wanted[i]];
      var output = form.querySelector("output[for='" + input.id + "']");
      if (output) { output.textContent = words; input.setAttribute("aria-valuetext", words); }
    });
    var best = data.members.reduce(function (a, b) { return distance(b.at, wanted) < distance(a.at, wanted) ? b : a; });
    var exact = distance(best.at, wanted) === 0;
    var where = best.at.map(function (at, i) { return data.settings[i].title + " " + data.settings[i].values[at]; });
    told.textContent = (exact ? "Simulated: " : "Not simulated; the nearest run is shown: ") + where.join(", ") + " (run " + best.name + ").";
    list.replaceChildren.apply(list, best.results.map(function (words, i) {
      var group = document.createElement("div"), dt = document.createElement("dt"), dd = document.createElement("dd");
      dt.textContent = data.measures[i];
      dd.textContent = words;
      group.append(dt, dd);
      return group;
    }));
  }
  form.addEventListener("input", show);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.hidden = false;
  root.querySelector("details").open = false;
  show();
})();
