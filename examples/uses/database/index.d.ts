export type Value = null | number | bigint | string | Buffer;

/** Statements run one at a time, in the order of the calls. */
export class Database {
  private constructor();

  /** Runs a statement, and tells how many rows it changed. */
  run(sql: string, values?: Value[]): Promise<number>;

  /** The rows of a query. An integer that a number cannot hold is a bigint. */
  all(sql: string, values?: Value[]): Promise<Array<{ [column: string]: Value }>>;

  /** When all that was called before is done. Nothing can be called after it. */
  close(): Promise<void>;
}

/** Opens a file, or ':memory:'. One that is not closed is closed when it is collected. */
export function open(path: string): Promise<Database>;

/** Rejects all that is under way with ECANCELED, and tells how much that is. */
export function cancel(): number;
