import type { CanonicalCall, Tool, ToolChoice } from './call.ts'
import { textIn } from './json.ts'
import { type Losses, nameOf } from './loss.ts'

/**
 * Which tools may or have to be called, of those that the target can be told to call: it would refuse a choice of others, and one where it is told of
 * no tools at all. What has to be called and cannot be is a loss. Without tools the choice is the client's own mistake, and stays.
 */
export function sayableChoice(call: CanonicalCall, losses: Losses, canCall: (tool: Tool) => boolean): ToolChoice | undefined {
  const { toolChoice: choice, tools } = call
  if (choice === undefined || choice.kind === 'provider' || tools.length === 0) return choice
  const hasTools = tools.some(canCall)
  if (choice.kind === 'auto' || choice.kind === 'none') return hasTools ? choice : undefined
  if (choice.kind === 'required') return hasTools ? choice : lost(call, losses)
  const others = new Set(tools.filter((tool) => !canCall(tool)).map(toolName))
  const names = choice.names.filter((name) => !others.has(name))
  if (names.length === choice.names.length) return choice
  if (names.length > 0) return { ...choice, names }
  return lost(call, losses) ?? (choice.kind === 'allowed' && hasTools ? { kind: 'none' } : undefined)
}

/** What a tool is called by; undefined for one of a provider that has no name. */
export const toolName = (tool: Tool): string | undefined => (tool.kind === 'provider' ? textIn(tool.value, 'name') : tool.name)

function lost(call: CanonicalCall, losses: Losses): undefined {
  losses.note(nameOf(call, 'toolChoice'))
}
