// Cases that fuzzing found, in this real Node.js: each is exported as an addon, built and played, and
// every call must have the status that it had in the host, and the same callbacks run.
//
//   node compare_cases.mjs BUILD CASE-OR-FOLDER… [--most N]
//
// Of a folder with more than N cases every so manieth is taken. What differs is kept in
// build/report/conformance, one folder a case, with the addon; a summary in conformance.json beside
// it. Exit status: 0 none differs, 1 one does or there was none, 2 usage.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readArguments, UsageError } from './arguments.mjs';

const top = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');

// A first difference that is no disagreement, and why; `callback` is the one that ran last before it.
// What follows from it is not looked at.
export const explained = [
  {
    // Until a Node.js answers as documented.
    line: /^call napi_cancel_async_work 0, in the host 9$/,
    callback: /^callback OnComplete /,
    why: 'finding 8: a cancelled work is cancelled once more when it completes',
  },
  {
    // As long as the host has no engine.
    line: /^call napi_run_script \d+, in the host 23$/,
    why: 'the host has no JavaScript engine',
  },
];

const kOtherOrder = 'callbacks came in another order, which is for Node.js to say';

/** Whether the callbacks that ran did not run in the order in which the addon has them. */
function isInOtherOrder(lines, addon) {
  const planned = [...addon.matchAll(/^ {4}\{"(On\w+)", (\d+), Body/gm)].map(([, callback, cell]) => `callback ${callback} of cell ${cell}`);
  return lines.filter((line) => line.startsWith('callback ')).some((line, at) => line !== planned[at]);
}

// A callback of it ran before the call that makes what it uses: told by Node.js, not by a line. Until
// addons know the order of calls and callbacks.
const kTooEarly = 'Assertion failed: (func) != nullptr';

/** What became of a case: { verdict: 'same' | 'explained' | 'differs', first, why }. */
export function judge(run, addon = '') {
  const verdict = compareLines(run);
  if (verdict.verdict !== 'differs') return verdict;
  const upTo = run.stdout.split(`${verdict.first}\n`)[0].trimEnd().split('\n');
  return isInOtherOrder(upTo, addon) || run.stderr?.includes(kTooEarly) ? { ...verdict, verdict: 'explained', why: kOtherOrder } : verdict;
}

function compareLines({ status, signal, stdout }) {
  const lines = stdout.trimEnd().split('\n');
  const first = lines.find((line) => /(in the host|not in the host)/.test(line));
  const last = lines.slice(0, lines.indexOf(first)).findLast((line) => line.startsWith('callback ')) ?? '';
  const reason = explained.find((each) => each.line.test(first ?? '') && (each.callback ?? /^/).test(last));
  if (reason) return { verdict: 'explained', first, why: reason.why };
  if (first) return { verdict: 'differs', first };
  if (status !== 0) return { verdict: 'differs', first: `Node.js ended with ${signal ?? `status ${status}`}` };
  const [, ran, expected] = /^[1-9]\d* calls, 0 with another status; (\d+) of (\d+) callbacks ran$/.exec(lines.at(-1)) ?? [];
  if (ran === undefined) return { verdict: 'differs', first: `it made no calls: ${lines.at(-1)}` };
  if (ran !== expected) return { verdict: 'differs', first: `${ran} of ${expected} callbacks ran` };
  return { verdict: 'same' };
}

/** At most so many, spread evenly. */
export function choose(files, most) {
  const step = Math.max(1, files.length / most);
  return files.filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step));
}

function filesOf(names, most) {
  return names.flatMap((name) => {
    if (!fs.existsSync(name)) throw new UsageError(`there is no ${name}; ./suite fuzz fuzz_all makes cases`);
    if (!fs.statSync(name).isDirectory()) return [name];
    return choose(fs.readdirSync(name).sort(), most).map((file) => path.join(name, file));
  });
}

/** A program's end; a minute is a hang. */
function run(command, args) {
  return new Promise((resolve) => {
    // With one thread in its pool a driver plays the case itself: no child of it outlives it.
    const env = { ...process.env, UV_THREADPOOL_SIZE: '1' };
    const child = spawn(command, args, { env, timeout: 60_000, killSignal: 'SIGKILL' });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data) => { stdout += data; });
    child.stderr.on('data', (data) => { stderr += data; });
    child.on('error', (error) => resolve({ status: -1, signal: null, stdout, stderr: String(error) }));
    child.on('close', (status, signal) => resolve({ status, signal, stdout, stderr }));
  });
}

async function compare(build, file, place) {
  fs.mkdirSync(place, { recursive: true });
  const exported = await run(path.join(build, 'bin/napisan'), ['case', 'export', file, '--target', 'fuzz_all', '--addon', place]);
  if (exported.status !== 0) return { verdict: 'refused', first: exported.stderr.trim() };
  const addon = path.join(place, 'addon.node');
  const headers = path.join(top, 'node_modules/node-api-headers/include');
  const built = await run(process.env.CXX ?? 'clang++',
    ['-std=c++20', '-O0', '-fPIC', '-shared', `-I${headers}`, path.join(place, 'addon.cc'), '-o', addon]);
  if (built.status !== 0) return { verdict: 'differs', first: `it cannot be built: ${built.stderr.split('\n')[0]}` };
  const played = await run(process.execPath, [path.join(place, 'driver.mjs'), addon]);
  fs.writeFileSync(path.join(place, 'output.txt'), played.stdout + played.stderr);
  return judge(played, fs.readFileSync(path.join(place, 'addon.cc'), 'utf8'));
}

export async function main(args) {
  const { build, names, most } = readArguments(args, { most: 400 });
  if (names.length === 0) throw new UsageError('a case or a folder of cases is expected');
  const files = filesOf(names, most);
  const report = path.join(top, 'build/report');
  const folder = path.join(report, 'conformance');
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const summary = { node: process.version, cases: files.length, same: 0, explained: {}, refused: 0, differ: [] };
  const write = () => fs.writeFileSync(path.join(report, 'conformance.json'), `${JSON.stringify(summary, null, 2)}\n`);
  let next = 0;
  let told = Date.now();
  const work = async () => {
    while (next < files.length) {
      const file = files[next++];
      const place = path.join(folder, path.basename(file));
      const { verdict, first, why } = await compare(build, file, place);
      if (verdict === 'differs') {
        summary.differ.push({ case: file, first });
        console.log(`differs: ${path.basename(file)}: ${first}`);
      } else {
        fs.rmSync(place, { recursive: true, force: true });
      }
      if (verdict === 'same') ++summary.same;
      if (verdict === 'refused') ++summary.refused;
      if (verdict === 'explained') summary.explained[why] = (summary.explained[why] ?? 0) + 1;
      write();
      if (Date.now() - told > 5000) {
        told = Date.now();
        console.error(`${next} of ${files.length} cases`);
      }
    }
  };
  await Promise.all(Array.from({ length: os.availableParallelism() }, work));
  console.log(`${summary.same} of ${files.length} cases do the same in Node.js ${process.version}; ${summary.differ.length} differ, ${summary.refused} cannot be exported`);
  for (const [why, count] of Object.entries(summary.explained)) console.log(`${count} differ, and no wonder: ${why}`);
  if (summary.differ.length > 0) console.log('see build/report/conformance');
  return summary.same > 0 && summary.differ.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (['-h', '--help'].includes(process.argv[2])) {
    console.log('usage: compare_cases.mjs BUILD CASE-OR-FOLDER… [--most N]');
    process.exit(0);
  }
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`compare_cases: ${error.message}`);
    process.exitCode = 2;
  }
}
