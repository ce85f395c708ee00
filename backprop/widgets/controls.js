// Sliders, radio buttons and switches, made from what Python lists.

/** One control for each entry of the model's `controls`; they set its `choice`. */
function makeControls(model) {
  const choose = (which, option) => {
    model.set("choice", model.get("choice").map((old, k) => (k === which ? option : old)));
  };
  const rows = model.get("controls").map((control, k) => makeControl[control.kind](control, (option) => choose(k, option)));
  return { elements: rows.map((row) => row.element), show: () => rows.forEach((row, k) => row.show(model.get("choice")[k])) };
}

/** Which combination is chosen: the last control turns fastest. */
function chosen(model) {
  return model.get("controls").reduce((place, { options }, k) => place * options.length + model.get("choice")[k], 0);
}

/** Each kind returns its element and how to show an option as chosen. */
const makeControl = {
  slider({ label, options }, onchange) {
    const { range, say, row } = makeSlider({ label, max: options.length - 1, value: 0, onchange });
    return { element: row, show: (option) => { range.value = option; say(options[option]); } };
  },
  choice({ label, options }, onchange) {
    const name = `bp-${Math.random().toString(36).slice(2)}`; // radio buttons of two widgets must not be one group
    const buttons = options.map((_, k) => make("input", { type: "radio", name, onchange: () => onchange(k) }));
    const labels = options.map((text, k) => make("label", {}, buttons[k], ` ${text}`));
    const element = make("fieldset", { class: "bp-choice" }, make("legend", {}, label), ...labels);
    return { element, show: (option) => { buttons[option].checked = true; } };
  },
  switch({ label }, onchange) {
    const box = make("input", { type: "checkbox", onchange: () => onchange(Number(box.checked)) });
    return { element: make("label", { class: "bp-switch" }, box, ` ${label}`), show: (option) => { box.checked = option === 1; } };
  },
};
