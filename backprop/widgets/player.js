// Plays frames: SVG strings drawn in Python, each with one sentence.

function render({ model, el }) {
  const { root, figure, caption, controls } = makeCard(model, el);
  const steps = makeSteps(model, root, controls, () => model.get("frames").length - 1);
  const parsed = new Map(); // each frame is read once, then only moved in and out
  figure.hidden = false;

  const picture = (step) => {
    if (!parsed.has(step)) {
      const template = make("template");
      template.innerHTML = frameOf(model, step);
      parsed.set(step, template.content.firstElementChild);
    }
    return parsed.get(step);
  };

  const draw = () => {
    figure.replaceChildren(picture(model.get("step")));
    caption.textContent = model.get("captions")[model.get("step")];
    steps.show();
  };
  listen(model, ["step"], draw);
}
