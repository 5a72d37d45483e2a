// Two traces of one program: where they differ first.

// Lines as they are compared; null where they are equal, or
// { index, node, host, before: the lines that led there }.
export function firstDifference(node, host, equal) {
  const length = Math.max(node.length, host.length);
  for (let index = 0; index < length; ++index) {
    if (node[index] === host[index]) continue;
    if (node[index] !== undefined && host[index] !== undefined && equal(node[index], host[index])) {
      continue;
    }
    return { index, node: node[index] ?? '(no line)', host: host[index] ?? '(no line)' };
  }
  return null;
}
