export const asyncWork: (arg1: number, arg2: number, callback: (result: number) => void) => void;
