import { join } from "node:path";
import { type JsonDocument, openJsonDocument } from "@latchkey/secrets-core";
import {
  digestOf,
  emptyUser,
  emptyWorkspace,
  type Intent,
  type PlacedRecord,
  type Put,
  recordsOf,
  UserDocument,
  WorkspaceDocument,
  withPut,
} from "./connection-record.ts";

/** All that the files say, with a change that is being made already resolved. */
export type ConnectionsState = Readonly<{
  placed: readonly PlacedRecord[];
  damaged: number;
  user: UserDocument;
  /** The folder of the workspace that was read along. */
  workspace: string | null;
}>;

/** The person's file and that of a workspace, read and written as one. */
export type ConnectionFiles = {
  /** @throws `files.corrupt`, `files.unsafe`, `files.failed` */
  read(workspace: string | null): Promise<ConnectionsState>;
  /** Writes the person's file, without a note. */
  write(user: UserDocument): Promise<void>;
  /** Notes a change that is about to be made, and writes what it does in workspaces: unconfirmed until it is made. */
  begin(user: UserDocument, intent: Intent): Promise<void>;
  /** Puts what the change tells in the place of its note. */
  finish(user: UserDocument, intent: Intent): Promise<void>;
  /** Gives a change up that was not made. */
  giveUp(user: UserDocument, intent: Intent): Promise<void>;
  /** Ends a noted change that its process did not end. */
  recover(): Promise<void>;
};

const workspaceFile = join(".latchkey", "connections.json");

/** @param isMade tells whether the secrets of a noted change were changed */
export function openConnectionFiles(
  folder: string,
  isMade: (intent: Intent) => Promise<boolean>,
): ConnectionFiles {
  const own = openJsonDocument({
    path: join(folder, "connections.json"),
    parse: (json) => UserDocument.safeParse(json).data,
    empty: emptyUser,
  });
  const opened = new Map<string, JsonDocument<WorkspaceDocument>>();

  function fileOf(workspaceFolder: string): JsonDocument<WorkspaceDocument> {
    const known = opened.get(workspaceFolder);
    if (known) return known;
    const file = openJsonDocument({
      path: join(workspaceFolder, workspaceFile),
      parse: (json) => WorkspaceDocument.safeParse(json).data,
      empty: emptyWorkspace,
      keepsPrevious: false,
      isIndented: true,
    });
    opened.set(workspaceFolder, file);
    return file;
  }

  async function read(open: string | null): Promise<ConnectionsState> {
    const { intent, ...written } = await own.read();
    const isOver = intent !== undefined && (await isMade(intent));
    const user = isOver ? applied(written, intent) : written;
    const items = open === null ? [] : (await fileOf(open).read()).connections;
    const resolved = (intent?.puts ?? [])
      .filter((put) => put.folder !== null && put.folder === open)
      .reduce((list, put) => withPut(list, isOver ? put : { ...put, record: put.former }), items);
    return stateOf(user, open, resolved);
  }

  /** A write that failed may have happened: when the file has it, it is written once more, to be sure of the disk. */
  async function write(written: UserDocument): Promise<void> {
    const user = UserDocument.parse(withoutNote(written));
    try {
      await own.write(user);
    } catch (error) {
      const onDisk = await own.read().catch(() => undefined);
      if (JSON.stringify(onDisk) !== JSON.stringify(user)) throw error;
      await own.write(user);
    }
  }

  async function giveUp(user: UserDocument, { puts }: Intent): Promise<void> {
    for (const { folder, id, record, former } of puts) {
      if (folder === null) continue;
      const { connections } = await fileOf(folder).read();
      const there = recordsOf(connections).records.find((item) => item.id === id) ?? null;
      // Whatever else lies there was not written by this change.
      if (JSON.stringify(there) !== JSON.stringify(record)) continue;
      await fileOf(folder).write({ version: 1, connections: withPut(connections, { id, record: former }) });
    }
    await write(user);
  }

  return {
    read,
    write,
    async begin(user, intent) {
      await own.write({ ...user, intent });
      for (const put of intent.puts) {
        if (put.folder === null) continue;
        const file = fileOf(put.folder);
        const { connections } = await file.read();
        await file.write({ version: 1, connections: withPut(connections, put) });
      }
    },
    finish: (user, intent) => write(applied(user, intent)),
    giveUp,
    async recover() {
      const { intent, ...user } = await own.read();
      if (!intent) return;
      if (await isMade(intent)) return write(applied(user, intent));
      // A workspace that is not there any more keeps what it has: unconfirmed, and so not used.
      await giveUp(user, intent).catch(() => write(user));
    },
  };
}

function stateOf(user: UserDocument, open: string | null, inWorkspace: readonly unknown[]): ConnectionsState {
  const mine = recordsOf(user.connections);
  const theirs = recordsOf(inWorkspace);
  const taken = new Set(mine.records.map(({ id }) => id));
  const placed = [
    ...mine.records.map((record): PlacedRecord => ({ record, scope: "user", isConfirmed: true })),
    // A file from elsewhere cannot take the place of a connection by its id.
    ...theirs.records
      .filter(({ id }) => !taken.has(id))
      .map((record): PlacedRecord => {
        const isConfirmed = open !== null && user.confirmed[record.id] === digestOf(open, record);
        return { record, scope: "workspace", isConfirmed };
      }),
  ];
  return { placed, damaged: mine.damaged + theirs.damaged, user, workspace: open };
}

/** The person's file with a change made: its own records, and what is known of those in workspaces. */
function applied(user: UserDocument, { puts }: Intent): UserDocument {
  return puts.reduce((document, put) => withOne(document, put, puts), withoutNote(user));
}

function withoutNote(user: UserDocument): UserDocument {
  const { intent: _, ...rest } = user;
  return rest;
}

function withOne(document: UserDocument, put: Put, all: readonly Put[]): UserDocument {
  const { folder, id, record, keepsTest } = put;
  const { [id]: test, ...otherTests } = document.tests;
  const { [id]: _, ...othersConfirmed } = document.confirmed;
  const isGone = all.every((other) => other.id !== id || other.record === null);
  return {
    ...document,
    connections: folder === null ? withPut(document.connections, put) : document.connections,
    confirmed:
      folder !== null && record !== null
        ? { ...othersConfirmed, [id]: digestOf(folder, record) }
        : othersConfirmed,
    tests: keepsTest && test ? { ...otherTests, [id]: test } : otherTests,
    defaultLlm: isGone && document.defaultLlm === id ? null : document.defaultLlm,
  };
}
