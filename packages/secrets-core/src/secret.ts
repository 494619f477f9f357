import { inspect } from "node:util";
import { createRedactor } from "./redaction/redactor.ts";
import { scrubError } from "./redaction/scrub-error.ts";

const shown = "[secret]";

/**
 * A secret value that cannot be printed: as text, as JSON, inspected, cloned or spread it shows nothing. Its bytes are
 * lent to a function and gone afterwards.
 *
 * What the caller copies out of the bytes is the caller's: a string made of them stays in memory until it is collected.
 */
export class Secret implements Disposable {
  readonly #bytes: Buffer;
  #isDisposed = false;

  private constructor(bytes: Buffer) {
    this.#bytes = bytes;
    Object.freeze(this);
  }

  /** Takes a copy; the caller's bytes stay the caller's. */
  static from(value: string | Uint8Array): Secret {
    const given = typeof value === "string" ? new TextEncoder().encode(value) : value;
    // Not from the shared pool, whose memory other buffers may show.
    const bytes = Buffer.alloc(given.length);
    bytes.set(given);
    return new Secret(bytes);
  }

  /**
   * Lends the bytes, UTF-8 of the value, to a function and overwrites them when it has ended. An error that it throws
   * is passed on without the value in it.
   *
   * @throws TypeError after the secret was disposed of
   */
  async use<T>(run: (bytes: Uint8Array) => T | Promise<T>): Promise<T> {
    if (this.#isDisposed) throw new TypeError("The secret was disposed of.");
    const bytes = new Uint8Array(this.#bytes.length);
    bytes.set(this.#bytes);
    try {
      return await run(bytes);
    } catch (error) {
      throw scrubError(error, createRedactor([this.#bytes.toString()]));
    } finally {
      bytes.fill(0);
    }
  }

  /** Overwrites the secret's own copy. */
  [Symbol.dispose](): void {
    this.#bytes.fill(0);
    this.#isDisposed = true;
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [Symbol.toPrimitive](): string {
    return shown;
  }

  [inspect.custom](): string {
    return shown;
  }
}
