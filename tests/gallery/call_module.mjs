// Loads one module into this very Node and calls its exports, as `napisan check` does in its host:
//
//   node call_module.mjs MODULE 'asyncWork(1024)' ...
//
// prints one line for each thing that comes of a call: its number, what happened, the value. Lines
// are written at once, so that what a crash cut short is on record.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const show = (value) => {
  if (typeof value === 'function') return '[function]';
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Error) return String(value);
  if (typeof value?.then === 'function') return '[promise]';
  return JSON.stringify(value) ?? String(value);
};
const say = (index, event, value) => fs.writeSync(1, `${index} ${event} ${value}\n`);

function call(exports, text, index) {
  const [, name, list] = /^\s*([\w$]+)\s*\((.*)\)\s*$/s.exec(text) ?? [];
  if (typeof exports[name] !== 'function') throw new Error(`${text}: no such function`);
  const callback = (...values) => say(index, 'callback', values.map(show).join(', '));
  const values = new Function('callback', 'Buffer', `return [${list}];`)(callback, Buffer);
  let returned;
  try {
    returned = exports[name](...values);
  } catch (error) {
    return say(index, 'threw', show(error));
  }
  say(index, 'returned', show(returned));
  if (typeof returned?.then !== 'function') return;
  returned.then(
    (value) => say(index, 'resolved', show(value)),
    (value) => say(index, 'rejected', show(value)),
  );
}

const [file, ...calls] = process.argv.slice(2);
if (!file || calls.length === 0) {
  console.error('usage: node call_module.mjs MODULE CALL...');
  process.exit(2);
}
const loaded = { exports: {} };
process.dlopen(loaded, path.resolve(file), os.constants.dlopen.RTLD_LAZY);
calls.forEach((text, index) => call(loaded.exports, text, index));
