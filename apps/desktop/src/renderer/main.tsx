// oxlint-disable import/no-unassigned-import -- settings that come before the first schema, and the style sheet
import "./schema-config.ts";
import "./styles/theme.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { connectEvents } from "./data/events.ts";
import { readAhead } from "./data/read-ahead.ts";
import { startI18n } from "./text/i18n.ts";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no root element");

await startI18n(navigator.language);
connectEvents();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
readAhead();
