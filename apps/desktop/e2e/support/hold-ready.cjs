// Holds the app back until Playwright, which calls `__playwright_run`, has attached: Playwright can wait for ever for
// a window that opens in between. Its own loader does the same, but changes where Chromium keeps its keys.
const { app } = require("electron");

const ready = app.whenReady();
const released = new Promise((resolve) => {
  globalThis.__playwright_run = () => ready.then(resolve);
});
app.whenReady = () => released;
