export const asyncWork: (data: number) => Promise<number>;
