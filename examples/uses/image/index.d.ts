/** How far it is: 1 decoded, 2 resized, 3 encoded. */
export type OnProgress = (done: number, total: number) => void;

export interface Picture {
  width: number;
  height: number;
  /** Red, green, blue and alpha, row by row. */
  pixels: Buffer;
}

// A PNG is read where it is: it must not be written to until the promise is settled.

export function decode(png: Buffer): Promise<Picture>;

/** A PNG of another size. All calls of onProgress come before the promise is settled. */
export function resize(png: Buffer, width: number, height: number,
                       onProgress?: OnProgress): Promise<Buffer>;

/** Squares of several sizes, all made at once. */
export function icons(png: Buffer, sides: number[]): Promise<Buffer[]>;

/** Draws a PNG, the same picture for the same size. */
export function draw(width: number, height: number): Promise<Buffer>;

/** Rejects all that is under way with ECANCELED, and tells how much that is. */
export function cancel(): number;
