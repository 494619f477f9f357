/** One method call, its body already in wire form. @see https://dbus.freedesktop.org/doc/dbus-specification.html */
export type WireCall = Readonly<{
  destination: string;
  path: string;
  interface: string;
  member: string;
  signature?: string;
  body?: Buffer;
}>;

/** An answer to a call of ours; `body` starts on a boundary of 8, so offsets in it align as in the message. */
export type WireReply = Readonly<{ serial: number; isError: boolean; body: Buffer }>;

/** Writes values in little-endian wire form. */
export class WireWriter {
  #bytes = Buffer.alloc(512);
  #at = 0;

  align(size: number): this {
    return this.#take((size - (this.#at % size)) % size);
  }

  byte(value: number): this {
    this.#take(1);
    this.#bytes[this.#at - 1] = value;
    return this;
  }

  uint32(value: number): this {
    this.align(4).#take(4);
    this.#bytes.writeUInt32LE(value, this.#at - 4);
    return this;
  }

  /** A string or an object path. */
  text(value: string): this {
    return this.bytes(Buffer.from(value)).byte(0);
  }

  signature(value: string): this {
    return this.byte(value.length).raw(Buffer.from(value)).byte(0);
  }

  /** An array of bytes. */
  bytes(value: Uint8Array): this {
    return this.uint32(value.length).raw(value);
  }

  raw(value: Uint8Array): this {
    this.#take(value.length);
    this.#bytes.set(value, this.#at - value.length);
    return this;
  }

  /** An array of elements that align to `size`; its length counts the elements, not the padding before the first. */
  array(size: number, write: () => void): this {
    this.uint32(0);
    const lengthAt = this.#at - 4;
    this.align(size);
    const start = this.#at;
    write();
    this.#bytes.writeUInt32LE(this.#at - start, lengthAt);
    return this;
  }

  done(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  #take(count: number): this {
    const end = this.#at + count;
    if (end > this.#bytes.length) {
      const larger = Buffer.alloc(end * 2);
      this.#bytes.copy(larger);
      this.#bytes = larger;
    }
    this.#at = end;
    return this;
  }
}

/** Reads values in little-endian wire form. Reading past the end throws a RangeError. */
export class WireReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get at(): number {
    return this.#at;
  }

  align(size: number): this {
    this.#at += (size - (this.#at % size)) % size;
    return this;
  }

  byte(): number {
    return this.#bytes.readUInt8(this.#at++);
  }

  uint32(): number {
    this.align(4).#at += 4;
    return this.#bytes.readUInt32LE(this.#at - 4);
  }

  text(): string {
    const value = this.bytes().toString();
    this.#at += 1;
    return value;
  }

  signature(): string {
    const length = this.byte();
    this.#at += length + 1;
    return this.#bytes.toString("latin1", this.#at - length - 1, this.#at - 1);
  }

  bytes(): Buffer {
    const length = this.uint32();
    if (this.#at + length > this.#bytes.length) throw new RangeError("The message is shorter than it says.");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  array<T>(size: number, read: () => T): T[] {
    const length = this.uint32();
    this.align(size);
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError("The message is shorter than it says.");
    const values: T[] = [];
    while (this.#at < end) values.push(read());
    return values;
  }

  skip(count: number): void {
    this.#at += count;
  }
}

const CALL = 1;
const RETURN = 2;
const ERROR = 3;
const replySerialField = 5;

export function writeCall(serial: number, call: WireCall): Buffer {
  const body = call.body ?? Buffer.alloc(0);
  const fields = [
    [1, "o", call.path],
    [2, "s", call.interface],
    [3, "s", call.member],
    [6, "s", call.destination],
  ] as const;
  const writer = new WireWriter();
  writer
    .raw(Buffer.from([0x6c, CALL, 0, 1]))
    .uint32(body.length)
    .uint32(serial);
  writer.array(8, () => {
    for (const [code, type, text] of fields) writer.align(8).byte(code).signature(type).text(text);
    if (call.signature) writer.align(8).byte(8).signature("g").signature(call.signature);
  });
  return writer.align(8).raw(body).done();
}

/**
 * Takes the first whole message off the bytes; `undefined` while it has not all arrived. `reply` is missing for
 * whatever is no answer.
 *
 * @throws Error for a form that this reader does not know, a big-endian message for example
 */
export function takeMessage(bytes: Buffer): { reply?: WireReply; rest: Buffer } | undefined {
  if (bytes.length < 16) return undefined;
  if (bytes[0] !== 0x6c) throw new Error("The message is not little-endian.");
  const bodyLength = bytes.readUInt32LE(4);
  const headerLength = Math.ceil((16 + bytes.readUInt32LE(12)) / 8) * 8;
  const end = headerLength + bodyLength;
  if (bytes.length < end) return undefined;
  const rest = bytes.subarray(end);
  const type = bytes[1];
  if (type !== RETURN && type !== ERROR) return { rest };
  const serial = replySerialOf(bytes.subarray(0, headerLength));
  return { reply: { serial, isError: type === ERROR, body: bytes.subarray(headerLength, end) }, rest };
}

function replySerialOf(header: Buffer): number {
  const reader = new WireReader(header);
  reader.skip(12);
  let serial = 0;
  reader.array(8, () => {
    const code = reader.align(8).byte();
    const type = reader.signature();
    const value = type === "u" ? reader.uint32() : type === "g" ? reader.signature() : reader.text();
    if (code === replySerialField && typeof value === "number") serial = value;
  });
  return serial;
}
