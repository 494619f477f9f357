import { AppError } from "@latchkey/api-contracts/errors";
import type { ExtensionId } from "@latchkey/api-contracts/ids";
import { parseAs } from "@latchkey/api-contracts/parse";
import { ProviderDefinition } from "@latchkey/api-contracts/providers";
import { segmentFromId } from "@latchkey/secrets-core";
import type { ExtensionFolder } from "./extension-folder.ts";

/** A provider that an extension brings. */
export interface ContributedProvider {
  readonly extensionId: ExtensionId;
  readonly publisher: string;
  readonly definition: ProviderDefinition;
  /** The picture it names, from its folder. */
  readonly icon: string | undefined;
}

/**
 * The providers of an extension, each under an id that no other extension can have.
 *
 * @throws `extensions.invalid` naming the field
 */
export function readProviders({ id, manifest, files }: ExtensionFolder): ContributedProvider[] {
  return manifest.contributes.connectionProviders.map((given) => {
    const definition = parseAs(ProviderDefinition, given, "extensions.invalid");
    if (definition.deliver !== "broker") {
      throw new AppError("extensions.invalid", { field: "deliver", rule: "not-allowed" });
    }
    const ownId = ProviderDefinition.shape.id.parse(segmentFromId(`${id}.${definition.id}`));
    return {
      extensionId: id,
      publisher: manifest.publisher,
      definition: { ...definition, id: ownId },
      icon: definition.icon.endsWith(".svg") ? files.get(definition.icon)?.toString("utf8") : undefined,
    };
  });
}
