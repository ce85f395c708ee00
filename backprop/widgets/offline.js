// Follows the fallback picture where scripts run but no kernel does (nbconvert's HTML): the same module plays without one.
(() => {
  const figure = document.currentScript.previousElementSibling;
  const [state, css, module] = CONTENT; // Python puts the widget here
  const heard = {};
  const model = {
    get: (name) => state[name],
    set: (name, value) => { state[name] = value; (heard[name] || []).forEach((listener) => listener()); },
    on: (event, listener) => (heard[event.replace("change:", "")] ||= []).push(listener),
    off() {},
    save_changes() {},
  };
  import(`data:text/javascript;base64,${module}`).then(({ default: { render } }) => {
    const style = document.createElement("style"), place = document.createElement("div");
    style.textContent = css;
    render({ model, el: place });
    figure.replaceWith(style, place);
  });
})();
