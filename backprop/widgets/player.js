// Plays frames: SVG strings drawn in Python, each with one sentence.

function render({ model, el }) {
  const { root, figure, caption, controls } = makeCard(model, el);
  const steps = makeSteps(model, root, controls, () => model.get("frames").length - 1);
  figure.hidden = false;

  const draw = () => {
    figure.innerHTML = model.get("frames")[model.get("step")];
    caption.textContent = model.get("captions")[model.get("step")];
    steps.show();
  };
  const forget = listen(model, ["step", "frames", "captions"], draw);
  return () => { steps.pause(); forget(); };
}

export default { render };
