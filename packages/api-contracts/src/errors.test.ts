import { expect, test } from "vitest";
import { AppError, toErrorData } from "./errors.ts";

test("an error fills its message from its details, and rules become words", () => {
  expect(toErrorData(new AppError("request.invalid", { field: "value", rule: "has-nul" }))).toEqual({
    code: "request.invalid",
    message:
      "The request was refused: value has a NUL character. Nothing was changed; correct it and send it again.",
    details: { field: "value", rule: "has-nul" },
  });
});

test("an error of another kind crosses a border without its text", () => {
  const data = toErrorData(new Error("canary-in-an-error-text"));
  expect(data.code).toBe("internal.unexpected");
  expect(JSON.stringify(data)).not.toContain("canary");
});
