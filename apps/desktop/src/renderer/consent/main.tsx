// oxlint-disable import/no-unassigned-import -- settings that come before the first schema, and the style sheet
import "../schema-config.ts";
import "../styles/theme.css";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startI18n } from "../text/i18n.ts";
import { ConsentPage } from "./consent-page.tsx";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no root element");

await startI18n(navigator.language);
createRoot(root).render(
  <StrictMode>
    <CSPProvider disableStyleElements>
      <ConsentPage />
    </CSPProvider>
  </StrictMode>,
);
