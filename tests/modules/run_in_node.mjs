// Runs one script in this very Node: the module is the real one's guest, and the script's words are
// turned into JavaScript.
//
//   node run_in_node.mjs MODULE SCRIPT
//
// One that ends with `terminate` runs in a Worker, which is then terminated.
//
// Exit status: 0, 1 where the script does not hold.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { terminates } from './scripts.mjs';

const [moduleFile, scriptFile] = process.argv.slice(2);
const script = fs.readFileSync(scriptFile, 'utf8');
const load = (file) => {
  const module = { exports: {} };
  process.dlopen(module, file, os.constants.dlopen.RTLD_LAZY);
  return module;
};
let loaded;

/** Calls of callback(name), and who waits for the next one. */
class Recording {
  calls = [];
  awaited = 0;
  tell = () => {};
  record = (...values) => {
    this.calls.push(values);
    this.tell();
  };
  async next() {
    while (this.calls.length <= this.awaited) await new Promise((resolve) => (this.tell = resolve));
    return this.calls[this.awaited++];
  }
}

const recordings = new Map();
const scope = {
  Buffer: (text, encoding) => Buffer.from(text, encoding),
  callback: (name) => {
    if (!recordings.has(name)) {
      const recording = new Recording();
      recordings.set(name, recording);
      scope[name] = recording.calls;
    }
    return recordings.get(name).record;
  },
  ignored: () => {},
  called: (name) => recordings.get(name).next(),
  require: (file) => load(path.resolve(path.dirname(scriptFile), file)).exports,
};

/** Cuts at line ends and semicolons that are in no bracket and no string; drops comments. */
function statementsOf(text) {
  const statements = [];
  let current = '';
  let line = 1;
  let start = 1;
  let depth = 0;
  const finish = () => {
    if (current.trim()) statements.push({ line: start, text: current.trim() });
    current = '';
  };
  for (const [token] of text.matchAll(/'(?:\\.|[^'])*'|"(?:\\.|[^"])*"|\/\/.*|[^]/g)) {
    if (token.startsWith('//')) continue;
    if ('([{'.includes(token)) depth += 1;
    if (')]}'.includes(token)) depth -= 1;
    if (depth === 0 && (token === '\n' || token === ';')) finish();
    else current += token;
    if (token === '\n') line += 1;
    if (!current.trim()) start = line;
  }
  finish();
  return statements;
}

/** Cuts 'left is right' where the word is in no bracket and no string. */
function cutAtWord(text) {
  let depth = 0;
  for (const match of text.matchAll(/'(?:\\.|[^'])*'|"(?:\\.|[^"])*"| (?:is|has) |[^]/g)) {
    const [token] = match;
    if ('([{'.includes(token)) depth += 1;
    if (')]}'.includes(token)) depth -= 1;
    if (depth === 0 && / (is|has) /.test(token)) {
      return [text.slice(0, match.index), token.trim(), text.slice(match.index + token.length)];
    }
  }
  return [text, null, null];
}

function javaScriptOf(expression) {
  const awaited = /^await (\w+)$/.exec(expression)?.[1];
  if (awaited && recordings.has(awaited)) return `await called('${awaited}')`;
  return expression
    .replace(/\bcallback\((\w+)\)/g, "callback('$1')")
    .replace(/\bcallback\b(?!\()/g, 'ignored');
}

/** Its value in an array, so that a promise stays one. */
function evaluate(expression) {
  const body = `return (async () => [${javaScriptOf(expression)}])();`;
  const inScope = `with (exports) { with (scope) { ${body} } }`;
  return new Function('exports', 'scope', inScope)(loaded.exports, scope);
}

async function run(text) {
  const expects = /^expect (throws )?(?![(.])/.exec(text);
  if (!expects) {
    const [, name, value] = /^(?:(\w+) = )?([^]*)$/.exec(text);
    const [result] = await evaluate(value);
    if (name) scope[name] = result;
    return;
  }
  const [expression, word, wanted] = cutAtWord(text.slice(expects[0].length));
  const outcome = await evaluate(expression).then(
    ([value]) => ({ value }),
    (thrown) => ({ thrown }),
  );
  const threw = 'thrown' in outcome;
  if (threw !== Boolean(expects[1])) throw outcome.thrown ?? new Error('no exception');
  const actual = outcome.value ?? outcome.thrown;
  if (word === 'is') assert.deepEqual(actual, (await evaluate(wanted))[0]);
  if (word === 'has') {
    const text = inspect(actual, { breakLength: Infinity });
    const printed = typeof actual === 'string' ? actual : text;
    assert.ok(printed.includes((await evaluate(wanted))[0]), `${printed} has not ${wanted}`);
  }
}

async function runAll() {
  loaded = load(moduleFile);
  // What is rejected is awaited by some later line, or by none.
  process.on('unhandledRejection', () => {});
  let ended = false;
  process.on('exit', () => {
    if (ended) return;
    console.error('the loop is idle, and the script is not at its end');
    process.exitCode = 1;
  });
  for (const { line, text } of statementsOf(script)) {
    if (text === 'terminate') return parentPort.postMessage('terminate');
    try {
      await run(text);
    } catch (error) {
      console.error(`${scriptFile}:${line}: ${text}\n    ${inspect(error)}`);
      process.exitCode = 1;
      break;
    }
  }
  ended = true;
}

if (isMainThread && terminates(script)) {
  const worker = new Worker(fileURLToPath(import.meta.url), { argv: process.argv.slice(2) });
  worker.on('message', () => worker.terminate());
} else {
  await runAll();
}
