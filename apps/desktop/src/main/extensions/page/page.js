// The page of an extension's window. The extension itself runs in a worker, which has no document: nothing there can
// make a link, a frame, a form or a peer connection. Only texts pass, and only of bounded length.
const { main, maxCharacters } = document.documentElement.dataset;
const app = globalThis.latchkeyExtension;
const worker = new Worker("/host/worker.js", { type: "module", name: main });

worker.addEventListener("message", ({ data }) => {
  if (typeof data === "object" && data !== null) {
    app.sign(data).catch(() => undefined);
    return;
  }
  // An empty message counts as a wrong one, and costs main nothing more.
  const text = typeof data === "string" && data.length <= Number(maxCharacters) ? data : "";
  app.call({ text }).then(
    (reply) => worker.postMessage(reply.text),
    () => undefined,
  );
});
app.onTold(({ text }) => worker.postMessage(text));
