import { randomUUID } from "node:crypto";
import type { ConsentChange, ConsentQuestion, RequesterView } from "@latchkey/api-contracts/consent";
import type { Timestamp } from "@latchkey/api-contracts/ids";
import { toForeignText } from "./foreign-text.ts";
import type { Sides } from "./parts.ts";
import type { Requester } from "./ports.ts";

/** Puts together what a person is asked; texts of others are made fit to be shown. */
export function makeQuestion(
  sides: Sides,
  asked: {
    reason: string;
    changes: readonly ConsentChange[];
    denyBlocks: boolean;
    lastUsedAt: Timestamp | null;
    askedAt: Timestamp;
    answerMs: number;
  },
): ConsentQuestion {
  const { reason, changes, denyBlocks, lastUsedAt, askedAt, answerMs } = asked;
  const { binding, usable } = sides;
  const { target, address } = usable;
  const titleOf = (field: string) => target.secretFields.find(({ name }) => name === field)?.title ?? field;
  return {
    questionId: randomUUID(),
    requester: viewOf(sides.requester),
    connection: {
      connectionId: target.connectionId,
      displayName: toForeignText(target.displayName),
      providerId: target.providerId,
      providerTitle: toForeignText(target.providerTitle),
      ...(target.providerIcon !== undefined && { providerIcon: target.providerIcon }),
      scope: target.scope,
    },
    access: binding.access,
    fields: binding.fields.map((name) => ({ name, title: toForeignText(titleOf(name)) })),
    reason: toForeignText(reason),
    address: address.origin,
    lastUsedAt,
    changes: [...changes],
    denyBlocks,
    askedAt,
    expiresAt: new Date(Date.parse(askedAt) + answerMs).toISOString(),
  };
}

function viewOf({ requesterId, name, publisher, isVerified, version, program }: Requester): RequesterView {
  return {
    requesterId,
    name: toForeignText(name),
    isVerified,
    ...(publisher !== undefined && { publisher: toForeignText(publisher) }),
    ...(version !== undefined && { version: toForeignText(version) }),
    ...(program && {
      program: {
        path: toForeignText(program.path),
        pid: program.pid,
        ...(program.parent !== undefined && { parent: toForeignText(program.parent) }),
      },
    }),
  };
}
