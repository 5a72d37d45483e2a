// The summary of ./suite run: what each part did, how much, and what it found. Reads what the parts
// wrote into a folder, prints a table, and writes summary.json there.
//
//   node summary.mjs FOLDER
//
// A part that did no work is a failure, whatever its exit status was. Exit status: 0 when every
// part did its work and found nothing it should not have; 1 otherwise; 2 for usage.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const readJson = (folder, name) => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'));

// Each part: what it did, in words, and the reasons why that is not enough.
const kParts = {
  gallery(folder) {
    const { modules, reports, failed } = readJson(folder, 'gallery.json');
    const problems = failed.map((name) => `${name} differs from gallery.json`);
    if (modules === 0) problems.push('no module ran');
    if (reports === 0) problems.push('nothing was reported: the gallery is made of misuse');
    return { did: `${modules} modules, ${reports} reports, each as expected`, modules, reports, problems };
  },

  fuzz(folder) {
    const { targets, executions, interrupted } = readJson(folder, 'fuzz.json');
    const problems = targets.flatMap((target) => target.problems.map((problem) => `${target.name}: ${problem}`));
    if (executions === 0 && problems.length === 0) problems.push('no input was executed');
    if (interrupted) problems.push('it was interrupted');
    const did = `${executions} executions of ${targets.length} targets`;
    return { did, executions, targets, problems };
  },

  stress(folder) {
    const { works, reports, failures, outcome, seed, repro, first_failure } = readJson(folder, 'stress.json');
    const problems = [];
    if (outcome !== 'ok') problems.push(`${first_failure || outcome}; again with: ${repro}`);
    if (works.completed === 0) problems.push('no work completed');
    const did = `${works.completed} works completed, ${works.completed_cancelled} of them cancelled`;
    return { did, works: works.completed, reports, failures, seed, problems };
  },

  scenarios(folder) {
    const { subjects, seed } = readJson(folder, 'scenarios.json');
    const problems = subjects.filter((one) => one.outcome !== 'ok')
      .map((one) => `${one.name}: ${one.findings[0]?.what ?? one.outcome}; again with --seed ${seed}`);
    const schedules = subjects.reduce((sum, one) => sum + one.schedules, 0);
    if (subjects.length === 0 || subjects.some((one) => one.schedules === 0)) problems.push('a scenario ran no schedule');
    const different = subjects.reduce((sum, one) => sum + one.distinct, 0);
    return { did: `${schedules} schedules of ${subjects.length} scenarios, ${different} different`, schedules, seed, problems };
  },

  // Timing is told, and judged elsewhere: this machine may be busy.
  bench(folder) {
    const { goals } = readJson(folder, 'bench.json');
    const problems = goals.length === 0 ? ['nothing was measured'] : [];
    const reached = goals.filter((goal) => goal.reached).length;
    return { did: `${reached} of ${goals.length} figures reached`, goals, problems };
  },
};

function runPart(name, folder) {
  try {
    return { name, ...kParts[name](folder) };
  } catch (error) {
    const why = error.code === 'ENOENT' ? 'it did not run to its end' : error.message;
    return { name, did: 'nothing', problems: [why] };
  }
}

export function summarize(folder) {
  const parts = Object.keys(kParts).map((name) => runPart(name, folder));
  const blind = path.join(folder, 'libuv_blind.txt');
  const notes = [];
  if (fs.existsSync(blind)) {
    notes.push('libuv is the system\'s, not instrumented: races and leaks inside of it are not seen');
  }
  return { v: 1, ok: parts.every((part) => part.problems.length === 0), parts, notes };
}

function main(folder) {
  if (!folder) {
    console.error('summary: the folder with the results is expected');
    return 2;
  }
  const summary = summarize(folder);
  fs.writeFileSync(path.join(folder, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  console.log('');
  for (const part of summary.parts) {
    const ok = part.problems.length === 0;
    console.log(`${ok ? 'ok    ' : 'FAILED'}  ${part.name.padEnd(8)}  ${part.did}`);
    for (const problem of part.problems) console.log(`                  ${problem}`);
    for (const goal of part.goals ?? []) {
      const bound = goal.at_most !== undefined ? `at most ${goal.at_most}` : `at least ${goal.at_least}`;
      const value = Number(goal.value.toPrecision(3));
      console.log(`                  ${goal.name}: ${value} ${goal.unit}, ${bound} wanted`);
    }
  }
  for (const note of summary.notes) console.log(`note    ${note}`);
  console.log(`${summary.ok ? 'all parts did their work' : 'NOT ALL IS WELL'}; ${path.join(folder, 'summary.json')}`);
  return summary.ok ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main(process.argv[2]);
