// Runs the scripts of one of examples/uses in every way in which `napisan check` can: they hold, and
// nothing is reported.
//
//   node check_uses.mjs --napisan PATH --modules DIR --use NAME [--openharmony] [--sanitized]
//       [--way TEXT]
//
// --openharmony takes libNAME.so in place of NAME.node; --sanitized leaves out profiles that differ in
// nothing that a sanitizer sees; --way only those ways whose name has TEXT.
//
// Exit status: 0, 1 where a run is not as it should be or nothing ran, 2 for usage.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runCheck } from './run_check.mjs';

const examples = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../examples/uses');

const kProfiles = ['node20', 'node22', 'node24', 'node26', 'openharmony'];
// What a sanitizer sees of a module is the same in all that are Node's.
const kProfilesSanitized = ['node24', 'openharmony'];

/** What is run: a script, the words for it, and which threads and order of works that means. */
function waysOf(use, profiles) {
  const ways = [];
  const add = (script, name, ...words) => ways.push({ script, name, words });
  const terminated = `${use}_terminated`;
  for (const profile of profiles) {
    add(use, profile, '--profile', profile);
    add(use, `${profile}, zeal`, '--profile', profile, '--gc', 'zeal');
    for (const agent of ['worker', 'taskpool']) {
      add(use, `${profile}, ${agent}`, '--profile', profile, '--agent', agent);
      add(terminated, `${profile}, ${agent}`, '--profile', profile, '--agent', agent);
    }
    add(terminated, profile, '--profile', profile);
    add(terminated, `${profile}, zeal`, '--profile', profile, '--gc', 'zeal');
  }
  // Some of its orders: those of the calls that are under way at once come first.
  add(use, 'orders', '--orders', '--orders-max', '20');
  add(use, 'types', '--types', path.join(examples, use, 'index.d.ts'));
  return ways;
}

/** Why a run is not as it should be: one sentence each. */
function problemsOf(way, result, text) {
  const problems = [];
  if (result.timed_out) problems.push('napisan did not end');
  if (result.signal) problems.push(`napisan died of ${result.signal}`);
  if (result.rules.length > 0) problems.push(`reported ${result.rules.join(', ')}`);
  if (problems.length === 0 && result.exit !== 0) problems.push(`exit status ${result.exit}`);
  if (problems.length === 0 && result.stderr.length > 0) problems.push('it has something to say');
  // That it expected nothing would look as well. Orders print no calls.
  const expects = text.match(/^expect /gm)?.length ?? 0;
  const printed = new Set(result.stdout.filter((line) => /^\[\d+\] expect /.test(line))).size;
  if (way.name !== 'orders' && printed !== expects) {
    problems.push(`${printed} of ${expects} expectations were looked at`);
  }
  return problems;
}

function main() {
  const { values } = parseArgs({
    options: {
      napisan: { type: 'string' },
      modules: { type: 'string' },
      use: { type: 'string' },
      openharmony: { type: 'boolean', default: false },
      sanitized: { type: 'boolean', default: false },
      way: { type: 'string', default: '' },
    },
  });
  const { napisan, modules, use, openharmony } = values;
  if (!napisan || !modules || !use) throw new Error('--napisan, --modules and --use are needed');
  const module = path.resolve(modules, openharmony ? `lib${use}.so` : `${use}.node`);
  fs.accessSync(module);
  const profiles = openharmony ? ['openharmony'] : values.sanitized ? kProfilesSanitized : kProfiles;
  let ran = 0;
  let failed = 0;
  for (const way of waysOf(use, profiles)) {
    if (!way.name.includes(values.way)) continue;
    const script = path.resolve(modules, `${way.script}.script`);
    const result = runCheck(path.resolve(napisan), [module, '--script', script, ...way.words]);
    const problems = problemsOf(way, result, fs.readFileSync(script, 'utf8'));
    ran += 1;
    const says = problems.join('; ') || 'holds';
    console.log(`${way.script.padEnd(20)} ${way.name.padEnd(22)} ${says}`);
    if (problems.length === 0) continue;
    failed += 1;
    for (const line of result.stderr) console.log(`    ${line}`);
  }
  console.log(`${ran} runs, ${failed} failed`);
  return ran === 0 || failed > 0 ? 1 : 0;
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(`check_uses: ${error.message}`);
  process.exitCode = 2;
}
