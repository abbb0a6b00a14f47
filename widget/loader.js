/**
 * Puts Afterglow on any page:
 *   <script src="https://your-gateway/widget/loader.js" defer data-side="right" data-exit="https://example.org/"></script>
 * The conversation lives in a frame of the gateway's own origin; this script and the page around it cannot read it.
 * It needs no inline style or script. A host with a content policy allows: script-src and frame-src <your gateway>.
 */
(() => {
  const script = document.currentScript;
  const home = new URL(script.src).origin;
  const options = { label: "Talk to Afterglow", close: "Close Afterglow", title: "Conversation with Afterglow", side: "right", ...script.dataset };
  const exitTo = options.exit || `${home}/widget/weather.html`;

  const CSS = `
    :host { all: initial; }
    * { box-sizing: border-box; font-family: system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
    [hidden] { display: none !important; }
    .open { position: fixed; inset-block-end: 1.25rem; inset-inline-end: 1.25rem; z-index: 2147483000; display: flex; align-items: center; gap: .625rem;
      min-height: 3.25rem; padding: .5rem 1.25rem .5rem .875rem; border: 1.5px solid #a8431a; border-radius: 2rem; background: #fffdfa; color: #2a2420;
      font-size: 1.0625rem; font-weight: 600; cursor: pointer; box-shadow: 0 2px 14px rgb(42 36 32 / .18); }
    .open:focus-visible { outline: 3px solid #a8431a; outline-offset: 3px; }
    .open img { width: 1.875rem; height: 1.875rem; }
    .count { min-width: 1.5rem; padding: 0 .375rem; border-radius: 1rem; background: #a8431a; color: #fff; font-size: .875rem; line-height: 1.5rem; text-align: center; }
    .panel { position: fixed; inset-block-end: 1.25rem; inset-inline-end: 1.25rem; z-index: 2147483001; width: min(27rem, calc(100vw - 2.5rem));
      height: min(46rem, calc(100dvh - 2.5rem)); display: flex; flex-direction: column; border-radius: 1.25rem; overflow: hidden; background: #faf6f1; color: #2a2420; box-shadow: 0 8px 40px rgb(20 14 10 / .3); }
    .left { inset-inline: 1.25rem auto; }
    iframe { flex: 1; width: 100%; border: 0; }
    .plain { margin: 0; padding: 1rem; font-size: 1rem; line-height: 1.5; }
    .plain a { color: #a8431a; font-weight: 700; }
    .plain button { margin-inline-start: .5rem; min-height: 2.5rem; font: inherit; }
    @media (max-width: 34rem), (max-height: 34rem) { .panel { inset: 0; width: 100vw; height: 100dvh; border-radius: 0; } }
    @media (prefers-color-scheme: dark) { .open, .panel { background: #1b1816; color: #f0e8e0; } .open { border-color: #f0a075; } .open:focus-visible { outline-color: #f0a075; }
      .count { background: #f0a075; color: #2a1206; } .plain a { color: #f0a075; } }`;

  const make = (tag, properties = {}, ...children) => {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  };

  const count = make("span", { className: "count", hidden: true });
  const button = make("button", { type: "button", className: `open ${options.side}` },
    make("img", { src: `${home}/widget/mark.svg`, alt: "" }), options.label, count);
  const panel = make("div", { className: `panel ${options.side}`, hidden: true });
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", options.title);
  button.setAttribute("aria-expanded", "false");
  let frame = null;
  let ready = false;

  /** The frame did not come up: say so, with what helps, instead of a blank box. */
  function plain() {
    if (ready) return;
    const shut = make("button", { type: "button", textContent: options.close, onclick: close });
    panel.prepend(make("p", { className: "plain" }, "The conversation can’t be reached right now. In danger? ",
      make("a", { href: "tel:988", textContent: "Call 988" }), " or ", make("a", { href: "tel:911", textContent: "call 911" }), ".", shut));
  }

  function open() {
    if (!frame) {
      frame = make("iframe", { src: `${home}/widget/frame?panel`, title: options.title, allow: "" });
      panel.append(frame);
      setTimeout(plain, 8000);
    }
    panel.hidden = false;
    button.hidden = true;
    button.setAttribute("aria-expanded", "true");
    frame.focus();
  }

  function close() {
    panel.hidden = true;
    button.hidden = false;
    button.setAttribute("aria-expanded", "false");
    button.focus();
  }

  function leave() {
    document.title = "Weather";
    document.body.replaceChildren();
    location.replace(exitTo);
  }

  function hear({ source, origin, data }) {
    if (!frame || source !== frame.contentWindow || origin !== home) return;
    if (data?.afterglow === "ready") {
      ready = true;
      panel.querySelector(".plain")?.remove();
    }
    if (data?.afterglow === "close") close();
    if (data?.afterglow === "exit") leave();
    if (data?.afterglow === "unread") {
      count.textContent = String(data.count);
      count.hidden = !data.count;
    }
  }

  function shiftThrice() {
    let times = [];
    addEventListener("keyup", (event) => {
      times = event.key === "Shift" ? [...times.slice(-2), Date.now()] : [];
      if (!panel.hidden && times.length === 3 && times[2] - times[0] < 1500) leave();
    });
  }

  function mount() {
    const host = document.createElement("afterglow-chat");
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    root.adoptedStyleSheets = [sheet];
    root.append(button, panel);
    document.body.append(host);
    button.addEventListener("click", open);
    addEventListener("message", hear);
    shiftThrice();
  }

  if (document.body) mount();
  else addEventListener("DOMContentLoaded", mount);
})();
