// Runs before the extension's own code: says whether it loads, and answers that it is alive.
addEventListener("message", ({ data }) => {
  const number = /^\{"event":"ping","number":(\d+)\}$/.exec(data)?.[1];
  if (number) postMessage({ sign: "pong", number: Number(number) });
});

import(self.name).then(
  () => postMessage({ sign: "loaded" }),
  () => postMessage({ sign: "failed" }),
);
