// What one run of `napisan check` must have been, for an entry of gallery.json.
import fs from 'node:fs';
import path from 'node:path';
import { misuseFolder } from './plain_node.mjs';

const kReportedExit = 66;

// What napisan's line must speak of where the module ends the run itself. The module's own name
// ("exits.node") is no match.
const kEndLines = {
  hang: /\b(hangs?|hung|timed? ?out|not idle|still (executing|running)|did not (end|return))\b/i,
  exit: /\b(exited|called exit|ended the process|exit status 7|exit\(7\))/i,
};

/** The reports of a file of JSON lines. A line that is cut off or no report throws. */
export function readReports(file) {
  return fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** Why the run is not as the entry has it: one sentence each, none where it is. */
export function differences(entry, result, reports) {
  const problems = [];
  if (result.timed_out) problems.push('napisan did not end');
  if (result.signal) problems.push(`napisan died of ${result.signal}`);

  // As lists, not as sets: one misuse is one report.
  const expected = [...entry.rules].sort().join(', ');
  const reported = reports.map((report) => report.rule).sort().join(', ');
  if (expected !== reported) problems.push(`expected [${expected}], reported [${reported}]`);

  if (!result.timed_out && !result.signal) problems.push(...wrongEnd(entry, result));
  for (const report of reports) problems.push(...wrongReport(entry, report));
  if (!entry.misuse && !entry.orders) problems.push(...missingResults(entry, result));
  return problems;
}

function wrongEnd(entry, result) {
  if (entry.ends) {
    const lines = [...result.stdout, ...result.stderr];
    const told = lines.some((line) => kEndLines[entry.ends].test(line));
    const problems = told ? [] : [`no line tells of the ${entry.ends}`];
    if (result.exit === 0) problems.push('exit status 0');
    return problems;
  }
  const expected = entry.rules.length > 0 ? kReportedExit : 0;
  return result.exit === expected ? [] : [`exit status ${result.exit}, not ${expected}`];
}

function wrongReport(entry, report) {
  const problems = [];
  if (report.v !== 1) problems.push(`${report.rule}: v is ${report.v}`);
  if (report.side !== 'module') problems.push(`${report.rule}: side is ${report.side}`);
  const module = path.basename(report.module ?? '');
  if (module !== `${entry.name}.node`) problems.push(`${report.rule}: module is "${module}"`);
  if (entry.points_at_bug) problems.push(...wrongLine(entry, report));
  return problems;
}

// A report that names a line must name the one that is marked. Without a symbolizer there is none.
function wrongLine(entry, report) {
  const at = report.at?.[0];
  if (!at) return [`${report.rule}: no call site`];
  if (!at.file || !at.line) return [];
  const source = fs.readFileSync(path.join(misuseFolder, `${entry.name}.cc`), 'utf8').split('\n');
  const line = source.findIndex((text) => text.includes('// BUG:')) + 1;
  const here = `${path.basename(at.file)}:${at.line}`;
  const there = `${entry.name}.cc:${line}`;
  return here === there ? [] : [`${report.rule}: points at ${here}, the bug is at ${there}`];
}

// The wording is napisan's; the event and the value must stand in one line.
function missingResults(entry, result) {
  const words = { resolved: /resolv/i, rejected: /reject/i, callback: /call/i };
  return entry.results
    .filter((expected) => {
      const [, event, value] = expected.split(' ');
      const shown = new RegExp(`(^|[^\\w.-])${value}($|[^\\w.])`);
      return !result.stdout.some((line) => words[event].test(line) && shown.test(line));
    })
    .map((expected) => `napisan does not tell: ${expected}`);
}
