// The arithmetic is here, not in Python, so that every gear follows the slider at once.

function render({ model, el }) {
  const { figure, caption, controls } = makeCard(model, el);
  const part = (name) => figure.querySelector(`[data-part="${name}"]`);
  const names = model.get("names"), most = model.get("most");
  const put = (name, value) => model.set(name, value);

  const turn = makeSlider({ label: `Turn ${names[0]}`, min: -1, max: 1, step: 0.05, value: 0, onchange: (value) => put("turn", value) });
  const sliders = model.get("ratios").map((_, k) => makeSlider({
    label: `d${names[k + 1]}/d${names[k]}`, min: -most, max: most, step: 0.1, value: 0,
    onchange: (value) => put("ratios", model.get("ratios").map((old, i) => (i === k ? value : old))),
  }));
  controls.append(turn.row, ...sliders.map((slider) => slider.row));

  const draw = () => {
    const ratios = model.get("ratios");
    let turned = model.get("turn");
    turn.range.value = turned;
    turn.say(showNumber(turned));
    names.forEach((_, k) => {
      if (k) turned *= ratios[k - 1];
      part(`gear-${k}`).setAttribute("transform", `rotate(${model.get("degrees") * turned})`);
      part(`turn-${k}`).textContent = `turned ${showNumber(turned)}`;
    });
    ratios.forEach((ratio, k) => {
      sliders[k].range.value = ratio;
      sliders[k].say(showNumber(ratio));
      part(`ratio-${k}`).textContent = `× ${showNumber(ratio)}`;
    });
    const product = ratios.reduce((a, b) => a * b, 1);
    const factors = ratios.map((_, k) => `d${names[k + 1]}/d${names[k]}`).join(" × ");
    const values = ratios.map((ratio) => (ratio < 0 ? `(${showNumber(ratio)})` : showNumber(ratio))).join(" × ");
    caption.textContent = `d${names.at(-1)}/d${names[0]} = ${factors} = ${values} = ${showNumber(product)}.`;
  };
  listen(model, ["ratios", "turn"], draw);
}
