import { isMainThread } from "node:worker_threads";
import { start } from "./start.ts";

// In a bundle, the thread of a check may come by here on its way to what it shares with this program.
if (isMainThread) void start();
