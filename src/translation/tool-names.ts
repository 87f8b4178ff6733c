import { hash } from 'node:crypto'
import type { CanonicalCall, Message, Tool, ToolChoice, ToolName } from './call.ts'

/** Names that the tools of a call are told under: where the client has namespaces, one of both, as no other protocol has them. */
export type ToolNaming = {
  /** What a tool is told as; the same whenever it is asked for. */
  readonly toldAs: (tool: ToolName) => string
  /** What the client calls those that are told as something else, by what they are told as. */
  readonly own: ReadonlyMap<string, ToolName>
}

/** Longest name that all upstreams take. Source: https://platform.openai.com/docs/api-reference/chat/create (2026-11-30). */
const NAME_LENGTH_MAX = 64
const MARK_LENGTH = 8

/** A naming for one call; `taken` are the names that tools have without a namespace, which no other is told under. */
export function toolNaming(taken: Iterable<string>): ToolNaming {
  const used = new Set(taken)
  const told = new Map<string, string>()
  const own = new Map<string, ToolName>()
  return {
    toldAs: (tool) => {
      if (tool.namespace === undefined && tool.name.length <= NAME_LENGTH_MAX) return tool.name
      const key = JSON.stringify([tool.namespace, tool.name])
      const name = told.get(key) ?? unusedName(tool, used)
      used.add(name)
      told.set(key, name)
      own.set(name, tool)
      return name
    },
    own,
  }
}

/** Name and namespace as one; what is too long, or another's name, ends in a mark that is made of both. */
function unusedName({ namespace, name }: ToolName, used: ReadonlySet<string>): string {
  const whole = namespace === undefined ? name : `${namespace}${namespace.endsWith('__') ? '' : '__'}${name}`
  if (whole.length <= NAME_LENGTH_MAX && !used.has(whole)) return whole
  const markedBy = (round: number): string => {
    const mark = hash('sha256', JSON.stringify([namespace, name, round])).slice(0, MARK_LENGTH)
    return `${whole.slice(0, NAME_LENGTH_MAX - MARK_LENGTH - 1)}_${mark}`
  }
  // Ends when the names that there are have all been tried, at the latest.
  let round = 0
  while (used.has(markedBy(round))) round += 1
  return markedBy(round)
}

/** A call in which no tool has a longer name than all upstreams take; what the client calls those that are told as something else is kept. */
export function withShortNames(call: CanonicalCall): CanonicalCall {
  const { tools, toolChoice: choice, messages } = call
  const naming = toolNaming(tools.flatMap((tool) => (tool.kind === 'provider' ? [] : [tool.name])))
  const toldAs = (name: string): string => naming.toldAs({ name })
  const toldTool = (tool: Tool): Tool => (tool.kind === 'provider' ? tool : { ...tool, name: toldAs(tool.name) })
  const toldChoice: ToolChoice | undefined =
    choice?.kind === 'named' || choice?.kind === 'allowed' ? { ...choice, names: choice.names.map(toldAs) } : choice
  const toldMessage = (message: Message): Message => ({
    ...message,
    parts: message.parts.map((part) => (part.type === 'tool-call' ? { ...part, name: toldAs(part.name) } : part)),
  })
  const told = { tools: tools.map(toldTool), toolChoice: toldChoice, messages: messages.map(toldMessage) }
  return naming.own.size === 0 ? call : { ...call, ...told, toolNames: naming.own }
}

/** What the client calls a tool that is told under a name. */
export const ownName = ({ toolNames }: Pick<CanonicalCall, 'toolNames'>, told: string): ToolName => toolNames?.get(told) ?? { name: told }
