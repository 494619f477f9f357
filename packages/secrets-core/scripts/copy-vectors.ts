import { copyFile } from "node:fs/promises";

/** The package ships the vectors of the mapping beside its code. */
await copyFile(
  new URL("../../../docs/env-mapping.vectors.json", import.meta.url),
  new URL("../dist/env-mapping.vectors.json", import.meta.url),
);
