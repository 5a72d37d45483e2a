/** How far it is: bytes done, and bytes in all. */
export type OnProgress = (done: number, total: number) => void;

export interface Copied {
  bytes: number;
  sha256: string;
}

/** A file's SHA-256, in hexadecimal. All calls of onProgress come before the promise is settled. */
export function hash(path: string, onProgress?: OnProgress): Promise<string>;

/** The same of several files at once. */
export function hashAll(paths: string[]): Promise<string[]>;

/** Copies a file, and hashes what it copies. A copy that fails or is cancelled is removed. */
export function copy(from: string, to: string, onProgress?: OnProgress): Promise<Copied>;

/** Writes a file of so many bytes, the same for the same size. */
export function fill(path: string, size: number): Promise<void>;

/** Rejects all that is under way with ECANCELED, and tells how much that is. */
export function cancel(): number;
