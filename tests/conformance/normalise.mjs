// The one place where traces are made comparable: what two engines are free to say differently.

const rules = [
  // Exceptions that nobody caught are told as text. For errors and primitives it is compared; how
  // an object looks is util.inspect's business, and changes with every version of it.
  [/^uncaught (?:[[{<]|(?:\w+\(\d+\) \[|ArrayBuffer |DataView |Promise |Invalid Date|\[?Function|\d{4}-)).*/, 'uncaught an object'],
  // Node 26's engine has buffers that shrink.
  [/ on a detached or out-of-bounds ArrayBuffer/, ' on a detached ArrayBuffer'],
];

export function normalise(line) {
  return rules.reduce((text, [pattern, to]) => text.replace(pattern, to), line);
}

// A trace as it is compared: lines of a text that spans lines are one.
export function normaliseTrace(lines) {
  return lines.map(normalise);
}
