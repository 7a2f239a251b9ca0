/** One code of findings: at which levels it is told ("error", "error, warning"), what it means, and what to do. */
export type Message = readonly [levels: string, means: string, todo: string];
