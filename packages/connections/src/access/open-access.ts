import { randomBytes as systemRandomBytes } from "node:crypto";
import type { Access } from "./access.ts";
import { createAsking } from "./ask-access.ts";
import { createBroker } from "./broker.ts";
import { consentHandlers } from "./consent-list.ts";
import { createDeciding, defaultGrantLimits, type GrantLimits } from "./decide-access.ts";
import { openDecisions } from "./decisions.ts";
import { createParts } from "./parts.ts";
import type {
  AppendAudit,
  Clock,
  ConnectionLookup,
  PromptWindow,
  RandomBytes,
  RequesterLookup,
  SecretReader,
} from "./ports.ts";
import { createPromptDesk, defaultPromptLimits, type PromptLimits } from "./prompt-desk.ts";
import { createQuestionQueue, defaultQueueLimits, type QueueLimits } from "./question-queue.ts";
import { createRateLimit, type Rate } from "./rate-limit.ts";
import { createRefs } from "./refs.ts";
import { defaultSendLimits, type SendLimits } from "./send.ts";
import { testHttp } from "./test-http.ts";

/** All limits that access keeps to. */
export type AccessLimits = GrantLimits &
  PromptLimits &
  QueueLimits &
  SendLimits & {
    /** How often one requester may ask for access, and use it. */
    asks: Rate;
    uses: Rate;
  };

export const defaultAccessLimits: AccessLimits = {
  ...defaultGrantLimits,
  ...defaultPromptLimits,
  ...defaultQueueLimits,
  ...defaultSendLimits,
  asks: { count: 20, perMs: 60_000 },
  uses: { count: 120, perMs: 60_000 },
};

export type AccessOptions = Readonly<{
  /** The document of decisions, in a folder of ours. */
  path: string;
  connections: ConnectionLookup;
  requesters: RequesterLookup;
  secrets: SecretReader;
  window: PromptWindow;
  append: AppendAudit;
  clock: Clock;
  /** Is told of what failed where nobody waits for it, and of answers that could not be recorded. */
  onTrouble: (error: unknown) => void;
  fetch?: typeof fetch;
  randomBytes?: RandomBytes;
  limits?: Partial<AccessLimits>;
}>;

/**
 * Opens consent and the broker. No grant outlives a document of decisions that cannot be read; `consent:list` tells.
 *
 * @throws `files.unsafe`, `files.failed`
 */
export async function openAccess(options: AccessOptions): Promise<Access> {
  const { path, connections, requesters, secrets, window, append, clock, onTrouble } = options;
  const limits = { ...defaultAccessLimits, ...options.limits };
  const listeners = new Set<(waiting: number) => void>();
  const decisions = await openDecisions(path);
  const refs = createRefs(clock, options.randomBytes ?? systemRandomBytes);

  const waiting = () => queue.waiting() + (queue.isAsking() ? 1 : 0);
  const onChange = () => {
    for (const listener of listeners) listener(waiting());
  };
  const desk = createPromptDesk({ window, clock, limits, waiting: () => queue.waiting() });
  const queue = createQuestionQueue({ prompt: desk.ask, limits, onChange });
  const parts = createParts({ clock, refs, decisions, append, connections, requesters, onTrouble, onChange });
  const deciding = createDeciding({ parts, queue, limits, answerMs: limits.answerMs });
  const asking = createAsking({ parts, deciding, mayAsk: createRateLimit(clock, limits.asks) });
  const sender = { fetch: options.fetch ?? fetch, clock, limits };
  const broker = createBroker({
    parts,
    connections,
    secrets,
    sender,
    mayUse: createRateLimit(clock, limits.uses),
  });
  const list = consentHandlers({ parts, deciding, asking, waiting, showQuestion: desk.focus });

  return {
    ...broker,
    requestAccess: asking.requestAccess,
    testHttp: (test) => testHttp({ connections, secrets, append, sender }, test),
    requesterStopped(requesterId) {
      refs.end((grant) => grant.requesterId === requesterId);
      asking.cancel((pair) => pair.requesterId === requesterId, "ended");
    },
    async connectionRemoved(connectionId) {
      const removing = decisions.remove((decision) => decision.connectionId === connectionId);
      refs.end((grant) => grant.connectionId === connectionId);
      asking.cancel((pair) => pair.connectionId === connectionId, "overruled");
      await removing;
      onChange();
    },
    grantsOf: (connectionId) =>
      decisions
        .list()
        .filter((one) => one.connectionId === connectionId)
        .filter((one) => one.decision === "always" && one.ended.length === 0)
        .map(({ requesterId }) => requesterId),
    consentHandlers: list,
    promptHandlers: desk.handlers,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async [Symbol.asyncDispose]() {
      listeners.clear();
      asking.cancel(() => true, "ended");
      refs.end(() => true);
      await asking.settled();
      await decisions.flush();
    },
  };
}
