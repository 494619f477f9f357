import { type Redact, redactionMark } from "./redactor.ts";

/** Deeper than this an error tells nothing more. */
const maxDepth = 12;

/** Kept by every error, though they are not listed. */
const errorFields = ["message", "stack", "cause", "errors"];

/** How bytes may hold a value as text. */
const encodings = ["utf8", "latin1", "utf16le"] as const;

/**
 * A copy of what was thrown, with every value taken out of its texts: message, stack, cause, and whatever Node and
 * libraries hang on errors, such as `cmd`, `spawnargs`, `input`, headers and URLs, at any depth and in cycles. Names
 * of properties are texts too. The original stays as it is, because its parts may be in use.
 *
 * **Shape** an error stays an instance of its class; other objects become plain ones, bytes that hold a value and
 * functions become the mark.
 */
export function scrubError(error: unknown, redact: Redact): unknown {
  const copies = new Map<object, unknown>();

  function scrub(value: unknown, depth: number): unknown {
    if (typeof value === "string") return redact(value);
    if (typeof value === "number" || typeof value === "bigint") return keepUnlessRedacted(value);
    if (typeof value === "function") return redactionMark;
    if (typeof value !== "object" || value === null) return value;
    const known = copies.get(value);
    if (known !== undefined) return known;
    if (depth >= maxDepth) return redactionMark;
    return scrubObject(value, depth + 1);
  }

  function keepUnlessRedacted(value: number | bigint): unknown {
    const text = String(value);
    const redacted = redact(text);
    return redacted === text ? value : redacted;
  }

  function scrubObject(value: object, depth: number): unknown {
    if (value instanceof Error) return fill(value, emptyErrorLike(value), errorFields, depth);
    if (value instanceof Date) return new Date(value);
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return scrubBytes(value);
    if (value instanceof URL) return redact(value.href);
    if (Array.isArray(value)) return fillArray(value, depth);
    if (value instanceof Map || value instanceof Set) return fillArray([...value], depth, value);
    return fill(value, {}, [], depth);
  }

  function scrubBytes(value: ArrayBufferView | ArrayBuffer): unknown {
    const bytes = ArrayBuffer.isView(value)
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
      : Buffer.from(value);
    const isClean = encodings.every((encoding) => {
      const text = bytes.toString(encoding);
      return redact(text) === text;
    });
    return isClean ? Buffer.from(bytes) : redactionMark;
  }

  function fillArray(values: readonly unknown[], depth: number, original: object = values): unknown[] {
    const copy: unknown[] = [];
    copies.set(original, copy);
    for (const value of values) copy.push(scrub(value, depth));
    return copy;
  }

  function fill(from: object, copy: object, extraNames: readonly string[], depth: number): object {
    copies.set(from, copy);
    for (const name of new Set([...extraNames, ...Object.getOwnPropertyNames(from)])) {
      if (!(name in from)) continue;
      const enumerable = Object.prototype.propertyIsEnumerable.call(from, name);
      const value = scrub(readField(from, name), depth);
      Object.defineProperty(copy, redact(name), { value, enumerable, writable: true, configurable: true });
    }
    return copy;
  }

  return scrub(error, 0);
}

/** A native error, as inspecting and cloning expect one, of the same class. */
function emptyErrorLike(error: Error): Error {
  const copy = new Error();
  Object.setPrototypeOf(copy, Reflect.getPrototypeOf(error));
  return copy;
}

/** A getter may throw, and that error would be a further one to scrub. */
function readField(from: object, name: string): unknown {
  try {
    return Reflect.get(from, name);
  } catch {
    return redactionMark;
  }
}
