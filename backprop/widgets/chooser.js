// Shows one of the pictures drawn in Python: the one that the controls pick.

function render({ model, el }) {
  const { figure, caption, controls } = makeCard(model, el);
  const overlay = figure.querySelector(".bp-overlay");
  const rows = makeControls(model);
  controls.append(...rows.elements);

  const draw = () => {
    overlay.innerHTML = frameOf(model, chosen(model));
    caption.textContent = model.get("captions")[chosen(model)];
    rows.show();
  };
  listen(model, ["choice"], draw);
}
