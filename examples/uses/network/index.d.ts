export interface Reply {
  status: number;
  /** Its Content-Type, or ''. */
  type: string;
  body: Buffer;
}

/** An HTTP request, with a limit of 30 s, or of so many milliseconds. Redirections are followed. */
export function get(url: string, timeout?: number): Promise<Reply>;

/** Several at once. One that fails makes all of it fail; a status is no failure. */
export function getAll(urls: string[], timeout?: number): Promise<Reply[]>;

export function post(url: string, body: Buffer, timeout?: number): Promise<Reply>;

/** Rejects all that is under way with ECANCELED, and tells how much that is. */
export function cancel(): number;
