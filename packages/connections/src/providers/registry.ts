import type { ExtensionId, ProviderId } from "@latchkey/api-contracts/ids";
import type { ListedProvider, ProviderDefinition, ProviderPicture } from "@latchkey/api-contracts/providers";
import { builtInProviders } from "./built-in/built-in-providers.ts";
import type { ProviderProblem } from "./provider-problem.ts";
import { readProvider } from "./read-provider.ts";

/** What an extension brings. */
export type ProviderContribution = Readonly<{
  extensionId: ExtensionId;
  publisher: string;
  isVerified: boolean;
  definitions: readonly unknown[];
  /** The picture in a file of its folder; undefined for one that is not there, or not fit to be shown. */
  pictureOf?: (file: string) => ProviderPicture | undefined;
}>;

/** What became of a contribution; a definition that was refused hides no other. */
export type ContributionReport = Readonly<{
  accepted: readonly ProviderId[];
  refused: readonly Readonly<{ index: number; problems: readonly ProviderProblem[] }>[];
}>;

/** The providers that there are now. */
export interface ProviderRegistry {
  /** The built-in ones first, in their order. */
  list(): ListedProvider[];
  find(id: ProviderId): ProviderDefinition | undefined;
  /** What it is shown with: its picture, or the name of one of ours. */
  iconOf(id: ProviderId): string | undefined;
  /** Takes what an extension brings, in the place of what it brought before. An id that another one has is refused. */
  contribute(contribution: ProviderContribution): ContributionReport;
  /** Takes the providers of an extension away. Connections of theirs stay, and can only be looked at. */
  withdraw(extensionId: ExtensionId): void;
  /** Calls back with the ids that came or went. */
  subscribe(listener: (ids: readonly ProviderId[]) => void): () => void;
}

type Entry = Readonly<{ listed: ListedProvider; extensionId: ExtensionId | undefined }>;

/** A registry with the built-in providers. */
export function createProviderRegistry(builtIns = builtInProviders()): ProviderRegistry {
  const entries = new Map<ProviderId, Entry>(
    builtIns.map((definition) => [definition.id, entryOf(definition)]),
  );
  const listeners = new Set<(ids: readonly ProviderId[]) => void>();
  const tell = (ids: readonly ProviderId[]) => {
    if (ids.length > 0) for (const listener of listeners) listener(ids);
  };
  function remove(extensionId: ExtensionId): ProviderId[] {
    const ids = [...entries].flatMap(([id, entry]) => (entry.extensionId === extensionId ? [id] : []));
    for (const id of ids) entries.delete(id);
    return ids;
  }

  return {
    list: () => [...entries.values()].map(({ listed }) => listed),
    find: (id) => entries.get(id)?.listed.definition,
    iconOf(id) {
      const listed = entries.get(id)?.listed;
      return listed?.picture ?? listed?.definition.icon;
    },
    contribute({ extensionId, publisher, isVerified, definitions, pictureOf }) {
      const gone = remove(extensionId);
      const accepted: ProviderId[] = [];
      const refused: { index: number; problems: readonly ProviderProblem[] }[] = [];
      for (const [index, input] of definitions.entries()) {
        const { definition, problems, warnings } = readProvider(input);
        if (!definition) refused.push({ index, problems });
        else if (entries.has(definition.id))
          refused.push({ index, problems: [{ path: "id", rule: "duplicate" }] });
        else {
          const picture = definition.icon.includes(".") ? pictureOf?.(definition.icon) : undefined;
          const listed: ListedProvider = {
            definition,
            ...(picture !== undefined && { picture }),
            origin: "extension",
            publisher,
            isVerified,
            warnings: warnings.length,
          };
          entries.set(definition.id, { listed, extensionId });
          accepted.push(definition.id);
        }
      }
      tell([...new Set([...gone, ...accepted])]);
      return { accepted, refused };
    },
    withdraw: (extensionId) => tell(remove(extensionId)),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function entryOf(definition: ProviderDefinition): Entry {
  return {
    listed: { definition, origin: "built-in", publisher: null, isVerified: true, warnings: 0 },
    extensionId: undefined,
  };
}
