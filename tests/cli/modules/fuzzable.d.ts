// What tests/cli/fuzz_module_test.mjs says of fuzzable.node.
export function sized(options: { size: 7 }): void;
