import { MAX_PICTURE_BYTES, ProviderPicture } from "@latchkey/api-contracts/providers";

/**
 * The elements of which a picture may be made. As an image an SVG runs no script and loads nothing, whatever is in it;
 * but what refers to other elements, or filters them, can make a few bytes take minutes to draw.
 */
const shapes = new Set([
  "svg",
  "g",
  "title",
  "desc",
  "defs",
  "path",
  "rect",
  "circle",
  "ellipse",
  "line",
  "polyline",
  "polygon",
  "linearGradient",
  "radialGradient",
  "stop",
]);

const maxPixels = 512;

/** The first bytes of every PNG, up to the word that its size follows. @see https://www.w3.org/TR/png-3/#5PNG-file-signature */
const pngStart = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");

/** A file of an extension as a picture that the window shows; undefined for anything that is not fit for it. */
export function pictureFrom(file: string, bytes: Buffer | undefined): ProviderPicture | undefined {
  if (!bytes || bytes.byteLength > MAX_PICTURE_BYTES) return undefined;
  if (file.endsWith(".png") && isPlainPng(bytes)) return dataUrl("image/png", bytes);
  if (file.endsWith(".svg") && isPlainSvg(bytes.toString("utf8"))) return dataUrl("image/svg+xml", bytes);
  return undefined;
}

const dataUrl = (type: string, bytes: Buffer) =>
  ProviderPicture.parse(`data:${type};base64,${bytes.toString("base64")}`);

function isPlainPng(bytes: Buffer): boolean {
  if (bytes.byteLength < 24 || !bytes.subarray(0, pngStart.byteLength).equals(pngStart)) return false;
  const sides = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  return sides.every((side) => side > 0 && side <= maxPixels);
}

/** Another encoding would make other letters of the bytes than those that are looked at here. */
const xmlDeclaration =
  /^\uFEFF?<\?xml version=["']1\.\d["'](?: encoding=["']utf-8["'])?(?: standalone=["']\w+["'])?\s*\?>/i;

function isPlainSvg(text: string): boolean {
  const markup = text.replace(xmlDeclaration, "").replaceAll(/<!--.*?-->/gs, "");
  if (!/^\s*<svg[\s>]/.test(markup)) return false;
  // Declarations and entities can make much out of little.
  if (/<[!?]|&/.test(markup)) return false;
  return [...markup.matchAll(/<\/?([^\s/>]*)/g)].every(([, name = ""]) => shapes.has(name));
}
