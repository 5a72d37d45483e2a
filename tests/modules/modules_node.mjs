// Runs each script of this folder in the real Node.js: what napisan's host has to reproduce.
//
//   node modules_node.mjs --built DIR --packages DIR [--node PATH] [--name NAME]
//
// What one does that ends with `terminate` is told and not judged: it depends on the threads, and
// several of the modules crash.
//
// PATH is $NAPISAN_NODE, or else the Node that runs this. Exit status: 0, 1 where a script does not
// hold, 2 for usage, 77 where nothing is installed.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { nodeVersion, runBounded } from '../gallery/plain_node.mjs';
import { readScripts, terminates, whyMissing } from './scripts.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));

function main() {
  const { values } = parseArgs({
    options: {
      built: { type: 'string' },
      packages: { type: 'string' },
      name: { type: 'string' },
      node: { type: 'string', default: process.env.NAPISAN_NODE || process.execPath },
    },
  });
  // Scripts run in folders of their own.
  const node = values.node.includes('/') ? path.resolve(values.node) : values.node;
  console.log(`Node ${nodeVersion(node)}`);
  let ran = 0;
  let failed = 0;
  for (const entry of readScripts(values)) {
    const missing = whyMissing(entry);
    if (missing) {
      console.log(`${entry.name.padEnd(26)} skipped: ${missing}`);
      continue;
    }
    ran += 1;
    const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'napisan-modules-'));
    const command = [node, path.join(here, 'run_in_node.mjs'), entry.module, entry.script];
    const result = runBounded(command, 120, process.env, scratch);
    fs.rmSync(scratch, { recursive: true, force: true });
    const holds = result.exit === 0;
    const end = result.timed_out ? 'does not end' : `ends with ${result.exit ?? result.signal}`;
    const judged = !terminates(entry.text);
    console.log(`${entry.name.padEnd(26)} ${holds && judged ? 'holds' : end}`);
    if (holds || !judged) continue;
    failed += 1;
    for (const line of result.stderr) console.log(`    ${line}`);
  }
  console.log(`${ran} scripts, ${failed} failed`);
  if (ran === 0) return 77;
  return failed > 0 ? 1 : 0;
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(`modules_node: ${error.message}`);
  process.exitCode = 2;
}
