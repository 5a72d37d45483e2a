// One run of `napisan check` in a folder of its own, and what it reported.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readReports } from '../gallery/expectation.mjs';
import { runBounded } from '../gallery/plain_node.mjs';

const kSecondsMax = 120;

/** What runBounded gives, and the rules that were reported, sorted. */
export function runCheck(napisan, words, environment = {}, options = '') {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'napisan-uses-'));
  try {
    const file = path.join(scratch, 'reports.jsonl');
    const command = [napisan, 'check', ...words, '--timeout', String(kSecondsMax / 2)];
    const variables = { ...process.env, ...environment };
    variables.NAPISAN_OPTIONS = `json_path=${file}:${options}`;
    const result = runBounded(command, kSecondsMax, variables, scratch);
    const reports = fs.existsSync(file) ? readReports(file) : [];
    return { ...result, rules: reports.map((report) => report.rule).sort() };
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}
