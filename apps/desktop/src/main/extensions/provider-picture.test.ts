import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pictureFrom } from "./provider-picture.ts";

const svg = (inside: string, start = "") =>
  Buffer.from(`${start}<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">${inside}</svg>`);

function png(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.write("89504e470d0a1a0a0000000d49484452", "hex");
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

test("the picture of the example extension is shown as it is", async () => {
  const path = "../../../../../examples/extensions/gateway-provider/gateway.svg";
  const bytes = await readFile(join(import.meta.dirname, path));
  expect(pictureFrom("gateway.svg", bytes)).toBe(`data:image/svg+xml;base64,${bytes.toString("base64")}`);
});

test.each([
  ["an SVG of shapes", "a.svg", svg('<g><path d="M0 0"/><circle r="1"/></g>')],
  ["a declaration and comments", "a.svg", svg("<!-- a < b --><rect/>", '<?xml version="1.0"?>\n')],
  ["a gradient", "a.svg", svg('<defs><linearGradient id="a"><stop offset="0"/></linearGradient></defs>')],
  ["a PNG", "a.png", png(512, 1)],
])("%s is a picture", (_what, file, bytes) => {
  expect(pictureFrom(file, bytes)).toMatch(/^data:image\//);
});

test.each([
  ["no file", "a.svg", undefined],
  ["an empty file", "a.svg", Buffer.alloc(0)],
  ["one too large", "a.svg", svg("<g/>".repeat(10_000))],
  ["another encoding", "a.svg", svg("<g/>", '<?xml version="1.0" encoding="iso-2022-jp"?>')],
  ["an instruction", "a.svg", svg("<g/>", '<?xml-stylesheet href="https://evil.example"?>')],
  ["a script", "a.svg", svg("<script>alert(1)</script>")],
  ["HTML inside", "a.svg", svg("<foreignObject><body/></foreignObject>")],
  ["an image of elsewhere", "a.svg", svg('<image href="https://evil.example/a.png"/>')],
  ["elements that are used many times over", "a.svg", svg('<g id="a"/><use href="#a"/><use href="#a"/>')],
  ["a filter", "a.svg", svg('<filter id="a"><feTurbulence/></filter>')],
  ["a style sheet", "a.svg", svg("<style>@import url(https://evil.example)</style>")],
  ["an animation", "a.svg", svg("<animate/>")],
  ["entities", "a.svg", svg("&a;", '<!DOCTYPE svg [<!ENTITY a "<g/>">]>')],
  ["an element with a prefix", "a.svg", svg("<s:script/>")],
  ["a name in other letters", "a.svg", svg("<SCRIPT/>")],
  ["a page", "a.svg", Buffer.from("<html><body>hello</body></html>")],
  ["a picture of another kind", "a.png", svg("<g/>")],
  ["a PNG that is called SVG", "a.svg", png(16, 16)],
  ["a PNG too wide", "a.png", png(513, 1)],
  ["a PNG of no size", "a.png", png(0, 0)],
  ["a PNG cut short", "a.png", png(16, 16).subarray(0, 20)],
])("%s is none", (_what, file, bytes) => {
  expect(pictureFrom(file, bytes)).toBeUndefined();
});
