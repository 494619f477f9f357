import { EventEmitter, once } from "node:events";
import { join } from "node:path";
import type { AuditEntry } from "@latchkey/api-contracts/audit";
import { type ConsentChoice, ConsentQuestion } from "@latchkey/api-contracts/consent";
import { AppError } from "@latchkey/api-contracts/errors";
import { ConnectionId, ProviderId, RequesterId } from "@latchkey/api-contracts/ids";
import { FieldName, HttpAccess } from "@latchkey/api-contracts/providers";
import {
  type Access,
  type AccessOptions,
  type ConnectionTarget,
  openAccess,
  type Requester,
} from "@latchkey/connections";
import { onTestFinished } from "vitest";
import { makeFolder } from "../make-folder.ts";
import { createFakeClock, type FakeClock } from "./fake-clock.ts";

export const canary = "canary-sk-4f1d9b7c20e84a55";
export const models = RequesterId.parse("extension:acme.models");
export const other = RequesterId.parse("extension:acme.other");
export const openai = ConnectionId.parse("6f1b1f0e-6d0c-4c51-9a57-0a1f1c1f0b11");
export const github = ConnectionId.parse("7f1b1f0e-6d0c-4c51-9a57-0a1f1c1f0b22");
export const apiKey = FieldName.parse("api-key");

/** A connection of a model server at an address; more of it by `changes`. */
export function connectionTo(
  address: string,
  changes: Partial<ConnectionTarget> = {},
  http: Partial<HttpAccess> = {},
): ConnectionTarget {
  return {
    connectionId: openai,
    displayName: "OpenAI",
    providerId: ProviderId.parse("openai"),
    providerTitle: "OpenAI",
    scope: "user",
    values: { "base-url": address },
    secretFields: [{ name: apiKey, title: "API key" }],
    http: {
      ...HttpAccess.parse({
        baseUrl: { field: "base-url" },
        credential: { type: "bearer", field: "api-key" },
        allow: [
          { methods: ["GET"], paths: ["/models", "/models/*"] },
          { methods: ["POST"], paths: ["/chat/completions"] },
        ],
      }),
      ...http,
    },
    ...changes,
  };
}

export function extension(requesterId: RequesterId, changes: Partial<Requester> = {}): Requester {
  return {
    requesterId,
    name: requesterId.slice("extension:".length),
    publisher: "acme",
    isVerified: false,
    version: "1.0.0",
    contentHash: "sha256-1",
    ...changes,
  };
}

/** What a person at the window of the question sees and does. */
export type Person = {
  /** The question on show, once there is one. */
  question: () => Promise<ConsentQuestion>;
  /** Waits for a question, looks at it for a second and answers. */
  answer: (choice: ConsentChoice) => Promise<ConsentQuestion>;
  /** Closes the window, or lets it crash. */
  leave: () => Promise<void>;
  isOpen: () => boolean;
  /** How many windows were opened. */
  asked: () => number;
};

export type World = {
  access: Access;
  clock: FakeClock;
  person: Person;
  /** What the log took, in order. */
  audit: AuditEntry[];
  /** As `action outcome reason`. */
  steps: () => string[];
  /** What the log does from now on. */
  log: { isBroken: boolean };
  connections: Map<ConnectionId, ConnectionTarget>;
  requesters: Map<RequesterId, Requester>;
  secrets: Map<string, string>;
  troubles: unknown[];
  path: string;
  /** Ends the app and starts it again on the same document. */
  restart: () => Promise<void>;
};

/** Everything around access in memory, with the document of decisions on disk. The network is real. */
export async function openWorld(options: Partial<AccessOptions> & { address?: string } = {}): Promise<World> {
  const path = options.path ?? join(await makeFolder(), "consents.json");
  const clock = createFakeClock();
  const { person, window } = createPerson(clock, () => world.access);
  const world: World = {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- opened below
    access: undefined as unknown as Access,
    clock,
    person,
    audit: [],
    steps: () =>
      world.audit.map(({ action, outcome, reason }) => [action, outcome, reason].filter(Boolean).join(" ")),
    log: { isBroken: false },
    connections: new Map([
      [openai, connectionTo(options.address ?? "http://127.0.0.1:2/v1")],
      [github, connectionTo("http://127.0.0.1:2/v1", { connectionId: github, displayName: "GitHub" })],
    ]),
    requesters: new Map([
      [models, extension(models)],
      [other, extension(other)],
    ]),
    secrets: new Map([
      [`${openai} api-key`, canary],
      [`${github} api-key`, `${canary}-github`],
    ]),
    troubles: [],
    path,
    async restart() {
      await world.access[Symbol.asyncDispose]();
      world.access = await open();
    },
  };
  const open = () =>
    openAccess({
      path,
      clock,
      window,
      connections: { find: async (id) => world.connections.get(id) },
      requesters: { find: async (id) => world.requesters.get(id) },
      secrets: {
        async use(connectionId, field, run) {
          const value = world.secrets.get(`${connectionId} ${field}`);
          if (value === undefined) throw new AppError("secrets.absent", { key: "provider.openai.api-key" });
          return await run(new TextEncoder().encode(value));
        },
      },
      async append(entry) {
        if (world.log.isBroken) throw new AppError("audit.failed", { reason: "ENOSPC" });
        world.audit.push(entry);
      },
      onTrouble: (error) => world.troubles.push(error),
      ...options,
    });
  world.access = await open();
  onTestFinished(() => world.access[Symbol.asyncDispose]());
  return world;
}

/** Labelled fake: a window and the person before it. */
function createPerson(clock: FakeClock, access: () => Access) {
  const shown = new EventEmitter();
  let onGone: (() => void) | undefined;
  let asked = 0;
  const window = {
    open(gone: () => void) {
      asked += 1;
      onGone = gone;
      shown.emit("question");
    },
    focus() {},
    close() {
      onGone = undefined;
    },
  };
  async function question(): Promise<ConsentQuestion> {
    if (!onGone) await once(shown, "question");
    return ConsentQuestion.parse((await access().promptHandlers.getQuestion({})).question);
  }
  const person: Person = {
    question,
    async answer(choice) {
      const asking = await question();
      clock.advance(1_000);
      await access().promptHandlers.answer({ questionId: asking.questionId, choice });
      return asking;
    },
    async leave() {
      await question();
      onGone?.();
    },
    isOpen: () => onGone !== undefined,
    asked: () => asked,
  };
  return { person, window };
}
