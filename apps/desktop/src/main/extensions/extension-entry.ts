import type { ExtensionLogLine, ExtensionState, ExtensionStop } from "@latchkey/api-contracts/extensions";
import { type ExtensionId, type ProviderId, RequesterId } from "@latchkey/api-contracts/ids";
import { segmentFromId } from "@latchkey/secrets-core";
import type { ExtensionFolder } from "./extension-folder.ts";
import type { ExtensionRun } from "./extension-window.ts";
import type { Allowance } from "./limits.ts";

/** Who an extension is, for the consent: what its folder says and what its code hashes to. */
export interface ExtensionRequester {
  readonly requesterId: RequesterId;
  readonly name: string;
  readonly publisher: string;
  readonly version: string;
  readonly isVerified: boolean;
  readonly contentHash: string;
}

/** An extension that was loaded. */
export interface Entry {
  readonly path: string;
  folder: ExtensionFolder;
  providerIds: readonly ProviderId[];
  status: "ready" | "starting" | "active" | "stopped" | "blocked";
  stop: ExtensionStop | null;
  logTail: ExtensionLogLine[];
  isCrashAllowed: Allowance;
  run: Run | undefined;
}

/** One run of its code. */
export interface Run {
  readonly ending: AbortController;
  window?: ExtensionRun;
  /** The ping that is not answered yet. */
  ping?: { number: number; sentAtMs: number };
}

export function requesterIdOf(id: ExtensionId): RequesterId {
  return RequesterId.parse(`extension:${id}`);
}

export function requesterOf({ id, manifest, contentHash }: ExtensionFolder): ExtensionRequester {
  const { displayName: name, publisher, version } = manifest;
  // Nobody vouches for a publisher yet.
  return { requesterId: requesterIdOf(id), name, publisher, version, isVerified: false, contentHash };
}

export function providersKnownTo({ folder, providerIds }: Entry): ProviderId[] {
  return [...providerIds, ...folder.manifest.contributes.usesProviders];
}

/** A definition without an id that can be read stays as it is: the registry says what is wrong with it. */
export function withOwnId(extensionId: ExtensionId, given: unknown): unknown {
  if (typeof given !== "object" || given === null || !("id" in given)) return given;
  if (typeof given.id !== "string") return given;
  return { ...given, id: segmentFromId(`${extensionId}.${given.id}`) };
}

export function stateOf({ folder, providerIds, status, stop, logTail }: Entry): ExtensionState {
  const { displayName, publisher, version } = folder.manifest;
  return {
    status,
    id: folder.id,
    displayName,
    publisher,
    version,
    contentHash: folder.contentHash,
    providerIds: [...providerIds],
    stop,
    logTail,
  };
}
