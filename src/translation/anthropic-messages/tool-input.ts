/** Members that hold what a tool is called with: its numbers are kept as they were written. */
export const TOOL_INPUT: ReadonlySet<string> = new Set(['input'])
