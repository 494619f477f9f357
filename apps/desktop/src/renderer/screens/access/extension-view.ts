import type { ExtensionState } from "@latchkey/api-contracts/extensions";
import type { Tone } from "../../components/status-word.tsx";

/** An extension that was loaded, whether it runs or not. */
export type LoadedExtension = Exclude<ExtensionState, { status: "invalid" }>;

/** How an extension is shown: its word, its tone, whether the reason of its stop is said, and the one next step. */
export function extensionView({ status, stop }: Pick<LoadedExtension, "status" | "stop">) {
  if (status === "blocked") return view("blocked", "danger", "start");
  if (status === "active") return view("active", "ok", "stop");
  if (status === "starting") return view("starting", "busy", "stop");
  if (status === "ready") return view("ready", "neutral", undefined);
  if (stop === "crashes") return view("crashed", "danger", "start");
  return view("stopped", stop === "person" ? "neutral" : "warn", "start");
}

function view<const Word extends string>(word: Word, tone: Tone, action: "start" | "stop" | undefined) {
  return { word, tone, action };
}
