// Runs each script of this folder on its module under `napisan check`, in every profile: it holds,
// and what is reported is what the script says, which is mostly nothing.
//
//   node modules.mjs --napisan PATH --built DIR --packages DIR [--out FILE] [--only npm|built]
//                    [--name NAME]
//
// Exit status: 0, 1 where any run is not as it should be, 2 for usage, 77 where nothing is
// installed.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runBounded, writeJson } from '../gallery/plain_node.mjs';
import { readScripts, whyMissing } from './scripts.mjs';

const kSecondsMax = 120;

function runEntry(napisan, entry, profile) {
  // The scripts' own files are made where they run.
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'napisan-modules-'));
  try {
    const file = path.join(scratch, 'reports.jsonl');
    const command = [napisan, 'check', entry.module, '--script', entry.script];
    command.push('--profile', profile, '--timeout', String(kSecondsMax / 2));
    const environment = { ...process.env, PWD: scratch, NAPISAN_OPTIONS: `json_path=${file}` };
    // A module that is reported leaves memory behind, too.
    if (entry.reports.length > 0) environment.ASAN_OPTIONS = 'detect_leaks=0';
    const result = runBounded(command, kSecondsMax, environment, scratch);
    const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
    const reports = text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
    return { ...result, reports };
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

function problemsOf(entry, result) {
  const problems = [];
  if (result.timed_out) problems.push('napisan did not end');
  if (result.signal) problems.push(`napisan died of ${result.signal}`);
  const rules = result.reports.map((report) => report.rule).sort().join(', ');
  const expected = [...entry.reports].sort().join(', ');
  if (rules !== expected) problems.push(`reported [${rules}], expected [${expected}]`);
  const status = entry.reports.length > 0 ? 66 : 0;
  if (result.exit !== status && problems.length === 0) problems.push(`exit status ${result.exit}`);
  const quiet = entry.reports.length > 0 || result.stderr.length === 0;
  if (!quiet && problems.length === 0) problems.push('it has something to say');
  return problems;
}

function main() {
  const { values } = parseArgs({
    options: {
      napisan: { type: 'string' },
      built: { type: 'string' },
      packages: { type: 'string' },
      only: { type: 'string' },
      name: { type: 'string' },
      out: { type: 'string' },
    },
  });
  if (!values.napisan) throw new Error('--napisan is needed');
  const napisan = path.resolve(values.napisan);
  fs.accessSync(napisan, fs.constants.X_OK);
  const runs = [];
  let failed = 0;
  for (const entry of readScripts(values)) {
    const missing = whyMissing(entry);
    if (missing) {
      console.log(`${entry.name.padEnd(26)} skipped: ${missing}`);
      continue;
    }
    for (const profile of entry.profiles) {
      const result = runEntry(napisan, entry, profile);
      const problems = problemsOf(entry, result);
      if (problems.length > 0) failed += 1;
      const { exit, reports, stderr } = result;
      runs.push({ name: entry.name, profile, exit, reports, problems });
      const says = problems.join('; ') || 'holds';
      console.log(`${entry.name.padEnd(26)} ${profile.padEnd(12)} ${says}`);
      if (problems.length > 0) for (const line of stderr) console.log(`    ${line}`);
    }
  }
  if (values.out) writeJson(values.out, { runs });
  console.log(`${runs.length} runs, ${failed} failed`);
  if (runs.length === 0) return 77;
  return failed > 0 ? 1 : 0;
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(`modules: ${error.message}`);
  process.exitCode = 2;
}
