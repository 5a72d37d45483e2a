// Runs `napisan check` on every module of the gallery and holds what it reports against
// gallery.json: exactly the rules that are named there, no fewer and no more.
//
//   node gallery.mjs --napisan PATH --modules DIR [--out FILE] [--only NAME]
//                    [--node PATH | --no-node]
//
// Beside it stands what a real Node.js does with the same module (plain_node.mjs). FILE is
// build/report/gallery.json unless named; the reports of each module go to a folder beside it.
//
// Exit status: 0, 1 where any module differs or nothing ran, 2 for usage and where napisan does not
// start.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { differences, readReports } from './expectation.mjs';
import {
  nodeVersion,
  readGallery,
  runBounded,
  runInNode,
  writeJson,
  wrongResult,
} from './plain_node.mjs';

// A check that runs longer is stopped: napisan's own limit is 30 s, and no entry needs that.
const kSecondsMax = 60;

function runInNapisan(options, reportFile, entry) {
  for (const old of reportFiles(reportFile)) fs.rmSync(old);
  const command = [options.napisan, 'check', path.join(options.modules, `${entry.name}.node`)];
  for (const call of entry.calls) command.push('--call', call);
  if (entry.profile) command.push('--profile', entry.profile);
  if (entry.orders) command.push('--orders');
  command.push(...(entry.arguments ?? []));
  if (entry.timeout) command.push('--timeout', String(entry.timeout));
  const environment = { ...process.env, NAPISAN_OPTIONS: `json_path=${reportFile}` };
  const result = runBounded(command, kSecondsMax, environment);
  const reports = reportFiles(reportFile).flatMap(readReports);
  const problems = differences(entry, result, reports);
  return { command: command.slice(1), ...result, reports, problems };
}

// The file itself, or as log_path has it, with the process id behind it.
function reportFiles(reportFile) {
  const folder = path.dirname(reportFile);
  const name = path.basename(reportFile);
  return fs
    .readdirSync(folder)
    .filter((file) => file.startsWith(name) && /^(\.\d+)?$/.test(file.slice(name.length)))
    .map((file) => path.join(folder, file));
}

function inWords(entry, result) {
  const rules = result.reports.map((report) => report.rule);
  if (rules.length > 0) return rules.join(', ');
  if (result.timed_out) return 'does not end';
  if (result.signal) return `dies of ${result.signal}`;
  return result.exit === 0 ? 'clean' : `${entry.ends ?? 'fails'} (exit status ${result.exit})`;
}

function runEntry(options, folder, entry) {
  const napisan = runInNapisan(options, path.join(folder, `${entry.name}.jsonl`), entry);
  let plain = null;
  if (options.node) {
    plain = runInNode(options.node, options.modules, entry);
    const wrong = entry.misuse ? null : wrongResult(entry, plain);
    if (wrong) napisan.problems.push(`in plain Node: ${wrong}`);
  }
  const says = inWords(entry, napisan);
  console.log(`${entry.name.padEnd(25)}| ${says.padEnd(38)}| ${plain ? plain.says : 'not run'}`);
  for (const problem of napisan.problems) console.log(`    FAILED: ${problem}`);
  const { name, sentence, rules } = entry;
  return { name, sentence, expected: rules, says, napisan, plain };
}

function main() {
  const { values } = parseArgs({
    options: {
      modules: { type: 'string' },
      napisan: { type: 'string' },
      node: { type: 'string', default: process.env.NAPISAN_NODE || process.execPath },
      'no-node': { type: 'boolean', default: false },
      only: { type: 'string' },
      out: { type: 'string', default: 'build/report/gallery.json' },
    },
  });
  if (!values.modules || !values.napisan) throw new Error('--napisan and --modules are needed');
  fs.accessSync(values.napisan, fs.constants.X_OK);
  const options = { ...values, node: values['no-node'] ? null : values.node };
  const version = options.node ? nodeVersion(options.node) : null;

  const folder = path.join(path.dirname(path.resolve(values.out)), 'gallery');
  fs.mkdirSync(folder, { recursive: true });
  const heading = version ? `plain Node ${version} does` : 'plain Node';
  console.log(`${'module'.padEnd(25)}| ${'napisan says'.padEnd(38)}| ${heading}`);
  const runs = readGallery(values.only).map((entry) => runEntry(options, folder, entry));
  const failed = runs.filter((run) => run.napisan.problems.length > 0).map((run) => run.name);
  const reports = runs.reduce((sum, run) => sum + run.napisan.reports.length, 0);
  writeJson(values.out, { node: version, modules: runs.length, reports, failed, runs });
  console.log(`${runs.length} modules, ${reports} reports, ${failed.length} failed`);
  return failed.length > 0 || runs.length === 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = main();
  } catch (error) {
    console.error(`gallery: ${error.message}`);
    process.exitCode = 2;
  }
}
