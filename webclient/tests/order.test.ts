import { describe, expect, it } from "vitest";
import { between, indexAt, inOrder, last, moved } from "../src/ui/order";

const rows = [10, 20, 30, 40].map((position) => ({ position }));

describe("a position", () => {
  it("lies between its neighbours, or beyond the edge", () => {
    expect(between(10, 20)).toBe(15);
    expect(between(undefined, 10)).toBeLessThan(10);
    expect(between(40, undefined)).toBeGreaterThan(40);
    expect(between(undefined, undefined)).toBe(0);
  });

  it("for a new row is the last, in whatever order the rows came", () => {
    expect(last([{ position: 40 }, { position: 10 }])).toBeGreaterThan(40);
    expect(last([])).toBe(0);
  });
});

describe("a move", () => {
  it.each([
    [0, 1, 25],
    [3, 0, -1014],
    [1, 2, 35],
    [2, 1, 15],
  ])("from %i to %i gives the row the position %i", (from, to, position) => {
    expect(moved(rows, from, to)).toBe(position);
  });

  it("puts the row where it was asked to be", () => {
    const position = moved(rows, 0, 3) ?? 0;
    const after = inOrder([{ position }, ...rows.slice(1)]);
    expect(after.findIndex((row) => row.position === position)).toBe(3);
  });

  it("is none when the row is there, at the edge, or gone", () => {
    expect(moved(rows, 2, 2)).toBeNull();
    expect(moved(rows, 0, -1)).toBeNull();
    expect(moved(rows, 3, 4)).toBeNull();
    expect(moved(rows, 9, 0)).toBeNull();
  });
});

describe("a drag", () => {
  it("stands where as many rows are above it", () => {
    const middles = [50, 100, 150, 200];
    expect(indexAt(middles, 0, 120)).toBe(1);
    expect(indexAt(middles, 3, 20)).toBe(0);
    expect(indexAt(middles, 1, 999)).toBe(3);
  });
});
