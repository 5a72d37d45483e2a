// Each planted mistake of examples/uses/plants.json is reported by its rule, and by no other; the
// same script on the module without it is clean.
//
//   node check_plants.mjs --napisan PATH --modules DIR --uses NAME,NAME…
//
// Exit status: 0, 1 where a mistake is not found or nothing ran, 2 for usage.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runCheck } from './run_check.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));

// What a mistake leaves behind is another tool's to tell.
const kQuiet = { ASAN_OPTIONS: 'detect_leaks=0' };

function problemsOf(plant, napisan, modules, scratch) {
  const script = path.join(scratch, `${plant.plant}.script`);
  fs.writeFileSync(script, `${plant.script.join('\n')}\n`);
  const words = ['--script', script, ...(plant.arguments ?? [])];
  const planted = path.join(modules, 'planted', plant.plant, `${plant.use}.node`);
  const right = path.join(modules, `${plant.use}.node`);
  const problems = [];
  const found = runCheck(napisan, [planted, ...words], kQuiet, plant.options);
  const expected = [...plant.rules].sort().join(', ');
  if (found.rules.join(', ') !== expected) {
    problems.push(`reported [${found.rules.join(', ')}], expected [${expected}]`);
  } else if (found.exit !== 66) {
    problems.push(`exit status ${found.exit ?? found.signal}`);
  }
  const clean = runCheck(napisan, [right, ...words], kQuiet, plant.options);
  if (clean.rules.length > 0) problems.push(`without it, reported [${clean.rules.join(', ')}]`);
  // A script may leave a rejection that nobody awaits, which is no failure of the module's.
  else if (clean.exit !== 0) problems.push(`without it, exit status ${clean.exit}`);
  return problems;
}

function main() {
  const { values } = parseArgs({
    options: {
      napisan: { type: 'string' },
      modules: { type: 'string' },
      uses: { type: 'string' },
    },
  });
  if (!values.napisan || !values.modules || !values.uses) {
    throw new Error('--napisan, --modules and --uses are needed');
  }
  const list = path.join(here, '../../examples/uses/plants.json');
  const plants = JSON.parse(fs.readFileSync(list, 'utf8'));
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'napisan-plants-'));
  let ran = 0;
  let failed = 0;
  for (const plant of plants) {
    if (!values.uses.split(',').includes(plant.use)) continue;
    const paths = [path.resolve(values.napisan), path.resolve(values.modules)];
    const problems = problemsOf(plant, ...paths, scratch);
    ran += 1;
    if (problems.length > 0) failed += 1;
    const says = problems.join('; ') || 'found';
    console.log(`${plant.use.padEnd(10)} ${plant.plant.padEnd(26)} ${says}`);
  }
  fs.rmSync(scratch, { recursive: true, force: true });
  console.log(`${ran} mistakes, ${failed} not found as they should be`);
  return ran === 0 || failed > 0 ? 1 : 0;
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(`check_plants: ${error.message}`);
  process.exitCode = 2;
}
