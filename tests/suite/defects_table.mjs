// What came of looking for seeded defects: the list of them as defects.def has it, and the table.

// The rows of defects.def: DEFECT(name, room, kind, "target target", "modelled on", "text" …).
export function readDefects(text) {
  const row = /^DEFECT\((\w+), (\w+), (\w+),\s*"([^"]*)",\s*"([^"]*)",\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\)/gm;
  return [...text.matchAll(row)].map(([, name, room, kind, targets, modelled_on, words]) => ({
    name, room, kind, targets: targets.split(' ').filter(Boolean), modelled_on,
    text: [...words.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, part]) => part).join(''),
  }));
}

// Of times until it was found, with null for a try that did not find it: null where half or more of
// them did not.
export function medianOf(times) {
  const sorted = times.map((time) => time ?? Infinity).sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = Number.isInteger(middle) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[Math.floor(middle)];
  return Number.isFinite(median) ? Math.round(median * 10) / 10 : null;
}

// Whether what is still to come can make no difference: the median is no time already.
export const isLost = (times, of) => times.filter((time) => time === null).length * 2 > of;

// `tries`: {target, seconds (null: not found), file, why} of each target, in the order of trying.
export function judge(defect, tries) {
  const byTarget = Map.groupBy ? Map.groupBy(tries, (one) => one.target) : groupBy(tries);
  for (const [target, those] of byTarget) {
    const median = medianOf(those.map((one) => one.seconds));
    if (median === null) continue;
    const first = those.find((one) => one.seconds !== null);
    return { ...defect, found: true, by: target, seconds: median, tries, file: first.file, why: first.why, minimised: null };
  }
  return { ...defect, found: false, by: null, seconds: null, tries, file: null, why: null, minimised: null };
}

function groupBy(tries) {
  const groups = new Map();
  for (const one of tries) groups.set(one.target, [...(groups.get(one.target) ?? []), one]);
  return groups;
}

export function resultOf(rows, interrupted = false) {
  const found = rows.filter((row) => row.found).length;
  return { v: 1, ok: rows.length > 0 && found === rows.length, interrupted, found, defects: rows };
}

const countOf = (row) => {
  const those = row.tries.filter((one) => one.target === (row.by ?? row.tries.at(-1)?.target));
  return those.length === 0 ? '–' : `${those.filter((one) => one.seconds !== null).length}/${those.length}`;
};
const answerOf = (row) =>
  (row.found ? row.by : row.tries.length > 0 ? 'NOT FOUND' : `NO TARGET of ${row.targets.join(' ')}`);

const kColumns = [
  ['defect', (row) => row.name],
  ['room', (row) => row.room],
  ['kind', (row) => row.kind],
  ['found by', answerOf],
  ['median', (row) => (row.found ? `${row.seconds.toFixed(1)} s` : '–')],
  ['seeds', countOf],
  ['what it said', (row) => row.why ?? ''],
];

export function formatTable(result) {
  const cells = [kColumns.map(([title]) => title)];
  for (const row of result.defects) cells.push(kColumns.map(([, value]) => value(row)));
  const widths = kColumns.map((_, at) => Math.max(...cells.map((row) => row[at].length)));
  const right = new Set(['median', 'seeds']);
  const lines = cells.map((row) =>
    row.map((cell, at) => (right.has(kColumns[at][0]) ? cell.padStart(widths[at]) : cell.padEnd(widths[at]))).join('  ').trimEnd());
  lines.push(`${result.found} of ${result.defects.length} defects found`);
  if (result.defects.length === 0) lines.push('FAILED  nothing was looked for');
  return lines.join('\n');
}
