// Stands in for napisan where the runner itself is tested: it knows gallery.json, and tells the
// runner what a faultless napisan would, or spoils that in one way ($FAKE_NAPISAN).
import fs from 'node:fs';
import path from 'node:path';
import { misuseFolder, readGallery } from './plain_node.mjs';

const spoil = process.env.FAKE_NAPISAN ?? 'nothing';
const name = path.basename(process.argv[3], '.node');
const entry = readGallery(name)[0];
const reportFile = process.env.NAPISAN_OPTIONS.replace('json_path=', '');

const source = path.join(misuseFolder, `${name}.cc`);
const bugLine = entry.misuse
  ? fs.readFileSync(source, 'utf8').split('\n').findIndex((text) => text.includes('// BUG:')) + 1
  : 0;
const report = (rule) => ({
  v: 1,
  rule,
  side: spoil === 'host-side' ? 'host' : 'module',
  module: `${name}.node`,
  at: [{ file: source, line: spoil === 'wrong-line' ? bugLine + 1 : bugLine }],
});

let rules = entry.rules;
if (spoil === 'no-reports') rules = [];
if (spoil === 'another-rule') rules = rules.map(() => 'async-work/null-complete');
if (spoil === 'one-too-many') rules = [...rules, 'async-work/null-complete'];
if (spoil === 'told-twice') rules = [...rules, ...rules];
fs.writeFileSync(reportFile, rules.map((rule) => `${JSON.stringify(report(rule))}\n`).join(''));

if (spoil !== 'no-results') for (const result of entry.results ?? []) console.log(`call ${result}`);
if (spoil !== 'silent-end') {
  if (entry.ends === 'hang') console.error('napisan: the work did not end in 2 s');
  if (entry.ends === 'exit') console.error('napisan: the module ended the process');
}
if (spoil === 'crash') process.kill(process.pid, 'SIGSEGV');
let status = entry.rules.length > 0 ? 66 : 0;
if (entry.ends) status = 1;
process.exit(spoil === 'wrong-exit' ? (status === 0 ? 66 : 0) : status);
