import { createRedactionFilter, createRedactor } from "@latchkey/secrets-core";

/** Takes the credential out of what a service answers. */
export type Scrubber = Readonly<{
  text: (text: string) => string;
  /** For one body, in pieces as they come. */
  bytes: () => { push: (piece: Uint8Array) => Uint8Array; end: () => Uint8Array };
}>;

/** The bytes as a text of as many characters, in which bytes of any kind survive. */
const asText = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");

/**
 * Finds the values in every form that the redaction knows, in bodies of any kind: text in UTF-8 or UTF-16, escaped for
 * HTML, or a binary file with the value in it. A service that hides on purpose what it was sent cannot be stopped.
 */
export function createScrubber(values: readonly string[]): Scrubber {
  const forms = values.filter((value) => value !== "").flatMap(formsInBytes);
  const redact = createRedactor(forms);
  return {
    text: redact,
    bytes() {
      const filter = createRedactionFilter(forms);
      return {
        push: (piece) => Buffer.from(filter.push(asText(piece)), "latin1"),
        end: () => Buffer.from(filter.end(), "latin1"),
      };
    },
  };
}

function formsInBytes(value: string): string[] {
  const utf16 = Buffer.from(value, "utf16le");
  return [
    ...new Set([
      value,
      Buffer.from(value).toString("latin1"),
      utf16.toString("latin1"),
      Buffer.from(utf16).swap16().toString("latin1"),
      ...htmlForms(value),
    ]),
  ];
}

function htmlForms(value: string): string[] {
  const escaped = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const quoted = escaped.replaceAll('"', "&quot;");
  return [escaped, quoted, quoted.replaceAll("'", "&#39;"), quoted.replaceAll("'", "&#x27;")];
}
