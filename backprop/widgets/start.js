// Runs last: puts the living card where the figure stands.
const [place, state, css] = CONTENT; // Python puts the widget here
const heard = {};
const model = {
  get: (name) => state[name],
  set: (name, value) => { state[name] = value; (heard[name] || []).forEach((draw) => draw()); },
  on: (name, draw) => (heard[name] ||= []).push(draw),
};
const figure = document.getElementById(place), style = document.createElement("style"), el = document.createElement("div");
style.textContent = css;
figure.replaceWith(style, el);
render({ model, el });
