// Proves that the comparison can fail: breaks it in one way after the other, and each must be found.
//
//   node planted.mjs --node PATH --addon FILE --host PATH --checked PATH --functions FILE
//                    --out FOLDER FILE…
//
// The exit code is 0 where all were found, 77 where there is no such Node.js.

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const option = { type: 'string' };
const { values: options, positionals: files } = parseArgs({
  allowPositionals: true,
  options: { node: option, addon: option, host: option, checked: option, functions: option, out: option },
});

mkdirSync(options.out, { recursive: true });
const written = (name, lines) => {
  const file = join(options.out, name);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
};
const main = ['main {', '  napi_create_string_utf8 "name" 4 >name', '}'];
const leak = written('leak.txt', [
  'program planted/leak', 'teardown at idle', 'execute executes { }', 'complete completes { }', 'main {',
  '  napi_create_string_utf8 "name" 4 >name',
  '  napi_create_async_work null name executes completes job >w', '}',
]);
// The other profile's programs are not this one's: nobody runs it.
const absent = written('absent.txt', ['program planted/absent', 'profile node99', ...main]);

const node = ['--node', options.node, '--addon', options.addon];
const checked = ['--checked', options.checked];
const ways = [
  ['a status of the host', [...node, '--plant', '40', ...files], /\(planted\)[^]* 1 differ,/],
  ['a status of the host, late', [...node, '--plant', '400', ...files], /\(planted\)[^]* 1 differ,/],
  ['a status of the unchecked host', [...checked, '--plant', '40', ...files], /\(planted\)[^]* 1 differ,/],
  ['a report that no program names', [...checked, leak], /unexpected reports:[^]*reported async-work\/leaked/],
  ['programs that do not run', [...node, '--minimum', '1', absent], /1 programs were to be compared at least/],
  ['functions that nobody calls', [...node, '--functions', options.functions, '--only', 'works/order', ...files],
    /no program calls napi_create_dataview well/],
  ['a difference on purpose that is none', [...node, '--minimum', '1', leak],
    /no program needs .* any more/],
];

let missed = 0;
ways.forEach(([what, args, expected], index) => {
  const ended = spawnSync(process.execPath, [
    fileURLToPath(new URL('conformance.mjs', import.meta.url)), '--host', options.host,
    '--out', join(options.out, String(index)), ...args,
  ], { encoding: 'utf8' });
  if (ended.status === 77) process.exit(77);
  if (ended.status === 1 && expected.test(ended.stdout)) {
    console.log(`found: ${what}`);
    return;
  }
  ++missed;
  console.log(`not found: ${what} (exit code ${ended.status})\n${ended.stdout}${ended.stderr}`);
});
process.exitCode = missed === 0 ? 0 : 1;
