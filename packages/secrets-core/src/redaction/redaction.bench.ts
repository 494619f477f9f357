import { randomBytes } from "node:crypto";
import { type Bench, measureMs } from "@latchkey/bench";
import { createRedactionFilter } from "./redaction-filter.ts";
import { createRedactor, redactionMark } from "./redactor.ts";
import { secretForms } from "./secret-forms.ts";

const line = `{"level":30,"time":1767225600000,"msg":"GET /v1/models 200 in 12 ms","requestId":"5b0c8e5e"}\n`;
const lineCount = 10_000;

/** A megabyte of log lines without a value in them, the ordinary case, with 200 values known. */
export const bench: Bench = {
  rounds: 7,
  open: async () => {
    const values = Array.from({ length: 200 }, () => `canary-${randomBytes(16).toString("base64url")}`);
    const forms = values.flatMap((value) => [...secretForms(value)]);
    const text = line.repeat(lineCount);
    const redact = createRedactor(values);
    const oneByOne = () => {
      let result = text;
      for (const form of forms) result = result.replaceAll(form, redactionMark);
      return result;
    };
    const readThrough = () => {
      let sum = 0;
      for (let at = 0; at < text.length; at++) sum += text.charCodeAt(at);
      return sum;
    };
    const equal = "a".repeat(60_000);
    const almostEqual = `${equal.slice(1)}b`;
    const redactEqual = createRedactor([almostEqual]);
    const equalForms = [...secretForms(almostEqual)];
    const replaceEqual = () => equalForms.reduce((text, form) => text.replaceAll(form, redactionMark), equal);
    return {
      cases: [
        {
          name: "redact 1 MB, 200 values",
          unit: "ms",
          ours: () => measureMs(async () => redact(text)),
          others: { "replaceAll one by one": () => measureMs(async () => oneByOne()) },
          limit: () => measureMs(async () => readThrough()),
        },
        {
          name: "redact 1 MB line by line as it comes",
          unit: "ms",
          ours: () =>
            measureMs(async () => {
              const filter = createRedactionFilter(values);
              for (let i = 0; i < lineCount; i++) filter.push(line);
            }),
          others: {},
          limit: () => measureMs(async () => readThrough()),
        },
        {
          // Wherever a comparison begins it goes on to the end, so a naive search takes the square of the length.
          name: "redact 60,000 equal letters, a value of as many and one other",
          unit: "ms",
          ours: () => measureMs(async () => redactEqual(equal)),
          others: { "replaceAll one by one": () => measureMs(async () => replaceEqual()) },
          limit: () => measureMs(async () => readThrough()),
        },
      ],
    };
  },
};
