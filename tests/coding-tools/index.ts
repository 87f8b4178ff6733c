/** Coding tools from npm, run without a terminal against a Farebox. */
import { claudeCode } from './claude-code.ts'
import { codexCli } from './codex-cli.ts'
import type { CodingTool } from './coding-tool.ts'
import { geminiCli } from './gemini-cli.ts'

export { AFTER, type CodingTool, DONE } from './coding-tool.ts'
export { install, makePlace, runSession } from './run-session.ts'

export const CODING_TOOLS: readonly CodingTool[] = [claudeCode, codexCli, geminiCli]
