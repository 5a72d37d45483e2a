// Which lines the tests ran, folder by folder, from llvm-cov's JSON.
//
//   node coverage.mjs FILE [--all]      --all: each file, too
//
// Exit status: 0; 1 where a folder has less than it must, or nothing was counted; 2 for usage.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

// The least share of lines, in percent.
const kLeast = { 'runtime/host': 90 };

// Files of a folder and of those below it count for it.
export function byFolder(json, root) {
  const folders = {};
  for (const { filename, summary } of json.data[0].files) {
    const file = path.relative(root, filename);
    if (!file.startsWith('runtime/')) continue;
    const folder = file.split('/').slice(0, 2).join('/');
    const sum = (folders[folder] ??= { covered: 0, count: 0, files: [] });
    sum.covered += summary.lines.covered;
    sum.count += summary.lines.count;
    sum.files.push({ file, ...summary.lines });
  }
  return folders;
}

export function judge(folders) {
  const problems = [];
  for (const [folder, least] of Object.entries(kLeast)) {
    const { covered = 0, count = 0 } = folders[folder] ?? {};
    if (count === 0) problems.push(`${folder}: nothing was counted`);
    else if ((100 * covered) / count < least) problems.push(`${folder}: less than ${least} % of lines`);
  }
  return problems;
}

function main(file, all) {
  if (!file) {
    console.error('coverage: the JSON of llvm-cov export is expected');
    return 2;
  }
  const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
  const folders = byFolder(JSON.parse(fs.readFileSync(file, 'utf8')), root);
  const line = (name, { covered, count }) => {
    const percent = ((100 * covered) / count).toFixed(1);
    console.log(`${percent.padStart(6)} %  ${String(covered).padStart(6)} of ${String(count).padStart(6)} lines  ${name}`);
  };
  for (const [folder, sum] of Object.entries(folders).sort()) {
    line(folder, sum);
    const files = sum.files.filter((one) => one.count > 0);
    files.sort((a, b) => a.covered / a.count - b.covered / b.count);
    for (const one of all ? files : []) line(`  ${one.file}`, one);
  }
  const problems = judge(folders);
  for (const problem of problems) console.log(`FAILED  ${problem}`);
  return problems.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = main(process.argv[2], process.argv.includes('--all'));
}
