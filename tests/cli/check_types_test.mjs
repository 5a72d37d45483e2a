// `napisan check --types`: what is said where a module is not as its declarations say, and that
// nothing is said where it is. Without npm's typescript only that it is missing is tested.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { check, isUsageError, notEmulated, scratchFolder } from './command.mjs';

// Where typescript is installed.
const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const environment = { NAPISAN_NODE: process.execPath };

function hasTypeScript() {
  try {
    return Boolean(createRequire(path.join(root, 'index.js'))('typescript').createProgram);
  } catch {
    return false;
  }
}
const skip = hasTypeScript() ? false : 'npm ci installs typescript, which this needs';

/** Runs statements on the module `things` with declarations. */
async function typed(t, declarations, statements, options = {}) {
  const folder = scratchFolder(t);
  const types = path.join(folder, 'index.d.ts');
  const file = path.join(folder, 'x.script');
  fs.writeFileSync(types, declarations);
  fs.writeFileSync(file, statements);
  const args = ['--types', types, '--script', file];
  const result = await check('things', [], { cwd: root, environment, ...options, args });
  const told = result.lines.filter((line) => line.startsWith('napisan: '));
  const short = (line) =>
    line.replaceAll(file, 'x.script').replace(/\S*\/things\.node/, 'things.node');
  return { ...result, told: told.map((line) => short(line.slice('napisan: '.length))) };
}

const right = `
export interface Point { x: number; y?: number; next?: Point }
export declare function later<T>(value: T): Promise<T>;
export declare function refuse(reason: unknown): Promise<never>;
export type Done = (error: Error | null, value?: string) => void;
export declare function twice(value: string, done: Done): void;
export declare function echo(value: Point): Point;
export declare function echo(value: 'a' | 'b'): 'a' | 'b';
export declare function echo(value: [number, string?]): [number, string?];
export declare function echo(value: bigint[]): ReadonlyArray<bigint>;
export declare function echo(value: Buffer): Uint8Array;
export declare function echo(value?: () => void): unknown;
export declare function fail(): never;
export declare function never(): Promise<void>;
export declare class Counter {
  constructor(start: number);
  add(amount: number): number;
  addLater(amount: number): Promise<number>;
  count: number;
  private hidden: string;
}
export declare const enum OnlyTypes { A, B }
export type Nothing = Counter | undefined;
`;

test('a module that is as declared has no failures', { skip }, async (t) => {
  const result = await typed(
    t,
    right,
    `
    expect await later(5) is 5
    expect throws await refuse(1) is 1
    twice('x', callback(done))
    await done
    echo({ x: 1, y: 2, next: { x: 3 } })
    echo('a')
    echo([1])
    echo([1n, 2n])
    echo(Buffer('bytes'))
    echo()
    counter = new Counter(1)
    sum = counter.add(2)
    expect await counter.addLater(sum) is 6
    counter.count = 1
    number = counter.count
    expect throws fail() has 'as asked'
    expect throws fail(1, 2, 3) has 'as asked'
    `,
  );
  assert.deepEqual(result.told, []);
  assert.equal(result.status, 0, result.stderr);
});

const mismatches = [
  // what it is about, declarations, statements, what is told
  [
    'a missing export',
    `export declare function later(value: number): Promise<number>;
     export const VERSION: string;`,
    '',
    ['things.node exports no VERSION, but index.d.ts says VERSION: string'],
  ],
  [
    'an export of another kind',
    'export const Counter: number;',
    '',
    [/exports Counter, which is \[(class|Function:) Counter\].*, but index\.d\.ts says number$/],
  ],
  [
    'too few and too many arguments',
    'export declare function echo(a: number, b?: number): void;',
    'echo()\necho(1, 2, 3)\necho(1)',
    [
      'x.script:1:1: echo() has 0 arguments, ' +
        'but index.d.ts says (a: number, b?: number | undefined) => void',
      'x.script:2:1: echo(…) has 3 arguments, ' +
        'but index.d.ts says (a: number, b?: number | undefined) => void',
    ],
  ],
  [
    'an argument of another type',
    'export declare function echo(a: { deep: { list: string[] } }, ...more: number[]): unknown;',
    "echo({ deep: { list: ['x', 5] } }, 1, '2')",
    [
      "x.script:1:6: argument 1 of echo(…) is { deep: { list: [ 'x', 5 ] } }, " +
        'but index.d.ts says a: { deep: { list: string[]; }; }',
      "x.script:1:39: argument 3 of echo(…) is '2', but index.d.ts says ...more: number[]",
    ],
  ],
  [
    'a call that no overload takes',
    `export declare function echo(a: number): number;
     export declare function echo(a: string): string;`,
    'echo(true)',
    [
      'x.script:1:1: no signature takes the arguments of echo(…), ' +
        'but index.d.ts says { (a: number): number; (a: string): string; }',
    ],
  ],
  [
    'a result of another type',
    'export declare function echo(a: unknown): string;',
    'x = echo(5)',
    ['x.script:1:5: echo(…) returned 5, but index.d.ts says string'],
  ],
  [
    'a promise of another type',
    'export declare function later(a: unknown): Promise<number>;',
    "later('x')\nlater(1)",
    ["x.script:1:1: later(…) resolved with 'x', but index.d.ts says Promise<number>"],
  ],
  [
    'a promise that is none',
    'export declare function echo(a: unknown): Promise<number>;',
    'echo(1)',
    ['x.script:1:1: echo(…) returned 1, but index.d.ts says Promise<number>'],
  ],
  [
    'a callback that is called otherwise',
    'export declare function twice(a: string, done?: (value: number) => void): void;',
    "twice('x', callback)",
    [
      "x.script:1:12: the callback of twice(…) was called with (null, 'x'), " +
        'but index.d.ts says (value: number) => void',
      'x.script:1:12: the callback of twice(…) was called with (null), ' +
        'but index.d.ts says (value: number) => void',
    ],
  ],
  [
    'a class, its methods and properties',
    `export declare class Counter {
       constructor(); add(n: string): number; count: string; gone(): void
     }`,
    "c = new Counter(1)\nc.add(1)\nx = c.count",
    [
      'x.script:1:9: new Counter(…) has 1 argument, but index.d.ts says new () => Counter',
      /^x\.script:1:9: new Counter\(…\) returned Counter \{\}, but index\.d\.ts says Counter$/,
      'x.script:2:7: argument 1 of c.add(…) is 1, but index.d.ts says n: string',
      'x.script:3:5: c.count is 2, but index.d.ts says string',
    ],
  ],
];
for (const [about, declarations, statements, expected] of mismatches) {
  test(`it tells of ${about}`, { skip }, async (t) => {
    const result = await typed(t, declarations, statements);
    assert.equal(result.told.length, expected.length, result.stderr);
    for (const [index, line] of expected.entries()) {
      if (line instanceof RegExp) assert.match(result.told[index], line);
      else assert.equal(result.told[index], line);
    }
    assert.equal(result.status, 1);
  });
}

test('declarations that name the module, as OpenHarmony has them', { skip }, async (t) => {
  const later = 'export const later: (n: number) => Promise<string>;';
  const named = `declare module 'libthings.so' { ${later} }`;
  const result = await typed(t, named, 'await later(1)');
  assert.deepEqual(result.told, [
    'x.script:1:7: later(…) resolved with 1, but index.d.ts says Promise<string>',
  ]);
});

test('declarations that cannot be read', { skip }, async (t) => {
  isUsageError(await typed(t, 'export declare function (', ''), /index\.d\.ts:1:\d+: /);
  isUsageError(await typed(t, 'declare const x: number;', ''), /exports nothing; declare with/);
  isUsageError(await typed(t, 'export type T = number;', ''), /exports no values; declare with/);
  const options = { cwd: root, environment, args: ['--types', '/nowhere/index.d.ts'] };
  isUsageError(await check('things', [], options), /no such file; name a \.d\.ts file/);
});

test('what is missing is said', notEmulated, async (t) => {
  const folder = scratchFolder(t);
  const elsewhere = { cwd: folder, environment };
  isUsageError(
    await typed(t, right, '', elsewhere),
    /--types: typescript is missing, which parses it: npm install typescript/,
  );
  const nowhere = { environment: { NAPISAN_NODE: path.join(folder, 'node') } };
  isUsageError(
    await typed(t, right, '', nowhere),
    /--types: cannot run .*node: No such file or directory; name a Node\.js in NAPISAN_NODE/,
  );
  const none = { environment: { NAPISAN_NODE: '/bin/false' } };
  const noNode = /--types: \/bin\/false cannot read .*; is it a Node/;
  isUsageError(await typed(t, right, '', none), noNode);
});
