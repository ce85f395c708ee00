// What every widget's browser half shares. Python joins this file with the widget's own, so nothing is exported here.

/** An element with attributes and children: make("p", {class: "bp-caption"}, "Hello"). */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, value);
  }
  // Jupyter takes arrow keys from whatever has the focus, before the card hears of them, unless that element says no
  if (tag === "button" || tag === "input") element.dataset.lmSuppressShortcuts = "true";
  element.append(...children);
  return element;
}

/** The white card: title, picture, caption that is read aloud, controls. */
function makeCard(model, el) {
  const figure = make("div", { class: "bp-figure", role: "img", "aria-label": model.get("alt") });
  const caption = make("p", { class: "bp-caption", "aria-live": "polite" });
  const controls = make("div", { class: "bp-controls" });
  const root = make("section", { class: "bp-card", role: "group", "aria-label": model.get("title") },
    make("p", { class: "bp-title" }, model.get("title")), figure, caption, controls);
  // where Jupyter listens further out than the card, its shortcuts would take the arrow keys away
  root.addEventListener("keydown", (event) => event.stopPropagation());
  figure.innerHTML = model.get("picture");
  figure.hidden = !model.get("picture"); // a quiz has no picture of its own, a player brings frames
  el.append(root);
  return { root, figure, caption, controls };
}

/** A slider with its label and, beside it, its value in words. */
function makeSlider({ label, min = 0, max, step = 1, value, onchange }) {
  const shown = make("output", { class: "bp-output" });
  const range = make("input", { type: "range", min, max, step, "aria-label": label });
  range.value = value;
  range.addEventListener("input", () => onchange(Number(range.value)));
  const say = (text) => { shown.textContent = text; range.setAttribute("aria-valuetext", text); };
  return { range, say, row: make("label", { class: "bp-slider" }, make("span", {}, label), range, shown) };
}

/** A frame, put together from the pieces that frames share. */
function frameOf(model, k) {
  return model.get("frames")[k].map((piece) => model.get("pieces")[piece]).join("");
}

/** Draw now, and again whenever one of these changes. */
function listen(model, names, draw) {
  names.forEach((name) => model.on(name, draw));
  draw();
}

/** A number as in a book: four digits at most, a true minus, no idle zeros. */
function showNumber(value, digits = 4) {
  const shown = Math.abs(value) < 1e-12 ? "0" : String(Number(value.toPrecision(digits)));
  return shown.replace("-", "−");
}
