import { expect, test } from "vitest";
import { outlines } from "./outlines.ts";

type Shape = readonly [name: string, attributes: Readonly<Record<string, string>>];

/** A circle or a rectangle with round corners, line or path, as a path. */
function pathOf([name, shape]: Shape): string {
  const at = (attribute: string) => Number(shape[attribute] ?? 0);
  switch (name) {
    case "path":
      // After another shape `m` would count from its end.
      return `${shape["d"]?.startsWith("m") ? "M0 0" : ""}${shape["d"]}`;
    case "line":
      return `M${at("x1")} ${at("y1")}L${at("x2")} ${at("y2")}`;
    case "circle": {
      const r = at("r");
      return `M${at("cx") - r} ${at("cy")}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
    }
    case "rect": {
      const r = at("rx");
      const [width, height] = [at("width") - 2 * r, at("height") - 2 * r];
      const corner = (dx: number, dy: number) => `a${r} ${r} 0 0 1 ${dx} ${dy}`;
      return `M${at("x") + r} ${at("y")}h${width}${corner(r, r)}v${height}${corner(-r, r)}h${-width}${corner(-r, -r)}v${-height}${corner(r, -r)}z`;
    }
    default:
      throw new TypeError(`an icon has a shape ${name}`);
  }
}

test.each(Object.entries(outlines))("%s is drawn as lucide draws it", async (name, outline) => {
  const { __iconData: icon } = (await import(`lucide-react/icons/${name}`)) as {
    __iconData: { node: readonly Shape[] };
  };
  expect(outline).toBe(icon.node.map(pathOf).join(""));
});
