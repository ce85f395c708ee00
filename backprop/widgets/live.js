// Sliders whose values go to Python; what comes back is a table. Joined after card.js, and the only widget with a kernel.

function live({ model, el }) {
  document.getElementById(model.get("place"))?.remove(); // the table that stands there without a kernel
  const { figure, caption, controls } = makeCard(model, el);
  const table = make("table", { class: "bp-live" });
  figure.hidden = false;
  figure.removeAttribute("role"); // a table is read as one
  figure.append(table);
  const sliders = model.get("sliders").map((one, k) => {
    const slider = makeSlider({ ...one, value: model.get("values")[k], onchange: (value) => {
      model.set("values", model.get("values").map((old, i) => (i === k ? value : old)));
      slider.say(showNumber(value));
    } });
    slider.say(showNumber(model.get("values")[k]));
    controls.append(slider.row);
    return slider;
  });
  listen(model, ["rows"], () => {
    table.replaceChildren(...model.get("rows").map(([name, text]) => make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, text))));
  });
  listen(model, ["caption"], () => { caption.textContent = model.get("caption"); });
}

export default {
  render({ model, el }) {
    live({ el, model: {
      get: (name) => model.get(name),
      set: (name, value) => { model.set(name, value); model.save_changes(); },
      on: (name, draw) => model.on(`change:${name}`, draw),
    } });
  },
};
