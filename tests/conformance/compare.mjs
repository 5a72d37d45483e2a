// Two traces of one program: where they differ first.

import { normaliseTrace } from './normalise.mjs';

const contextLines = 3;

// Null where they agree but for differences that are on purpose; those are added to `used`.
export function compareTraces(name, otherLines, hostLines, differences, used) {
  const other = normaliseTrace(otherLines);
  const host = normaliseTrace(hostLines);
  const rows = differences.filter((row) => row.programs.test(name));
  for (let index = 0; index < Math.max(other.length, host.length); ++index) {
    if (other[index] === host[index]) continue;
    const left = other[index] ?? '(no more lines)';
    const right = host[index] ?? '(no more lines)';
    const row = rows.find((each) => each.other.test(left) && each.host.test(right));
    if (row === undefined) {
      const before = other.slice(Math.max(0, index - contextLines), index);
      return { index, other: left, host: right, before };
    }
    used.add(row);
    // From there on the program is another one.
    if (row.rest) return null;
  }
  return null;
}
