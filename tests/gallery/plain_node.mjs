// What a real Node.js, with nothing of ours in it, does with the modules of the gallery.
//
//   node plain_node.mjs --modules DIR [--node PATH] [--out FILE] [--only NAME]
//
// Each module runs in a process of its own: most of them crash it, hang it or corrupt its memory,
// so what the misused ones do is recorded and not judged. The right ones must give the results
// that gallery.json names. PATH is $NAPISAN_NODE, or else the Node that runs this.
//
// Exit status: 0, 1 where a right module fails or nothing ran, 2 for usage.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = path.dirname(fileURLToPath(import.meta.url));
export const misuseFolder = path.join(here, '../../examples/misuse');

/** The entries of gallery.json, the misused modules first. */
export function readGallery(only) {
  const gallery = JSON.parse(fs.readFileSync(path.join(misuseFolder, 'gallery.json'), 'utf8'));
  const entries = [
    ...gallery.misuse.map((entry) => ({ ...entry, misuse: true })),
    ...gallery.right.map((entry) => ({ ...entry, misuse: false })),
  ];
  return only ? entries.filter((entry) => entry.name === only) : entries;
}

/** Runs a command to its end, or kills it after `seconds`. No core file is left behind. */
export function runBounded(command, seconds, environment = process.env, folder = undefined) {
  const result = spawnSync('sh', ['-c', 'ulimit -c 0; exec "$@"', 'sh', ...command], {
    cwd: folder,
    encoding: 'utf8',
    env: environment,
    killSignal: 'SIGKILL',
    maxBuffer: 64 << 20,
    timeout: seconds * 1000,
  });
  const timedOut = result.error?.code === 'ETIMEDOUT';
  if (result.error && !timedOut) throw result.error;
  return {
    exit: result.status,
    signal: timedOut ? null : result.signal,
    timed_out: timedOut,
    stdout: result.stdout.split('\n').filter(Boolean),
    stderr: result.stderr.split('\n').filter(Boolean).slice(0, 40),
  };
}

export function nodeVersion(node) {
  return runBounded([node, '--version'], 20).stdout[0] ?? 'unknown';
}

export function runInNode(node, modules, entry) {
  const file = path.join(modules, `${entry.name}.node`);
  const command = [node, path.join(here, 'call_module.mjs'), file, ...entry.calls];
  const result = runBounded(command, entry.timeout ?? 10);
  return { ...result, says: inWords(entry, result) };
}

function inWords(entry, result) {
  if (result.timed_out) return 'hangs';
  if (result.signal) return `dies of ${result.signal}`;
  if (result.exit !== 0) return `exits with ${result.exit}`;
  const events = result.stdout.map((line) => line.slice(line.indexOf(' ') + 1));
  const seen = events.filter((event) => !/^returned (\[promise\]|undefined)$/.test(event));
  const pending = events.filter((event) => event === 'returned [promise]').length;
  if (pending > seen.filter((event) => /^(resolved|rejected) /.test(event)).length) {
    seen.push('a promise never settles');
  }
  const called = seen.some((event) => event.startsWith('callback '));
  if (/\bcallback\b/.test(entry.calls.join()) && !called) {
    seen.push('the callback is never called');
  }
  return `exits with 0: ${seen.join(', ') || 'nothing to see'}`;
}

/** Why a right module's run is not as gallery.json has it, or null. */
export function wrongResult(entry, result) {
  if (result.exit !== 0) return result.says;
  const missing = (entry.results ?? []).filter((line) => !result.stdout.includes(line));
  return missing.length === 0 ? null : `missing: ${missing.join('; ')}`;
}

export function writeJson(file, value) {
  fs.mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  fs.writeFileSync(file, `${JSON.stringify(value, null, 1)}\n`);
}

function main() {
  const { values } = parseArgs({
    options: {
      modules: { type: 'string' },
      node: { type: 'string', default: process.env.NAPISAN_NODE || process.execPath },
      only: { type: 'string' },
      out: { type: 'string' },
    },
  });
  if (!values.modules) throw new Error('--modules DIR is missing');
  const version = nodeVersion(values.node);
  console.log(`Node ${version} (${values.node})`);
  const runs = [];
  let failed = 0;
  for (const entry of readGallery(values.only)) {
    const result = runInNode(values.node, values.modules, entry);
    const wrong = entry.misuse ? null : wrongResult(entry, result);
    if (wrong) failed += 1;
    runs.push({ name: entry.name, calls: entry.calls, ...result, wrong });
    console.log(`${entry.name.padEnd(26)}${result.says}${wrong ? `   FAILED: ${wrong}` : ''}`);
  }
  if (values.out) writeJson(values.out, { node: version, runs });
  console.log(`${runs.length} modules ran, ${failed} failed`);
  return failed > 0 || runs.length === 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = main();
  } catch (error) {
    console.error(`plain_node: ${error.message}`);
    process.exitCode = 2;
  }
}
