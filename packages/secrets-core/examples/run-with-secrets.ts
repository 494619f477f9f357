// Runs a program with every stored secret in its environment and takes their values out of what it prints.
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  createEnvFileBackend,
  createKeychainBackend,
  createRedactionStream,
  openSecretStore,
} from "@latchkey/secrets-core";

const [folder = "secrets", program = "env", ...args] = process.argv.slice(2);
await using store = await openSecretStore({
  folder,
  appId: "example",
  backends: [createKeychainBackend({ service: "example" }), createEnvFileBackend({ folder })],
  onAudit: async () => {},
});

const snapshot = await store.snapshot();
snapshot.checkSize();
const child = spawn(program, args, {
  env: { PATH: process.env["PATH"], ...snapshot.toEnv() },
  stdio: ["inherit", "pipe", "inherit"],
});
child.stdout.pipe(createRedactionStream(snapshot.values())).pipe(process.stdout);
const [code] = await once(child, "close");
process.exitCode = typeof code === "number" ? code : 1;
